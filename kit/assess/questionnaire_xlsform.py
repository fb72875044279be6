"""The questionnaire as a form for phones and tablets: an XLSForm that ODK and KoboToolbox read.

It is made from the same questions as the form on the screen, and checked by ``pyxform``, the tool with which
ODK and KoboToolbox themselves turn an XLSForm into a form.
"""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import TYPE_CHECKING

from kit.assess.page_words import FOLDER
from kit.assess.questionnaire_rounds import YES_NO_UNKNOWN, choices, fields, round_of
from kit.assess.rule_files import rules
from kit.errors import DataError
from kit.text import LANGUAGES, text

if TYPE_CHECKING:
    import pandas as pd

NONE = "none"  # "nothing of this exists" goes with no other choice
KINDS = {"text": "text", "long_text": "text", "whole_number": "integer", "number": "decimal", "date": "date"}


def xlsform(path: str | Path, *, round: str = "2023", language: str = "en") -> Path:
    """Write the questionnaire as an XLSForm workbook, after ``pyxform`` has accepted it.

    Parameters
    ----------
    path : str or Path
        Where to; the ending ``.xlsx`` is added if it lacks. A file that is there is replaced only when the
        new one is complete.
    round : str
        ``"2023"`` or ``"2025"``.
    language : str
        The language in which the form opens; the others can be chosen in it.

    Returns
    -------
    Path
        The file, to be uploaded to ODK Central or KoboToolbox.

    Raises
    ------
    DataError
        If ``pyxform`` does not accept the form, because somebody changed its rules.
    MeasureError
        If there is no such round.

    Examples
    --------
    >>> import tempfile
    >>> xlsform(Path(tempfile.mkdtemp()) / "questionnaire").name
    'questionnaire.xlsx'
    """
    path = Path(path)
    path = path if path.suffix.lower() == ".xlsx" else path.with_name(path.name + ".xlsx")
    content = _workbook(round, language)
    xform(content, name=path.name)
    waiting = path.with_name(path.name + ".part")
    waiting.write_bytes(content)
    waiting.replace(path)
    return path


def xform(workbook: bytes, *, name: str = "form.xlsx") -> str:
    """Turn an XLSForm into the form that phones read (XForm), by ``pyxform``.

    Parameters
    ----------
    workbook : bytes
        The XLSForm.
    name : str
        Its name, for the message.

    Raises
    ------
    DataError
        With what ``pyxform`` says of it.

    Examples
    --------
    >>> xform(b"nothing")
    Traceback (most recent call last):
        ...
    kit.errors.DataError: pyxform does not accept form.xlsx.
    ...
    """
    from pyxform.errors import PyXFormError
    from pyxform.xls2xform import convert

    try:
        return convert(io.BytesIO(workbook), file_type=".xlsx").xform
    except Exception as error:  # a broken workbook fails in many ways, and pyxform passes them on as they come
        reason = str(error) if isinstance(error, PyXFormError) else type(error).__name__
        raise DataError("questionnaire.form-broken", file=name, reason=" ".join(reason.split())[:160]) from None


def survey_sheet(round: str) -> pd.DataFrame:
    """Give the questions as the survey sheet of the XLSForm has them.

    Examples
    --------
    >>> survey_sheet("2023").set_index("name").loc["b1_steps", ["type", "constraint"]].tolist()
    ['select_multiple steps', 'count-selected(.) <= 3']
    """
    import pandas as pd

    chosen = round_of(round)
    asked = {one["id"]: one for one in _raw_fields(round)}
    rows = []
    for group in chosen["groups"]:
        rows += _group(group, asked, chosen)
        if group["name"] == "r":
            rows.insert(1, {"type": "hidden", "name": "round", "default": round})
    return pd.DataFrame(rows, columns=_columns()).fillna("")


def _raw_fields(round: str) -> list[dict]:
    # With the names of the lists, which `kit.assess.page_words.page` has put the choices in the place of.
    return json.loads((FOLDER / f"questionnaire_{round}.json").read_text(encoding="utf-8"))["fields"]


def _columns() -> list[str]:
    words = [_in(part, code) for part in ("label", "hint", "constraint_message") for code in LANGUAGES]
    return ["type", "name", *words, "required", "relevant", "constraint", "appearance", "default"]


def _in(part: str, code: str) -> str:
    return f"{part}::{LANGUAGES[code]} ({code})"


def _words(part: str, words: dict) -> dict[str, str]:
    return {_in(part, code): words.get(code, words["en"]) for code in LANGUAGES}


def _group(group: dict, asked: dict[str, dict], chosen: dict) -> list[dict]:
    rows = [{"type": "begin_group", "name": group["name"]} | _words("label", group["label"])]
    for name in group["fields"]:
        rows += _question(asked[name], chosen)
    if "inner" in group:
        rows += _group(group["inner"], asked, chosen)
    return [*rows, {"type": "end_group", "name": group["name"]}]


def _question(field: dict, chosen: dict) -> list[dict]:
    row = {"name": field["id"], "relevant": _relevant(field["id"], chosen)} | _words("label", field["label"])
    if "help" in field:
        row |= _words("hint", field["help"])
    if field["kind"] == "rows":
        inside = [one for each in field["fields"] for one in _question(each, chosen)]
        end = {"type": "end_repeat", "name": field["id"]}
        return [row | {"type": "begin_repeat"}, *inside, end]
    limit, message, number = _constraint(field, chosen)
    if limit:
        row |= {"constraint": limit} | {
            _in("constraint_message", code): text(f"questionnaire.form-{message}", lang=code, n=number)
            for code in LANGUAGES
        }
    row |= {"type": _type(field), "required": "yes" if field.get("required") else ""}
    row["appearance"] = "multiline" if field["kind"] == "long_text" else ""
    return [row]


def _type(field: dict) -> str:
    if field["kind"] == "yes_no_unknown":
        return "select_one ynd"
    if field["kind"] in ("choice", "several_choices"):
        kind = "select_one" if field["kind"] == "choice" else "select_multiple"
        return f"{kind} {field['choices_from'][0].partition('.')[2]}"
    return KINDS[field["kind"]]


def _constraint(field: dict, chosen: dict) -> tuple[str, str, object]:
    """Give the formula of a limit, the name of its message, and the number in it."""
    name = field["id"]
    if name in chosen["at_most"]:
        return f"count-selected(.) <= {chosen['at_most'][name]}", "at-most", chosen["at_most"][name]
    if name in chosen["exactly"]:
        return f"string-length(.) = {chosen['exactly'][name]}", "exactly", chosen["exactly"][name]
    if name in chosen["after"]:
        return f". >= ${{{chosen['after'][name]}}}", "after", ""
    if field["kind"] == "several_choices" and NONE in choices(fields(chosen["round"]).get(field["id"], field)):
        return f"not(selected(., '{NONE}') and count-selected(.) > 1)", "none", ""
    return (f". >= {field['min']}", "least", field["min"]) if "min" in field else ("", "", "")


def _relevant(name: str, chosen: dict) -> str:
    rule = chosen["when"].get(name)
    if rule is None:
        return ""
    other = f"${{{rule['field']}}}"
    if "is" in rule:
        return f"{other} = '{rule['is']}'"
    if "is_not" in rule:
        return f"not(selected({other}, '{rule['is_not']}'))"
    if rule.get("answered"):
        return f"{other} != ''"
    return " or ".join(f"{other} = '{one}'" for one in rule["is_one_of"])


def _workbook(round: str, language: str) -> bytes:
    from openpyxl import Workbook

    survey, lists = survey_sheet(round), rules("questionnaire")["scales"]
    used = [kind.split()[1] for kind in survey["type"] if kind.startswith("select_")]
    ynd = [{"value": value, "label": words} for value, words in YES_NO_UNKNOWN.items()]
    listed = [
        [name, choice["value"], *_words("label", choice["label"]).values()]
        for name in dict.fromkeys(used)
        for choice in (ynd if name == "ynd" else lists[name])
    ]
    title = round_of(round)["title"]
    opens = language if language in LANGUAGES else "en"
    settings = {
        "form_title": title.get(opens, title["en"]),
        "form_id": f"un_questionnaire_{round}",
        "version": f"{round}.{json.loads((FOLDER / f'questionnaire_{round}.json').read_text('utf-8'))['version']}",
        "default_language": f"{LANGUAGES[opens]} ({opens})",
    }
    book = Workbook()
    book.properties.creator = ""
    sheets = {
        "survey": [list(survey.columns), *survey.to_numpy().tolist()],
        "choices": [["list_name", "name", *(_in("label", code) for code in LANGUAGES)], *listed],
        "settings": [list(settings), list(settings.values())],
    }
    for name, rows in sheets.items():
        sheet = book.active if name == "survey" else book.create_sheet()
        sheet.title = name
        for row in rows:
            sheet.append([cell or None for cell in row])
        sheet.freeze_panes = "A2"
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()
