"""What a finding is about must not depend on the order in which a manifest lists things."""

import json
import random
from typing import Any

import pytest

from patternctl import catalog, manifest, plugins, yamlio
from patternctl.model.antipattern import AntiPattern, Example
from patternctl.model.finding import Hit
from patternctl.model.system import ElementNames
from patternctl.rulekit import Facts

ENTRIES = catalog.antipatterns()
BAD = [(a, example) for a in ENTRIES.values() for example in a.bad]
ORDERED = {"path", "steps"}
"""Lists whose order is a fact of the system."""


def identities(rule: str, text: str) -> list[tuple[str, str, str]]:
    """(rule, element, detail) of every hit, sorted."""
    architecture = manifest.from_text(text, "a.yaml").architecture
    name = ElementNames(architecture)
    check = plugins.load("rules", rule).check
    found = check(Facts(architecture), ENTRIES[rule].limits)
    return sorted((rule, name(hit.at), hit.detail) for hit in found if isinstance(hit, Hit))


def shuffled(value: Any, luck: random.Random, key: str = "") -> Any:
    if isinstance(value, dict):
        items = [(name, shuffled(item, luck, name)) for name, item in value.items()]
        return dict(luck.sample(items, len(items)))
    if isinstance(value, list):
        items = [shuffled(item, luck) for item in value]
        return items if key in ORDERED else luck.sample(items, len(items))
    return value


def name(value: object) -> str:
    return value.id if isinstance(value, AntiPattern) else getattr(value, "title", str(value))


@pytest.mark.parametrize(("antipattern", "example"), BAD, ids=name)
def test_order_of_maps_and_lists_changes_no_identity(
    antipattern: AntiPattern, example: Example
) -> None:
    tree = yamlio.parse(example.manifest, "a.yaml").plain()
    expected = identities(antipattern.id, example.manifest)
    assert len(set(expected)) == len(expected)
    for seed in range(10):
        text = json.dumps(shuffled(tree, random.Random(seed)))
        assert identities(antipattern.id, text) == expected
