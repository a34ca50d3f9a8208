"""SARIF 2.1.0, for GitHub code scanning and other viewers of analysis results.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html; limits and the properties that are
used: https://docs.github.com/code-security/reference/code-scanning/sarif-support-for-code-scanning

GitHub does not read `suppressions`: it opens an alert for a suppressed result as for any other
(https://github.com/github/codeql-action/issues/1230). Suppressed findings are therefore left out
unless `show_suppressed` asks for them.
"""

from __future__ import annotations

from collections.abc import Sequence

from patternctl.errors import Location
from patternctl.model.antipattern import AntiPattern, Example
from patternctl.model.finding import Finding, LintResult, Severity, Suppression
from patternctl.model.render import RenderOptions
from patternctl.reports import _json, _words
from patternctl.reports._paths import is_absolute, uri

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_ROOT = "%SRCROOT%"
_LEVELS: dict[Severity, str] = {"error": "error", "warning": "warning", "info": "note"}
_PROBLEMS: dict[Severity, str] = {
    "error": "error",
    "warning": "warning",
    "info": "recommendation",
}
_MOST_RESULTS = 25_000
"""GitHub refuses a file with more."""
_MOST_PLACES = 100
"""Related places of one result that GitHub shows."""
_PLACES_LINKED = 5
_LONGEST_DESCRIPTION = 1024


def render(result: LintResult, options: RenderOptions) -> str:
    """One run with the rules that have results; suppressed ones with `show_suppressed` only."""
    suppressed = result.suppressed if options.show_suppressed else ()
    findings = [*_words.most_severe_first(result), *suppressed]
    kept = findings[:_MOST_RESULTS]
    rules = {finding.rule: finding for finding in sorted(kept, key=lambda f: (f.code, f.rule))}
    index = {rule: position for position, rule in enumerate(rules)}
    run = {
        "tool": {"driver": _driver(list(rules.values()), options)},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {_ROOT: {"description": {"text": "Root of the repository."}}},
        "invocations": [_invocation(result, len(findings) - len(kept))],
        "results": [_result(finding, index[finding.rule], options) for finding in kept],
    }
    return _json.dump({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]})


def _driver(rules: Sequence[Finding], options: RenderOptions) -> dict[str, object]:
    driver: dict[str, object] = {"name": "patternctl"}
    if options.version:
        driver["version"] = options.version
    if options.docs_url:
        driver["informationUri"] = options.docs_url
    driver["rules"] = [_rule(finding, options) for finding in rules]
    return driver


def _rule(finding: Finding, options: RenderOptions) -> dict[str, object]:
    rule: dict[str, object] = {"id": finding.code, "name": finding.rule}
    page = options.page(finding.rule)
    if page:
        rule["helpUri"] = page
    entry = options.entries.get(finding.rule)
    if entry is None:
        text = {"text": finding.help or finding.rule}
        return rule | {"shortDescription": text, "fullDescription": text, "help": text}
    return rule | {
        "shortDescription": {"text": _cut(entry.title)},
        "fullDescription": {"text": _cut(f"{entry.summary} {' '.join(entry.what.split())}")},
        "help": {"text": _help_text(entry), "markdown": _help_markdown(entry)},
        "defaultConfiguration": {"level": _LEVELS[entry.severity]},
        "properties": {
            "tags": ["architecture", entry.group],
            "precision": entry.confidence,
            "problem.severity": _PROBLEMS[entry.severity],
        },
    }


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_DESCRIPTION else f"{text[: _LONGEST_DESCRIPTION - 1]}…"


def _help_text(entry: AntiPattern) -> str:
    fixes = "\n".join(f"- {fix}" for fix in entry.fix)
    return f"{entry.what}\n\nWhy: {entry.why}\n\nFix:\n{fixes}"


def _help_markdown(entry: AntiPattern) -> str:
    parts = [f"# {entry.title}", entry.what, "## Why is this bad?", entry.why, _list(entry.impact)]
    parts += ["## Fix", _list(entry.fix)]
    if entry.cured_by:
        parts.append(f"Cured by: {', '.join(entry.cured_by)}.")
    if entry.exceptions:
        parts += ["## When it is fine", _list(entry.exceptions)]
    parts += ["## Bad", *map(_example, entry.bad), "## Good", *map(_example, entry.good)]
    return "\n\n".join([*parts, "## Sources", _list(entry.sources)])


def _list(items: Sequence[str]) -> str:
    return "\n".join(f"- {item}" for item in items)


def _example(example: Example) -> str:
    return f"{example.title}:\n\n```yaml\n{example.manifest}\n```"


def _invocation(result: LintResult, left_out: int) -> dict[str, object]:
    remarks = list(result.notes)
    if left_out:
        cut = _words.count(left_out, "result")
        remarks.append(f"{cut} left out beyond {_MOST_RESULTS:,}: the most severe are kept")
    remarks += [f"not checked: {_words.lacking(lack)}" for lack in result.unchecked]
    return {
        "executionSuccessful": True,
        "toolConfigurationNotifications": [
            {"level": "warning", "message": {"text": notice.message}}
            | ({"locations": [_place(notice.location)]} if notice.location else {})
            for notice in result.notices
        ],
        "toolExecutionNotifications": [
            {"level": "note", "message": {"text": remark}} for remark in remarks
        ],
    }


def _result(finding: Finding, index: int, options: RenderOptions) -> dict[str, object]:
    result: dict[str, object] = {
        "ruleId": finding.code,
        "ruleIndex": index,
        "level": _LEVELS[finding.severity],
        "message": {"text": _message(finding)},
        "locations": [_place(finding.location, finding.element)],
        "partialFingerprints": _fingerprints(finding),
    }
    if finding.related:
        result["relatedLocations"] = [
            {"id": number, "message": {"text": element}, **_place(location, element)}
            for number, (element, location) in enumerate(finding.related[:_MOST_PLACES], start=1)
        ]
    if options.show_suppressed:
        reason = finding.suppression
        result["suppressions"] = [_suppression(reason)] if reason else []
    return result


def _message(finding: Finding) -> str:
    """The message, then links to related places: GitHub shows those that a message links to."""
    if not finding.related:
        return finding.message
    links = [
        f"[{_link_text(element)}]({number})"
        for number, (element, _) in enumerate(finding.related[:_PLACES_LINKED], start=1)
    ]
    more = len(finding.related) - len(links)
    listed = ", ".join(links) + (f" and {more:,} more" if more else "")
    return f"{finding.message}. See also {listed}."


def _link_text(text: str) -> str:
    return text.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")


def _fingerprints(finding: Finding) -> dict[str, str]:
    fingerprints = {"patternctl/v1": finding.fingerprint}
    if not finding.location.line:
        # GitHub's upload step computes this from the line, and skips results that have none.
        fingerprints["primaryLocationLineHash"] = finding.fingerprint
    return fingerprints


def _suppression(suppression: Suppression) -> dict[str, object]:
    external = suppression.kind == "baseline"
    entry: dict[str, object] = {"kind": "external" if external else "inSource"}
    until = f"until {suppression.until}" if suppression.until else ""
    justification = ", ".join(filter(None, (suppression.reason, until)))
    if justification:
        entry["justification"] = justification
    if suppression.location:
        entry["location"] = _place(suppression.location)
    return entry


def _place(location: Location, element: str = "") -> dict[str, object]:
    artifact = {"uri": uri(location.file)}
    if not is_absolute(location.file):
        artifact["uriBaseId"] = _ROOT
    physical: dict[str, object] = {"artifactLocation": artifact}
    if location.line:
        physical["region"] = _region(location)
    place: dict[str, object] = {"physicalLocation": physical}
    if element:
        place["logicalLocations"] = [{"fullyQualifiedName": element}]
    return place


def _region(location: Location) -> dict[str, int]:
    region = {"startLine": location.line}
    if location.column:
        region["startColumn"] = location.column
        if location.end_column > location.column:
            region |= {"endLine": location.line, "endColumn": location.end_column}
    return region
