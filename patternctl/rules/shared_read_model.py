from collections.abc import Iterator, Mapping

from patternctl.model.architecture import Store
from patternctl.rulekit import Facts, Hit, Lack
from patternctl.rulekit.sharing import services_of, sharers
from patternctl.rulekit.signals import teams_of
from patternctl.rulekit.wording import listed


def check(facts: Facts, limits: Mapping[str, float]) -> Iterator[Hit | Lack]:
    split = bool(facts.adopted("cqrs", "cqrs-system"))
    for name, store in facts.stores.items():
        if facts.is_read_model(name):
            yield from _read_model(facts, limits, name, store)
        elif split and store.role is None:
            yield Lack(("stores", name), "role")


def _read_model(
    facts: Facts, limits: Mapping[str, float], name: str, store: Store
) -> Iterator[Hit | Lack]:
    uses = sharers(facts, name)
    readers = [use for use in uses if use.use.access in ("read", "read-write")]
    teams = teams_of(facts, services_of(readers))
    reasons: list[str] = []
    if len(teams) >= limits["teams"]:
        reasons.append(f"is read by {len(teams)} teams ({listed(teams)})")
    if store.serves is not None and len(store.serves) >= limits["audiences"]:
        reasons.append(f"serves {len(store.serves)} audiences ({listed(store.serves)})")
    if reasons:
        message = f"read model {name} {' and '.join(reasons)}"
        yield Hit(("stores", name), message, related=tuple(use.path for use in readers))
        return
    if store.serves is None:
        yield Lack(("stores", name), "serves")
    for use in uses:
        if use.use.access is None:
            yield Lack(use.path, "access")
    if not facts.tells("owners"):
        for service in services_of(readers):
            if facts.services[service].team is None:
                yield Lack(("services", service), "team")
