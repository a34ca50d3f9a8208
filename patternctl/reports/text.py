"""For people at a terminal: one block per finding, with the source line and what to do."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import wrap

from patternctl.model.finding import Finding, LintResult
from patternctl.model.render import RenderOptions
from patternctl.reports import _words
from patternctl.reports._frame import Frames
from patternctl.reports._style import Style, link, paint, visible

_PLACES_NAMED = 5
_NARROWEST = 30
"""Cells a remark gets at the least, however narrow the terminal is."""


def render(result: LintResult, options: RenderOptions) -> str:
    """Findings in file order, then what was not checked, notices and the summary."""
    frames = Frames(result.texts)
    shown = [*result.findings, *(result.suppressed if options.show_suppressed else ())]
    lines = [line for finding in shown for line in _block(finding, frames, options)]
    if not options.quiet:
        lines += _end(result, options)
    return "\n".join(lines) + "\n" if lines else ""


def _block(finding: Finding, frames: Frames, options: RenderOptions) -> Iterator[str]:
    color = options.color
    label = f"suppressed {finding.severity}" if finding.suppression else finding.severity
    code = link(visible(finding.code), options.page(finding.rule) if options.hyperlinks else "")
    head = paint(f"{label}[{code}]", finding.severity, color=color)
    said = paint(visible(f"{finding.rule}: {finding.message}"), "bold", color=color)
    gutter = " " * len(str(finding.location.line))
    bar = paint(f"{gutter} |", "frame", color=color)
    yield f"{head} {said}"
    yield f"{paint(f'{gutter}-->', 'frame', color=color)} {visible(str(finding.location))}"
    frame = frames.at(finding.location, options.width - len(gutter) - 3)
    if frame:
        number = paint(f"{finding.location.line} |", "frame", color=color)
        carets = paint("^" * frame.length, finding.severity, color=color)
        yield bar
        yield f"{number} {frame.line}"
        yield f"{bar} {' ' * frame.indent}{carets}"
        yield bar
    mark = paint(f"{gutter} =", "frame", color=color)
    for word, text in _remarks(finding, options):
        first, *rest = _wrapped(visible(text), options.width, len(gutter) + len(word) + 4)
        yield f"{mark} {paint(f'{word}:', 'bold', color=color)} {first}"
        yield from rest
    yield ""


def _wrapped(text: str, width: int, indent: int) -> list[str]:
    """Lines of `text` that fit behind `indent` cells; all but the first begin with the indent."""
    room = max(width - indent, _NARROWEST)
    lines = wrap(text, room, break_long_words=False, break_on_hyphens=False) or [""]
    return [lines[0], *(" " * indent + line for line in lines[1:])]


def _remarks(finding: Finding, options: RenderOptions) -> Iterator[tuple[str, str]]:
    if finding.suppression:
        yield "suppressed", _words.suppressed(finding.suppression)
    entry = options.entries.get(finding.rule)
    if entry:
        yield "why", entry.impact[0]
    yield "help", finding.help
    if finding.cures:
        yield "cured by", ", ".join(_words.cures(finding))
    for element, location in finding.related[:_PLACES_NAMED]:
        yield "also", f"{element} ({location})"
    if len(finding.related) > _PLACES_NAMED:
        yield "also", f"and {len(finding.related) - _PLACES_NAMED:,} more"
    page = options.page(finding.rule)
    if page and not options.hyperlinks:
        yield "see", page


def _end(result: LintResult, options: RenderOptions) -> Iterator[str]:
    color = options.color
    table = _words.statistics(result) if options.statistics else []
    if table:
        yield from (*map(visible, table), "")
    if options.show_unchecked:
        for lack in result.unchecked:
            yield from _said("not checked", "bold", _words.lacking(lack), options)
            yield from (f"    {visible(element)}" for element in lack.elements)
    for notice in result.notices:
        where = f"{notice.location}: " if notice.location else ""
        yield from _said("notice", "warning", f"{where}{notice.message}", options)
    for note in result.notes:
        yield from _said("note", "info", note, options)
    lacking = _words.unchecked(result)
    if lacking:
        listed = "" if options.show_unchecked else "; --show-unchecked lists them"
        yield from _said("not checked", "bold", lacking, options)
        yield f"    state them, or write `none` where there is none{listed}"
    summary = _words.summary(result)
    yield paint(summary, "bold" if result.findings else "good", color=color)


def _said(word: str, style: Style, text: str, options: RenderOptions) -> Iterator[str]:
    first, *rest = _wrapped(visible(text), options.width, len(word) + 2)
    yield f"{paint(word, style, color=options.color)}: {first}"
    yield from rest
