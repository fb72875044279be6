"""One's own answers as a submission: a Word file in the form that the Office of the High Commissioner asks for.

One Word file, plain type, numbered paragraphs and pages, question after question, each within its number of
pages. How many words make a page is a rule of this kit, and so is a page for each question, where the call says
nothing else.

Source: OHCHR, technical guidelines for stakeholders' submissions (as of 1 July 2008): a Word file, paragraphs and
pages numbered, no contacts in the text. The calls of 2023 and 2025 may ask for another form: look there first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kit.assess.page_words import page, rows, shown
from kit.assess.questionnaire_rounds import fields, is_asked, repeats, round_of
from kit.assess.rule_files import rules, said
from kit.assess.section import Heading, Paragraph, Section, Table
from kit.errors import MeasureError
from kit.text import text

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Answer:
    """The answer to one question of the call.

    Parameters
    ----------
    ref : str
        ``"A1a"``.
    question : str
        The question, in our own words.
    paragraphs : list of str
        The answer, paragraph by paragraph.
    table : pandas.DataFrame or None
        Initiatives or examples.
    words : int
        Words of paragraphs and table.
    limit : int
        Most words.
    """

    ref: str
    question: str
    paragraphs: list[str]
    table: pd.DataFrame | None
    words: int
    limit: int


def answers_by_question(
    answers: dict, *, round: str = "2023", pages: Mapping[str, float] | None = None
) -> list[Answer]:
    """Give one's own answers, question by question, with the words of each and the most it may have.

    Parameters
    ----------
    answers : dict
        The page ``questionnaire-2023`` or ``questionnaire-2025``.
    round : str
        Which.
    pages : mapping, optional
        Most pages of an answer, where the call says: ``{"A1": 2}``.

    Raises
    ------
    MeasureError
        If `pages` names a question that the round has not, or no number of pages.

    Examples
    --------
    >>> found = answers_by_question({"b1_text": "The council, by June."})
    >>> [(one.ref, one.words) for one in found if one.words]
    [('B1', 4)]
    """
    chosen, limits = round_of(round), dict(pages or {})
    known = [one["ref"] for one in chosen["questions"]]
    for ref, many in limits.items():
        if ref not in known or isinstance(many, bool) or not isinstance(many, (int, float)) or not 0 < many < 1000:
            raise MeasureError("questionnaire.pages", ref=str(ref)[:20], pages=many, known=", ".join(known))
    found = []
    for one in chosen["questions"]:
        said_of, table = [], None
        for name in one["fields"]:
            if name in repeats(round):
                table = _table(round, name, answers)
            elif is_asked(round, name, answers):
                said_of += _paragraphs(fields(round)[name], answers.get(name))
        words = sum(len(line.split()) for line in said_of)
        if table is not None:
            words += sum(len(str(cell).split()) for cell in table.to_numpy().ravel())
        limit = int(limits.get(one["ref"], one["pages"]) * rules("questionnaire")["words_a_page"])
        found.append(Answer(one["ref"], said(one["words"]), said_of, table, words, limit))
    return found


def too_long(answers: dict, *, round: str = "2023", pages: Mapping[str, float] | None = None) -> pd.DataFrame:
    """Give the answers that are longer than their pages: question, words, most words.

    Examples
    --------
    >>> too_long({"b1_text": "word " * 460})[["question", "words", "most"]].values.tolist()
    [['B1', 460, 450]]
    """
    import pandas as pd

    found = [
        [one.ref, one.words, one.limit]
        for one in answers_by_question(answers, round=round, pages=pages)
        if one.words > one.limit
    ]
    return pd.DataFrame(found, columns=["question", "words", "most"])


def submission(
    answers: dict,
    path: str | Path,
    *,
    round: str = "2023",
    pages: Mapping[str, float] | None = None,
    draft: bool = False,
) -> Path:
    """Write the submission as a Word file.

    Parameters
    ----------
    answers : dict
        The page ``questionnaire-2023`` or ``questionnaire-2025``.
    path : str or Path
        Where to; ``.docx`` is added if it lacks. A file that is there is replaced only when the new one is
        complete.
    round, pages
        As in `answers_by_question`.
    draft : bool
        Writes it also when something is missing or too long, and says so at the beginning.

    Returns
    -------
    Path

    Raises
    ------
    MeasureError
        If nobody said who answers or that the use is understood, or an answer is longer than its pages.

    Examples
    --------
    >>> import tempfile
    >>> page = {"r_informed": "yes", "r_type": "local_gov", "r_country": "ESP", "b1_text": "The council."}
    >>> submission(page, Path(tempfile.mkdtemp()) / "ours").name
    'ours.docx'
    """
    from kit.assess.questionnaire_docx import word_file

    found = answers_by_question(answers, round=round, pages=pages)
    lacks = _lacks(answers, found, round)
    if lacks and not draft:
        raise lacks[0]
    path = Path(path)
    path = path if path.suffix.lower() == ".docx" else path.with_name(path.name + ".docx")
    content = word_file(answers, found, round=round, notes=[lack.lines[0] for lack in lacks])
    waiting = path.with_name(path.name + ".part")
    waiting.write_bytes(content)
    waiting.replace(path)
    return path


def section_of(answers: dict, round: str) -> Section:
    """Give the section of the town's document: one's own answers to the questionnaire.

    Examples
    --------
    >>> section_of({}, "2023").unknown[0]
    'UN questionnaire 2023: nobody has confirmed the use of the answers (r_informed).'
    """
    chosen, found = round_of(round), answers_by_question(answers, round=round)
    about = [
        [said(one["label"]), shown(one, answers.get(name)) or "–"] for name, one in about_fields(round).items()
    ]
    parts = [
        Paragraph(text("questionnaire.about", title=said(chosen["title"]), resolution=chosen["resolution"])),
        Paragraph(said(chosen["note"]), note=True),
        Table(_frame(about, (text("town.question"), text("town.answer"))), text("questionnaire.table-about")),
    ]
    unknown = [lack.lines[0] for lack in _lacks(answers, found, round)]
    for one in found:
        parts.append(Heading(f"{one.ref}. {one.question}"))
        parts += [Paragraph(line) for line in one.paragraphs]
        if one.table is not None:
            parts.append(Table(one.table, text("questionnaire.table-of", ref=one.ref)))
        if not one.words:
            parts.append(Paragraph(text("questionnaire.empty")))
            unknown.append(text("questionnaire.no-answer", ref=one.ref))
    return Section(
        said(page(f"questionnaire-{round}")["title"]), parts, unknown=unknown, sources=chosen["sources"]
    )


def about_fields(round: str) -> dict[str, dict]:
    """Give the questions on who answers.

    Examples
    --------
    >>> list(about_fields("2025"))[:2]
    ['r_informed', 'r_type']
    """
    return {name: fields(round)[name] for name in round_of(round)["groups"][0]["fields"]}


def _lacks(answers: dict, found: list[Answer], round: str) -> list[MeasureError]:
    lacks = []
    for name, key in (("r_informed", "informed"), ("r_type", "who"), ("r_country", "country")):
        if not answers.get(name) or (name == "r_informed" and answers[name] != "yes"):
            lacks.append(MeasureError(f"questionnaire.lack-{key}", round=round))
    for one in found:
        if one.words > one.limit:
            lacks.append(MeasureError("questionnaire.too-long", ref=one.ref, words=one.words, most=one.limit))
    return lacks


def _paragraphs(field: dict, answer: object) -> list[str]:
    words = shown(field, answer)
    if not words:
        return []
    if field["kind"] == "long_text":
        return [line.strip() for line in words.splitlines() if line.strip()]
    label = said(field["label"]).partition(". ")[2] or said(field["label"])
    return [f"{label}: {words}" if label.endswith(("?", "…")) is False else f"{label} {words}"]


def _table(round: str, name: str, answers: dict) -> pd.DataFrame | None:
    inside, listed = repeats(round)[name], rows(answers, name)
    used = [one for key, one in inside.items() if any(row.get(key) not in (None, "", []) for row in listed)]
    if not used:
        return None
    cells = [[shown(one, row.get(one["id"])) or "–" for one in used] for row in listed]
    return _frame(cells, tuple(said(one["label"]) for one in used))


def _frame(cells: list[list[str]], names: tuple[str, ...]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(cells, columns=list(names))
