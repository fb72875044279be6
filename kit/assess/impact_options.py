"""Compare the options of a decision by what each does to people's rights. The kit names no winner."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kit.assess.impact_register import register
from kit.assess.page_words import answer, rows
from kit.assess.rule_files import rules
from kit.errors import MeasureError
from kit.text import text

if TYPE_CHECKING:
    import pandas as pd

TESTS = ("lawful", "legitimate_aim", "necessary", "proportionate")


def compare_options(answers: dict) -> pd.DataFrame:
    """Count what each option does: impacts at each severity, what cannot wait, what has no measure.

    Impacts under every option count in each. Counts depend on how finely impacts were told apart, so that
    they are never added up; read `side_by_side` beside them.

    Parameters
    ----------
    answers : dict
        The page ``impact``; impacts whose ratings contradict each other count as not rated.

    Returns
    -------
    pandas.DataFrame
        A row for each option: ``option``, ``name``, ``at_4`` … ``at_1``, ``not_rated``, ``do_not_wait``,
        ``claimed`` (without evidence) and ``unanswered`` (severe, with neither measure nor refusal).

    Raises
    ------
    MeasureError
        If there are fewer than two options, or a letter is used twice.

    Examples
    --------
    >>> rate = {"timing": "actual", "scale": "l3", "scope": "l2", "irremediability": "l1"}
    >>> found = compare_options({
    ...     "options": [{"letter": "a", "name": "Cameras"}, {"letter": "b", "name": "Wardens"}],
    ...     "impacts": [{"id": "I1", "option": "a", **rate}],
    ... })
    >>> found[["name", "at_3", "unanswered"]].values.tolist()
    [['Cameras', 1, 1], ['Wardens', 0, 0]]
    """
    import pandas as pd

    table, limits = register(answers, strict=False), rules("impact")
    most = max(len(limits["scales"][one]) for one in ("scale", "scope", "irremediability"))
    found = []
    for option in _options(answers):
        mine = table[table["option"].isin(["all", option["letter"]])]
        severe = mine[mine["severity"].fillna(0) >= limits["severe_from"]]
        bare = [
            not names and not refused for names, refused in zip(severe["measures"], severe["refused"], strict=True)
        ]
        found.append(
            {"option": option["letter"], "name": option.get("name", "")}
            | {f"at_{level}": int((mine["severity"] == level).sum()) for level in range(most, 0, -1)}
            | {
                "not_rated": int(mine["severity"].isna().sum()),
                "do_not_wait": int(mine["do_not_wait"].sum()),
                "claimed": int((mine["basis"] == "claimed").sum()),
                "unanswered": sum(bare),
            }
        )  # fmt: skip
    return pd.DataFrame(found)


def side_by_side(answers: dict) -> pd.DataFrame:
    """Put the severity of each right and group under every option into one row: who bears what.

    Parameters
    ----------
    answers : dict
        The page ``impact``.

    Returns
    -------
    pandas.DataFrame
        Columns ``right``, ``holders``, then one for each option with the highest severity there (0 where
        no impact was found), and ``differs``. Rows where the options differ come first.

    Raises
    ------
    MeasureError
        As `compare_options`.

    Examples
    --------
    >>> rate = {"right": "privacy", "holders": "Shoppers", "timing": "actual", "scale": "l1"}
    >>> found = side_by_side({
    ...     "options": [{"letter": "a", "name": "Cameras"}, {"letter": "b", "name": "Wardens"}],
    ...     "impacts": [{"id": "I1", "option": "a", **rate, "scope": "l2", "irremediability": "l1"}],
    ... })
    >>> found[["right", "holders", "a", "b"]].values.tolist()
    [['privacy', 'Shoppers', 2, 0]]
    """
    import pandas as pd

    table = register(answers, strict=False)
    table = table[table["severity"].notna()]
    letters = [option["letter"] for option in _options(answers)]
    cells: dict[tuple, dict] = {}
    for row in table.to_dict("records"):
        key = (row["right"], " ".join(str(row["holders"]).split()).casefold())
        cell = cells.setdefault(
            key, {"right": row["right"], "holders": row["holders"]} | dict.fromkeys(letters, 0)
        )
        for letter in letters if row["option"] == "all" else [row["option"]]:
            cell[letter] = max(cell.get(letter, 0), int(row["severity"]))
    found = [cell | {"differs": len({cell[letter] for letter in letters}) > 1} for cell in cells.values()]
    found.sort(key=lambda cell: (not cell["differs"], -max(cell[letter] for letter in letters)))
    return pd.DataFrame(found, columns=["right", "holders", *letters, "differs"])


def in_words(answers: dict) -> list[str]:
    """Say what sets the options apart, a sentence each: limits on rights, and who bears more under which.

    Parameters
    ----------
    answers : dict
        The page ``impact``.

    Raises
    ------
    MeasureError
        As `compare_options`.

    Examples
    --------
    >>> in_words({"options": [{"letter": "a", "name": "Cameras", "necessary": "no"},
    ...                       {"letter": "b", "name": "Wardens"}]})[0]
    'Option A (Cameras): the limit on rights fails a test: necessary.'
    """
    said = []
    for option in _options(answers):
        gaps = {"letter": option["letter"].upper(), "name": option.get("name", "")}
        failed = [answer_word(one) for one in TESTS if option.get(one) == "no"]
        open_ones = [answer_word(one) for one in TESTS if option.get(one) not in ("yes", "no")]
        if failed:
            said.append(text("impact.option-fails", **gaps, tests=", ".join(failed)))
        elif open_ones:
            said.append(text("impact.option-open", **gaps, tests=", ".join(open_ones)))
        else:
            said.append(text("impact.option-holds", **gaps))
        if option.get("backwards") == "yes":
            said.append(text("impact.option-backwards", **gaps))
    letters = [option["letter"] for option in _options(answers)]
    for row in side_by_side(answers).to_dict("records"):
        if row["differs"]:
            levels = "; ".join(_level_words(letter, row[letter]) for letter in letters)
            right = answer("impact", "right", row["right"], inside="impacts")
            said.append(text("impact.option-differs", right=right, holders=row["holders"], levels=levels))
    return said


def answer_word(test: str) -> str:
    """Give the name of one of the four tests of a limit.

    Examples
    --------
    >>> answer_word("legitimate_aim")
    'legitimate aim'
    """
    return text(f"impact.test-{test}")


def _level_words(letter: str, level: int) -> str:
    key = "impact.option-level" if level else "impact.option-no-level"
    return text(key, letter=letter.upper(), level=level)


def _options(answers: dict) -> list[dict]:
    found = [option for option in rows(answers, "options") if option.get("letter")]
    letters = [option["letter"] for option in found]
    for letter in letters:
        if letters.count(letter) > 1:
            raise MeasureError("impact.option-twice", option=letter.upper())
    if len(found) < 2:
        raise MeasureError("impact.two-options", found=len(found))
    return sorted(found, key=lambda option: option["letter"])
