"""What the patterns that cure findings would cost where they are found."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from functools import cached_property

from patternctl.costing import elements, parts
from patternctl.costing.bill import Design, Terms, architecture, bill, context_of, declared, priced
from patternctl.costing.elements import Adopted, Element
from patternctl.costing.parts import Factors, Part, Stated
from patternctl.engine.costdiff import diff
from patternctl.model.architecture import Pattern, adoption
from patternctl.model.bill import Bill, total
from patternctl.model.cost import PEOPLE
from patternctl.model.estimate import Estimate, Intervals
from patternctl.model.finding import CureCost, Finding, LintResult
from patternctl.model.system import ElementPath, System

_EXACT = Intervals()


def with_cure_costs(result: LintResult, systems: Sequence[System], terms: Terms) -> LintResult:
    """The result with the difference that each cure makes to the bill.

    A pattern is reckoned as adopted by the service that the finding is about; for findings about
    anything else it has no such difference. An architecture is reckoned in place of all that is
    declared.
    """
    homes = {name: system for system in systems for name in system.sources.texts}
    known: dict[int, _Cures] = {}
    findings = []
    for finding in result.findings:
        system = homes.get(finding.location.file)
        if system is not None:
            own = known.setdefault(id(system), _Cures(system, terms))
            finding = finding._replace(cure_costs=tuple(own.costs(finding)))
        findings.append(finding)
    return result.with_findings(findings)


class _Cures:
    """Differences to one system's bill, each worked out once."""

    def __init__(self, system: System, terms: Terms) -> None:
        self._system = system
        self._terms = terms._replace(stated=Stated(system))
        self._known: dict[tuple[str, str], CureCost] = {}

    def costs(self, finding: Finding) -> Iterator[CureCost]:
        service = _service(finding.element, self._system.architecture.services)
        for pattern in finding.cures:
            materials = self._terms.costs.materials.get(pattern)
            if materials and materials.of == "architecture":
                yield self._once(pattern, "")
            elif materials and materials.of == "pattern" and service:
                yield self._once(pattern, service)

    def _once(self, pattern: str, service: str) -> CureCost:
        key = (pattern, service)
        if key not in self._known:
            self._known[key] = self._added(pattern, service) if service else self._instead(pattern)
        return self._known[key]

    def _instead(self, pattern: str) -> CureCost:
        """What an architecture costs more than what is declared."""
        return self._against(architecture(pattern, self._terms), pattern, whole=True)

    def _added(self, pattern: str, service: str) -> CureCost:
        """What one more adoption costs."""
        added, scales = adoption(pattern, service), self._terms.costs.materials[pattern].scales
        if scales.keys() - {parts.LOAD}:  # it changes what every other line is reckoned with
            architecture = self._system.architecture
            patterns = (*(architecture.patterns or ()), added)
            changed = architecture.model_copy(update={"patterns": patterns})
            stated = Stated(self._system._replace(architecture=changed))
            return self._against(declared(self._terms._replace(stated=stated)), pattern)
        cost, unknown = self._base.with_one_more(added)
        return CureCost(pattern, cost, self._terms.prices.book.currency, unknown)

    def _against(self, design: Design, pattern: str, *, whole: bool = False) -> CureCost:
        made = bill(design)
        found = diff(self._bill, made)
        lines = (line for each in found.untold for line in (each.after, each.before) if line)
        unknown = next((line.unknown for line in lines if line.unknown), "")
        return CureCost(pattern, found.infrastructure.range, made.currency, unknown, whole)

    @cached_property
    def _bill(self) -> Bill:
        return bill(declared(self._terms))

    @cached_property
    def _base(self) -> _Declared:
        return _Declared(self._terms)


class _Declared:
    """What a system declares, so that more of it can be priced without all the rest."""

    def __init__(self, terms: Terms) -> None:
        self._terms = terms
        self._stated = stated = terms.stated
        if stated.facts is None:
            raise ValueError("there is no manifest")
        self._facts, costs = stated.facts, terms.costs
        self._outer = parts.root(context_of(terms, _EXACT), costs, stated)
        found = [*parts.of_design(costs, stated, self._outer)]
        self._pools = {part.component.resource or "": part for part in self._pooled(found)}
        self._elements: dict[ElementPath, Element] = {
            each.path: each for each in elements.elements(costs, stated.facts, stated.traffic)
        }
        adopted = elements.adoptions(costs, stated.facts, stated.traffic)
        self._factors = parts.scaled(adopted, stated, self._outer)

    def with_one_more(self, added: Pattern) -> tuple[Estimate, str]:
        """What one more adoption adds to the infrastructure, and why a part is not known.

        Only its own parts and those of what it scales are reckoned; tiers are those of all.
        """
        own = self._adopted(added)
        factors = parts.scaled([own], self._stated, self._outer)
        scaled = [self._elements[path] for path in factors if path in self._elements]
        before = [part for each in scaled for part in self._parts(each)]
        after = [part for each in scaled for part in self._parts(each, factors[each.path])]
        after += parts.of_element(own.element, self._stated, self._outer)
        rest = self._without(before)
        (old, _), (new, unknown) = (self._sum([*rest, *each]) for each in (before, after))
        ends = [later - earlier for later, earlier in zip(new, old, strict=True)]
        return Estimate(min(ends), ends[1], max(ends)), unknown

    def _adopted(self, added: Pattern) -> Adopted:
        """The adoption, with the indexes over everything else as they are."""
        facts = copy(self._facts)
        facts.architecture = facts.architecture.model_copy(update={"patterns": (added,)})
        return next(elements.adoptions(self._terms.costs, facts, self._stated.traffic))

    def _parts(self, element: Element, more: Factors[Estimate] = ()) -> Iterable[Part[Estimate]]:
        factors = [*self._factors.get(element.path, ()), *more]
        return parts.of_element(element, self._stated, self._outer, factors)

    def _pooled(self, found: Iterable[Part[Estimate]]) -> Iterator[Part[Estimate]]:
        """One part for all that is used of each resource with tiers."""
        used: defaultdict[str, list[Part[Estimate]]] = defaultdict(list)
        for part in found:
            agreed = self._terms.prices.find(part.component.resource or "")
            if part.quantity is not None and agreed and agreed.tiers:
                used[part.component.resource or ""].append(part)
        for several in used.values():
            unlimited = several[0].component.model_copy(update={"at_most": None, "beyond": None})
            whole = total(part.quantity for part in several)
            yield several[0]._replace(component=unlimited, quantity=whole)

    def _without(self, taken: Iterable[Part[Estimate]]) -> list[Part[Estimate]]:
        rest = dict(self._pools)
        for part in taken:
            resource = part.component.resource or ""
            pool = rest.get(resource)
            if pool is not None and pool.quantity is not None and part.quantity is not None:
                ends = zip(pool.quantity, part.quantity, strict=True)
                left = Estimate(*(max(0.0, whole - own) for whole, own in ends))
                rest[resource] = pool._replace(quantity=left)
        return [*rest.values()]

    def _sum(self, chosen: Sequence[Part[Estimate]]) -> tuple[Estimate, str]:
        machines = [part for part in chosen if part.component.role not in PEOPLE]
        costs = priced(machines, self._terms.prices, _EXACT)
        unknown = next((each.unknown for each in costs if each.cost is None), "")
        return total(each.cost for each in costs), unknown


def _service(element: str, services: Mapping[str, object]) -> str | None:
    """The service that an element belongs to."""
    block, _, rest = element.partition(".")
    if block != "services":
        return None
    name = rest[1:].partition('"')[0] if rest.startswith('"') else rest.partition(".")[0]
    return name if name in services else None
