"""Two people changed one page: see where they differ, and join them."""

from __future__ import annotations

from kit.errors import TownFileError
from kit.town.pages import Page, load_page, save_page, state
from kit.town.row_merge import join_rows


def differences(name: str, mine: int, *, town: object = None) -> dict[str, dict]:
    """Give the answers in which a kept state differs from the page as it counts now.

    Parameters
    ----------
    name : str
        Name of the page.
    mine : int
        Number of the kept state, as the message named it.
    town : str or Path, optional
        Another folder than the usual one.

    Returns
    -------
    dict
        By field: ``mine``, ``theirs`` and ``before`` (what both began with); ``None`` where it was empty.

    Examples
    --------
    >>> import tempfile
    >>> from kit.town import save_page
    >>> town = tempfile.mkdtemp()
    >>> for place in ("Exampleton", "Sampleville"):
    ...     page = save_page("about-our-town", {"municipality": place}, town=town)
    >>> differences("about-our-town", 1, town=town)
    {'municipality': {'mine': 'Exampleton', 'theirs': 'Sampleville', 'before': None}}
    """
    own = state(name, mine, town=town)
    return _differences(own, load_page(name, town=town).answers, town)


def merge(name: str, mine: int, *, choose: dict[str, str] | None = None, town: object = None) -> Page:
    """Join a kept state with the page as it counts now, and save the result as a new revision.

    An answer that only one of the two changed is taken from that one. In a table of answers
    the rows of both are joined, unless both changed the same row.

    Parameters
    ----------
    name : str
        Name of the page.
    mine : int
        Number of the kept state.
    choose : dict, optional
        For answers that both changed: ``{"indicator": "mine"}`` or ``"theirs"``.
    town : str or Path, optional
        Another folder than the usual one.

    Raises
    ------
    TownFileError
        ``town.choose-fields`` if both changed the same answer and nothing was chosen for it.

    Examples
    --------
    >>> import tempfile
    >>> from kit.town import save_page
    >>> town, start = tempfile.mkdtemp(), {"municipality": "Exampleton"}
    >>> page = save_page("about-our-town", start, town=town)
    >>> page = save_page("about-our-town", {**start, "country": "Utopia"}, based_on=1, town=town)
    >>> try:
    ...     page = save_page("about-our-town", {**start, "region": "North"}, based_on=1, town=town)
    ... except TownFileError as conflict:
    ...     mine = conflict.gaps["mine"]
    >>> merge("about-our-town", mine, town=town).answers
    {'municipality': 'Exampleton', 'country': 'Utopia', 'region': 'North'}
    """
    own, now, choose = state(name, mine, town=town), load_page(name, town=town), choose or {}
    joined, open_fields = dict(now.answers), []
    for field, one in _differences(own, now.answers, town).items():
        if one["theirs"] == one["before"]:
            winner = "mine"
        elif one["mine"] == one["before"]:
            winner = "theirs"
        elif choose.get(field) in ("mine", "theirs"):
            winner = choose[field]
        elif (rows := join_rows(one["before"], one["mine"], one["theirs"])) is not None:
            joined[field] = rows
            continue
        else:
            open_fields.append(field)
            continue
        if one[winner] is None:
            joined.pop(field, None)
        else:
            joined[field] = one[winner]
    if open_fields:
        raise TownFileError(
            "town.choose-fields", page=name, fields=", ".join(open_fields), first=open_fields[0], mine=mine
        )
    return save_page(name, joined, based_on=now.revision, version=max(own.version, now.version), town=town)


def _differences(own: Page, theirs: dict, town: object) -> dict[str, dict]:
    try:
        before = state(own.name, own.based_on, town=town).answers
    except TownFileError:
        before = {}
    return {
        field: {"mine": own.answers.get(field), "theirs": theirs.get(field), "before": before.get(field)}
        for field in {**theirs, **own.answers}
        if own.answers.get(field) != theirs.get(field)
    }
