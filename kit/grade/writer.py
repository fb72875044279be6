"""The one process that reads and writes the gradebook while a class is graded.

It uses nbgrader's own tables, many rows in one transaction: whole hand-ins or nothing.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nbgrader.coursedir import CourseDirectory
    from sqlalchemy import Connection, Engine

# Seconds to wait for another program that is writing into the gradebook.
PATIENCE = 15

# PostgreSQL takes 65,535 values in one message.
_ROWS = 1000


class Writer:
    """Reads an assignment, and writes what came of its hand-ins.

    Parameters
    ----------
    course : nbgrader.coursedir.CourseDirectory
        The course.
    assignment : str
        Name of the assignment.
    """

    def __init__(self, course: CourseDirectory, assignment: str) -> None:
        from sqlalchemy import create_engine

        options = {"connect_args": {"timeout": PATIENCE}} if course.db_url.startswith("sqlite") else {}
        self._engine: Engine = create_engine(course.db_url, **options)
        self._assignment = assignment
        with self._engine.connect() as connection:
            self.outline = _outline(connection, assignment)

    def write(self, records: Sequence[dict[str, Any]]) -> None:
        """Write records in one transaction.

        Raises
        ------
        sqlalchemy.exc.OperationalError
            If another program keeps the gradebook; nothing is written then.
        """
        if records:
            with self._engine.begin() as connection:
                _write(connection, records, assignment=self.outline["id"])

    def close(self) -> None:
        """Let go of the gradebook."""
        self._engine.dispose()


def _outline(connection: Connection, assignment: str) -> dict[str, Any]:
    """Read an assignment, its cells, and what is known of its hand-ins."""
    from nbgrader import api
    from sqlalchemy import select

    rows = {
        kind: kind.__table__
        for kind in (
            api.Assignment, api.Notebook, api.BaseCell, api.GradeCell, api.SolutionCell, api.TaskCell,
            api.SourceCell, api.SubmittedAssignment, api.SubmittedNotebook, api.Grade, api.Comment,
        )
    }  # fmt: skip
    a, n, base = rows[api.Assignment], rows[api.Notebook], rows[api.BaseCell]

    def all_of(query) -> list[dict[str, Any]]:
        return [dict(row) for row in connection.execute(query).mappings()]

    found = all_of(select(a.c.id, a.c.name, a.c.duedate).where(a.c.name == assignment))[0]
    notebooks = {}
    for one in all_of(select(n.c.id, n.c.name, n.c.kernelspec).where(n.c.assignment_id == found["id"])):
        source = rows[api.SourceCell]
        parts = {"id": one["id"], "kernelspec": one["kernelspec"]}
        cells = all_of(select(source).where(source.c.notebook_id == one["id"]))
        parts["source"] = {cell["name"]: {**cell, "locked": bool(cell["locked"])} for cell in cells}
        for kind, table in (("grade", api.GradeCell), ("solution", api.SolutionCell), ("task", api.TaskCell)):
            own = rows[table]
            query = (
                select(base.c.name, own).join(own, own.c.id == base.c.id).where(base.c.notebook_id == one["id"])
            )
            parts[kind] = {cell["name"]: cell for cell in all_of(query)}
        notebooks[one["name"]] = parts
    return {**found, "notebooks": notebooks, "before": _before(all_of, rows, assignment=found["id"])}


def _before(all_of: Any, rows: dict, *, assignment: str) -> dict[str, Any]:
    """Read the hand-ins that are in the gradebook already."""
    from nbgrader import api
    from sqlalchemy import select

    sub, book = rows[api.SubmittedAssignment], rows[api.SubmittedNotebook]
    by_id, by_notebook = {}, {}
    for one in all_of(select(sub).where(sub.c.assignment_id == assignment)):
        by_id[one["id"]] = {**one, "student": one["student_id"], "notebooks": {}}
    join = select(book).join(sub, sub.c.id == book.c.assignment_id).where(sub.c.assignment_id == assignment)
    for one in all_of(join):
        kept = {"id": one["id"], "late": one["late_submission_penalty"], "grades": {}, "comments": {}}
        by_notebook[one["id"]] = by_id[one["assignment_id"]]["notebooks"][one["notebook_id"]] = kept
    for kind, table in (("grades", api.Grade), ("comments", api.Comment)):
        own = rows[table]
        query = (
            select(own)
            .join(book, book.c.id == own.c.notebook_id)
            .join(sub, sub.c.id == book.c.assignment_id)
            .where(sub.c.assignment_id == assignment)
        )
        for one in all_of(query):
            by_notebook[one["notebook_id"]][kind][one["cell_id"]] = one
    return {one["student"]: one for one in by_id.values()}


def _write(connection: Connection, records: Sequence[dict[str, Any]], *, assignment: str) -> None:
    from nbgrader import api
    from sqlalchemy import bindparam, select

    student, sub, book, grade, comment = (
        kind.__table__
        for kind in (api.Student, api.SubmittedAssignment, api.SubmittedNotebook, api.Grade, api.Comment)
    )
    named = [record["student"] for record in records]
    known = {row[0] for row in connection.execute(select(student.c.id).where(student.c.id.in_(named)))}
    new_rows: dict[Any, list[dict]] = {student: [], sub: [], book: [], grade: [], comment: []}
    changed: dict[Any, list[dict]] = {sub: [], book: [], grade: [], comment: []}

    def put(table: Any, new: bool, key: str, values: dict[str, Any], fixed: dict[str, Any]) -> None:
        if new:
            new_rows[table].append({"id": key, **fixed, **values})
        else:
            changed[table].append({"the_id": key, **values})

    for record in records:
        if record["student"] not in known:
            known.add(record["student"])
            new_rows[student].append({"id": record["student"]})
        owner = {"assignment_id": assignment, "student_id": record["student"]}
        put(sub, record["new"], record["id"], {"timestamp": record["timestamp"]}, owner)
        for one in record["notebooks"]:
            place = {"assignment_id": record["id"], "notebook_id": one["notebook"], "flagged": False}
            put(book, one["new"], one["id"], {"late_submission_penalty": one["late"]}, place)
            for key, cell, score, waits, new in one["grades"]:
                where = {"notebook_id": one["id"], "cell_id": cell}
                put(grade, new, key, {"auto_score": score, "needs_manual_grade": waits}, where)
            for key, cell, words, new in one["comments"]:
                put(comment, new, key, {"auto_comment": words}, {"notebook_id": one["id"], "cell_id": cell})
    for table, rows in new_rows.items():
        if rows:
            _insert(connection, table, rows)
    for table, rows in changed.items():
        if rows:
            names = [name for name in rows[0] if name != "the_id"]
            values = {name: bindparam(f"new_{name}") for name in names}
            update = table.update().where(table.c.id == bindparam("the_id")).values(values)
            given = [{"the_id": row["the_id"], **{f"new_{name}": row[name] for name in names}} for row in rows]
            connection.execute(update, given)


def _insert(connection: Connection, table: Any, rows: list[dict[str, Any]]) -> None:
    """Insert rows; over a network many go in one message, where one message each takes longer than writing."""
    if connection.dialect.name == "sqlite":
        connection.execute(table.insert(), rows)
        return
    for first in range(0, len(rows), _ROWS):
        connection.execute(table.insert().values(rows[first : first + _ROWS]))


def as_text(moment: datetime.datetime | None) -> str | None:
    """Give a time in a form that JSON holds."""
    return moment.isoformat() if moment else None
