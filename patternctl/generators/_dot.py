"""Graphviz's language: strings, labels, looks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from patternctl.generators import _drawing
from patternctl.generators._drawing import TONES, Drawing, Look, Mark

_FONT = 'fontname="Helvetica,Arial,sans-serif"'
_XML = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"})


def quoted(text: str) -> str:
    """A string of the language, on one line."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def label(parts: Iterable[str], width: int = 26, pad: str = "") -> str:
    """Parts below one another, each wrapped, as the inside of a string."""
    return rows(f"{pad}{row}{pad}" for part in parts if part for row in _drawing.lines(part, width))


def rows(lines: Iterable[str]) -> str:
    """Lines of a label; Graphviz reads entities, so that an ampersand has to be one."""
    return "\\n".join(quoted(line.replace("&", "&amp;"))[1:-1] for line in lines)


def head(drawing: Drawing, samples: Iterable[str] = ()) -> Iterator[str]:
    """Title above the picture, and the legend with samples of lines; the description as tooltip."""
    title = _drawing.clean(drawing.diagram.title, 400).translate(_XML)
    table = [f'<tr><td><b><font point-size="16">{title}</font></b></td></tr>']
    if legend := [*samples, *_tones(drawing)]:
        table.append(f"<tr><td>{'  &#160; '.join(legend)}</td></tr>")
    words = f'<table border="0" cellspacing="6">{"".join(table)}</table>'
    description = quoted(_drawing.clean(_drawing.told(drawing), 800).replace("&", "&amp;"))
    yield f"  graph [{_FONT}, fontsize=11, labelloc=t, label=<{words}>, tooltip={description}];"
    yield f"  node [{_FONT}, fontsize=11];"
    yield f"  edge [{_FONT}, fontsize=10, arrowsize=0.7];"


def _tones(drawing: Drawing) -> Iterator[str]:
    """Entries of the legend for what is marked."""
    for tone in _drawing.tones(drawing) if drawing.legend else ():
        look = TONES[tone]
        words = f"{_drawing.codes_of(tone)}{look.word.translate(_XML)}"
        yield f'<font color="{look.stroke}">{"□" if look.dashed else "■"} {words}</font>'


def looks(style: str, plain: Look, mark: Mark | None) -> str:
    """Style and colours of a node: those of its mark where it has one."""
    look = TONES[mark.tone] if mark else plain
    dashed = ",dashed" if look.dashed else ""
    thick = ", penwidth=2.5" if mark and not look.dashed else ""
    colours = f'fillcolor="{look.fill}", color="{look.stroke}", fontcolor="{look.text}"'
    return f'style="{style}{dashed}", {colours}{thick}'
