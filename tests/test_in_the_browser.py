"""The kit seen by a person: *Start here*, the lesson, wrong and right answers, the town's page, a mark."""

import json

import lesson_reading
import pytest
import real_browser

from kit.lab import START, server

LESSON = "modules/03_data_collection/complaints_are_not_prevalence.ipynb"
EXERCISE = "exercises/complaints_are_not_prevalence/complaints_are_not_prevalence.ipynb"
OURS = [".jp-OutputArea-output"]
pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser"), pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A learner's own copy of the course."""
    return tmp_path_factory.mktemp("learner") / "my course"


@pytest.fixture
def visit(course, request):
    """A browser on one page of the course; afterwards nothing may have gone wrong in it."""
    page = request.param
    with server(page, folder=course) as address, real_browser.browser() as visit:
        visit.cells = [cell.id for cell in lesson_reading.read(course / page).cells]
        visit.open(address)
        visit.run_all()
        yield visit
        assert visit.outside == [], "something was asked of another host"
        assert visit.crashes == []
        assert [line for line in visit.console if "favicon" not in line] == []
        assert "Traceback" not in " ".join(visit.page.locator(OURS[0]).all_inner_texts())
        assert visit.violations(OURS) == []


def saved(course, page):
    return json.loads((course / "my_town" / f"{page}.json").read_text(encoding="utf-8"))["answers"]


@pytest.mark.parametrize("visit", [START], indirect=True, ids=["start"])
def test_start_here_asks_for_language_and_town_and_leads_to_the_lesson(visit, course):
    page = visit.page
    page.get_by_label("Language / Idioma").select_option(label="Español")
    page.get_by_role("button", name="Use this language / Usar este idioma").click()
    page.get_by_text("El kit habla ahora Español").wait_for()
    visit.picture("start-1-language")
    assert saved(course, "settings") == {"language": "es"}
    town = visit.cell("start-town-form")
    town.get_by_label("Name of the municipality").fill("Exampleton")
    town.get_by_role("button", name="Save").click()
    town.get_by_text("about_our_town.json").first.wait_for()
    visit.picture("start-2-town")
    assert saved(course, "about_our_town")["municipality"] == "Exampleton"
    page.get_by_label("Language / Idioma").select_option(label="English")
    page.get_by_role("button", name="Use this language / Usar este idioma").click()
    page.get_by_text("The kit now speaks English").wait_for()
    assert visit.violations(OURS) == []
    way = visit.cell("start-map")
    way.get_by_label("Which way do you want to go?").select_option(label="Official: six evenings")
    way.get_by_text("You leave with: pages about your own town").wait_for()
    visit.picture("start-3-map")
    assert visit.violations(OURS) == []
    way.get_by_role("link", name="Complaints are not prevalence").click()
    page.get_by_role("heading", name="Complaints are not prevalence").wait_for()
    visit.picture("start-4-lesson")
    assert page.url.endswith(LESSON)


@pytest.mark.parametrize("visit", [LESSON], indirect=True, ids=["lesson"])
def test_the_lesson_answers_wrong_and_right_and_writes_the_town_page(visit, course):
    visit.picture("lesson-1-top")
    for cell_id in ("complaints-idea-figure", "complaints-watch-figure"):
        visit.cell(cell_id).get_by_role("img").first.wait_for()
        visit.picture(cell_id)

    growth = visit.cell("complaints-growth-ask")
    tries = [("many", "I cannot read this"), ("0.215", "Not yet"), ("27,4 %", "Right")]
    for number, (typed, seen) in enumerate(tries):
        growth.get_by_label("Your number:").fill(typed)
        growth.get_by_role("button", name="Check my answer").click()
        growth.get_by_role("status").get_by_text(seen).wait_for()
        visit.picture(f"lesson-2-growth-{number}")

    first = visit.cell("complaints-reading-ask")
    first.get_by_label("Your choice:").select_option(index=1)
    first.get_by_role("button", name="Check my answer").click()
    first.get_by_text("You read a count of reports as a count of what happened.").wait_for()
    visit.picture("lesson-3-misread")

    form = visit.cell("complaints-own-form")
    form.get_by_label("The figure of your office").fill("Complaints about refused services")
    form.get_by_role("button", name="Save").click()
    form.get_by_text("Saved: my_town/indicator_blind_spot.json, revision 1").wait_for()
    visit.picture("lesson-4-town-page")
    assert saved(course, "indicator_blind_spot")["indicator"] == "Complaints about refused services"


@pytest.mark.parametrize("visit", [EXERCISE], indirect=True, ids=["exercise"])
def test_the_exercise_is_marked_at_the_press_of_a_button(visit, course):
    visit.picture("exercise-1-untouched")
    mark = visit.cell("mark")
    mark.get_by_role("button").first.click()
    mark.get_by_role("table").wait_for(timeout=120_000)
    visit.picture("exercise-2-marked")
    assert list((course / "exercises" / "complaints_are_not_prevalence" / "feedback").glob("*.html"))
