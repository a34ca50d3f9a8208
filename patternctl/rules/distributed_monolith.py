from collections.abc import Iterator, Mapping

from patternctl.model.system import ElementPath
from patternctl.rulekit import Facts, Hit, Lack
from patternctl.rulekit.sharing import holds_copies, tenancies
from patternctl.rulekit.signals import (
    business_services,
    deploy_units,
    long_chain,
    sole_deploy_unit,
    teams_of,
)
from patternctl.rulekit.wording import listed

_Sign = tuple[str, ElementPath]
"""One sign of a distributed monolith in words, and where it is."""


def check(facts: Facts, limits: Mapping[str, float]) -> Iterator[Hit | Lack]:
    yield from facts.untyped_calls
    unit = sole_deploy_unit(facts, limits["services"])
    if unit is not None:
        yield _one_release(facts, unit)
        return
    lockstep = _lockstep(facts)
    signs = [
        *_circles(facts),
        *_shared_databases(facts, limits["sharers"]),
        *lockstep,
        *_chain(facts, limits["chain"]),
    ]
    if len(signs) >= limits["parts"]:
        words = "; ".join(text for text, _ in signs)
        yield Hit(
            ("services",),
            f"{len(signs)} signs of a distributed monolith, limit {limits['parts']:g}: {words}",
            related=tuple(place for _, place in signs),
            shown_by=signs[0][1],
        )
    elif _one_release_is_possible(facts, limits["services"]) or (
        not lockstep and len(signs) + 1 >= limits["parts"]
    ):
        yield from _unknown_units(facts)


def _one_release(facts: Facts, unit: str) -> Hit:
    services = business_services(facts)
    return Hit(
        ("services",),
        f"all {len(services)} services always deploy together as {unit}: {listed(services)}",
        severity="error" if facts.tells("services") else "warning",
        shown_by=("services", services[0], "deploy_unit"),
    )


def _one_release_is_possible(facts: Facts, minimum: float) -> bool:
    """Whether all units that are stated are one, so that those that are not decide."""
    services = business_services(facts)
    units = {facts.services[name].deploy_unit for name in services} - {None}
    return len(services) >= minimum and len(units) <= 1


def _unknown_units(facts: Facts) -> Iterator[Lack]:
    for name in business_services(facts):
        if facts.services[name].deploy_unit is None:
            yield Lack(("services", name), "deploy_unit")


def _circles(facts: Facts) -> list[_Sign]:
    if not facts.sync_components:
        return []
    largest = max(facts.sync_components, key=len)
    return [(f"synchronous circle of {listed(largest)}", ("services", largest[0]))]


def _shared_databases(facts: Facts, least: float) -> list[_Sign]:
    for tenancy in tenancies(facts, least):
        for database in tenancy.shared:
            if database.clash and not holds_copies(facts, tenancy.store, database):
                users = listed(database.services)
                return [(f"database {tenancy.store} shared by {users}", tenancy.path)]
    return []


def _lockstep(facts: Facts) -> list[_Sign]:
    for unit, members in deploy_units(facts).items():
        if len(teams_of(facts, members)) > 1:
            place = ("services", members[0], "deploy_unit")
            return [(f"{listed(members)} of several teams deploy together as {unit}", place)]
    return []


def _chain(facts: Facts, limit: float) -> list[_Sign]:
    path = long_chain(facts, limit)
    if not path:
        return []
    first, length = path[0][0], sum(map(len, path))
    return [(f"chain of {length} services behind {first}", ("services", first))]
