"""Figures that everybody can read: alt text, a caption with the finding, a source, a table twin."""

from kit.figures.accessible import COLOURS, HATCHES, MARKERS, AccessibleFigure, canvas, figure, table_html
from kit.figures.charts import intervals, lorenz, series

__all__ = [
    "COLOURS",
    "HATCHES",
    "MARKERS",
    "AccessibleFigure",
    "canvas",
    "figure",
    "intervals",
    "lorenz",
    "series",
    "table_html",
]
