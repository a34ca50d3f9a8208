from collections.abc import Iterator, Mapping

from patternctl.model.architecture import SYNCHRONOUS, Saga
from patternctl.rulekit import Facts, Hit, Lack


def check(facts: Facts, limits: Mapping[str, float]) -> Iterator[Hit | Lack]:
    for path, saga in facts.adopted_as(Saga):
        if saga.steps is None:
            yield Lack(path, "steps")
            continue
        transports = [step.via for step in saga.steps]
        awaited = [via for via in transports if via in SYNCHRONOUS]
        unknown = transports.count(None)
        if len(awaited) + unknown < len(transports) or len(transports) < limits["steps"]:
            continue
        if not unknown:
            steps = tuple((*path, "steps", index) for index in range(len(transports)))
            over = ", ".join(sorted(set(awaited)))
            message = f"all {len(transports)} steps of the saga are waited for, over {over}"
            yield Hit(path, message, related=steps)
        elif saga.style != "choreography":
            yield Lack(path, "steps.via")
