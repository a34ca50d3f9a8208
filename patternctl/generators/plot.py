"""Costs over a quantity, with their uncertainty: as an SVG picture, or for a terminal."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from itertools import pairwise
from string import ascii_letters
from textwrap import wrap
from typing import NamedTuple

from patternctl.generators._axes import (
    Axis,
    Curve,
    Series,
    Spot,
    across,
    amount,
    clean,
    columns,
    curves,
    fit,
    upright,
)

WIDTH, HEIGHT = 860, 480
_LETTER = 8.2
"""Pixels of an average letter of a label in the widest of the fonts."""
_LABEL = 17
"""Pixels from one label to the next."""
LIGHT = (
    "#0072b2", "#b84e00", "#0f5132", "#b0468a", "#7b3fe4", "#7a0000", "#2d333b", "#840b70",
)  # fmt: skip
DARK = (
    "#56b4e9", "#ff8a3d", "#f0e442", "#f500a3", "#925cff", "#d2f4ff", "#a57a50", "#f4b87b",
)  # fmt: skip
"""Readable as text on the background of their name, and told apart by the colour-blind."""
_DASHES = ("", "9 4", "2 4")
"""One after the other for every four series, so that colour is not all that tells them apart."""


def svg(
    title: str,
    x_label: str,
    y_label: str,
    series: Series,
    *,
    log_x: bool = True,
    log_y: bool = True,
    ends: Mapping[str, str] = {},
    remarks: Sequence[str] = (),
) -> str:
    """A picture: for each series a line and its name at the end, with few also a band from lowest
    to highest.

    Where a value is None, or not positive on a logarithmic axis, the line has a gap; `ends` says
    why, by name of the series. Amounts carry the sign of the currency that a label names (`USD a
    month`). `remarks` stand below.
    """
    drawn = curves(series, log_x=log_x, log_y=log_y)
    scaled = drawn if _banded(drawn) else [_bare(curve) for curve in drawn]
    frame = _frame(scaled, clean(x_label), clean(y_label), log_x=log_x, log_y=log_y)
    below = _footnotes(frame, drawn, ends, remarks)
    frame = frame._replace(height=frame.height + _LABEL * len(below))
    title = clean(title)
    mark = f"patternctl-plot-{zlib.crc32(title.encode()):08x}"
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {frame.height}"'
        f' width="{WIDTH}" height="{frame.height}" class="patternctl-plot" role="img"'
        f' aria-labelledby="{mark}-title {mark}-desc">'
    )
    return "\n".join(
        [
            head,
            f'<title id="{mark}-title">{escape(title)}</title>',
            f'<desc id="{mark}-desc">{escape(_described(drawn, frame))}</desc>',
            _STYLE,
            f'<text class="title" x="16" y="28">{escape(fit(title, 90))}</text>',
            *_axes(frame),
            *(_band(frame, number, curve) for number, curve in enumerate(_banded(drawn))),
            *(
                _line(frame, number, curve, ended=curve.name in map(clean, ends))
                for number, curve in enumerate(drawn)
            ),
            *_names(frame, drawn),
            *below,
            "</svg>\n",
        ]
    )


class _Frame(NamedTuple):
    """Where things are in the picture, in pixels."""

    x: Axis
    y: Axis
    x_label: str
    y_label: str
    left: float
    right: float
    top: float
    bottom: float
    height: int

    def across(self, value: float) -> float:
        return round(self.left + self.x.at(value) * (self.right - self.left), 1)

    def up(self, value: float) -> float:
        return round(self.bottom - self.y.at(value) * (self.bottom - self.top), 1)


def _frame(
    drawn: Sequence[Curve], x_label: str, y_label: str, *, log_x: bool, log_y: bool
) -> _Frame:
    x, y = across(drawn, log=log_x, most=9), upright(drawn, log=log_y, most=8)
    ticks = max(len(amount(tick, y_label)) for tick in y.ticks)
    names = max((columns(line) for curve in drawn for line in _name(curve)), default=0)
    top = 74
    bottom = max(HEIGHT - 56, top + _label(drawn) * len(drawn))
    left = 20 + ticks * _LETTER
    right = WIDTH - 34 - min(names, _NAME) * _LETTER
    return _Frame(x, y, x_label, y_label, round(left), round(right), top, bottom, bottom + 56)


_NAME = 28
"""Columns of a line of a name."""
_NAME_LINES = 3
_UNKNOWN = " (not known)"
_BANDS = 3
"""Most series of which the bands can be told apart."""


def _name(curve: Curve) -> list[str]:
    """Lines of a series' name."""
    name = curve.name if curve.runs else curve.name + _UNKNOWN
    lines = wrap(name, _NAME) or [""]
    if len(lines) > _NAME_LINES:
        lines[_NAME_LINES - 1] += " …"
    return [fit(line, _NAME) for line in lines[:_NAME_LINES]]


def _label(drawn: Sequence[Curve]) -> int:
    """Pixels from one name to the next."""
    return _LABEL * max((len(_name(curve)) for curve in drawn), default=1) + 2


def _banded(drawn: Sequence[Curve]) -> Sequence[Curve]:
    return drawn if len(drawn) <= _BANDS else ()


def _bare(curve: Curve) -> Curve:
    """A curve without its band."""
    runs = (tuple(Spot(x, y, y, y) for x, _, y, _ in run) for run in curve.runs)
    return curve._replace(runs=tuple(runs))


def _footnotes(
    frame: _Frame, drawn: Sequence[Curve], ends: Mapping[str, str], remarks: Iterable[str]
) -> list[str]:
    """Lines of text below the picture, one after the other."""
    told = [f"× {line}" for line in _ended(drawn, ends, frame.x_label)]
    told += map(clean, remarks)
    width = round((WIDTH - 32) / (_LETTER * 0.9))
    lines = [line for each in told for line in wrap(each, width, subsequent_indent="\u2003")]
    start = frame.height + _LABEL / 2
    return [
        f'<text x="16" y="{start + _LABEL * number:g}">{escape(line)}</text>'
        for number, line in enumerate(lines)
    ]


def _ended(drawn: Sequence[Curve], ends: Mapping[str, str], x_label: str) -> list[str]:
    """Why series have gaps: `A ends at 12.6k, B at 40k: more than the largest machine`."""
    reasons = {clean(name): clean(why) for name, why in ends.items()}
    told: dict[str, list[str]] = {}
    for curve in drawn:
        if curve.name in reasons:
            last = curve.spots[-1:]
            where = f"ends at {amount(last[0].x, x_label)}" if last else "is not known"
            told.setdefault(reasons[curve.name], []).append(f"{curve.name} {where}")
    return [f"{', '.join(names)}: {why}" for why, names in told.items()]


def _styles() -> str:
    def colours(palette: Sequence[str]) -> str:
        return "".join(
            f".patternctl-plot .c{number}{{color:{colour}}}"
            for number, colour in enumerate(palette)
        )

    return (
        "<style>"
        ".patternctl-plot{color:#1f2328;font:13px system-ui,-apple-system,'Segoe UI',Roboto,"
        "'DejaVu Sans',sans-serif}"
        ".patternctl-plot text{fill:currentColor}"
        ".patternctl-plot .title{font-size:18px;font-weight:600}"
        ".patternctl-plot .end{text-anchor:end}.patternctl-plot .middle{text-anchor:middle}"
        ".patternctl-plot .name{font-weight:600}"
        ".patternctl-plot .tick,.patternctl-plot .label{opacity:.75}"
        + colours(LIGHT)
        + "@media (prefers-color-scheme:dark){.patternctl-plot{color:#e6edf3}"
        + colours(DARK)
        + "}</style>"
    )


_STYLE = _styles()


def _axes(frame: _Frame) -> Iterator[str]:
    """Grid, ticks and what they are of."""
    left, right, bottom = frame.left, frame.right, frame.bottom
    lines = [f"M{left:g} {frame.up(tick):g}H{right:g}" for tick in frame.y.ticks]
    lines += [f"M{frame.across(tick):g} {frame.top:g}V{bottom:g}" for tick in frame.x.ticks]
    yield f'<path d="{"".join(lines)}" fill="none" stroke="currentColor" stroke-opacity=".13"/>'
    yield (
        f'<path d="M{left:g} {bottom:g}H{right:g}" fill="none" stroke="currentColor"'
        ' stroke-opacity=".6"/>'
    )
    for tick in frame.y.ticks:
        text = escape(amount(tick, frame.y_label))
        yield f'<text class="tick end" x="{left - 8:g}" y="{frame.up(tick) + 4.5:g}">{text}</text>'
    for tick in frame.x.ticks:
        x, text = frame.across(tick), escape(amount(tick, frame.x_label))
        yield f'<text class="tick middle" x="{x:g}" y="{bottom + 20:g}">{text}</text>'
    yield f'<text class="label" x="16" y="52">{escape(fit(frame.y_label, 100))}</text>'
    middle, below = (left + right) / 2, bottom + 44
    text = escape(fit(frame.x_label, 90))
    yield f'<text class="label middle" x="{middle:g}" y="{below:g}">{text}</text>'


def _band(frame: _Frame, number: int, curve: Curve) -> str:
    """The area between lowest and highest."""
    shapes = []
    for run in curve.runs:
        if len(run) > 1 and any(spot.low < spot.high for spot in run):
            there = [f"{frame.across(spot.x):g} {frame.up(spot.high):g}" for spot in run]
            back = [f"{frame.across(spot.x):g} {frame.up(spot.low):g}" for spot in reversed(run)]
            shapes.append(f"M{'L'.join(there + back)}Z")
    if not shapes:
        return f'<g class="c{number % len(LIGHT)}"/>'
    return (
        f'<path class="c{number % len(LIGHT)}" d="{"".join(shapes)}" fill="currentColor"'
        ' fill-opacity=".12"/>'
    )


def _line(frame: _Frame, number: int, curve: Curve, *, ended: bool) -> str:
    """The likeliest amounts; a point between two gaps is a dot with its range.

    A line that has `ended` before its time has a cross at its end.
    """
    runs = []
    for run in curve.runs:
        spots = [f"{frame.across(spot.x):g} {frame.up(spot.likely):g}" for spot in run]
        runs.append(f"M{'L'.join(spots)}" + ("h0" if len(run) == 1 else ""))
        if len(run) == 1:
            x, low, _, high = run[0]
            runs.append(f"M{frame.across(x):g} {frame.up(low):g}V{frame.up(high):g}")
    dash = _DASHES[number // 4 % len(_DASHES)]
    dots = "".join(
        f'<circle cx="{frame.across(spot.x):g}" cy="{frame.up(spot.likely):g}" r="3.5"'
        ' fill="currentColor"/>'
        for spot in _ends(curve)
        if not ended or spot != curve.spots[-1]
    )
    if ended and curve.runs:
        x, y = frame.across(curve.spots[-1].x), frame.up(curve.spots[-1].likely)
        dots += (
            f'<path d="M{x - 5:g} {y - 5:g}l10 10m0 -10l-10 10" fill="none" stroke="currentColor"'
            ' stroke-width="2.25"/>'
        )
    return (
        f'<g class="c{number % len(LIGHT)}"><path d="{"".join(runs)}" fill="none"'
        ' stroke="currentColor" stroke-width="2.25" stroke-linejoin="round"'
        + (f' stroke-dasharray="{dash}"' if dash else "")
        + f"/>{dots}</g>"
    )


def _ends(curve: Curve) -> list[Spot]:
    """Points to mark: the last one, and those that stand alone."""
    alone = [run[0] for run in curve.runs if len(run) == 1]
    return list(dict.fromkeys([*alone, *curve.spots[-1:]]))


def _names(frame: _Frame, drawn: Sequence[Curve]) -> Iterator[str]:
    """Names beside the ends of their lines, kept apart, each led to its line."""
    wanted = [frame.up(curve.spots[-1].likely) if curve.runs else frame.bottom for curve in drawn]
    places = apart(wanted, _label(drawn), frame.top, frame.bottom)
    for number, (curve, end, place) in enumerate(zip(drawn, wanted, places, strict=True)):
        x = frame.right + 18
        lead = ""
        if curve.runs:
            start = frame.across(curve.spots[-1].x) + 5
            bend = max(start, frame.right + 5)
            lead = (
                f'<path d="M{start:g} {end:g}H{bend:g}L{x - 3:g} {place:g}" fill="none"'
                ' stroke="currentColor" stroke-opacity=".6" stroke-dasharray="1.5 2.5"/>'
            )
        lines = _name(curve)
        first = place + 4.5 - _LABEL * (len(lines) - 1) / 2
        texts = "".join(
            f'<text class="name" x="{x:g}" y="{first + _LABEL * row:g}">{escape(line)}</text>'
            for row, line in enumerate(lines)
        )
        yield f'<g class="c{number % len(LIGHT)}">{lead}{texts}</g>'


def apart(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Places as near to the wanted ones as can be, at least `gap` from each other.

    They lie between `low` and `high` as long as there is room for all.
    """
    order = sorted(range(len(wanted)), key=lambda number: wanted[number])
    groups: list[tuple[float, int]] = []
    for rank, number in enumerate(order):
        mean, size = wanted[number] - rank * gap, 1
        while groups and groups[-1][0] > mean:
            before, many = groups.pop()
            mean, size = (mean * size + before * many) / (size + many), size + many
        groups.append((mean, size))
    top = max(low, high - (len(wanted) - 1) * gap)
    starts = [min(max(mean, low), top) for mean, size in groups for _ in range(size)]
    places = [0.0] * len(wanted)
    for rank, number in enumerate(order):
        places[number] = round(starts[rank] + rank * gap, 1)
    return places


def _described(drawn: Iterable[Curve], frame: _Frame) -> str:
    """The picture in words."""
    texts = [f"{frame.y_label} over {frame.x_label}."]
    for curve in drawn:
        told = [_told(spot, frame.x_label, frame.y_label) for spot in _outer(curve)]
        gaps = f"; not known at {curve.missing} points" if curve.runs and curve.missing else ""
        texts.append(f"{curve.name}: {' to '.join(told) or 'not known'}{gaps}.")
    return " ".join(texts)


def _outer(curve: Curve) -> list[Spot]:
    return list(dict.fromkeys([*curve.spots[:1], *curve.spots[-1:]]))


def _told(spot: Spot, x_label: str, y_label: str, dash: str = "–") -> str:
    """`$5k ($3k–$9k) at 10k`."""
    x, low, likely, high = spot
    extent = "" if low == high else f" ({amount(low, y_label)}{dash}{amount(high, y_label)})"
    return f"{amount(likely, y_label)}{extent} at {amount(x, x_label)}"


def text(
    series: Series,
    width: int,
    height: int,
    *,
    log_x: bool = True,
    log_y: bool = True,
    y_label: str = "",
    x_label: str = "",
    ends: Mapping[str, str] = {},
    remarks: Sequence[str] = (),
    ascii: bool = False,  # noqa: A002
) -> str:
    """The same for a terminal: lines of at most `width` columns, `height` of them for the lines.

    Each series has a letter, which stands on its line and in the legend below. A single series
    shows its band. With `ascii`, nothing but ASCII is used, apart from names.
    """
    drawn = curves(series, log_x=log_x, log_y=log_y)
    width, height = max(width, 30), max(height, 4)
    of_x, of_y = (_measure(label, ascii=ascii) for label in (x_label, y_label))
    y = upright(drawn, log=log_y, most=max(3, height // 3))
    ticks = {round((1 - y.at(tick)) * (height - 1)): amount(tick, of_y) for tick in y.ticks}
    gutter = max(map(len, ticks.values())) + 1
    inner = width - gutter - 1
    x = across(drawn, log=log_x, most=max(2, inner // 8))
    canvas = _Canvas(inner, height, x, y, ascii=ascii)
    more = "..." if ascii else "…"
    lines = [fit(clean(y_label), width, more)] if y_label else []
    for row, drawing in enumerate(_drawing(canvas, drawn)):
        edge = ("+" if ascii else "┤") if row in ticks else ("|" if ascii else "│")
        lines.append(f"{ticks.get(row, ''):>{gutter}}{edge}{drawing}".rstrip())
    lines += _floor(canvas, gutter, of_x)
    if x_label:
        label = fit(clean(x_label), inner, more)
        lines.append(" " * (gutter + 1 + (inner - columns(label)) // 2) + label)
    lines += _legend(drawn, of_x, of_y, width, ascii=ascii)
    for remark in (*_ended(drawn, ends, of_x), *map(clean, remarks)):
        lines += wrap(remark, width, subsequent_indent="  ")
    return "\n".join(lines) + "\n"


def _measure(label: str, *, ascii: bool) -> str:  # noqa: A002
    """What amounts take their currency's sign from: nothing where it could not be written."""
    return label if not ascii or amount(0, label).isascii() else ""


class _Canvas:
    """Cells of a terminal, each of which holds a letter, or dots of Braille."""

    def __init__(self, width: int, height: int, x: Axis, y: Axis, *, ascii: bool) -> None:  # noqa: A002
        self.width, self.height, self.x, self.y, self.ascii = width, height, x, y, ascii
        self.across, self.down = (1, 1) if ascii else (2, 4)
        """Dots of a cell."""
        self.dots: dict[tuple[int, int], int] = {}
        self.letters: dict[tuple[int, int], str] = {}

    def place(self, x: float, y: float) -> tuple[int, int]:
        """Column and row of a dot."""
        column = round(self.x.at(x) * (self.width * self.across - 1))
        return column, round((1 - self.y.at(y)) * (self.height * self.down - 1))

    def cell(self, dot: tuple[int, int]) -> tuple[int, int]:
        return dot[0] // self.across, dot[1] // self.down

    def set(self, dot: tuple[int, int]) -> None:
        column, row = dot[0] % self.across, dot[1] % self.down
        self.dots[self.cell(dot)] = self.dots.get(self.cell(dot), 0) | _BRAILLE[row][column]

    def rows(self) -> Iterator[str]:
        blank = "." if self.ascii else ""
        for row in range(self.height):
            yield "".join(
                self.letters.get((column, row))
                or (blank or chr(0x2800 + bits) if (bits := self.dots.get((column, row))) else " ")
                for column in range(self.width)
            )


_BRAILLE = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
"""Bits of a dot by row and column (Unicode 15, Braille Patterns)."""


def _letter(number: int) -> str:
    return ascii_letters[26:][number] if number < 26 else ascii_letters[(number - 26) % 26]


def _drawing(canvas: _Canvas, drawn: Sequence[Curve]) -> Iterator[str]:
    if len(drawn) == 1:
        for run in drawn[0].runs:
            for pick in (1, 3):
                edge = [canvas.place(spot.x, spot[pick]) for spot in run]
                for dot in _joined(edge):
                    if canvas.ascii or dot[0] % 3 == 0:
                        canvas.set(dot)
    for number, curve in enumerate(drawn):
        dots = [
            dot
            for run in curve.runs
            for dot in _joined([canvas.place(spot.x, spot.likely) for spot in run])
        ]
        for dot in dots:
            canvas.set(dot)
        _sign(canvas, _letter(number), dots, number, len(drawn))
    return canvas.rows()


def _sign(
    canvas: _Canvas, letter: str, dots: Sequence[tuple[int, int]], number: int, many: int
) -> None:
    """Put a series' letter on its line: at its end and here and there, or all along in ASCII."""
    cells = list(dict.fromkeys(map(canvas.cell, reversed(dots))))
    free = [cell for cell in cells if cell not in canvas.letters]
    if canvas.ascii:
        canvas.letters |= dict.fromkeys(free, letter)
        return
    spacing = max(16, 4 * many)
    chosen = free[:1]
    for cell in free:
        if cell[0] % spacing == number * spacing // many and chosen[-1][0] - cell[0] > 3:
            chosen.append(cell)
    canvas.letters |= dict.fromkeys(chosen, letter)


def _joined(places: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Dots from place to place in straight lines."""
    yield from places[:1]
    for (x, y), (to_x, to_y) in pairwise(places):
        steps = max(abs(to_x - x), abs(to_y - y))
        for step in range(1, steps + 1):
            yield x + round((to_x - x) * step / steps), y + round((to_y - y) * step / steps)


def _floor(canvas: _Canvas, gutter: int, x_label: str) -> Iterator[str]:
    """The axis below, and its ticks as far as they do not touch."""
    line, tick, corner = ("-", "+", "+") if canvas.ascii else ("─", "┬", "└")
    edge, labels = [line] * canvas.width, " " * (gutter + 1 + canvas.width)
    end = 0
    for value in canvas.x.ticks:
        column = round(canvas.x.at(value) * (canvas.width - 1))
        edge[column] = tick
        label = amount(value, x_label)
        start = gutter + 1 + column - len(label) // 2
        start = min(start, len(labels) - len(label))
        if start > end or not end:
            labels = labels[:start] + label + labels[start + len(label) :]
            end = start + len(label)
    yield " " * gutter + corner + "".join(edge)
    yield labels.rstrip()


def _legend(
    drawn: Sequence[Curve],
    x_label: str,
    y_label: str,
    width: int,
    *,
    ascii: bool,  # noqa: A002
) -> Iterator[str]:
    """What each letter is, from where to where: with ranges if there is room for all."""
    dash, arrow, more = ("-", " -> ", "...") if ascii else ("–", " → ", "…")
    bare = [_outer(_bare(curve)) for curve in drawn]
    long, short = (
        [
            arrow.join(_told(spot, x_label, y_label, dash) for spot in spots) or "not known"
            for spots in told
        ]
        for told in (map(_outer, drawn), bare)
    )
    longest = max((columns(curve.name) for curve in drawn), default=0)
    room = min(longest, max(12, width // 3))
    values = long if all(len(each) <= width - room - 4 for each in long) else short
    for number, (curve, value) in enumerate(zip(drawn, values, strict=True)):
        name = fit(curve.name, room, more)
        name += " " * (room - columns(name))
        yield f"{_letter(number)} {name}  {fit(value, width - room - 4, more)}"
