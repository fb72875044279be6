"""The same made-up answers as KoboToolbox, ODK Central and ODK Briefcase export them."""

import csv
import io
import zipfile

from openpyxl import Workbook

from kit.assess.questionnaire_rounds import choices, fields, repeats, round_of


def answers(count=3):
    """Nobody real: a local government, a UN entity, an organisation, in turn."""
    kinds = ("local_gov", "un_entity", "cso")
    found = []
    for i in range(count):
        initiatives = [
            {
                **{"a1_title": f"Course {i}.{k}", "a1_kind": ["course", "peer_exchange"]},
                **{"a1_start": "2024-03-01", "a1_people": 10 * i + k, "a1_cost": 99.5},
            }
            for k in range(2 if i % 2 == 0 else 0)
        ]
        found.append(
            {
                **{"r_informed": "yes", "r_type": kinds[i % 3], "r_country": ("ESP", "AUT")[i % 2]},
                **{"r_unit": f"Made-up place {i}", "r_publish": "all", "a1_any": "yes" if i % 2 == 0 else "no"},
                **{"r_level": "municipality" if i % 3 == 0 else None, "a1b_actors": ["cso"]},
                **{"a1a_struct": ["unit_or_office", "other"] if i % 3 else ["none"]},
                **{"a1b_level": "consult", "a1c_public": "unknown", "a1c_kind": [], "a2_data": f"l{i % 5}"},
                **{"b2_mech": ["upr", "treaty_body"], "b2_stage": ["own_submission"]},
                **{"b4_issues": ["housing", "policing"], "a1_item": initiatives},
                "a2_text": f'We "lack" money; answer {i},\nand a second line',
                "b5_item": [{"b5_type": "practice", "b5_what": f"Open house {i}", "b5_strength": "users_say_so"}],
            }
        )
    return found


def _paths(round):
    """Where each question stands in the form: group, and group in the group."""
    found = {}

    def walk(group, above):
        place = [*above, group["name"]]
        for name in group["fields"]:
            found[name] = place
        if "inner" in group:
            walk(group["inner"], place)

    for group in round_of(round)["groups"]:
        walk(group, [])
    return found


def _columns(known, sign, paths, *, split, labels, language="en"):
    """Heading, question and choice of each column."""
    for name, one in known.items():
        label = one["label"][language]
        place = sign.join([*paths.get(name, []), name])
        heading = label if labels else place
        yield heading, name, None
        if one["kind"] == "several_choices" and split:
            for value, words in choices(one).items():
                yield f"{heading}/{words[language]}" if labels else f"{place}{sign}{value}", name, value


def _cell(one, answer, choice, *, labels, language="en"):
    if choice is not None:
        return ("1" if choice in answer else "0") if answer else ""
    if answer is None or answer == []:
        return ""
    words = {value: said[language] for value, said in choices(one).items()}
    given = answer if isinstance(answer, list) else [answer]
    return " ".join(str(words.get(part, part) if labels else part) for part in given)


def _table(known, rows, sign, paths, extra, **how):
    columns = list(_columns(known, sign, paths, split=how.pop("split"), **how))
    yield [heading for heading, *_ in columns] + list(extra)
    for place, row in enumerate(rows):
        cells = [_cell(known[name], row.get(name), choice, **how) for _, name, choice in columns]
        yield cells + [values[place] for values in extra.values()]


def _inside(given, name):
    return [(place, row) for place, one in enumerate(given) for row in one[name]]


def kobo_xlsx(path, given, round="2023", *, labels=False, language="en", groups=True, change=None):
    """A workbook: the main sheet, and one for each repeat, tied by ``_parent_index``."""
    book, paths = Workbook(), _paths(round) if groups else {}
    extra = {
        **({"r/round" if groups else "round": [round] * len(given)}),
        "start": ["2025-01-01T10:00:00.000+01:00"] * len(given),
        "_id": [9_000_001 + i for i in range(len(given))],
        "_uuid": [f"kobo-{i}" for i in range(len(given))],
        "_submission_time": ["2025-01-01T09:00:00"] * len(given),
        "_submitted_by": ["somebody"] * len(given),
        "_index": [i + 1 for i in range(len(given))],
    }
    how = {"labels": labels, "language": language}
    main = list(_table(fields(round), given, "/", paths, extra, split=True, **how))
    if change:
        change(main)
    book.active.title = "Call for inputs"
    for row in main:
        book.active.append(row)
    for name, known in repeats(round).items():
        sheet, found = book.create_sheet(name), _inside(given, name)
        tie = {
            "_index": [i + 1 for i in range(len(found))],
            "_parent_table_name": ["Call for inputs"] * len(found),
            "_parent_index": [place + 1 for place, _ in found],
            "_submission__id": [9_000_001 + place for place, _ in found],
        }
        deeper = {field: [*paths.get(name, []), name] for field in known} if groups else {}
        for row in _table(known, [row for _, row in found], "/", deeper, tie, split=True, **how):
            sheet.append(row)
    book.save(path)
    return path


def odk_files(given, round="2023", *, split=False, deeper=False):
    """Names and content of the CSV files of ODK Central; with `deeper`, repeats name their groups."""
    paths, form = _paths(round), f"un_questionnaire_{round}"
    keys = [f"uuid:0000-{i}" for i in range(len(given))]
    extra = {"r-round": [round] * len(given), "KEY": keys, "SubmitterID": ["7"] * len(given),
             "SubmissionDate": ["2025-01-01T10:00:00.000Z"] * len(given), "Status": [""] * len(given)}  # fmt: skip
    how = {"split": split, "labels": False}
    yield f"{form}.csv", _text(_table(fields(round), given, "-", paths, extra, **how))
    for name, known in repeats(round).items():
        found = _inside(given, name)
        tie = {"PARENT_KEY": [keys[place] for place, _ in found],
               "KEY": [f"{keys[place]}/{name}[{i + 1}]" for i, (place, _) in enumerate(found)]}  # fmt: skip
        inside = {field: [*paths[name], name] for field in known} if deeper else {}
        yield f"{form}-{name}.csv", _text(_table(known, [row for _, row in found], "-", inside, tie, **how))


def odk_zip(path, given, round="2023", **how):
    with zipfile.ZipFile(path, "w") as packed:
        for name, content in odk_files(given, round, **how):
            packed.writestr(name, content)
    return path


def odk_folder(path, given, round="2023", **how):
    path.mkdir()
    for name, content in odk_files(given, round, **how):
        (path / name).write_text(content, encoding="utf-8", newline="")
    return path


def _text(rows):
    kept = io.StringIO()
    csv.writer(kept).writerows(rows)
    return kept.getvalue()
