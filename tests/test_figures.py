"""Figures for everybody: words that hold without the picture, breaks that show, nothing cut off."""

import io
import re

import matplotlib.image
import pandas as pd
import pytest

from kit import figures
from kit import text as words
from kit.errors import MeasureError
from kit.measure.disparity import disproportionality
from kit.measure.inequality import lorenz
from kit.measure.rates import disaggregate
from kit.measure.trends import series

SAY = {"caption": "The finding.", "source": "Example, 2024"}
AREAS = {"district": ["north", "a district whose name is much longer than others", "<east>"]}
SERVED = disaggregate({**AREAS, "x": [81, 9, 3], "n": [263, 40, 4]}, "district", count="x", total="n")
YEARS = {"year": [2006, 2007, 2008, 2009, 2010], "cases": [70, 60, 66, 500, 325]}
SPLIT = series(YEARS, "year", count="cases", breaks={2009: "a new form for recording every complaint"})
SHOWN = {
    "intervals": lambda **more: figures.intervals(SERVED, "district", percent=True, **SAY, **more),
    "series": lambda **more: figures.series(SPLIT, "year", **SAY, **more),
    "lorenz": lambda **more: figures.lorenz(lorenz([1, 1, 2, 9]), **SAY, **more),
}


def pixels(shown):
    return matplotlib.image.imread(io.BytesIO(shown.png))[..., :3]


@pytest.mark.parametrize("kind", SHOWN)
def test_every_chart_has_alt_text_caption_source_and_the_table(kind):
    shown = SHOWN[kind]()
    alt = re.search(r'alt="([^"]+)"', shown.markup).group(1)
    assert len(alt) > 40
    assert "<figcaption><strong>The finding.</strong>" in shown.markup and "Example, 2024" in shown.markup
    assert shown.markup.count("<tr>") > 3
    assert shown.words.startswith("Figure: ")


@pytest.mark.parametrize("kind", SHOWN)
def test_alt_text_follows_the_language_and_own_words_win(kind):
    assert 'alt="My words."' in SHOWN[kind](alt="My words.").markup
    english = SHOWN[kind]().words
    words.set_language("es")
    try:
        spanish = SHOWN[kind]()
    finally:
        words.set_language(None)
    assert spanish.words.startswith("Figura: ") and spanish.words.split("\n")[0] != english.split("\n")[0]
    assert '<figure lang="es"' in spanish.markup


@pytest.mark.parametrize("kind", SHOWN)
def test_synthetic_figures_say_so(kind):
    assert "SYNTHETIC" in SHOWN[kind](synthetic=True).words


@pytest.mark.parametrize("kind", SHOWN)
def test_nothing_is_cut_off_at_the_edge(kind):
    picture = pixels(SHOWN[kind]())
    edges = (picture[:2], picture[-2:], picture[:, :2], picture[:, -2:])
    assert all((edge > 0.9).all() for edge in edges)


def test_small_groups_are_told_in_words_and_with_a_hollow_dot():
    alt = figures.intervals(SERVED, "district", **SAY, percent=True).words.splitlines()[0]
    assert "&lt;" not in alt and "<east>: 75% (30.1% to 95.4%), few people." in alt
    assert "north: 30.8% (25.5% to 36.6%)." in alt


def test_only_small_groups_have_a_hollow_dot(monkeypatch):
    drawn = []
    keep = figures.charts.figure
    monkeypatch.setattr(
        figures.charts, "figure", lambda picture, **say: drawn.append(picture) or keep(picture, **say)
    )
    figures.intervals(SERVED, "district", **SAY)
    dots = [line for line in drawn[0].axes[0].lines if line.get_marker() == "o"]
    names = [label.get_text().replace("\n", " ") for label in drawn[0].axes[0].get_yticklabels()]
    hollow = [names[int(dot.get_ydata()[0])] for dot in dots if dot.get_markerfacecolor() == "white"]
    assert len(dots) == 3 and hollow == ["<east>"]


def test_names_from_a_table_cannot_break_the_page():
    assert "<east>" not in figures.intervals(SERVED, "district", **SAY).markup


def test_a_ratio_without_an_upper_end_is_told_as_at_least():
    table = disproportionality({"g": ["a", "b"], "x": [7, 0], "n": [34, 34]}, "g", count="x", total="n")
    alt = figures.intervals(table, "g", reference=1, **SAY).words
    assert "a: at least 1.96." in alt


def test_a_group_of_which_nothing_is_known_keeps_its_row():
    table = disaggregate({"d": ["n", "n", "s"], "y": [1, 0, None]}, "d", outcome="y", empty="name")
    assert "s: not known." in figures.intervals(table, "d", **SAY).words


def test_the_line_stops_at_the_break_and_the_break_is_named(monkeypatch):
    drawn = []
    keep = figures.charts.figure
    monkeypatch.setattr(
        figures.charts, "figure", lambda picture, **say: drawn.append(picture) or keep(picture, **say)
    )
    alt = figures.series(SPLIT, "year", **SAY).words.splitlines()[0]
    assert "2006 to 2008: from 70 to 66. Break: a new form for recording every complaint." in alt
    (axes,) = drawn[0].axes
    lines = [list(line.get_xdata()) for line in axes.lines]
    assert [2006, 2007, 2008] in lines and [2009, 2010] in lines and [2008.5, 2008.5] in lines
    assert not any({2008, 2009} <= set(line) for line in lines)
    assert any("Break: a new form" in words.get_text() for words in axes.texts)
    solid = [line for line in axes.lines if len(set(line.get_xdata())) > 1]
    assert len({line.get_marker() for line in solid}) == 2  # told apart without colour


def test_dates_are_written_under_the_axis():
    days = pd.to_datetime(["2024-01-01", "2024-02-01", "2024-03-01"])
    table = series(pd.DataFrame({"day": days, "v": [1.0, 2.0, 3.0]}), "day", value="v")
    assert "2024-01-01" in figures.series(table, "day", **SAY).words


@pytest.mark.parametrize(
    ("draw", "key"),
    [
        (lambda: figures.intervals(SERVED, "distric", **SAY), "figures.no-column"),
        (lambda: figures.intervals(SERVED.drop(columns="lower"), "district", **SAY), "figures.no-column"),
        (lambda: figures.intervals(SERVED.iloc[:0], "district", **SAY), "figures.row-number"),
        (lambda: figures.intervals(pd.concat([SERVED] * 30), "district", **SAY), "figures.row-number"),
        (lambda: figures.series(SERVED, "district", **SAY), "figures.no-column"),
    ],
)
def test_what_cannot_be_drawn_is_refused(draw, key):
    with pytest.raises(MeasureError) as refused:
        draw()
    assert refused.value.key == key and len(refused.value.lines) == 3


@pytest.mark.parametrize("gap", ["caption", "source"])
def test_a_figure_without_caption_or_source_is_refused(gap):
    with pytest.raises(ValueError, match=gap):
        figures.intervals(SERVED, "district", **{**SAY, gap: " "})
