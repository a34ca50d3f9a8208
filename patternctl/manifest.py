"""Reading `architecture.yaml`: YAML to a checked `System`, with every problem at once."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any, TypeAlias, get_args

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from patternctl import faults, yamlio
from patternctl.errors import InputError, Location, ManifestError, Problem
from patternctl.faults import shown, suggest
from patternctl.model.architecture import SHIPPED, Architecture
from patternctl.model.base import Id
from patternctl.model.system import ElementPath, System

VERSION = 1
_MARKS = (re.compile(r"^version\s*:\s*1\s*(#.*)?$", re.M), re.compile(r"^system\s*:", re.M))
_START = f"start the file with `version: {VERSION}`"
_SUGGESTIONS = 50
"""References that get a "did you mean": each one compares a word with every name declared."""
_KUBERNETES = frozenset({"apiVersion", "kind"})
"""Keys that every Kubernetes object has."""
_KEBAB = get_args(Id)[1].pattern
_LISTED = "`patternctl patterns` lists them"
_TOP_KEY = re.compile(r"^(\w+):", re.MULTILINE)
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


def load(path: Path, *, name: str | None = None, patterns: Collection[str] = SHIPPED) -> System:
    """Read, validate and cross-check a manifest. Raises `InputError` or `ManifestError`.

    `patterns` are the ids of all that may be adopted or decided for.
    """
    name = name or str(path)
    return from_text(yamlio.read_text(path, name=name), name, patterns, path.parent)


def from_text(
    text: str, name: str, patterns: Collection[str] = SHIPPED, folder: Path | None = None
) -> System:
    """As `load`, for text that is at hand already.

    Paths in it start at `folder`, if given.
    """
    with yamlio.paused_gc():
        try:
            document = yamlio.parse(text, name)
        except InputError:
            if set(_TOP_KEY.findall(text)) >= _KUBERNETES:  # several objects, so several documents
                raise _kubernetes(Location(name, 1)) from None
            raise
        return from_document(document, patterns)._replace(folder=folder)


def from_document(document: yamlio.Document, patterns: Collection[str] = SHIPPED) -> System:
    """Check a parsed document. Raises `ManifestError` with all problems found."""
    data = document.plain()
    if not isinstance(data, dict):
        where = Location(document.name, 1)
        raise ManifestError(Problem("is not a manifest: the top must be a mapping", where, _START))
    _require_manifest(data, document)
    problems: dict[ElementPath, Problem] = {}
    unknown = dict(_unknown_patterns(data, document, patterns))
    try:
        architecture = Architecture.model_validate(data)
    except ValidationError as error:
        details = _without_echoes(error.errors(include_url=False))
        known = [detail for detail in details if not _of_unknown_pattern(detail, unknown)]
        problems = faults.problems(known, data, document, _FORM)
    dangling = _dangling(data, document, told=problems.keys())
    if found := [*{**unknown, **problems}.values(), *dangling]:
        raise ManifestError(*found)
    return System(architecture, ManifestSources(document), document.name)


def _require_manifest(data: dict[str, Any], document: yamlio.Document) -> None:
    """Refuse what is another format, or another version of this one, without reading on."""
    version = data.get("version")
    if (version == VERSION and version is not True) or (version is None and "system" in data):
        return
    if data.keys() >= _KUBERNETES:
        raise _kubernetes(Location(document.name, 1))
    where = document.locate_value(("version",))
    if version is not None:
        message = f"version {shown(version)} is not one this patternctl reads"
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


def _own_message(detail: ErrorDetails) -> str:
    return "is not a name" if detail["type"] == "string_pattern_mismatch" else ""


def _own_hint(complaint: faults.Complaint) -> str:
    """What to do about a product's name where a kind is asked for, about names, about settings."""
    kind, path = complaint.detail["type"], complaint.detail["loc"]
    if kind in ("literal_error", "union_tag_invalid"):
        if path[-1] == "kind" and "engine" in complaint.known():
            word, _ = faults.choice(complaint.detail)
            return f"a product goes to `engine: {word}`, beside the kind that it is"
    elif kind == "string_pattern_mismatch":
        if complaint.detail["ctx"]["pattern"] == _KEBAB:
            return "use small letters, digits and single dashes, as in `event-sourcing`"
        return "use letters, digits, `-`, `_` and `.`"
    elif kind == "model_type" and complaint.branch:
        if path[0] == "patterns" and len(path) == 3:
            return "write `- pattern: …`"
        return "or `none`, where there is none"
    return ""


_MISSING = {"version": _START, "pattern": f"write `pattern: …`; {_LISTED}"}
_FORM = faults.Form(Architecture, "the manifest", _MISSING, _own_message, _own_hint)


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
            yield Problem(f"there is no {kind} {shown(name)}", document.locate_value(path), hint)
    yield from _wrong_starts(data, document)


def _unknown_patterns(
    data: dict[str, Any], document: yamlio.Document, known: Collection[str]
) -> Iterator[tuple[ElementPath, Problem]]:
    """Patterns adopted or decided for that no catalog tells, by their places."""
    for block, key in (("patterns", "pattern"), ("decisions", "outcome")):
        entries = data.get(block)
        for index, entry in enumerate(entries if isinstance(entries, list) else ()):
            word = entry.get(key) if isinstance(entry, dict) else None
            if isinstance(word, str) and word not in known:
                path = (block, index, key)
                where = document.locate_value(path)
                hint = suggest(word, known) or _LISTED
                yield path, Problem(f"there is no pattern {shown(word)}", where, hint)


def _of_unknown_pattern(detail: ErrorDetails, unknown: Collection[ElementPath]) -> bool:
    """Whether a key is complained about that the pattern which was meant may well have."""
    return detail["type"] == "extra_forbidden" and (*detail["loc"][:2], "pattern") in unknown


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
            message = f"the path starts at {shown(first)}, the entry is {shown(entry)}"
            where = document.locate(("flows", name, "path"))
            yield Problem(message, where, "start it at the entry")
