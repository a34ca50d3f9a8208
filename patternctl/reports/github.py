"""Workflow commands that GitHub Actions turns into annotations on a pull request.

https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from patternctl.errors import Location
from patternctl.model.finding import Finding, LintResult, Severity
from patternctl.model.render import RenderOptions
from patternctl.reports import _words
from patternctl.reports._paths import posix
from patternctl.reports._style import visible

_LEVELS: dict[Severity, str] = {"error": "error", "warning": "warning", "info": "notice"}
_SHOWN = 10
"""Annotations of one level that GitHub shows for a step."""


def render(result: LintResult, options: RenderOptions) -> str:
    """Annotations, the most severe first because GitHub shows the first only, then a summary."""
    lines = [_annotation(finding) for finding in _words.most_severe_first(result)]
    if not options.quiet:
        lines += _end(result)
    return "\n".join(lines) + "\n" if lines else ""


def _annotation(finding: Finding) -> str:
    properties = _place(finding.location) | {"title": f"{finding.code} {finding.rule}"}
    text = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    message = f"{finding.message}\n{finding.help}" if finding.help else finding.message
    return f"::{_LEVELS[finding.severity]} {text}::{_data(message)}"


def _place(location: Location) -> dict[str, str]:
    place = {"file": posix(location.file)}
    if location.line:
        place |= {"line": str(location.line), "endLine": str(location.line)}
        if location.column:
            place["col"] = str(location.column)
            if location.end_column:
                place["endColumn"] = str(location.end_column)
    return place


def _end(result: LintResult) -> Iterator[str]:
    yield f"::group::patternctl: {_data(_words.summary(result))}"
    numbers = Counter(_LEVELS[finding.severity] for finding in result.findings)
    cut = [_words.count(numbers[s], s) for s in _LEVELS.values() if numbers[s] > _SHOWN]
    if cut:
        yield f"GitHub shows {_SHOWN} annotations of a level for one step, not {', '.join(cut)}"
    for notice in result.notices:
        where = f"{notice.location}: " if notice.location else ""
        yield f"notice: {_plain(where + notice.message)}"
    yield from (f"note: {_plain(note)}" for note in result.notes)
    lacking = _words.unchecked(result)
    if lacking:
        yield f"not checked: {_plain(lacking)}"
    yield "::endgroup::"


def _data(text: str) -> str:
    return visible(text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A"))


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _plain(text: str) -> str:
    """A line of log: the runner also obeys `##[command]` anywhere in a line."""
    return visible(text).replace("##[", "# #[")
