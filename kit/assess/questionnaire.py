"""The UN questionnaire on local government and human rights: ask, read back, analyse, code, submit.

::

    ask on phones           questionnaire_xlsform.py
    read what came back     questionnaire_files.py, _columns.py, _values.py, _read.py
    count and compare       questionnaire_analysis.py
    code open answers       questionnaire_coding.py
    send in one's own       questionnaire_submission.py, _docx.py

The rounds of 2023 and 2025 ask different things and are kept apart: each function takes ``round``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kit.assess.questionnaire_analysis import analyse, counts, levels, who_answered, with_speaker
from kit.assess.questionnaire_coding import (
    agreement,
    code_book,
    coded,
    coding_sheet,
    disagreements,
    read_coding,
    settle,
    texts,
)
from kit.assess.questionnaire_read import Answers, read_answers
from kit.assess.questionnaire_rounds import fields, stakeholders
from kit.assess.questionnaire_submission import answers_by_question, submission, too_long
from kit.assess.questionnaire_xlsform import xlsform
from kit.assess.rule_files import said
from kit.text import text

if TYPE_CHECKING:
    from kit.figures import AccessibleFigure

__all__ = [
    "Answers",
    "agreement",
    "analyse",
    "answers_by_question",
    "code_book",
    "coded",
    "coding_sheet",
    "counts",
    "disagreements",
    "levels",
    "picture",
    "read_answers",
    "read_coding",
    "settle",
    "submission",
    "texts",
    "too_long",
    "who_answered",
    "with_speaker",
    "xlsform",
]


def picture(answers: Answers, field: str) -> AccessibleFigure:
    """Draw how many of each stakeholder kind gave each answer: counts, never shares.

    Parameters
    ----------
    answers : Answers
        From `read_answers`.
    field : str
        Short name of a question with choices, ``"a1a_struct"``.

    Raises
    ------
    MeasureError
        If the question has no choices.

    Examples
    --------
    >>> from kit.assess.questionnaire_analysis import example
    >>> print(picture(example(), "a1a_struct").caption)
    2 of those who answer said something to this; 1 left it empty.
    """
    from matplotlib.patches import Patch

    from kit.figures import canvas, figure
    from kit.figures._words import wrapped
    from kit.figures.accessible import COLOURS, HATCHES

    table = counts(answers, field)
    drawn = table[table["all"] > 0]
    kinds = {kind: words for kind, words in stakeholders().items() if drawn[kind].any()}
    drawing, axes = canvas(width=7.4, height=1.6 + 0.45 * max(1, len(drawn)))
    for place, row in enumerate(drawn.to_dict("records")):
        left = 0
        for number, kind in enumerate(kinds):
            if not row[kind]:
                continue
            look = {"hatch": HATCHES[number % 5], "edgecolor": COLOURS[number % 5], "facecolor": "white"}
            axes.barh(len(drawn) - 1 - place, row[kind], left=left, height=0.62, linewidth=1.2, **look)
            axes.text(left + row[kind] / 2, len(drawn) - 1 - place, str(row[kind]), ha="center", va="center",
                      fontsize=10, bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.2})  # fmt: skip
            left += row[kind]
    axes.set_yticks(range(len(drawn)), [wrapped(words, 34) for words in reversed(drawn["words"].tolist())])
    axes.xaxis.get_major_locator().set_params(integer=True)
    axes.set_xlabel(text("questionnaire.axis"), fontsize=11)
    keys = [
        Patch(hatch=HATCHES[number % 5], edgecolor=COLOURS[number % 5], facecolor="white", label=words)
        for number, words in enumerate(kinds.values())
    ]
    below = (0.4, -0.14 - 0.3 / max(1, len(drawn)))
    axes.legend(handles=keys, loc="upper center", bbox_to_anchor=below, ncols=3, frameon=False, fontsize=10)
    told = [
        text("questionnaire.alt-row", answer=row["words"],
             counts=", ".join(f"{words} {row[kind]}" for kind, words in kinds.items() if row[kind]))
        for row in drawn.to_dict("records")
    ]  # fmt: skip
    every = answers.table["unit"].nunique()
    empty = int(table.loc[table["answer"].isin(["left_empty", "not_asked"]), "all"].sum())
    question = said(fields(answers.round)[field]["label"])
    names = {"words": text("town.answer"), "all": text("questionnaire.column-all")} | stakeholders()
    return figure(
        drawing,
        alt=" ".join([text("questionnaire.alt", question=question), *told]),
        caption=text("questionnaire.caption", n=every - empty, empty=empty),
        source=text("questionnaire.source", n=len(answers.table), round=answers.round),
        table=drawn.drop(columns="answer").rename(columns=names),
    )
