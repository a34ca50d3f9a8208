"""Who keeps data where: services by database, on the stores that several of them use."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from patternctl.model.system import ElementPath
from patternctl.rulekit.facts import Facts, StoreUse
from patternctl.rulekit.wording import listed

_PASSERS_BY = frozenset({"relay", "migration", "admin", "backup"})
"""Purposes that reach a store without sharing it: they serve its owner."""


class Database(NamedTuple):
    """One database of a store and the accesses to it."""

    name: str
    """Empty where the store is one database that nobody names."""
    uses: tuple[StoreUse, ...]

    @property
    def services(self) -> list[str]:
        """Services that use it, in file order."""
        return services_of(self.uses)

    @property
    def kept_apart(self) -> bool:
        """Whether every service states tables and a login that no other one has."""
        owners: dict[tuple[str, str], str] = {}
        for use in self.uses:
            if use.use.user is None or not use.use.tables:
                return False
            own = [("user", use.use.user), *(("table", table) for table in use.use.tables)]
            if any(owners.setdefault(thing, use.service) != use.service for thing in own):
                return False
        return True

    @property
    def clash(self) -> str:
        """Who writes what others use; empty where the stated tables and accesses show no such
        thing.
        """
        tables: dict[str, list[StoreUse]] = defaultdict(list)
        for use in self.uses:
            for table in use.use.tables or ():
                tables[table].append(use)
        for table, uses in tables.items():
            if clash := _written_and_used(uses, f"table {table}"):
                return clash
        known = [use for use in self.uses if use.use.access is not None]
        return "" if tables else _written_and_used(known, "it")


class Tenancy(NamedTuple):
    """A store that several services use."""

    store: str
    path: ElementPath
    uses: tuple[StoreUse, ...]
    databases: tuple[Database, ...]
    shared: tuple[Database, ...]
    """Those of the databases that several services use and nothing keeps apart."""
    unplaced: tuple[StoreUse, ...]
    """Accesses whose database is not known."""


def sharers(facts: Facts, store: str) -> list[StoreUse]:
    """Accesses that count as sharing.

    Left out: relays, migrations, administration and backups, infrastructure, and the cache that
    the store's owner keeps in it.
    """
    declared = facts.stores.get(store)
    owner = declared.owner if declared else None
    return [
        use
        for use in facts.users_of.get(store, ())
        if use.use.purpose not in _PASSERS_BY
        and not facts.is_infrastructure(use.service)
        and not (use.use.purpose == "cache" and use.service == owner)
    ]


def services_of(uses: Iterable[StoreUse]) -> list[str]:
    """Distinct services in the order of their uses."""
    return list(dict.fromkeys(use.service for use in uses))


def tenancies(facts: Facts, least: float) -> Iterator[Tenancy]:
    """Stores that `least` services or more use, in file order of their first use.

    Read models are left out: their projection fills them for others to read, which is another
    question (`shared-read-model`).
    """
    for store in facts.users_of:
        uses = sharers(facts, store)
        if len(services_of(uses)) >= least and not facts.is_read_model(store):
            yield _tenancy(facts, store, uses, least)


def holds_copies(facts: Facts, store: str, database: Database) -> bool:
    """Whether the data can be fetched again from elsewhere, so that no writer can spoil it."""
    return facts.is_cache(store) or all(use.use.purpose == "cache" for use in database.uses)


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


def _tenancy(facts: Facts, store: str, uses: list[StoreUse], least: float) -> Tenancy:
    placed: dict[str, list[StoreUse]] = defaultdict(list)
    unplaced: list[StoreUse] = []
    whole = facts.tells("uses") and not any(use.use.database for use in uses)
    for use in uses:
        if whole or use.use.database:
            placed[use.use.database or ""].append(use)
        else:
            unplaced.append(use)
    databases = tuple(Database(name, tuple(of)) for name, of in placed.items())
    return Tenancy(
        store=store,
        path=min(map(facts.store_path, uses)),
        uses=tuple(uses),
        databases=databases,
        shared=tuple(d for d in databases if len(d.services) >= least and not d.kept_apart),
        unplaced=tuple(unplaced),
    )
