"""Prices and discounts of one's own, over those of a price book."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import NamedTuple

from patternctl import faults, yamlio
from patternctl.catalog import _reading
from patternctl.errors import CatalogError, Location, Problem
from patternctl.model.price import Override, Overrides, PriceBook
from patternctl.model.units import parse_ratio
from patternctl.yamlio import ElementPath


class Agreement(NamedTuple):
    """What a file of prices says."""

    prices: dict[str, Override]
    discounts: dict[str, float]
    """Share off by resource; `*` for all others."""


def read(path: Path, book: PriceBook, known: Collection[str]) -> Agreement:
    """The prices in a file. Raises `CatalogError` with every fault of it.

    `known` are the resources that there are; units and currency have to be those of the book.
    """
    document = yamlio.read(path)
    data = document.plain()
    if not isinstance(data, dict):
        hint = "start it with `currency:` and `prices:`"
        problem = Problem("holds no prices: the top must be a mapping", Location(document.name, 1))
        raise CatalogError(problem._replace(hint=hint))
    model, problems = _reading.validated(data, document, Overrides, "a file of prices")
    discounts: dict[str, float] = {}
    if model is not None:
        problems += _faults(model, document, book, known)
        for name, text in model.discounts.items():
            try:
                discounts[name] = parse_ratio(text)
            except ValueError as error:
                where = document.locate_value(("discounts", name))
                problems.append(Problem(f"discounts: {name} {error}", where))
    if model is None or problems:
        raise CatalogError(*problems)
    return Agreement(dict(model.prices), discounts)


def _faults(
    model: Overrides, document: yamlio.Document, book: PriceBook, known: Collection[str]
) -> Iterator[Problem]:
    if model.currency != book.currency:
        message = f"the prices are in {model.currency}, those of {book.id} in {book.currency}"
        where = document.locate_value(("currency",))
        yield Problem(message, where, f"write them in {book.currency}: rates are not guessed")
    for block, names in (("prices", model.prices), ("discounts", model.discounts)):
        for name in names:
            if name != "*" and name not in known:
                where = document.locate((block, name))
                hint = faults.suggest(name, known) or "`patternctl schema prices` tells the form"
                yield Problem(f'there is no resource "{name}"', where, hint)
    for name, own in model.prices.items():
        listed = book.prices.get(name)
        if listed and listed.unit != own.unit:
            path: ElementPath = ("prices", name, "unit")
            message = f"{name} is counted in {listed.unit}, not in {own.unit}"
            yield Problem(message, document.locate_value(path), f"write `unit: {listed.unit}`")
