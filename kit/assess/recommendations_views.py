"""Views of the tracker: what is due, counts with the list behind each, what the State said and what is done."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from kit.assess.page_words import answer
from kit.assess.recommendations_table import PAGE, day, recommendations
from kit.assess.rule_files import rules
from kit.errors import MeasureError

if TYPE_CHECKING:
    import pandas as pd

BY = ("theme", "groups", "owner", "mechanism", "body", "reply", "power", "right", "sdg", "document")


def due(
    answers: dict | pd.DataFrame, *, today: date | None = None, within_days: int | None = None
) -> pd.DataFrame:
    """Give what is open, the longest overdue first; what has no deadline comes last.

    Parameters
    ----------
    answers : dict or pandas.DataFrame
        The page ``recommendations``, or a table that `recommendations` gave.
    today : datetime.date, optional
        The day against which deadlines have passed.
    within_days : int, optional
        Leaves out what is due later than in so many days. Without it, all that is open is given.

    Returns
    -------
    pandas.DataFrame
        Columns ``id``, ``words``, ``owner``, ``due``, ``days`` (left; below 0 overdue), ``state``
        (``"overdue"``, ``"soon"``, ``"later"``, ``"no_deadline"``) and ``status``.

    Raises
    ------
    MeasureError
        If `within_days` is no number of days.

    Examples
    --------
    >>> page = {"recommendations": [{"id": "U1", "due": "2026-11-01"}, {"id": "U2"}]}
    >>> due(page, today=date(2026, 11, 25))[["id", "days", "state"]].values.tolist()
    [['U1', -24, 'overdue'], ['U2', <NA>, 'no_deadline']]
    """
    import pandas as pd

    if within_days is not None and (
        isinstance(within_days, bool) or not isinstance(within_days, int) or within_days < 0
    ):
        raise MeasureError("recommendations.days", days=within_days)
    today, soon = today or date.today(), rules(PAGE)["soon_days"]
    table = recommendations(answers, strict=False)
    table = table[~table["closed"].astype(bool)]
    left = [(when - today).days if (when := day(text)) else None for text in table["due"]]
    state = ["no_deadline" if many is None else "overdue" if many < 0 else "soon" if many <= soon else "later"
             for many in left]  # fmt: skip
    found = table[["id", "words", "owner", "due", "status"]].assign(
        days=pd.array(left, dtype="Int64"), state=state
    )
    found = found.sort_values(["days", "id"], na_position="last", kind="stable")
    if within_days is not None:
        found = found[(found["days"] <= within_days).fillna(False)]
    return found[["id", "words", "owner", "due", "days", "state", "status"]].reset_index(drop=True)


def counts(answers: dict | pd.DataFrame, *, by: str = "theme") -> pd.DataFrame:
    """Count recommendations by status; a row for each theme, group, owner or the like.

    A recommendation for several groups counts for each of them. There are no shares: recommendations are of
    unequal size, and a share of them says nothing.

    Parameters
    ----------
    answers : dict or pandas.DataFrame
        The page ``recommendations``, or a table that `recommendations` gave.
    by : str
        One of ``"theme"``, ``"groups"``, ``"owner"``, ``"mechanism"``, ``"body"``, ``"reply"``, ``"power"``,
        ``"right"``, ``"sdg"``, ``"document"``.

    Returns
    -------
    pandas.DataFrame
        The value (empty where nothing was said), a column for each status, and ``all``.

    Raises
    ------
    MeasureError
        If the page has no such question to count by.

    Examples
    --------
    >>> page = {"recommendations": [{"id": "U1", "theme": "housing"}, {"id": "U2", "theme": "housing"}]}
    >>> counts(page)[["theme", "not_started", "all"]].values.tolist()
    [['housing', 2, 2]]
    """
    import pandas as pd

    if by not in BY:
        raise MeasureError("recommendations.count-by", by=by, known=", ".join(BY))
    table = recommendations(answers, strict=False)
    if by == "groups":
        table = table.explode("groups").fillna({"groups": ""})
    status = [one["value"] for one in rules(PAGE)["scales"]["status"]]
    found = pd.crosstab(table[by], table["status"]).reindex(columns=status, fill_value=0)
    found["all"] = found.sum(axis=1)
    found = found.reset_index().rename_axis(columns=None)
    return found.sort_values(["all", by], ascending=[False, True], kind="stable").reset_index(drop=True)


def behind(answers: dict | pd.DataFrame, **wanted: str) -> pd.DataFrame:
    """Give the list behind a count: the recommendations with these answers.

    Parameters
    ----------
    answers : dict or pandas.DataFrame
        The page ``recommendations``, or a table that `recommendations` gave.
    **wanted
        Answers by question: ``theme="housing", status="planned"``. An empty text finds what was left open.

    Raises
    ------
    MeasureError
        If there is no such question.

    Examples
    --------
    >>> page = {"recommendations": [{"id": "U1", "theme": "housing"}, {"id": "U2", "theme": "health"}]}
    >>> behind(page, theme="housing")["id"].tolist()
    ['U1']
    """
    table = recommendations(answers, strict=False)
    for name, value in wanted.items():
        if name not in table.columns:
            raise MeasureError("recommendations.count-by", by=name, known=", ".join([*BY, "status"]))
        if name == "groups":
            same = table[name].map(lambda groups, value=value: value in groups if value else not groups)
        else:
            same = table[name] == value
        table = table[same]
    return table.reset_index(drop=True)


def replies(answers: dict | pd.DataFrame) -> pd.DataFrame:
    """Give what the State said beside what is done here: noted is not accepted, and can be carried out.

    Examples
    --------
    >>> page = {"recommendations": [{"id": "U1", "mechanism": "upr", "reply": "noted", "already_done": "yes"}]}
    >>> replies(page)[["reply", "not_started", "already_done", "all"]].values.tolist()
    [['noted', 1, 1, 1]]
    """
    every = recommendations(answers, strict=False)
    every = every[every["mechanism"].isin(rules(PAGE)["reply_bodies"]) | (every["reply"] != "")]
    table = counts(every, by="reply")
    said = every[every["already_done"] == "yes"]["reply"].value_counts()
    return table.assign(already_done=table["reply"].map(said).fillna(0).astype(int))


def word(field: str, value: str) -> str:
    """Give an answer as people read it; nothing said is a dash.

    Examples
    --------
    >>> word("reply", "noted"), word("theme", "")
    ('Noted', '–')
    """
    inside = "log" if field == "status" else PAGE
    return answer(PAGE, field, value, inside=inside) or "–"
