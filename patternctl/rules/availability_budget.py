from collections.abc import Iterator, Mapping
from math import isclose, prod
from typing import NamedTuple

from patternctl.model.architecture import Call
from patternctl.model.system import ElementPath
from patternctl.model.units import format_ratio
from patternctl.rulekit import Facts, Hit, Lack, StoreUse
from patternctl.rulekit.promises import promised, untraced
from patternctl.rulekit.wording import listed, shortened


class _Part(NamedTuple):
    """Something a flow cannot do without."""

    name: str
    path: ElementPath
    availability: float

    def __str__(self) -> str:
        return f"{self.name} {format_ratio(self.availability)}"


def check(facts: Facts, limits: Mapping[str, float]) -> Iterator[Hit | Lack]:
    stores = _stores_of(facts)
    for flow, target in promised(facts, "availability"):
        known, unknown = _parts(facts, flow, stores)
        allowed = prod(part.availability for part in known)
        if _below(allowed, target):
            yield _overdrawn(flow, target, allowed, known, unknown)
            continue
        entry = facts.architecture.flows[flow].entry
        dependencies = [part for part in known if part.path != ("services", entry)]
        yield from _without_margin(flow, target, limits["margin"], dependencies)
        yield from untraced(facts, flow)
        yield from (Lack(path, "availability") for path in unknown)


def _below(value: float, limit: float) -> bool:
    return value < limit and not isclose(value, limit)


def _stores_of(facts: Facts) -> dict[str, list[StoreUse]]:
    """Stores a service keeps its own data in; caches can be done without."""
    found: dict[str, list[StoreUse]] = {}
    for use in facts.uses:
        if use.use.purpose in (None, "own") and not facts.is_cache(use.store):
            found.setdefault(use.service, []).append(use)
    return found


def _parts(
    facts: Facts, flow: str, stores: Mapping[str, list[StoreUse]]
) -> tuple[list[_Part], list[ElementPath]]:
    """The entry, the services it has to wait for and the stores of all of them, each once.

    Those whose availability is stated, and the places of the others.
    """
    services = dict.fromkeys([facts.architecture.flows[flow].entry])
    for hop in facts.hops(flow):
        if hop.kind == "sync" and hop.edge and hop.caller in services and _hard(hop.edge.call):
            services[hop.callee] = None
    found: dict[ElementPath, float | None] = {
        ("services", name): facts.services[name].availability for name in services
    }
    for use in (use for name in services for use in stores.get(name, ())):
        store = facts.stores.get(use.store)
        found[facts.store_path(use)] = store.availability if store else None
    known = [_Part(str(p[1]), p, value) for p, value in found.items() if value is not None]
    return known, [path for path, value in found.items() if value is None]


def _hard(call: Call) -> bool:
    """Whether the caller fails with the call; nothing said means that it does."""
    return call.required is not False and call.fallback in (None, "none")


def _overdrawn(
    flow: str, target: float, allowed: float, known: list[_Part], unknown: list[ElementPath]
) -> Hit:
    worst = sorted(known, key=lambda part: part.availability)
    several = f"the {len(known)} services and stores it needs allow"
    subject = several if len(known) > 1 else f"{known[0].name} alone allows"
    rest = f", not counting {len(unknown)} unknown" if unknown else ""
    return Hit(
        ("flows", flow),
        f"flow {flow} promises {format_ratio(target)}, {subject} "
        f"{format_ratio(allowed)}{rest}: {' × '.join(shortened(map(str, worst)))}",
        severity="error",
        related=tuple(part.path for part in known),
    )


def _without_margin(
    flow: str, target: float, margin: float, dependencies: list[_Part]
) -> Iterator[Hit]:
    """Dependencies that alone use up more than their share of the flow's error budget."""
    needed = 1 - (1 - target) / margin if margin else 0.0
    thin = [part for part in dependencies if _below(part.availability, needed)]
    if thin:
        yield Hit(
            ("flows", flow),
            f"flow {flow} promises {format_ratio(target)} and needs {format_ratio(needed)} of each "
            f"dependency: {listed(map(str, thin))}",
            severity="warning",
            related=tuple(part.path for part in thin),
        )
