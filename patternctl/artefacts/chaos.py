"""Experiments for the Chaos Toolkit, what they need to run, and a sheet for the day."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from patternctl.artefacts._chaos_faults import Challenge, challenges
from patternctl.artefacts._chaos_promise import Promise, flows, promise
from patternctl.artefacts._chaos_words import (
    CHECK,
    URL,
    claim,
    deed,
    judged,
    lasts,
    name,
    remarks,
)
from patternctl.artefacts._names import slugs
from patternctl.errors import Problem, UsageError
from patternctl.model import units
from patternctl.model.artefact import Artefact, Order
from patternctl.rulekit import Facts

SUMMARY = "chaos experiments (Chaos Toolkit) for what patterns promise, and a game-day sheet"

_RATE = 10
_DRIVE = "drive.py"
_LIMITS = (
    "--url=${url}",
    "--failed=${may_fail}",
    "--slow=${may_be_slow}",
    "--within=${within_seconds}",
    "--requests=${judged_together}",
    "--rate=${rate}",
)
_HOLD = "--hold=${hold_seconds}"


class _Sheet(NamedTuple):
    """One experiment with all that the files say about it."""

    file: str
    challenge: Challenge
    promise: Promise
    remarks: tuple[str, ...]

    @property
    def abort(self) -> str:
        """When to stop."""
        told = "when users are served worse than that: the rate at which somebody is paged."
        if self.promise.availability is None:
            told = "at the first request that fails."
        return f"{self.challenge.experiment.abort} The run ends by itself {told}"


def make(order: Order) -> Iterator[Artefact]:
    """Experiments, driver, the command for faults, and the sheet."""
    facts = Facts(order.system.architecture) if order.system else None
    found = [*challenges(facts, order.patterns, order.entries)]
    if not found:
        raise UsageError(_nothing(order, facts))
    known = flows(facts)
    sheets = []
    for file, each in zip(_files(found), found, strict=True):
        promised = promise(facts, known, each)
        sheets.append(_Sheet(file, each, promised, tuple(remarks(facts, each, promised))))
    for sheet in sheets:
        text = json.dumps(_experiment(sheet, _title(order)), indent=2, ensure_ascii=False)
        yield Artefact(f"chaos/{sheet.file}.json", text + "\n")
    yield from _helpers(order, facts, sheets)


def _files(found: list[Challenge]) -> list[str]:
    """A file name for each; those that would be alike tell what is hit, which then differs."""
    plain = [f"{each.label} {each.experiment.name}" for each in found]
    often = Counter(plain)
    names = [
        f"{name} {each.target}" if often[name] > 1 else name
        for name, each in zip(plain, found, strict=True)
    ]
    found_slugs = slugs(names)
    return [found_slugs[name] for name in names]


def _nothing(order: Order, facts: Facts | None) -> Problem:
    if order.patterns:
        return Problem(f"the catalog has no chaos experiment for {', '.join(order.patterns)}")
    hint = (
        "state `patterns`, `brokers`, read models or circuit breakers, or name one with --pattern"
    )
    where = order.system.sources.locate(()) if order.system else None
    message = "there is nothing to challenge: no pattern, broker or copy is stated"
    if facts and not facts.tells("patterns"):
        message += ", and patterns were not checked: the manifest does not list them"
    return Problem(message, where, hint)


def _title(order: Order) -> str:
    return order.system.architecture.system if order.system else "a system"


def _experiment(sheet: _Sheet, system: str) -> dict[str, object]:
    """The experiment as the Chaos Toolkit reads it."""
    each, fault = sheet.challenge, sheet.challenge.fault
    does = [
        "--fault=${fault}",
        f"--verb={fault.verb}",
        "--target=${target}",
        f"--which={fault.hit.which}",
        f"--least={fault.hit.least}",
        "--delay=${delay_ms}",
    ]
    often = ["--times=${times}", _HOLD, "--recovery=${recovery_seconds}"]
    check = "--check=${check}"
    users = f"{sheet.promise.users} are served"
    title = f"{each.experiment.name}: {name(each)} of {system}".replace("$", "$$")
    return {
        "title": f"{title} (${{guarantee}})",  # which the Chaos Toolkit fills in and shows
        "description": _description(sheet),
        "tags": ["patternctl", *([each.pattern] if each.adopted else []), fault.verb],
        "configuration": _configuration(sheet),
        "steady-state-hypothesis": {
            "title": f"{_upper(users)}: {sheet.promise.kept}",
            "probes": [
                {**_does("probe", users, ["steady", *_LIMITS]), "tolerance": 0},
                {**_does("probe", "all went well in this run", ["verdict"]), "tolerance": 0},
            ],
        },
        "method": [
            _does(
                "probe",
                f"the fault can be done, and {users} before it",
                ["ready", *does, _HOLD, check, *_LIMITS],
            ),
            _does("action", f"{deed(each)}; watch users", ["break", *does, *often, *_LIMITS]),
            _does(
                "probe",
                "the guarantee holds, where CHAOS_CHECK tells",
                ["guarantee", check, "--recovery=${recovery_seconds}"],
            ),
        ],
        "rollbacks": [_does("action", "take it back, whatever happened", ["restore", *does])],
        # a hypothesis that does not hold before the method ends a run with exit status 0
        "runtime": {
            "rollbacks": {"strategy": "always"},
            "hypothesis": {"strategy": "after-method-only"},
        },
    }


def _description(sheet: _Sheet) -> str:
    each = sheet.challenge
    tried = each.experiment
    parts = [
        f"Claim: {claim(each)}" + ("" if each.adopted is False else f" {CHECK}"),
        f"The run does: {deed(each)}, for {lasts(each)}. The other steps are the team's.",
        f"Blast radius: {tried.blast_radius}",
        "Steps: " + " ".join(tried.method),
        f"{judged(each)}: {' '.join(tried.success)}",
        f"Abort: {sheet.abort}",
        *([f"Caution: {tried.caution}"] if tried.caution else []),
        URL,
        *sheet.remarks,
    ]
    return "\n".join(parts)


def _upper(text: str) -> str:
    return text[0].upper() + text[1:]


def _configuration(sheet: _Sheet) -> dict[str, object]:
    each, promised = sheet.challenge, sheet.promise
    return {
        "blast_radius": each.experiment.blast_radius,
        "guarantee": _variable("CHAOS_CHECK", "guarantee not checked: set CHAOS_CHECK"),
        "check": _variable("CHAOS_CHECK", ""),
        "url": _variable("CHAOS_URL", ""),
        "target": _variable("CHAOS_TARGET", each.target),
        "fault": _variable("CHAOS_FAULT", "sh fault.sh"),
        "times": _variable("CHAOS_TIMES", str(each.fault.times)),
        "hold_seconds": _variable("CHAOS_HOLD", _number(each.hold)),
        "recovery_seconds": _variable("CHAOS_RECOVERY", _number(each.fault.recovery)),
        "delay_ms": _variable("CHAOS_DELAY_MS", _number(each.delay, 1000)),
        "rate": _variable("CHAOS_RATE", str(_RATE)),
        "judged_together": _variable("CHAOS_REQUESTS", str(promised.requests)),
        "may_fail": _variable("CHAOS_MAY_FAIL", f"{promised.failed:g}"),
        "may_be_slow": _variable("CHAOS_MAY_BE_SLOW", f"{promised.slow:g}"),
        "within_seconds": _variable("CHAOS_WITHIN", f"{promised.latency or 0:g}"),
    }


def _variable(key: str, default: str) -> dict[str, str]:
    return {"type": "env", "key": key, "default": default}


def _number(value: float | None, factor: int = 1) -> str:
    """A number for the driver; empty where it is not known, which the driver refuses to guess."""
    return "" if value is None else f"{value * factor:.10g}"


def _does(kind: str, words: str, arguments: list[str]) -> dict[str, object]:
    """A step that runs the driver."""
    provider = {"type": "process", "path": "python3", "arguments": [_DRIVE, *arguments]}
    return {"type": kind, "name": words, "provider": provider}


def _helpers(order: Order, facts: Facts | None, sheets: list[_Sheet]) -> Iterator[Artefact]:
    from patternctl.artefacts._markdown import inline
    from patternctl.templating import render

    for file in (_DRIVE, "fault.sh"):
        yield Artefact(f"chaos/{file}", render(f"chaos/{file}.j2", {}, order.templates))
    values = {
        "system": inline(_title(order)),
        "unlisted": facts is not None and not facts.tells("patterns"),
        "sheets": [_shown(sheet, facts) for sheet in sheets],
    }
    step = "run the chaos experiments in a test environment first, as chaos/game-day.md tells"
    text = render("chaos/game-day.md.j2", values, order.templates)
    yield Artefact("chaos/game-day.md", text, step)


def _shown(sheet: _Sheet, facts: Facts | None) -> dict[str, object]:
    """What the sheet for the day says about one experiment."""
    each = sheet.challenge
    return {
        "file": f"{sheet.file}.json",
        "name": each.experiment.name,
        "pattern": each.pattern,
        "adopted": each.adopted,
        "deed": _upper(deed(each)),
        "lasts": lasts(each),
        "recovery": units.format_duration(each.fault.recovery),
        "owners": _owners(each, facts),
        "experiment": each.experiment.model_dump(),
        "claim": claim(each),
        "judged": judged(each),
        "users": _upper(sheet.promise.users),
        "kept": sheet.promise.kept,
        "abort": sheet.abort,
        "flow": sheet.promise.flow,
        "remarks": list(sheet.remarks),
    }


def _owners(challenge: Challenge, facts: Facts | None) -> list[str]:
    """The team of what is hit, else those of the services that notice."""
    if facts is None:
        return []
    store = facts.stores.get(challenge.target)
    nearest = [challenge.target, (store.owner if store else None) or ""]
    teams = {name: service.team for name, service in facts.services.items() if service.team}
    for names in (nearest, challenge.services):
        found = sorted({teams[name] for name in names if name in teams})
        if found:
            return found
    return []
