"""How long loading the catalog takes, against a bare parse of the same files.

    python benchmarks/catalog.py [--quick]

Every figure is taken inside a fresh process, from before the first import that only this work
needs to the finished value: what a command pays, without starting Python. The two sides take
turns; the least of several repetitions counts, the median is given as a check. Timing never fails
anything: the exit status is always 0.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple

ROOT = Path(__file__).parent.parent
_TIMED = """\
import gc, sys, time
gc.disable()
{setup}
start = time.perf_counter()
{work}
print(time.perf_counter() - start)
"""
_BARE = _TIMED.format(
    setup="import yaml",
    work="for name in sys.argv[1:]:\n"
    "    with open(name, 'rb') as stream: yaml.load(stream, yaml.CSafeLoader)",
)


class Comparison(NamedTuple):
    """Some work of the catalog, and the files whose bare parse it is compared with."""

    title: str
    work: str
    files: Sequence[Path]
    aim: str


def files() -> list[Path]:
    """What loading all of the catalog reads."""
    catalog = ROOT / "catalog"
    folders = [catalog / name for name in ("patterns", "baselines", "antipatterns", "decisions")]
    found = [file for folder in (*folders, ROOT / "playbooks") for file in folder.glob("*.yaml")]
    return [*found, *(catalog / f"{name}.yaml" for name in ("mechanisms", "practices", "claims"))]


def comparisons() -> Iterator[Comparison]:
    """Everything measured."""
    outbox = [ROOT / "catalog" / "patterns" / "outbox.yaml"]
    rules = sorted((ROOT / "catalog" / "antipatterns").glob("*.yaml"))
    yield Comparison("all of it, cross-checked", "catalog.examine()", files(), "<= 3.0")
    yield Comparison("anti-patterns only", "catalog.antipatterns()", rules, "<= 3.0")
    yield Comparison("one pattern by id", "catalog.pattern('outbox')", outbox, "")
    yield Comparison("one pattern by code", "catalog.pattern('MP1')", outbox, "")


def seconds(script: str, arguments: Sequence[Path]) -> float:
    """What one fresh process says its work took."""
    command = [sys.executable, "-c", script, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    return float(done.stdout)


def rows(repetitions: int) -> Iterator[str]:
    """Lines of a Markdown table."""
    yield "| catalog | patternctl | median | bare CSafeLoader | files | ratio | aim |"
    yield "|---|--:|--:|--:|--:|--:|--:|"
    for title, work, read, aim in comparisons():
        ours = _TIMED.format(setup="from patternctl import catalog", work=work)
        pairs = [(seconds(ours, ()), seconds(_BARE, read)) for _ in range(repetitions + 1)][1:]
        times, bare = zip(*pairs, strict=True)
        cells = (
            title,
            f"{min(times) * 1000:.0f} ms",
            f"{median(times) * 1000:.0f} ms",
            f"{min(bare) * 1000:.0f} ms",
            str(len(read)),
            f"{min(times) / min(bare):.1f}",
            aim,
        )
        yield f"| {' | '.join(cells)} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--quick", action="store_true", help="3 repetitions instead of 10")
    for line in rows(3 if parser.parse_args().quick else 10):
        print(line, flush=True)


if __name__ == "__main__":
    main()
