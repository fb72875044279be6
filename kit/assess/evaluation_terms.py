"""Terms of reference for an independent evaluation: the calendar as a picture, and the section of the document.

What is checked stands in `kit.assess.evaluation_terms_checks`.

Source: OECD DAC Network on Development Evaluation (2019); UN Evaluation Group (2014).
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from kit.assess.evaluation_terms_checks import PAGE, check, cover, ethics, gaps, independence, ready, steps
from kit.assess.page_words import answer, page, rows, told
from kit.assess.section import Heading, Paragraph, Picture, Section, Table
from kit.errors import MeasureError
from kit.text import text
from kit.text.days import show_day

if TYPE_CHECKING:
    import pandas as pd

    from kit.figures import AccessibleFigure

__all__ = ["check", "cover", "ethics", "gaps", "independence", "picture", "ready", "section", "steps"]

_ABOUT = (
    "object",
    "kind",
    "purposes",
    "decision",
    "begins",
    "ends",
    "limits",
    "affected",
    "questions_with",
    "group",
)
_REST = ("team", "budget", "currency", "funding", "forms", "answer_by")


def section(answers: dict, *, today: date | None = None) -> Section:
    """Give the section of the document: the terms as they can be published, and what they still lack.

    Parameters
    ----------
    answers : dict
        The page ``evaluation-terms``; a half-filled one gives a draft that names what is missing.
    today : datetime.date, optional
        Not needed here; `ready` asks for it.

    Examples
    --------
    >>> section({}).unknown[0]
    'No decision is named that will use the evaluation.'
    """
    title, unknown = text("evaluation_terms.title"), []
    parts = [Paragraph(text("evaluation_terms.kit-rule"), note=True)]
    try:
        check(answers)
    except MeasureError as error:
        parts.append(Paragraph(" ".join(error.lines), note=True))
        unknown.append(error.lines[0])
    parts.append(Table(told(PAGE, answers, _ABOUT), text("evaluation_terms.table-about")))
    if rows(answers, "questions"):
        parts += [Heading(text("evaluation_terms.questions"))]
        parts += [Table(_questions(answers), text("evaluation_terms.table-questions"))]
        parts += [Heading(text("evaluation_terms.cover"))]
        parts += [Table(_cover(answers), text("evaluation_terms.table-cover"))]
    for name, table in (("independence", independence(answers)), ("ethics", ethics(answers))):
        parts += [Heading(text(f"evaluation_terms.{name}"))]
        parts += [Table(_answered(table), text(f"evaluation_terms.table-{name}"))]
        if name == "independence" and answers.get("not_why"):
            parts.append(Paragraph(str(answers["not_why"])))
    table = steps(answers, strict=False)
    if (table["on"] != "").any():
        parts += [Heading(text("evaluation_terms.steps")), Picture(picture(answers))]
        parts += [Table(_shown(table), text("evaluation_terms.table-steps"))]
    parts += [Heading(text("evaluation_terms.rest"))]
    parts += [Table(told(PAGE, answers, _REST), text("evaluation_terms.table-rest"))]
    return Section(title, parts, unknown=[*unknown, *gaps(answers)], sources=page(PAGE)["sources"])


def picture(answers: dict) -> AccessibleFigure:
    """Draw the calendar: a mark for each step on its day, with the day in words beside it.

    Parameters
    ----------
    answers : dict
        The page ``evaluation-terms``; steps without a day are counted in the caption, not drawn.

    Raises
    ------
    MeasureError
        If no step has a day.

    Examples
    --------
    >>> plan = [{"step": "terms", "on": "2027-01-15"}, {"step": "draft", "on": "2027-05-01"}]
    >>> print(picture({"steps": plan}).caption)
    2 of 11 steps have a day, from 15 January 2027 to 1 May 2027.
    """
    from kit.figures import canvas, figure
    from kit.figures._words import wrapped
    from kit.figures.accessible import COLOURS

    table = steps(answers, strict=False)
    drawn = table[table["on"] != ""]
    if drawn.empty:
        raise MeasureError("evaluation_terms.nothing-to-draw")
    days = [date.fromisoformat(day).toordinal() for day in drawn["on"]]
    width = max(1, max(days) - min(days))
    drawing, axes = canvas(width=7.6, height=1.0 + 0.42 * len(drawn))
    for place, (day, row) in enumerate(zip(days, drawn.to_dict("records"), strict=True)):
        y = len(drawn) - 1 - place
        axes.axhline(y, color="#d0d0d0", linewidth=0.8, zorder=0)
        axes.plot([day], [y], marker="o", markersize=10, color=COLOURS[0], zorder=3)
        left = day - min(days) > 0.6 * width
        axes.text(day + (-0.025 if left else 0.025) * width, y + 0.05, show_day(row["on"]), va="bottom",
                  ha="right" if left else "left", fontsize=10)  # fmt: skip
    axes.set_yticks(range(len(drawn)), [wrapped(words, 34) for words in reversed(drawn["label"].tolist())])
    axes.set_xticks([])
    axes.spines["bottom"].set_visible(False)
    axes.set_xlim(min(days) - 0.04 * width, max(days) + 0.04 * width)
    axes.set_ylim(-0.5, len(drawn) - 0.2)
    axes.tick_params(labelsize=10, length=0)
    lines = [text("evaluation_terms.alt-step", step=row["label"], day=show_day(row["on"]))
             for row in drawn.to_dict("records")]  # fmt: skip
    first, last = show_day(min(drawn["on"])), show_day(max(drawn["on"]))
    return figure(
        drawing,
        alt=text("evaluation_terms.alt", rows=" ".join(lines)),
        caption=text("evaluation_terms.caption", n=len(drawn), all=len(table), first=first, last=last),
        source=text("evaluation_terms.own-plan"),
        table=_shown(drawn),
    )


def _shown(table: pd.DataFrame) -> pd.DataFrame:
    import pandas as pd

    cells = [[row["label"], show_day(row["on"]) if row["on"] else "–", row["who"] or "–"]
             for row in table.to_dict("records")]  # fmt: skip
    return pd.DataFrame(cells, columns=[text(f"evaluation_terms.column-{name}") for name in ("step", "on", "who")])


def _questions(answers: dict) -> pd.DataFrame:
    import pandas as pd

    fields, found = ("question", "criterion", "methods", "source", "yardstick"), []
    for number, row in enumerate(rows(answers, "questions"), start=1):
        cells = [answer(PAGE, name, row.get(name), inside="questions") or "–" for name in fields]
        cells[1] = cells[1].split(":")[0]
        found.append([str(number), *cells])
    heads = [text(f"evaluation_terms.column-{name}") for name in ("number", *fields)]
    return pd.DataFrame(found, columns=heads)


def _cover(answers: dict) -> pd.DataFrame:
    import pandas as pd

    found = [
        [row["label"], ", ".join(map(str, row["questions"])) or text("evaluation_terms.none")]
        for row in cover(answers).to_dict("records")
    ]
    return pd.DataFrame(found, columns=[text(f"evaluation_terms.column-{name}") for name in ("lens", "questions")])


def _answered(table: pd.DataFrame) -> pd.DataFrame:
    import pandas as pd

    cells = [
        [row["condition"], answer(PAGE, row["name"], row["answer"]) or "–"] for row in table.to_dict("records")
    ]
    return pd.DataFrame(cells, columns=[text("town.question"), text("town.answer")])
