"""What playbooks ask of a place to begin at, read from a manifest: yes, no, or not stated."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from patternctl.model.finding import Lack
from patternctl.model.playbook import OF_TRANSACTIONS, Test
from patternctl.rulekit import Facts, StoreUse
from patternctl.rulekit.adoption import in_effect
from patternctl.rulekit.sharing import sharers, tenancies
from patternctl.rulekit.signals import business_services, deploy_units

Verdict = bool | Lack
"""`Lack` where the manifest does not state the fact that decides."""
_NO_DATABASE = frozenset({"cache", "search", "object", "file", "time-series"})
"""Kinds of stores that hold copies, files or measurements: no records changed in transactions."""
_TRUTH = frozenset({"primary", "event-store"})
_SHARED = 2
"""Services from which a database counts as shared."""


class Judge:
    """Answers the tests of playbooks for the services of one system."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._named: Mapping[Test, Callable[[str], Verdict]] = {
            "reads-and-writes-database": self._reads_and_writes,
            "writes-database": self._writes,
            "only-writer": self._only_writer,
            "publishes-beside-commit": self._publishes_beside_commit,
            "started-by-event": self._started_by_event,
            "not-at-the-edge": lambda name: not facts.is_edge(name),
            "tied-to-others": self._tied_to_others,
        }

    def __call__(self, test: Test, services: Sequence[str]) -> Verdict:
        """Whether it is so at the service, or for the services of a transaction."""
        if test in OF_TRANSACTIONS:
            return self._writes_several(services)
        return self._named[test](services[0])

    def writers(self, services: Iterable[str]) -> Iterator[str]:
        """Those that write a database, or may."""
        return (name for name in services if self._writes(name) is not False)

    def _reads_and_writes(self, name: str) -> Verdict:
        return self._at_a_database(name, _read_and_written)

    def _writes(self, name: str) -> Verdict:
        return self._at_a_database(name, _written)

    def _at_a_database(self, name: str, access: Callable[[list[StoreUse]], Verdict]) -> Verdict:
        stores = self._stores.get(name, {})
        found = _any(_both(self._database(store), access(uses)) for store, uses in stores.items())
        if found is False and not self._facts.tells("uses"):
            return Lack(("services", name), "uses")
        return found

    def _database(self, store: str) -> Verdict:
        declared = self._facts.stores.get(store)
        if declared and declared.role:
            return declared.role in _TRUTH
        if declared and declared.kind:
            return declared.kind not in _NO_DATABASE
        return Lack(("stores", store), "kind")

    def _only_writer(self, name: str) -> Verdict:
        return _any(
            _both(_both(self._database(store), _written(uses)), self._alone(name, store))
            for store, uses in self._stores.get(name, {}).items()
        )

    def _alone(self, name: str, store: str) -> Verdict:
        """Whether nobody else writes the store."""
        others = [use for use in sharers(self._facts, store) if use.service != name]
        shared = _any(_written([use]) for use in others)
        if isinstance(shared, Lack):
            return shared
        if not shared and not self._facts.tells("uses"):
            return Lack(("stores", store), "uses")
        return not shared

    def _publishes_beside_commit(self, name: str) -> Verdict:
        facts = self._facts
        published = facts.services[name].publishes
        if not published and not facts.tells("events"):
            return Lack(("services", name), "publishes")
        if self._sourced is None or name in self._sourced:
            return False  # the event is the data
        ways = ((number, each.via) for number, each in enumerate(published))
        unstated: Verdict = facts.tells("patterns")
        return _any(
            via == "direct" if via else unstated or Lack(("services", name, "publishes", n), "via")
            for n, via in ways
        )

    def _started_by_event(self, name: str) -> Verdict:
        """Whether an event or a clock starts it, and nobody waits for its answer."""
        facts = self._facts
        service = facts.services[name]
        if name in facts.calls_to or service.exposed or facts.is_edge(name):
            return False
        if not service.consumes and service.kind not in ("worker", "job"):
            return False if facts.tells("events") else Lack(("services", name), "consumes")
        return True if facts.tells("calls") else Lack(("services", name), "calls")

    def _tied_to_others(self, name: str) -> Verdict:
        facts = self._facts
        unit = facts.services[name].deploy_unit
        if name in self._sharing or len(self._units.get(unit or "", ())) > 1:
            return True
        if business_services(facts) == [name]:
            return True  # all there is, in one release
        if unit is None:
            return Lack(("services", name), "deploy_unit")
        return False if facts.tells("uses") else Lack(("services", name), "uses")

    def _writes_several(self, services: Sequence[str]) -> Verdict:
        """Whether two services or more write a database each that is not the same one."""
        known = {name: self._written_databases(name) for name in services}
        sure = {name: stores for name, stores in known.items() if stores}
        if len(sure) > 1 and len(set().union(*sure.values())) > 1:
            return True
        unsure = [verdict for name in services if isinstance(verdict := self._writes(name), Lack)]
        return unsure[0] if unsure and len(sure) + len(unsure) > 1 else False

    def _written_databases(self, name: str) -> set[str]:
        stores = self._stores.get(name, {})
        return {
            store
            for store, uses in stores.items()
            if _both(self._database(store), _written(uses)) is True
        }

    @cached_property
    def _stores(self) -> dict[str, dict[str, list[StoreUse]]]:
        """Accesses in the course of a service's own work, by service and store."""
        found: dict[str, dict[str, list[StoreUse]]] = defaultdict(dict)
        for use in self._facts.uses:
            if use.use.purpose in (None, "own"):
                found[use.service].setdefault(use.store, []).append(use)
        return found

    @cached_property
    def _sourced(self) -> frozenset[str] | None:
        """Services whose data are events; None where that is the whole system."""
        found = in_effect(self._facts)
        ways = (found.get(way, frozenset()) for way in ("event-sourcing", "event-sourcing-system"))
        named = [*ways]
        return None if None in named else frozenset[str]().union(*filter(None, named))

    @cached_property
    def _units(self) -> dict[str, list[str]]:
        return deploy_units(self._facts)

    @cached_property
    def _sharing(self) -> frozenset[str]:
        """Services that share a database with another one."""
        return frozenset(
            name
            for tenancy in tenancies(self._facts, _SHARED)
            for database in tenancy.shared
            for name in database.services
        )


def _written(uses: list[StoreUse]) -> Verdict:
    return _any(
        Lack(use.path, "access") if use.use.writes is None else use.use.writes for use in uses
    )


def _read_and_written(uses: list[StoreUse]) -> Verdict:
    stated = {use.use.access for use in uses}
    if "read-write" in stated or {"read", "write"} <= stated:
        return True
    return next((Lack(use.path, "access") for use in uses if use.use.access is None), False)


def _any(verdicts: Iterable[Verdict]) -> Verdict:
    """Whether one is so; the first fact that is lacking where that decides."""
    found: Verdict = False
    for verdict in verdicts:
        if verdict is True:
            return True
        if found is False:
            found = verdict
    return found


def _both(one: Verdict, other: Verdict) -> Verdict:
    """Whether both are so."""
    if one is False or other is False:
        return False
    return other if one is True else one
