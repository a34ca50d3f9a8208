"""Every pattern's project is clean, and keeps the pattern's promise."""

from __future__ import annotations

import itertools
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

import networkx
import pytest
import yaml

from patternctl import catalog
from patternctl.scaffold import names, units
from tests.scaffold.projects import made, run

pytestmark = pytest.mark.slow
EXAMPLES = Path(__file__).parents[2] / "examples"
PATTERNS = sorted(units.patterns())
LONG = "a-name-as-long-as-names-may-be"
assert len(LONG) == names.LONGEST


def _checked(folder: Path, cache: Path) -> None:
    run(folder, "ruff", "format", "--check", "--no-cache", ".")
    run(folder, "ruff", "check", "--no-cache", ".")
    run(folder, "mypy", "--cache-dir", str(cache))
    for path in folder.rglob("*.y*ml"):
        [*yaml.compose_all(path.read_text(), yaml.SafeLoader)]
    compose = yaml.safe_load((folder / "compose.yaml").read_text())
    for service in compose["services"].values():
        named = {each.partition(":")[0] for each in service.get("volumes", ())}
        assert named <= compose.get("volumes", {}).keys()
        assert service.get("depends_on", {}).keys() <= compose["services"].keys()


def _proven(folder: Path, *words: str) -> None:
    """Run tests, none of which may want something that is not there where all has to be there."""
    told = run(folder, "pytest", "-q", "-rs", "-p", "no:cacheprovider", *words)
    if os.environ.get("PATTERNCTL_REQUIRE_ALL"):
        assert not re.search(r"^SKIPPED .*: needs ", told, re.MULTILINE), told


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What mypy knows of the libraries is the same for all projects."""
    return tmp_path_factory.mktemp("mypy")


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_project_of_one_pattern_keeps_its_promise(
    pattern: str, tmp_path: Path, cache: Path
) -> None:
    folder = made(tmp_path / "shop", pattern)
    _checked(folder, cache)
    _proven(folder)


@pytest.mark.parametrize("broker", ["kafka", "rabbitmq", "redis"])
def test_each_broker_keeps_the_outbox_promise(broker: str, tmp_path: Path, cache: Path) -> None:
    """NATS does so where the others are proven."""
    folder = made(tmp_path / "shop", "outbox", broker=broker)
    _checked(folder, cache)
    _proven(folder, "-k", "server", "tests/broker", "tests/outbox")


def _covering() -> Iterator[tuple[str, ...]]:
    """Sets of patterns in which each two that go together are together once."""
    together = networkx.complement(_conflicts())
    whole = sorted(map(sorted, networkx.find_cliques(together)))
    left = {tuple(sorted(edge)) for edge in together.edges}
    while left:
        best = max(whole, key=lambda names: len(left & {*itertools.combinations(names, 2)}))
        pairs = left & {*itertools.combinations(best, 2)}
        yield tuple(sorted({name for pair in pairs for name in pair}))
        left -= pairs


def _conflicts() -> networkx.Graph[str]:
    conflicts: networkx.Graph[str] = networkx.Graph()
    for name in PATTERNS:
        relations = catalog.relations(name)
        assert relations
        conflicts.add_node(name)
        conflicts.add_edges_from(
            (name, other) for other in relations.conflicts_with if other in PATTERNS
        )
    return conflicts


@pytest.mark.parametrize("patterns", [*_covering()], ids=len)
def test_all_pairs_that_go_together_are_clean_projects_that_keep_their_promises(
    patterns: tuple[str, ...], tmp_path: Path, cache: Path
) -> None:
    folder = made(tmp_path / "shop", *patterns, name=LONG)
    _checked(folder, cache)
    run(folder, "pytest", "-q", "-p", "no:cacheprovider", servers=False)


@pytest.mark.parametrize("system", ["clean", "shop", "ticketing", "long", "taken"])
def test_a_project_of_a_system_runs_its_services(system: str, tmp_path: Path, cache: Path) -> None:
    manifest = EXAMPLES / system / "architecture.yaml"
    if system in ("long", "taken"):
        manifest = tmp_path / "architecture.yaml"
        manifest.write_text(_long_names() if system == "long" else _taken_names(), encoding="utf-8")
    folder = tmp_path / "made"
    command = ["patternctl", "scaffold", "new", LONG, "--from", str(manifest), "-o", str(folder)]
    run(tmp_path, *command)
    _checked(folder, cache)
    commands = yaml.safe_load((folder / "compose.yaml").read_text())["services"].values()
    assert all(isinstance(word, str) for each in commands for word in each.get("command", ()))
    if system in ("clean", "long"):  # the others take minutes, and show nothing else
        run(folder, "pytest", "-q", "-p", "no:cacheprovider", "tests/services")


def _long_names() -> str:
    """A manifest in which every name is as long as it may be."""
    names = [LONG[:-1] + letter for letter in "abc"]
    events = [name.replace("-", "_") for name in names]
    services = {
        name: {
            "calls": [
                {"to": other, "timeout": "1234567ms", "required": required}
                for other, required in zip(names[number + 1 :], (True, False), strict=False)
            ],
            "publishes": events[:2],
            "consumes": events[1:],
        }
        for number, name in enumerate(names)
    }
    keys = {event: {"key": event} for event in events}
    return json.dumps({"version": 1, "system": LONG, "services": services, "events": keys})


def _taken_names() -> str:
    """A manifest whose names mean something in Python, YAML, or the code that uses them."""
    events = ["none", "true", "timeout-error", "base-model", "answer", "i", "a1", "order-10"]
    events += ["order-2", "order-02", "orders"]
    names = ["app", "asyncio", "class", "email", "http", "no", "null", "router", "service"]
    names += ["status", "step-10", "step-2", "step-02", "steps", "uvicorn", "work"]
    services = {
        name: {
            "calls": [{"to": other, "timeout": "1s"} for other in names[number + 1 : number + 2]],
            "publishes": events,
            "consumes": events if name == "null" else [],
        }
        for number, name in enumerate(names)
    }
    keys = dict(zip(events, ["null", "property", "topic", *events], strict=False))
    told = {event: {"key": key} for event, key in keys.items()}
    return json.dumps({"version": 1, "system": LONG, "services": services, "events": told})


@pytest.mark.parametrize("pattern", PATTERNS)
def test_its_own_manifest_lints_clean(pattern: str, tmp_path: Path) -> None:
    manifest = made(tmp_path / "shop", pattern) / "architecture.yaml"
    run(tmp_path, "patternctl", "lint", str(manifest))
