"""Reading `architecture.yaml`: YAML to a checked `System`, with every problem at once."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeAlias

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from patternctl import yamlio
from patternctl.errors import InputError, Location, ManifestError, Problem
from patternctl.model.architecture import Architecture
from patternctl.model.system import ElementPath, System

VERSION = 1
_MARKS = (re.compile(r"^version\s*:\s*1\s*(#.*)?$", re.M), re.compile(r"^system\s*:", re.M))
_START = f"start the file with `version: {VERSION}`"
_SUGGESTIONS = 50
"""References that get a "did you mean": each one compares a word with every name declared."""
_QUOTED = 40
"""Characters of a wrong value that a message repeats."""
_KUBERNETES = frozenset({"apiVersion", "kind"})
"""Keys that every Kubernetes object has."""
_TOP_KEY = re.compile(r"^(\w+):", re.MULTILINE)
_MESSAGES = {
    **dict.fromkeys(("model_type", "model_attributes_type", "dict_type"), "should be a mapping"),
    "tuple_type": "should be a list",
    "string_type": "should be text",
    "int_type": "should be a whole number",
    "float_type": "should be a number",
    "finite_number": "should be a finite number",
    "bool_type": "should be true or false",
    "date_type": "should be a date such as 2027-03-01",
    "string_pattern_mismatch": "is not a name",
}
_EMPTY = {
    "tuple_type": "write [] where there is none",
    **dict.fromkeys(("dict_type", "model_type"), "write {} where there is nothing to say"),
}
_Places: TypeAlias = "dict[str, _Places] | str"
_REFERENCES: _Places = {
    "services": {
        "*": {
            "team": "team",
            "publishes": {"*": {"event": "event"}},
            "consumes": {"*": {"event": "event"}},
        }
    },
    "stores": {"*": {"owner": "service"}},
    "events": {"*": {"broker": "broker", "reply_to": "event"}},
    "flows": {"*": {"entry": "service", "path": {"*": "service"}}},
    "patterns": {
        "*": {
            **{key: {"*": "service"} for key in ("at", "commands", "queries")},
            "steps": {"*": {"service": "service"}},
        }
    },
}
"""Kind of element that a name stands for, by its place in the manifest.

Calls and store accesses are left to the rule `dangling-dependency`: they describe the system, the
rest is the manifest's own bookkeeping.
"""


class ManifestSources:
    """Places in one manifest file."""

    def __init__(self, document: yamlio.Document) -> None:
        self.document = document
        self.texts = {document.name: document.text}

    def locate(self, path: ElementPath) -> Location:
        """Place of the element's key, or of its nearest ancestor."""
        return self.document.locate(path)


def recognises(text: str) -> bool:
    """Whether a text says that it is a manifest, without parsing it."""
    return bool(_MARKS[0].search(text) and _MARKS[1].search(text))


def load(path: Path, *, name: str | None = None) -> System:
    """Read, validate and cross-check a manifest. Raises `InputError` or `ManifestError`."""
    name = name or str(path)
    return from_text(yamlio.read_text(path, name=name), name)


def from_text(text: str, name: str) -> System:
    """As `load`, for text that is at hand already."""
    with yamlio.paused_gc():
        try:
            document = yamlio.parse(text, name)
        except InputError:
            if set(_TOP_KEY.findall(text)) >= _KUBERNETES:  # several objects, so several documents
                raise _kubernetes(Location(name, 1)) from None
            raise
        return from_document(document)


def from_document(document: yamlio.Document) -> System:
    """Check a parsed document. Raises `ManifestError` with all problems found."""
    data = document.plain()
    if not isinstance(data, dict):
        where = Location(document.name, 1)
        raise ManifestError(Problem("is not a manifest: the top must be a mapping", where, _START))
    _require_manifest(data, document)
    problems: dict[ElementPath, Problem] = {}
    try:
        architecture = Architecture.model_validate(data)
    except ValidationError as error:
        for detail in _without_echoes(error.errors(include_url=False)):
            path, problem = _fault(detail, data, document)
            problems.setdefault(path, problem)
    dangling = _dangling(data, document, told=problems.keys())
    if found := [*problems.values(), *dangling]:
        raise ManifestError(*found)
    return System(architecture, ManifestSources(document), document.name)


def suggest(word: str, known: Iterable[str]) -> str:
    """`did you mean "orders"?`, or nothing where no known word is near."""
    near = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f'did you mean "{near[0]}"?' if near else ""


def _require_manifest(data: dict[str, Any], document: yamlio.Document) -> None:
    """Refuse what is another format, or another version of this one, without reading on."""
    version = data.get("version")
    if (version == VERSION and version is not True) or (version is None and "system" in data):
        return
    if data.keys() >= _KUBERNETES:
        raise _kubernetes(Location(document.name, 1))
    where = document.locate_value(("version",))
    if version is not None:
        message = f"version {_shown(version)} is not one this patternctl reads"
        raise ManifestError(Problem(message, where, f"write `version: {VERSION}`"))
    hint = f"{_START}; `patternctl discover` reads docker-compose files"
    message = "is not a manifest: `version` is missing"
    raise ManifestError(Problem(message, where, hint if "services" in data else _START))


def _kubernetes(where: Location) -> ManifestError:
    hint = "manifests (`patternctl init` writes one) and docker-compose files are read"
    return ManifestError(Problem("is Kubernetes YAML, not a manifest", where, hint))


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


def _fault(
    detail: ErrorDetails, data: object, document: yamlio.Document
) -> tuple[ElementPath, Problem]:
    """A complaint of pydantic's, and the path that it is told once for."""
    path, kind, key = _written(detail["loc"], data), detail["type"], detail["loc"][-1]
    if kind == "extra_forbidden":
        known = _fields_at(detail["loc"][:-1])
        hint = suggest(str(key), known) or f"known here: {', '.join(sorted(known))}"
        return path, Problem(f"unknown key {_shown(key)}", document.locate(path), hint)
    if kind in ("missing", "union_tag_not_found"):
        key = "pattern" if kind == "union_tag_not_found" else key
        hint = _START if key == "version" else f"write `{key}: …`"
        return (*path, key), Problem(f'"{key}" is missing', document.locate(path), hint)
    if key == "[key]":
        message = f"{_shown(detail['input'])} {_message(detail)}"
        return (*path, key), Problem(message, document.locate(path), _hint(detail))
    value = detail["input"]
    if kind == "union_tag_invalid":
        path, value = (*path, "pattern"), value["pattern"]
    message = " ".join(filter(None, (f"{_label(path)}:", _shown(value), _message(detail))))
    hint = _hint(detail, branch=len(path) < len(detail["loc"]))
    return path, Problem(message, document.locate_value(path), hint)


def _shown(value: object) -> str:
    """A word or number as a message repeats it; nothing for mappings, lists and null."""
    if isinstance(value, str):
        text = value if len(value) <= _QUOTED else f"{value[:_QUOTED]}…"
        return json.dumps(text, ensure_ascii=not text.isprintable())
    if isinstance(value, bool | int | float):
        return str(value).lower()
    return ""


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
        return f"is none of {context['expected_tags']}"
    message = _MESSAGES.get(kind) or str(context.get("error", detail["msg"]))
    return message.removeprefix("Input ")[:1].lower() + message.removeprefix("Input ")[1:]


def _hint(detail: ErrorDetails, *, branch: bool = False) -> str:
    kind, value, context = detail["type"], detail["input"], detail.get("ctx", {})
    if kind in ("literal_error", "union_tag_invalid") and isinstance(value, str | dict):
        word = str(context.get("tag", value))
        expected = str(context.get("expected") or context.get("expected_tags"))
        near = suggest(word, expected.replace("'", "").replace(" or ", ", ").split(", "))
        return near or _engine_hint(detail["loc"], word)
    if kind == "tuple_type" and isinstance(value, str):
        return f"write `[{value}]`"
    if kind == "string_type" and isinstance(value, int | float):
        return "put it in quotes"
    if kind == "string_pattern_mismatch":
        return "use letters, digits, `-`, `_` and `.`"
    if value is None:
        return _EMPTY.get(kind, "")
    if kind == "model_type" and branch:
        return "or `none`, where there is none"
    return ""


def _engine_hint(path: ElementPath, word: str) -> str:
    """What to do with a product's name where a kind is asked for."""
    if path[-1] == "kind" and "engine" in _fields_at(path[:-1]):
        return f"a product goes to `engine: {word}`, beside the kind that it is"
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


def _dangling(
    data: dict[str, Any], document: yamlio.Document, told: Collection[ElementPath]
) -> Iterator[Problem]:
    """Names of elements that are not there, but for the places whose faults are `told`.

    They are looked for in the file as it is, faulty or not, so that one fault hides no other.
    """
    known = _declared(data)
    suggestions = 0
    for kind, path, name in _references(data, _REFERENCES, ()):
        names = known[kind]
        if names is not None and name not in names and path not in told:
            suggestions += 1
            near = suggest(name, names) if suggestions <= _SUGGESTIONS else ""
            hint = near or f"declare it under `{kind}s`"
            yield Problem(f"there is no {kind} {_shown(name)}", document.locate_value(path), hint)
    yield from _wrong_starts(data, document)


def _declared(data: dict[str, Any]) -> dict[str, Collection[str] | None]:
    """Names declared, by kind; None where any name may be meant.

    A block that is left out altogether (no `teams`, no `events`) is unknown, and so is one that is
    no mapping or that may stand under a key misspelt. Services are what a manifest is about.
    """
    misspelt = not data.keys() <= Architecture.model_fields.keys()
    declared: dict[str, Collection[str] | None] = {}
    for kind in ("team", "service", "broker", "event"):
        block = data.get(f"{kind}s")
        if block is None and kind == "service" and not misspelt:
            block = {}
        declared[kind] = block if isinstance(block, dict) else None
    return declared


def _references(
    node: object, places: _Places, path: ElementPath
) -> Iterator[tuple[str, ElementPath, str]]:
    """(kind, path, name) of every name at one of the `places` below `node`."""
    if isinstance(places, str):
        if isinstance(node, str):
            yield places, path, node
    elif "*" in places:
        entries = node.items() if isinstance(node, dict) else ()
        for key, value in enumerate(node) if isinstance(node, list) else entries:
            yield from _references(value, places["*"], (*path, key))
    elif isinstance(node, dict):
        for key, inner in places.items():
            if key in node:
                yield from _references(node[key], inner, (*path, key))
    elif len(places) == 1:  # a name in a list, short for the mapping that holds nothing else
        for inner in places.values():
            yield from _references(node, inner, path)


def _wrong_starts(data: dict[str, Any], document: yamlio.Document) -> Iterator[Problem]:
    """Flows whose path begins elsewhere than at their entry."""
    flows = data.get("flows")
    for name, flow in flows.items() if isinstance(flows, dict) else ():
        if not isinstance(flow, dict):
            continue
        entry, path = flow.get("entry"), flow.get("path")
        first = path[0] if path and isinstance(path, list) else entry
        if isinstance(entry, str) and isinstance(first, str) and entry != first:
            message = f"the path starts at {_shown(first)}, the entry is {_shown(entry)}"
            where = document.locate(("flows", name, "path"))
            yield Problem(message, where, "start it at the entry")
