"""What a lesson says about itself: the front matter of its notebook, and the cell made from it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kit.course import front_matter
from kit.text import text

__all__ = ["at_a_glance", "front_matter", "refresh"]


def at_a_glance(lesson: dict[str, Any]) -> str:
    """Make the *At a glance* cell of a lesson from its front matter.

    Parameters
    ----------
    lesson : dict
        The front matter, as `front_matter` gives it.

    Returns
    -------
    str
        Markdown for the cell.

    Examples
    --------
    >>> from kit.course import folder
    >>> path = folder("modules") / "03_data_collection" / "complaints_are_not_prevalence.ipynb"
    >>> at_a_glance(front_matter(path)).splitlines()[0]
    '**Our complaints went up. Is our town getting worse?**'
    """
    code = lesson["language"]
    minutes = lesson["minutes"]
    goals = "\n".join(f"- {goal['id']}: {goal['verb']} {goal['text']}" for goal in lesson["objectives"])
    lines = [
        f"**{lesson['question']}**",
        lesson["promise"],
        "",
        text("teach.you-will", lang=code),
        "",
        goals,
        "",
        text("teach.time", lang=code, room=minutes["room"], alone=minutes["alone"], short=lesson["short_version"]),
        text("teach.leave-with", lang=code, what=lesson["leaves_with"]),
        text("teach.content-note", lang=code, note=lesson["content_note"]),
    ]
    return "\n".join(lines)


def refresh(path: str | Path) -> bool:
    """Write the *At a glance* cell of a lesson anew from its front matter.

    Parameters
    ----------
    path : str or pathlib.Path
        The lesson's notebook.

    Returns
    -------
    bool
        Whether the cell was out of step.

    Raises
    ------
    ExerciseError
        If the notebook cannot be read, or has no such cell.

    Examples
    --------
    >>> from kit.course import folder
    >>> refresh(folder("modules") / "03_data_collection" / "complaints_are_not_prevalence.ipynb")
    False
    """
    import nbformat

    from kit.errors import ExerciseError

    path = Path(path)
    lesson = front_matter(path)
    notebook = nbformat.read(path, as_version=nbformat.NO_CONVERT)
    cells = [cell for cell in notebook.cells if cell.get("id") == f"{lesson.get('id')}-glance"]
    if not cells:
        raise ExerciseError("teach.no-glance", name=path.name, id=lesson.get("id"))
    wanted = at_a_glance(lesson)
    if cells[0].source == wanted:
        return False
    cells[0].source = wanted
    temporary = path.with_suffix(".tmp")
    temporary.write_text(nbformat.writes(notebook) + "\n", encoding="utf-8")
    temporary.replace(path)
    return True
