from collections.abc import Iterator, Mapping

from patternctl.model.architecture import Cqrs
from patternctl.model.system import ElementPath
from patternctl.rulekit import Facts, Hit, Lack

_WRITTEN_FIRST = ("primary", "event-store")


def check(facts: Facts, limits: Mapping[str, float]) -> Iterator[Hit | Lack]:
    for path, cqrs in facts.adopted_as(Cqrs):
        commands = _command_services(facts, cqrs)
        if commands is None:
            yield Lack(path, "commands")
        elif len(commands) >= limits["command_services"]:
            yield from _judged(facts, path, commands, limits["teams"])


def _judged(
    facts: Facts, path: ElementPath, commands: list[str], least: float
) -> Iterator[Hit | Lack]:
    owners = {facts.services[name].team for name in commands}
    stated = {service.team for service in facts.services.values()} - {None}
    teams = stated | set(facts.architecture.teams or ())
    if len(owners - {None}) > 1:
        return
    if None in owners:
        unowned = [name for name in commands if facts.services[name].team is None]
        yield from (Lack(("services", name), "team") for name in unowned)
    elif len(teams) >= least:
        message = (
            f"team {owners.pop()} owns all {len(commands)} services of the command side, "
            f"in a system of {len(teams)} teams"
        )
        yield Hit(path, message, related=tuple(("services", name) for name in commands))
    elif facts.architecture.teams is None:
        yield Lack(path, "teams")


def _command_services(facts: Facts, cqrs: Cqrs) -> list[str] | None:
    """The write side: as stated, or all that write a primary store; None where neither is."""
    if cqrs.commands is not None:
        return [name for name in cqrs.commands if not facts.is_external(name)]
    if not any(store.role for store in facts.stores.values()):
        return None
    writers = {
        use.service
        for use in facts.uses
        if use.use.writes
        and use.store in facts.stores
        and facts.stores[use.store].role in _WRITTEN_FIRST
        and (cqrs.at is None or use.service in cqrs.at)
    }
    return [name for name in facts.services if name in writers and not facts.is_external(name)]
