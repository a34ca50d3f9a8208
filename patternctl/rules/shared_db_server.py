from collections.abc import Iterator, Mapping

from patternctl.rulekit import Facts, Hit, Lack
from patternctl.rulekit.sharing import Tenancy, services_of, tenancies
from patternctl.rulekit.wording import listed


def check(facts: Facts, limits: Mapping[str, float]) -> Iterator[Hit | Lack]:
    for tenancy in tenancies(facts, limits["services"]):
        if tenancy.shared:
            continue  # shared-persistence reports the data; the server is the lesser trouble
        placed = services_of(use for database in tenancy.databases for use in database.uses)
        if len(placed) >= limits["services"]:
            yield _shared_server(facts, tenancy, placed)
        else:
            yield from (Lack(use.path, "database") for use in tenancy.unplaced)


def _shared_server(facts: Facts, tenancy: Tenancy, services: list[str]) -> Hit:
    critical = [name for name in services if name in facts.critical_services]
    others = [name for name in services if name not in facts.critical_services]
    message = f"{len(services)} services keep data of their own on {tenancy.store}"
    if critical and others:
        message += f": {listed(critical)} on a critical flow, {listed(others)} not"
    else:
        message += f": {listed(services)}"
    return Hit(
        tenancy.path,
        message,
        severity="warning" if critical and others else "info",
        related=tuple(use.path for use in tenancy.uses),
    )
