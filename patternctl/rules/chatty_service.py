from collections.abc import Iterator, Mapping

from patternctl.model.system import ElementPath
from patternctl.rulekit import Facts, Hit, Hop, Lack
from patternctl.rulekit.wording import listed


def check(facts: Facts, limits: Mapping[str, float]) -> Iterator[Hit | Lack]:
    yield from facts.untyped_calls
    reported: set[ElementPath] = set()
    for flow, stated in facts.architecture.flows.items():
        if not stated.path and facts.waits.get(stated.entry, 0.0) <= limits["flow"]:
            continue
        hops = facts.hops(flow)
        waits = [hop for hop in hops if hop.kind == "sync"]
        total = sum(hop.times for hop in waits)
        if total > limits["flow"]:
            reported |= {hop.edge.path for hop in waits if hop.edge}
            yield _flow_hit(flow, waits, total, limits)
        elif any(hop.kind == "unknown" for hop in hops):
            yield Lack(("flows", flow), "calls.via")
    yield from _pair_hits(facts, limits, reported)


def _flow_hit(flow: str, waits: list[Hop], total: float, limits: Mapping[str, float]) -> Hit:
    most_first = sorted(waits, key=lambda hop: -hop.times)
    calls = listed([f"{hop.caller} → {hop.callee}{_times(hop.times)}" for hop in most_first])
    worst = max(hop.edge.call.per_request or 1 for hop in waits if hop.edge)
    return Hit(
        ("flows", flow),
        f"{total:g} synchronous calls on flow {flow}, limit {limits['flow']:g}: {calls}",
        severity="error" if worst >= limits["pair_error"] else "warning",
    )


def _times(count: float) -> str:
    return "" if count == 1 else f" ×{count:g}"


def _pair_hits(
    facts: Facts, limits: Mapping[str, float], reported: set[ElementPath]
) -> Iterator[Hit]:
    for edge in facts.sync_calls:
        count = edge.call.per_request
        if count is None or count < limits["pair_warning"] or edge.path in reported:
            continue
        severe = count >= limits["pair_error"]
        limit = limits["pair_error" if severe else "pair_warning"]
        yield Hit(
            edge.path,
            f"{edge.caller} calls {edge.callee} {count:g} times for one request, limit {limit:g}",
            severity="error" if severe else "warning",
        )
