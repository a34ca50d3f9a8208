"""Sentences that several formats share: counts, what was not checked, what was set aside."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from patternctl.model.finding import (
    SEVERITIES,
    CureCost,
    Finding,
    LintResult,
    Suppression,
    Unchecked,
)

_MOST_SEVERE_FIRST = SEVERITIES[::-1]
_NOUNS = {
    "system": "system",
    "calls": "call",
    "uses": "store access",
    "publishes": "published event",
    "consumes": "consumed event",
    "steps": "step",
    "services": "service",
    "stores": "store",
    "events": "event",
    "brokers": "broker",
    "flows": "flow",
    "teams": "team",
    "patterns": "adopted pattern",
    "decisions": "decision",
}
_FACTS_NAMED = 3
_KINDS = {
    "inline": "by a comment",
    "file": "by a comment for the whole file",
    "manifest": "by the manifest",
    "baseline": "by the baseline",
}


def count(number: int, noun: str) -> str:
    """`1 error`, `2 errors`, `2 store accesses`; `info` has no plural."""
    if number == 1 or noun == "info":
        return f"{number:,} {noun}"
    return f"{number:,} {noun}{'es' if noun.endswith('s') else 's'}"


def counts(result: LintResult) -> str:
    """`2 errors, 1 warning`, most severe first; severities without a finding are left out."""
    numbers = Counter(finding.severity for finding in result.findings)
    return ", ".join(count(numbers[s], s) for s in _MOST_SEVERE_FIRST if numbers[s])


def summary(result: LintResult) -> str:
    """The run in one line, which is the last that a person reads."""
    extent = f"{count(len(result.rules), 'rule')}, {count(len(result.inputs), 'system')}"
    aside = f"{len(result.suppressed):,} suppressed" if result.suppressed else ""
    if result.findings:
        numbers = f"{counts(result)}; {aside}" if aside else counts(result)
        return f"Found {count(len(result.findings), 'finding')} ({numbers}): {extent}."
    if not result.rules:
        return f"Nothing was checked: {extent}."
    verdict = "Nothing found in what is stated" if result.unchecked else "All good"
    return f"{verdict}: {extent}, {aside}." if aside else f"{verdict}: {extent}."


def unchecked(result: LintResult) -> str:
    """`7 rules lacked facts (timeout on 12 calls, …)`; empty where every rule had its facts.

    Facts that most rules wait for come first.
    """
    if not result.unchecked:
        return ""
    elements: dict[str, dict[str, None]] = {}
    for lack in result.unchecked:
        elements.setdefault(lack.fact, {}).update(dict.fromkeys(lack.elements))
    waiting = Counter(fact for _, fact in {(lack.rule, lack.fact) for lack in result.unchecked})
    widest = sorted(elements, key=lambda fact: (-waiting[fact], -len(elements[fact]), fact))
    named = ", ".join(extent(fact, tuple(elements[fact])) for fact in widest[:_FACTS_NAMED])
    if len(widest) > _FACTS_NAMED:
        named += f" and {len(widest) - _FACTS_NAMED:,} more"
    rules = count(len({lack.rule for lack in result.unchecked}), "rule")
    return f"{rules} lacked facts ({named})"


def extent(fact: str, elements: tuple[str, ...]) -> str:
    """`timeout on 12 calls`, `owner on 1 service and 2 stores`."""
    nouns = Counter(_noun(element) for element in elements)
    return f"{fact} on {' and '.join(count(n, noun) for noun, n in nouns.items())}"


def lacking(lack: Unchecked) -> str:
    """`PC301 no-timeout: timeout on 12 calls`."""
    return f"{lack.code} {lack.rule}: {extent(lack.fact, lack.elements)}"


def _noun(element: str) -> str:
    """Kind of an element by its name: blocks and names take turns in it."""
    blocks = list(_segments(element))[::2]
    return next((_NOUNS[block] for block in reversed(blocks) if block in _NOUNS), "system")


def _segments(element: str) -> Iterator[str]:
    """Parts of an element's name between dots; quoted parts may hold dots."""
    for position, part in enumerate(element.split('"')):
        if position % 2:
            yield part
        else:
            yield from filter(None, part.split("."))


def suppressed(suppression: Suppression) -> str:
    """`by a comment (a.yaml:3:5) until 2027-03-01: agreed with the owner`."""
    text = _KINDS[suppression.kind]
    if suppression.location:
        text += f" ({suppression.location})"
    if suppression.until:
        text += f" until {suppression.until}"
    return f"{text}: {suppression.reason}" if suppression.reason else text


def most_severe_first(result: LintResult) -> list[Finding]:
    """Findings by severity, in file order within one."""
    return sorted(result.findings, key=lambda f: _MOST_SEVERE_FIRST.index(f.severity))


def statistics(result: LintResult) -> list[str]:
    """Lines of a table: findings by rule, the most frequent first."""
    numbers = Counter((f.code, f.rule, f.severity) for f in result.findings)
    if not numbers:
        return []
    rows = sorted(numbers.items(), key=lambda row: (-row[1], row[0]))
    digits = max(len(f"{number:,}") for _, number in rows)
    return [
        f"{number:>{digits},}  {severity:<7}  {code}  {rule}"
        for (code, rule, severity), number in rows
    ]


def cures(finding: Finding) -> Iterator[str]:
    """Patterns that cure a finding, each with what it adds to the bill where that was asked for."""
    costs = {each.pattern: each for each in finding.cure_costs}
    for pattern in finding.cures:
        yield f"{pattern} ({_added(costs[pattern])})" if pattern in costs else pattern


def _added(each: CureCost) -> str:
    low, likely, high = each.cost
    told = f"{likely:+,.2f} {each.currency} a month"
    if low != high:
        told += f", {low:,.2f} to {high:,.2f}"
    elif not likely:
        told = "adds nothing that is paid for"
    if each.whole:
        told = f"in place of the whole design: {told}"
    return f"{told}, and what {each.unknown}" if each.unknown else told
