"""Where in a system a playbook may begin, and what keeps it from beginning elsewhere."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import NamedTuple

from patternctl.artefacts._elements import element
from patternctl.artefacts._plan_judge import Judge
from patternctl.artefacts._plan_surroundings import Surroundings, passed
from patternctl.model.finding import Finding, Lack
from patternctl.model.playbook import Playbook
from patternctl.model.system import ElementNames
from patternctl.rulekit import Facts
from patternctl.rulekit.adoption import adoptions


class Site(NamedTuple):
    """A place at which a playbook begins, or goes on: one service, or those of a transaction."""

    title: str
    services: tuple[str, ...]
    """Those that are changed, whoever leads first."""
    lacks: tuple[str, ...] = ()
    """Facts that nobody states and that may speak against it, as keys of the manifest."""


class Refusal(NamedTuple):
    """A place at which a playbook cannot begin."""

    title: str
    because: str
    """What is not so there, or that the pattern is adopted."""


class Sites:
    """Places at which one playbook may begin."""

    def __init__(self, facts: Facts, playbook: Playbook, ranks: Iterable[str]) -> None:
        """`ranks` are the system's own services, callees before their callers."""
        self._facts = facts
        self._start = playbook.start
        self._pattern = playbook.to or ""
        self._judge = Judge(facts)
        self._names = ElementNames(facts.architecture)
        self._adopted = [each for each in adoptions(facts) if leads(playbook, each.id)]
        self._own = dict.fromkeys(ranks)

    def there(self, service: str) -> bool:
        """Whether a service has adopted the pattern."""
        return any(each.services is None or service in each.services for each in self._adopted)

    def everywhere(self) -> Iterator[Site | Refusal]:
        """Each place that the manifest tells of."""
        if self._start.at == "service":
            yield from (self._service(name) for name in self._own)
        else:
            yield from self._transactions(self._own)

    def about(self, finding: Finding, around: Surroundings) -> list[Site | Refusal]:
        """What a finding is about; what takes part in it only where nothing of its own will do."""
        own, related = around.places(finding, self._start.side)
        found = [*self._at(finding.element, own)]
        if any(isinstance(each, Site) for each in found):
            return found
        return [*found, *self._at("", [name for name in related if name not in own])]

    def prefers(self, site: Site) -> int:
        """How many of the playbook's wishes the site meets."""
        wishes = (self._judge(each.test, site.services) for each in self._start.prefers)
        return sum(verdict is True for verdict in wishes)

    def _at(self, name: str, services: Iterable[str]) -> Iterator[Site | Refusal]:
        own = [name for name in services if name in self._own]
        if self._start.at == "service":
            yield from (self._service(name) for name in own)
            return
        at = element(name)
        if at.block == "flows" and at.name in self._flows:
            yield self._flows[at.name][1]
        elif at.block == "patterns":
            yield self._judged(f"saga {at.name}", own)  # there, and to be done in another way
        else:
            yield from self._transactions(own)

    def _service(self, name: str) -> Site | Refusal:
        if self.there(name):
            return Refusal(name, f"{self._pattern} is adopted there")
        return self._judged(name, (name,))

    def _transactions(self, services: Iterable[str]) -> Iterator[Site | Refusal]:
        """Flows that pass the services; where none will do, what each does with its callees."""
        wanted = dict.fromkeys(services)
        covered = set[str]()
        for flow in dict.fromkeys(flow for name in wanted for flow in self._passing.get(name, ())):
            way, found = self._flows[flow]
            covered.update(way if isinstance(found, Site) else ())
            yield found
        for name in self._judge.writers(each for each in wanted if each not in covered):
            if callees := self._facts.sync_graph.get(name):
                yield self._transaction(f"{name} and what it waits for", (name, *callees))

    @cached_property
    def _passing(self) -> dict[str, list[str]]:
        """Flows by the services that they pass."""
        found: dict[str, list[str]] = defaultdict(list)
        for flow, (way, _) in self._flows.items():
            for name in way:
                found[name].append(flow)
        return found

    @cached_property
    def _flows(self) -> dict[str, tuple[tuple[str, ...], Site | Refusal]]:
        """Each flow with the services that it passes."""
        names = self._facts.architecture.flows
        found = {name: passed(self._facts, name) for name in names}
        return {name: (way, self._transaction(f"flow {name}", way)) for name, way in found.items()}

    def _transaction(self, title: str, services: Iterable[str]) -> Site | Refusal:
        """A transaction of those services that write; one saga over two of them is enough."""
        writers = [*self._judge.writers(name for name in services if name in self._own)]
        unknown = []
        for each in self._adopted:
            if each.services is None:
                unknown.append(f"{self._names(each.path)}.steps")
            elif len(each.services.intersection(writers)) > 1:
                return Refusal(title, f"the saga {each.name} is adopted there")
        return self._judged(title, writers, unknown)

    def _judged(
        self, title: str, services: Iterable[str], unknown: Iterable[str] = ()
    ) -> Site | Refusal:
        """The site, with facts whose lack leaves it open whether it may be one."""
        names, lacks = tuple(services), [*unknown]
        for condition in self._start.needs:
            verdict = self._judge(condition.test, names)
            if verdict is False:
                return Refusal(title, f"not true there: {condition.says}")
            if isinstance(verdict, Lack):
                lacks.append(f"{self._names(verdict.at)}.{verdict.fact}")
        return Site(title, names, tuple(dict.fromkeys(lacks)))


def leads(playbook: Playbook, pattern: str) -> bool:
    """Whether a playbook leads to a pattern, or to the system that is built on it."""
    return playbook.to is not None and pattern in (playbook.to, f"{playbook.to}-system")
