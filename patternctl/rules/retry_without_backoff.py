from collections.abc import Iterator, Mapping
from math import inf

from patternctl.model.architecture import Retry
from patternctl.rulekit import CallEdge, Facts, Hit, Lack
from patternctl.rulekit.wording import listed


def check(facts: Facts, limits: Mapping[str, float]) -> Iterator[Hit | Lack]:
    told = facts.tells("retries")
    for edge in facts.calls:
        if facts.is_external(edge.caller):
            continue
        retry = edge.call.retry
        if retry is None:
            if not told:
                yield Lack(edge.path, "retry")
        elif retry.attempts is None:
            yield Lack(edge.path, "retry.attempts")
        elif retry.attempts > limits["attempts"]:
            yield from _judge(edge, retry, told=told)


def _judge(edge: CallEdge, retry: Retry, *, told: bool) -> Iterator[Hit | Lack]:
    if missing := _missing(retry, told=told):
        calls = f"{edge.caller} tries {edge.callee} {retry.attempts} times"
        yield Hit(edge.path, f"{calls} with {listed(missing)}")
    if not told:
        for part in ("backoff", "jitter", "budget"):
            if getattr(retry, part) is None:
                yield Lack(edge.path, f"retry.{part}")


def _missing(retry: Retry, *, told: bool) -> list[str]:
    """Parts the call does without; where the manifest tells of retries, silence counts as well."""
    missing: list[str] = []
    unspread = retry.jitter is False or (told and retry.jitter is None)
    if retry.backoff == "none" or (told and retry.backoff is None):
        missing.append("no backoff")
    elif retry.backoff == "fixed" and unspread:
        missing.append("a fixed delay")
    if unspread:
        missing.append("no jitter")
    if retry.budget == inf or (told and retry.budget is None):
        missing.append("no budget")
    return missing
