"""The page ``questionnaire-2025``: its section of the town's document. All else: `kit.assess.questionnaire`."""

from __future__ import annotations

from datetime import date

from kit.assess.questionnaire_submission import section_of
from kit.assess.section import Section

__all__ = ["section"]


def section(answers: dict, *, today: date | None = None) -> Section:
    """Give the section of the document: one's own answers, question by question.

    Parameters
    ----------
    answers : dict
        The page ``questionnaire-2025``; a half-filled one gives a draft that names what is missing.
    today : datetime.date, optional
        Not needed here; every instrument takes it.

    Examples
    --------
    >>> section({}).title[:21]
    'UN questionnaire 2025'
    """
    return section_of(answers, "2025")
