"""A real browser on the real JupyterLab: pages, requests, console, accessibility, pictures."""

import contextlib
import shutil
from pathlib import Path
from urllib.parse import urlsplit

SCREENSHOTS = Path(__file__).parents[1] / ".ci" / "screenshots"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
# Without these a browser looks for its maker's hosts at every start.
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


class Visit:
    """One page, and everything it asked for or complained about."""

    def __init__(self, page):
        self.page = page
        self.cells: list[str] = []
        self.outside: list[str] = []
        self.console: list[str] = []
        self.crashes: list[str] = []
        page.route("**/*", self._only_this_computer)
        page.on("console", lambda message: self.console.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: self.crashes.append(str(error)))

    def _only_this_computer(self, route):
        address = route.request.url
        if urlsplit(address).hostname in ("127.0.0.1", None) or address.startswith(("data:", "blob:")):
            route.continue_()
        else:
            self.outside.append(address)
            route.abort()

    def open(self, address):
        self.page.goto(address)
        self.page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=60_000)
        self.page.get_by_text("Python 3 (ipykernel) | Idle").wait_for(timeout=60_000)

    def run_all(self):
        """Run every cell by the menu, as *Start here* tells learners to."""
        self.page.get_by_role("menuitem", name="Run", exact=True).click()
        self.page.get_by_text("Run All Cells", exact=True).click()
        self.wait_until_idle()

    def wait_until_idle(self):
        self.page.wait_for_function(
            """() => {
                const prompts = [...document.querySelectorAll('.jp-CodeCell .jp-InputPrompt')];
                const shown = prompts.map(prompt => prompt.textContent).filter(text => text);
                return shown.length && shown.every(text => /\\d/.test(text));
            }""",
            timeout=300_000,
        )
        self.page.get_by_text("Python 3 (ipykernel) | Idle").wait_for(timeout=300_000)

    def cell(self, cell_id):
        """The cell of that id, scrolled into sight (JupyterLab draws only what is near)."""
        place = self.cells.index(cell_id)
        found = self.page.locator(f".jp-Notebook .jp-Cell[data-windowed-list-index='{place}']")
        for _ in range(40):
            if found.count():
                break
            self.page.locator(".jp-WindowedPanel-outer").hover()
            self.page.mouse.wheel(0, 600)
            self.page.wait_for_timeout(100)
        found.scroll_into_view_if_needed()
        return found

    def picture(self, name):
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=SCREENSHOTS / f"{name}.png")

    def violations(self, include):
        """WCAG 2.2 AA faults in the regions that we render, one line each."""
        from axe_playwright_python.sync_playwright import Axe

        options = {"runOnly": {"type": "tag", "values": WCAG}}
        found = Axe().run(self.page, context={"include": include}, options=options).response["violations"]
        return [f"{fault['id']}: {node['html'][:160]}" for fault in found for node in fault["nodes"]]


@contextlib.contextmanager
def browser(**settings):
    from playwright.sync_api import sync_playwright

    if CHROMIUM is None:
        raise RuntimeError("No Chromium here; .ci/run installs it (Debian package chromium).")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        page = chromium.new_page(viewport={"width": 1280, "height": 900}, **settings)
        try:
            yield Visit(page)
        finally:
            chromium.close()
