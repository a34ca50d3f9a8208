"""One line per finding, as compilers write it: for editors, `grep` and long lists."""

from __future__ import annotations

from collections.abc import Iterator

from patternctl.model.finding import Finding, LintResult
from patternctl.model.render import RenderOptions
from patternctl.reports import _words
from patternctl.reports._style import link, paint, visible


def render(result: LintResult, options: RenderOptions) -> str:
    """`file:line:col: severity CODE rule: message` lines, then the summary."""
    shown = [*result.findings, *(result.suppressed if options.show_suppressed else ())]
    lines = [_line(finding, options) for finding in shown]
    if not options.quiet:
        lines += _end(result, options)
    return "\n".join(lines) + "\n" if lines else ""


def _line(finding: Finding, options: RenderOptions) -> str:
    where = paint(visible(str(finding.location)), "bold", color=options.color)
    severity = paint(finding.severity, finding.severity, color=options.color)
    code = link(visible(finding.code), options.page(finding.rule) if options.hyperlinks else "")
    line = f"{where}: {severity} {code} {visible(f'{finding.rule}: {finding.message}')}"
    if finding.suppression:
        line += f" [suppressed {visible(_words.suppressed(finding.suppression))}]"
    return line


def _end(result: LintResult, options: RenderOptions) -> Iterator[str]:
    if options.statistics:
        yield from map(visible, _words.statistics(result))
    if options.show_unchecked:
        for lack in result.unchecked:
            for element in lack.elements:
                yield visible(f"not checked: {lack.code} {lack.rule}: {element}: {lack.fact}")
    for notice in result.notices:
        where = f"{notice.location}: " if notice.location else ""
        yield visible(f"{where}notice: {notice.message}")
    yield from (visible(f"note: {note}") for note in result.notes)
    lacking = _words.unchecked(result)
    if lacking:
        yield visible(f"not checked: {lacking}")
    yield _words.summary(result)
