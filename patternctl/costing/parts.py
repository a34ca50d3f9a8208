"""What a design is made of, as far as it is paid for, with quantities but without prices."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, partial
from typing import Any, Generic, NamedTuple

from patternctl.costing import elements
from patternctl.costing.elements import Adopted, Element
from patternctl.costing.load import Traffic, traffic
from patternctl.costing.scope import Context, Facts, Scope, Unknown
from patternctl.model.bill import Given
from patternctl.model.cost import Component, Costs, Driver, Materials
from patternctl.model.estimate import exactly
from patternctl.model.expression import V
from patternctl.model.system import ElementPath, System
from patternctl.rulekit import Facts as Manifest
from patternctl.rulekit import answers as stated_facts

SYSTEM = "system"
"""Materials of every declared system."""
LOAD = "share"
"""The driver of single elements that patterns scale: requests to a service for one at the entry."""
_MOST = 1e18
"""Largest number of a manifest that anything is reckoned with; beyond it, it is not believed."""


class Part(NamedTuple, Generic[V]):
    """One component of one element."""

    id: str
    title: str
    component: Component
    scope: Scope[V]
    """Where its formulas are read."""
    times: V
    """How often it is there."""
    quantity: V | None
    """Units a month; None where it is not known."""
    unknown: str = ""
    """Why not."""
    lacks: tuple[str, ...] = ()
    """Drivers that nobody states."""


class Stated:
    """What the manifest of a system says, as facts for scopes."""

    def __init__(self, system: System | None) -> None:
        self.system = system
        self.facts = Manifest(system.architecture) if system else None

    @cached_property
    def traffic(self) -> Traffic:
        """What reaches what."""
        return traffic(self.facts) if self.facts else Traffic({}, {}, {})

    def of_system(self, fact: str) -> Given | None:
        """A fact of the whole: `workload.requests`, `services.count`."""
        if self.facts is None:
            return None
        if fact == "stores.size":
            return self._given(fact, elements.leading_data(self.facts), ("stores",))
        if fact == "sizes.requests":
            fact = "workload.requests"
        if fact == "services.at_edge":
            return self._given(fact, elements.at_edge(self.facts, self.traffic), None)
        found = stated_facts.stated(fact, self.facts)
        return self._given(fact, found.value, found.path) if found else None

    def development_factor(self, costs: Costs) -> Given | None:
        """The likeliest effort to develop the architecture that the system has or is to have.

        A pattern of the whole that is adopted counts before the decision for one.
        """
        for name, path in elements.outcomes(self.facts) if self.facts else ():
            materials = costs.materials.get(name)
            driver = materials.drivers.get("development_factor") if materials else None
            if driver and driver.assume is not None:
                return self._given("development_factor", driver.assumed.likely, path)
        return None

    def of_element(self, element: Element, also: Mapping[str, float] | None = None) -> Facts:
        """Facts of one element: keys of its own (`element.replicas`), and what is worked out."""
        worked_out = {**element.known, **(also or {})}

        def find(fact: str) -> Given | None:
            block, _, key = fact.partition(".")
            if block != "element":
                return None
            if key in worked_out:
                return self._given(key, worked_out[key], None)
            value: Any = element.stated
            for step in key.split("."):
                value = getattr(value, step, None)
            return self._given(key, value, (*element.path, *key.split(".")))

        return find

    def _given(self, name: str, value: object, path: ElementPath | None) -> Given | None:
        """A number with its place, or None for what is none.

        Raises `Unknown` for what has no end: nothing can be reckoned with it.
        """
        amount = elements.number(value)
        if amount is None or self.system is None:
            return None
        if not math.isfinite(amount) or abs(amount) > _MOST:
            raise Unknown([f"{name}, which has no end"])
        if path is None:
            return Given(exactly(amount), "derived")
        return Given(exactly(amount), "manifest", str(self.system.sources.locate(path)))


def root(context: Context[V], costs: Costs, stated: Stated) -> Scope[V]:
    """The scope of the shared drivers."""

    def facts(fact: str) -> Given | None:
        if fact == "design.development_factor":
            return stated.development_factor(costs)
        return stated.of_system(fact)

    return Scope(context, "", costs.drivers, facts=facts)


def labels(costs: Costs, stated: Stated) -> dict[str, Materials]:
    """Materials of everything declared, by what its lines are called: `stores.orders-db`."""
    if stated.facts is None:
        return {}
    found = [*elements.elements(costs, stated.facts, stated.traffic)]
    found += [each.element for each in elements.adoptions(costs, stated.facts, stated.traffic)]
    return {each.label: each.materials for each in found}


def of_architecture(name: str, costs: Costs, outer: Scope[V]) -> Iterator[Part[V]]:
    """Parts of an architecture by its id, with all that it includes."""
    yield from _included(_Inside(costs.materials[name], costs, name, {}), outer, _one(outer))


def of_design(costs: Costs, stated: Stated, outer: Scope[V]) -> Iterator[Part[V]]:
    """Parts of the system that a manifest declares."""
    if stated.facts is None:
        return
    adopted = [*elements.adoptions(costs, stated.facts, stated.traffic)]
    factors = scaled(adopted, stated, outer)
    for element in elements.elements(costs, stated.facts, stated.traffic):
        yield from of_element(element, stated, outer, factors.get(element.path, ()))
    for adoption in adopted:
        yield from of_element(adoption.element, stated, outer)
    if SYSTEM in costs.materials:
        yield from of_architecture(SYSTEM, costs, outer)


Factors = Sequence[tuple[str, Scope[V]]]
"""What multiplies the load of an element: formulas, each with the scope that it is read in."""


def of_element(
    element: Element, stated: Stated, outer: Scope[V], factors: Factors[V] = ()
) -> Iterator[Part[V]]:
    """Parts of one element, with its load multiplied by `factors`."""
    scope = _scope(element, stated, outer)
    if factors:
        scope.scales[LOAD] = [*factors]
    yield from _parts(element.materials, scope, _one(outer), element.label)


def scaled(
    adopted: Iterable[Adopted], stated: Stated, outer: Scope[V]
) -> dict[ElementPath, list[tuple[str, Scope[V]]]]:
    """Factors on the load of services by their place; those of shared drivers go to `outer`."""
    found: dict[ElementPath, list[tuple[str, Scope[V]]]] = {}
    for element, reached in adopted:
        for name, formula in element.materials.scales.items():
            if name != LOAD:
                factor = (formula, _scope(element, stated, outer))
                outer.scales.setdefault(name, []).append(factor)
                continue
            for service, part in reached.items():
                scope = _scope(element, stated, outer, {"reached": part})
                found.setdefault(("services", service), []).append((formula, scope))
    return found


def _scope(
    element: Element, stated: Stated, outer: Scope[V], also: Mapping[str, float] | None = None
) -> Scope[V]:
    materials, facts = element.materials, stated.of_element(element, also)
    return Scope(
        outer.context,
        materials.id,
        materials.drivers,
        label=element.label,
        facts=facts,
        parent=outer,
    )


class _Inside(NamedTuple):
    """Materials as part of others."""

    materials: Materials
    costs: Costs
    label: str
    missing: Mapping[str, Unknown]
    """Drivers that those outside were to give, and why they do not."""

    def scope(self, outer: Scope[V]) -> Scope[V]:
        """Where the formulas of these materials are read."""
        drivers = {**self.costs.drivers, **self.materials.drivers}
        for name in self.missing.keys() & drivers.keys():
            drivers[name] = Driver(title=name, measure=drivers[name].measure, read=f"?{name}")
        scope = _below(outer, self.materials.id, drivers, outer.given, self.label)
        scope.facts = partial(_still_missing, self.missing, outer.facts)
        return scope


def _still_missing(missing: Mapping[str, Unknown], facts: Facts, fact: str) -> Given | None:
    """A fact, or why what was to be given is not known: `?` and its name."""
    if fact.startswith("?"):
        raise missing[fact[1:]]
    return facts(fact)


def _below(
    outer: Scope[V], name: str, drivers: Mapping[str, Driver], given: Mapping[str, V], label: str
) -> Scope[V]:
    scope = Scope(outer.context, name, drivers, label=label, facts=outer.facts, given=given)
    scope.scales = outer.scales
    return scope


def _included(inside: _Inside, outer: Scope[V], times: V | Unknown) -> Iterator[Part[V]]:
    materials, costs, label, missing = inside
    scope = inside.scope(outer)
    yield from _parts(materials, scope, times, label)
    for include in materials.includes:
        tried = {name: _lack(scope, formula) for name, formula in include.given.items()}
        lacks = {name: why for name, why in tried.items() if why}
        known = {n: scope.compute(f) for n, f in include.given.items() if n not in lacks}
        still = {name: why for name, why in missing.items() if name not in known}
        before = {name: value for name, value in outer.given.items() if name not in lacks}
        inner = _below(outer, "", costs.drivers, {**before, **known}, "")
        below = f"{label}/{include.id}", {**still, **lacks}
        many = _many(scope, times, include.times)
        yield from _included(_Inside(costs.materials[include.id], costs, *below), inner, many)


def _many(scope: Scope[V], times: V | Unknown, formula: str) -> V | Unknown:
    if isinstance(times, Unknown):
        return times
    lack = _lack(scope, formula)
    return lack or scope.context.algebra.multiply(times, scope.compute(formula))


def _lack(scope: Scope[V], formula: str) -> Unknown | None:
    """What keeps a formula from having a value."""
    try:
        scope.compute(formula)
    except Unknown as unknown:
        return unknown
    return None


def _parts(
    materials: Materials, scope: Scope[V], times: V | Unknown, label: str
) -> Iterator[Part[V]]:
    if materials.leaves_out:
        scope.context.left_out.update(dict.fromkeys(materials.leaves_out))
    for name, component in materials.components.items():
        part = Part(f"{label}/{name}", component.title, component, scope, _one(scope), None)
        try:
            if isinstance(times, Unknown):
                raise times
            quantity = scope.compute(component.quantity)
        except Unknown as unknown:
            yield part._replace(unknown=unknown.told, lacks=unknown.names)
        else:
            counted = scope.context.algebra.multiply(times, quantity)
            yield part._replace(times=times, quantity=counted)


def _one(scope: Scope[V]) -> V:
    return scope.context.algebra.of(exactly(1.0), ("", "1"))


Collect = Callable[[Scope[Any]], Iterable[Part[Any]]]
"""Parts of a design, reckoned in a scope of the shared drivers."""
