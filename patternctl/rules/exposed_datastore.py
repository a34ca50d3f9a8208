from collections.abc import Iterator, Mapping

from patternctl.model.system import ElementPath
from patternctl.rulekit import Facts, Hit, Lack


def check(facts: Facts, limits: Mapping[str, float]) -> Iterator[Hit | Lack]:
    for name, store in facts.stores.items():
        yield from _judge(("stores", name), f"store {name}", exposed=store.exposed)
    for name, broker in (facts.architecture.brokers or {}).items():
        yield from _judge(("brokers", name), f"broker {name}", exposed=broker.exposed)


def _judge(path: ElementPath, label: str, *, exposed: bool | None) -> Iterator[Hit | Lack]:
    if exposed is None:
        yield Lack(path, "exposed")
    elif exposed:
        message = f"{label} can be reached from outside the system"
        yield Hit(path, message, shown_by=(*path, "exposed"))
