"""The published schema and the reader accept the same manifests."""

import json

import jsonschema
import pytest

from patternctl import catalog, manifest, yamlio
from patternctl.errors import PatternctlError
from patternctl.generators import schema

VALIDATOR = jsonschema.Draft202012Validator(json.loads(schema.render("manifest")))
EXAMPLES = [
    (f"{rule.id}: {example.title}", example.manifest)
    for rule in catalog.antipatterns().values()
    for example in (*rule.bad, *rule.good)
]
ACCEPTED = {
    "shorthand lists": "services: {a: {calls: [a], publishes: [e], consumes: [e], uses: [d]}}",
    "none": "services: {a: {calls: [{to: a, timeout: none, retry: none, circuit_breaker: none}]}}",
    "breaker": "services: {a: {calls: [{to: a, circuit_breaker: true}]}}",
    "schema": "events: {e: {schema: {version: 1}}}",
    "null is unknown": "services: {a: {calls: [{to: a, timeout: null}], replicas: null}}",
    "money": "requirements: {budget: 20000 USD/month, availability: 99.9%}",
}
REFUSED = {
    "unknown key": "services: {a: {cals: []}}",
    "bare number": "services: {a: {calls: [{to: a, timeout: 2}]}}",
    "word for a number": "services: {a: {replicas: three}}",
    "negative": "services: {a: {replicas: -1}}",
    "yes": "requirements: {cost_sensitive: yes}",
    "enum": "services: {a: {kind: micro}}",
    "name": "services: {'a b': {}}",
    "pattern": "patterns: [{pattern: outbx, at: []}]",
}


def accepted_by_schema(text: str) -> bool:
    return VALIDATOR.is_valid(yamlio.parse(text, "a.yaml").plain())


def accepted_by_reader(text: str) -> bool:
    try:
        manifest.from_text(text, "a.yaml")
    except PatternctlError:
        return False
    return True


@pytest.mark.parametrize(("name", "text"), EXAMPLES, ids=[name for name, _ in EXAMPLES])
def test_examples_of_the_catalog(name: str, text: str) -> None:
    assert accepted_by_schema(text)


@pytest.mark.parametrize("text", ACCEPTED.values(), ids=ACCEPTED)
def test_both_accept(text: str) -> None:
    text = f"version: 1\nsystem: x\n{text}\n"
    assert accepted_by_reader(text)
    assert accepted_by_schema(text)


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED)
def test_both_refuse(text: str) -> None:
    text = f"version: 1\nsystem: x\n{text}\n"
    assert not accepted_by_reader(text)
    assert not accepted_by_schema(text)
