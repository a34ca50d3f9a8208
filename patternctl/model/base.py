"""What the catalog's models are made of: strict frozen types, prose, names, lists."""

from __future__ import annotations

from typing import Annotated, TypeVar

from pydantic import BaseModel, ConfigDict, Field, Strict, StringConstraints

Item = TypeVar("Item")

Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
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

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, defer_build=True)
