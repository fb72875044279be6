"""Open answers, coded with a code book by two people, and how far they agree.

One unit of coding is one answer to one question. Each code is a question of its own: does it apply or not?
So an answer can have several codes, and agreement is told code by code.

Source: Krippendorff's alpha for nominal codes, as in `kit.measure.agreement`; the rule of a fifth for the second
coder, and of settling disagreements in writing, are the kit's.
"""

from __future__ import annotations

import csv
import math
from pathlib import Path
from typing import TYPE_CHECKING

from kit.assess.questionnaire_read import Answers
from kit.assess.questionnaire_rounds import fields, repeats
from kit.assess.rule_files import rules, said
from kit.errors import DataError, MeasureError

if TYPE_CHECKING:
    import pandas as pd

_YES, _NO = {"1", "x", "yes", "sí", "si", "true"}, {"", "0", "no", "false", "-"}


def code_book() -> pd.DataFrame:
    """Give the code book: what a code means, when to use it and when not, and an example.

    Examples
    --------
    >>> code_book()["code"].tolist()[:3]
    ['money', 'language', 'political_will']
    """
    import pandas as pd

    parts = ("meaning", "include", "leave_out", "example")
    book = rules("questionnaire")["code_book"]
    return pd.DataFrame([{"code": one["code"]} | {part: said(one[part]) for part in parts} for one in book])


def texts(answers: Answers, *, questions: list[str] | None = None) -> pd.DataFrame:
    """Give the open answers, one a row, ready to be coded.

    Answers of those who allowed nothing to be published are left out. ``care`` names what looks like personal data
    in a text: take it out before anybody else reads it.

    Parameters
    ----------
    answers : Answers
        From `kit.assess.questionnaire.read_answers`.
    questions : list of str, optional
        Short names; all questions with long answers unless given.

    Returns
    -------
    pandas.DataFrame
        ``unit`` (of coding), ``question``, ``stakeholder``, ``r_country``, ``text``, ``care``.

    Raises
    ------
    MeasureError
        If a question is no open one.

    Examples
    --------
    >>> from kit.assess.questionnaire_analysis import example
    >>> texts(example(), questions=["a2_text"])[["unit", "text"]].values.tolist()
    [['u1:a2_text', 'We lack money for a course'], ['u2:a2_text', 'Nobody asks the tenants']]
    """
    import pandas as pd

    from kit.data.personal import find_in

    known = {name: None for name, one in fields(answers.round).items() if one["kind"] == "long_text"}
    for table, inside in repeats(answers.round).items():
        known |= {name: table for name, one in inside.items() if one["kind"] == "long_text"}
    for name in questions or []:
        if name not in known:
            raise MeasureError("questionnaire.not-open", field=str(name)[:40], known=", ".join(known))
    about = answers.table.set_index("submission")[["stakeholder", "r_country", "r_publish"]]
    found = []
    for name in questions or known:
        table = answers.repeats[known[name]] if known[name] else answers.table
        seen: dict[str, int] = {}
        for submission, words in zip(table["submission"], table[name], strict=True):
            seen[submission] = seen.get(submission, 0) + 1
            who = about.loc[submission]
            if not isinstance(words, str) or not words.strip() or who["r_publish"] == "nothing":
                continue
            place = f"[{seen[submission]}]" if known[name] else ""
            found.append([f"{submission}:{name}{place}", name, who["stakeholder"], who["r_country"], words.strip(),
                          find_in(words) or ""])  # fmt: skip
    return pd.DataFrame(found, columns=["unit", "question", "stakeholder", "r_country", "text", "care"])


def coding_sheet(found: pd.DataFrame, path: str | Path, *, share: float = 1.0) -> Path:
    """Write a sheet for one coder: a row for each text, a column for each code to mark with an x.

    Parameters
    ----------
    found : pandas.DataFrame
        From `texts`.
    path : str or Path
        A .csv file; a file that is there is not overwritten, because it may hold a coder's work.
    share : float
        Share of the texts, for the second coder at least a fifth. The same texts are drawn each time.

    Returns
    -------
    Path

    Raises
    ------
    MeasureError
        If the share is not above 0 and up to 1, or below a fifth.
    DataError
        If the file is there already.

    Examples
    --------
    >>> import tempfile
    >>> from kit.assess.questionnaire_analysis import example
    >>> sheet = coding_sheet(texts(example()), Path(tempfile.mkdtemp()) / "first.csv")
    >>> sheet.read_text(encoding="utf-8-sig").splitlines()[0]
    'unit,question,text,money,language,political_will,...'
    """
    least = rules("questionnaire")["second_coder_share"]
    if isinstance(share, bool) or not isinstance(share, (int, float)) or not least <= share <= 1:
        raise MeasureError("questionnaire.share", share=share, least=least)
    path = Path(path)
    if path.exists():
        raise DataError("questionnaire.sheet-there", file=path.name)
    codes = code_book()["code"].tolist()
    units = sorted(found["unit"], key=_draw)[: math.ceil(share * len(found))]
    drawn = found[found["unit"].isin(units)]
    waiting = path.with_name(path.name + ".part")
    with waiting.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["unit", "question", "text", *codes])
        for row in drawn.itertuples():
            text = f"'{row.text}" if row.text[:1] in "=+-@" else row.text
            writer.writerow([row.unit, row.question, text, *[""] * len(codes)])
    waiting.replace(path)
    return path


def read_coding(path: str | Path) -> pd.DataFrame:
    """Read a coder's sheet: a row for each text, true where a code applies.

    Parameters
    ----------
    path : str or Path
        The sheet, as CSV or as a workbook: an x, 1 or yes where a code applies, nothing where not.

    Raises
    ------
    DataError
        If a code of the book has no column, a text stands twice, or a mark cannot be read.

    Examples
    --------
    >>> import tempfile
    >>> from kit.assess.questionnaire_analysis import example
    >>> sheet = coding_sheet(texts(example()), Path(tempfile.mkdtemp()) / "first.csv")
    >>> read_coding(sheet).shape
    (3, 12)
    """
    import pandas as pd

    from kit.assess.questionnaire_files import raw_tables

    file, table = Path(path).name, raw_tables(path)[0]
    codes = code_book()["code"].tolist()
    for name in ("unit", *codes):
        if name not in table.headings:
            raise DataError("questionnaire.no-code", file=file, column=name)
    at, rows = {name: table.headings.index(name) for name in ("unit", *codes)}, {}
    for number, row in enumerate(table.rows, start=2):
        unit = row[at["unit"]].strip()
        if unit in rows:
            raise DataError("questionnaire.coded-twice", file=file, unit=unit[:60])
        marks = {code: row[at[code]].strip().casefold() for code in codes}
        odd = next((code for code, mark in marks.items() if mark not in _YES | _NO), None)
        if odd:
            raise DataError("questionnaire.mark", file=file, row=number, code=odd, mark=marks[odd][:20])
        rows[unit] = {code: mark in _YES for code, mark in marks.items()}
    found = pd.DataFrame.from_dict(rows, orient="index", columns=codes).astype(bool)
    return found.rename_axis("unit")


def agreement(first: pd.DataFrame, second: pd.DataFrame) -> pd.DataFrame:
    """Get how far two coders agree, code by code, on the texts that both read.

    Parameters
    ----------
    first, second : pandas.DataFrame
        From `read_coding`.

    Returns
    -------
    pandas.DataFrame
        For each code ``both``, ``only_first``, ``only_second``, ``neither`` (look at these first), then
        Krippendorff's alpha with its interval in the shape of `kit.measure`. Alpha is missing where a code was
        used always or never: there is nothing then in which coders could differ.

    Raises
    ------
    MeasureError
        If the second coder read less than a fifth of the texts of the first.

    Examples
    --------
    >>> import pandas as pd
    >>> first = pd.DataFrame({"money": [True, True, False, False]}, index=["a", "b", "c", "d"])
    >>> second = pd.DataFrame({"money": [True, False, False, False]}, index=["a", "b", "c", "d"])
    >>> agreement(first, second)[["code", "both", "only_first", "estimate"]].round(2).values.tolist()
    [['money', 1, 1, 0.53]]
    """
    import pandas as pd

    from kit.measure.agreement import krippendorff_alpha
    from kit.text import text

    units = _read_by_both(first, second)
    rows = []
    for code in first.columns:
        one, two = first.loc[units, code], second.loc[units, code]
        row = {"code": code, "both": int((one & two).sum()), "only_first": int((one & ~two).sum())}
        row |= {"only_second": int((~one & two).sum()), "neither": int((~one & ~two).sum())}
        try:
            ratings = [[str(a), str(b)] for a, b in zip(one, two, strict=True)]
            row |= krippendorff_alpha(ratings, level="nominal").iloc[0].to_dict()
        except MeasureError:
            row |= {"n": len(units), "notes": text("questionnaire.one-answer")}
        rows.append(row)
    columns = [
        "code",
        "both",
        "only_first",
        "only_second",
        "neither",
        "estimate",
        "lower",
        "upper",
        "n",
        "method",
        "notes",
    ]
    return pd.DataFrame(rows).reindex(columns=columns)


def disagreements(first: pd.DataFrame, second: pd.DataFrame) -> pd.DataFrame:
    """Give every mark in which the two coders differ, with room for the decision and its reason.

    Examples
    --------
    >>> import pandas as pd
    >>> first, second = (pd.DataFrame({"money": [mark]}, index=["a"]) for mark in (True, False))
    >>> disagreements(first, second).values.tolist()
    [['a', 'money', True, False, '', '']]
    """
    import pandas as pd

    rows = [
        [unit, code, bool(first.loc[unit, code]), bool(second.loc[unit, code]), "", ""]
        for unit in _read_by_both(first, second)
        for code in first.columns
        if first.loc[unit, code] != second.loc[unit, code]
    ]
    return pd.DataFrame(rows, columns=["unit", "code", "first", "second", "decision", "reason"])


def settle(first: pd.DataFrame, second: pd.DataFrame, decisions: pd.DataFrame) -> pd.DataFrame:
    """Give the final codes: the first coder's, with each disagreement decided in writing.

    Parameters
    ----------
    first, second : pandas.DataFrame
        From `read_coding`.
    decisions : pandas.DataFrame
        From `disagreements`, with ``decision`` (yes or no) and ``reason`` filled in.

    Raises
    ------
    MeasureError
        If a disagreement has no decision or no reason.

    Examples
    --------
    >>> import pandas as pd
    >>> first, second = (pd.DataFrame({"money": [mark]}, index=["a"]) for mark in (True, False))
    >>> decided = disagreements(first, second).assign(decision="no", reason="No lack is named")
    >>> settle(first, second, decided).loc["a", "money"].item()
    False
    """
    final, said_of = first.copy(), {}
    for row in decisions.to_dict("records"):
        said_of[str(row["unit"]), str(row["code"])] = row
    for row in disagreements(first, second).itertuples():
        decided = said_of.get((row.unit, row.code), {})
        mark = str(decided.get("decision", "")).strip().casefold()
        if mark not in (_YES | _NO) - {"", "-"} or not str(decided.get("reason") or "").strip():
            raise MeasureError("questionnaire.unsettled", unit=row.unit[:60], code=row.code)
        final.loc[row.unit, row.code] = mark in _YES
    return final


def coded(final: pd.DataFrame, found: pd.DataFrame, *, by: str = "stakeholder") -> pd.DataFrame:
    """Count in how many texts each code applies, by who wrote them.

    Parameters
    ----------
    final : pandas.DataFrame
        From `settle` or `read_coding`.
    found : pandas.DataFrame
        From `texts`.
    by : {"stakeholder", "r_country", "question"}
        What makes the columns.

    Raises
    ------
    MeasureError
        If `by` is none of these.

    Examples
    --------
    >>> from kit.assess.questionnaire_analysis import example
    >>> import pandas as pd
    >>> marks = pd.DataFrame({"money": [True, False]}, index=["u1:a2_text", "u2:a2_text"])
    >>> coded(marks, texts(example())).iloc[0].to_dict()
    {'code': 'money', 'civil_society': 0, 'local_government': 1, 'all': 1}
    """
    if by not in ("stakeholder", "r_country", "question"):
        raise MeasureError("questionnaire.by", by=str(by)[:40], known="stakeholder, r_country, question")
    marks = final.join(found.set_index("unit")[by], how="inner")
    table = marks.groupby(by)[list(final.columns)].sum().T.astype(int)
    table["all"] = table.sum(axis=1)
    return table.rename_axis("code").rename_axis(columns=None).reset_index()


def _draw(unit: str) -> str:
    import hashlib

    return hashlib.sha256(f"second coder {unit}".encode()).hexdigest()


def _read_by_both(first: pd.DataFrame, second: pd.DataFrame) -> list[str]:
    units = [unit for unit in first.index if unit in second.index]
    least = rules("questionnaire")["second_coder_share"]
    if not units or len(units) < least * len(first):
        raise MeasureError(
            "questionnaire.few-read", n=len(units), all=len(first), least=math.ceil(least * len(first))
        )
    return units
