from collections.abc import Iterator, Mapping
from math import inf

from patternctl.model.architecture import Saga
from patternctl.rulekit import Facts, Hit, Lack


def check(facts: Facts, limits: Mapping[str, float]) -> Iterator[Hit | Lack]:
    told = facts.tells("timeouts")
    absent = (inf, None) if told else (inf,)
    for path, saga in facts.adopted_as(Saga):
        bounds = [step.timeout for step in saga.steps or ()]
        if _finite(saga.timeout) or (bounds and all(map(_finite, bounds))):
            continue
        waiting = [index for index, bound in enumerate(bounds) if bound in absent]
        if saga.timeout not in absent:
            yield Lack(path, "timeout")
        elif waiting or (told and not bounds):
            steps = f" and {len(waiting)} of its {len(bounds)} steps may wait for ever"
            message = f"no timeout ends the saga{steps if waiting else ''}"
            yield Hit(path, message, related=tuple((*path, "steps", index) for index in waiting))
        else:
            yield Lack(path, "steps.timeout")


def _finite(bound: float | None) -> bool:
    return bound is not None and bound < inf
