"""Who is called what: names stand for one thing each, and codes and types fit their places."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Any, NamedTuple

from patternctl.catalog import _reading
from patternctl.catalog._names import folded
from patternctl.catalog._reading import File
from patternctl.catalog._units import Unit
from patternctl.errors import Problem
from patternctl.faults import shown
from patternctl.yamlio import ElementPath

_CODES = {"micro": "MP", "system": "SP", "baseline": "BL", "mechanism": "P"}
_TYPES = {"patterns": ("micro", "system"), "baselines": ("baseline",), "in_full": ("mechanism",)}
_NAMES = {"mechanisms": (), "antipatterns": ("code",)}
"""Fields that name a thing besides its id and synonyms, where they are not code and name."""


class Told(NamedTuple):
    """Something that has names, and what depends on where it stands."""

    unit: Unit
    folder: str
    """`patterns`, `baselines`, `antipatterns`, or a part of `mechanisms.yaml`."""
    shipped: bool


def check_names(everything: Iterable[Told]) -> Iterator[Problem]:
    """Names that two things have; `explain` takes names of any kind, in any case.

    Shipped ones come first, so that the fault is told at a user's file.
    """
    owners: dict[str, Unit] = {}
    for told in sorted(everything, key=lambda each: not each.shipped):
        for path, name in _names(told):
            place = told.unit.place
            owner = owners.setdefault(folded(name), told.unit)
            if owner.place != place:
                message = f"{shown(name)} also names {owner.id} in {owner.place.file}"
                yield Problem(message, place.locate_value(path), "give it another name")


def _names(told: Told) -> Iterator[tuple[ElementPath, str]]:
    unit = told.unit
    yield ("id",), unit.id
    for key in _NAMES.get(told.folder, ("code", "name")):
        if name := unit.text(key):
            yield (key,), name
    if isinstance(unit.data.get("synonyms"), list):
        yield from unit.keys("synonyms")


def check_fit(entries: Iterable[Told], mechanisms: Collection[str]) -> Iterator[Problem]:
    """The type fits the folder; in the shipped catalog the code fits the type.

    `mechanisms` are the codes of all mechanisms.
    """
    for unit, folder, shipped in entries:
        kind, code = unit.text("type"), unit.text("code")
        if kind in _CODES and kind not in _TYPES[folder]:
            message = f'type "{kind}" does not belong in {folder}'
            hint = f"types here: {', '.join(_TYPES[folder])}"
            yield Problem(message, unit.place.locate_value(("type",)), hint)
        elif shipped and kind in _CODES and code and code.rstrip("0123456789") != _CODES[kind]:
            message = f'code {shown(code)} does not fit type "{kind}"'
            hint = f"its code is {_CODES[kind]} and a number"
            yield Problem(message, unit.place.locate_value(("code",)), hint)
        elif folder == "in_full":
            yield from _check_in_full(unit, mechanisms)


def _check_in_full(unit: Unit, mechanisms: Collection[str]) -> Iterator[Problem]:
    name, code = unit.text("id"), unit.text("code")
    if name and name != unit.id:
        message = f'the id is "{name}", its key is "{unit.id}"'
        yield Problem(message, unit.place.locate_value(("id",)), "give both the same name")
    if code and mechanisms and code not in mechanisms:
        message = f"there is no mechanism {shown(code)}"
        yield Problem(message, unit.place.locate_value(("code",)), "add it under `mechanisms`")


def check_kept_codes(files: Iterable[File[Any]]) -> Iterator[Problem]:
    """A file that replaces another keeps its code, which names it in reports and flags."""
    for file in files:
        if file.over is None or file.document is None:
            continue
        code, before = file.data.get("code"), _reading.contents(file.over.path).get("code")
        if isinstance(code, str) and isinstance(before, str) and code != before:
            message = (
                f'the code is {shown(code)}, that of the {file.stem} it replaces is "{before}"'
            )
            hint = f"write `code: {before}`, or give yours another id"
            yield Problem(message, file.document.locate_value(("code",)), hint)
