"""All of the catalog: every file read, then every file held against the others."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

from patternctl import resources
from patternctl.catalog import (
    _antipatterns,
    _contents,
    _costs,
    _identity,
    _names,
    _questions,
    _reading,
    _relations,
    _trees,
    _units,
)
from patternctl.catalog._identity import Told
from patternctl.catalog._patterns import in_full, in_order, read_all, read_mechanisms
from patternctl.catalog._reading import File, Found, Model
from patternctl.catalog._types import Catalog, Examined, Place
from patternctl.catalog._units import Unit
from patternctl.errors import CatalogError, Problem
from patternctl.model.antipattern import AntiPattern
from patternctl.model.decision import Problems, Tree
from patternctl.model.knowledge import Claims, Practices, SourceDocument
from patternctl.model.pattern import Mechanisms, Pattern
from patternctl.model.playbook import Playbook


class _Files(NamedTuple):
    """Every file as it was read, by kind."""

    patterns: list[File[Pattern]]
    baselines: list[File[Pattern]]
    mechanisms: File[Mechanisms]
    antipatterns: list[File[AntiPattern]]
    trees: list[File[Tree]]
    problems: File[Problems]
    playbooks: list[File[Playbook]]
    practices: File[Practices]
    claims: File[Claims]
    costs: _costs.Files

    def all(self) -> Iterator[File[Any]]:
        yield from chain(self.patterns, self.baselines, self.antipatterns)
        yield from chain(self.trees, self.playbooks, self.costs.all())
        yield from (self.mechanisms, self.problems, self.practices, self.claims)


def examine(folders: Sequence[Path]) -> Examined:
    """What is readable, and what is wrong: with files by themselves, then with each other."""
    rules, problems = _antipatterns.read_files(folders)
    files = _read(folders, rules)
    problems += [p for file in files.all() for p in file.problems]
    problems += _reading.strays(folders)
    problems += _cross_check(files)
    return Examined(
        _catalog(files),
        list(dict.fromkeys(problems)),
        _reading.homes(folders),
        [file.stem for file in files.all() if file.over],
    )


def _read(folders: Sequence[Path], rules: list[File[AntiPattern]]) -> _Files:
    home = _reading.shipped()
    return _Files(
        read_all("patterns", folders),
        read_all("baselines", folders),
        read_mechanisms(home),
        rules,
        _trees.read_all(folders),
        _trees.read_problems(home),
        _playbooks(),
        _practices(),
        _reading.read(Found(home, home / "claims.yaml"), Claims, "a list of claims"),
        _costs.read(folders),
    )


def playbooks() -> dict[str, Playbook]:
    """See `patternctl.catalog.playbooks`."""
    files = _playbooks()
    if problems := [problem for file in files for problem in file.problems]:
        raise CatalogError(*problems)
    return _by_id(files)


def _playbooks() -> list[File[Playbook]]:
    return _several(resources.directory("playbooks"), Playbook, "a playbook")


def practices() -> Practices:
    """See `patternctl.catalog.practices`."""
    file = _practices()
    if file.model is None:
        raise CatalogError(*file.problems)
    return file.model


def _practices() -> File[Practices]:
    home = _reading.shipped()
    return _reading.read(Found(home, home / "practices.yaml"), Practices, "a list of practices")


def _several(folder: Path, model: type[Model], called: str) -> list[File[Model]]:
    home = _reading.shipped()
    return [_reading.read(Found(home, p), model, called) for p in sorted(folder.glob("*.yaml"))]


# What was read


def _catalog(files: _Files) -> Catalog:
    return Catalog(
        patterns=in_order(files.patterns),
        baselines=in_order(files.baselines),
        mechanisms=files.mechanisms.model or Mechanisms(mechanisms={}, in_full={}),
        antipatterns=_antipatterns.in_order(files.antipatterns),
        trees=_by_id(files.trees),
        problems=files.problems.model or Problems(problems={}),
        playbooks=_by_id(files.playbooks),
        practices=files.practices.model or Practices(practices={}, risks=(), kpis=()),
        claims=files.claims.model or _no_claims(),
        costs=_costs.known(files.costs),
        price_books=_by_id(files.costs.books),
        reference_costs=files.costs.reference.model or _costs.NO_REFERENCE,
        places=_places(files),
    )


def _no_claims() -> Claims:
    """What stands in for a faulty file, so that the rest can be looked at."""
    document = SourceDocument(title="?", version="?", lines=1, judgement="?")
    return Claims(document=document, figures={}, disputes=(), references={})


def _places(files: _Files) -> dict[str, Place]:
    first = [*files.all()][::-1]  # ids of entries win
    places = {file.stem: Place(file.document) for file in first if file.document is not None}
    if files.mechanisms.document is not None:
        for name in in_full(files.mechanisms):
            places[name] = Place(files.mechanisms.document, ("in_full", name))
    return places


def _by_id(files: Iterable[File[Model]]) -> dict[str, Model]:
    return {file.stem: file.model for file in files if file.model is not None}


# What is wrong with it


def _cross_check(files: _Files) -> Iterator[Problem]:
    told = [*_told(files)]
    entries = _first(each.unit for each in told)
    known = _known(files, entries)
    rows = [*_rows(files.mechanisms)]
    yield from _identity.check_names([*told, *rows, *_antipatterns.told(files.antipatterns)])
    yield from _identity.check_fit(told, known.mechanisms)
    yield from _identity.check_kept_codes([*files.patterns, *files.baselines])
    yield from _relations.check(known)
    yield from _check_trees(files, entries, known.entry_ids)
    rules = {file.stem for file in files.antipatterns}
    for unit in _readable(files.playbooks):
        what = ("pattern", "patterns")
        yield from _contents.check_names(unit, "to", known.entry_ids, what)
        yield from _contents.check_cures(unit, rules)
    yield from _check_contents(files, entries)
    yield from _check_disputes(files)
    yield from _costs.check(files.costs)
    yield from _costs.check_entries(files.costs, known.entry_ids)


def _check_trees(
    files: _Files, entries: Mapping[str, Unit], ids: Collection[str]
) -> Iterator[Problem]:
    trees = _readable(files.trees)
    leaves = set(ids) - _full_ids(files.mechanisms)
    rules = {file.stem for file in files.antipatterns}
    names = _questions.Known(set(ids), leaves, rules)
    for tree in trees:
        yield from _trees.check(tree, entries, leaves)
        yield from _questions.check_tree(tree, names)
    for problems in _readable([files.problems]):
        yield from _questions.check_problems(problems, names, trees)
    sound = _by_id(files.trees)
    for entry in entries.values():
        yield from _trees.check_paths(entry, sound, [file.stem for file in files.trees])


def _check_contents(files: _Files, entries: Mapping[str, Unit]) -> Iterator[Problem]:
    of_claims = _readable([files.claims])
    others = _readable([*files.playbooks, files.practices])
    for unit in (*entries.values(), *of_claims, *others):
        yield from _contents.check_references(unit)
    for unit in entries.values():
        yield from _contents.check_relations(unit)
    for unit in (*entries.values(), *of_claims):
        yield from _contents.check_field_paths(unit)
    if files.claims.model is not None:
        for unit in _readable(files.all()):
            yield from _contents.check_lines(unit, files.claims.model.document.lines)


def _check_disputes(files: _Files) -> Iterator[Problem]:
    units = _readable(files.all())
    yield from _contents.check_disputes(units)
    if files.claims.document is not None:
        home = _reading.shipped()
        replaced = [f.over.path for f in files.all() if f.over and f.over.home == home]
        elsewhere = {n for path in replaced for _, n in _contents.held(_reading.contents(path))}
        shipped = [unit for unit in units if unit.home == home]
        place = Place(files.claims.document)
        yield from _contents.check_all_disputes(shipped, place, elsewhere)


def _readable(files: Iterable[File[Any]]) -> list[Unit]:
    return [_units.of_file(file) for file in files if file.document is not None]


def _told(files: _Files) -> Iterator[Told]:
    """Entries of every readable file, valid or not, and what depends on where they stand."""
    for folder, several in (("patterns", files.patterns), ("baselines", files.baselines)):
        for file in several:
            if file.document is not None:
                shipped = file.home == _reading.shipped()
                yield Told(_units.of_file(file), folder, shipped)
    for unit in _parts(files.mechanisms, "in_full"):
        yield Told(unit, "in_full", shipped=True)


def _rows(file: File[Mechanisms]) -> Iterator[Told]:
    """Mechanisms whose code is not that of one told in full."""
    full = {unit.text("code") for unit in _parts(file, "in_full")}
    for unit in _parts(file, "mechanisms"):
        if unit.id not in full:
            yield Told(unit, "mechanisms", shipped=True)


def _known(files: _Files, entries: Mapping[str, Unit]) -> _relations.Known:
    several = [*files.patterns, *files.baselines]
    rules = _readable(files.antipatterns)
    return _relations.Known(
        entries,
        _first(rules),
        {unit.id: unit for unit in _parts(files.mechanisms, "mechanisms")},
        {*entries, *(file.stem for file in several), *_full_ids(files.mechanisms)},
        {*(unit.id for unit in rules), *(file.stem for file in files.antipatterns)},
    )


def _full_ids(file: File[Mechanisms]) -> set[str]:
    """Ids of mechanisms told in full, though their file be no YAML."""
    return {unit.id for unit in _parts(file, "in_full")} | set(_names.in_full(file.path))


def _parts(file: File[Any], field: str) -> Iterator[Unit]:
    """The entries of one field of a file."""
    parts = file.data.get(field)
    if file.document is not None and isinstance(parts, dict):
        for name, data in parts.items():
            if isinstance(data, dict):
                yield Unit(name, file.home, Place(file.document, (field, name)), data)


def _first(units: Iterable[Unit]) -> dict[str, Unit]:
    """Units by id, the first of each."""
    found: dict[str, Unit] = {}
    for unit in units:
        found.setdefault(unit.id, unit)
    return found
