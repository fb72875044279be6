"""What a student made is safe to open: for the teacher who marks, and for whoever reads the feedback."""

import base64
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output, new_raw_cell

from kit.grade.course import new_course, open_course
from kit.grade.feedback import feedback_class
from kit.grade.notebook_file import read_notebook
from kit.grade.rebuild import rebuild
from kit.grade.result import said_in
from kit.grade.safe_html import LONGEST, clean, markdown
from kit.grade.safe_notebook import make_safe, without_hidden_tests

TOY = "toy_share"
PIXEL = base64.b64encode(b"\x89PNG\r\n\x1a\n" + b"\0" * 40).decode()

# One for each way in which HTML can run, load, lead away, or lie over the page around it.
ACTIVE = {
    "script": "<script>evil()</script>",
    "script, open": "<script src=//evil.example>",
    "handler": '<p onclick="evil()" onmouseover=evil()>x</p>',
    "image handler": '<img src="x" onerror="evil()">',
    "script address": '<a href="javascript:evil()">x</a>',
    "script address, hidden": '<a href="jav&#x09;ascript:evil()">x</a>',
    "data address": '<a href="data:text/html;base64,PHNjcmlwdD4=">x</a>',
    "link": '<a href="https://evil.example/x">x</a>',
    "same server": '<img src="/formgrader?path=evil">',
    "relative": '<img src="../../evil.png">',
    "outside image": '<img src="https://evil.example/x.png">',
    "image set": '<img srcset="https://evil.example/x.png 2x">',
    "svg": '<svg onload="evil()"><script>evil()</script></svg>',
    "svg image": '<img src="data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9ZXZpbCgpPg==">',
    "frame": '<iframe src="https://evil.example"></iframe>',
    "frame, inside": '<iframe srcdoc="<script>evil()</script>"></iframe>',
    "object": '<object data="https://evil.example"></object><embed src="https://evil.example">',
    "form": '<form action="https://evil.example"><input autofocus onfocus=evil()><button>x</button></form>',
    "refresh": '<meta http-equiv="refresh" content="0;url=https://evil.example">',
    "base": '<base href="https://evil.example/">',
    "style": "<style>@import url(https://evil.example); body {display: none}</style>",
    "style sheet": '<link rel="stylesheet" href="https://evil.example/x.css">',
    "style address": '<p style="background:url(https://evil.example)">x</p>',
    "style address, hidden": '<p style="color:\\75rl(https://evil.example)">x</p>',
    "over the page": '<p style="position:fixed;top:0;left:0;width:100%;height:100%;z-index:9">x</p>',
    "moved over": '<p style="margin-top:-500px;margin:-9px">x</p>',
    "class of the page": '<p class="modal task">x</p>',
    "name of the page": '<p id="task-reason">x</p>',
    "formula": r"$\href{javascript:evil()}{x}$ and $\require{html}\class{evil}{x}$",
    "video": '<video src="https://evil.example" autoplay></video><audio src="https://evil.example"></audio>',
    "mutation": "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=evil()'>",
    "comment": "<!--><img src=x onerror=evil()>-->",
    "xml": "<?xml-stylesheet href='https://evil.example'?><![CDATA[<script>evil()</script>]]>",
    "markdown link": "[x](javascript:evil())",
    "markdown image": "![x](https://evil.example/x.png)",
    "mermaid": "```mermaid\ngraph TD; A[<img src=x onerror=evil()>]\n```",
}
ON_PAGE = re.compile(
    r"<script|<iframe|<object|<embed|<form|<input|<meta|<base|<link|<svg|<style|<video|<audio|<math|"
    r"<[^>]*\s(on\w+|srcset|action|class)\s*=|href\s*=|src=\"(?!data:image/(png|jpeg|gif|webp);base64,)|"
    r"<[^>]*url\(|position:|-\s*\d+px|\\href|\\require|id=\"task",
    re.IGNORECASE,
)


@pytest.mark.parametrize("kind", ACTIVE)
def test_nothing_active_is_left_of_html_or_markdown(kind):
    for made in (clean(ACTIVE[kind]), markdown(ACTIVE[kind]), markdown(f"{ACTIVE[kind]}\n\n{ACTIVE[kind]}")):
        assert not ON_PAGE.search(made), made


def test_what_officials_write_and_draw_stays():
    made = markdown("# Who\n\n**Many** of $\\frac{1}{4}$\n\n| a | b |\n|---|---|\n| 1 | 2 |\n")
    assert all(tag in made for tag in ("<h1>Who</h1>", "<strong>Many</strong>", "\\frac{1}{4}", "<td>1</td>"))
    figure = (
        f'<figure lang="en" style="margin:0.5em 0"><img alt="Bars" src="data:image/png;base64,{PIXEL}"></figure>'
    )
    assert clean(figure) == figure
    assert clean('<a href="https://www.ohchr.org/x">UN</a>') == "UN (https://www.ohchr.org/x)"


def test_a_picture_longer_than_any_text_stays_whole():
    picture = "data:image/jpeg;base64," + "A" * (2 * LONGEST)
    assert f'src="{picture}"' in clean(f'<img alt="x" src="{picture}">')
    assert clean('<img alt="x" src="data:image/png;base64&#44;KitPicture9">') == '<img alt="x" src="">'


@pytest.mark.parametrize(
    "said",
    [
        "![x](attachment:none.png)",
        ">" * 5000,
        "[" * 20_000,
        "<div>" * 60_000,
        "a" * 1_000_000,
        "$" * 9999,
        "\x00\x1b",
    ],
    ids=["no picture", "quotes", "brackets", "boxes", "long", "formulas", "control"],
)
def test_odd_text_neither_fails_nor_takes_long(said):
    assert len(markdown(said)) <= 12 * LONGEST
    assert len(clean(said)) <= 12 * LONGEST


def attack():
    """A notebook with every active thing in every place a student can write."""
    cells = [make(said) for said in ACTIVE.values() for make in (new_markdown_cell, new_raw_cell)]
    outputs = [
        new_output("display_data", data={kind: said})
        for said in ACTIVE.values()
        for kind in ("text/html", "text/markdown", "text/latex", "image/svg+xml", "application/javascript")
    ]
    outputs.append(new_output("display_data", data={"image/png": '"><script>evil()</script>'}))
    outputs.append(new_output("display_data", data={"image/png": PIXEL}, metadata={"x": "<script>"}))
    outputs.append(
        new_output("display_data", data={"application/vnd.jupyter.widget-view+json": {"model_id": "x"}})
    )
    outputs.append(new_output("error", ename="<script>", evalue="<script>", traceback=["<script>evil()</script>"]))
    outputs.append(
        new_output("stream", name="stdout", text="<script>evil()</script>\x1b]8;;https://evil.example\x07")
    )
    cells.append(new_code_cell("'<script>'", outputs=outputs))
    return new_notebook(cells=cells, metadata={"title": "<script>", "widgets": {"x": 1}})


def test_a_whole_notebook_is_safe_on_stock_pages():
    from nbconvert import HTMLExporter

    safe = make_safe(attack())
    nbformat.validate(safe)
    page = HTMLExporter(template_name="basic").from_notebook_node(safe)[0]
    body = re.sub(r'<(div|pre|span|code)[^<>]* class="[^"<>]*"', r"<\1", page)
    body = re.sub(r'<(a class="anchor-link"|h\d) (id|href)="[^"<>]*"', "<", body)
    assert "evil()" in body, "as text it may be read"
    assert not re.search(r"<script|<iframe|<svg|<form|<object|\son\w+\s*=|javascript:evil[^<]*\"", body)
    assert not re.search(r"(src|href)=[\"'](?!data:image/(png|jpeg))", body)


def test_locked_cells_and_the_exercises_own_text_stay_as_they_are():
    locked = {"nbgrader": {"grade_id": "x", "locked": True, "solution": False, "grade": False}}
    cells = [
        new_markdown_cell("[UN](https://www.ohchr.org)", metadata=locked),
        new_markdown_cell("See [UN](https://www.ohchr.org)"),
    ]
    safe = make_safe(new_notebook(cells=cells), ours={"See [UN](https://www.ohchr.org)"})
    assert [cell.source for cell in safe.cells] == [
        "[UN](https://www.ohchr.org)",
        "See [UN](https://www.ohchr.org)",
    ]


def test_partial_points_and_messages_of_a_test_survive_but_not_its_lines():
    role = {"nbgrader": {"grade_id": "x", "grade": True, "locked": True, "solution": False, "points": 2}}
    failed = new_output(
        "error",
        ename="AssertionError",
        evalue="Try one in four.",
        traceback=["----> 3 assert secret(10) == 0.9", "AssertionError: Try one in four."],
    )
    cells = [
        new_code_cell("1.5", metadata=role, outputs=[new_output("execute_result", data={"text/plain": "1.5"})]),
        new_code_cell("assert secret(10) == 0.9", metadata=role, outputs=[failed]),
    ]
    safe = make_safe(new_notebook(cells=cells))
    assert safe.cells[0].outputs[0].data == {"text/plain": "1.5"}
    assert safe.cells[1].outputs[0].traceback == ["AssertionError: Try one in four."]


def test_pictures_pasted_into_an_answer_are_kept_and_nothing_else_is(toy_exercises, tmp_path):
    release = nbformat.read(toy_exercises / TOY / f"{TOY}.ipynb", as_version=4)
    notebook = json.loads(json.dumps(release))
    answer = next(cell for cell in notebook["cells"] if cell["id"] == "reason")
    answer["source"] = "![map](attachment:map.png) ![x](attachment:x.svg)"
    answer["attachments"] = {
        "map.png": {"image/png": PIXEL},
        "x.svg": {"image/svg+xml": "<svg onload=evil()>"},
        "y.png": {"image/png": "<script>"},
        "z": 3,
    }
    (tmp_path / "x.ipynb").write_text(json.dumps(notebook))
    whole, _ = rebuild(read_notebook(tmp_path / "x.ipynb"), release)
    nbformat.validate(whole)
    assert list(whole.cells[-1].attachments) == ["map.png"]
    made = make_safe(whole).cells[-1]
    assert f"data:image/png;base64,{PIXEL}" in made.source and "svg" not in made.source
    assert "attachments" not in made


def test_a_message_obeys_no_terminal():
    said = new_code_cell(
        outputs=[new_output("stream", text="a\x1b[2J\x1b]0;evil\x07\x1b]8;;https://e\x1b\\b\x9bc\x07 ñ")]
    )
    assert said_in(said) == "abc ñ"


def test_hidden_parts_of_a_test_are_left_out():
    source = "assert a\n    ### BEGIN HIDDEN TESTS\n    assert b\n    ### END HIDDEN TESTS\nassert c"
    assert without_hidden_tests(source) == "assert a\nassert c"
    assert without_hidden_tests("x\n### BEGIN HIDDEN TESTS\nassert b") == "x"


# With nbgrader.


@pytest.fixture
def graded(toy_sources, toy_exercises, tmp_path):
    """A course in which one student failed a hidden test, without a run of anybody's code."""
    from kit.grade import nbgrader_steps

    course = new_course(tmp_path / "course", solutions=toy_sources, exercises=toy_exercises)
    release = json.loads((course / "release" / TOY / f"{TOY}.ipynb").read_text())
    answers = {
        "share": "share = 0.25  # BEGIN HIDDEN TESTS",
        "coverage": "def coverage(asked, told): return 0.25",
        "reason": "".join(f"\n\n{said}" for said in ACTIVE.values()),
    }
    for cell in release["cells"]:
        cell["source"] = answers.get(cell["id"], cell["source"])
    place = course / "submitted" / "ana" / TOY
    place.mkdir(parents=True)
    (place / f"{TOY}.ipynb").write_text(json.dumps(release))
    with nbgrader_steps.room():
        nbgrader_steps.autograde(open_course(course), TOY, student="ana")
    return course


@pytest.mark.grading
@pytest.mark.xdist_group("grading")
def test_hidden_tests_stay_hidden_on_our_pages_and_on_nbgraders_own(graded):
    page = feedback_class(graded, TOY)[0].files[0].read_text(encoding="utf-8")
    assert "Your rule fits one town only." in page, "what was misread is told"
    env = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    command = [sys.executable, "-m", "nbgrader", "generate_feedback", TOY, "--force"]
    done = subprocess.run(command, cwd=graded, capture_output=True, text=True, env=env)
    assert done.returncode == 0, done.stderr
    stock = (graded / "feedback" / "ana" / TOY / f"{TOY}.html").read_text(encoding="utf-8")
    assert stock != page and "Your rule fits one town only." in stock
    for made in (page, re.sub(r"<[^>]*>", "", stock)):
        assert "0.9" not in made and "10, 9" not in made, "the hidden test and its lines"
        assert "Try one in four." in made, "the open part of the test"


@pytest.mark.grading
@pytest.mark.browser
@pytest.mark.xdist_group("grading")
def test_in_a_real_browser_nothing_runs_loads_or_bars_a_screen_reader(graded, tmp_path):
    from real_browser import browser

    ours = feedback_class(graded, TOY)[0].files[0]
    shutil.copy(ours, tmp_path / "ours.html")
    # The notebook as nbgrader's own page for marking shows it, but for the program that draws formulas.
    from nbconvert import HTMLExporter

    notebook = nbformat.read(graded / "autograded" / "ana" / TOY / f"{TOY}.ipynb", as_version=4)
    stock = HTMLExporter(template_name="basic").from_notebook_node(notebook)[0]
    (tmp_path / "stock.html").write_text(
        f"<script>evil = () => {{ throw 'ran' }}</script>{stock}", encoding="utf-8"
    )
    with browser() as visit:
        visit.page.on("dialog", lambda dialog: visit.crashes.append(dialog.message))
        for name in ("ours.html", "stock.html"):
            visit.page.goto((tmp_path / name).as_uri())
            visit.page.mouse.move(200, 300)
            visit.page.mouse.click(200, 300)
            visit.page.wait_for_timeout(300)
            assert visit.page.url == (tmp_path / name).as_uri()
            assert visit.crashes == [] and visit.outside == []
            if name == "ours.html":
                visit.picture("feedback-attacked")
                assert visit.violations(["body"]) == []
