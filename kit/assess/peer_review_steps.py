"""The calendar of a peer review: which step is due when, counted from the first day of the visit.

The steps and their weeks stand in ``rules/peer_review.json``; they are a rule of this kit.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from kit.assess.page_words import rows
from kit.assess.rule_files import rules, said
from kit.errors import MeasureError
from kit.text import text

if TYPE_CHECKING:
    import pandas as pd

    from kit.figures import AccessibleFigure


def calendar(answers: dict, *, today: date | None = None) -> pd.DataFrame:
    """Give the steps of the protocol with the day each is due, and the day it was done.

    Parameters
    ----------
    answers : dict
        The page ``peer-review``, filled in or half filled in.
    today : datetime.date, optional
        The day against which a step is late.

    Returns
    -------
    pandas.DataFrame
        Columns ``step``, ``week``, ``label``, ``who``, ``output``, ``due`` (a day, empty while the visit has
        none), ``done`` (a day or empty), ``where`` and ``state``: ``"done"``, ``"late"``, ``"ahead"`` or
        ``"open"`` (no day of the visit yet).

    Raises
    ------
    MeasureError
        If a step stands twice or is not in the protocol, the visit is longer than the protocol allows, or a step
        was done before the one it rests on.

    Examples
    --------
    >>> table = calendar({"visit_on": "2027-05-10", "visit_days": 4}, today=date(2027, 2, 20)).set_index("step")
    >>> table.loc[["agreement", "first_findings", "return_visit"], "due"].tolist()
    ['2027-02-15', '2027-05-13', '2028-11-06']
    >>> table.loc[["agreement", "visit"], "state"].tolist()
    ['late', 'ahead']
    """
    import pandas as pd

    protocol, today = rules("peer_review"), today or date.today()
    visit, length, done = _day(answers.get("visit_on")), _length(answers, protocol), _done(answers, protocol)
    found = []
    for step in protocol["steps"]:
        on, where = done.get(step["id"], (None, ""))
        due = None
        if visit:
            due = visit + timedelta(weeks=step["week"], days=length - 1 if step.get("last_day") else 0)
        state = "done" if on else "open" if due is None else "late" if due < today else "ahead"
        found.append(
            {"step": step["id"], "week": step["week"]}
            | {part: said(step[part]) for part in ("label", "who", "output")}
            | {"due": due.isoformat() if due else "", "done": on.isoformat() if on else "", "where": where}
            | {"state": state}
        )
    return pd.DataFrame(found)


def calendar_picture(answers: dict, *, today: date | None = None) -> AccessibleFigure:
    """Draw the calendar: a mark for each step, whose shape tells done, late and still ahead.

    Examples
    --------
    >>> print(calendar_picture({"visit_on": "2027-05-10"}, today=date(2027, 2, 20)).caption)
    0 of 11 steps are done; 1 is late.
    """
    from kit.figures import canvas, figure
    from kit.figures._words import wrapped
    from kit.figures.accessible import COLOURS

    table = calendar(answers, today=today)
    looks = {
        "done": ("o", COLOURS[0], COLOURS[0]),
        "late": ("X", COLOURS[1], COLOURS[1]),
        "ahead": ("o", "white", COLOURS[0]),
        "open": ("o", "white", COLOURS[0]),
    }
    drawing, axes = canvas(width=8.5, height=1.6 + 0.5 * len(table))
    axes.axvline(0, color="#b0b0b0", linestyle="--", linewidth=1, zorder=0)
    for place, row in enumerate(table.to_dict("records")):
        mark, face, edge = looks[row["state"]]
        axes.axhline(-place, color="#e4e4e4", linewidth=0.8, zorder=0)
        axes.plot(
            [row["week"]], [-place], mark, markersize=10, markerfacecolor=face, color=edge, markeredgewidth=1.8
        )
        axes.text(1.02, -place, _state_words(row), transform=axes.get_yaxis_transform(), va="center", fontsize=9)
    names = [wrapped(one if len(one) <= 90 else one[:89] + "…", 38) for one in table["label"]]
    axes.set_yticks([-place for place in range(len(table))], names, fontsize=9)
    axes.set_xlabel(text("peer_review.axis"), fontsize=10)
    for state in ("done", "late", "ahead"):
        mark, face, edge = looks[state]
        axes.plot([], [], mark, markerfacecolor=face, color=edge, markeredgewidth=1.8,
                  label=text(f"peer_review.state-{state}"))  # fmt: skip
    drawing.legend(loc="outside lower center", ncols=3, frameon=False, fontsize=10)
    done, late = int((table["state"] == "done").sum()), int((table["state"] == "late").sum())
    key = "peer_review.caption-one" if late == 1 else "peer_review.caption"
    said_rows = [f"{row['label']}: {_state_words(row)}." for row in table.to_dict("records")]
    return figure(
        drawing,
        alt=" ".join([text("peer_review.alt"), *said_rows]),
        caption=text(key, done=done, all=len(table), late=late),
        source=text("peer_review.own"),
        table=calendar_table(table),
    )


def calendar_table(table: pd.DataFrame) -> pd.DataFrame:
    """Give the calendar as a table to read.

    Examples
    --------
    >>> calendar_table(calendar({})).iloc[0].tolist()[:2]
    ['Letter of agreement', 'Host and coordinator']
    """
    import pandas as pd

    found = [
        [row["label"], row["who"], row["output"], _state_words(row), row["where"] or "–"]
        for row in table.to_dict("records")
    ]
    names = ("step", "who", "output", "state", "where")
    return pd.DataFrame(found, columns=[text(f"peer_review.column-{one}") for one in names])


def _state_words(row: dict) -> str:
    from kit.text.days import show_day

    if row["state"] == "open":
        return text("peer_review.state-open")
    day = show_day(row["done"] or row["due"])
    return text(f"peer_review.on-{row['state']}", day=day)


def _length(answers: dict, protocol: dict) -> int:
    given, most = answers.get("visit_days"), protocol["visit_days_at_most"]
    if given is None or given == "":
        return most
    if isinstance(given, bool) or not isinstance(given, int) or not 1 <= given <= most:
        raise MeasureError("peer_review.visit-days", days=str(given)[:20], most=most)
    return given


def _done(answers: dict, protocol: dict) -> dict[str, tuple[date, str]]:
    known, found = {step["id"]: step for step in protocol["steps"]}, {}
    for row in rows(answers, "done"):
        name, on = str(row.get("step")), _day(row.get("on"))
        if row.get("step") is not None and name not in known:
            raise MeasureError("peer_review.no-step", step=name[:40], known=", ".join(known))
        if name in found:
            raise MeasureError("peer_review.step-twice", step=said(known[name]["label"])[:45])
        if on and name in known:
            found[name] = (on, str(row.get("where") or ""))
    for name, (on, _) in found.items():
        first = known[name].get("after")
        if first in found and on < found[first][0]:
            raise MeasureError(
                "peer_review.order", later=said(known[name]["label"])[:30], on=on,
                first=said(known[first]["label"])[:30], day=found[first][0],
            )  # fmt: skip
    return found


def _day(value: object) -> date | None:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return None
