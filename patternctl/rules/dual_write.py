from collections.abc import Iterator, Mapping

from patternctl.model.architecture import Publish
from patternctl.model.system import ElementPath
from patternctl.rulekit import Facts, Hit, Lack, StoreUse
from patternctl.rulekit.wording import listed


def check(facts: Facts, limits: Mapping[str, float]) -> Iterator[Hit | Lack]:
    records = _records(facts)
    safe = facts.adopters("outbox", "event-sourcing", "event-sourcing-system")
    told = facts.tells("patterns") and not _adopted_somewhere(facts)
    for sent in (sent for senders in facts.sent.values() for sent in senders):
        direct = _direct(sent.publish, adopted=sent.service in safe, told=told)
        uses = records.get(sent.service, ())
        if direct is False or not uses:
            continue
        writes = [use for use in uses if use.use.writes]
        if not writes:
            yield from (Lack(use.path, "access") for use in uses)
        elif direct is None:
            yield Lack(sent.path, "via")
        else:
            yield _dual_write(sent.service, sent.publish.event, sent.path, writes)


def _records(facts: Facts) -> dict[str, list[StoreUse]]:
    """Accesses by service that write, or may write, data which has to agree with its events."""
    found: dict[str, list[StoreUse]] = {}
    for use in facts.uses:
        kept = use.use.purpose in (None, "own") and not facts.is_cache(use.store)
        ours = not facts.is_infrastructure(use.service) and not facts.is_external(use.service)
        if kept and ours and use.use.writes is not False:
            found.setdefault(use.service, []).append(use)
    return found


def _adopted_somewhere(facts: Facts) -> bool:
    """Whether event sourcing is adopted without saying at which services."""
    return any(
        getattr(pattern, "at", None) is None
        for _, pattern in facts.adopted("event-sourcing-system")
    )


def _direct(publish: Publish, *, adopted: bool, told: bool) -> bool | None:
    """Whether the event is sent apart from the data; None where the manifest does not say."""
    if publish.via is not None:
        return publish.via == "direct"
    if adopted:
        return False
    return True if told else None


def _dual_write(service: str, event: str, path: ElementPath, writes: list[StoreUse]) -> Hit:
    stores = listed(dict.fromkeys(use.store for use in writes))
    return Hit(
        path,
        f"{service} writes {stores} and sends {event} on its own: "
        "no outbox, change data capture or transaction joins the two",
        related=tuple(use.path for use in writes),
    )
