"""Markdown for a comment on a pull request or the summary page of a CI job."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import quote

from patternctl.errors import Location
from patternctl.model.finding import Finding, LintResult
from patternctl.model.render import RenderOptions
from patternctl.reports import _words
from patternctl.reports._paths import is_absolute, posix
from patternctl.reports._style import visible

_MARKER = "<!-- patternctl lint -->"
"""Unseen by readers; a job finds its earlier comment by it."""
_LIMIT = 65_000
"""GitHub refuses comments of more than 65,536 characters."""
_TABLE_SHARE = 0.7
"""Part of the limit that the table may take, so that the help below has a place (a proposal)."""
_TAIL = 200
"""Characters kept free for the lines that say what was left out."""
_LONGEST_CELL = 500

_MARKUP = re.compile(r"[\\`*_\[\]{}<>&|~$]|[@#](?=\w)")
_UNCODABLE = re.compile(r"[`|\\]")


class _Page:
    """Text that never grows beyond the limit."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.left = _LIMIT - _TAIL

    def add(self, part: str, reserve: int = 0) -> bool:
        """Append `part` if that leaves `reserve` characters; says whether it did."""
        if len(part) + reserve > self.left:
            return False
        self.parts.append(part)
        self.left -= len(part)
        return True


def render(result: LintResult, options: RenderOptions) -> str:
    """Counts, a table with the most severe findings first, and what to do about each rule."""
    page = _Page()
    page.add(f"{_MARKER}\n### patternctl\n\n{_escape(_words.summary(result))}\n")
    findings = _words.most_severe_first(result)
    _table(page, findings, options)
    _help(page, findings, options)
    if options.show_suppressed:
        _suppressed(page, result, options)
    _list(page, _remarks(result, options))
    return "".join(page.parts)


def _table(page: _Page, findings: list[Finding], options: RenderOptions) -> None:
    if not findings:
        return
    page.add("\n| Severity | Rule | Where | Finding |\n| --- | --- | --- | --- |\n")
    reserve = int(_LIMIT * (1 - _TABLE_SHARE))
    for position, finding in enumerate(findings):
        if not page.add(_row(finding, options), reserve):
            page.parts.append(f"\nand {len(findings) - position:,} more\n")
            return


def _row(finding: Finding, options: RenderOptions) -> str:
    rule = _linked(_escape(f"{finding.code} {finding.rule}"), options.page(finding.rule))
    where = _where(finding.location, options)
    return f"| {finding.severity} | {rule} | {where} | {_cell(finding.message)} |\n"


def _help(page: _Page, findings: list[Finding], options: RenderOptions) -> None:
    rules = {finding.rule: finding for finding in findings}
    for position, finding in enumerate(rules.values()):
        if not page.add(_details(finding, options)):
            page.parts.append(f"\nHelp for {len(rules) - position:,} more rules is left out.\n")
            return


def _details(finding: Finding, options: RenderOptions) -> str:
    entry = options.entries.get(finding.rule)
    title = _escape(f"{finding.code} {finding.rule}")
    lines = [f"\n<details><summary>{title}</summary>\n\n"]
    if entry:
        lines.append(f"{entry.summary}\n\n")
        lines += [f"- {fix}\n" for fix in entry.fix]
    else:
        lines.append(f"{_escape(finding.help)}\n")
    if finding.cures:
        lines.append(f"\nCured by: {_escape(', '.join(_words.cures(finding)))}\n")
    return "".join([*lines, "\n</details>\n"])


def _suppressed(page: _Page, result: LintResult, options: RenderOptions) -> None:
    _list(
        page,
        (
            f"{_where(finding.location, options)} {_escape(f'{finding.code} {finding.rule}')}: "
            f"suppressed {_cell(_words.suppressed(finding.suppression))}"
            for finding in result.suppressed
            if finding.suppression
        ),
    )


def _remarks(result: LintResult, options: RenderOptions) -> Iterator[str]:
    for notice in result.notices:
        where = f"{_code(str(notice.location))}: " if notice.location else ""
        yield f"notice: {where}{_cell(notice.message)}"
    yield from (f"note: {_cell(note)}" for note in result.notes)
    if options.show_unchecked:
        yield from (f"not checked: {_cell(_words.lacking(lack))}" for lack in result.unchecked)
    lacking = _words.unchecked(result)
    if lacking:
        yield f"not checked: {_cell(lacking)}; state them, or write `none` where there is none"


def _list(page: _Page, items: Iterator[str]) -> None:
    """A list of what fits."""
    left_out = 0
    for position, item in enumerate(items):
        blank = "" if position else "\n"
        left_out += not page.add(f"{blank}- {item}\n")
    if left_out:
        page.parts.append(f"- and {left_out:,} more\n")


def _where(location: Location, options: RenderOptions) -> str:
    label = f"{location.file}:{location.line}" if location.line else location.file
    if not options.source_url or is_absolute(location.file):
        return _code(label)
    path = quote(posix(location.file), safe="/", errors="replace")
    line = f"#L{location.line}" if location.line else ""
    return _linked(_code(label), f"{options.source_url}/{path}{line}")


def _linked(text: str, url: str) -> str:
    return f"[{text}]({url})" if url else text


def _code(text: str) -> str:
    """`text` as code. What a table or a code span would stumble over is written as entities."""
    text = visible(_short(text))
    if text.strip() and not _UNCODABLE.search(text):
        return f"`{text}`"
    return f"<code>{_escape(text)}</code>"


def _cell(text: str) -> str:
    return _escape(_short(text))


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST_CELL else f"{text[: _LONGEST_CELL - 1]}…"


def _escape(text: str) -> str:
    """`text` on one line that means only itself: no markup, mentions or references."""
    return _MARKUP.sub(_literal, visible(text))


def _literal(match: re.Match[str]) -> str:
    """An entity; a mention survives that, and is broken by a space of no width."""
    return f"{match[0]}&#8203;" if match[0] in "@#" else f"&#{ord(match[0])};"
