"""The stakeholder map: who is touched by a decision, who has a say in it, and who is missing.

Kinds and levels stand in ``rules/participation.json``; the map is a rule of this kit, not an official scheme.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kit.assess.page_words import answer, rows
from kit.assess.rule_files import rules, said
from kit.errors import MeasureError
from kit.text import text

if TYPE_CHECKING:
    import pandas as pd

    from kit.figures import AccessibleFigure

PAGE = "participation"
MISSING = ("absent", "invited")
MOST = 12  # names in one field of the picture; the table below it holds all
SCALES = ("affected", "influence", "presence")


def stakeholders(answers: dict) -> pd.DataFrame:
    """Give the stakeholder map, one group or body a row.

    Parameters
    ----------
    answers : dict
        The page ``participation``, filled in or half filled in.

    Returns
    -------
    pandas.DataFrame
        Columns ``name``, ``kind``, ``role``, ``affected``, ``influence``, ``presence`` (values of the scales,
        a code for no answer, or empty), ``basis`` (``"evidence"``, ``"claimed"`` where somebody is said to take
        part and nothing shows it, else empty), ``missing``, ``barrier`` and ``next_step``.

    Raises
    ------
    MeasureError
        If a name stands twice, a level is not in the rules, or a kind that is on the map is also said not to
        exist here.

    Examples
    --------
    >>> page = {"stakeholders": [{"name": "Street traders", "kind": "at_risk", "presence": "absent"}]}
    >>> stakeholders(page)[["name", "missing"]].values.tolist()
    [['Street traders', True]]
    """
    import pandas as pd

    scales, found, seen = rules(PAGE)["scales"], [], set()
    codes = [one["value"] for one in scales["codes"]]
    for row in rows(answers, "stakeholders"):
        name = str(row.get("name") or "").strip()
        if name and name.casefold() in seen:
            raise MeasureError("participation.stakeholder-twice", name=name[:40])
        seen.add(name.casefold())
        for scale in SCALES:
            known = [one["value"] for one in scales[scale]]
            if row.get(scale) and row[scale] not in known and row[scale] not in codes:
                raise MeasureError(
                    "participation.no-level", where=name[:30], level=str(row[scale])[:20], known=", ".join(known)
                )
        presence = row.get("presence") or ""
        part = presence in [one["value"] for one in scales["presence"]] and presence not in MISSING
        found.append(
            {"name": name, "kind": row.get("kind") or "", "role": row.get("role") or ""}
            | {scale: row.get(scale) or "" for scale in SCALES}
            | {"basis": ("evidence" if str(row.get("evidence") or "").strip() else "claimed") if part else ""}
            | {"missing": presence in MISSING}
            | {name: str(row.get(name) or "") for name in ("barrier", "next_step")}
        )
    columns = ["name", "kind", "role", *SCALES, "basis", "missing", "barrier", "next_step"]
    table = pd.DataFrame(found, columns=columns)
    both = set(table["kind"].map(str)) & _not_here(answers)
    if both:
        kind = answer(PAGE, "kind", min(both), inside="stakeholders")
        raise MeasureError("participation.here-and-not", kind=kind[:50])
    return table


def missing(answers: dict) -> pd.DataFrame:
    """Give who is not there: those most affected first, and among them those with the least influence.

    Parameters
    ----------
    answers : dict
        The page ``participation``.

    Returns
    -------
    pandas.DataFrame
        Rows of `stakeholders` of those who were not reached, or were invited and did not come. The order is a
        rule of this kit; who has no rating comes after those who have one.

    Raises
    ------
    MeasureError
        As `stakeholders`.

    Examples
    --------
    >>> page = {"stakeholders": [{"name": "Shops", "affected": "partly", "presence": "invited"},
    ...                          {"name": "Traders", "affected": "much", "presence": "absent"},
    ...                          {"name": "Council", "affected": "little", "presence": "seat"}]}
    >>> missing(page)["name"].tolist()
    ['Traders', 'Shops']
    """
    table = stakeholders(answers)
    table = table[table["missing"]]
    place = [
        (-_number("affected", row["affected"]), _number("influence", row["influence"]) or 99, n)
        for n, row in enumerate(table.to_dict("records"))
    ]
    return table.iloc[sorted(range(len(table)), key=place.__getitem__)].reset_index(drop=True)


def kinds_missing(answers: dict) -> list[str]:
    """Give the kinds of stakeholders that the rules look for and of which nobody is on the map, in words.

    Examples
    --------
    >>> kinds_missing({"stakeholders": [{"name": "Traders", "kind": "rights_holders"}], "not_here": []})[0]
    'Marginalised groups, or groups at particular risk'
    """
    there = {str(row.get("kind")) for row in rows(answers, "stakeholders")} | _not_here(answers)
    kinds = rules(PAGE)["scales"]["kinds"]
    return [said(one["label"]) for one in kinds if one.get("look_for") and one["value"] not in there]


def picture(answers: dict) -> AccessibleFigure:
    """Draw the map: how much a decision touches them, what they can do about it, and who is missing.

    Examples
    --------
    >>> page = {"stakeholders": [{"name": "Traders", "affected": "much", "presence": "absent"}]}
    >>> print(picture(page).caption)
    1 of 1 group or body is missing; 1 of them is among the most affected.
    """
    from kit.figures import canvas, figure
    from kit.figures._words import wrapped
    from kit.figures.accessible import COLOURS

    table, scales = stakeholders(answers), rules(PAGE)["scales"]
    across, upward = ([one["value"] for one in scales[name]] for name in ("influence", "affected"))
    cells: dict[tuple, list] = {}
    for row in table.to_dict("records"):
        if row["influence"] in across and row["affected"] in upward:
            cells.setdefault((across.index(row["influence"]), upward.index(row["affected"])), []).append(row)
    more = {place: len(there) - MOST for place, there in cells.items() if len(there) > MOST}
    cells = {place: sorted(there, key=lambda row: not row["missing"])[:MOST] for place, there in cells.items()}
    high = {y: max([1, *(len(cells.get((x, y), [])) for x in range(len(across)))]) for y in range(len(upward))}
    bottom = {y: sum(high[lower] + 0.9 for lower in range(y)) for y in range(len(upward))}
    top = sum(one + 0.9 for one in high.values())
    drawing, axes = canvas(width=9.0, height=1.6 + 0.36 * top)
    for (x, y), there in cells.items():
        for number, row in enumerate(there):
            line = bottom[y] + high[y] - number - 0.05
            mark = "X" if row["missing"] else "o"
            colour = COLOURS[1] if row["missing"] else COLOURS[0]
            # Hollow is what is only claimed, as in every picture of the kit.
            face = colour if row["missing"] or row["basis"] == "evidence" else "white"
            axes.plot(
                [x + 0.05], [line], mark, markersize=8, color=colour, markerfacecolor=face, markeredgewidth=1.6
            )
            axes.text(
                x + 0.1, line, wrapped(_short(row["name"], 62), 33), va="center", fontsize=9, linespacing=0.95
            )
        if (x, y) in more:
            axes.text(x + 0.98, bottom[y] + 0.25, text("participation.more", n=more[x, y]), ha="right", fontsize=9)
    for x in range(len(across) + 1):
        axes.axvline(x, color="#b0b0b0", linewidth=0.8, zorder=0)
    for y in bottom.values():
        axes.axhline(y, color="#b0b0b0", linewidth=0.8, zorder=0)
    axes.set_xlim(0, len(across))
    axes.set_ylim(0, top)
    names = [wrapped(said(one["label"]), 26) for one in scales["influence"]]
    axes.set_xticks([x + 0.5 for x in range(len(across))], names, fontsize=10)
    middles = [bottom[y] + (high[y] + 0.9) / 2 for y in range(len(upward))]
    axes.set_yticks(middles, [said(one["label"]) for one in scales["affected"]], fontsize=10)
    axes.tick_params(length=0)
    axes.set_xlabel(text("participation.axis-influence"), fontsize=11)
    axes.set_ylabel(text("participation.axis-affected"), fontsize=11)
    for label, face, mark, colour in (
        ("key-missing", COLOURS[1], "X", COLOURS[1]),
        ("key-evidence", COLOURS[0], "o", COLOURS[0]),
        ("key-claimed", "white", "o", COLOURS[0]),
    ):
        axes.plot([], [], mark, color=colour, markerfacecolor=face, label=text(f"participation.{label}"))
    drawing.legend(loc="outside lower center", ncols=3, frameon=False, fontsize=10)
    gone = missing(answers)
    most = int((gone["affected"] == upward[-1]).sum())
    return figure(
        drawing,
        alt=" ".join([text("participation.alt-map"), *(_words(row) for row in table.to_dict("records"))]),
        caption=text("participation.caption-map" if len(table) == 1 else "participation.caption-map-many",
                     n=len(gone), all=len(table), most=most),
        source=text("participation.own-map", day=_day(answers)),
        table=map_table(table),
    )  # fmt: skip


def map_table(table: pd.DataFrame) -> pd.DataFrame:
    """Give the map as a table to read.

    Examples
    --------
    >>> map_table(stakeholders({"stakeholders": [{"name": "Traders", "affected": "much"}]})).iloc[0].tolist()
    ['Traders', '–', '3 much', '–', '–']
    """
    import pandas as pd

    found = []
    for row in table.to_dict("records"):
        cells = [answer(PAGE, name, row[name], inside="stakeholders") or "–" for name in ("kind", *SCALES)]
        if row["basis"] == "claimed":
            cells[-1] += f" ({text('participation.claimed')})"
        found.append([row["name"] or "–", *cells])
    columns = [text(f"participation.column-{name}") for name in ("name", "kind", *SCALES)]
    return pd.DataFrame(found, columns=columns)


def _words(row: dict) -> str:
    cells = [answer(PAGE, name, row[name], inside="stakeholders") for name in SCALES]
    none = text("participation.not-said")
    key = "participation.alt-missing" if row["missing"] else "participation.alt-there"
    return text(key, name=row["name"] or "–", affected=cells[0] or none, influence=cells[1] or none,
                presence=cells[2] or none)  # fmt: skip


def _not_here(answers: dict) -> set[str]:
    found = answers.get("not_here")
    return set(map(str, found)) if isinstance(found, list) else set()


def _number(scale: str, value: str) -> int:
    values = [one["value"] for one in rules(PAGE)["scales"][scale]]
    return values.index(value) + 1 if value in values else 0


def _day(answers: dict) -> str:
    return answer(PAGE, "described_on", answers.get("described_on")) or text("participation.no-day")


def _short(words: str, most: int) -> str:
    return words if len(words) <= most else words[: most - 1] + "…"
