"""Anti-patterns: the part of the catalog that every lint reads, checked without the rest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from patternctl import faults
from patternctl.catalog import _identity, _reading, _units
from patternctl.catalog._identity import Told
from patternctl.catalog._reading import File
from patternctl.errors import Problem
from patternctl.model.antipattern import AntiPattern
from patternctl.yamlio import ElementPath

CALLED = "an anti-pattern"


def read(folders: Sequence[Path]) -> tuple[dict[str, AntiPattern], list[Problem]]:
    """Valid anti-patterns by id in the order of their codes, and all faults found."""
    files, problems = read_files(folders)
    problems += _identity.check_names(told(files))
    if folders:
        problems += _reading.strays(folders)
    return in_order(files), problems


def read_files(folders: Sequence[Path]) -> tuple[list[File[AntiPattern]], list[Problem]]:
    """Every file as it was read, and all faults of them that have nothing to do with patterns."""
    found = _reading.find("antipatterns", folders)
    files = [_reading.read(each, AntiPattern, CALLED) for each in found.values()]
    problems = [problem for file in files for problem in file.problems]
    problems += _identity.check_kept_codes(files)
    problems += _unknown_relations(files)
    problems += _lost_thresholds(files)
    return files, problems


def in_order(files: Iterable[File[AntiPattern]]) -> dict[str, AntiPattern]:
    """Those that are valid, by id in the order of their codes."""
    valid = [file.model for file in files if file.model is not None]
    return {each.id: each for each in sorted(valid, key=lambda each: each.code)}


def told(files: Iterable[File[AntiPattern]]) -> Iterator[Told]:
    """Those that are YAML, valid or not, for the checks of names."""
    for file in files:
        if file.document is not None:
            shipped = file.home == _reading.shipped()
            yield Told(_units.of_file(file), "antipatterns", shipped)


def _words(file: File[AntiPattern], key: str) -> Iterator[tuple[ElementPath, str]]:
    """The words of a list, with their places; nothing where it is none."""
    words = file.data.get(key)
    for number, word in enumerate(words if isinstance(words, list) else ()):
        if isinstance(word, str):
            yield (key, number), word


def _unknown_relations(files: Iterable[File[AntiPattern]]) -> Iterator[Problem]:
    known = {file.stem for file in files} | {str(file.data.get("id")) for file in files}
    for file in files:
        for path, other in _words(file, "related"):
            if other not in known and file.document is not None:
                message = f'related anti-pattern "{other}" does not exist'
                hint = faults.suggest(other, known) or "`patternctl rules` lists them"
                yield Problem(message, file.document.locate(path), hint)


def _lost_thresholds(files: Iterable[File[AntiPattern]]) -> Iterator[Problem]:
    """A file that replaces a shipped one keeps its detector, which measures against thresholds."""
    for file in files:
        if file.model is None or file.document is None or file.over is None:
            continue
        before = _reading.read(file.over, AntiPattern, CALLED).model
        for name in sorted(before.limits.keys() - file.model.limits.keys() if before else ()):
            message = f'the threshold "{name}" is missing, which the rule measures against'
            yield Problem(message, file.document.locate(("thresholds",)), "keep it")
