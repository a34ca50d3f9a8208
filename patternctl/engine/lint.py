"""Running rules over architectures: a pure function of systems, anti-patterns and settings."""

from __future__ import annotations

import hashlib
import posixpath
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Literal, NamedTuple

from patternctl import catalog, plugins
from patternctl.engine.suppress import Suppressor
from patternctl.errors import Location, Problem, UsageError
from patternctl.model.antipattern import AntiPattern
from patternctl.model.architecture import FactKind
from patternctl.model.finding import SEVERITIES, Finding, Hit, Lack, LintResult, Severity, Unchecked
from patternctl.model.settings import LintSettings
from patternctl.model.system import ElementNames, ElementPath, System
from patternctl.rulekit import Facts
from patternctl.rulekit.beside import Beside
from patternctl.rulekit.knowledge import Knowledge

_IN_FULL: dict[str, tuple[FactKind, str]] = {
    "calls": ("calls", "all calls"),
    "uses": ("uses", "all store accesses"),
    "publishes": ("events", "all events"),
    "consumes": ("events", "all events"),
    "events": ("events", "all events"),
}
"""By manifest block a rule reads: the kind of fact that must be told in full, for its silence to
mean that there is nothing to find."""


class _Rule(NamedTuple):
    """An anti-pattern as this run applies it."""

    antipattern: AntiPattern
    limits: Mapping[str, float]
    level: Severity | None
    """Severity that replaces the rule's own, from the configuration."""


def lint(
    systems: Sequence[System], entries: Mapping[str, AntiPattern], settings: LintSettings
) -> LintResult:
    """Findings of all selected rules over all systems.

    Raises `UsageError` where the settings name a rule or a threshold that does not exist.
    """
    rules = _rules(entries, settings)
    findings: list[Finding] = []
    unchecked: list[Unchecked] = []
    knowledge = Knowledge(settings.catalogs, settings.costing)
    for system in systems:
        run = _Run(system, settings.prefix, knowledge)
        for rule in rules:
            found, lacking = run.apply(rule)
            findings += found
            unchecked += lacking
    findings.sort(key=lambda finding: (finding.location, finding.code, finding.element))
    suppressor = Suppressor(systems, entries, settings, {r.antipattern.id for r in rules})
    kept, suppressed = suppressor.split(findings)
    return LintResult(
        inputs=tuple(system.name for system in systems),
        findings=tuple(kept),
        suppressed=tuple(suppressed),
        unchecked=tuple(unchecked),
        notices=tuple(suppressor.notices()),
        notes=tuple(note for system in systems for note in system.notes),
        rules=tuple(rule.antipattern.id for rule in rules),
        texts={name: text for system in systems for name, text in system.sources.texts.items()},
    )


def resolve(names: Iterable[str], entries: Mapping[str, AntiPattern]) -> set[str]:
    """Ids of the rules that names, synonyms, codes or code prefixes (`PC3`) stand for.

    Raises `UsageError` with every name that stands for nothing.
    """
    known = catalog.names(entries)
    chosen: set[str] = set()
    problems: list[Problem] = []
    for name in names:
        found = catalog.ids(name, known)
        chosen |= found
        if not found:
            near = get_close_matches(name, known, n=1)
            hint = f'did you mean "{near[0]}"?' if near else "`patternctl rules` lists them"
            problems.append(Problem(f'there is no rule "{name}"', hint=hint))
    if problems:
        raise UsageError(*problems)
    return chosen


def reaches(severity: Severity, threshold: Severity | Literal["never"]) -> bool:
    """Whether a finding of `severity` counts against a threshold."""
    return threshold != "never" and SEVERITIES.index(severity) >= SEVERITIES.index(threshold)


def _rules(entries: Mapping[str, AntiPattern], settings: LintSettings) -> list[_Rule]:
    selected = resolve(settings.select, entries) if settings.select else set(entries)
    selected -= resolve(settings.ignore, entries)
    levels = {
        rule: level
        for name, level in settings.severity.items()
        for rule in resolve([name], entries)
    }
    limits = _limits(entries, settings)
    described_only = selected.difference(plugins.names("rules"))
    selected -= described_only
    rules: list[_Rule] = []
    for rule, antipattern in entries.items():
        level = levels.get(rule)
        if rule in selected and level != "off":
            rules.append(_Rule(antipattern, limits[rule], level))
    if not rules:
        hint = "see what is selected, ignored and set to `off`"
        if described_only:
            hint = f"no detector looks for {', '.join(sorted(described_only))}"
        raise UsageError(Problem("no rule is left to run", hint=hint))
    return rules


def _limits(
    entries: Mapping[str, AntiPattern], settings: LintSettings
) -> dict[str, dict[str, float]]:
    limits = {rule: antipattern.limits for rule, antipattern in entries.items()}
    problems: list[Problem] = []
    for name, values in settings.thresholds.items():
        for rule in resolve([name], entries):
            for threshold, value in values.items():
                if threshold not in limits[rule]:
                    known = ", ".join(limits[rule]) or "none"
                    message = f'rule "{rule}" has no threshold "{threshold}"'
                    problems.append(Problem(message, hint=f"it has: {known}"))
                limits[rule][threshold] = value
    if problems:
        raise UsageError(*problems)
    return limits


class _Run:
    """All rules over one system."""

    def __init__(self, system: System, prefix: str, knowledge: Knowledge) -> None:
        self.prefix = prefix
        self.sources = system.sources
        self.facts = Facts(system.architecture, knowledge, Beside(system.folder))
        self.name = ElementNames(system.architecture)

    def apply(self, rule: _Rule) -> tuple[list[Finding], list[Unchecked]]:
        """What one rule found, and what it could not judge."""
        check = plugins.load("rules", rule.antipattern.id).check
        seen: Counter[str] = Counter()
        findings: list[Finding] = []
        lacks: dict[str, dict[str, None]] = defaultdict(dict)
        for fact in self._told_in_part(rule):
            lacks[fact]["system"] = None
        for result in check(self.facts, rule.limits):
            if isinstance(result, Lack):
                lacks[result.fact][self.name(result.at)] = None
            else:
                findings.append(self._finding(rule, result, seen))
        code, name = rule.antipattern.code, rule.antipattern.id
        return findings, [Unchecked(code, name, fact, tuple(at)) for fact, at in lacks.items()]

    def _told_in_part(self, rule: _Rule) -> Iterator[str]:
        for fact in rule.antipattern.facts:
            kind, words = _IN_FULL.get(fact.partition(".")[0], (None, ""))
            if kind is not None and not self.facts.tells(kind):
                yield words

    def _finding(self, rule: _Rule, hit: Hit, seen: Counter[str]) -> Finding:
        antipattern = rule.antipattern
        element, home = self._place(hit.at)
        file = posixpath.normpath(posixpath.join(self.prefix, home.file))
        identity = "\0".join((antipattern.id, file, element, hit.detail))
        seen[identity] += 1
        if seen[identity] > 1:
            identity += f"\0{seen[identity]}"
        return Finding(
            code=antipattern.code,
            rule=antipattern.id,
            severity=rule.level or hit.severity or antipattern.severity,
            message=hit.message,
            element=element,
            location=self.sources.locate(hit.shown_by) if hit.shown_by else home,
            fingerprint=hashlib.sha256(identity.encode()).hexdigest()[:16],
            help=antipattern.help,
            cures=antipattern.cured_by,
            related=tuple(self._place(path) for path in hit.related),
        )

    def _place(self, path: ElementPath) -> tuple[str, Location]:
        return self.name(path), self.sources.locate(path)
