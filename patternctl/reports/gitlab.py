"""GitLab Code Quality: the artefact of `artifacts: reports: codequality`.

https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
"""

from __future__ import annotations

from collections import Counter

from patternctl.model.finding import Finding, LintResult, Severity
from patternctl.model.render import RenderOptions
from patternctl.reports import _json
from patternctl.reports._paths import posix

_SEVERITIES: dict[Severity, str] = {"error": "major", "warning": "minor", "info": "info"}


def render(result: LintResult, options: RenderOptions) -> str:  # noqa: ARG001
    """One entry per finding that stands; GitLab knows no suppressions."""
    seen: Counter[str] = Counter()
    return _json.dump([_entry(finding, seen) for finding in result.findings])


def _entry(finding: Finding, seen: Counter[str]) -> dict[str, object]:
    """GitLab drops all but one entry of equal fingerprints, so a repeated one is numbered."""
    seen[finding.fingerprint] += 1
    again = seen[finding.fingerprint]
    return {
        "description": f"{finding.code} {finding.rule}: {finding.message}",
        "check_name": finding.rule,
        "fingerprint": f"{finding.fingerprint}-{again}" if again > 1 else finding.fingerprint,
        "severity": _SEVERITIES[finding.severity],
        "location": {
            "path": posix(finding.location.file),
            "lines": {"begin": max(1, finding.location.line)},
        },
    }
