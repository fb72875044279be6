"""Questions of the kind *rows*: the same few questions for each measure, right or recommendation, one row each.

The answer is a list of dicts, one a row, in the order in which they were typed.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from kit.text import text
from kit.town.values import check_value, is_nothing, is_unchanged
from kit.town.wording import in_language, row_name

MOST_ROWS = 200


@dataclass
class CheckedRows:
    """What came out of a filled-in table of answers.

    Parameters
    ----------
    rows : list of dict
        The rows that can be kept; rows without any answer are left out.
    problems : list of dict
        For each row that was given, in its order: what to change, in words, by field.
    whole : str or None
        What is wrong with the table as a whole, in words.
    """

    rows: list[dict] = field(default_factory=list)
    problems: list[dict] = field(default_factory=list)
    whole: str | None = None


def check_rows(question: dict, given: object, *, earlier: object = None) -> CheckedRows:
    """Hold each row against the questions of the table.

    Parameters
    ----------
    question : dict
        The question of the kind ``rows``.
    given : list of dict, or pandas.DataFrame
        A row each; a cell that is missing or empty is no answer.
    earlier : list of dict, optional
        The rows kept so far: what stands in one of them already is not asked again.

    Examples
    --------
    >>> cost = {"id": "cost", "kind": "number", "min": 0, "label": {"en": "Cost"}}
    >>> table = {"id": "measures", "kind": "rows", "row_label": {"en": "Measure"}, "fields": [cost]}
    >>> check_rows(table, [{"cost": "12,5"}, {"cost": ""}]).rows
    [{'cost': 12.5}]
    >>> check_rows(table, [{"cost": 3}, {"cost": -3}]).problems
    [{}, {'cost': 'This is too small; 0 is the least.'}]
    """
    given = given.to_dict("records") if hasattr(given, "columns") else given
    before = [row for row in earlier if isinstance(row, dict)] if isinstance(earlier, list) else []
    if is_nothing(given) or (isinstance(given, (str, list, tuple)) and not given):
        return CheckedRows()
    if not isinstance(given, (list, tuple)) or not all(isinstance(row, dict) for row in given):
        if given == earlier:  # a page changed by hand may hold anything; it stays until somebody answers anew
            return CheckedRows(rows=given)
        return CheckedRows(whole=text("town.wrong-rows"))
    found = CheckedRows()
    for row in given:
        kept, problems = _check_row(question, row, before)
        found.problems.append(problems)
        if kept:
            found.rows.append(kept)
    most = question.get("max_rows", MOST_ROWS)
    if len(found.rows) > max(most, len(before)):
        found.whole = text("town.too-many-rows", limit=most)
    return found


def _check_row(question: dict, row: dict, before: list[dict]) -> tuple[dict, dict]:
    fields = {one["id"]: one for one in question["fields"]}
    kept, problems = {}, {}
    for name, one in fields.items():
        answer, problem = check_value(one, row.get(name))
        if problem:
            old = (earlier[name] for earlier in before if name in earlier)
            same = [value for value in old if is_unchanged(one, row.get(name), value)]
            if same:
                answer, problem = same[0], None
        if problem:
            problems[name] = problem
        elif answer is not None:
            kept[name] = answer
    for name in row.keys() - fields.keys():
        if any(name in earlier for earlier in before):  # a question that is gone; its answers stay
            kept[name] = row[name]
        elif not is_nothing(row[name]):
            from kit.town.answers import closest

            problems[str(name)] = text("town.no-such-column", name=name, close=closest(str(name), list(fields)))
    return kept, problems


def problems_in_words(question: dict, checked: CheckedRows) -> str | None:
    """Give in one text what to change in a table of answers, or ``None``.

    Examples
    --------
    >>> table = {"id": "measures", "kind": "rows", "row_label": {"en": "Measure"}, "fields": []}
    >>> problems_in_words(table, CheckedRows(problems=[{}, {"cost": "This is too small."}]))
    'Measure 2, cost: This is too small.'
    """
    labels = {one["id"]: in_language(one["label"]) for one in question["fields"]}
    said = [checked.whole] if checked.whole else []
    for number, problems in enumerate(checked.problems, start=1):
        for name, words in problems.items():
            said.append(f"{row_name(question, number)}, {labels.get(name, name)}: {words}")
    return " ".join(said) or None


def empty_cells(question: dict, rows: object) -> list[str]:
    """Give the required cells without an answer, as ``"measures/2/owner"``.

    Examples
    --------
    >>> owner = {"id": "owner", "kind": "text", "required": True, "label": {"en": "Owner"}}
    >>> empty_cells({"id": "measures", "kind": "rows", "fields": [owner]}, [{"owner": "Office"}, {}])
    ['measures/2/owner']
    """
    required = [one["id"] for one in question["fields"] if one.get("required")]
    rows = rows if isinstance(rows, list) else []
    return [
        f"{question['id']}/{number}/{name}"
        for number, row in enumerate(rows, start=1)
        if isinstance(row, dict)
        for name in required
        if name not in row
    ]


def labels(definition: dict, names: list[str]) -> str:
    """Give the questions of these fields, or cells, in one line.

    Examples
    --------
    >>> from kit.town import page_definition
    >>> labels(page_definition("about-our-town"), ["country", "region"])
    'Region, province or state; Country'
    """
    said = []
    for one in definition["fields"]:
        if one["id"] in names:
            said.append(in_language(one["label"]))
        for inner in one.get("fields", []):
            ends = (f"{one['id']}/", f"/{inner['id']}")
            numbers = [name.split("/")[1] for name in names if name.startswith(ends[0]) and name.endswith(ends[1])]
            if numbers:
                rows = text("town.row", label=in_language(one["row_label"]), number=", ".join(numbers))
                said.append(f"{in_language(inner['label'])} ({rows})")
    return "; ".join(said)
