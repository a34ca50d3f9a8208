from collections.abc import Iterator, Mapping

from patternctl.rulekit import Facts, Hit, Lack
from patternctl.rulekit.signals import business_services
from patternctl.rulekit.wording import listed


def check(facts: Facts, limits: Mapping[str, float]) -> Iterator[Hit | Lack]:
    gateways = [name for name, service in facts.services.items() if service.kind == "gateway"]
    called = {edge.callee for edge in facts.calls}
    entries = {flow.entry for flow in facts.architecture.flows.values()}
    working = [n for n in gateways if facts.services[n].exposed or n in called or n in entries]
    if not working:
        silent = (name for name in gateways if facts.services[name].exposed is None)
        yield from (Lack(("services", name), "exposed") for name in silent)
        return
    doors = listed(working)
    before = {edge.caller for edge in facts.calls if edge.callee in gateways}
    for name in business_services(facts):
        if name in before:
            continue
        exposed = facts.services[name].exposed
        if exposed is None:
            yield Lack(("services", name), "exposed")
        elif exposed:
            message = f"{name} can be reached from outside without passing {doors}"
            yield Hit(("services", name), message, shown_by=("services", name, "exposed"))
