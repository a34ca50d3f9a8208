from collections.abc import Iterator, Mapping

from patternctl.rulekit import Facts, Hit, Lack
from patternctl.rulekit.wording import listed

_UPKEEP = frozenset({"migration", "admin", "backup"})


def check(facts: Facts, limits: Mapping[str, float]) -> Iterator[Hit | Lack]:
    for store in facts.stores:
        uses = facts.users_of.get(store, [])
        if any(use.use.purpose not in _UPKEEP for use in uses):
            continue
        if not facts.tells("uses"):
            yield Lack(("stores", store), "uses")
            continue
        upkeep = listed(f"{use.use.purpose} ({use.service})" for use in uses)
        yield Hit(
            ("stores", store),
            f"no service uses {store}" + (upkeep and f", only {upkeep} reaches it"),
            related=tuple(use.path for use in uses),
        )
