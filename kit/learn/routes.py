"""The map of the course: all lessons or one route through them, and how far one has come."""

from __future__ import annotations

import html
import json
from typing import TYPE_CHECKING, Any

from kit.course import folder, front_matter
from kit.errors import ExerciseError
from kit.text import language, text
from kit.town.wording import in_language

if TYPE_CHECKING:
    from pathlib import Path

    from ipywidgets import VBox


class CourseMap:
    """A list of lessons ready to be shown: HTML for the screen, words where there is no screen.

    Made by `course_map`. The last line of a notebook cell shows it.
    """

    def __init__(self, markup: str, words: str) -> None:
        self.markup, self.words = markup, words

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, str]:
        return {"text/html": self.markup, "text/plain": self.words}

    def __repr__(self) -> str:
        return self.words


def plan() -> dict[str, Any]:
    """Give the modules with their lessons, and the routes through them (``modules/routes.json``).

    Raises
    ------
    ExerciseError
        If the file is missing or damaged.

    Examples
    --------
    >>> [route["id"] for route in plan()["routes"]]
    ['half-day', 'day', 'three-days', 'six-evenings', 'ten-weeks']
    """
    try:
        return json.loads((folder("modules") / "routes.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as problem:
        raise ExerciseError("map.broken-routes") from problem


def course_map(route: str | None = None) -> CourseMap:
    """Show the lessons of a route, or all of them, with minutes and how far one has come.

    Parameters
    ----------
    route : str, optional
        Name of a route: half-day, day, three-days, six-evenings or ten-weeks. Without it, the whole course.

    Returns
    -------
    CourseMap
        The last line of a notebook cell shows it.

    Raises
    ------
    ExerciseError
        If there is no such route.

    Examples
    --------
    >>> print(course_map("six-evenings").words.splitlines()[0])
    Official: six evenings
    """
    held = plan()
    if route is None:
        groups, time = held["modules"], "alone"
        title, leaves = text("map.whole-course"), ""
    else:
        known = {found["id"]: found for found in held["routes"]}
        if route not in known:
            raise ExerciseError("map.no-such-route", name=str(route)[:20], known=", ".join(known))
        groups, time = known[route]["steps"], known[route]["time"]
        title = in_language(known[route]["title"])
        leaves = text("map.leaves-with", what=in_language(known[route]["leaves_with"]))
    rows = [(in_language(group["title"]), *_row(name, time)) for group in groups for name in group["lessons"]]
    total = sum(minutes for _, _, minutes, _, _ in rows)
    notes = [leaves, text(f"map.total-{time}", minutes=total, lessons=len(rows))]
    markup = [f"<p>{html.escape(note)}</p>" for note in notes if note]
    words = [title, *filter(None, notes)]
    head = [text(f"map.{name}") for name in ("part", "lesson", "minutes", "leave-with", "progress")]
    cells = "".join(f'<th scope="col" style="text-align:left">{name}</th>' for name in head)
    body = "".join(_markup(row, before=rows[place - 1][0] if place else "") for place, row in enumerate(rows))
    words += [f"{part}: {matter['title']}, {minutes} min. {said}" for part, (_, matter), minutes, said, _ in rows]
    markup.append(
        f"<table><caption><strong>{html.escape(title)}</strong></caption><thead><tr>{cells}</tr></thead>"
        f"<tbody>{body}</tbody></table>"
    )
    return CourseMap(f'<section lang="{language()}">{"".join(markup)}</section>', "\n".join(words))


def choose_route() -> VBox:
    """Show the routes to choose from, and the lessons of the one that is chosen.

    Returns
    -------
    ipywidgets.VBox
        The last line of a notebook cell shows it.

    Examples
    --------
    >>> [type(part).__name__ for part in choose_route().children]
    ['HTML', 'Dropdown', 'Output']
    """
    from ipywidgets import Dropdown, Output, VBox

    from kit.learn._boxes import form_style

    options = [(in_language(route["title"]), route["id"]) for route in plan()["routes"]]
    label = f'<span class="kit-label">{text("map.choose-route")}</span>'
    routes = Dropdown(
        options=[(text("map.whole-course"), None), *options], description=label, description_allow_html=True
    )
    # An output, not a box of words: JupyterLab follows relative links in it.
    shown = Output()

    def show(route: str | None) -> None:
        shown.outputs = (
            {"output_type": "display_data", "data": {"text/html": course_map(route).markup}, "metadata": {}},
        )

    show(None)
    routes.observe(lambda change: show(change["new"]), names="value")
    box = VBox([form_style(), routes, shown])
    box.add_class("kit-form")
    return box


def progress_of(matter: dict[str, Any]) -> tuple[int, int]:
    """Count the checks of a lesson's aims that are done, and all of them.

    A question counts when it was answered right, a form when its page was saved.

    Parameters
    ----------
    matter : dict
        The front matter of the lesson.

    Examples
    --------
    >>> progress_of({"exercise": "no_such_lesson", "objectives": [{"checks": ["growth", "form:no-page"]}]})
    (0, 2)
    """
    from kit.errors import TownFileError
    from kit.learn.progress import done_tasks
    from kit.town import load_page

    answered, done = done_tasks(matter["exercise"]), 0
    checks = {check for aim in matter["objectives"] for check in aim["checks"]}
    for check in checks:
        kind, _, page = check.partition(":")
        if kind != "form":
            done += check in answered
            continue
        try:
            done += load_page(page).revision > 0
        except TownFileError:
            continue
    return done, len(checks)


def _row(name: str, time: str) -> tuple[tuple[Path | None, dict], int, str, int]:
    """Give a lesson's notebook and front matter, its minutes, its progress in words, and tasks still open."""
    for path in folder("modules").glob(f"*/{name}.ipynb"):
        matter = front_matter(path)
        done, all_of_them = progress_of(matter)
        if not done:
            said = text("map.not-begun")
        elif done < all_of_them:
            said = text("map.begun", done=done, all=all_of_them)
        else:
            said = text("map.done")
        return (path, matter), matter["minutes"][time], said, all_of_them - done
    missing = {"title": name.replace("_", " "), "leaves_with": ""}
    return (None, missing), 0, text("map.not-here"), 0


def _markup(row: tuple, *, before: str) -> str:
    part, (path, matter), minutes, said, _ = row
    link = html.escape(matter["title"])
    if path:
        # The map stands in modules/, so that links work wherever the kit is.
        link = f'<a href="{path.parent.name}/{path.name}">{link}</a>'
    shown = "" if part == before else html.escape(part)
    left = 'style="text-align:left;vertical-align:top"'
    told = (str(minutes or ""), html.escape(matter["leaves_with"]), html.escape(said))
    cells = "".join(f"<td {left}>{words}</td>" for words in told)
    return f'<tr><td {left}>{shown}</td><th scope="row" {left}>{link}</th>{cells}</tr>'
