"""What an experiment does, claims and lacks, in the words that its files share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from patternctl.artefacts._chaos_faults import BY_SCRIPT, HEDGED, Challenge
from patternctl.artefacts._chaos_promise import Promise
from patternctl.model import units
from patternctl.model.architecture import FactKind
from patternctl.rulekit import Facts

_DEEDS: Mapping[str, str] = {
    "contend": "let many write to {} at once",
    "custom": "do the team's own fault to {}",
    "duplicate": "deliver everything to {} twice",
    "hang": "let {} hang",
    "kill": "kill {}",
    "purge": "empty {}",
    "slow": "slow {} down",
    "stop": "stop {}",
}
_WAYS: tuple[FactKind, ...] = ("calls", "uses", "events")
"""What has to be told in full before it is said that no flow goes through something."""
_WHOM: Mapping[str, str] = {"all": "{}", "one": "one instance of {}", "leader": "the leader of {}"}
URL = "Not stated: URL of a request that shows whether users are served: CHAOS_URL."
CHECK = (
    "The run checks the claim only with CHAOS_CHECK, a command that exits 0 when it holds; without "
    "one it says: guarantee not checked."
)


def name(challenge: Challenge) -> str:
    """What is hit, by its name or its role."""
    if challenge.target:
        return challenge.target
    of = "" if challenge.label == challenge.pattern else f" of {challenge.label}"
    return f"the {challenge.fault.role}{of}"


def deed(challenge: Challenge) -> str:
    """What is done, to whom, and how often: `kill one instance of orders, 50 times`."""
    fault = challenge.fault
    whom = _WHOM[fault.hit.which].format(name(challenge))
    text = _DEEDS[fault.verb].format(whom)
    if challenge.delay is None:
        text += " by twice the timeout"
    elif challenge.delay:
        text += f" by {units.format_duration(challenge.delay)}"
    return text if fault.times == 1 else f"{text}, {fault.times} times"


def lasts(challenge: Challenge) -> str:
    """How long that is, each time."""
    if challenge.hold is None:
        return "twice the deadline"
    text = units.format_duration(challenge.hold)
    return text if challenge.fault.times == 1 else f"{text} each time"


def claim(challenge: Challenge) -> str:
    """What should hold, and whether anything promises it."""
    pattern, text = challenge.pattern, challenge.experiment.hypothesis
    if challenge.adopted:
        return text
    if challenge.adopted is None:
        return f"Not checked: the manifest does not list patterns. Where {pattern} is one: {text}"
    return f"None: {pattern} is not adopted. Where it is: {text}"


def judged(challenge: Challenge) -> str:
    """Head of the signs that the catalog names."""
    if challenge.adopted:
        return "Passed when"
    if challenge.adopted is None:
        return f"Passed when, if {challenge.pattern} is adopted"
    return "To look at, though nothing promises it"


def remarks(facts: Facts | None, challenge: Challenge, promise: Promise) -> Iterator[str]:
    """What this experiment lacks, and how to give it: a sentence each."""
    yield from _unset(challenge)
    fault, target = challenge.fault, challenge.target
    if fault.role == HEDGED and _callees(facts, challenge) > 1:
        yield f"Not stated: which call is hedged; CHAOS_TARGET, where it is not that of {target}."
    running = _replicas(facts, target)
    if running is not None and running < fault.hit.least:
        yield f"Needs {fault.hit.least} instances that run; the manifest states {running}."
    if facts and not promise.flow:
        yield _no_flow(facts, challenge, promise)
    if promise.availability is None:
        yield "Not stated: availability that is promised; a single failed request ends the run."
    if promise.latency is None:
        yield "Not stated: latency that is promised; slow answers end nothing."


def _unset(challenge: Challenge) -> Iterator[str]:
    """What nothing can know but those who run it: variables to be set."""
    fault = challenge.fault
    if not challenge.target:
        yield f"Not stated: what {name(challenge)} is called where it runs: CHAOS_TARGET."
    if fault.verb not in BY_SCRIPT:
        yield f"Not stated: a command that can do `{fault.verb}`: CHAOS_FAULT."
    if fault.hit.which == "leader":
        yield "Not stated: a command that prints which instance leads: CHAOS_PICK."
    if challenge.hold is None:
        yield "Not stated: the deadline, twice which it lasts: CHAOS_HOLD, in seconds."
    if challenge.delay is None:
        what = f"the timeout of calls to {name(challenge)}"
        yield f"Not stated: {what}, twice which answers are late: CHAOS_DELAY_MS."


def _callees(facts: Facts | None, challenge: Challenge) -> int:
    if facts is None:
        return 0
    return len({e.callee for name in challenge.services for e in facts.calls_from.get(name, ())})


def _replicas(facts: Facts | None, target: str) -> int | None:
    """Instances that the manifest states; None where it does not."""
    if facts is None:
        return None
    brokers = facts.architecture.brokers or {}
    found = facts.services.get(target) or facts.stores.get(target) or brokers.get(target)
    return found.replicas if found else None


def _no_flow(facts: Facts, challenge: Challenge, promise: Promise) -> str:
    through = challenge.target or ", ".join(challenge.services)
    known = facts.architecture.flows and all(map(facts.tells, _WAYS))
    which = "no flow goes" if through and known else "which flow goes"
    told = f"Not stated: {which} through {through or name(challenge)}"
    stated = promise.availability is not None or promise.latency is not None
    return f"{told}; what the whole system promises is used." if stated else f"{told}."
