from __future__ import annotations

from pathlib import Path

import pytest

from patternctl import manifest
from patternctl.errors import Location
from patternctl.generators import manifest as writer
from patternctl.model.architecture import Architecture, Call, Service
from patternctl.model.provenance import Evidence, ProvenanceSources
from patternctl.model.system import System

EVERYTHING = """
version: 1
system: "shop: the \\"second\\" \\u2028 \\U0001F600"
description: "- yes"
complete: [services, timeouts]
requirements: {consistency: strong, availability: 99.95%, latency_p99: 1.5ms, budget: 20 USD/month}
workload: {requests: 20/min, peak_factor: 4, read_write_ratio: 0.1, payload: 4KiB}
teams: {a: {size: 3}}
services:
  "null": {}
  "1.5":
    team: a
    latency: {p50: 333us, p99: 1m30s}
    availability: 99.99999%
    calls:
      - to: "on"
        via: http
        timeout: none
        retry: {attempts: 3, backoff: exponential, jitter: true, budget: 10%}
        circuit_breaker: {errors: 33.3%, open: 10s}
        fallback: none
      - {to: "null", retry: none, circuit_breaker: none, per_request: 0.333}
      - {to: "null", circuit_breaker: true, required: false}
    uses: [{store: s, database: "0", tables: [a, "b c"]}]
    publishes: [e]
    consumes: [{event: e, idempotent: true, max_deliveries: 3}]
stores: {s: {kind: cache, size: 1.5GB, durable: false}, t: {size: 7B}}
brokers: {k: {engine: kafka}}
events: {e: {broker: k, schema: {registry: true, version: 2}, retention: 7d}}
flows: {f: {entry: "1.5", path: ["1.5", "null"], slo: {availability: 100%}}}
patterns:
  - {pattern: outbox, at: ["1.5"], retention: 1d}
  - {pattern: hedged-request, at: ["1.5"], delay: 20ms, budget: none}
  - {pattern: saga, name: x, steps: [{service: "1.5", do: a, undo: none}]}
  - {pattern: traditional-cdc}
decisions:
  - {answers: {cost-sensitive: "yes"}, outcome: serverless, adr: 3, date: 2026-03-01}
  - {tree: ours, answers: {}, outcome: edge, adr: docs/adr/0004.md, problems: {dual-writes: events}}
lint: {ignore: [{rule: shared-database, until: 2027-03-01, reason: "it's: old"}]}
"""


def test_everything_a_manifest_can_say_reads_back_the_same() -> None:
    system = manifest.from_text(EVERYTHING, "a.yaml")
    text = writer.render(system)
    assert manifest.from_text(text, "b.yaml").architecture == system.architecture
    assert writer.render(System(system.architecture, system.sources, "a.yaml")) == text


@pytest.mark.parametrize(
    "path", sorted(Path(__file__).parents[2].glob("examples/*/architecture.yaml"))
)
def test_examples_read_back_the_same(path: Path) -> None:
    system = manifest.load(path)
    again = manifest.from_text(writer.render(system), "b.yaml")
    assert again.architecture == system.architecture


def _discovered(seen: str = "ORDERS_URL=http://orders:80", file: str = "compose.yaml") -> System:
    architecture = Architecture(
        version=1,
        system="shop",
        complete=("services", "stores"),
        services={"web": Service(exposed=True, calls=(Call(to="orders", via="http"),))},
        stores={},
    )
    line = Location(file, 4, 7)
    facts = {
        ("services", "web", "calls", 0, "via"): (Evidence(line, seen),),
        ("services", "web", "calls", 0): (Evidence(line, seen, "medium"), Evidence(line, "too")),
        ("services", "web", "exposed"): (Evidence(Location(file, 3), "ports: 80:80"),),
        ("services", "web"): (
            Evidence(Location(file, 2), "web:"),
            Evidence(Location(file, 5), "image: acme/web"),
        ),
    }
    sources = ProvenanceSources(facts, {file: ""}, Location(file))
    return System(architecture, sources, file, ("compose.yaml shows 1 call",))


def test_a_discovered_manifest() -> None:
    assert writer.render(_discovered()) == (
        "# Discovered from compose.yaml. Add what such files cannot show.\n"
        "# compose.yaml shows 1 call\n"
        "# Once every call, store access and event is listed here, "
        "delete the line `complete`: what\n"
        "#   is not listed is then taken not to be there.\n"
        "version: 1\n"
        "system: shop\n"
        "complete: [services, stores]\n"
        "services:\n"
        "  # from compose.yaml:5, image: acme/web\n"
        "  web:\n"
        "    exposed: true\n"
        "    calls:\n"
        "      # from compose.yaml:4, ORDERS_URL=http://orders:80 [medium]\n"
        "      - {to: orders, via: http}\n"
        "stores: {}\n"
    )


def test_comments_stay_comments() -> None:
    system = _discovered(seen="a\nservices: {x: {}}\u2028y", file="a\nb.yaml")
    again = manifest.from_text(writer.render(system), "b.yaml")
    assert again.architecture == system.architecture


def test_what_is_copied_is_no_suppression() -> None:
    marker = "# patternctl: ignore-file[no-timeout]"
    for system in (
        _discovered(seen=f"x {marker}", file=f"a {marker}"),
        _discovered()._replace(
            notes=("patternctl: ignore-file[no-timeout]", "word " * 18 + marker)
        ),
        manifest.from_text(f"version: 1\nsystem: 'x {marker}'\ndescription: '{marker}'\n", "a"),
    ):
        text = writer.render(system)
        again = manifest.from_text(text, "b.yaml")
        assert again.architecture == system.architecture
        assert "patternctl:" not in text


def test_an_explanation_follows_the_manifest() -> None:
    rows = [
        (row.element, row.fact, row.seen, str(row.location))
        for row in writer.explain(_discovered())
    ]
    url = "ORDERS_URL=http://orders:80"
    assert rows == [
        ("services.web", "service", "web:", "compose.yaml:2"),
        ("services.web", "service", "image: acme/web", "compose.yaml:5"),
        ("services.web", "exposed: true", "ports: 80:80", "compose.yaml:3"),
        ("services.web.calls.orders", "call", url, "compose.yaml:4:7"),
        ("services.web.calls.orders", "call", "too", "compose.yaml:4:7"),
        ("services.web.calls.orders", "via: http", url, "compose.yaml:4:7"),
    ]


def test_a_manifest_of_hand_has_no_explanation() -> None:
    assert writer.explain(manifest.from_text("version: 1\nsystem: a\n", "a.yaml")) == []


def test_facts_are_found_at_the_nearest_ancestor_with_evidence() -> None:
    sources = _discovered().sources
    assert sources.locate(("services", "web", "calls", 0, "timeout")).line == 4
    assert sources.locate(("services", "web", "replicas")).line == 2
    assert sources.locate(("services", "other")) == Location("compose.yaml")
