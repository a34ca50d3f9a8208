"""A discovered architecture as `architecture.yaml`, every element with the line it was seen at."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import WithJsonSchema

from patternctl.engine.suppress import MARKER
from patternctl.errors import Location
from patternctl.model import units
from patternctl.model.architecture import Architecture
from patternctl.model.provenance import Confidence, Evidence, ProvenanceSources
from patternctl.model.system import ElementNames, ElementPath, System
from patternctl.yamlio import quoted

_WIDTH = 92
"""Characters of a comment line."""
_ELEMENTS = {
    "services": "service",
    "stores": "store",
    "brokers": "broker",
    "events": "event",
    "calls": "call",
    "uses": "store access",
    "publishes": "event sent",
    "consumes": "event received",
}
_SIZES = tuple(
    (f"{prefix}{binary}B", (1024 if binary else 1000) ** power)
    for power, prefix in ((5, "P"), (4, "T"), (3, "G"), (2, "M"), (1, "K"))
    for binary in ("", "i")
)


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of an explanation: what is stated of which element, and what it follows from."""

    element: str
    fact: str
    """`service`, `call`, … for the element itself, else the attribute: `exposed: false`."""
    seen: str
    location: Location
    confidence: Confidence


def render(system: System) -> str:
    """The manifest's text, which reads back as the same architecture."""
    return "\n".join([*_header(system), *body(system)]) + "\n"


def explain(system: System) -> list[Fact]:
    """Everything the system's sources have evidence for, in the order of the manifest."""
    if not isinstance(system.sources, ProvenanceSources):
        return []
    facts, names = system.sources.facts, ElementNames(system.architecture)
    rows: list[Fact] = []
    for path in _in_order(system.architecture, facts):
        element, fact = _labels(system.architecture, path, names)
        rows += [Fact(element, fact, e.seen, e.location, e.confidence) for e in facts[path]]
    return rows


def _labels(architecture: Architecture, path: ElementPath, names: ElementNames) -> tuple[str, str]:
    """(element, fact) of what `path` leads to."""
    value = _value_at(architecture, path)
    if isinstance(value, BaseModel):
        return names(path), _ELEMENTS.get(str(path[0] if len(path) == 2 else path[-2]), "element")
    return names(path[:-1]), f"{path[-1]}: {_scalar(value)}"


def _value_at(architecture: Architecture, path: ElementPath) -> Any:
    value: Any = architecture
    for key in path:
        value = getattr(value, str(key)) if isinstance(value, BaseModel) else value[key]
    return value


def _in_order(architecture: Architecture, facts: Mapping[ElementPath, object]) -> list[ElementPath]:
    """Paths of facts in the order of the manifest, each element before its attributes."""
    ranks: dict[tuple[str | int, ...], int] = {}
    for block in type(architecture).model_fields:
        elements = getattr(architecture, block)
        for name, element in elements.items() if isinstance(elements, dict) else ():
            ranks[block, name] = len(ranks)
            for attribute in type(element).model_fields:
                ranks[block, name, attribute] = len(ranks)

    def order(path: ElementPath) -> tuple[int, tuple[str | int, ...]]:
        return ranks.get(path[:3], len(ranks)), path[3:]

    return sorted(facts, key=order)


def _header(system: System) -> Iterator[str]:
    yield from _comment(f"Discovered from {system.name}. Add what such files cannot show.")
    for note in system.notes:
        yield from _comment(note)
    if system.architecture.complete is not None:
        yield from _comment(
            "Once every call, store access and event is listed here, delete the line `complete`: "
            "what is not listed is then taken not to be there."
        )


def _comment(text: str) -> Iterator[str]:
    line = "#"
    for word in _plain(text).split():
        if len(line) + len(word) + 1 > _WIDTH and line != "#":
            yield line
            line = "#  "
        line += f" {word}"
    yield line


def _plain(text: str) -> str:
    """Text that stays on one line of a comment and is no suppression, whatever it quotes."""
    return "".join(c if c.isprintable() else " " for c in text).replace(
        MARKER, f"{MARKER[:-1]} {MARKER[-1]}"
    )


def body(system: System) -> Iterator[str]:
    """Lines of the manifest without comments of its own."""
    sources = system.sources
    facts = sources.facts if isinstance(sources, ProvenanceSources) else {}
    for key, value in _stated(system.architecture):
        if isinstance(value, dict) and value:
            yield f"{key}:"
            for name, element in value.items():
                yield from _element((key, name), element, facts)
        elif isinstance(value, tuple) and value and isinstance(value[0], BaseModel):
            yield f"{key}:"
            yield from (f"  - {_flow(item)}" for item in value)
        else:
            yield f"{key}: {_flow(value)}"


def _element(
    path: ElementPath, element: BaseModel, facts: Mapping[ElementPath, tuple[Evidence, ...]]
) -> Iterator[str]:
    yield from _origin(facts.get(path, ())[-1:], "  ")
    name = _quoted(str(path[-1]))
    stated = list(_stated(element))
    if not stated:
        yield f"  {name}: {{}}"
        return
    yield f"  {name}:"
    for key, value in stated:
        if isinstance(value, tuple) and value and isinstance(value[0], BaseModel):
            yield f"    {key}:"
            for index, item in enumerate(value):
                yield from _origin(facts.get((*path, key, index), ())[:1], "      ")
                yield f"      - {_flow(item)}"
        else:
            yield f"    {key}: {_flow(value)}"


def _origin(evidence: tuple[Evidence, ...], indent: str) -> Iterator[str]:
    for where, seen, confidence in ((e.location, e.seen, e.confidence) for e in evidence):
        place = f"{where.file}:{where.line}" if where.line else where.file
        unsure = "" if confidence == "high" else f" [{confidence}]"
        yield f"{indent}# from {_plain(f'{place}, {seen}')}{unsure}"


def _stated(model: BaseModel) -> Iterator[tuple[str, Any]]:
    """(key, value) of what differs from "left out", quantities as people write them."""
    formats = _formats(type(model))
    for name, info in type(model).model_fields.items():
        value = getattr(model, name)
        if value is None or (not info.is_required() and value == info.default):
            continue
        write = formats.get(name)
        yield info.alias or name, write(value) if write else value


def _flow(value: Any) -> str:
    """A value in YAML's flow style."""
    if isinstance(value, BaseModel):
        return "{" + ", ".join(f"{key}: {_flow(item)}" for key, item in _stated(value)) + "}"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_quoted(k)}: {_flow(item)}" for k, item in value.items()) + "}"
    if isinstance(value, tuple):
        return "[" + ", ".join(map(_flow, value)) + "]"
    return _scalar(value)


def _scalar(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return f"{Decimal(repr(value)):f}"
    return _quoted(value) if isinstance(value, str) else str(value)


def _quoted(text: str) -> str:
    """A text as a scalar in which nobody who reads by lines finds a suppression."""
    return quoted(text).replace(MARKER, f"{MARKER[:-1]}\\x{ord(MARKER[-1]):02x}")


@lru_cache(maxsize=64)
def _formats(model: type[BaseModel]) -> dict[str, Callable[[Any], str]]:
    """How the quantities among a model's fields are written."""
    found: dict[str, Callable[[Any], str]] = {}
    for name, info in model.model_fields.items():
        for metadata in (*info.metadata, *_metadata(info.annotation)):
            schema = metadata.json_schema if isinstance(metadata, WithJsonSchema) else None
            write = _WRITERS.get(str((schema or {}).get("pattern")).removeprefix("^none$|"))
            if write is not None:
                found[name] = write
    return found


def _metadata(annotation: Any) -> Iterator[object]:
    yield from getattr(annotation, "__metadata__", ())
    for part in getattr(annotation, "__args__", ()):
        yield from _metadata(part)


def _duration(seconds: float) -> str:
    text = units.format_duration(seconds)
    return text if units.parse_duration(text) == seconds else f"{Decimal(repr(seconds)):f}s"


def _ratio(share: float) -> str:
    if share == units.parse_duration("none"):
        return "none"
    text = units.format_ratio(share)
    return text if units.parse_ratio(text) == share else f"{Decimal(repr(share)) * 100:f}%"


def _bytes(size: int) -> str:
    exact = (f"{size // unit}{name}" for name, unit in _SIZES if size and size % unit == 0)
    return next(exact, f"{size}B")


def _rate(per_second: float) -> str:
    return f"{Decimal(repr(per_second)):f}/s"


_WRITERS: dict[str, Callable[[Any], str]] = {
    units.DURATION_PATTERN: _duration,
    units.TIME_PATTERN: _duration,
    units.RATIO_PATTERN: _ratio,
    units.BYTES_PATTERN: _bytes,
    units.RATE_PATTERN: _rate,
    units.MONEY_PATTERN: str,
}
