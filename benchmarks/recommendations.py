"""The tracker with 5,000 recommendations beside plain pandas: ``python benchmarks/recommendations.py [rows]``.

Both read the same CSV file, count by theme and status, and list what is due, in turn. pandas checks nothing; the
kit matches headings and choices, looks for personal data, holds every row against the rules and reads its log.
Printed: minimum and median in seconds, the ratio of the medians, and how long the other acts take.
"""

import statistics
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

import pandas as pd

from kit.assess import recommendations as tracker
from kit.assess.rule_files import rules

TODAY = date(2026, 11, 25)
REPEATS = 5


def listed(rows: int) -> dict:
    """Give made-up recommendations and a log with two changes for every second one."""
    themes = [one["value"] for one in rules("recommendations")["scales"]["themes"]]
    found = [
        {
            **{"id": f"UPR-{i}", "mechanism": "upr", "words": f"Recommendation {i}, made up for measuring"},
            **{
                "reply": ("supported", "noted")[i % 2],
                "theme": themes[i % len(themes)],
                "owner": f"Office {i % 40}",
            },
            **{"groups": "children; tenants", "due": (TODAY + timedelta(days=i % 700 - 300)).isoformat()},
        }
        for i in range(rows)
    ]
    log = [
        {
            "id": f"UPR-{i}",
            "on": f"2026-0{month}-01",
            "status": status,
            "by": "Mayor's office",
            "evidence": "minutes",
        }
        for i in range(0, rows, 2)
        for month, status in ((1, "planned"), (5, "under_way"))
    ]
    return {"country": "Utopia (made up)", "recommendations": found, "log": log}


def plain(path: Path) -> None:
    table = pd.read_csv(path)
    pd.crosstab(table["theme"], table["status"].fillna("not_started"))
    days = (pd.to_datetime(table["due"]) - pd.Timestamp(TODAY)).dt.days
    table.assign(days=days).sort_values("days")


def ours(path: Path) -> None:
    answers = tracker.read(path)
    table = tracker.recommendations(answers)
    tracker.counts(table, by="theme")
    tracker.due(table, today=TODAY)


def timed(act) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def main(rows: int = 5000) -> None:
    page = listed(rows)
    with tempfile.TemporaryDirectory() as folder:
        path = tracker.write(page, Path(folder) / "list.csv")
        plain(path), ours(path)
        runs = {"pandas": [], "tracker": []}
        for _ in range(REPEATS):
            runs["pandas"].append(timed(lambda: plain(path)))
            runs["tracker"].append(timed(lambda: ours(path)))
        print(f"{rows:,} recommendations: read, count, list what is due; {REPEATS} repeats in turn")
        for name, found in runs.items():
            print(f"{name:8} min {min(found):6.2f} s  median {statistics.median(found):6.2f} s")
        print(f"ratio of medians: {statistics.median(runs['tracker']) / statistics.median(runs['pandas']):.1f}")
        table = tracker.recommendations(page)
        for name, act in {
            "list behind a count": lambda: tracker.behind(table, theme="housing", status="planned"),
            "record one change": lambda: tracker.record(page, id=f"UPR-{rows - 1}", status="planned", by="Mayor"),
            "write the file": lambda: tracker.write(page, path),
            "section of the document": lambda: tracker.section(page, today=TODAY),
        }.items():
            print(f"{name:24} {min(timed(act) for _ in range(3)):6.2f} s")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
