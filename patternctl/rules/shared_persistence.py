from collections import defaultdict
from collections.abc import Iterator, Mapping

from patternctl.rulekit import Facts, Hit, Lack, StoreUse
from patternctl.rulekit.sharing import Database, Tenancy, services_of, tenancies
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
    clash = _clash(database)
    copies = facts.is_cache(tenancy.store) or all(u.use.purpose == "cache" for u in database.uses)
    what = f"database {database.name} of {tenancy.store}" if database.name else tenancy.store
    services = database.services
    return Hit(
        tenancy.path,
        f"{len(services)} services use {what} ({listed(services)})" + (clash and f": {clash}"),
        severity="error" if clash and not copies else "warning",
        related=tuple(use.path for use in database.uses),
    )


def _clash(database: Database) -> str:
    """Who writes what others use; empty where the stated tables and accesses show no such thing."""
    tables: dict[str, list[StoreUse]] = defaultdict(list)
    for use in database.uses:
        for table in use.use.tables or ():
            tables[table].append(use)
    for table, uses in tables.items():
        if clash := _written_and_used(uses, f"table {table}"):
            return clash
    known = [use for use in database.uses if use.use.access is not None]
    return "" if tables else _written_and_used(known, "it")


def _written_and_used(uses: list[StoreUse], what: str) -> str:
    services = services_of(uses)
    writers = dict.fromkeys(use.service for use in uses if use.use.writes)
    if not writers or len(services) == 1:
        return ""
    others = [name for name in services if name not in writers]
    wrote = f"{listed(writers)} {_verb('write', len(writers))} {what}"
    return f"{wrote}, {listed(others)} {_verb('use', len(others))} it" if others else wrote


def _verb(word: str, subjects: int) -> str:
    return f"{word}s" if subjects == 1 else word


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
            )
