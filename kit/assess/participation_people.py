"""Who was there, beside who could have been: each group's share of those present against the population.

Only counts are kept. What is published hides small counts, and enough others that nobody can work them out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kit.assess.page_words import answer, label, rows
from kit.assess.participation_log import PAGE, count_of
from kit.assess.rule_files import rules
from kit.errors import MeasureError
from kit.text import text

if TYPE_CHECKING:
    import pandas as pd

    from kit.figures import AccessibleFigure

COUNTS = ("population", "invited", "came", "spoke")


def people(answers: dict) -> pd.DataFrame:
    """Give the counts of people, one group of a split of a consultation a row.

    Parameters
    ----------
    answers : dict
        The page ``participation``.

    Returns
    -------
    pandas.DataFrame
        Columns ``consultation``, ``ground``, ``line`` (``"group"`` or a code such as ``"declined"``), ``group``,
        ``population``, ``invited``, ``came``, ``spoke`` (missing where nobody counted, which is not 0).

    Raises
    ------
    MeasureError
        If a consultation is not in the log, a group stands twice in a split, more spoke than came, more came
        than there are, or a count is none.

    Examples
    --------
    >>> page = {"consultations": [{"id": "C1"}],
    ...         "counts": [{"consultation": "C1", "ground": "Sex", "line": "group", "group": "Women", "came": 30}]}
    >>> people(page)[["group", "came"]].values.tolist()
    [['Women', 30]]
    """
    import pandas as pd

    log = [str(row.get("id") or "").strip() for row in rows(answers, "consultations")]
    names = {name.casefold(): name for name in log}
    found, seen = [], set()
    for row in rows(answers, "counts"):
        given, ground = (str(row.get(name) or "").strip() for name in ("consultation", "ground"))
        if given.casefold() not in names:
            raise MeasureError("participation.no-consultation", name=given[:30], known=", ".join(log)[:60] or "–")
        line = row.get("line") or "group"
        group = (
            str(row.get("group") or "").strip() if line == "group" else answer(PAGE, "line", line, inside="counts")
        )
        place = f"{given}, {ground}, {group}"
        key = (given.casefold(), ground.casefold(), str(line), group.casefold())
        if key in seen:
            raise MeasureError("participation.group-twice", where=place[:50])
        seen.add(key)
        counts = {name: count_of(row.get(name), where=place, what=name) for name in COUNTS}
        for fewer, more in (("spoke", "came"), ("came", "population"), ("invited", "population")):
            if None not in (counts[fewer], counts[more]) and counts[fewer] > counts[more]:
                raise MeasureError(
                    "participation.more-than", where=place[:45], fewer=_asked(fewer), more=_asked(more),
                    n=counts[fewer], all=counts[more],
                )  # fmt: skip
        found.append(
            {"consultation": names[given.casefold()], "ground": ground, "line": line, "group": group} | counts
        )
    table = pd.DataFrame(found, columns=["consultation", "ground", "line", "group", *COUNTS])
    return table.astype(dict.fromkeys(COUNTS, "Int64"))


def representativeness(answers: dict, *, count: str = "came") -> pd.DataFrame:
    """Compare each group's share of those present with its share of the population.

    Parameters
    ----------
    answers : dict
        The page ``participation``.
    count : {"came", "invited", "spoke"}
        Who is looked at.

    Returns
    -------
    pandas.DataFrame
        A row for each group of each split that is complete: ``consultation``, ``ground``, ``group``,
        ``population``, ``absent`` (nobody of the group), and the columns of
        `kit.measure.representation.representation`: ``estimate`` is the representation quotient, 1 is parity.
        Those who were not asked or did not say are left out of both shares.

    Raises
    ------
    MeasureError
        As `people`.

    Notes
    -----
    People who come to a consultation are no sample. The interval says how far chance alone could reach if all
    had come as readily; it says nothing about why a group stayed away.

    Examples
    --------
    >>> there = {"consultation": "C1", "ground": "Sex", "line": "group"}
    >>> page = {"consultations": [{"id": "C1"}],
    ...         "counts": [there | {"group": "Women", "population": 5100, "came": 30},
    ...                    there | {"group": "Men", "population": 4900, "came": 70}]}
    >>> representativeness(page)[["group", "estimate"]].round(2).values.tolist()
    [['Women', 0.59], ['Men', 1.43]]
    """
    import pandas as pd

    from kit.measure.representation import representation

    found = []
    for (consultation, ground), split in _splits(people(answers)):
        groups = split[split["line"] == "group"]
        if _why_not(groups, count):
            continue
        data = groups[["group", "population", count]].astype({"population": float, count: int})
        result = representation(data, "group", count=count, population="population")
        result.insert(0, "consultation", consultation)
        result.insert(1, "ground", ground)
        result.insert(3, "population", groups["population"].to_numpy())
        result["absent"] = result["count"] == 0
        found.append(result)
    if not found:
        return pd.DataFrame(columns=["consultation", "ground", "group", "population", "count", "estimate", "lower",
                                     "upper", "n", "method", "notes", "absent"])  # fmt: skip
    return pd.concat(found, ignore_index=True)


def incomplete(answers: dict, *, count: str = "came") -> list[str]:
    """Say in words which splits cannot be compared with the population, and why.

    Examples
    --------
    >>> one = {"consultation": "C1", "ground": "Sex", "group": "Women"}
    >>> page = {"consultations": [{"id": "C1"}], "counts": [one]}
    >>> incomplete(page)
    ['C1, Sex: only one group; add a row for everybody else.']
    """
    found = []
    for (consultation, ground), split in _splits(people(answers)):
        why = _why_not(split[split["line"] == "group"], count)
        if why:
            found.append(
                text("participation.incomplete", consultation=consultation, ground=ground or "–", why=why)
            )
    return found


def published(answers: dict) -> pd.DataFrame:
    """Give who came, fit to be published: small counts are hidden, and what would give them away.

    Parameters
    ----------
    answers : dict
        The page ``participation``.

    Returns
    -------
    pandas.DataFrame
        ``consultation``, ``ground``, ``group``, ``population``, ``came`` (a count, or missing where hidden or not
        counted), ``hidden``, ``absent`` and ``estimate``, ``lower``, ``upper``, ``n`` (missing where the
        quotient would give a hidden count back).

    Raises
    ------
    MeasureError
        As `people`.

    Examples
    --------
    >>> there = {"consultation": "C1", "ground": "Sex", "line": "group"}
    >>> page = {"consultations": [{"id": "C1"}],
    ...         "counts": [there | {"group": "Women", "population": 5100, "came": 3},
    ...                    there | {"group": "Men", "population": 4900, "came": 70}]}
    >>> published(page)["hidden"].tolist()
    [True, True]
    """
    import pandas as pd

    from kit.measure.suppression import suppress

    table, least = people(answers), rules(PAGE)["least_shown"]
    quotient = representativeness(answers).set_index(["consultation", "ground", "group"])
    found = []
    for (consultation, ground), split in _splits(table):
        counted = split[split["came"].notna()]
        hidden = set()
        if counted["came"].sum():
            shown = suppress(dict(zip(counted.index, counted["came"].astype(int), strict=True)), threshold=least)
            cells = shown.published["count"].tolist()[: len(counted)]
            hidden = {place for place, cell in zip(counted.index, cells, strict=True) if not isinstance(cell, int)}
        # The quotient gives back how many are in the groups together; those who did not say are then the rest.
        told = not (split.loc[list(hidden), "line"] != "group").any()
        for place, row in split.iterrows():
            key = (consultation, ground, row["group"])
            known = row["line"] == "group" and key in quotient.index and place not in hidden and told
            sizes = {
                name: quotient.loc[key, name] if known else None for name in ("estimate", "lower", "upper", "n")
            }
            found.append(
                {"consultation": consultation, "ground": ground, "group": row["group"]}
                | {"population": row["population"] if row["line"] == "group" else None}
                | {"came": None if place in hidden else row["came"], "hidden": place in hidden}
                | {"absent": row["line"] == "group" and row["came"] is not pd.NA and row["came"] == 0}
                | sizes
            )
    columns = ["consultation", "ground", "group", "population", "came", "hidden", "absent"]
    made = pd.DataFrame(found, columns=[*columns, "estimate", "lower", "upper", "n"])
    sizes = dict.fromkeys(["estimate", "lower", "upper"], float)
    return made.astype(dict.fromkeys(["population", "came", "n"], "Int64") | sizes)


def people_picture(answers: dict) -> AccessibleFigure | None:
    """Draw the representation quotient of each group that may be shown, with its interval; 1 is parity.

    Nothing where no group may be shown.

    Examples
    --------
    >>> people_picture({}) is None
    True
    """
    return draw_people(published(answers))


def draw_people(found: pd.DataFrame) -> AccessibleFigure | None:
    """Draw what `published` gave already.

    Examples
    --------
    >>> draw_people(published({})) is None
    True
    """
    from kit.figures import AccessibleFigure, intervals

    table = found[found["estimate"].notna()].head(60)
    if table.empty:
        return None
    few = int((table["upper"] < 1).sum())
    drawn = intervals(
        table,
        ["consultation", "ground", "group"],
        caption=text("participation.caption-people", n=few, all=len(table)),
        source=text("participation.own-counts"),
        axis=text("participation.axis-quotient"),
        reference=1,
    )
    # Below the picture stands the table that people read, with the groups that cannot be drawn.
    return AccessibleFigure(drawn.png, alt=drawn.alt, caption=drawn.caption, source=drawn.source,
                            table=people_table(found), width=700)  # fmt: skip


def people_table(table: pd.DataFrame) -> pd.DataFrame:
    """Give what may be published as a table to read.

    Examples
    --------
    >>> people_table(published({})).shape
    (0, 6)
    """
    import pandas as pd

    from kit.figures._words import number_words

    found = []
    for row in table.to_dict("records"):
        came = text("participation.hidden") if row["hidden"] else "–" if pd.isna(row["came"]) else str(row["came"])
        size = "–"
        if not pd.isna(row["estimate"]):
            ends = {name: number_words(row[name]) for name in ("estimate", "lower", "upper")}
            size = text("participation.quotient", **ends)
        living = "–" if pd.isna(row["population"]) else str(row["population"])
        found.append([row["consultation"], row["ground"] or "–", row["group"] or "–", living, came, size])
    names = ("consultation", "ground", "group", "population", "came", "quotient")
    return pd.DataFrame(found, columns=[text(f"participation.column-{name}") for name in names])


def _splits(table: pd.DataFrame):
    return table.groupby(["consultation", "ground"], sort=False)


def _why_not(groups: pd.DataFrame, count: str) -> str:
    if len(groups) < 2:
        return text("participation.one-group")
    if groups["population"].isna().any():
        return text("participation.no-population", group=groups[groups["population"].isna()]["group"].iloc[0])
    if (groups["population"] == 0).any():
        return text("participation.nobody-lives", group=groups[groups["population"] == 0]["group"].iloc[0])
    if groups[count].isna().any():
        return text("participation.not-counted", group=groups[groups[count].isna()]["group"].iloc[0])
    return text("participation.nobody-came") if groups[count].sum() == 0 else ""


def _asked(name: str) -> str:
    return label(PAGE, name, inside="counts")
