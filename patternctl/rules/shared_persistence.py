from collections import defaultdict
from collections.abc import Iterator, Mapping

from patternctl.rulekit import Facts, Hit, Lack, StoreUse
from patternctl.rulekit.sharing import Database, Tenancy, holds_copies, services_of, tenancies
from patternctl.rulekit.wording import listed


def check(facts: Facts, limits: Mapping[str, float]) -> Iterator[Hit | Lack]:
    for tenancy in tenancies(facts, limits["services"]):
        for use in tenancy.unplaced:
            yield Lack(use.path, "database")
        for database in tenancy.shared:
            yield _shared_database(facts, tenancy, database)
        if not tenancy.shared:
            yield from _shared_logins(tenancy, limits["services"])


def _shared_database(facts: Facts, tenancy: Tenancy, database: Database) -> Hit:
    clash = database.clash
    what = f"database {database.name} of {tenancy.store}" if database.name else tenancy.store
    services = database.services
    spoilt = clash and not holds_copies(facts, tenancy.store, database)
    return Hit(
        tenancy.path,
        f"{len(services)} services use {what} ({listed(services)})" + (clash and f": {clash}"),
        severity="error" if spoilt else "warning",
        related=tuple(use.path for use in database.uses),
        detail=database.name,
    )


def _shared_logins(tenancy: Tenancy, least: float) -> Iterator[Hit]:
    """Databases that differ, or may, behind one and the same account."""
    logins: dict[str, list[StoreUse]] = defaultdict(list)
    for use in tenancy.uses:
        if use.use.user is not None:
            logins[use.use.user].append(use)
    for user, uses in logins.items():
        services = services_of(uses)
        if len(services) >= least:
            yield Hit(
                tenancy.path,
                f"{len(services)} services log in to {tenancy.store} as {user} "
                f"({listed(services)}): each can read and write the others' data",
                severity="warning",
                related=tuple(use.path for use in uses),
                detail=user,
            )
