"""Finding catalog entries by words of the problem at hand."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

from patternctl.model.pattern import Pattern

_WORD = re.compile(r"\w+")
_NAMES, _GIST, _CASE, _REST = 8, 5, 3, 1
"""Weights of a word by where it stands: names, summary and cures, the case for it, the rest."""


class Match(NamedTuple):
    """An entry that fits the words, and the text that says so."""

    entry: Pattern
    found: int
    """How many of the words are in it."""
    score: int
    """Sum over the words of the weight of the best place each was found in."""
    section: str
    """Where in the entry the best text stands, as its fields are called."""
    excerpt: str
    """The best text, in one line."""


class _Place(NamedTuple):
    weight: int
    section: str
    text: str
    stems: frozenset[str]


class Index:
    """Entries, prepared for searching."""

    def __init__(self, entries: Mapping[str, Pattern], *, case_only: bool = False) -> None:
        """With `case_only` only names, summary, problem and when to use it are searched."""
        self._entries = entries
        self._places = {
            name: [
                _Place(weight, section, text, frozenset(_stems(text)))
                for weight, section, text in _places(entry, case_only=case_only)
            ]
            for name, entry in entries.items()
        }

    def search(self, words: Iterable[str]) -> list[Match]:
        """Entries that hold the most of `words`, best first.

        Words count in any case, singular or plural. Names and problem words weigh most, then the
        summary and cured anti-patterns, then the problem and when to use it, then everything else;
        a text that holds several of the words outweighs several texts with one each.
        """
        wanted = {stem for text in words for stem in _stems(text)}
        matches = [match for name in self._entries if (match := self._match(name, wanted)).found]
        most = max((match.found for match in matches), default=0)
        best = [match for match in matches if match.found == most]
        return sorted(best, key=lambda match: -match.score)

    def _match(self, name: str, wanted: set[str]) -> Match:
        entry, places = self._entries[name], self._places[name]
        score = found = 0
        for word in wanted:
            weight = max((place.weight for place in places if word in place.stems), default=0)
            score += weight
            found += weight > 0
        best = max(places, key=lambda place: (len(wanted & place.stems), place.weight))
        together = len(wanted & best.stems)
        score += (together - 1) * best.weight if together > 1 else 0
        named = best.weight == _NAMES
        text = entry.summary if named else best.text
        section = "summary" if named else best.section
        return Match(entry, found, score, section, " ".join(text.split()))


def _places(entry: Pattern, *, case_only: bool) -> Iterator[tuple[int, str, str]]:
    names = (entry.id, entry.code, entry.name, *entry.synonyms, *entry.problems)
    yield from ((_NAMES, "names", text) for text in names)
    yield from ((_GIST, section, text) for section, text in _gist(entry))
    yield from ((_CASE, section, text) for section, text in _case(entry))
    if not case_only:
        rest = entry.model_dump(exclude={"when_not", "conflicts_with", "references", "lines"})
        for section, value in rest.items():
            yield from ((_REST, section, text) for text in _texts(value))


def _gist(entry: Pattern) -> Iterator[tuple[str, str]]:
    yield "summary", entry.summary
    yield from (("cures", text) for text in entry.cures)


def _case(entry: Pattern) -> Iterator[tuple[str, str]]:
    yield "problem", entry.problem
    yield from (("when", text) for text in entry.when)
    yield from (("forces", text) for text in entry.forces)
    yield from (("cures", text) for text in entry.cures.values())


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
    return {_stem(word) for word in _WORD.findall(unicodedata.normalize("NFC", text).casefold())}


@lru_cache(maxsize=16_384)
def _stem(word: str) -> str:
    if word.endswith("ies"):
        return word.removesuffix("ies") + "y"
    if word.endswith(("sses", "xes", "ches", "shes")):
        return word.removesuffix("es")
    return word if word.endswith("ss") else word.removesuffix("s")
