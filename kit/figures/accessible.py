"""Accessible figures: a picture with alt text, a caption with the finding, a source, a table twin."""

from __future__ import annotations

import base64
import html
import io
import warnings
from typing import TYPE_CHECKING

from kit.text import language, text

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

# Dark enough for 4.5:1 on white and told apart in grey print and by colour-blind readers (Okabe-Ito, darkened).
COLOURS = ("#00558c", "#b34700", "#00684d", "#8a3a6b", "#595959")
MARKERS = ("o", "s", "^", "D", "v")
HATCHES = ("", "//", "..", "xx", "--")


class AccessibleFigure:
    """A figure ready to be shown: HTML for the screen, words where there is no screen.

    Made by `figure`. The last line of a notebook cell shows it.

    Attributes
    ----------
    alt, caption, source : str
        The words around the picture.
    table : pandas.DataFrame
        The same numbers as a table.
    png : bytes
        The picture.
    markup, words : str
        All of it as HTML, and as plain words.
    """

    def __init__(
        self, png: bytes, *, alt: str, caption: str, source: str, table: pd.DataFrame, width: int
    ) -> None:
        self.png, self.alt, self.caption, self.source, self.table = png, alt, caption, source, table
        say = [html.escape(words) for words in (alt, caption, source)]
        self.markup = (
            f'<figure lang="{language()}" style="margin:0.5em 0;max-width:{width}px">'
            f'<img alt="{say[0]}" style="width:100%;height:auto" '
            f'src="data:image/png;base64,{base64.b64encode(png).decode()}">'
            f"<figcaption><strong>{say[1]}</strong><br>{text('figures.source')} {say[2]}</figcaption>"
            f"<details><summary>{text('figures.table')}</summary>{table_html(table, caption=caption)}</details>"
            f"</figure>"
        )
        self.words = f"{text('figures.figure')} {alt}\n{caption}\n{text('figures.source')} {source}"

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, str]:
        return {"text/html": self.markup, "text/plain": self.words}

    def __repr__(self) -> str:
        return self.words


def canvas(*, width: float = 7.0, height: float = 3.6) -> tuple[Figure, object]:
    """Give an empty picture with the kit's style, outside pyplot's global state.

    Parameters
    ----------
    width, height : float
        Size in inches.

    Returns
    -------
    matplotlib.figure.Figure, matplotlib.axes.Axes

    Examples
    --------
    >>> picture, axes = canvas()
    >>> axes.spines["top"].get_visible()
    False
    """
    from matplotlib.figure import Figure

    picture = Figure(figsize=(width, height), layout="constrained")
    axes = picture.subplots()
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(labelsize=11)
    axes.title.set_size(13)
    return picture, axes


def figure(
    picture: Figure,
    *,
    alt: str,
    caption: str,
    source: str,
    table: pd.DataFrame,
    synthetic: bool = False,
) -> AccessibleFigure:
    """Show a picture so that everybody can read it.

    Parameters
    ----------
    picture : matplotlib.figure.Figure
        The picture, for example from `canvas`.
    alt : str
        What a person who cannot see it needs: kind of chart, axes, finding.
    caption : str
        The finding, in one sentence.
    source : str
        Who published the figures, and when they were read; see `kit.data.cite`.
    table : pandas.DataFrame
        The same numbers, shown folded below the picture.
    synthetic : bool
        Puts the word *synthetic* into the caption.

    Raises
    ------
    ValueError
        If alt text, caption or source is empty.

    Examples
    --------
    >>> import pandas as pd
    >>> picture, axes = canvas()
    >>> bars = axes.bar(["2023", "2024"], [865, 1102])
    >>> shown = figure(picture, alt="Bar chart: 865 in 2023, 1,102 in 2024.", caption="More reports.",
    ...                source="Example", table=pd.DataFrame({"year": [2023, 2024], "reports": [865, 1102]}))
    >>> "<figcaption>" in shown.markup and 'alt="Bar chart' in shown.markup
    True
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.text import Text

    for name, value in {"alt": alt, "caption": caption, "source": source}.items():
        if not value.strip():
            raise ValueError(f"{name} must say something")
    if synthetic:
        caption = f"{text('figures.synthetic')} {caption}"
    buffer = io.BytesIO()
    for words in picture.findobj(Text):
        words.set_parse_math(False)  # what people type holds prices: $5 to $9 is no formula
    with warnings.catch_warnings():
        # A script that the font lacks is drawn as boxes; alt text and table say the words.
        warnings.filterwarnings("ignore", message="Glyph")
        # Not savefig: it draws everything twice, the first time only to measure.
        picture.set(dpi=144, facecolor="white")
        FigureCanvasAgg(picture).print_png(buffer)
    width = round(picture.get_figwidth() * 96)
    return AccessibleFigure(buffer.getvalue(), alt=alt, caption=caption, source=source, table=table, width=width)


def table_html(table: pd.DataFrame, *, caption: str) -> str:
    """Give a table as HTML with a caption and header cells that screen readers announce.

    Parameters
    ----------
    table : pandas.DataFrame
        What to show; the index is left out. Missing values show as a dash with a word.
    caption : str
        What the table shows.

    Examples
    --------
    >>> import pandas as pd
    >>> '<th scope="col">year</th>' in table_html(pd.DataFrame({"year": [2024]}), caption="Years")
    True
    """
    import pandas as pd

    def show(value: object) -> str:
        if pd.isna(value):
            return f'<span aria-label="{text("figures.missing")}">–</span>'
        if isinstance(value, float):
            return f"{value:,.4g}" if abs(value) < 1000 else f"{value:,.0f}"
        return html.escape(str(value))

    head = "".join(f'<th scope="col">{html.escape(str(name))}</th>' for name in table.columns)
    body = "".join(
        "<tr>" + "".join(f"<td>{show(value)}</td>" for value in row) + "</tr>"
        for row in table.itertuples(index=False)
    )
    return (
        f"<table><caption>{html.escape(caption)}</caption>"
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    )
