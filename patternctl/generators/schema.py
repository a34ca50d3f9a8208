"""JSON Schema of the files patternctl reads, from the models that read them."""

from __future__ import annotations

import ast
import inspect
import json
from types import ModuleType
from typing import Any

from pydantic import BaseModel

from patternctl.model import antipattern, architecture, config

_ROOTS: dict[str, tuple[type[BaseModel], ModuleType]] = {
    "manifest": (architecture.Architecture, architecture),
    "antipattern": (antipattern.AntiPattern, antipattern),
    "config": (config.Config, config),
}


def render(kind: str) -> str:
    """JSON text of the schema (draft 2020-12) of `manifest`, `antipattern` or `config`."""
    model, module = _ROOTS[kind]
    schema = model.model_json_schema(by_alias=True)
    descriptions = _descriptions(module)
    definitions: dict[str, Any] = schema.get("$defs", {})
    for name, definition in {**definitions, model.__name__: schema}.items():
        _describe(definition, descriptions.get(name, {}))
    _close(schema)
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"patternctl {kind}",
    }
    return json.dumps({**schema, **head}, indent=2, ensure_ascii=False) + "\n"


def _close(node: object) -> None:
    """Refuse names outside a pattern, as the reader does: JSON Schema lets them pass unasked."""
    if isinstance(node, dict):
        if "patternProperties" in node:
            node.setdefault("additionalProperties", False)
        node = list(node.values())
    if isinstance(node, list):
        for item in node:
            _close(item)


def _describe(definition: dict[str, Any], descriptions: dict[str, str]) -> None:
    for name, text in descriptions.items():
        properties = definition.get("properties", {})
        for key in (name, name.replace("_", "-"), name.removeprefix("event_")):
            if key in properties:
                properties[key].setdefault("description", text)
                break
    for entry in definition.get("properties", {}).values():
        entry.pop("title", None)
        if entry.get("default", ...) in (None, [], {}):
            entry.pop("default")


def _descriptions(module: ModuleType) -> dict[str, dict[str, str]]:
    """Docstrings of fields by class, read from the source: pydantic would do it at every start."""
    found: dict[str, dict[str, str]] = {}
    for node in ast.parse(inspect.getsource(module)).body:
        if isinstance(node, ast.ClassDef):
            found[node.name] = {
                field.target.id: inspect.cleandoc(text.value.value)
                for field, text in zip(node.body, node.body[1:], strict=False)
                if isinstance(field, ast.AnnAssign)
                and isinstance(field.target, ast.Name)
                and isinstance(text, ast.Expr)
                and isinstance(text.value, ast.Constant)
                and isinstance(text.value.value, str)
            }
    return found
