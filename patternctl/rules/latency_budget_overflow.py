from collections import defaultdict
from collections.abc import Iterator, Mapping
from math import isclose

from patternctl.model.units import format_duration
from patternctl.rulekit import Facts, Hit, Lack
from patternctl.rulekit.promises import promised, untraced
from patternctl.rulekit.wording import shortened


def check(facts: Facts, limits: Mapping[str, float]) -> Iterator[Hit | Lack]:
    for flow, target in promised(facts, "latency_p99"):
        counts = _counts(facts, flow)
        known = {name: p99 for name in counts if (p99 := _p99(facts, name)) is not None}
        total = sum(counts[name] * p99 for name, p99 in known.items())
        if total > target and not isclose(total, target):
            unknown = len(counts) - len(known)
            rest = f" for these, {unknown} unknown" if unknown else ""
            yield Hit(
                ("flows", flow),
                f"flow {flow} promises a p99 of {format_duration(target)}, the p99s on its path "
                f"add up to {format_duration(total)} (an upper bound{rest}): "
                f"{_spelled(counts, known)}",
                related=tuple(("services", name) for name in known),
            )
            continue
        yield from untraced(facts, flow)
        silent = (name for name in counts if name not in known)
        yield from (Lack(("services", name), "latency.p99") for name in silent)


def _counts(facts: Facts, flow: str) -> dict[str, float]:
    """How often one request of the flow waits for each service."""
    counts: dict[str, float] = defaultdict(float)
    counts[facts.architecture.flows[flow].entry] += 1
    for hop in facts.hops[flow]:
        if hop.kind == "sync":
            counts[hop.callee] += hop.times
    return dict(counts)


def _p99(facts: Facts, service: str) -> float | None:
    latency = facts.services[service].latency
    return latency.p99 if latency else None


def _spelled(counts: Mapping[str, float], known: Mapping[str, float]) -> str:
    def term(name: str) -> str:
        times = f"{counts[name]:g} × " if counts[name] != 1 else ""
        return f"{name} {times}{format_duration(known[name])}"

    return " + ".join(shortened(term(name) for name in known))
