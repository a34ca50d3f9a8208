from collections import defaultdict
from collections.abc import Iterator, Mapping
from math import isclose

from patternctl.model.units import format_duration
from patternctl.rulekit import Facts, Hit, Hop, Lack
from patternctl.rulekit.promises import promised, untraced
from patternctl.rulekit.wording import shortened


def check(facts: Facts, limits: Mapping[str, float]) -> Iterator[Hit | Lack]:
    for flow, target in promised(facts, "latency_p99"):
        counts = _counts(facts, flow)
        known = {name: p99 for name in counts if (p99 := _p99(facts, name)) is not None}
        total = sum(counts[name] * p99 for name, p99 in known.items())
        waited = (hop.callee for hop in facts.hops(flow) if hop.kind == "sync")
        needed = dict.fromkeys([facts.architecture.flows[flow].entry, *waited])
        silent = [name for name in needed if _p99(facts, name) is None]
        if total > target and not isclose(total, target):
            unknown = len(silent)
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
        yield from (Lack(("services", name), "latency.p99") for name in silent)


def _counts(facts: Facts, flow: str) -> dict[str, float]:
    """How often one request of the flow waits for each service.

    Of the calls that a service makes side by side, the longest counts.
    """
    stated, hops = facts.architecture.flows[flow], facts.hops(flow)
    counts: dict[str, float] = defaultdict(float)
    counts[stated.entry] += 1
    hidden = _hidden(facts, hops)
    requests = {stated.entry: 1.0}
    for place, hop in enumerate(hops):
        if place in hidden or hop.caller not in requests:
            continue
        times = hop.times if stated.path else requests[hop.caller] * _per_request(hop)
        requests[hop.callee] = requests.get(hop.callee, 0.0) + times
        if hop.kind == "sync":
            counts[hop.callee] += times
    return dict(counts)


def _hidden(facts: Facts, hops: list[Hop]) -> set[int]:
    """Places of the calls that a service makes beside a longer one.

    Found from the last call to the first, so that what is below a callee is known when its caller
    compares; latencies that are not stated count as nothing.
    """
    parallel = facts.adopters("scatter-gather")
    hidden: set[int] = set()
    below: dict[str, float] = defaultdict(float)
    longest: dict[str, int] = {}
    for place, hop in reversed(list(enumerate(hops if parallel else ()))):
        if hop.kind != "sync":
            continue
        seconds = _per_request(hop) * ((_p99(facts, hop.callee) or 0.0) + below[hop.callee])
        rival = longest.get(hop.caller)
        if hop.caller not in parallel:
            below[hop.caller] += seconds
        elif rival is not None and seconds < below[hop.caller]:
            hidden.add(place)
        else:
            hidden.update(() if rival is None else (rival,))
            longest[hop.caller], below[hop.caller] = place, seconds
    return hidden


def _per_request(hop: Hop) -> float:
    return (hop.edge.call.per_request if hop.edge else None) or 1.0


def _p99(facts: Facts, service: str) -> float | None:
    latency = facts.services[service].latency
    return latency.p99 if latency else None


def _spelled(counts: Mapping[str, float], known: Mapping[str, float]) -> str:
    def term(name: str) -> str:
        times = f"{counts[name]:g} × " if counts[name] != 1 else ""
        return f"{name} {times}{format_duration(known[name])}"

    return " + ".join(shortened(term(name) for name in known))
