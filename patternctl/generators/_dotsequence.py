"""Sequences in Graphviz's language: time runs down, so every part is pinned to its place.

Places are in points. How wide words are is estimated, as only Graphviz knows its fonts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import NamedTuple

from patternctl.generators import _dot, _drawing
from patternctl.generators._drawing import KINDS, TONES, Case, Drawing
from patternctl.model.diagram import Sequence, Step

_CHARACTER = 5.6
"""Width of a character of size 10, on average."""
_LINE = 13.0
"""Height of a line of size 10."""
_GAP = 8.0
"""Between what belongs to one message and what belongs to the next."""
_LIFT = 2.5
"""How far words stand above the line of their message, which their ground would hide."""
_LOOP = 12.0
"""Height of the arrow of a participant to itself."""
_TURN = 28.0
"""Its width."""
_BESIDE = 34.0
"""From the line of the participant to its words."""
_INSET = 7.0
"""How much smaller a frame is than the one around it."""
_NOTE = 40
"""Characters of a note's lines."""
_LEFT = "\\l"
"""The end of a line that stands left in its box."""
_POINT = 'shape=point, width=0.01, style=invis, label=""'
_WORDS = "shape=box, style=filled, fillcolor=white, color=white, margin=0, height=0, fontsize=10"


def body(sequence: Sequence, drawing: Drawing) -> Iterator[str]:
    """What stands between the braces."""
    yield from _dot.head(drawing)
    yield "  graph [layout=neato, splines=line, inputscale=72, outputorder=edgesfirst, pad=0.2];"
    cases = [*_drawing.walked(sequence.steps)]
    across = _columns(sequence, drawing, cases)
    score = _Score(drawing, across, _edges(cases, drawing, across))
    drawn = [line for case in cases for line in score.row(case)]
    yield from _lifelines(sequence, drawing, across, score.down - 2 * _GAP)
    yield from drawn


def _columns(sequence: Sequence, drawing: Drawing, cases: list[Case]) -> dict[str, float]:
    """Where each participant's line stands: as far apart as the labels between them need."""
    order = {key: place for place, key in enumerate(sequence.participants)}
    widths = [
        max(map(len, _drawing.lines(label))) * _CHARACTER * 1.15 + 30
        for label in sequence.participants.values()
    ]
    gaps = [0.0, *((left + right) / 2 + 16 for left, right in pairwise(widths))]
    for case in cases:
        if case.kind == "message" and case.step:
            ends = (order[case.step.source or ""], order[case.step.target or ""])
            first, last = min(ends) + 1, min(max(*ends, min(ends) + 1), len(order) - 1)
            lacking = _width(_said(case, drawing)) + 24 - sum(gaps[first : last + 1])
            if lacking > 0 and first <= last:
                gaps[last] += lacking
    found, across = {}, 0.0
    for key, gap in zip(order, gaps, strict=True):
        across += gap
        found[key] = across
    return found


def _edges(cases: list[Case], drawing: Drawing, across: Mapping[str, float]) -> tuple[float, float]:
    """How far to the left and to the right frames reach: around lines, words and inner frames."""
    left, right = min(across.values()) - 40, max(across.values()) + 40
    depth = deepest = 0
    for case in cases:
        depth += {"open": 1, "close": -1}.get(case.kind, 0)
        deepest = max(deepest, depth)
        if case.kind == "note" and case.step:
            middle = _middle(case.step, across)
            half = _width(_drawing.lines(case.step.note or "", _NOTE)) / 2 + 16
            left, right = min(left, middle - half), max(right, middle + half)
        elif case.kind == "message" and case.step and case.step.source == case.step.target:
            begin = across[case.step.source or ""] + _BESIDE
            right = max(right, begin + _width(_said(case, drawing)) + _GAP)
    return left - _INSET * deepest, right + _INSET * deepest


def _middle(note: Step, across: Mapping[str, float]) -> float:
    places = [across[key] for key in note.over]
    return (min(places) + max(places)) / 2


def _width(lines: list[str]) -> float:
    return max(map(len, lines)) * _CHARACTER


def _said(case: Case, drawing: Drawing) -> list[str]:
    """Lines of a message's label."""
    mark = drawing.arrows.get(case.number)
    text = _drawing.marked((case.step and case.step.say) or "", mark)
    return [*_drawing.lines(text, 44), *filter(None, [_drawing.codes(mark)])]


def _lifelines(
    sequence: Sequence, drawing: Drawing, across: Mapping[str, float], bottom: float
) -> Iterator[str]:
    ids = _drawing.names(sequence.participants, "p")
    for key, text in sequence.participants.items():
        mark = drawing.nodes.get(key)
        label = _dot.label((text, _drawing.codes(mark)))
        look = _dot.looks("filled", KINDS["service"], mark)
        name, left = ids[key], across[key]
        yield f'  {name} [label="{label}", shape=box, {look}, {_at(left, 0)}];'
        yield f"  {name}b [{_POINT}, {_at(left, bottom)}];"
        yield f"  {name} -> {name}b [arrowhead=none, style=dashed, color=gray60];"


class _Frame(NamedTuple):
    """Alternatives as they are open: where they began, and where each case did."""

    top: float
    cases: list[tuple[float, str]]


class _Score:
    """Rows below one another."""

    def __init__(
        self, drawing: Drawing, across: Mapping[str, float], edges: tuple[float, float]
    ) -> None:
        self.down = -2.5 * _GAP
        """Where what is drawn ends; below the names of the participants at first."""
        self._drawing = drawing
        self._across = across
        self._left, self._right = edges
        self._frames: list[_Frame] = []
        self._rows = 0

    def row(self, case: Case) -> Iterator[str]:
        """One step; frames of alternatives are drawn where they close."""
        name = f"r{self._rows}"
        self._rows += 1
        if case.kind == "message" and case.step:
            yield from self._message(name, case, case.step)
        elif case.kind == "note" and case.step:
            yield from self._note(name, case.step)
        elif case.kind == "close":
            self.down -= _GAP
            yield from self._framed(name, self._frames.pop())
            self.down -= _GAP / 2
        else:
            self.down -= _GAP
            if case.kind == "open":
                self._frames.append(_Frame(self.down, []))
            self._frames[-1].cases.append((self.down, case.when))
            self.down -= _LINE + _GAP / 2

    def _note(self, name: str, step: Step) -> Iterator[str]:
        lines = _drawing.lines(step.note or "", _NOTE)
        height = len(lines) * _LINE + 12
        place = _at(_middle(step, self._across), self.down - _GAP - height / 2)
        look = 'shape=note, style=filled, fillcolor="#fff9db", color="#e67700", fontsize=10'
        yield f'  {name} [label="{_dot.rows(lines)}", {look}, height=0.1, {place}];'
        self.down -= height + _GAP * 1.5

    def _message(self, name: str, case: Case, step: Step) -> Iterator[str]:
        mark = self._drawing.arrows.get(case.number)
        lines = _said(case, self._drawing)
        start, end = self._across[step.source or ""], self._across[step.target or ""]
        top = self.down - _GAP
        self.down = top - len(lines) * _LINE
        own = start == end
        colour = TONES[mark.tone].stroke if mark else "#212529"
        width = _width(lines) if own else 0
        middle = start + _BESIDE + width / 2 if own else (start + end) / 2
        place = _at(middle, (top + self.down) / 2 + _LIFT)
        look = f'{_WORDS}, width={width / 72:.2f}, fontcolor="{colour}"'
        words = f"{_dot.rows(lines)}{_LEFT if own else ''}"
        yield f'  {name}t [label="{words}", {look}, {place}];'
        way = [(start, self.down), (end, self.down)]
        if own:
            turn = self.down + _LOOP
            aside = start + _TURN
            way = [(start, turn), (aside, turn), (aside, self.down), (end, self.down)]
        style = "dashed" if step.reply else "solid"
        thick = ", penwidth=2.5" if mark and not TONES[mark.tone].dashed else ""
        look = f'style={style}, color="{colour}"{thick}'
        head = "normal" if step.waits and not step.reply else "open"
        yield from self._line(name, way, look, head)

    def _line(
        self, name: str, way: list[tuple[float, float]], look: str, head: str = "none"
    ) -> Iterator[str]:
        """A line from point to point, with a head at the last."""
        for number, place in enumerate(way):
            yield f"  {name}p{number} [{_POINT}, {_at(*place)}];"
        for number in range(1, len(way)):
            tip = head if number == len(way) - 1 else "none"
            yield f"  {name}p{number - 1} -> {name}p{number} [arrowhead={tip}, {look}];"

    def _framed(self, name: str, frame: _Frame) -> Iterator[str]:
        """The box around alternatives, with a line and the words of each case."""
        inset = _INSET * len(self._frames)
        left, right, bottom = self._left + inset, self._right - inset, self.down
        ring = [(left, frame.top), (right, frame.top), (right, bottom), (left, bottom)]
        yield from self._line(name, [*ring, ring[0]], "color=gray50")
        for number, (top, when) in enumerate(frame.cases):
            words = f"{'or' if number else 'either'}: {_drawing.clean(when, 90)}"
            width = _width([words])
            place = _at(left + 6 + width / 2, top - _LINE / 2 - 2)
            look = f"{_WORDS}, width={width / 72:.2f}, fontcolor=gray25"
            yield f'  {name}w{number} [label="{_dot.rows([words])}{_LEFT}", {look}, {place}];'
            if number:
                dashes = "style=dashed, color=gray50"
                yield from self._line(f"{name}d{number}", [(left, top), (right, top)], dashes)


def _at(across: float, down: float) -> str:
    return f'pos="{across:.1f},{down:.1f}!"'
