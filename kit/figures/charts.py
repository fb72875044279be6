"""Charts of answers: dots with ranges, series that stop at a break, Lorenz curves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kit.figures._words import is_drawn, listed, number_words, range_words, rows_of, wrapped
from kit.figures.accessible import COLOURS, MARKERS, AccessibleFigure, canvas, figure
from kit.text import text

if TYPE_CHECKING:
    import pandas as pd


def intervals(
    result: pd.DataFrame,
    label: str | list[str],
    *,
    caption: str,
    source: str,
    alt: str | None = None,
    axis: str = "",
    reference: float | None = None,
    reference_words: str = "",
    percent: bool = False,
    few: int = 30,
    synthetic: bool = False,
) -> AccessibleFigure:
    """Show answers as dots with their ranges, one row a group, in the order of the table.

    Parameters
    ----------
    result : pandas.DataFrame
        What a function of `kit.measure` gave: with estimate, lower, upper and n.
    label : column or list of columns
        What names a row.
    caption, source, synthetic
        As in `figure`.
    alt : str, optional
        Alt text; written from the figures unless given.
    axis : str
        What the figures are, with the unit.
    reference : float, optional
        A value to compare with, drawn as a dashed line: 1 for parity of a ratio.
    reference_words : str
        What that line is; "parity" unless given.
    percent : bool
        Shows shares as percentages.
    few : int
        Rows with fewer people (or marked `too_small`) get a hollow dot and the words "few people".

    Returns
    -------
    AccessibleFigure

    Raises
    ------
    MeasureError
        If a column is missing, or there are more than 60 rows.

    Examples
    --------
    >>> from kit.measure.disaggregation import disaggregate
    >>> figures = {"district": ["north", "south"], "served": [81, 9], "asked": [263, 12]}
    >>> served = disaggregate(figures, "district", count="served", total="asked")
    >>> shown = intervals(served, "district", percent=True, caption="South is small.", source="Example")
    >>> print(shown.words.splitlines()[0])
    Figure: Dots with ranges, 2 rows. north: 30.8% (25.5% to 36.6%). south: 75% (46.8% to 91.1%), few people.
    """
    columns = [label] if isinstance(label, str) else list(label)
    rows = rows_of(result, columns, ("estimate", "lower", "upper", "n"), at_most=60)
    names = [", ".join(str(row[column]) for column in columns) for row in rows]
    small = [
        bool(row["too_small"] if "too_small" in row else (row["n"] == row["n"] and row["n"] < few)) for row in rows
    ]
    said = [range_words(row, percent=percent, small=one) for row, one in zip(rows, small, strict=True)]
    picture, axes = canvas(height=1.2 + 0.42 * len(rows))
    ends = [row[key] for row in rows for key in ("estimate", "lower", "upper") if is_drawn(row[key])]
    ends += [] if reference is None else [reference]
    span = (max(ends) - min(ends)) or 1.0 if ends else 1.0
    edge = max(ends, default=1.0) + 0.05 * span
    for position, (row, one) in enumerate(zip(rows, small, strict=True)):
        y, colour = len(rows) - 1 - position, COLOURS[0]
        if is_drawn(row["lower"]) and row["upper"] == row["upper"]:
            far = row["upper"] if is_drawn(row["upper"]) else edge
            axes.plot([row["lower"], far], [y, y], color=colour, linewidth=2.2, zorder=2)
            if far is edge:  # no upper end: an arrow in the place of a limit
                axes.plot([edge], [y], marker=">", color=colour, markersize=7, clip_on=False)
        if is_drawn(row["estimate"]):
            axes.plot([row["estimate"]], [y], marker="o", markersize=9, color=colour, markeredgewidth=2, zorder=3,
                      markerfacecolor="white" if one else colour)  # fmt: skip
        axes.text(1.02, y, said[position], transform=axes.get_yaxis_transform(), va="center", fontsize=10)
    if reference is not None:
        words = reference_words or text("figures.parity")
        axes.axvline(reference, color=COLOURS[4], linestyle="--", linewidth=1.4, zorder=1)
        axes.text(
            reference,
            1.02,
            words,
            transform=axes.get_xaxis_transform(),
            ha="center",
            fontsize=10,
            color=COLOURS[4],
        )
    axes.set_yticks(range(len(rows)), [wrapped(name, 28) for name in reversed(names)])
    axes.set_ylim(-0.6, len(rows) - 0.4)
    if ends:
        axes.set_xlim(min(ends) - 0.05 * span, edge)
    axes.set_xlabel(axis, fontsize=11)
    if percent:
        axes.xaxis.set_major_formatter(lambda value, position: f"{100 * value:.4g}%")
    if alt is None:
        alt = text("figures.intervals-alt", n=len(rows), rows=listed(names, said))
    return figure(picture, alt=alt, caption=caption, source=source, table=result, synthetic=synthetic)


def series(
    result: pd.DataFrame,
    time: str,
    *,
    caption: str,
    source: str,
    alt: str | None = None,
    axis: str = "",
    percent: bool = False,
    synthetic: bool = False,
) -> AccessibleFigure:
    """Show a series over time; where the way of counting changed, the line stops and a new one begins.

    Parameters
    ----------
    result : pandas.DataFrame
        What `kit.measure.trends.series` gave.
    time : column
        The period.
    caption, source, alt, axis, percent, synthetic
        As in `intervals`.

    Returns
    -------
    AccessibleFigure

    Raises
    ------
    MeasureError
        If a column is missing, or there are more than 600 periods.

    Examples
    --------
    >>> from kit.measure.trends import series as split
    >>> years = {"year": [2007, 2008, 2009, 2010], "cases": [60, 66, 500, 325]}
    >>> parts = split(years, "year", count="cases", breaks={2009: "new form"})
    >>> shown = series(parts, "year", caption="Two series, not one.", source="Example")
    >>> print(shown.words.splitlines()[0])
    Figure: Line in 2 parts. 2007 to 2008: from 60 to 66. Break: new form. 2009 to 2010: from 500 to 325.
    """
    rows = rows_of(result, [time], ("part", "break_reason", "estimate", "lower", "upper"), at_most=600)
    periods = [row[time] for row in rows]
    numeric = all(isinstance(period, (int, float)) for period in periods)
    places = periods if numeric else list(range(len(periods)))
    picture, axes = canvas(height=4.2)
    told = []
    for part in dict.fromkeys(row["part"] for row in rows):
        inside = [i for i, row in enumerate(rows) if row["part"] == part]
        style = (int(part) - 1) % len(MARKERS)
        x, y = [places[i] for i in inside], [rows[i]["estimate"] for i in inside]
        axes.plot(x, y, color=COLOURS[style], marker=MARKERS[style], linewidth=2, markersize=6, zorder=3)
        if all(is_drawn(rows[i][key]) for i in inside for key in ("lower", "upper")):
            axes.fill_between(x, [rows[i]["lower"] for i in inside], [rows[i]["upper"] for i in inside],
                              color=COLOURS[style], alpha=0.15, linewidth=0, zorder=1)  # fmt: skip
        for i, side in (
            ((inside[0], "left"), (inside[-1], "right")) if len(inside) > 1 else ((inside[0], "center"),)
        ):
            y = rows[i]["estimate"]
            axes.annotate(number_words(y, percent=percent), (places[i], y), xytext=(0, 8),
                          textcoords="offset points", ha=side, fontsize=10, zorder=4)  # fmt: skip
        first, last = inside[0], inside[-1]
        if rows[first]["break_reason"]:
            told.append(text("figures.break", reason=rows[first]["break_reason"]) + ".")
            middle = (places[first - 1] + places[first]) / 2
            axes.axvline(middle, color=COLOURS[4], linestyle="--", linewidth=1.4)
            words = wrapped(text("figures.break", reason=rows[first]["break_reason"]), 24)
            right = middle > (places[0] + places[-1]) / 2
            axes.annotate(words, (middle, 1.0), xycoords=axes.get_xaxis_transform(), fontsize=10, va="bottom",
                          xytext=(0, 4), textcoords="offset points", ha="right" if right else "left",
                          color=COLOURS[4])  # fmt: skip
        told.append(text(
            "figures.series-part", first=periods[first], last=periods[last],
            start=number_words(rows[first]["estimate"], percent=percent),
            end=number_words(rows[last]["estimate"], percent=percent),
        ))  # fmt: skip
    drawn = [row[key] for row in rows for key in ("estimate", "upper") if is_drawn(row[key])]
    axes.set_ylim(min(0, *drawn), 1.14 * max(0, *drawn) or 1)  # from zero, with room for the labels
    axes.margins(x=0.06)
    step = max(1, -(-len(places) // 12))
    if not numeric or all(period == int(period) for period in periods):
        axes.set_xticks(places[::step], [str(period) for period in periods[::step]])
    axes.set_ylabel(axis, fontsize=11)
    axes.yaxis.set_major_formatter(lambda value, position: number_words(value, percent=percent))
    if alt is None:
        parts = len({row["part"] for row in rows})
        key = "figures.line-alt" if parts == 1 else "figures.series-alt"
        alt = text(key, n=parts, parts=" ".join(told))
    return figure(picture, alt=alt, caption=caption, source=source, table=result, synthetic=synthetic)


def lorenz(
    curve: pd.DataFrame,
    *,
    caption: str,
    source: str,
    alt: str | None = None,
    axis: str = "",
    synthetic: bool = False,
) -> AccessibleFigure:
    """Show a Lorenz curve beside the line of equal shares.

    Parameters
    ----------
    curve : pandas.DataFrame
        What `kit.measure.inequality.lorenz` gave.
    caption, source, alt, axis, synthetic
        As in `intervals`; `axis` says what is shared.

    Returns
    -------
    AccessibleFigure

    Raises
    ------
    MeasureError
        If a column is missing.

    Examples
    --------
    >>> from kit.measure.inequality import lorenz as curve_of
    >>> shown = lorenz(curve_of([1, 1, 1, 7]), caption="One in four has most.", source="Example")
    >>> print(shown.words.splitlines()[0])
    Figure: Lorenz curve. The half with least has 20% of the whole; equal shares would be 50%.
    """
    rows = rows_of(curve, [], ("share_of_people", "estimate"), at_most=1_000_000)
    x, y = [row["share_of_people"] for row in rows], [row["estimate"] for row in rows]
    picture, axes = canvas(width=5.2, height=4.8)
    axes.plot([0, 1], [0, 1], color=COLOURS[4], linestyle="--", linewidth=1.4)
    axes.fill_between(x, x, y, color=COLOURS[0], alpha=0.12, linewidth=0)
    axes.plot(x, y, color=COLOURS[0], linewidth=2.4)
    axes.text(0.42, 0.46, text("figures.equal-shares"), fontsize=10, color=COLOURS[4], ha="right")
    import numpy as np

    half = float(np.interp(0.5, x, y))
    axes.plot([0.5], [half], marker="o", markersize=8, color=COLOURS[0])
    axes.annotate(
        number_words(half, percent=True), (0.5, half), xytext=(8, -12), textcoords="offset points", fontsize=10
    )
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    for side in (axes.xaxis, axes.yaxis):
        side.set_major_formatter(lambda value, position: f"{100 * value:.0f}%")
    axes.set_xlabel(text("figures.share-of-people"), fontsize=11)
    axes.set_ylabel(axis or text("figures.share-of-whole"), fontsize=11)
    if alt is None:
        alt = text("figures.lorenz-alt", half=number_words(half, percent=True))
    return figure(picture, alt=alt, caption=caption, source=source, table=curve, synthetic=synthetic)
