"""The coordination matrix: for each task one who leads, those who contribute, those who are told."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from kit.assess.deadlines import passed
from kit.assess.page_words import answer, rows
from kit.assess.participation_map import PAGE
from kit.assess.rule_files import rules
from kit.errors import MeasureError
from kit.text import text

if TYPE_CHECKING:
    import pandas as pd

    from kit.figures import AccessibleFigure

PARTS = ("leads", "contributes", "told")


def tasks(answers: dict, *, today: date | None = None) -> pd.DataFrame:
    """Give the tasks with who leads, who contributes and who is told.

    Parameters
    ----------
    answers : dict
        The page ``participation``.
    today : datetime.date, optional
        The day against which a task is late.

    Returns
    -------
    pandas.DataFrame
        Columns ``task``, ``leads`` (empty while nobody does), ``contributes`` and ``told`` (lists), ``by``,
        ``late`` and ``means``. Names are those of the stakeholder map where they are on it.

    Raises
    ------
    MeasureError
        If a task stands twice, has two who lead, or one body has two parts in it.

    Examples
    --------
    >>> page = {"tasks": [{"task": "Visit", "leads": "Social services", "contributes": "Traders; Clinic"}]}
    >>> tasks(page).loc[0, ["leads", "contributes"]].tolist()
    ['Social services', ['Traders', 'Clinic']]
    """
    import pandas as pd

    on_map = {str(row.get("name") or "").strip().casefold(): str(row.get("name") or "").strip()
              for row in rows(answers, "stakeholders")}  # fmt: skip
    found, seen = [], set()
    for row in rows(answers, "tasks"):
        task = str(row.get("task") or "").strip()
        if task and task.casefold() in seen:
            raise MeasureError("participation.task-twice", task=task[:40])
        seen.add(task.casefold())
        names = {part: _names(row.get(part), on_map) for part in PARTS}
        if len(names["leads"]) > 1:
            raise MeasureError("participation.two-lead", task=task[:35], names=", ".join(names["leads"])[:60])
        all_of = [name.casefold() for part in PARTS for name in names[part]]
        twice = next((name for part in PARTS for name in names[part] if all_of.count(name.casefold()) > 1), None)
        if twice:
            raise MeasureError("participation.two-parts", name=twice[:30], task=task[:30])
        found.append(
            {"task": task, "leads": "".join(names["leads"])}
            | {part: names[part] for part in PARTS[1:]}
            | {
                "by": row.get("by") or "",
                "late": passed(row.get("by"), today),
                "means": str(row.get("means") or ""),
            }
        )
    return pd.DataFrame(found, columns=["task", *PARTS, "by", "late", "means"])


def matrix(answers: dict) -> pd.DataFrame:
    """Give the coordination matrix: a row a task, a column a body; ``"leads"``, ``"contributes"``, ``"told"``.

    Cells without a part are empty. Bodies stand in the order of the map; those that are not on it come last.

    Raises
    ------
    MeasureError
        As `tasks`.

    Examples
    --------
    >>> matrix({"tasks": [{"task": "Visit", "leads": "Town", "contributes": "Traders"}]}).loc["Visit"].to_dict()
    {'Town': 'leads', 'Traders': 'contributes'}
    """
    import pandas as pd

    table = tasks(answers)
    order = list(dict.fromkeys(str(row.get("name") or "").strip() for row in rows(answers, "stakeholders")))
    cells = [{name: part for part in PARTS for name in _listed(row[part])} for row in table.to_dict("records")]
    named = dict.fromkeys(name for row in cells for name in row)
    bodies = [name for name in order if name in named] + [name for name in named if name not in order]
    found = [[row.get(body, "") for body in bodies] for row in cells]
    return pd.DataFrame(found, columns=bodies, index=pd.Index(table["task"], name="task"))


def gaps(answers: dict, *, today: date | None = None) -> list[str]:
    """Say in words what the matrix leaves open.

    Raises
    ------
    MeasureError
        As `tasks`.

    Examples
    --------
    >>> gaps({"tasks": [{"task": "Visit"}]})[0]
    'Nobody leads the task "Visit".'
    """
    table, grid = tasks(answers, today=today), matrix(answers)
    if table.empty:
        return [text("participation.no-tasks")]
    found = [text("participation.no-lead", task=one) for one in table[table["leads"] == ""]["task"]]
    found += [text("participation.late", task=row["task"]) for row in table.to_dict("records") if row["late"]]
    found += [text("participation.no-date", task=one) for one in table[table["by"] == ""]["task"]]
    people = rows(answers, "stakeholders")
    known = {str(row.get("name") or "").strip() for row in people}
    strangers = [body for body in grid.columns if body not in known]
    if strangers:
        found.append(text("participation.not-on-map", names=", ".join(strangers)))
    most = rules(PAGE)["leads_at_most"]
    for body, count in table[table["leads"] != ""]["leads"].value_counts().items():
        if count > most:
            found.append(text("participation.leads-much", name=body, n=int(count)))
    active = {body for body in grid.columns if grid[body].isin(PARTS[:2]).any()}
    holders = {str(row.get("name")).strip() for row in people if row.get("role") in ("rights_holder", "both")}
    if not active & holders:
        found.append(text("participation.no-holder"))
    return found


def matrix_picture(answers: dict) -> AccessibleFigure | None:
    """Draw the matrix: a letter in each cell where a body has a part. Nothing while there is no task.

    Examples
    --------
    >>> print(matrix_picture({"tasks": [{"task": "Visit", "leads": "Town", "contributes": "Traders"}]}).caption)
    1 task, 2 bodies; 0 tasks without anybody who leads.
    """
    from kit.figures import canvas, figure
    from kit.figures._words import wrapped
    from kit.figures.accessible import COLOURS

    grid = matrix(answers)
    if grid.empty:
        return None
    letters = {part: text(f"participation.letter-{part}") for part in PARTS}
    drawing, axes = canvas(width=9.0, height=1.9 + 0.45 * len(grid))
    for y, (_, row) in enumerate(grid.iterrows()):
        for x, part in enumerate(row):
            if part:
                dark = part == "leads"
                box = {"boxstyle": "square,pad=0.3", "facecolor": COLOURS[0] if dark else "white"}
                box |= {"edgecolor": COLOURS[0], "linestyle": "--" if part == "told" else "-"}
                axes.text(x, -y, letters[part], ha="center", va="center", fontsize=10, bbox=box,
                          color="white" if dark else "black")  # fmt: skip
        axes.axhline(-y - 0.5, color="#d0d0d0", linewidth=0.8, zorder=0)
    axes.set_xlim(-0.5, grid.shape[1] - 0.5)
    axes.set_ylim(-len(grid) + 0.5, 0.5)
    names = [wrapped(_short(body, 38), 22) for body in grid.columns]
    axes.set_xticks(range(grid.shape[1]), names, fontsize=9, rotation=45, ha="left", rotation_mode="anchor")
    axes.set_yticks(
        [-y for y in range(len(grid))], [wrapped(_short(one, 60), 34) for one in grid.index], fontsize=9
    )
    axes.tick_params(length=0, top=False, labeltop=True, bottom=False, labelbottom=False)
    key = " · ".join(f"{letters[part]} = {text(f'participation.{part}')}" for part in PARTS)
    axes.set_xlabel(key, fontsize=10)
    said = []
    for task, row in grid.iterrows():
        parts = [f"{text(f'participation.{part}')}: {', '.join(row.index[row == part])}"
                 for part in PARTS if (row == part).any()]  # fmt: skip
        said.append(f"{task}: {'; '.join(parts) or text('participation.nobody')}.")
    without = int((~(grid == "leads").any(axis=1)).sum())
    key = "participation.caption-matrix" if len(grid) == 1 else "participation.caption-matrix-many"
    return figure(
        drawing,
        alt=" ".join([text("participation.alt-matrix"), *said]),
        caption=text(key, tasks=len(grid), bodies=grid.shape[1], without=without),
        source=text("participation.own-matrix"),
        table=tasks_table(tasks(answers)),
    )


def tasks_table(table: pd.DataFrame) -> pd.DataFrame:
    """Give the tasks as a table to read.

    Examples
    --------
    >>> tasks_table(tasks({"tasks": [{"task": "Visit", "contributes": "Traders"}]})).values.tolist()
    [['Visit', 'nobody yet', 'Traders', '–', '–', '–']]
    """
    import pandas as pd

    found = [
        [row["task"] or "–", row["leads"] or text("participation.nobody")]
        + [", ".join(row[part]) or "–" for part in PARTS[1:]]
        + [answer(PAGE, "by", row["by"], inside="tasks") or "–", row["means"] or "–"]
        for row in table.to_dict("records")
    ]
    names = ("task", "lead", "contributors", "told", "by", "means")
    return pd.DataFrame(found, columns=[text(f"participation.column-{name}") for name in names])


def _names(given: object, on_map: dict[str, str]) -> list[str]:
    found = [one.strip() for one in str(given or "").split(";") if one.strip()]
    # The first way in which a name was written is its name.
    return [on_map.setdefault(one.casefold(), one) for one in found]


def _listed(names: object) -> list[str]:
    return names if isinstance(names, list) else [names] if names else []


def _short(words: str, most: int) -> str:
    return words if len(words) <= most else words[: most - 1] + "…"
