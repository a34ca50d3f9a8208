"""JSON Schema of the files patternctl reads, from the models that read them."""

from __future__ import annotations

import ast
import inspect
import json
import sys
from collections.abc import Mapping
from functools import cache
from typing import Any

from pydantic import BaseModel

from patternctl.faults import inner_models
from patternctl.model.antipattern import AntiPattern
from patternctl.model.architecture import Architecture
from patternctl.model.config import Config
from patternctl.model.cost import Materials
from patternctl.model.decision import Tree
from patternctl.model.pattern import Pattern
from patternctl.model.playbook import Playbook
from patternctl.model.price import PriceBook

_ROOTS: dict[str, type[BaseModel]] = {
    "manifest": Architecture,
    "pattern": Pattern,
    "antipattern": AntiPattern,
    "tree": Tree,
    "materials": Materials,
    "playbook": Playbook,
    "prices": PriceBook,
    "config": Config,
}
_TYPES = {str: "string", bool: "boolean", int: "integer", type(None): "null"}


def render(kind: str) -> str:
    """JSON text of the schema (draft 2020-12) of one kind of file."""
    root = _ROOTS[kind]
    schema = root.model_json_schema(by_alias=True)
    definitions: dict[str, Any] = schema.get("$defs", {})
    models = _models(root)
    for name, definition in {**definitions, root.__name__: schema}.items():
        _describe(definition, models[name])
    if "extends" in schema["properties"]:
        schema = _whole_or_parts(root.__name__, schema)
        definitions = schema["$defs"]
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"patternctl {kind}",
    }
    told = {**_told(schema, definitions), **head}
    return json.dumps(told, indent=2, ensure_ascii=False) + "\n"


def _whole_or_parts(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    """The schema of a file that holds a whole, or where it `extends` another one, parts of it."""
    whole = {key: value for key, value in schema.items() if key != "$defs"}
    definitions = {**schema.get("$defs", {}), name: whole}
    parts: dict[str, Any] = {}
    _part({"$ref": f"#/$defs/{name}"}, definitions, parts)
    return {
        "$defs": {**definitions, **parts},
        "type": "object",
        "if": {"properties": {"extends": {"type": "string"}}, "required": ["extends"]},
        "then": {"$ref": f"#/$defs/{name}Part"},
        "else": {"$ref": f"#/$defs/{name}"},
    }


def _part(node: Any, definitions: Mapping[str, Any], parts: dict[str, Any]) -> Any:
    """What may be said of `node` where a file is laid over another one, key by key.

    Nothing has to be told, and `null` takes away what a file can do without. A list or a value is
    replaced as a whole. What definitions come to is gathered in `parts`.
    """
    if "$ref" in node:
        name = f"{node['$ref'].removeprefix('#/$defs/')}Part"
        if name not in parts:
            parts[name] = {}  # so that one which holds itself is worked out once
            parts[name] = _part(_definition(node["$ref"], definitions), definitions, parts)
        return {**node, "$ref": f"#/$defs/{name}"}
    if "anyOf" in node:
        return {**node, "anyOf": [_part(each, definitions, parts) for each in node["anyOf"]]}
    if node.get("type") != "object":
        return node
    needed = node.get("required", ())
    wholes = ("title", "required", "minProperties")
    part = {key: value for key, value in node.items() if key not in wholes}
    if "properties" in node:
        told = {key: _part(each, definitions, parts) for key, each in node["properties"].items()}
        part["properties"] = {
            key: each if key in needed else _or_null(each) for key, each in told.items()
        }
    if "patternProperties" in node:
        part["patternProperties"] = {
            pattern: _or_null(_part(each, definitions, parts))
            for pattern, each in node["patternProperties"].items()
        }
    return part


def _or_null(node: dict[str, Any]) -> dict[str, Any]:
    null = {"type": "null"}
    described = {key: node[key] for key in ("description",) if key in node}
    branches = node.get("anyOf") or [{k: v for k, v in node.items() if k not in described}]
    return {"anyOf": branches if null in branches else [*branches, null], **described}


def _told(node: Any, definitions: Mapping[str, Any]) -> Any:
    """The schema rewritten so that a validator can tell which key is wrong, and not only where.

    Alternatives become conditions on what they differ in: "not valid under any of the given
    schemas" is all that can be said of a union, and editors mark the whole of it.
    """
    if isinstance(node, list):
        return [_told(item, definitions) for item in node]
    if not isinstance(node, dict):
        return node
    node = {key: _told(value, definitions) for key, value in node.items()}
    if "patternProperties" in node:  # names outside the pattern pass unasked otherwise
        node.setdefault("additionalProperties", False)
    if "discriminator" in node:
        return _by_tag(node, definitions)
    if "anyOf" in node:
        return _by_type(node, definitions)
    return node


def _by_type(node: dict[str, Any], definitions: Mapping[str, Any]) -> dict[str, Any]:
    """Alternatives of different JSON types, each asked for where the value is of its type."""
    branches = node.pop("anyOf")
    types = [_types(branch, definitions) for branch in branches]
    node["type"] = [name for names in types for name in names]
    first, *others = branches
    if others == [{"type": "null"}] and not first.keys() & {"$ref", "const"}:
        values = {"enum": [*first["enum"], None]} if "enum" in first else {}
        return {**first, **values, **node}
    asked = [
        {"if": {"type": names if len(names) > 1 else names[0]}, "then": rest}
        for names, branch in zip(types, branches, strict=True)
        if (rest := {key: value for key, value in branch.items() if key != "type"})
    ]
    return {**node, "allOf": asked} if asked else node


def _types(branch: dict[str, Any], definitions: Mapping[str, Any]) -> list[str]:
    """JSON types that the values of `branch` may have."""
    if "$ref" in branch:
        branch = _definition(branch["$ref"], definitions)
    if "type" in branch:
        own = branch["type"]
        return [own] if isinstance(own, str) else [*own]
    return list(dict.fromkeys(_TYPES[type(value)] for value in branch["enum"]))


def _by_tag(node: dict[str, Any], definitions: Mapping[str, Any]) -> dict[str, Any]:
    """Alternatives that a key tells apart, each asked for where the key has one of its values.

    One of them may take any other value: it is asked for where the key has none of those.
    """
    key = node.pop("discriminator")["propertyName"]
    references = [branch["$ref"] for branch in node.pop("oneOf")]
    tags = [_definition(reference, definitions)["properties"][key] for reference in references]
    values = [tag.get("enum") or [tag["const"]] if "pattern" not in tag else [] for tag in tags]
    known = [value for own in values for value in own]
    asked = []
    told: dict[str, Any] = {"description": tags[0]["description"], "enum": known}
    for reference, tag, own in zip(references, tags, values, strict=True):
        if not own:
            told = {"description": told["description"], "examples": tag["examples"]}
        meant = {"enum": own} if own else {"not": {"enum": known}}
        given = {"properties": {key: meant}, "required": [key]}
        asked.append({"if": given, "then": {"$ref": reference}})
    return {
        **node,
        "type": "object",
        "properties": {key: told},
        "required": [key],
        "allOf": asked,
    }


def _definition(reference: str, definitions: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = definitions[reference.removeprefix("#/$defs/")]
    return found


def _describe(definition: dict[str, Any], model: type[BaseModel]) -> None:
    """Give every property its field's docstring; titles and empty defaults say nothing."""
    properties = definition.get("properties", {})
    for name, text in _documented(model).items():
        properties[model.model_fields[name].alias or name]["description"] = text
    if "allOf" in definition:  # what validators ask of several keys
        definition["allOf"] = [_described(each, properties) for each in definition["allOf"]]
    for entry in properties.values():
        entry.pop("title", None)
        if entry.get("default", ...) in (None, [], {}):
            entry.pop("default")


def _described(condition: dict[str, Any], properties: Mapping[str, Any]) -> dict[str, Any]:
    """The condition, with the properties that it asks for described like those of the model."""
    asked = condition["then"]["properties"].items()
    told = {name: {"description": properties[name]["description"], **each} for name, each in asked}
    return {**condition, "then": {**condition["then"], "properties": told}}


def _models(root: type[BaseModel]) -> dict[str, type[BaseModel]]:
    """The models that a file of the model `root` is made of, by name."""
    found: dict[str, type[BaseModel]] = {}
    open_ = [root]
    while open_:
        model = open_.pop()
        if model.__name__ not in found:
            found[model.__name__] = model
            model.model_rebuild()  # types named before they are defined
            for field in model.model_fields.values():
                open_ += inner_models(field.annotation)
    return found


def _documented(model: type[BaseModel]) -> dict[str, str]:
    """Docstrings of the model's fields, those that it inherits included."""
    found: dict[str, str] = {}
    for each in reversed(model.__mro__):
        if issubclass(each, BaseModel) and each is not BaseModel:
            found |= _descriptions(each.__module__)[each.__name__]
    return found


@cache
def _descriptions(module: str) -> dict[str, dict[str, str]]:
    """Docstrings of fields by class, read from the source: pydantic would do it at every start."""
    found: dict[str, dict[str, str]] = {}
    for node in ast.parse(inspect.getsource(sys.modules[module])).body:
        if isinstance(node, ast.ClassDef):
            found[node.name] = {
                field.target.id: " ".join(text.value.value.split())
                for field, text in zip(node.body, node.body[1:], strict=False)
                if isinstance(field, ast.AnnAssign)
                and isinstance(field.target, ast.Name)
                and isinstance(text, ast.Expr)
                and isinstance(text.value, ast.Constant)
                and isinstance(text.value.value, str)
            }
    return found
