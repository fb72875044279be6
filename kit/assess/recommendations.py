"""The recommendations tracker: the section of the town's document, and all that one notebook cell may ask for.

Sources: reply and status of UPR recommendations as UPR Info counts them (Beyond Promises, 2014); grades of the
Human Rights Committee as its follow-up reports publish them. The status of local action is a rule of this kit.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from kit.assess.page_words import page
from kit.assess.recommendations_csv import read, write
from kit.assess.recommendations_log import record, split
from kit.assess.recommendations_report import contribution, official_grades, told
from kit.assess.recommendations_table import PAGE, log_problem, recommendations
from kit.assess.recommendations_views import behind, counts, due, replies, word
from kit.assess.rule_files import rules
from kit.assess.section import Heading, Paragraph, Picture, Section, Table
from kit.text import text
from kit.text.days import show_day

if TYPE_CHECKING:
    import pandas as pd

    from kit.figures import AccessibleFigure

__all__ = [
    "behind",
    "contribution",
    "counts",
    "due",
    "picture",
    "read",
    "recommendations",
    "record",
    "replies",
    "section",
    "split",
    "write",
]

MOST = 40


def section(answers: dict, *, today: date | None = None) -> Section:
    """Give the section of the document: where recommendations stand, what is due, what the State said.

    Parameters
    ----------
    answers : dict
        The page ``recommendations``; a half-filled one gives a draft that names what is missing.
    today : datetime.date, optional
        The day against which deadlines have passed.

    Examples
    --------
    >>> section({}).unknown
    ['No recommendations are listed yet.']
    """
    title, note = text("recommendations.title"), Paragraph(text("recommendations.kit-rule"), note=True)
    table = recommendations(answers, strict=False)
    if table.empty:
        return Section(
            title, [Paragraph(text("recommendations.empty")), note], unknown=[text("recommendations.empty")]
        )
    day = answers.get("as_of")
    parts = [
        Paragraph(text("recommendations.about", n=len(table), country=answers.get("country") or "–",
                       day=show_day(day) if day else text("recommendations.no-day"))),
        note,
        Picture(_draw(table, answers)),
        *_due(table, today),
        *_replies(table),
        *official_grades(table),
    ]  # fmt: skip
    report = told(table, answers, with_grades=False)
    parts += [Heading(report.title), *report.parts]
    return Section(title, parts, unknown=_unknown(answers, table, report), sources=page(PAGE)["sources"])


def picture(answers: dict) -> AccessibleFigure:
    """Draw how many recommendations of each theme stand at which status: counts, never shares.

    Examples
    --------
    >>> print(picture({"recommendations": [{"id": "U1", "theme": "housing"}]}).caption)
    1 recommendation; 1 not started here.
    """
    return _draw(recommendations(answers, strict=False), answers)


def _draw(every: pd.DataFrame, answers: dict) -> AccessibleFigure:
    from matplotlib.patches import Patch

    from kit.figures import canvas, figure
    from kit.figures._words import wrapped
    from kit.figures.accessible import COLOURS

    table = counts(every, by="theme")
    status = [name for name in (one["value"] for one in rules(PAGE)["scales"]["status"]) if table[name].any()]
    drawing, axes = canvas(width=7.4, height=1.6 + 0.5 * len(table))
    hatches = ("", "//", "..", "xx", "--", "\\\\", "oo")
    for place, row in enumerate(table.to_dict("records")):
        left = 0
        for number, name in enumerate(status):
            if not row[name]:
                continue
            axes.barh(len(table) - 1 - place, row[name], left=left, height=0.62, facecolor="white", linewidth=1.2,
                      hatch=hatches[number % len(hatches)], edgecolor=COLOURS[number % len(COLOURS)])  # fmt: skip
            axes.text(left + row[name] / 2, len(table) - 1 - place, str(row[name]), ha="center", va="center",
                      fontsize=10, bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.5})  # fmt: skip
            left += row[name]
    names = [
        wrapped(word("theme", row), 26) if row else text("recommendations.no-theme") for row in table["theme"]
    ]
    axes.set_yticks(range(len(table)), list(reversed(names)))
    axes.xaxis.get_major_locator().set_params(integer=True)
    axes.set_xlabel(text("recommendations.axis"), fontsize=11)
    keys = [
        Patch(facecolor="white", edgecolor=COLOURS[number % len(COLOURS)], hatch=hatches[number % len(hatches)],
              label=word("status", name))
        for number, name in enumerate(status)
    ]  # fmt: skip
    below = (0.4, -0.14 - 0.25 / max(1, len(table)))
    axes.legend(handles=keys, loc="upper center", bbox_to_anchor=below, ncols=3, frameon=False, fontsize=10)
    said = [
        text("recommendations.alt-row", theme=name.replace("\n", " "),
             counts=", ".join(f"{word('status', one).casefold()} {row[one]}" for one in status if row[one]))
        for name, row in zip(names, table.to_dict("records"), strict=True)
    ]  # fmt: skip
    all_of, none = int(table["all"].sum()), int(table["not_started"].sum())
    day = answers.get("as_of")
    return figure(
        drawing,
        alt=" ".join([text("recommendations.alt"), *said]),
        caption=text(
            "recommendations.caption-one" if all_of == 1 else "recommendations.caption", n=all_of, none=none
        ),
        source=text("recommendations.own", day=show_day(day) if day else text("recommendations.no-day")),
        table=_worded(table, "theme"),
    )


def _due(every: pd.DataFrame, today: date | None) -> list:
    import pandas as pd

    table = due(every, today=today)
    dated = table[table["state"] != "no_deadline"]
    if table.empty:
        return [Heading(text("recommendations.due")), Paragraph(text("recommendations.nothing-open"))]
    count = table["state"].value_counts()
    words = text("recommendations.due-words", overdue=count.get("overdue", 0), soon=count.get("soon", 0),
                 none=count.get("no_deadline", 0), days=rules(PAGE)["soon_days"])  # fmt: skip
    cells = [
        [
            row["id"],
            _short(row["words"]),
            row["owner"] or "–",
            show_day(row["due"]),
            text(f"recommendations.state-{row['state']}"),
        ]
        for row in dated.head(MOST).to_dict("records")
    ]
    names = [text(f"recommendations.column-{name}") for name in ("id", "words", "owner", "due", "state")]
    found = [Heading(text("recommendations.due")), Paragraph(words)]
    if cells:
        found.append(Table(pd.DataFrame(cells, columns=names), text("recommendations.table-due")))
    if len(dated) > MOST:
        found.append(Paragraph(text("recommendations.more", n=len(dated) - MOST)))
    return found


def _replies(every: pd.DataFrame) -> list:
    table = replies(every)
    if not (table["reply"] != "").any():
        return []
    shown = _worded(table.drop(columns="already_done"), "reply")
    shown[text("recommendations.column-already")] = table["already_done"].tolist()
    return [Heading(text("recommendations.replies")), Paragraph(text("recommendations.noted-means")),
            Table(shown, text("recommendations.table-replies"))]  # fmt: skip


def _worded(table: pd.DataFrame, by: str) -> pd.DataFrame:
    status = {one["value"]: word("status", one["value"]) for one in rules(PAGE)["scales"]["status"]}
    kept = table[[name for name in table.columns if name not in status or table[name].any()]].copy()
    kept[by] = [word(by, value) for value in kept[by]]
    return kept.rename(
        columns=status | {by: text(f"recommendations.column-{by}"), "all": text("recommendations.column-all")}
    )


def _unknown(answers: dict, table: pd.DataFrame, report: Section) -> list[str]:
    found = [one for one in table["problem"] if one][:MOST]
    stray = log_problem(answers, table)
    found += [stray.lines[0]] if stray else []
    open_ones = table[~table["closed"].astype(bool)]
    for name, key in (("owner", "no-owner"), ("due", "no-due")):
        bare = open_ones[open_ones[name] == ""]["id"].tolist()
        if bare:
            more = text("recommendations.and-more", n=len(bare) - 12) if len(bare) > 12 else ""
            found.append(text(f"recommendations.{key}", ids=", ".join(bare[:12]) + more))
    return found + report.unknown[:MOST]


def _short(words: str) -> str:
    return words if len(words) <= 140 else words[:139] + "…"
