"""The forms as web pages: by keyboard alone, in both languages, on this computer only."""

import json
import urllib.error
import urllib.request

import pytest
import real_browser

from kit.apps import apps_server
from kit.errors import SetupError
from kit.learn import app_page
from kit.text import language, set_language
from kit.town import save_page
from kit.town.definitions import definition_files


@pytest.fixture(autouse=True)
def town(tmp_path, monkeypatch):
    monkeypatch.setenv("KIT_LANG", "en")
    monkeypatch.setenv("KIT_TOWN", str(tmp_path / "my_town"))
    yield tmp_path / "my_town"
    set_language(None)


@pytest.fixture
def shown(monkeypatch):
    """What a page puts on the screen, in the order in which it does."""
    found = []
    monkeypatch.setattr("IPython.display.display", found.append)
    return found


# ---- what a page shows


def test_the_list_names_every_form_once_and_says_what_was_done(shown):
    save_page("about-our-town", {"municipality": "Exampleton"})
    app_page.show("")
    names = {path.stem.replace("_", "-") for path in definition_files()}
    markup = shown[0].data
    for name in names:
        assert markup.count(f'href="?page={name}&amp;lang=en"') == 1, name
    assert "draft, saved on" in markup and "not begun yet" in markup
    assert app_page.forms()[0]["name"] == "about-our-town"


def test_a_form_is_shown_under_its_name_with_a_way_back_and_the_other_language(shown):
    app_page.show("page=capacity&lang=es")
    assert language() == "es"
    assert '<div lang="es">' in shown[0].data and "<h1>¿De qué somos capaces?" in shown[0].data
    assert 'href="?lang=es"' in shown[0].data and 'href="?page=capacity&amp;lang=en" lang="en"' in shown[0].data
    assert shown[1].fields["sheets"]


def test_what_was_saved_a_moment_ago_stands_in_the_boxes(shown):
    app_page.warm()
    save_page("about-our-town", {"municipality": "Exampleton"})
    app_page.show("page=about-our-town")
    assert shown[1].fields["municipality"].value == "Exampleton"


@pytest.mark.parametrize("query", ["page=nowhere", "page=<script>&lang=en", "page=../secret", "lang=tlh&page=x"])
def test_an_unknown_page_is_said_in_words_and_carries_no_code(shown, query):
    app_page.show(query)
    assert "This page cannot be shown" in shown[0].data and "role='alert'" in shown[0].data
    assert "<script>" not in shown[0].data


def test_the_document_is_shown_and_written_at_the_press_of_a_button_each_time_anew(shown, town):
    save_page("about-our-town", {"municipality": "Exampleton"})
    app_page.show("page=document&lang=es")
    _, box, document = shown
    assert document.title.startswith("Derechos humanos en Exampleton")
    for _ in range(2):
        box.children[1].click()
        assert "Escrito:" in box.children[2].value
    assert sorted(path.name for path in town.parent.glob("*.docx")) == ["my_town-1.docx", "my_town-2.docx"]


def test_a_town_page_that_cannot_be_read_does_not_hide_the_list(shown, town):
    save_page("capacity", {"who_sees": "all"})
    (town / "capacity.json").write_text("{", encoding="utf-8")
    app_page.show("")
    assert "cannot be read" in shown[0].data and "About our municipality" in shown[0].data


def test_a_port_nobody_can_have_is_refused():
    with pytest.raises(SetupError) as caught, apps_server(port=70_000):
        pass
    assert caught.value.key == "lab.port-taken"


# ---- in the browser, without a mouse

PAGE = ["html"]
NOBODY = "00000000-0000-0000-0000-000000000000"
FOCUSED = """() => {
    const here = document.activeElement;
    if (here === document.body) return '';
    const labels = [...(here.labels || [])].map(label => label.innerText);
    return [here.innerText, here.getAttribute('aria-label'), ...labels].join(' ');
}"""


def tab_to(page, name, *, most=120):
    """Press Tab until what has the keyboard bears that name, as a person without a mouse does."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if name in page.evaluate(FOCUSED):
            return
    raise AssertionError(f"Tab never reached {name}")


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.xdist_group("browser")
@pytest.mark.timeout(1200)
def test_a_form_is_found_filled_in_and_saved_by_keyboard_alone(tmp_path, monkeypatch):
    monkeypatch.delenv("KIT_TOWN")
    course = tmp_path / "our course"
    with apps_server(folder=course, seconds=300) as address, real_browser.browser() as visit:
        page = visit.page
        page.set_default_timeout(300_000)
        with pytest.raises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(address.partition("?")[0] + "api/kernels/" + NOBODY, timeout=60)
        assert caught.value.code == 403
        with urllib.request.urlopen(address.partition("?")[0], timeout=60) as answer:
            assert "login" in answer.url, "without the key nobody sees a form"
        page.goto(address)
        page.get_by_role("heading", name="Forms of your municipality").wait_for()
        visit.picture("apps-1-list")
        assert page.title() == "Forms of your municipality" and visit.violations(PAGE) == []
        tab_to(page, "About our municipality")
        page.keyboard.press("Enter")
        page.get_by_label("Name of the municipality").wait_for()
        assert page.title() == "About our municipality"
        tab_to(page, "Name of the municipality")
        page.keyboard.type("Exampleton (invented)")
        tab_to(page, "Country")
        page.keyboard.type("Utopia")
        tab_to(page, "Save")
        page.keyboard.press("Enter")
        page.get_by_text("Saved: my_town/about_our_town.json, revision 1").wait_for()
        visit.picture("apps-2-saved")
        assert visit.violations(PAGE) == []
        kept = json.loads((course / "my_town" / "about_our_town.json").read_text(encoding="utf-8"))["answers"]
        assert kept == {"municipality": "Exampleton (invented)", "country": "Utopia"}
        tab_to(page, "Español")
        page.keyboard.press("Enter")
        page.get_by_label("Nombre del municipio").wait_for()
        assert page.evaluate("document.documentElement.lang") == "es"
        assert page.get_by_label("Nombre del municipio").input_value() == "Exampleton (invented)"
        visit.picture("apps-3-spanish")
        log = (course / ".lab" / "apps.log").read_text(encoding="utf-8")
        assert "api/shutdown" not in log, "a page that is left ends its kernel"
        assert visit.violations(PAGE) == [] and visit.outside == [] and visit.crashes == []
