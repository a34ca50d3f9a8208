"""What flows promise, and whether their way through the system can be followed."""

from __future__ import annotations

from collections.abc import Iterator
from math import inf
from typing import Literal

from patternctl.model.finding import Lack
from patternctl.rulekit.facts import Facts


def promised(
    facts: Facts, objective: Literal["availability", "latency_p99"]
) -> Iterator[tuple[str, float]]:
    """Flows with the value each promises for `objective`.

    A flow's own `slo` counts; a flow marked critical without one takes over the requirement.
    """
    requirement = getattr(facts.architecture.requirements, objective, None)
    for name, flow in facts.architecture.flows.items():
        own = getattr(flow.slo, objective, None)
        target = requirement if own is None and flow.critical else own
        if target is not None and target != inf:
            yield name, target


def untraced(facts: Facts, name: str) -> Iterator[Lack]:
    """What hides a part of the flow: a circle without a stated path, calls of unknown kind."""
    flow, hops = facts.architecture.flows[name], facts.hops(name)
    for hop in hops:
        if hop.kind == "unknown":
            yield Lack(hop.edge.path, "via") if hop.edge else Lack(("flows", name), "calls")
    if not flow.path:
        if not hops and flow.entry in facts.calls_from:
            yield Lack(("flows", name), "path")
        for service in dict.fromkeys([flow.entry, *(hop.callee for hop in hops)]):
            for index, call in enumerate(facts.services[service].calls):
                if call.via is None and call.to in facts.services:
                    yield Lack(("services", service, "calls", index), "via")
