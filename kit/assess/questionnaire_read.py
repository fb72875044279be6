"""Answers to the questionnaire, read back from what ODK or KoboToolbox exported, repeats included.

Nothing is guessed and nothing is lost: where the form was changed, the differences are named, and with
``changed="keep"`` what does not belong to the questionnaire is kept beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kit.assess.questionnaire_columns import Columns, find_columns
from kit.assess.questionnaire_files import RawTable, raw_tables
from kit.assess.questionnaire_rounds import fields, repeats, round_of, stakeholder
from kit.assess.questionnaire_values import read_cell
from kit.errors import DataError
from kit.text import text

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Answers:
    """The answers of many who answered one round.

    Parameters
    ----------
    round : str
        ``"2023"`` or ``"2025"``.
    table : pandas.DataFrame
        A row for each submission: ``submission``, ``stakeholder``, ``unit`` (who speaks, counted once), then the
        questions. Missing: left empty or not asked. Several choices are a list; an empty list was left empty.
    repeats : dict of pandas.DataFrame
        A row for each initiative or example, with its ``submission``.
    changes : pandas.DataFrame
        Where the file differs from the questionnaire: ``kind``, ``name``, ``count`` and ``words``.
    extra : pandas.DataFrame
        Columns that are no question of ours, as text, with their ``submission``.
    set_aside : dict
        Submissions that are not in the table, counted by reason: no consent, sent twice.
    """

    round: str
    table: pd.DataFrame
    repeats: dict[str, pd.DataFrame]
    changes: pd.DataFrame
    extra: pd.DataFrame
    set_aside: dict[str, int]

    def __repr__(self) -> str:
        inside = ", ".join(f"{name}: {len(table)}" for name, table in self.repeats.items())
        lines = [text("questionnaire.read", n=len(self.table), round=self.round, repeats=inside)]
        lines += [text(f"questionnaire.aside-{reason}", n=n) for reason, n in self.set_aside.items() if n]
        return "\n".join([*lines, *self.changes["words"]])


def read_answers(
    path: str | Path,
    *,
    round: str = "2023",
    rename: Mapping[str, str] | None = None,
    changed: str = "stop",
) -> Answers:
    """Read the answers that ODK or KoboToolbox exported.

    Headings may be names or words, with or without groups; several choices may stand in one column or in one
    for each choice. Answers of individuals lose their name, and without consent nothing is read.

    Parameters
    ----------
    path : str or Path
        An .xlsx workbook, a .zip or folder with CSV files, or the CSV file of the main table.
    round : str
        Which round was asked. Rounds are never mixed.
    rename : mapping, optional
        Where questions got other names: ``{"heading in the file": "a2_text"}``.
    changed : {"stop", "keep"}
        What to do if questions are missing, unknown or have unknown choices.

    Returns
    -------
    Answers

    Raises
    ------
    DataError
        If the file cannot be read, is of another round, does not say who answers, or was made by a form with
        changed questions and `changed` is ``"stop"``.

    Examples
    --------
    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp()) / "form.csv"
    >>> _ = file.write_text("KEY,r-r_informed,r-r_type,r-r_country,q1_text\\nu1,yes,cso,ESP,Courses\\n")
    >>> found = read_answers(file, round="2025", changed="keep")
    >>> found.table[["submission", "stakeholder", "q1_text"]].values.tolist()
    [['u1', 'civil_society', 'Courses']]
    """
    import pandas as pd

    round_of(round)
    if changed not in ("stop", "keep"):
        raise DataError("questionnaire.changed-choice", changed=changed)
    file, tables = Path(path).name, raw_tables(path)
    main, inside = _sort_out(tables, round, file, rename or {})
    notes: dict[tuple[str, str], int] = {}
    columns = find_columns(main.headings, fields(round), rename or {})
    _same_round(main, columns, round, file)
    _note_columns(notes, columns, main, fields(round))
    for name, known in repeats(round).items():
        if name not in inside:
            notes["no-table", name] = 1
        else:
            _note_columns(notes, find_columns(inside[name].headings, known, rename or {}), inside[name], known)
    rows = [
        {name: read_cell(field, columns.cells(name, row), notes) for name, field in fields(round).items()}
        | {"submission": _key(columns, row, place), "_links": _links(columns, row, place)}
        for place, row in enumerate(main.rows, start=1)
    ]
    kept, aside = _kept(rows)
    links = {link: row["submission"] for row in kept for link in row["_links"]}
    all_links = {link for row in rows for link in row["_links"]}
    linked = {
        name: _repeat(inside.get(name), known, rename or {}, links, notes, known_to=all_links)
        for name, known in repeats(round).items()
    }
    changes = _changes(notes)
    if changed == "stop" and not changes.empty:
        first = "; ".join(changes["words"].head(3)) + ("; …" if len(changes) > 3 else "")
        raise DataError("questionnaire.changed", file=file, differences=first.replace("{", "(").replace("}", ")"))
    found = pd.DataFrame(kept, columns=["submission", *fields(round)]).astype(object)
    found.insert(1, "stakeholder", [stakeholder(kind or "") for kind in found["r_type"]])
    found.insert(2, "unit", [_unit(row) for row in found.to_dict("records")])
    places = {row["submission"]: place for place, row in reversed(list(enumerate(rows)))}
    extra = pd.DataFrame(
        [[name, *(main.rows[places[name]][at] for at in columns.extra)] for name in found["submission"]],
        columns=["submission", *(main.headings[at] for at in columns.extra)],
    )
    return Answers(round, found.where(found.notna(), None), linked, changes, extra, aside)


def _sort_out(
    tables: list[RawTable], round: str, file: str, rename: Mapping[str, str]
) -> tuple[RawTable, dict[str, RawTable]]:
    """Tell the main table from the repeats."""
    inside, rest = {}, []
    for table in tables:
        name = next((one for one in repeats(round) if _is_named(table.name, one)), None)
        inside |= {name: table} if name and name not in inside else {}
        rest += [] if name else [table]
    known = {table.name: len(find_columns(table.headings, fields(round), rename).places) for table in rest}
    best = max(rest, key=lambda table: known[table.name], default=None)
    if best is None or not best.headings:
        raise DataError("questionnaire.no-main", file=file)
    columns = find_columns(best.headings, fields(round), rename)
    for name in ("r_informed", "r_type", "r_country"):
        if name not in columns.places:
            found = ", ".join(heading[:40] for heading in best.headings[:6])
            raise DataError("questionnaire.not-ours", file=file, column=name, found=found)
    return best, inside


def _is_named(table: str, repeat: str) -> bool:
    plain = table.casefold().partition("~")[0]
    return plain == repeat or any(plain.endswith(f"{sign}{repeat}") for sign in "-_/. ")


def _same_round(main: RawTable, columns: Columns, round: str, file: str) -> None:
    if columns.round is None:
        return
    for row in main.rows:
        given = row[columns.round].removesuffix(".0").strip()
        if given and given != round:
            raise DataError("questionnaire.other-round", file=file, given=given[:20], wanted=round)


def _note_columns(notes: dict, columns: Columns, table: RawTable, known: dict[str, dict]) -> None:
    for name in known:
        if name not in columns.places and name not in columns.split:
            notes["missing", name] = 1
    for at in columns.extra:
        filled = sum(bool(row[at].strip()) for row in table.rows)
        if filled:
            notes["unknown", table.headings[at]] = filled
    for name in columns.twice:
        notes["twice", name] = 1


def _key(columns: Columns, row: list[str], place: int) -> str:
    names = (_plain(row[at]) for kind, at in columns.own if kind != "index")
    return next((name for name in names if name), f"row {place}")


def _links(columns: Columns, row: list[str], place: int) -> list[tuple[str, str]]:
    """All that a row of a repeat may call its submission by; without a number of its own, its place counts."""
    found = [(kind, _plain(row[at])) for kind, at in columns.own if row[at].strip()]
    return found if any(kind == "index" for kind, _ in found) else [*found, ("index", str(place))]


def _plain(name: str) -> str:
    return name.strip().removesuffix(".0").removeprefix("uuid:")


def _kept(rows: list[dict]) -> tuple[list[dict], dict[str, int]]:
    kept, aside, seen = [], {"no-consent": 0, "twice": 0}, set()
    for row in rows:
        if row["submission"] in seen:
            aside["twice"] += 1
            continue
        seen.add(row["submission"])
        if row["r_informed"] != "yes":
            aside["no-consent"] += 1
            continue
        if row["r_type"] == "individual":
            row["r_unit"] = None  # a person's name is not needed for anything here
        kept.append(row)
    return kept, aside


def _unit(row: dict) -> str:
    """Who speaks: one municipality can be spoken of in several submissions, and counts once."""
    name = " ".join(str(row["r_unit"] or "").casefold().split())
    return f"{row['stakeholder']}|{str(row['r_country'] or '').upper()}|{name}" if name else row["submission"]


def _repeat(
    table: RawTable | None,
    known: dict[str, dict],
    rename: Mapping[str, str],
    links: dict[tuple[str, str], str],
    notes: dict,
    *,
    known_to: set[tuple[str, str]],
) -> pd.DataFrame:
    import pandas as pd

    found = []
    columns = find_columns(table.headings, known, rename) if table else None
    for row in table.rows if table else []:
        parents = [(kind, _plain(row[at])) for kind, at in columns.parents if row[at].strip()]
        belongs = next((links[one] for one in parents if one in links), None)
        values = {name: read_cell(field, columns.cells(name, row), notes) for name, field in known.items()}
        if belongs is None:
            if not known_to.intersection(parents):  # a row of a submission that was set aside goes with it
                notes["no-parent", table.name] = notes.get(("no-parent", table.name), 0) + 1
            continue
        found.append({"submission": belongs} | values)
    return pd.DataFrame(found, columns=["submission", *known]).astype(object)


def _changes(notes: dict[tuple[str, str], int]) -> pd.DataFrame:
    import pandas as pd

    rows = [
        {
            "kind": kind,
            "name": name,
            "count": count,
            "words": text(f"questionnaire.note-{kind}", name=name, n=count),
        }
        for (kind, name), count in notes.items()
    ]
    return pd.DataFrame(rows, columns=["kind", "name", "count", "words"])
