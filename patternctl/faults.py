"""From pydantic's complaints about a YAML file to problems: where, what is wrong, what to write."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from difflib import get_close_matches
from types import MappingProxyType, UnionType
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from patternctl.errors import Problem
from patternctl.yamlio import Document, ElementPath

_QUOTED = 40
"""Characters of a wrong value that a message repeats."""
_MESSAGES = {
    **dict.fromkeys(("model_type", "model_attributes_type", "dict_type"), "should be a mapping"),
    "tuple_type": "should be a list",
    "string_type": "should be text",
    "int_type": "should be a whole number",
    "float_type": "should be a number",
    "finite_number": "should be a finite number",
    "bool_type": "should be true or false",
    "date_type": "should be a date such as 2027-03-01",
    "string_too_short": "should not be empty",
}
_SHAPES = frozenset(name for name in _MESSAGES if name.endswith("_type"))
"""Complaints about what a value is, rather than about something in it."""
_EMPTY = {
    "tuple_type": "write [] where there is none",
    **dict.fromkeys(("dict_type", "model_type"), "write {} where there is nothing to say"),
}


class Complaint(NamedTuple):
    """One of pydantic's complaints, with what a format may want to know for words of its own."""

    detail: ErrorDetails
    branch: bool
    """It is about one of several ways to write the value."""
    known: Callable[[], set[str]]
    """Gives the keys that the mapping around the value may have."""


class Form(NamedTuple):
    """A kind of file: its model, and where its messages differ from the usual ones."""

    root: type[BaseModel]
    called: str
    """The file as a whole, as messages call it."""
    missing: Mapping[str, str] = MappingProxyType({})
    """Hints by key that is missing."""
    message: Callable[[ErrorDetails], str] = lambda _: ""
    """What is wrong, in words of its own; empty for the usual ones."""
    hint: Callable[[Complaint], str] = lambda _: ""
    """What to do where nothing usual can be said."""


def problems(
    details: Iterable[ErrorDetails], data: object, document: Document, form: Form
) -> dict[ElementPath, Problem]:
    """One problem for each place that is complained about; `data` is what was validated."""
    found: dict[ElementPath, Problem] = {}
    for detail in _without_shapes(list(details), data):
        path, problem = _fault(detail, data, document, form)
        found.setdefault(path, problem)
    return found


def suggest(word: str, known: Iterable[str]) -> str:
    """`did you mean "orders"?`, or nothing where no known word is near."""
    near = nearest(word, known)
    return f'did you mean "{near}"?' if near else ""


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word that is most like this one; empty where none is near."""
    return next(iter(get_close_matches(word, list(known), n=1, cutoff=0.6)), "")


def shown(value: object) -> str:
    """A word or number as a message repeats it; nothing for mappings, lists and null."""
    if isinstance(value, str):
        text = value if len(value) <= _QUOTED else f"{value[:_QUOTED]}…"
        return json.dumps(text, ensure_ascii=not text.isprintable())
    if isinstance(value, bool | int | float):
        return str(value).lower()
    return ""


def _without_shapes(details: list[ErrorDetails], data: object) -> list[ErrorDetails]:
    """Drop "should be a number" for a list that is another way to write the value, and wrong."""
    paths = [_written(detail["loc"], data) for detail in details]
    deeper = {path[:length] for path in paths for length in range(len(path))}
    return [
        detail
        for detail, path in zip(details, paths, strict=True)
        if path not in deeper or detail["type"] not in _SHAPES or len(path) == len(detail["loc"])
    ]


def _fault(
    detail: ErrorDetails, data: object, document: Document, form: Form
) -> tuple[ElementPath, Problem]:
    """A complaint of pydantic's, and the path that it is told once for."""
    path, kind, context = _written(detail["loc"], data), detail["type"], detail.get("ctx", {})
    key = detail["loc"][-1] if detail["loc"] else ""

    def known() -> set[str]:
        models = _models_at(detail["loc"][:-1], data, form.root)
        return {name for model in models for name in _annotations(model)}

    if kind == "extra_forbidden":
        hint = suggest(str(key), known()) or f"known here: {', '.join(sorted(known()))}"
        return path, Problem(f"unknown key {shown(key)}", document.locate(path), hint)
    tag = context.get("discriminator", "").strip("'")
    if kind in ("missing", "union_tag_not_found"):
        around = detail["loc"] if tag else detail["loc"][:-1]
        key = tag or str(key)
        hint = form.missing.get(key) or f"write `{key}: …`{_one_of(key, around, data, form)}"
        return (*path, key), Problem(f'"{key}" is missing', document.locate(path), hint)
    complaint = Complaint(detail, len(path) < len(detail["loc"]), known)
    words = form.message(detail) or _message(detail)
    hint = _hint(detail) or form.hint(complaint)
    if key == "[key]":
        message = f"{shown(detail['input'])} {words}"
        return (*path, key), Problem(message, document.locate(path), hint)
    value = detail["input"]
    if kind == "union_tag_invalid":
        path, value = (*path, tag), value[tag]
    message = " ".join(filter(None, (f"{_label(path, form)}:", shown(value), words)))
    return path, Problem(message, document.locate_value(path), hint)


def _one_of(key: str, path: ElementPath, data: object, form: Form) -> str:
    """`, one of low, high` for a missing key that takes fixed words."""
    kinds = [_annotations(model).get(key) for model in _models_at(path, data, form.root)]
    options = [option for kind in kinds for option in _options(kind)]
    words = [word for kind in options if get_origin(kind) is Literal for word in get_args(kind)]
    return f", one of {', '.join(dict.fromkeys(map(str, words)))}" if words else ""


def _written(path: ElementPath, data: Any) -> ElementPath:
    """`path` as the file has it: pydantic adds the branch of a union it tried."""
    found: list[str | int] = []
    for key in path:
        if _is_entry(key, data):
            data = data[key]
            found.append(key)
    return tuple(found)


def _is_entry(key: str | int, data: Any) -> bool:
    entry = isinstance(data, dict) and key in data
    return entry or (isinstance(data, list) and isinstance(key, int) and key < len(data))


def _message(detail: ErrorDetails) -> str:
    kind, context = detail["type"], detail.get("ctx", {})
    if kind == "union_tag_invalid":
        return f"is none of {context['expected_tags']}"
    if kind == "too_short":
        least = context["min_length"]
        return "should not be empty" if least == 1 else f"should hold {least} or more"
    message = _MESSAGES.get(kind) or str(context.get("error", detail["msg"]))
    return message.removeprefix("Input ")[:1].lower() + message.removeprefix("Input ")[1:]


def _hint(detail: ErrorDetails) -> str:
    kind, value, context = detail["type"], detail["input"], detail.get("ctx", {})
    if remedy := context.get("remedy"):
        return str(remedy)
    if kind == "too_short":
        least = context["min_length"]
        return f"list {'one' if least == 1 else least} or more"
    if kind == "string_too_short":
        return "write what is to be said"
    if kind in ("literal_error", "union_tag_invalid") and isinstance(value, str | dict):
        word, expected = choice(detail)
        return suggest(word, expected)
    if kind == "tuple_type" and isinstance(value, str):
        return f"write `[{value}]`"
    if kind == "string_type" and isinstance(value, int | float):
        return "put it in quotes"
    return _EMPTY.get(kind, "") if value is None else ""


def choice(detail: ErrorDetails) -> tuple[str, list[str]]:
    """(word written, words expected) of a complaint about a word that is none of a few."""
    context = detail.get("ctx", {})
    expected = str(context.get("expected") or context.get("expected_tags"))
    words = expected.replace("'", "").replace(" or ", ", ").split(", ")
    return str(context.get("tag", detail["input"])), words


def _label(path: ElementPath, form: Form) -> str:
    words = [str(key) for key in path if not isinstance(key, int)]
    return words[-1] if words else form.called


def _models_at(path: ElementPath, data: Any, root: type[BaseModel]) -> list[type[BaseModel]]:
    """The models that may describe the mapping at `path`.

    The types are followed along with the data: a key that the data do not have is the name that
    pydantic gives to one of several types it tried.
    """
    types: list[Any] = [root]
    for key in path:
        options = [option for each in types for option in _options(each)]
        if _is_entry(key, data):
            data = data[key]
            types = [inner for option in options for inner in _below(option, key)] or options
        else:
            types = [option for option in options if _is_branch(option, str(key))] or options
    return list(dict.fromkeys(model for each in types for model in inner_models(each)))


def _options(kind: Any) -> Iterator[Any]:
    """The types that a union or an annotated type stands for."""
    origin = get_origin(kind)
    if origin is Annotated:
        yield from _options(get_args(kind)[0])
    elif origin in (Union, UnionType):
        for option in get_args(kind):
            yield from _options(option)
    else:
        yield kind


def _below(kind: Any, key: str | int) -> Iterator[Any]:
    """Types of the entry `key` of a value of type `kind`."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        if (annotation := _annotations(kind).get(str(key))) is not None:
            yield annotation
    elif get_origin(kind) is dict:
        yield get_args(kind)[1]
    elif get_origin(kind) is tuple and isinstance(key, int):
        yield get_args(kind)[0]


def _annotations(model: type[BaseModel]) -> dict[str, Any]:
    """Types of a model's fields by key."""
    model.model_rebuild(raise_errors=False)  # types named before they are defined
    fields = model.model_fields.items()
    return {field.alias or name: field.annotation for name, field in fields}


def _is_branch(kind: Any, key: str) -> bool:
    """Whether `key` is how pydantic names this member of a union: by a word that tells it apart,
    or by the name of its class.
    """
    if not (isinstance(kind, type) and issubclass(kind, BaseModel)):
        return False
    if kind.__name__ == key:
        return True
    annotations = _annotations(kind).values()
    return any(get_origin(each) is Literal and key in get_args(each) for each in annotations)


def inner_models(annotation: object) -> Iterator[type[BaseModel]]:
    """The models that a value of this type holds directly, not those within them."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from inner_models(part)
