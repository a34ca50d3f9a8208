"""For programs: a shape of its own, version "1".

Keys are only ever added within a version. Lines and columns count from 1, columns in Unicode code
points; `end_column` is the one after the last; 0 stands for unknown (a line of 0: the file as a
whole). A `fingerprint` stays the same when lines move. Top level:

    version        "1"
    tool           name, version
    inputs         what was linted, as named on the command line
    summary        findings, error, warning, info, suppressed, rules, unchecked_rules (numbers)
    findings       code, rule, severity, message, element, file, line, column, end_column,
                   fingerprint, help, cures, cure_costs (with --costs: pattern, low, likely, high,
                   currency, unknown, whole), related, suppression (null here)
    suppressed     the same with suppression: kind (inline, file, manifest, baseline), reason,
                   until (YYYY-MM-DD or null), file, line, column (null for the baseline's)
    unchecked      code, rule, fact, elements: facts that a rule lacked
    notices        message, file, line, column (null where about no file): the run itself
    notes          sentences: what the inputs cannot show

An item of `related` has element, file, line, column.
"""

from __future__ import annotations

from patternctl.errors import Location
from patternctl.model.finding import Finding, LintResult, Suppression
from patternctl.model.render import RenderOptions
from patternctl.reports import _json

_VERSION = "1"


def render(result: LintResult, options: RenderOptions) -> str:
    """The whole result, whatever the options show elsewhere."""
    return _json.dump(
        {
            "version": _VERSION,
            "tool": {"name": "patternctl", "version": options.version},
            "inputs": list(result.inputs),
            "summary": _summary(result),
            "findings": [_finding(finding) for finding in result.findings],
            "suppressed": [_finding(finding) for finding in result.suppressed],
            "unchecked": [
                {
                    "code": lack.code,
                    "rule": lack.rule,
                    "fact": lack.fact,
                    "elements": list(lack.elements),
                }
                for lack in result.unchecked
            ],
            "notices": [
                {"message": notice.message, **_place(notice.location)} for notice in result.notices
            ],
            "notes": list(result.notes),
        }
    )


def _summary(result: LintResult) -> dict[str, int]:
    return {
        "findings": len(result.findings),
        "error": result.count("error"),
        "warning": result.count("warning"),
        "info": result.count("info"),
        "suppressed": len(result.suppressed),
        "rules": len(result.rules),
        "unchecked_rules": len({lack.rule for lack in result.unchecked}),
    }


def _finding(finding: Finding) -> dict[str, object]:
    return {
        "code": finding.code,
        "rule": finding.rule,
        "severity": finding.severity,
        "message": finding.message,
        "element": finding.element,
        **_place(finding.location),
        "end_column": finding.location.end_column,
        "fingerprint": finding.fingerprint,
        "help": finding.help,
        "cures": list(finding.cures),
        "cure_costs": [
            {
                "pattern": each.pattern,
                **each.cost._asdict(),
                "currency": each.currency,
                "unknown": each.unknown,
                "whole": each.whole,
            }
            for each in finding.cure_costs
        ],
        "related": [{"element": name, **_place(where)} for name, where in finding.related],
        "suppression": _suppression(finding.suppression) if finding.suppression else None,
    }


def _suppression(suppression: Suppression) -> dict[str, object]:
    return {
        "kind": suppression.kind,
        "reason": suppression.reason,
        "until": suppression.until.isoformat() if suppression.until else None,
        **_place(suppression.location),
    }


def _place(location: Location | None) -> dict[str, object]:
    if location is None:
        return {"file": None, "line": None, "column": None}
    return {"file": location.file, "line": location.line, "column": location.column}
