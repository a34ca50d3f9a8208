"""The benchmarks' own parts: what they generate and how they count. Nothing here is timed."""

import subprocess
import sys
from pathlib import Path

import pytest

from patternctl import manifest

BENCHMARKS = Path(__file__).parent.parent / "benchmarks"

COMPOSE = """\
services:
  web:
    image: example/web:1
    environment: {ORDERS_URL: "http://orders:8080"}
  orders:
    image: example/orders:1
    environment: {DATABASE_URL: "postgres://o:p@orders-db:5432/orders"}
  orders-db:
    image: postgres:16
"""
TRUTH = """\
services: [{name: web, kind: frontend}, {name: orders}, {name: registry, kind: infra}]
datastores: [{name: orders-db}, {name: cache, note: kubernetes manifests only}]
brokers: []
edges:
  - {from: web, to: orders, kind: sync, visible_in: [compose_env]}
  - {from: orders, to: web, kind: sync, visible_in: [source_only]}
  - {from: orders, to: orders-db, kind: data, visible_in: [compose_env]}
antipatterns:
  - {id: ephemeral-datastore, subject: orders-db, verdict: present}
  - {id: cyclic-sync-calls, subject: "['web', 'orders']", verdict: present}
  - {id: shared-persistence, subject: "-", verdict: absent}
  - {id: exposed-datastore, subject: orders-db, verdict: uncertain}
  - {id: not-a-rule-of-ours, subject: all, verdict: present}
"""


def run(script: str, *arguments: str) -> str:
    command = [sys.executable, str(BENCHMARKS / script), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("services", [1, 60, 1200])
def test_the_generated_manifest_is_valid_and_always_the_same(services: int) -> None:
    text = run("generate.py", str(services))
    assert text == run("generate.py", str(services))
    system = manifest.from_text(text, "generated.yaml")
    assert len(system.architecture.services) == services


def test_accuracy_counts_what_is_right_wrong_and_missed(tmp_path: Path) -> None:
    system, other = tmp_path / "shop", tmp_path / "elsewhere"
    for folder in (system, other):
        folder.mkdir()
        (folder / "truth.yaml").write_text(TRUTH, encoding="utf-8")
    (system / "docker-compose.yml").write_text(COMPOSE, encoding="utf-8")
    lines = run("accuracy.py", "--corpus", str(tmp_path)).splitlines()
    complete, half = "100% / 100% (2, 0, 0)", "100% / 50% (1, 0, 1)"
    one = "100% / 100% (1, 0, 0)"
    assert lines.count(f"| shop | {complete} | {one} | {half} | {one} | {one} |") == 2
    assert "| ephemeral-datastore | 1 | 0 | 0 | – | 0 |" in lines
    assert "| cyclic-sync-calls | 0 | 1 | 0 | – | 0 |" in lines
    assert "| shared-persistence | 0 | 0 | 0 | 1 of 1 | 0 |" in lines
    assert "- left out: elsewhere: no compose file" in lines
    assert "| cyclic-sync-calls | 2 | 0 | 0 | – | 0 |" in lines, "both systems, by their true edges"
    assert not any("not-a-rule" in line for line in lines)


def test_accuracy_without_a_corpus_says_so_and_is_no_failure(tmp_path: Path) -> None:
    assert "nothing is measured" in run("accuracy.py", "--corpus", str(tmp_path / "none"))
