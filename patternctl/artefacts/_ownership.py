"""Who owns what, and where ownership and structure do not fit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Literal, NamedTuple

from patternctl.artefacts import _elements
from patternctl.model.architecture import FactKind
from patternctl.model.finding import Finding
from patternctl.model.system import System
from patternctl.rulekit import Facts

Touch = Literal["O", "U", "C", "E"]
"""A team owns an element; its services use a store, call a service, or consume an event."""
LEGEND: Mapping[Touch, str] = {
    "O": "owns it",
    "U": "uses the store",
    "C": "calls the service",
    "E": "consumes the event",
}
NOT_STATED = "not stated"
BETWEEN_TEAMS: tuple[FactKind, ...] = ("owners", "calls", "uses", "events")
"""What has to be listed in full for nothing to be found between teams."""


class Element(NamedTuple):
    """A service, store or event, with the teams that have to do with it."""

    kind: str
    name: str
    teams: Mapping[str, frozenset[Touch]]

    @property
    def owner(self) -> str:
        """Teams that own it, `not stated` where nobody is named."""
        return ", ".join(team for team, how in self.teams.items() if "O" in how) or NOT_STATED

    def letters(self, team: str) -> str:
        """What a team has to do with it: `OC`, or nothing."""
        return "".join(letter for letter in LEGEND if letter in self.teams.get(team, ()))


class Ownership:
    """Teams and what they own, as a system states it."""

    def __init__(self, system: System) -> None:
        architecture = system.architecture
        self.services = architecture.services
        self._stores = architecture.stores or {}
        self.facts = Facts(architecture)
        stated = dict(architecture.teams or {})
        named = (each.team for each in self.services.values() if each.team)
        self.teams = [*dict.fromkeys([*stated, *named])]
        self.sizes = {name: each.size for name, each in stated.items()}
        self.descriptions = {name: each.description or "" for name, each in stated.items()}

    def team(self, service: str) -> str | None:
        """The team of a service; None where none is stated."""
        known = self.services.get(service)
        return known.team if known else None

    def elements(self) -> list[Element]:
        """Services, stores and events in file order; somebody else's services are left out."""
        found: dict[tuple[str, str], dict[str, set[Touch]]] = {}
        for kind, name, service, how in self._touches():
            teams = found.setdefault((kind, name), defaultdict(set))
            if service and (team := self.team(service)):
                teams[team].add(how)
        return [
            Element(kind, name, {team: frozenset(how) for team, how in teams.items()})
            for (kind, name), teams in found.items()
        ]

    def _touches(self) -> Iterator[tuple[str, str, str | None, Touch]]:
        """(kind, name, service, how): which service has to do with which element."""
        facts = self.facts
        own = [name for name in self.services if not facts.is_external(name)]
        yield from (("service", name, name, "O") for name in own)
        yield from (("store", name, store.owner, "O") for name, store in self._stores.items())
        calls = (edge for edge in facts.calls if not facts.is_external(edge.callee))
        yield from (("service", edge.callee, edge.caller, "C") for edge in calls)
        yield from (("store", use.store, use.service, "U") for use in facts.uses)
        for event, senders in facts.sent.items():
            yield from (("event", event, sent.service, "O") for sent in senders)
        for event, receivers in facts.received.items():
            yield from (("event", event, received.service, "E") for received in receivers)

    def between(self) -> list[tuple[str, str, str, int]]:
        """What teams need of one another: (who, whom, how, how many), the most first."""
        counts: dict[tuple[str, str, str], int] = defaultdict(int)
        for edge in self.facts.calls:
            waits = {True: "waits for calls", False: "sends messages", None: "calls"}
            self._count(counts, edge.caller, edge.callee, waits[edge.call.synchronous])
        for event, receivers in self.facts.received.items():
            for received in receivers:
                for sent in self.facts.sent.get(event, ()):
                    self._count(counts, received.service, sent.service, "consumes events")
        for use in self.facts.uses:
            owner = self._stores[use.store].owner if use.store in self._stores else None
            if owner:
                self._count(counts, use.service, owner, "uses stores")
        rows = [(*key, number) for key, number in counts.items()]
        return sorted(rows, key=lambda row: (-row[3], row[:3]))

    def _count(
        self, counts: dict[tuple[str, str, str], int], service: str, other: str, how: str
    ) -> None:
        mine, theirs = self.team(service), self.team(other)
        if mine and theirs and mine != theirs:
            counts[mine, theirs, how] += 1

    def involved(self, finding: Finding) -> list[str]:
        """Teams whose services or stores a finding is about, in the order of the manifest."""
        elements = [finding.element, *(element for element, _ in finding.related)]
        found = {self._team_of(element) for element in elements}
        return [team for team in self.teams if team in found]

    def _team_of(self, element: str) -> str | None:
        at = _elements.element(element)
        if at.block == "stores":
            store = self._stores.get(at.name)
            return self.team(store.owner) if store and store.owner else None
        return self.team(at.name) if at.block == "services" else None


def mismatches(
    ownership: Ownership, findings: Iterable[Finding]
) -> list[tuple[Finding, list[str]]]:
    """Findings about teams (PC7xx), and those that more than one team has to mend together."""
    judged = [(finding, ownership.involved(finding)) for finding in findings]
    return [
        (finding, teams)
        for finding, teams in judged
        if finding.code.startswith("PC7") or len(teams) > 1
    ]
