"""What the catalog's models are made of: strict frozen types, prose, names, lists."""

from __future__ import annotations

from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, Strict, StringConstraints
from pydantic_core import PydanticCustomError

Item = TypeVar("Item")

Text = Annotated[
    str,
    StringConstraints(min_length=1, strip_whitespace=True),
    Field(json_schema_extra={"pattern": r"\S"}),  # what is blank is empty once it is stripped
]
Id = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$")]
"""A name in kebab-case."""
Items = Annotated[tuple[Item, ...], Strict(strict=False)]
"""A list in the file."""
Some = Annotated[tuple[Item, ...], Strict(strict=False), Field(min_length=1)]
"""A list in the file that is not empty."""
Texts = Some[Text]
Ids = Items[Id]


class CatalogModel(BaseModel):
    """Base of everything in the catalog: unknown keys are errors, values never change."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, strict=True, defer_build=True, allow_inf_nan=False
    )


def refusal(message: str, remedy: str) -> PydanticCustomError:
    """For validators to raise: what is wrong, and what to write."""
    return PydanticCustomError("refused", "{message}", {"message": message, "remedy": remedy})


# Conditions of JSON Schema, for what validators ask of several keys


def rules(*conditions: dict[str, Any]) -> ConfigDict:
    """Settings of a model whose schema holds these conditions."""
    return ConfigDict(json_schema_extra={"allOf": [*conditions]})


def when(condition: dict[str, Any], then: dict[str, Any]) -> dict[str, Any]:
    """Where `condition` is met, `then` must be."""
    return {"if": condition, "then": then}


def told(*keys: str) -> dict[str, Any]:
    """Each of these keys is there and holds something."""
    return {"required": [*keys], "properties": {key: {"not": _NOTHING} for key in keys}}


def untold(*keys: str) -> dict[str, Any]:
    """None of these keys holds anything."""
    return {"properties": dict.fromkeys(keys, _NOTHING)}


_NOTHING: dict[str, Any] = {"enum": [None, []]}
