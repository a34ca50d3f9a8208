"""What all plans for one order share: the facts, the findings, and whom they are about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from patternctl.artefacts._elements import element
from patternctl.model.artefact import Order
from patternctl.model.finding import Finding
from patternctl.model.playbook import Side
from patternctl.model.system import ElementNames
from patternctl.rulekit import Facts
from patternctl.rulekit.adoption import adoptions
from patternctl.rulekit.graph import ordered_groups


class Surroundings:
    """Facts, findings, whom a finding is about, and the order of services."""

    def __init__(self, order: Order) -> None:
        self.order = order
        self.facts = Facts(order.system.architecture) if order.system else None
        self.findings = order.findings
        self.ranks = _ranks(self.facts) if self.facts else {}
        """Places of the system's own services: callees before their callers."""
        self._services = _Owners(self.facts) if self.facts else None

    def places(self, finding: Finding, side: Side) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Services that a finding is about: those of its element, and those of what takes part.

        Of a store these are its owner and those that write it; of a call one side, or both.
        """
        if self._services is None:
            return (), ()
        named = [self._services(name, side) for name, _ in finding.related]
        related = dict.fromkeys(each for names in named for each in names)
        return self._services(finding.element, side), tuple(related)


class _Owners:
    """Which services an element of a manifest belongs to."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        names = ElementNames(facts.architecture)
        found = adoptions(facts)
        self._adopted = {names(each.path): tuple(each.services or ()) for each in found}

    def __call__(self, name: str, side: Side) -> tuple[str, ...]:
        names = dict.fromkeys(self._named(name, side))
        return tuple(each for each in names if each in self._facts.services)

    def _named(self, name: str, side: Side) -> Iterable[str]:
        at, facts = element(name), self._facts
        if at.block == "services" and at.kind == "calls":
            ends = {"caller": (at.name,), "callee": (at.other,), "both": (at.other, at.name)}
            return ends[side]
        if at.block == "stores" or (at.block == "services" and at.kind == "uses"):
            return self._keepers(at.name if at.block == "stores" else at.other)
        if at.block == "services":
            return (at.name,)
        if at.block == "events":
            return [sent.service for sent in facts.sent.get(at.name, ())]
        if at.block == "flows" and at.name in facts.architecture.flows:
            return passed(facts, at.name)
        within = (own for key, own in self._adopted.items() if f"{name}.".startswith(f"{key}."))
        return next(within, ())

    def _keepers(self, store: str) -> Iterator[str]:
        """Whose data a store holds: its owner, and all that write it, or may."""
        declared = self._facts.stores.get(store)
        if declared and declared.owner:
            yield declared.owner
        uses = self._facts.users_of.get(store, ())
        yield from (use.service for use in uses if use.use.writes is not False)


def passed(facts: Facts, flow: str) -> tuple[str, ...]:
    """Services that a flow passes while its user waits, callers before callees."""
    stated = facts.architecture.flows[flow]
    if stated.path:
        waited = (hop.callee for hop in facts.hops(flow) if hop.kind != "async")
        return tuple(dict.fromkeys((stated.entry, *waited)))
    found = {stated.entry: None}
    for name in (work := [stated.entry]):
        new = [callee for callee in facts.sync_graph.get(name, ()) if callee not in found]
        found.update(dict.fromkeys(new))
        work += new
    return tuple(found)


def _ranks(facts: Facts) -> dict[str, int]:
    graph = {**dict.fromkeys(facts.services, ()), **facts.sync_graph}
    ordered = (
        name for group in ordered_groups({k: [*v] for k, v in graph.items()}) for name in group
    )
    own = (n for n in ordered if not facts.is_external(n) and not facts.is_infrastructure(n))
    return {name: rank for rank, name in enumerate(own)}
