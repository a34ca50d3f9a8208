"""What a lint run says: findings, what could not be checked, and what was set aside."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal, NamedTuple

from patternctl.errors import Location
from patternctl.model.estimate import Estimate
from patternctl.model.system import ElementPath

Severity = Literal["error", "warning", "info"]
SEVERITIES: tuple[Severity, ...] = ("info", "warning", "error")
"""From the least to the most severe."""


class Hit(NamedTuple):
    """A rule's verdict on one element, before configuration and suppressions."""

    at: ElementPath
    message: str
    """What was measured against what, in one sentence without a full stop."""
    severity: Severity | None = None
    """Where it differs from the rule's own."""
    related: tuple[ElementPath, ...] = ()
    """Other elements that take part."""
    shown_by: ElementPath = ()
    """The fact that shows it (`(*at, "exposed")`), where that is a line of its own."""
    detail: str = ""
    """What tells it from the rule's other hits on the element: the name of a database, an account.
    Part of its identity, so never a position or a number of an order."""


class Lack(NamedTuple):
    """An element a rule could not judge, because the manifest does not say a fact."""

    at: ElementPath
    fact: str
    """The missing fact as a manifest key: `timeout`, `circuit_breaker.errors`."""


class Suppression(NamedTuple):
    """Why a finding is set aside."""

    kind: Literal["inline", "file", "manifest", "baseline"]
    reason: str = ""
    until: date | None = None
    location: Location | None = None


class CureCost(NamedTuple):
    """What adopting a pattern adds to the bill."""

    pattern: str
    cost: Estimate
    """A month, of what is known; less than nothing where it saves."""
    currency: str
    unknown: str = ""
    """Why a part of it is not known; empty where all is."""
    whole: bool = False
    """Whether it is a design in place of the whole one."""


class Finding(NamedTuple):
    """A hit with everything a reader needs. Equal fingerprints mean the same finding."""

    code: str
    rule: str
    severity: Severity
    message: str
    element: str
    """Stable name of the element: `services.orders.calls.payments`."""
    location: Location
    fingerprint: str
    """Of rule, file and element; never of a line."""
    help: str
    """What to do, in one sentence."""
    cures: tuple[str, ...] = ()
    """Patterns that cure it."""
    related: tuple[tuple[str, Location], ...] = ()
    """(element name, place) of the other elements that take part."""
    suppression: Suppression | None = None
    cure_costs: tuple[CureCost, ...] = ()
    """What cures cost, where that was asked for and can be told."""


class Unchecked(NamedTuple):
    """A rule that lacked a fact, wholly or on some elements."""

    code: str
    rule: str
    fact: str
    elements: tuple[str, ...]


class Notice(NamedTuple):
    """Something about the run itself that a person should see: an expired or unused suppression."""

    message: str
    location: Location | None = None


@dataclass(frozen=True, slots=True)
class LintResult:
    """Outcome of one run over any number of inputs, in a fixed order."""

    inputs: tuple[str, ...]
    findings: tuple[Finding, ...]
    suppressed: tuple[Finding, ...] = ()
    unchecked: tuple[Unchecked, ...] = ()
    notices: tuple[Notice, ...] = ()
    notes: tuple[str, ...] = ()
    """What the inputs cannot show."""
    rules: tuple[str, ...] = ()
    """Ids of the rules that ran."""
    texts: dict[str, str] = field(default_factory=dict)
    """Text of every file read, for code frames."""

    def with_findings(self, findings: Iterable[Finding]) -> LintResult:
        """The same result with other findings."""
        return replace(self, findings=tuple(findings))

    def count(self, severity: Severity) -> int:
        """Number of findings of one severity."""
        return sum(finding.severity == severity for finding in self.findings)
