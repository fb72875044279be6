"""What those who answered said: frameworks, engagement, monitoring, obstacles; by stakeholder kind and country.

Submissions are a self-selected collection. So there are counts of those who said something, beside how many
left the question empty and how many were not asked it; never a share of local governments.

Source: reading rules of the kit for the questionnaire; middle and range for ordered levels.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kit.assess.questionnaire_read import Answers
from kit.assess.questionnaire_rounds import choices, fields, is_asked, round_of, stakeholders
from kit.assess.rule_files import rules, said
from kit.errors import MeasureError
from kit.text import text

if TYPE_CHECKING:
    import pandas as pd

BY = ("stakeholder", "r_country", "r_level")


def who_answered(answers: Answers, *, by: str = "r_country") -> pd.DataFrame:
    """Count submissions, and who speaks in them, by stakeholder kind and another question.

    Parameters
    ----------
    answers : Answers
        From `kit.assess.questionnaire.read_answers`.
    by : {"r_country", "r_level", "stakeholder"}
        What makes the rows.

    Returns
    -------
    pandas.DataFrame
        The value, ``submissions``, ``units`` (municipalities and organisations, each once), and a column of units
        for each stakeholder kind.

    Raises
    ------
    MeasureError
        If `by` is none of these.

    Examples
    --------
    >>> who_answered(example())[["r_country", "submissions", "units"]].values.tolist()
    [['ESP', 3, 2], ['AUT', 1, 1]]
    """
    import pandas as pd

    _known_by(by)
    table = answers.table.assign(**{by: answers.table[by].fillna("")})
    once = table.drop_duplicates(["unit", by])
    found = pd.DataFrame({"submissions": table[by].value_counts(), "units": once[by].value_counts()})
    kinds = pd.crosstab(once[by], once["stakeholder"]).reindex(columns=[*stakeholders()], fill_value=0)
    found = found.join(kinds).rename_axis(by).reset_index()
    return found.sort_values(["submissions", by], ascending=[False, True], kind="stable").reset_index(drop=True)


def counts(answers: Answers, field: str, *, by: str = "stakeholder") -> pd.DataFrame:
    """Count who gave each answer to a question with choices; each municipality or organisation once.

    Parameters
    ----------
    answers : Answers
        From `kit.assess.questionnaire.read_answers`.
    field : str
        Short name of the question, ``"a1a_struct"``.
    by : {"stakeholder", "r_country", "r_level"}
        What makes the columns.

    Returns
    -------
    pandas.DataFrame
        ``answer`` (its short name), ``words``, a column for each value of `by`, and ``all``. The last rows tell
        how many left the question empty, were not asked it, or gave answers that are no choice of ours.

    Raises
    ------
    MeasureError
        If the question has no choices, or `by` is none of these.

    Examples
    --------
    >>> found = counts(example(), "a1a_struct").set_index("answer")["all"]
    >>> found[found > 0].to_dict()
    {'none': 1, 'unit_or_office': 1, 'left_empty': 1}
    """
    import pandas as pd

    _known_by(by)
    known = fields(answers.round)
    listed = choices(known[field]) if field in known else {}
    if not listed:
        names = ", ".join(name for name, one in known.items() if choices(one))
        raise MeasureError("questionnaire.no-choices", field=str(field)[:40], known=names)
    table = answers.table[["unit", by, field]].copy()
    table[by] = table[by].fillna("")
    table["answer"] = _with_empty(answers, field)
    table = table.explode("answer")
    table["answer"] = [one if one in listed or one in _NO_ANSWER else "other_words" for one in table["answer"]]
    once = table.drop_duplicates(["unit", by, "answer"])
    # Who answered in one submission and left it empty in another has answered.
    said_something = set(once.loc[~once["answer"].isin(_NO_ANSWER), "unit"])
    once = once[~(once["answer"].isin(_NO_ANSWER) & once["unit"].isin(said_something))]
    once = once[
        ~((once["answer"] == "not_asked") & once["unit"].isin(once.loc[once["answer"] == "left_empty", "unit"]))
    ]
    order = [*listed, *(one for one in ("other_words", *_NO_ANSWER) if one in set(once["answer"]))]
    columns = [*stakeholders()] if by == "stakeholder" else sorted(set(answers.table[by].fillna("")))
    found = pd.crosstab(once["answer"], once[by]).reindex(index=order, columns=columns, fill_value=0)
    found["all"] = found.sum(axis=1)
    words = {value: said(label) for value, label in listed.items()}
    found.insert(0, "words", [words.get(one) or text(f"questionnaire.{one.replace('_', '-')}") for one in order])
    return found.rename_axis("answer", axis=0).rename_axis(columns=None).reset_index()


def levels(answers: Answers, *, by: str = "stakeholder") -> pd.DataFrame:
    """Give the ordered levels: how many at each, the middle and the range; no mean and no total.

    Where one municipality or organisation gave different levels in two submissions, it counts as *no agreement*.

    Parameters
    ----------
    answers : Answers
        From `kit.assess.questionnaire.read_answers`.
    by : {"stakeholder", "r_country", "r_level"}
        What makes the rows, beside the question.

    Returns
    -------
    pandas.DataFrame
        ``field``, `by`, a column for each level, ``cannot_judge``, ``left_empty``, ``no_agreement``, ``n`` (levels
        given), ``median`` (the lower of two middles, so that it is a level), ``lowest``, ``highest``.

    Examples
    --------
    >>> found = levels(example())
    >>> found[found["field"] == "a2_data"][["stakeholder", "l1", "l2", "left_empty", "n"]].values.tolist()
    [['civil_society', 1, 0, 0, 1], ['local_government', 0, 1, 0, 1], ['un', 0, 0, 1, 0]]
    """
    import pandas as pd

    _known_by(by)
    order, values = rules("questionnaire")["levels"], answers.table[by].fillna("")
    rows = []
    for field, one in fields(answers.round).items():
        if not set(order) <= choices(one).keys():
            continue
        said_of: dict[str, dict[str, set]] = {}
        for unit, value, level in zip(answers.table["unit"], values, answers.table[field], strict=True):
            said_of.setdefault(value, {}).setdefault(unit, set()).update([] if level is None else [level])
        for value in sorted(said_of):
            given = said_of[value].values()
            sure = [next(iter(each)) for each in given if len(each) == 1]
            found = sorted(order.index(level) for level in sure if level in order)
            row = {"field": field, by: value} | {level: sure.count(level) for level in order}
            row |= {"cannot_judge": sure.count("cannot_judge"), "left_empty": sum(not each for each in given)}
            row |= {"no_agreement": sum(len(each) > 1 for each in given), "n": len(found)}
            middle = found[(len(found) - 1) // 2] if found else None
            rows.append(
                row
                | {
                    "median": middle,
                    "lowest": found[0] if found else None,
                    "highest": found[-1] if found else None,
                }
            )
    columns = [
        "field",
        by,
        *order,
        "cannot_judge",
        "left_empty",
        "no_agreement",
        "n",
        "median",
        "lowest",
        "highest",
    ]
    found = pd.DataFrame(rows, columns=columns)
    return found.astype({name: "Int64" for name in ("median", "lowest", "highest")})


def analyse(answers: Answers, *, by: str = "stakeholder") -> dict[str, pd.DataFrame]:
    """Give every table at once: who answered, each question with choices, levels, initiatives and examples.

    Parameters
    ----------
    answers : Answers
        From `kit.assess.questionnaire.read_answers`.
    by : {"stakeholder", "r_country", "r_level"}
        What is compared.

    Returns
    -------
    dict of pandas.DataFrame
        ``who_answered``, ``levels``, each question of the blocks *frameworks*, *engagement*, *monitoring* and
        *obstacles* as ``"frameworks: a1a_struct"``, and each table of repeats as ``"b5_item"``.

    Examples
    --------
    >>> [name for name in analyse(example()) if name.startswith("monitoring")]
    ['monitoring: a1c_kind', 'monitoring: a1c_levels', 'monitoring: a1c_public']
    """
    found = {"who_answered": who_answered(answers), "levels": levels(answers, by=by)}
    for block, names in round_of(answers.round)["blocks"].items():
        found |= {f"{block}: {name}": counts(answers, name, by=by) for name in names}
    return found | {name: with_speaker(answers, name) for name in answers.repeats}


def with_speaker(answers: Answers, repeat: str) -> pd.DataFrame:
    """Give initiatives or examples with who tells of them; what shows that it worked stands beside each.

    The name of who speaks is left out where it may not be published, and so is what may not be published at all.

    Parameters
    ----------
    answers : Answers
        From `kit.assess.questionnaire.read_answers`.
    repeat : str
        ``"a1_item"`` or ``"b5_item"``.

    Raises
    ------
    MeasureError
        If the round has no such table.

    Examples
    --------
    >>> with_speaker(example(), "b5_item")[["stakeholder", "name", "b5_strength"]].values.tolist()
    [['local_government', 'Exampleton', 'users_say_so']]
    """
    if repeat not in answers.repeats:
        raise MeasureError("questionnaire.no-repeat", name=str(repeat)[:40], known=", ".join(answers.repeats))
    speakers = answers.table[["submission", "stakeholder", "r_country", "r_unit", "r_publish"]]
    found = speakers.merge(answers.repeats[repeat], on="submission")
    found = found[found["r_publish"].isin(["all", "without_name"])].copy()
    named = found["r_publish"] == "all"
    found.insert(2, "name", found["r_unit"].where(named, None))
    return found.drop(columns=["r_unit", "r_publish"]).reset_index(drop=True)


def example() -> Answers:
    """Give four made-up submissions to try things with.

    Examples
    --------
    >>> len(example().table)
    4
    """
    import tempfile
    from pathlib import Path

    from kit.assess.questionnaire_read import read_answers

    head = "KEY,r-r_informed,r-r_type,r-r_country,r-r_unit,r-r_publish,"
    head += "a-a1a_struct,a-a1c_kind,a-a2-a2_data,a-a2-a2_text\n"
    rows = (
        "u1,yes,local_gov,ESP,Exampleton,all,none,none,l2,We lack money for a course\n"
        "u2,yes,cso,ESP,Sample Forum,without_name,unit_or_office,indicators,l1,Nobody asks the tenants\n"
        "u3,yes,local_gov,ESP,exampleton,all,,feedback_forms,,\n"
        "u4,yes,un_entity,AUT,Example Agency,summary_only,,,,\n"
    )
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "form.csv").write_text(head + rows, encoding="utf-8")
        (Path(folder) / "form-b5_item.csv").write_text(
            "b5_type,b5_what,b5_strength,PARENT_KEY\npractice,Open house,users_say_so,u1\n", encoding="utf-8"
        )
        return read_answers(Path(folder) / "form.csv", changed="keep")


_NO_ANSWER = ("left_empty", "not_asked")


def _with_empty(answers: Answers, field: str) -> list:
    """The answers of a column, with a code where there is none: left empty is not the same as nothing exists."""
    missing = set(answers.changes.loc[answers.changes["kind"] == "missing", "name"])
    rule = round_of(answers.round)["when"].get(field)
    others = answers.table[rule["field"]] if rule else [None] * len(answers.table)
    found = []
    for given, other in zip(answers.table[field], others, strict=True):
        if isinstance(given, list) and given:
            found.append(given)
        elif isinstance(given, str) and given:
            found.append([given])
        elif field in missing or (rule and not is_asked(answers.round, field, {rule["field"]: other})):
            found.append(["not_asked"])
        else:
            found.append(["left_empty"])
    return found


def _known_by(by: str) -> None:
    if by not in BY:
        raise MeasureError("questionnaire.by", by=str(by)[:40], known=", ".join(BY))
