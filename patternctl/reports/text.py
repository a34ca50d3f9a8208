"""For people at a terminal: one block per finding, with the source line and what to do."""

from __future__ import annotations

from collections.abc import Iterator

from patternctl.model.finding import Finding, LintResult, Notice
from patternctl.model.render import RenderOptions
from patternctl.reports import _words
from patternctl.reports._frame import Frames
from patternctl.reports._style import link, paint, visible

_PLACES_NAMED = 5


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
        yield f"{mark} {paint(f'{word}:', 'bold', color=color)} {visible(text)}"
    yield ""


def _remarks(finding: Finding, options: RenderOptions) -> Iterator[tuple[str, str]]:
    if finding.suppression:
        yield "suppressed", _words.suppressed(finding.suppression)
    entry = options.entries.get(finding.rule)
    if entry:
        yield "why", entry.impact[0]
    yield "help", finding.help
    if finding.cures:
        yield "cured by", ", ".join(finding.cures)
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
            yield f"{paint('not checked', 'bold', color=color)}: {visible(_words.lacking(lack))}"
            yield from (f"    {visible(element)}" for element in lack.elements)
    for notice in result.notices:
        yield f"{paint('notice', 'warning', color=color)}: {_notice(notice)}"
    for note in result.notes:
        yield f"{paint('note', 'info', color=color)}: {visible(note)}"
    lacking = _words.unchecked(result)
    if lacking:
        listed = "" if options.show_unchecked else "; --show-unchecked lists them"
        yield f"{paint('not checked', 'bold', color=color)}: {visible(lacking)}"
        yield f"    state them, or write `none` where there is none{listed}"
    summary = _words.summary(result)
    yield paint(summary, "bold" if result.findings else "good", color=color)


def _notice(notice: Notice) -> str:
    where = f"{visible(str(notice.location))}: " if notice.location else ""
    return where + visible(notice.message)
