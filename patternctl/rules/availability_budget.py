from collections.abc import Iterator, Mapping
from math import isclose, prod

from patternctl.model.system import ElementPath
from patternctl.model.units import format_ratio
from patternctl.rulekit import Facts, Hit, Lack
from patternctl.rulekit.promises import promised, untraced
from patternctl.rulekit.serial import Part, parts, stores_of
from patternctl.rulekit.wording import listed, shortened


def check(facts: Facts, limits: Mapping[str, float]) -> Iterator[Hit | Lack]:
    stores = stores_of(facts)
    for flow, target in promised(facts, "availability"):
        known, unknown = parts(facts, flow, stores)
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


def _overdrawn(
    flow: str, target: float, allowed: float, known: list[Part], unknown: list[ElementPath]
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
    flow: str, target: float, margin: float, dependencies: list[Part]
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
