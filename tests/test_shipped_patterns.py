"""What every entry of the shipped catalog has to tell, beyond what the model asks of users' own."""

import re
from collections.abc import Iterator

import pytest

from patternctl import catalog
from patternctl.model.pattern import Pattern

ENTRIES = catalog.entries()
CODES = [f"MP{n}" for n in range(1, 16)] + [f"SP{n}" for n in range(1, 7)]
SECTIONS = (
    "forces",
    "failure_modes",
    "pitfalls",
    "slos",
    "runbook",
    "chaos",
    "kpis",
    "risks",
    "diagrams",
    "alternatives",
    "tradeoffs",
    "references",
)
WORDS_OF_DRAFTS = re.compile(r"\b(TODO|TBD|FIXME|XXX|lorem)\b", re.IGNORECASE)


def texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from texts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from texts(inner)


def test_the_catalog_holds_the_21_and_keeps_the_others_apart() -> None:
    by_type: dict[str, list[str]] = {}
    for entry in ENTRIES.values():
        by_type.setdefault(entry.type, []).append(entry.code)
    assert sorted(by_type["micro"] + by_type["system"]) == sorted(CODES)
    assert sorted(by_type["baseline"]) == ["BL1", "BL2"]
    assert by_type["mechanism"] == ["P9"]


@pytest.mark.parametrize("pattern", ENTRIES.values(), ids=ENTRIES)
def test_an_entry_tells_all(pattern: Pattern) -> None:
    empty = [name for name in SECTIONS if not getattr(pattern, name)]
    assert not empty
    assert pattern.costs.drivers
    assert pattern.team.structure
    assert pattern.team.skills
    assert pattern.problems


@pytest.mark.parametrize("pattern", ENTRIES.values(), ids=ENTRIES)
def test_an_entry_is_finished(pattern: Pattern) -> None:
    for text in texts(pattern.model_dump()):
        assert not WORDS_OF_DRAFTS.search(text), text
        assert "—" not in text, text


JUDGEMENT = {"problem", "forces", "solution", "when", "when_not", "failure_modes", "pitfalls"}


def test_no_two_entries_say_the_same() -> None:
    """A sentence that fits two patterns says nothing about either."""
    said: dict[str, str] = {}
    for pattern in ENTRIES.values():
        own = {text for text in texts(pattern.model_dump(include=JUDGEMENT)) if len(text) > 40}
        assert not {text: said[text] for text in own & said.keys()}, pattern.id
        said |= dict.fromkeys(own, pattern.id)
