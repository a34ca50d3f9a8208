"""Reading the catalog: files to checked model objects, with every fault of every file at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from pydantic import ValidationError

from patternctl import resources, yamlio
from patternctl.errors import CatalogError, InputError, Location, Problem
from patternctl.model.antipattern import AntiPattern


def antipatterns(folder: Path | None = None) -> dict[str, AntiPattern]:
    """All anti-patterns by id, ordered by code. Raises `CatalogError` with all faults found."""
    folder = folder or resources.directory("catalog") / "antipatterns"
    problems: list[Problem] = []
    found: dict[str, AntiPattern] = {}
    for file in sorted(folder.glob("*.yaml")):
        try:
            antipattern = _read(file)
        except (CatalogError, InputError) as error:
            problems += error.problems
        else:
            found[antipattern.id] = antipattern
    problems += _contradictions(found, folder)
    if problems:
        raise CatalogError(*problems)
    return dict(sorted(found.items(), key=lambda item: item[1].code))


def names(entries: Mapping[str, AntiPattern]) -> dict[str, str]:
    """Every way to name a rule, to its id: id, code, synonyms."""
    known: dict[str, str] = {}
    for antipattern in entries.values():
        known |= dict.fromkeys(antipattern.synonyms, antipattern.id)
    for antipattern in entries.values():
        known |= {antipattern.id: antipattern.id, antipattern.code: antipattern.id}
    return known


def ids(name: str, known: Mapping[str, str]) -> set[str]:
    """Ids of the rules that a name, a code in any case or a prefix of codes (`PC3`) stands for.

    `known` is what `names` gives. Empty where it stands for nothing.
    """
    if name in known:
        return {known[name]}
    prefix = name.upper()
    if not prefix.startswith("PC"):
        return set()
    return {rule for key, rule in known.items() if key.startswith(prefix)}


def _read(file: Path) -> AntiPattern:
    document = yamlio.read(file)
    try:
        antipattern = AntiPattern.model_validate(document.plain())
    except ValidationError as error:
        raise CatalogError(
            *(
                Problem(
                    f"{'.'.join(map(str, detail['loc']))}: {detail['msg']}",
                    document.locate(detail["loc"]),
                )
                for detail in error.errors(include_url=False)
            )
        ) from None
    if antipattern.id != file.stem:
        message = f'the id is "{antipattern.id}", the file is named "{file.stem}"'
        raise CatalogError(Problem(message, document.locate(("id",))))
    return antipattern


def _contradictions(found: dict[str, AntiPattern], folder: Path) -> Iterator[Problem]:
    """Codes and names used twice, relations to anti-patterns that are not there."""
    owners: dict[str, str] = {}
    for antipattern in found.values():
        where = Location(str(folder / f"{antipattern.id}.yaml"))
        for name in (antipattern.id, antipattern.code, *antipattern.synonyms):
            if name in owners:
                yield Problem(f'"{name}" also names {owners[name]}', where)
            owners[name] = antipattern.id
        for other in antipattern.related:
            if other not in found:
                yield Problem(f'related anti-pattern "{other}" does not exist', where)
