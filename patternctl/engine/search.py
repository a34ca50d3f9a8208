"""Finding catalog entries by words of the problem at hand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from patternctl.model.pattern import Pattern

_WORD = re.compile(r"[a-z0-9]+")


class Match(NamedTuple):
    """An entry that fits the words, and the text that says so."""

    entry: Pattern
    found: int
    """How many of the words are in it."""
    score: int
    """Sum over the words of the weight of the best place each was found in."""
    excerpt: str
    """The text of the best place, in one line."""


def search(words: Iterable[str], entries: Mapping[str, Pattern]) -> list[Match]:
    """Entries that hold the most of `words`, best first.

    Words count in any case, singular or plural. Name, synonyms and problem words weigh most, then
    cured anti-patterns and the summary, then the problem and when to use it, then everything else.
    """
    wanted = {stem for text in words for stem in _stems(text)}
    matches = [match for entry in entries.values() if (match := _match(entry, wanted)).found]
    most = max((match.found for match in matches), default=0)
    best = [match for match in matches if match.found == most]
    return sorted(best, key=lambda match: -match.score)


def _match(entry: Pattern, wanted: set[str]) -> Match:
    places = [(weight, text, _stems(text)) for weight, text in _places(entry)]
    score, found, best = 0, 0, (0, 0, entry.summary)
    for word in wanted:
        score += max((weight for weight, _, stems in places if word in stems), default=0)
        found += any(word in stems for _, _, stems in places)
    for weight, text, stems in places:
        best = max(best, (len(wanted & stems), weight, text), key=lambda place: place[:2])
    named = best[1] == _NAMES
    return Match(entry, found, score, " ".join((entry.summary if named else best[2]).split()))


_NAMES, _GIST, _CASE, _REST = 8, 5, 3, 1


def _places(entry: Pattern) -> Iterator[tuple[int, str]]:
    names = (entry.id, entry.code, entry.name, *entry.synonyms, *entry.problems)
    yield from ((_NAMES, text) for text in names)
    yield from ((_GIST, text) for text in (entry.summary, *entry.cures))
    case = (entry.problem, *entry.when, *entry.forces, *entry.cures.values())
    yield from ((_CASE, text) for text in case)
    rest = entry.model_dump(exclude={"when_not", "alternatives", "conflicts_with", "references"})
    yield from ((_REST, text) for text in _texts(rest))


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _texts(inner)


def _stems(text: str) -> set[str]:
    """Words of a text in small letters, without plural endings."""
    return {_stem(word) for word in _WORD.findall(text.lower())}


def _stem(word: str) -> str:
    if word.endswith("ies"):
        return word.removesuffix("ies") + "y"
    return word if word.endswith("ss") else word.removesuffix("s")
