from collections.abc import Iterator, Mapping
from math import inf

from patternctl.model.architecture import Outbox
from patternctl.rulekit import Facts, Hit, Lack


def check(facts: Facts, limits: Mapping[str, float]) -> Iterator[Hit | Lack]:
    for path, outbox in facts.adopted_as(Outbox):
        if outbox.retention is None and not facts.tells("retention"):
            yield Lack(path, "retention")
        elif outbox.retention is None or outbox.retention == inf:
            owners = ", ".join(outbox.at)
            yield Hit(path, f"the outbox of {owners} keeps every relayed row: it has no retention")
