from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping

from patternctl.model.finding import Severity
from patternctl.model.system import ElementPath
from patternctl.rulekit import Facts, Hit, Lack
from patternctl.rulekit.naming import suggestions

_Mention = tuple[str, str, ElementPath]
"""Who names what, and where."""


def check(facts: Facts, limits: Mapping[str, float]) -> Iterator[Hit | Lack]:
    severity: Severity = "error" if facts.tells("services") else "warning"
    yield from _undeclared(_called(facts), facts.services, "calls", severity)
    if facts.architecture.stores is None:
        yield from (Lack(path, "stores") for _, _, path in _used(facts))
    else:
        severity = "error" if facts.tells("stores") else "warning"
        yield from _undeclared(_used(facts), facts.stores, "uses", severity)


def _called(facts: Facts) -> Iterator[_Mention]:
    for name, service in facts.services.items():
        for index, call in enumerate(service.calls):
            yield name, call.to, ("services", name, "calls", index)


def _used(facts: Facts) -> Iterator[_Mention]:
    for name, service in facts.services.items():
        for index, use in enumerate(service.uses):
            yield name, use.store, ("services", name, "uses", index)


def _undeclared(
    mentions: Iterable[_Mention], known: Collection[str], verb: str, severity: Severity
) -> Iterator[Hit]:
    """One hit per name that is missing."""
    missing: dict[str, list[tuple[str, ElementPath]]] = defaultdict(list)
    for user, name, path in mentions:
        if name not in known:
            missing[name].append((user, path))
    hints = suggestions(missing, known)
    for name, places in missing.items():
        (user, first), *others = places
        message = f'{user} {verb} "{name}", which is not declared'
        if others:
            message += f" ({len(places)} mentions)"
        if name in hints:
            message += f"; {hints[name]}"
        yield Hit(
            min(path for _, path in places),
            message,
            severity=severity,
            related=tuple(path for _, path in others),
            shown_by=first,
        )
