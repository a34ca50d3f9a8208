from collections.abc import Iterator, Mapping

from patternctl.rulekit import Facts, Hit, Lack
from patternctl.rulekit.adoption import adoptions
from patternctl.rulekit.wording import listed

_ASKED = (("audit", "critical"), ("consistency", "strong"))
"""Keys of `requirements`, each named as the property of guarantees that it asks for, and the word
that asks."""


def check(facts: Facts, limits: Mapping[str, float]) -> Iterator[Hit | Lack]:
    for key, word in _ASKED:
        if getattr(facts.architecture.requirements, key, None) == word:
            yield from _judged(facts, key, word)


def _judged(facts: Facts, wanted: str, word: str) -> Iterator[Hit | Lack]:
    adopted = {each.id: each.path for each in adoptions(facts)}
    told = [known for name in adopted if (known := facts.knowledge.relations(name))]
    if any(wanted in each.promises - each.denies for each in told):
        return
    denying = [each.id for each in told if wanted in each.denies]
    place = ("requirements", wanted)
    if facts.architecture.patterns is None or not facts.tells("patterns"):
        yield Lack(place, "patterns")
    elif wanted == "audit" or denying or any(each.type == "system" for each in told):
        # without these a single database may give consistency, with no pattern at all
        lacking = f"nothing that is adopted guarantees it ({listed(adopted)})"
        denied = f"; denied by {listed(denying)}" if denying else ""
        message = f"{wanted} is asked for ({word}), and "
        message += f"{lacking}{denied}" if adopted else "no pattern is adopted"
        yield Hit(place, message, related=tuple(adopted[name] for name in denying))
