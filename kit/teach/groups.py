"""What a group learned: the sheets of the before test and the after test side by side.

No sheet has a name, and no row of the result is a person. Below five sheets no mean is shown, and below
five pairs no question by itself, since either could tell who gave the answers.
"""

from __future__ import annotations

import html
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from kit.errors import ExerciseError
from kit.learn.answer_sheets import Sheet, read_sheet, sheet_folder
from kit.learn.course_items import NOT_KNOWN, RIGHT, course_items
from kit.text import language, text
from kit.town.wording import in_language

if TYPE_CHECKING:
    import pandas as pd

    from kit.figures import AccessibleFigure

FEWEST = 5  # pairs of sheets below which nothing is shown by question


class GroupResult(NamedTuple):
    """The result of a group: tables, a picture and what to keep in mind."""

    totals: pd.DataFrame
    questions: pd.DataFrame | None
    picture: AccessibleFigure | None
    notes: list[str]

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, str]:
        from kit.figures import table_html

        notes = "".join(f"<li>{html.escape(note)}</li>" for note in self.notes)
        parts = [f"<ul>{notes}</ul>", table_html(self.totals, caption=text("group.totals"))]
        if self.picture:
            parts.append(self.picture.markup)
        words = "\n".join([*self.notes, self.totals.to_string(index=False)])
        return {"text/html": f'<section lang="{language()}">{"".join(parts)}</section>', "text/plain": words}


def group_result(folder: str | Path | None = None) -> GroupResult:
    """Show what a group learned, question by question, without anybody's name.

    Put the folders ``course_tests`` of all laptops into one folder first.

    Parameters
    ----------
    folder : str or pathlib.Path, optional
        Where the sheets are, also in folders inside it; the kit's own ``course_tests`` without it.

    Returns
    -------
    GroupResult
        The last line of a notebook cell shows it. ``totals`` holds the mean number of right answers
        before and after, the share of what could be learned that was learned, and the size of the change;
        ``questions`` a row a question with the shares of right answers before and after.

    Raises
    ------
    ExerciseError
        If the folder is missing or holds no sheet.

    Notes
    -----
    Misuse: a change read as the work of the course alone (there is no group to compare with); those who
    stayed compared with all who began; one person's sheet shown to an employer.

    Source: `kit.measure.learning` for the measures (Hake 1998; McNemar 1947; Bonett 2008).

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from kit.learn.answer_sheets import save_sheet
    >>> place = Path(tempfile.mkdtemp())
    >>> first = {item["id"]: "right" for item in course_items()[:5]}
    >>> for side, answers in {"before": {}, "after": first}.items():
    ...     saved = save_sheet(side, "tola-37", answers=answers, place=place)
    >>> group_result(place).totals["value"].tolist()  # one pair: its mean would be a person's mark
    [1.0]
    """
    place = Path(folder) if folder is not None else sheet_folder()
    sheets, notes = _read(place)
    before = {sheet.code: sheet for sheet in sheets if sheet.side == "before"}
    after = {sheet.code: sheet for sheet in sheets if sheet.side == "after"}
    pairs = [(before[code], after[code]) for code in sorted(before.keys() & after.keys())]
    if len(before) + len(after) > 2 * len(pairs):
        alone = {"before": len(before) - len(pairs), "after": len(after) - len(pairs)}
        notes.append(text("group.unpaired", **alone))
    totals = _totals(before, after, pairs)
    if len(pairs) < FEWEST:
        notes.append(text("group.few", pairs=len(pairs), fewest=FEWEST))
        return GroupResult(totals, None, None, notes)
    notes.append(text("group.no-comparison"))
    questions = _questions(pairs)
    return GroupResult(totals, questions, _picture(questions, len(pairs)), notes)


def _read(place: Path) -> tuple[list[Sheet], list[str]]:
    """Read all sheets; name the files that are none, and the second of two with the same code."""
    if not place.is_dir():
        raise ExerciseError("group.no-folder", folder=place.name[:40])
    found: dict[tuple[str, str], Sheet] = {}
    notes = []
    for path in sorted(place.rglob("*.json")):
        try:
            sheet = read_sheet(path)
        except ExerciseError:
            notes.append(text("group.left-out", file=path.name))
            continue
        if found.setdefault((sheet.side, sheet.code), sheet) != sheet:
            notes.append(text("group.twice", file=path.name))
    if not found:
        raise ExerciseError("group.no-sheets", folder=place.name[:40])
    return list(found.values()), notes


def _totals(before: dict[str, Sheet], after: dict[str, Sheet], pairs: list[tuple[Sheet, Sheet]]) -> pd.DataFrame:
    import pandas as pd

    from kit.measure import learning

    top = len(course_items())
    rows: list[tuple[str, Any, str]] = [("pairs", float(len(pairs)), "")]
    first, second = ([pair[side].right for pair in pairs] for side in (0, 1))
    # The mean of few sheets is nearly somebody's mark.
    if len(pairs) >= FEWEST:
        rows += [("mean-before", sum(first) / len(first), ""), ("mean-after", sum(second) / len(second), "")]
    elif not pairs:
        for name, side in {"mean-before": before, "mean-after": after}.items():
            if len(side) >= FEWEST:
                rows.append((name, sum(sheet.right for sheet in side.values()) / len(side), ""))
    if len(pairs) >= FEWEST and sum(first) < top * len(pairs):
        gain = learning.hake_gain(first, second, maximum=top).set_index("measure").loc["class_gain"]
        rows.append(("gain", gain.estimate, _between(gain)))
        if len({b - a for a, b in zip(first, second, strict=True)}) > 1 and len(set(first)) > 1:
            size = learning.paired_effect_size(first, second).set_index("measure").loc["g_av"]
            rows.append(("size", size.estimate, _between(size)))
    table = pd.DataFrame(
        {
            "measure": [text(f"group.{name}", all=top) for name, _, _ in rows],
            "value": [round(float(value), 2) for _, value, _ in rows],
            "interval": [between for _, _, between in rows],
        }
    )
    return table if any(table["interval"]) else table.drop(columns="interval")


def _between(row: pd.Series) -> str:
    return text("group.between", lower=f"{row.lower:.2f}", upper=f"{row.upper:.2f}")


def _questions(pairs: list[tuple[Sheet, Sheet]]) -> pd.DataFrame:
    """Give a row a question: right before and after, learned, lost, and the misreading that is left."""
    import pandas as pd

    from kit.measure import learning

    rows = []
    for number, item in enumerate(course_items(), 1):
        sides = [[pair[side].answers[item["id"]] for pair in pairs] for side in (0, 1)]
        first, second = ([answer == RIGHT for answer in side] for side in sides)
        change = learning.mcnemar([int(right) for right in first], [int(right) for right in second]).iloc[0]
        wrong = Counter(answer for answer in sides[1] if answer not in (RIGHT, NOT_KNOWN))
        left = in_language(item["misreadings"][wrong.most_common(1)[0][0]]) if wrong else ""
        rows.append(
            {
                text("group.question"): f"{number}. {in_language(item['aim'])}",
                text("group.right-before"): sum(first),
                text("group.right-after"): sum(second),
                text("group.learned"): int(change.after_only),
                text("group.lost"): int(change.before_only),
                text("group.misreading-left"): left,
                text("group.read-again"): item["lesson"].replace("_", " "),
            }
        )
    return pd.DataFrame(rows)


def _picture(questions: pd.DataFrame, pairs: int) -> AccessibleFigure:
    from kit.figures import COLOURS, canvas, figure

    names, before, after = (questions.iloc[:, place] for place in range(3))
    picture, axes = canvas(width=7.5, height=0.34 * len(names) + 1.2)
    rows = range(len(names))
    axes.hlines(rows, before, after, color="#767676", linewidth=1.5, zorder=1)
    # Hollow and filled, so that nobody needs colours; the filled one is smaller and both can be seen in one place.
    axes.scatter(
        before,
        rows,
        marker="o",
        s=90,
        facecolors="white",
        edgecolors=COLOURS[0],
        zorder=2,
        label=text("group.before"),
    )
    axes.scatter(after, rows, marker="o", s=36, color=COLOURS[1], zorder=3, label=text("group.after"))
    axes.set_yticks(list(rows), [_short(name) for name in names])
    axes.invert_yaxis()
    axes.set_xlim(-0.5, pairs + 0.5)
    axes.xaxis.get_major_locator().set_params(integer=True)
    axes.set_xlabel(text("group.axis", pairs=pairs))
    axes.legend(loc="lower center", bbox_to_anchor=(0.3, 1.0), ncols=2, frameon=False)
    better = int((after > before).sum())
    said = {"better": better, "worse": int((after < before).sum()), "all": len(names), "pairs": pairs}
    return figure(
        picture,
        alt=text("group.alt", **said),
        caption=text("group.caption", **said),
        source=text("group.source"),
        table=questions,
    )


def _short(words: str, width: int = 46) -> str:
    import textwrap

    return textwrap.shorten(words, width, placeholder=" …")
