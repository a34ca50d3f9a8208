"""What a manifest says of a project to be made."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from patternctl.cli import _inputs
from patternctl.cli._console import note
from patternctl.errors import Problem, UsageError
from patternctl.model.architecture import Architecture
from patternctl.scaffold import units

_ENGINES = {
    "postgresql": "postgres",
    "valkey": "redis",
    "redpanda": "kafka",
    "jetstream": "nats",
}
"""Engines that are spoken to as another is."""
_WHERE = frozenset({"pattern", "name", "at"})


class Stated(NamedTuple):
    """Answers that need no flag."""

    name: str
    patterns: tuple[str, ...]
    broker: str
    store: str
    settings: dict[str, dict[str, float | str]]


NOTHING = Stated("", (), "", "", {})


def read(manifest: str) -> Stated:
    """Raises `UsageError` where a manifest leaves several brokers or stores to choose from."""
    (system,) = _inputs.systems([manifest], "<stdin>")
    architecture = system.architecture
    adopted = dict.fromkeys(each.pattern for each in architecture.patterns or ())
    here = units.patterns()
    for name in adopted:
        if name not in here:
            note(f"there is no code for {name}, which the manifest adopts: left out")
    engines = {
        "broker": {each.engine for each in (architecture.brokers or {}).values()},
        "store": {each.engine for each in (architecture.stores or {}).values()},
    }
    problems: list[Problem] = []
    chosen = {kind: _one(kind, found, problems) for kind, found in engines.items()}
    if problems:
        raise UsageError(*problems)
    return Stated(
        name=architecture.system,
        patterns=tuple(name for name in adopted if name in here),
        settings={name: dict(_settings(architecture, name)) for name in adopted if name in here},
        **chosen,
    )


def _one(kind: str, engines: Iterable[str | None], problems: list[Problem]) -> str:
    """The only one of the engines that there is a unit for; empty where there is none."""
    known = {_ENGINES.get(each, each) for each in engines if each} & {*units.options(kind)}
    if len(known) > 1:
        several = ", ".join(sorted(known))
        hint = f"choose one with --{kind}"
        problems.append(Problem(f"the manifest has more than one {kind}: {several}", hint=hint))
    return next(iter(sorted(known)), "")


def _settings(architecture: Architecture, pattern: str) -> Iterator[tuple[str, float | str]]:
    """What the first adoption of a pattern states, in plain words and numbers; no `none`."""
    adoption = next(each for each in architecture.patterns or () if each.pattern == pattern)
    stated: Mapping[str, object] = adoption.model_dump(mode="python", exclude_none=True)
    for key, value in stated.items():
        if key not in _WHERE and isinstance(value, str | int | float) and value != math.inf:
            yield key, value
