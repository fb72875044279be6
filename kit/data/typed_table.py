"""From cells to typed columns: each cell is read as its column says, or named as a fault."""

from __future__ import annotations

import re
from difflib import get_close_matches
from operator import not_
from typing import TYPE_CHECKING, Any

from kit.data.cells import Cleaned, TextColumn, each_distinct
from kit.data.dates import date_order, from_serial, read_date, read_year
from kit.data.headings import Field, plain
from kit.data.numbers import read_number
from kit.data.personal import find_in
from kit.data.problems import Problems
from kit.text import text

if TYPE_CHECKING:
    from kit.data.reading import Reading

PERCENT = ("percent", "per cent", "%", "prozent", "porcentaje", "por ciento", "pourcent", "pour cent", "pct")
COUNT_NAMES = ("cases", "count", "population")
YES = ("true", "1", "yes", "y", "sí", "si", "s", "ja", "j", "oui", "x", "verdadero", "wahr", "vrai")
NO = ("false", "0", "no", "n", "nein", "non", "falso", "falsch", "faux")
MOST_OPTIONS = 12
MOST_EXACT = 2**53  # larger whole numbers lose their last digits


class TypedTable:
    """A typed table in the making."""

    def __init__(self, reading: Reading, decimal: str | None, dates: str | None, missing: list[str]) -> None:
        self.problems: Problems = reading.problems
        self.reading = reading
        self.rows = reading.rows
        self.series: dict[str, Any] = {}
        self.heading: dict[str, str] = {}
        self.codes: dict[str, Any] = {}
        self.words: dict[str, Cleaned] = {}
        self._dates = dates
        self._missing = missing
        self._decimal = decimal
        self._mark = decimal or self._mark_of_the_file()

    def _mark_of_the_file(self) -> str | None:
        """Take the decimal sign of another column, if all that show one agree."""
        from kit.data.numbers import NumberColumn

        self._marks = {
            position: column.marks()
            for position, column in self.reading.columns.items()
            if isinstance(column, NumberColumn)
        }
        clear = set().union(*self._marks.values()) - {"?"}
        return clear.pop() if len(clear) == 1 else None

    def add(self, position: int, field: Field) -> None:
        """Read one column."""
        name, heading = field["name"], self.reading.names[position]
        self.heading[name] = heading
        column = self.reading.columns[position]
        del self.reading.columns[position]
        if not isinstance(column, TextColumn):
            self.series[name] = self._numbers(column, position, field)
        else:
            cleaned = column.cleaned()
            if cleaned.tidied:
                self.reading.notes.append(text("own.note-tidied", column=heading, cells=cleaned.tidied))
            for code, kind in cleaned.faults.items():
                self.tell(kind, heading, cleaned, code)
            self.series[name] = self._worded(cleaned, field)
        if field["required"]:
            self._required(name)

    def _numbers(self, column: Any, position: int, field: Field) -> Any:
        import numpy as np
        import pandas as pd

        heading = self.reading.names[position]
        marks = getattr(self, "_marks", {}).get(position) or column.marks()
        own = sorted(marks - {"?"})
        mark = self._decimal or (own[0] if own else self._mark)
        if field["type"] == "integer" and not own and not self._decimal:
            mark = self._grouping_mark(column)
        elif "?" in marks and mark is None:
            self._ask_for_decimal(column, heading)
            mark = "."
        values, faults = column.values(decimal=mark or ".", missing=[*field["missing"], *self._missing])
        for cell, (kind, places) in faults.items():
            self._number_fault(cell, kind, places, heading, field, values, mark or ".")
        self._limits(values, heading, field)
        if column.as_text:
            self.reading.notes.append(text("own.note-text-numbers", column=heading, cells=column.as_text))
        if mark == "," and own:
            self.reading.notes.append(text("own.note-decimal-comma", column=heading))
        if field["type"] == "number":
            return pd.Series(values)
        whole = np.isnan(values) | (values == np.floor(values))
        too_long = np.abs(values) >= MOST_EXACT
        for i in np.flatnonzero(too_long):
            self.problems.add("too-many-digits", rows=[self.rows[i]], column=heading)
        values = np.where(too_long, np.nan, values)
        for i in np.flatnonzero(~whole):
            self.problems.add("not-whole", rows=[self.rows[i]], column=heading, cell=f"{values[i]:g}")
        return pd.Series(np.where(whole, values, np.nan)).astype("Int64")

    def _grouping_mark(self, column: Any) -> str | None:
        """In whole numbers the sign before three digits groups them: 1.234 files can only be 1234."""
        for cell in column.doubtful():
            return "," if "." in cell else "."
        return self._mark

    def _ask_for_decimal(self, column: Any, heading: str) -> None:
        cell = next(iter(column.doubtful()))
        one, other = f"{read_number(cell, ','):g}", f"{read_number(cell, '.'):g}"
        self.problems.add("number-in-doubt", column=heading, cell=cell, one=one, other=other)

    def _number_fault(
        self, cell: str, kind: str, places: list[int], heading: str, field: Field, values: Any, mark: str
    ) -> None:
        if kind == "number-percent":
            number = read_number(cell.strip().strip("%"), mark)
            fine = [i for i in places if self._in_percent(field, i)]
            if isinstance(number, float) and fine:
                values[fine] = number
                places = [i for i in places if i not in {*fine}]
        if not places or not cell.strip():
            return
        if find_in(cell):
            cell = text("own.cell-not-shown")
        self.problems.add(kind, rows=self.rows[places], column=heading, cell=cell)

    def _in_percent(self, field: Field, i: int) -> bool:
        if plain(field.get("unit", "")) in PERCENT:
            return True
        unit = self.words.get("unit") if field["name"] == "value" else None
        return unit is not None and plain(unit.values[unit.codes[i]]) in PERCENT

    def _worded(self, cleaned: Cleaned, field: Field) -> Any:
        import numpy as np
        import pandas as pd

        heading = self.heading[field["name"]]
        absent = {each.strip() for each in [*field["missing"], *self._missing, ""]}
        is_missing = absent.__contains__
        kind = field["type"]
        if kind == "string":
            self._allowed(cleaned, field, is_missing)
            # `not` is the quick way when only the empty cell is missing: a million cells need no hashing
            test = not_ if absent == {""} else is_missing
            gone = np.fromiter(map(test, cleaned.values), bool, len(cleaned.values))
            self.words[field["name"]] = cleaned
            self.codes[field["name"]] = (
                np.where(gone[cleaned.codes], -1, cleaned.codes) if gone.any() else cleaned.codes
            )
            if "categories" in field or "enum" in field["constraints"]:
                codes = self.codes[field["name"]]
                used = [i for i in range(len(cleaned.values)) if not gone[i]]
                order = np.full(len(cleaned.values) + 1, -1)
                ranked = sorted(used, key=lambda i: cleaned.values[i])
                order[ranked] = range(len(ranked))
                return pd.Series(pd.Categorical.from_codes(order[codes], [cleaned.values[i] for i in ranked]))
            values = np.empty(len(cleaned.values) + 1, dtype=object)
            values[:-1] = cleaned.values
            values[:-1][gone] = np.nan
            values[-1] = np.nan
            return pd.Series(values[cleaned.codes], dtype="str")
        if kind == "date":
            return self._days(cleaned, heading, is_missing)
        read = {"year": read_year, "boolean": _yes_or_no}[kind]
        values, faults = each_distinct(cleaned, read, is_missing)
        for code, fault in faults.items():
            if code not in cleaned.faults:
                self.tell(fault, heading, cleaned, code)
        if kind == "boolean":
            return pd.Series(pd.array([*values, None], dtype="boolean")[:-1].take(cleaned.codes))
        numbers = np.array([np.nan if value is None else value for value in values], float)[cleaned.codes]
        self._limits(numbers, heading, field)
        return pd.Series(numbers).astype("Int64")

    def _days(self, cleaned: Cleaned, heading: str, is_missing: Any) -> Any:
        import pandas as pd

        cells = [cell for cell in cleaned.values if not is_missing(cell)]
        order = self._dates if self._dates in ("day-first", "month-first") else date_order(cells)
        if order in ("unknown", "both"):
            kind = "dates-in-doubt" if order == "unknown" else "dates-contradict"
            example = next(cell for cell in cells if date_order([cell]) in ("unknown", "day-first", "month-first"))
            self.problems.add(kind, column=heading, cell=example)
            order = "day-first" if order == "unknown" else order
        values, faults = each_distinct(
            cleaned,
            lambda cell: read_date(
                cell, "excel" if self._dates == "excel" else order, two_digits=self._dates is not None
            ),
            is_missing,
        )
        for code, kind in faults.items():
            if code not in cleaned.faults and order != "both":
                cell = cleaned.values[code]
                gaps = {"date": from_serial(cell)} if kind == "date-serial" else {}
                self.tell(kind, heading, cleaned, code, **gaps)
        return pd.Series(pd.to_datetime(pd.Series([*values, None], dtype=object))[:-1].array.take(cleaned.codes))

    def _allowed(self, cleaned: Cleaned, field: Field, is_missing: Any) -> None:
        """Check closed lists, patterns and lengths."""
        rules = field["constraints"]
        options = rules.get("enum")
        pattern = re.compile(rules["pattern"]) if "pattern" in rules else None
        shortest, longest = rules.get("minLength", 0), rules.get("maxLength", float("inf"))
        if not (options or pattern or shortest or longest < float("inf")):
            return
        heading = self.heading[field["name"]]
        for code, cell in enumerate(cleaned.values):
            if is_missing(cell) or code in cleaned.faults:
                continue
            if options and cell not in options:
                near = get_close_matches(cell, options, n=1, cutoff=0.6)
                shown = near or options[:MOST_OPTIONS]
                self.tell("not-in-list", heading, cleaned, code, options=", ".join(map(str, shown)))
            elif pattern and not pattern.fullmatch(cell):
                self.tell("not-in-pattern", heading, cleaned, code, pattern=rules["pattern"])
            elif not shortest <= len(cell) <= longest:
                self.tell("wrong-length", heading, cleaned, code, shortest=shortest, longest=longest)

    def _limits(self, values: Any, heading: str, field: Field) -> None:
        """Check least and greatest value; a share above 1 is most often a percentage."""
        import numpy as np

        rules = field["constraints"]
        least, most = rules.get("minimum"), rules.get("maximum")
        if least is None and field["name"] in COUNT_NAMES:
            least = 0
        if field.get("unit") == "share":
            least, most = (0 if least is None else least), (1 if most is None else most)
        if least is not None:
            for i in np.flatnonzero(values < float(least)):
                kind = "negative-count" if float(least) == 0 else "too-small"
                self.problems.add(kind, rows=[self.rows[i]], column=heading, cell=f"{values[i]:g}", least=least)
        if most is not None:
            for i in np.flatnonzero(values > float(most)):
                kind = "percent-for-share" if float(most) == 1 and values[i] <= 100 else "too-large"
                self.problems.add(kind, rows=[self.rows[i]], column=heading, cell=f"{values[i]:g}", most=most)

    def _required(self, name: str) -> None:
        import numpy as np

        empty = np.flatnonzero(self.series[name].isna().to_numpy())
        told = self.problems.rows_told(self.heading[name])
        rows = [row for row in self.rows[empty] if int(row) not in told]
        if rows:
            self.problems.add("required-empty", rows=rows, column=self.heading[name])

    def tell(self, kind: str, heading: str, cleaned: Cleaned, code: int, **gaps: Any) -> None:
        """Note a problem of one distinct cell, in all rows where it stands, unless it shows a person."""
        cell = cleaned.values[code]
        shown = text("own.cell-not-shown") if find_in(cell) else cell
        self.problems.add(kind, rows=self.rows[cleaned.rows_of(code)], column=heading, cell=shown, **gaps)


def _yes_or_no(cell: str) -> bool | str:
    word = cell.casefold()
    return True if word in YES else False if word in NO else "yes-no-unreadable"
