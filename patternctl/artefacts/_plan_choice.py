"""Which playbooks fit a system, for which reason, and where each of them begins."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from patternctl.artefacts._plan_sites import Refusal, Site, Sites, leads
from patternctl.artefacts._plan_surroundings import Surroundings
from patternctl.model.finding import Finding
from patternctl.model.playbook import Playbook
from patternctl.rulekit.adoption import adoptions
from patternctl.rulekit.decided import in_force


class Choice(NamedTuple):
    """A playbook for a system, or for none in particular."""

    playbook: Playbook
    sites: tuple[Site, ...] = ()
    """Where it begins, then where it goes on; empty where nothing meets what it needs."""
    refusals: tuple[Refusal, ...] = ()
    """Places that were looked at and are none of these."""
    there: frozenset[str] = frozenset()
    """Services that have adopted the pattern."""


class Unfit(NamedTuple):
    """A playbook that findings ask for and that can begin at none of their places."""

    playbook: Playbook
    findings: tuple[Finding, ...]
    refusals: tuple[Refusal, ...]


_Rank = tuple[int, bool]
"""How urgently a finding asks for a playbook, less being more: the place of its pattern among the
cures, and whether it only helps."""


def chosen(
    around: Surroundings, playbooks: Mapping[str, Playbook]
) -> tuple[list[Choice], list[Unfit]]:
    """Playbooks to what was asked for or decided, and to the first cures of findings.

    What changes the whole system has to be decided, and is no cure of a finding. The second list
    holds those that findings ask for in vain.
    """
    wanted, refused = _asked_by_findings(around, playbooks)
    choices, unfit = [], []
    for playbook in playbooks.values():
        asked = any(leads(playbook, name) for name in around.order.patterns)
        if asked or playbook.id in wanted or decided(around, playbook):
            choices.append(choice(around, playbook))
        elif playbook.id in refused:
            findings = refused[playbook.id]
            reasons = dict.fromkeys(each for refusals in findings.values() for each in refusals)
            unfit.append(Unfit(playbook, tuple(findings), tuple(reasons)))
    return choices, unfit


def choice(around: Surroundings, playbook: Playbook) -> Choice:
    """The playbook with the places at which it begins: those of findings before all others."""
    if around.facts is None:
        return Choice(playbook)
    sites = Sites(around.facts, playbook, around.ranks)
    there = frozenset(name for name in around.ranks if sites.there(name))
    found, refusals = _of_findings(around, playbook, sites)
    if not found:
        found, more = _everywhere(around, playbook, sites)
        refusals += more
    return Choice(playbook, tuple(found), tuple(dict.fromkeys(refusals)), there)


def decided(around: Surroundings, playbook: Playbook) -> str:
    """The outcome in force that it leads to and that is not adopted yet."""
    if around.facts is None:
        return ""
    there = {each.id for each in adoptions(around.facts)}
    outcomes = (recorded.decision.outcome for recorded in in_force(around.facts))
    return next((each for each in outcomes if leads(playbook, each) and each not in there), "")


def _asked_by_findings(
    around: Surroundings, playbooks: Mapping[str, Playbook]
) -> tuple[set[str], dict[str, dict[Finding, list[Refusal]]]]:
    """Playbooks that findings ask for: those that can begin, and with reasons those that cannot."""
    wanted: set[str] = set()
    refused: dict[str, dict[Finding, list[Refusal]]] = {}
    if around.facts is None:
        return wanted, refused
    sites = {name: Sites(around.facts, each, around.ranks) for name, each in playbooks.items()}
    for finding in around.findings:
        for playbook in _ways(finding, playbooks):
            judged = sites[playbook.id].about(finding, around)
            refusals = [each for each in judged if isinstance(each, Refusal)]
            if len(refusals) < len(judged):
                wanted.add(playbook.id)
                break
            refused.setdefault(playbook.id, {})[finding] = refusals
    return wanted, refused


def _ways(finding: Finding, playbooks: Mapping[str, Playbook]) -> Iterator[Playbook]:
    """Playbooks that single services take to the finding's cures, in the order of the cures.

    A cure that no playbook leads to is a change of days, which is tried before what comes after it.
    """
    for cure in finding.cures:
        ways = [each for each in playbooks.values() if leads(each, cure)]
        if not ways:
            return
        yield from (each for each in ways if each.changes == "services" and _rank(finding, each))


def _rank(finding: Finding, playbook: Playbook) -> _Rank | None:
    """How urgently a finding asks for a playbook; None where it does not."""
    cures = any(finding.rule in phase.cures for phase in playbook.phases)
    helps = any(finding.rule in phase.helps for phase in playbook.phases)
    place = next((n for n, cure in enumerate(finding.cures) if leads(playbook, cure)), None)
    return None if place is None or not (cures or helps) else (place, not cures)


def _of_findings(
    around: Surroundings, playbook: Playbook, sites: Sites
) -> tuple[list[Site], list[Refusal]]:
    """Places of findings that the pattern cures: its own first, then those that it helps with."""
    if playbook.changes == "system":
        return [], []
    ranked: dict[Site, tuple[_Rank, tuple[bool, int, int]]] = {}
    refusals = []
    for finding in around.findings:
        if (urgent := _rank(finding, playbook)) is None:
            continue
        for each in sites.about(finding, around):
            if isinstance(each, Refusal):
                refusals.append(each)
            else:
                rank = (urgent, _order(around, each))
                ranked[each] = min(ranked.get(each, rank), rank)
    return sorted(ranked, key=ranked.__getitem__), refusals


def _everywhere(
    around: Surroundings, playbook: Playbook, sites: Sites
) -> tuple[list[Site], list[Refusal]]:
    """All places that meet what it needs; what it prefers comes first."""
    judged = [*sites.everywhere()]
    found = [each for each in judged if isinstance(each, Site)]
    if playbook.changes == "services":
        found.sort(key=lambda site: _order(around, site))
    first = max(found, key=sites.prefers, default=None)
    found.sort(key=lambda site: site is not first)
    return found, [each for each in judged if isinstance(each, Refusal)]


def _order(around: Surroundings, site: Site) -> tuple[bool, int, int]:
    """What is known before what may be, the simplest transaction, callees before their callers."""
    first = around.ranks.get(site.services[0], 0) if site.services else 0
    return bool(site.lacks), len(site.services), first
