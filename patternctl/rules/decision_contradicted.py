from collections.abc import Iterator, Mapping

from patternctl.rulekit import Facts, Hit, Lack
from patternctl.rulekit.adoption import Adopted, adoptions
from patternctl.rulekit.decided import Recorded, in_force

_SHAPES = frozenset({"system", "baseline"})
"""Types of what shapes a whole system."""


def check(facts: Facts, limits: Mapping[str, float]) -> Iterator[Hit | Lack]:
    adopted = [*adoptions(facts)]
    ids = {each.id for each in adopted}
    for recorded in in_force(facts) if adopted else ():
        if recorded.decision.outcome not in ids:
            for each in adopted:
                if why := _against(facts, each, recorded):
                    message = f"{each.id} is adopted, {why}"
                    place = (*recorded.path, "outcome")
                    yield Hit(each.path, message, related=(place,))


def _against(facts: Facts, adopted: Adopted, recorded: Recorded) -> str:
    """How an adoption contradicts a decision; empty where it does not."""
    outcome = recorded.decision.outcome
    own, other = facts.knowledge.relations(adopted.id), facts.knowledge.relations(outcome)
    if own is None or other is None:
        return ""
    if adopted.id in other.conflicts_with or outcome in own.conflicts_with:
        return f"which works against {outcome}, the recorded decision"
    if adopted.services is not None or not {own.type, other.type} <= _SHAPES:
        return ""
    decided = f"the recorded decision is {outcome}"
    if other.type == "system" and facts.tells("patterns"):
        return f"{decided}, which is not"
    together = adopted.id in other.composes_with or outcome in own.composes_with
    return "" if together else decided
