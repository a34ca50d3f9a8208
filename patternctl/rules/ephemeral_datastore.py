from collections.abc import Iterator, Mapping

from patternctl.rulekit import Facts, Hit, Lack


def check(facts: Facts, limits: Mapping[str, float]) -> Iterator[Hit | Lack]:
    for name, store in facts.stores.items():
        if facts.is_cache(name):
            continue
        if store.durable is None:
            yield Lack(("stores", name), "durable")
        elif not store.durable:
            what = store.role or store.kind
            label = f"{name} ({what})" if what else name
            yield Hit(
                ("stores", name),
                f"data of {label} is lost with its container or machine",
                severity="warning" if what == "key-value" else "error",
                shown_by=("stores", name, "durable"),
            )
