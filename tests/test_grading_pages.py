"""Pages about marks, in a real browser: a screen reader can read them, and they ask nothing of any host."""

import re
import shutil
from itertools import pairwise
from pathlib import Path

import pytest
import real_browser

from conftest import TOY
from kit.grade import html_page
from kit.grade.agreement_report import _agreement, _page
from kit.grade.course import gradebook, open_course
from kit.grade.feedback import feedback_class
from kit.grade.hand_answers import Answer, rubric_page
from kit.grade.second_marks import Mark, make_sheet
from kit.grade.statistics_page import statistics_page
from kit.text import LANGUAGES, set_language

pytestmark = [
    pytest.mark.browser,
    pytest.mark.grading,
    pytest.mark.slow,
    pytest.mark.xdist_group("grading"),
    pytest.mark.skipif(real_browser.CHROMIUM is None, reason="no Chromium here (Debian package chromium)"),
]


@pytest.fixture(scope="module")
def pages(toy_class, tmp_path_factory):
    """Every kind of page of a graded class, in both languages."""
    course = Path(shutil.copytree(toy_class[0], tmp_path_factory.mktemp("pages") / "course", symlinks=True))
    with gradebook(open_course(course)) as book:
        book.find_comment("reason", TOY, TOY, "íñigo").manual_comment = "A group is named <b>but</b> no reason."
        book.db.commit()
    made = []
    for code in LANGUAGES:
        set_language(code)
        try:
            for student in feedback_class(course, TOY):
                kept = course / f"{student.student}.{code}.html"
                made.append(Path(shutil.copy(student.files[0], kept)))
            made.append(statistics_page(course, TOY, out=course / f"statistics.{code}.html"))
            made.append(rubric_page(course, TOY, out=course / f"rubric.{code}.html"))
            answers = make_sheet(course, TOY)[1]
            made.append(answers.rename(answers.with_suffix(f".{code}.html")))
            talk = [("BCDFG", Answer("x", TOY, "reason", 3, "<p>Many.</p>"), Mark(3.0), Mark(1.0, "No group."))]
            pairs = [(Mark(float(n % 4)), Mark(float(n % 3))) for n in range(12)]
            compared = _page(TOY, [_agreement("reason", pairs)], talk)
            made.append(html_page.save(compared, course / f"compared.{code}.html"))
        finally:
            set_language(None)
    return made


def test_no_page_has_a_fault_that_axe_can_find(pages):
    """WCAG 2.2 AA as far as a program can tell, by axe-core."""
    assert len(pages) >= 2 * (7 + 4)
    found = {}
    with real_browser.browser() as visit:
        for path in pages:
            visit.page.goto(path.as_uri())
            faults = visit.violations(["html"])
            if faults:
                found[path.name] = faults
            assert visit.page.locator("h1").count() == 1 and visit.page.title().strip()
        assert (visit.outside, visit.crashes) == ([], [])
    assert found == {}


def test_headings_never_skip_a_level_and_tables_name_their_columns(pages):
    for path in pages:
        said = path.read_text(encoding="utf-8")
        assert re.search(r'<html lang="(en|es)">', said)
        levels = [int(level) for level in re.findall(r"<h([1-6])\b", said)]
        assert levels[0] == 1
        skipped = [(a, b) for a, b in pairwise(levels) if b > a + 1]
        assert not skipped, (path.name, levels)
        for table in re.findall(r"<table>.*?</table>", said, re.DOTALL):
            assert "<caption>" in table and 'scope="col"' in table, path.name
        assert not re.search(r"<img (?![^>]*alt=\"[^\"]+\")", said)
