"""1,000 answers to the UN questionnaire beside plain pandas: ``python benchmarks/questionnaire.py [answers]``.

Both take the same export of ODK Central, a zip with repeats, in turn. pandas reads the tables, joins the repeats
and counts each question by who answers. It checks nothing. The kit matches headings and choices, minds consent,
counts a municipality once, and keeps *left empty* apart from *not asked*. Goal: it analyses in at most 2 seconds.
"""

import statistics
import sys
import tempfile
import time
import zipfile
from pathlib import Path

import pandas as pd

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

import questionnaire_exports as exports

from kit.assess import questionnaire
from kit.assess.questionnaire_rounds import round_of

REPEATS = 5


def plain(path: Path) -> None:
    with zipfile.ZipFile(path) as packed:
        tables = {name: pd.read_csv(packed.open(name)) for name in packed.namelist()}
    main = tables["un_questionnaire_2023.csv"].set_index("KEY")
    columns = {name.rpartition("-")[2]: name for name in main.columns}
    for block in round_of("2023")["blocks"].values():
        for field in block:
            answers = main[columns[field]].astype(str).str.split().explode()
            pd.crosstab(answers, main.loc[answers.index, "r-r_type"].to_numpy())
    for table in tables.values():
        if "PARENT_KEY" in table:
            table.merge(main[["r-r_type", "r-r_country"]], left_on="PARENT_KEY", right_index=True)


def timed(act) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def main(count: int = 1000) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = exports.odk_zip(Path(folder) / "export.zip", exports.answers(count))
        answers = questionnaire.read_answers(path)
        plain(path), questionnaire.analyse(answers)
        runs = {"pandas": [], "read": [], "analyse": []}
        for _ in range(REPEATS):
            runs["pandas"].append(timed(lambda: plain(path)))
            runs["read"].append(timed(lambda: questionnaire.read_answers(path)))
            runs["analyse"].append(timed(lambda: questionnaire.analyse(answers)))
    print(f"{count:,} answers with repeats, {REPEATS} repeats in turn")
    for name, found in runs.items():
        print(f"{name:8} min {min(found):6.2f} s  median {statistics.median(found):6.2f} s")
    ours = statistics.median(runs["read"]) + statistics.median(runs["analyse"])
    print(f"ratio of medians, read and analyse: {ours / statistics.median(runs['pandas']):.1f}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
