"""The forms and pictures of the example town, in the real JupyterLab in two languages."""

import shutil
from pathlib import Path

import nbformat
import pytest
import real_browser

from kit.lab import server

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser"), pytest.mark.timeout(600)]

TOWN = Path(__file__).parents[1] / "docs" / "example_town"
PAGES = (
    "action-plan",
    "recommendations",
    "questionnaire-2023",
    "questionnaire-2025",
    "participation",
    "indicators",
    "grievance",
    "data-checklist",
    "peer-review",
    "evaluation-terms",
)
SHOWN = [
    "from kit.assess import action_plan, recommendations",
    "from kit.town import load_page",
    "action_plan.picture(load_page('action-plan').answers)",
    "recommendations.picture(load_page('recommendations').answers)",
    "action_plan.not_in_the_plan(load_page('action-plan').answers)[['id', 'reason', 'hurts']]",
]


@pytest.mark.parametrize(("lang", "add"), [("en", "Add a row: Measure"), ("es", "Añadir una fila: Medida")])
def test_the_forms_of_the_example_town_stand_on_the_screen_without_a_barrier(tmp_path, monkeypatch, lang, add):
    monkeypatch.setenv("KIT_LANG", lang)
    monkeypatch.setenv("KIT_TOWN", str(tmp_path / "my_town"))
    for top in ("modules", "exercises"):
        (tmp_path / top).mkdir()
    (tmp_path / "my_town").mkdir()
    for page in TOWN.glob("*.json"):
        shutil.copy(page, tmp_path / "my_town")
    cells = ["from kit.learn import form", *(f"form({name!r})" for name in PAGES), *SHOWN]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    notebook.metadata.kernelspec = {
        "name": "python3",
        "display_name": "Python 3 (ipykernel)",
        "language": "python",
    }
    nbformat.write(notebook, tmp_path / "page.ipynb")
    with server("page.ipynb", folder=tmp_path, seconds=240) as address, real_browser.browser() as visit:
        visit.cells = [cell["id"] for cell in notebook.cells]
        visit.open(address)
        visit.run_all()
        # JupyterLab draws what is near, and `cell` looks further down: so from top to bottom.
        places = {name: number for number, name in enumerate(PAGES, start=1)}
        last = len(cells) - 1
        for name, place in {**places, "plan": last - 2, "tracker": last - 1, "left-out": last}.items():
            cell = visit.cell(visit.cells[place])
            cell.evaluate("cell => cell.scrollIntoView({block: 'start'})")
            visit.page.wait_for_timeout(500)
            visit.picture(f"instrument-{name}-{lang}")
            if name == "action-plan":
                cell.get_by_role("button", name=add, exact=True).press("Enter")
                cell.locator(".kit-row").last.locator("input").first.wait_for()
                visit.page.wait_for_timeout(500)
                visit.picture(f"instrument-new-measure-{lang}")
            assert not visit.violations([".kit-form"] if name in PAGES else [".jp-RenderedHTMLCommon"])
        assert not visit.outside and not visit.crashes
