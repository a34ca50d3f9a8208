"""Reading `architecture.yaml`: YAML to a checked `System`, with every problem at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from patternctl import yamlio
from patternctl.errors import Location, ManifestError, Problem
from patternctl.model.architecture import Architecture, Saga
from patternctl.model.system import ElementPath, System

VERSION = 1
_START = f"start the file with `version: {VERSION}`"
_SUGGESTIONS = 50
"""References that get a "did you mean": each one compares a word with every name declared."""
_MESSAGES = {
    **dict.fromkeys(("model_type", "model_attributes_type", "dict_type"), "should be a mapping"),
    "tuple_type": "should be a list",
    "string_type": "should be text",
    "int_type": "should be a whole number",
    "float_type": "should be a number",
    "finite_number": "should be a finite number",
    "bool_type": "should be true or false",
    "date_type": "should be a date such as 2027-03-01",
}
_EMPTY = {
    "tuple_type": "write [] where there is none",
    **dict.fromkeys(("dict_type", "model_type"), "write {} where there is nothing to say"),
}


class ManifestSources:
    """Places in one manifest file."""

    def __init__(self, document: yamlio.Document) -> None:
        self.document = document
        self.texts = {document.name: document.text}

    def locate(self, path: ElementPath) -> Location:
        """Place of the element's key, or of its nearest ancestor."""
        return self.document.locate(path)


def load(path: Path, *, name: str | None = None) -> System:
    """Read, validate and cross-check a manifest. Raises `InputError` or `ManifestError`."""
    with yamlio.paused_gc():
        return from_document(yamlio.read(path, name=name))


def from_text(text: str, name: str) -> System:
    """As `load`, for text that is at hand already."""
    with yamlio.paused_gc():
        return from_document(yamlio.parse(text, name))


def from_document(document: yamlio.Document) -> System:
    """Check a parsed document. Raises `ManifestError` with all problems found."""
    data = document.plain()
    sources = ManifestSources(document)
    if not isinstance(data, dict):
        where = Location(document.name, 1)
        raise ManifestError(Problem("is not a manifest: the top must be a mapping", where, _START))
    _require_version(data, sources)
    try:
        architecture = Architecture.model_validate(data)
    except ValidationError as error:
        details = _without_echoes(error.errors(include_url=False))
        raise ManifestError(*(_problem(detail, data, sources) for detail in details)) from None
    problems = list(_dangling(architecture, sources))
    if problems:
        raise ManifestError(*problems)
    return System(architecture, sources, document.name)


def suggest(word: str, known: Iterable[str]) -> str:
    """`did you mean "orders"?`, or nothing where no known word is near."""
    near = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f'did you mean "{near[0]}"?' if near else ""


def _require_version(data: dict[str, Any], sources: ManifestSources) -> None:
    if data.get("version") == VERSION and data.get("version") is not True:
        return
    where = sources.locate(("version",))
    if "version" in data:
        message = f"version {data['version']!r} is not one this patternctl reads"
        raise ManifestError(Problem(message, where, f"write `version: {VERSION}`"))
    if "services" in data and "system" not in data:
        hint = "a docker-compose file is read as one when its name says so: `patternctl discover`"
    else:
        hint = _START
    raise ManifestError(Problem("is not a manifest: `version` is missing", where, hint))


def _without_echoes(details: list[ErrorDetails]) -> list[ErrorDetails]:
    """Drop "should be 'none'" where the other way to write the value has a complaint of its own."""

    def alternative(detail: ErrorDetails) -> bool:
        return detail.get("ctx", {}).get("expected") == "'none'"

    complained = {
        tuple(detail["loc"][:length])
        for detail in details
        if not alternative(detail)
        for length in range(len(detail["loc"]) + 1)
    }
    return [d for d in details if not alternative(d) or tuple(d["loc"][:-1]) not in complained]


def _problem(detail: ErrorDetails, data: object, sources: ManifestSources) -> Problem:
    path, kind = _written(detail["loc"], data), detail["type"]
    where = sources.locate(path)
    if kind == "extra_forbidden":
        known = _fields_at(detail["loc"][:-1])
        hint = suggest(str(path[-1]), known) or f"known here: {', '.join(sorted(known))}"
        return Problem(f'unknown key "{path[-1]}"', where, hint)
    if kind == "missing":
        key = detail["loc"][-1]
        return Problem(f'"{key}" is missing', where, f"write `{key}: …`")
    if kind == "union_tag_not_found":
        return Problem('"pattern" is missing', where, "write `pattern: …`")
    if kind == "string_pattern_mismatch":
        hint = "use letters, digits, `-`, `_` and `.`"
        return Problem(f"{detail['input']!r} is not a name", where, hint)
    hint = _hint(detail, branch=len(path) < len(detail["loc"]))
    return Problem(f"{_label(path)}: {_message(detail)}", where, hint)


def _written(path: ElementPath, data: Any) -> ElementPath:
    """`path` as the file has it: pydantic adds the branch of a union it tried."""
    found: list[str | int] = []
    for key in path:
        entry = isinstance(data, dict) and key in data
        if entry or (isinstance(data, list) and isinstance(key, int)):
            data = data[key]
            found.append(key)
    return tuple(found)


def _message(detail: ErrorDetails) -> str:
    kind, context = detail["type"], detail.get("ctx", {})
    if kind == "union_tag_invalid":
        return f"{context['tag']!r} is none of {context['expected_tags']}"
    message = _MESSAGES.get(kind) or str(context.get("error", detail["msg"]))
    return message.removeprefix("Input ")[:1].lower() + message.removeprefix("Input ")[1:]


def _hint(detail: ErrorDetails, *, branch: bool) -> str:
    kind, value, context = detail["type"], detail["input"], detail.get("ctx", {})
    if kind in ("literal_error", "union_tag_invalid") and isinstance(value, str | dict):
        word = str(context.get("tag", value))
        expected = str(context.get("expected") or context.get("expected_tags"))
        return suggest(word, expected.replace("'", "").replace(" or ", ", ").split(", "))
    if kind == "tuple_type" and isinstance(value, str):
        return f"write `[{value}]`"
    if kind == "string_type" and isinstance(value, int | float):
        return "put it in quotes"
    if value is None:
        return _EMPTY.get(kind, "")
    if kind == "model_type" and branch:
        return "or `none`, where there is none"
    return ""


def _label(path: ElementPath) -> str:
    words = [str(key) for key in path if not isinstance(key, int)]
    return words[-1] if words else "the manifest"


def _fields_at(path: ElementPath) -> set[str]:
    """Keys the model knows at `path`, for suggestions."""
    models: list[type[BaseModel]] = [Architecture]
    for key in path:
        if isinstance(key, int):
            continue
        found = [
            inner
            for model in models
            for inner in _inner_models(_annotation(model, str(key)), str(key))
        ]
        models = found or [m for m in models if _is_branch(m, key)] or models
    return {field.alias or name for model in models for name, field in model.model_fields.items()}


def _is_branch(model: type[BaseModel], key: str) -> bool:
    """Whether `key` is how pydantic names this member of a union."""
    discriminator = model.model_fields.get("pattern")
    return discriminator is not None and key in getattr(discriminator.annotation, "__args__", ())


def _annotation(model: type[BaseModel], key: str) -> object:
    for name, field in model.model_fields.items():
        if key in (name, field.alias):
            return field.annotation
    return None


def _inner_models(annotation: object, key: str) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in getattr(annotation, "__args__", ()):
        yield from _inner_models(part, key)


class _Reference(NamedTuple):
    """A name in the manifest that stands for an element of another block."""

    kind: str
    name: str | None
    known: Collection[str] | None
    """Names declared; None where the block is left out, so that any name may be meant."""
    path: ElementPath


def _dangling(architecture: Architecture, sources: ManifestSources) -> Iterator[Problem]:
    """References to elements that are not there.

    Calls and store accesses are left to the rule `dangling-dependency`: they describe the system,
    the rest is the manifest's own bookkeeping. A block that is left out altogether (no `teams`,
    no `events`) is unknown, and names into it are taken as they are.
    """
    suggestions = 0
    for reference in _references(architecture):
        name, known = reference.name, reference.known
        if name is not None and known is not None and name not in known:
            suggestions += 1
            near = suggest(name, known) if suggestions <= _SUGGESTIONS else ""
            hint = near or f"declare it under `{reference.kind}s`"
            message = f'there is no {reference.kind} "{name}"'
            yield Problem(message, sources.locate(reference.path), hint)
    for name, flow in architecture.flows.items():
        if flow.path and flow.path[0] != flow.entry:
            message = f'the path starts at "{flow.path[0]}", the entry is "{flow.entry}"'
            yield Problem(message, sources.locate(("flows", name, "path")), "start it at the entry")


def _references(architecture: Architecture) -> Iterator[_Reference]:
    yield from _service_references(architecture)
    yield from _flow_and_pattern_references(architecture)
    services, events = architecture.services, architecture.events
    for name, store in (architecture.stores or {}).items():
        yield _Reference("service", store.owner, services, ("stores", name, "owner"))
    for name, event in (events or {}).items():
        here = ("events", name)
        yield _Reference("broker", event.broker, architecture.brokers, (*here, "broker"))
        yield _Reference("event", event.reply_to, events, (*here, "reply_to"))


def _service_references(architecture: Architecture) -> Iterator[_Reference]:
    events = architecture.events
    for name, service in architecture.services.items():
        here = ("services", name)
        yield _Reference("team", service.team, architecture.teams, (*here, "team"))
        for index, publish in enumerate(service.publishes):
            yield _Reference("event", publish.event, events, (*here, "publishes", index))
        for index, consume in enumerate(service.consumes):
            yield _Reference("event", consume.event, events, (*here, "consumes", index))


def _flow_and_pattern_references(architecture: Architecture) -> Iterator[_Reference]:
    services = architecture.services
    for name, flow in architecture.flows.items():
        yield _Reference("service", flow.entry, services, ("flows", name, "entry"))
        for index, step in enumerate(flow.path or ()):
            yield _Reference("service", step, services, ("flows", name, "path", index))
    for index, pattern in enumerate(architecture.patterns or ()):
        for field in ("at", "commands", "queries"):
            for position, service in enumerate(getattr(pattern, field, None) or ()):
                path = ("patterns", index, field, position)
                yield _Reference("service", service, services, path)
        for position, saga_step in enumerate((isinstance(pattern, Saga) and pattern.steps) or ()):
            path = ("patterns", index, "steps", position)
            yield _Reference("service", saga_step.service, services, path)
