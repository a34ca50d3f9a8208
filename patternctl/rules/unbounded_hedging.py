from collections.abc import Iterator, Mapping
from math import inf

from patternctl.model.architecture import HedgedRequest
from patternctl.model.units import format_ratio
from patternctl.rulekit import Facts, Hit, Lack
from patternctl.rulekit.wording import listed


def check(facts: Facts, limits: Mapping[str, float]) -> Iterator[Hit | Lack]:
    for path, hedge in facts.adopted_as(HedgedRequest):
        faults = _faults(hedge, limits["budget"])
        if faults:
            busy = hedge.utilisation
            severe = busy is not None and busy > limits["utilisation"]
            sender = f" of {listed(hedge.at)}" if hedge.at else ""
            load = f", to a callee that is {format_ratio(busy)} busy" if busy is not None else ""
            yield Hit(
                path,
                f"hedged requests{sender} go out {' and '.join(faults)}{load}",
                severity="error" if severe else "warning",
            )
        for fact in ("budget", "cancel"):
            if getattr(hedge, fact) is None:
                yield Lack(path, fact)


def _faults(hedge: HedgedRequest, most: float) -> list[str]:
    faults: list[str] = []
    if hedge.budget == inf:
        faults.append("without a budget")
    elif hedge.budget is not None and hedge.budget > most:
        budget, limit = format_ratio(hedge.budget), format_ratio(most)
        faults.append(f"with a budget of {budget} where {limit} is the most")
    if hedge.cancel is False:
        faults.append("without cancelling the slower one")
    return faults
