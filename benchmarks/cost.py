"""How long reckoning costs takes.

    python -m benchmarks.cost [--quick]

Prints a Markdown table with the aim beside each figure: the bill of a system of 10,000 services
against `lint` of it, and 100,000 draws of the shop. Timing depends on the machine and its other
work, so it never fails anything: the exit status is always 0. Each figure is the least of several
repetitions.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.speed import FailedError, lint, measure, patternctl
from patternctl import catalog, manifest
from patternctl.costing.bill import Design, Terms, bill, declared
from patternctl.costing.parts import Stated
from patternctl.costing.prices import Prices
from patternctl.engine.breakeven import Curve, crossings
from patternctl.engine.montecarlo import simulate

_HERE = Path(__file__).parent
_SHOP = _HERE.parent / "examples" / "shop" / "architecture.yaml"
_DRAWS = 100_000


def designed(file: Path) -> Design:
    """The system of a manifest at the prices of the first book."""
    prices = Prices(catalog.prices("aws-us-east-1"))
    return declared(Terms(catalog.costs(), prices, Stated(manifest.load(file)), {}))


def least(work: Callable[[], object], repetitions: int) -> float:
    """Seconds of the fastest repetition in this process."""
    seconds = []
    for _ in range(repetitions):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def processes(file: Path, repetitions: int) -> Iterator[str]:
    """The whole command against `lint` of the same file."""
    try:
        ours, peer = measure([patternctl("cost", str(file)), lint(file)], repetitions)
    except FailedError as error:
        yield f"`cost` was not measured: {error}"
        return
    ratio = ours.least / peer.least
    yield row("cost, 10,000 services", ours.least, f"{ratio:.2f} of lint", "<= 1.5 of lint")


def row(title: str, seconds: float, note: str, aim: str) -> str:
    return f"| {title} | {seconds:.2f} s | {note} | {aim} |"


def run(folder: Path, repetitions: int) -> Iterator[str]:
    """Lines of the report."""
    file = folder / "architecture.yaml"
    with file.open("wb") as stream:
        command = [sys.executable, str(_HERE / "generate.py"), "10000"]
        subprocess.run(command, stdout=stream, check=True)
    yield "| what | time | note | aim |"
    yield "|---|--:|---|---|"
    large, shop = designed(file), designed(_SHOP)
    yield row("bill alone, 10,000 services", least(lambda: bill(large), repetitions), "", "")
    simulate(shop, 100)  # imports numpy
    drawn = least(lambda: simulate(shop, _DRAWS), repetitions)
    yield row(f"{_DRAWS:,} draws of the shop", drawn, "", "<= 1 s")
    yield row("1,000 draws, 10,000 services", least(lambda: simulate(large, 1000), 1), "", "")
    half = shop._replace(name="half")
    compared = least(lambda: crossings(Curve(shop), Curve(half)), 1)
    yield row("break-even search with the shop", compared, "101 volumes", "")
    yield from processes(file, repetitions)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--quick", action="store_true", help="3 repetitions instead of 10")
    quick = parser.parse_args().quick
    with tempfile.TemporaryDirectory() as folder:
        for line in run(Path(folder), 3 if quick else 10):
            print(line, flush=True)


if __name__ == "__main__":
    main()
