"""The document of a full town, next to a bare python-docx that writes as many parts of the same size.

    python benchmarks/document.py [REPEATS]

The kit and its peer take turns. The kit reads the pages, works out every instrument, draws the pictures, and
writes .docx and .html. The peer only writes: the same paragraphs, the same tables cell by cell, the same
pictures, with nothing worked out and nothing for screen readers. Prints the least and the middle times, and
their ratios.
"""

import io
import statistics
import sys
import time
from functools import partial
from pathlib import Path

from docx import Document

from kit.assess.section import Picture, Points, Table
from kit.town import town_document

TOWN = Path(__file__).parents[1] / "docs" / "example_town"


def peer(found):
    """Write the same number of parts with python-docx alone."""
    file = Document()
    for chapter in found.chapters:
        file.add_heading(chapter.section.title, 1)
        for part in chapter.section.parts:
            if isinstance(part, Table):
                table = file.add_table(len(part.frame) + 1, len(part.frame.columns))
                rows = [part.frame.columns, *part.frame.itertuples(index=False)]
                for line, row in zip(table.rows, rows, strict=True):
                    for cell, value in zip(line.cells, row, strict=True):
                        cell.text = str(value)
            elif isinstance(part, Picture):
                file.add_picture(io.BytesIO(part.figure.png))
            elif isinstance(part, Points):
                for item in part.items:
                    file.add_paragraph(item, "List Bullet")
            else:
                file.add_paragraph(part.words)
        for line in chapter.unknown:
            file.add_paragraph(line, "List Bullet")
    file.save(io.BytesIO())


def took(what):
    wall, computed = time.perf_counter(), time.process_time()
    result = what()
    return time.perf_counter() - wall, time.process_time() - computed, result


def main(repeats=5):
    found = town_document(TOWN)
    steps = {"gather": [], "docx": [], "html": [], "peer": []}
    for _ in range(repeats):
        *times, found = took(lambda: town_document(TOWN))
        steps["gather"].append(times)
        for name, what in {"docx": found.docx, "html": found.html, "peer": partial(peer, found)}.items():
            *times, _ = took(what)
            steps[name].append(times)
    parts = sum(len(chapter.section.parts) for chapter in found.chapters)
    print(f"{len(found.chapters)} chapters, {parts} parts, {len(found.docx()) / 1024:.0f} kB")
    for name, times in steps.items():
        walls, computed = zip(*times, strict=True)
        print(
            f"  {name:8} least {min(walls):5.2f} s   middle {statistics.median(walls):5.2f} s"
            f"   computed, least {min(computed):5.2f} s"
        )
    whole, work = (
        [sum(steps[name][n][kind] for name in ("gather", "docx", "html")) for n in range(repeats)]
        for kind in (0, 1)
    )
    print(
        f"  the whole document: least {min(whole):.2f} s, middle {statistics.median(whole):.2f} s (promise: 5 s)"
    )
    print(f"  of these computed, not waited for other programs: least {min(work):.2f} s")
    middle = {name: statistics.median(wall for wall, _ in times) for name, times in steps.items()}
    print(f"  writing docx / bare python-docx   {middle['docx'] / middle['peer']:.2f}")
    print(f"  the whole / bare python-docx      {statistics.median(whole) / middle['peer']:.2f}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
