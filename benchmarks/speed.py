"""How long whole processes take, side by side with peers on the same files, in one run.

    python benchmarks/speed.py [--quick]

Prints a Markdown table with the aim beside each figure. Timing depends on the machine and its
other work, so it never fails anything: the exit status is always 0. Each figure is the least of
several repetitions, which alternate between the two sides; the median is given as a check.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

Command = Sequence[str]
_GENERATOR = Path(__file__).with_name("generate.py")
_SHOP = Path(__file__).parent.parent / "examples" / "shop" / "architecture.yaml"
_BARE = "import gc, sys, yaml; gc.disable(); yaml.load(open(sys.argv[1], 'rb'), yaml.CSafeLoader)"
_ENVIRONMENT = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
"""Byte code is cached for both sides, as it is for what pip installs."""
_GROWTH = ("lint, 1 service", "lint, 1,000 services", "lint, 10,000 services")
_ANSWERS = """\
answers:
  consistency: eventual
  scale: moderate
  read-write-ratio: above-10
"""
_SPECTRAL_RULES = """\
rules:
  has-team:
    given: $.services[*]
    then: {field: team, function: truthy}
  has-replicas:
    given: $.services[*]
    then: {field: replicas, function: truthy}
  call-has-timeout:
    given: $.services[*].calls[*]
    then: {field: timeout, function: truthy}
"""


class FailedError(Exception):
    """A command that does not work cannot be measured."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one command cost over all repetitions."""

    seconds: tuple[float, ...]
    peak_mb: float

    @property
    def least(self) -> float:
        return min(self.seconds)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two commands on the same work, and the ratio of their least times that is aimed at."""

    title: str
    ours: Command
    peer_name: str
    peer: Command
    aim: str


def patternctl(*arguments: str) -> list[str]:
    """The command line of this checkout."""
    return [sys.executable, "-m", "patternctl", *arguments]


def once(command: Command) -> tuple[float, float]:
    """(seconds, peak MB) of one process; its output is thrown away."""
    start = time.perf_counter()
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=_ENVIRONMENT
    )
    assert process.stderr is not None
    complaint = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):  # 1: it found something, which is its work
        raise FailedError(f"`{' '.join(command)}` failed: {complaint.decode()[-300:]}")
    return seconds, _megabytes(usage)


def _megabytes(usage: resource.struct_rusage) -> float:
    return usage.ru_maxrss / (1024 * 1024 if sys.platform == "darwin" else 1024)


def measure(commands: Sequence[Command], repetitions: int) -> list[Cost]:
    """Cost of each command; they take turns, so that a busy moment meets all of them."""
    for command in commands:
        once(command)  # fills the disk cache and writes byte code
    rounds = [[once(command) for command in commands] for _ in range(repetitions)]
    return [
        Cost(tuple(s for s, _ in runs), max(mb for _, mb in runs))
        for runs in zip(*rounds, strict=True)
    ]


def lint(file: Path) -> list[str]:
    return patternctl("lint", str(file), "--exit-zero")


def comparisons(folder: Path) -> Iterator[Comparison]:
    """Everything measured, except for what needs Spectral."""
    files = {n: folder / f"architecture-{n}.yaml" for n in (1, 50, 1_000, 10_000)}
    for count, file in files.items():
        with file.open("wb") as stream:
            subprocess.run([sys.executable, _GENERATOR, str(count)], stdout=stream, check=True)
    yamllint = [sys.executable, "-m", "yamllint"]
    yield Comparison("--help", patternctl("--help"), "yamllint", [*yamllint, "--help"], "")
    for title, count, aim in (("lint, 1 service", 1, ""), ("lint, 50 services", 50, "<= 1.0")):
        file = files[count]
        yield Comparison(title, lint(file), "yamllint", [*yamllint, str(file)], aim)
    answers = folder / "answers.yaml"
    answers.write_text(_ANSWERS, encoding="utf-8")
    decide = [*patternctl("decide"), "--no-input", "--answers", str(answers), str(files[50])]
    title = "decide, 50 services and answers"
    yield Comparison(title, decide, "patternctl lint", lint(files[50]), "<= 1.3")
    writing = ["generate", "all", str(_SHOP), "--dry-run", "-o", str(folder)]
    title = "generate all, examples/shop"
    yield Comparison(title, patternctl(*writing), "patternctl lint", lint(_SHOP), "<= 3.0")
    taken = together()
    project = folder / "project"
    new = ["scaffold", "new", "shop", *(f"--pattern={name}" for name in taken), "-o", str(project)]
    anew = ["sh", "-c", 'rm -rf "$0" && exec "$@"', str(project), *patternctl(*new)]
    title = f"scaffold new, {len(taken)} patterns (aim: 2 s)"
    yield Comparison(title, anew, "patternctl lint", lint(_SHOP), "")
    for count in (1_000, 10_000):
        drawing = ["generate", "diagram", str(files[count]), "--dry-run", "-o", str(folder)]
        title = f"generate diagram, {count:,} services"
        yield Comparison(title, patternctl(*drawing), "patternctl lint", lint(files[count]), "")
        yield Comparison(
            f"lint, {count:,} services",
            lint(files[count]),
            "bare CSafeLoader",
            [sys.executable, "-c", _BARE, str(files[count])],
            "<= 2.0",
        )


def together() -> list[str]:
    """As many of the patterns that there is code for as go together, taken by name."""
    from patternctl import catalog
    from patternctl.scaffold import units

    taken: list[str] = []
    for name in units.patterns():
        relations = catalog.relations(name)
        if relations and not any(other in relations.conflicts_with for other in taken):
            taken.append(name)
    return taken


def spectral(folder: Path) -> Comparison | str:
    """The comparison with Spectral, or why there is none."""
    command = _spectral_command()
    if command is None:
        return "Spectral is not installed: that comparison is left out."
    rules = folder / "spectral.yaml"
    rules.write_text(_SPECTRAL_RULES, encoding="utf-8")
    file = folder / "architecture-10000.yaml"
    peer = [*command, "lint", "--quiet", "--fail-severity=error", "-r", str(rules), str(file)]
    return Comparison(
        "lint, 10,000 services again", lint(file), "Spectral, 3 rules", peer, "<= 0.5"
    )


def _spectral_command() -> list[str] | None:
    for command in (["spectral"], ["npx", "--no-install", "spectral"]):
        if shutil.which(command[0]) is None:
            continue
        probe = subprocess.run([*command, "--version"], capture_output=True, check=False)
        if probe.returncode == 0:
            return command
    return None


def row(comparison: Comparison, ours: Cost, peer: Cost) -> str:
    cells = (
        comparison.title,
        f"{ours.least:.2f} s",
        f"{median(ours.seconds):.2f} s",
        f"{ours.peak_mb:.0f} MB",
        comparison.peer_name,
        f"{peer.least:.2f} s",
        f"{peer.peak_mb:.0f} MB",
        f"{ours.least / peer.least:.2f}",
        comparison.aim,
    )
    return f"| {' | '.join(cells)} |"


def run(folder: Path, repetitions: int) -> Iterator[str]:
    """Lines of the report."""
    yield "| what | patternctl | median | peak | peer | time | peak | ratio | aim |"
    yield "|---|--:|--:|--:|---|--:|--:|--:|--:|"
    ours_by_title: dict[str, Cost] = {}
    notes: list[str] = []
    planned = list(comparisons(folder))
    against_spectral = spectral(folder)
    if isinstance(against_spectral, Comparison):
        planned.append(against_spectral)
    else:
        notes.append(against_spectral)
    for comparison in planned:
        try:
            ours, peer = measure([comparison.ours, comparison.peer], repetitions)
        except FailedError as error:
            notes.append(str(error))
        else:
            ours_by_title[comparison.title] = ours
            yield row(comparison, ours, peer)
    yield ""
    yield from (f"- {note}" for note in (*growth(ours_by_title), flips(repetitions), *notes))


def flips(repetitions: int) -> str:
    """What it takes to try all single answers and pairs of the shipped tree, without start-up."""
    from patternctl import catalog
    from patternctl.engine.decide import ranking_flips, tree_flips
    from patternctl.model.choosing import Answer

    tree = catalog.tree("architecture")
    entries = {name: told for name in tree.candidates if (told := catalog.relations(name))}
    answers = {
        name: Answer(next(iter(question.choices)), "flag") for name, question in tree.asked.items()
    }
    seconds: list[float] = []
    for _ in range(repetitions):
        start = time.perf_counter()
        found = (*tree_flips(tree, answers), *ranking_flips(tree, entries, answers))
        seconds.append(time.perf_counter() - start)
    return (
        f"All flips of {len(answers)} answered questions ({len(found)} singles and pairs that "
        f"matter): {min(seconds):.3f} s, median {median(seconds):.3f} s (aim: under 0.1 s)."
    )


def growth(ours: dict[str, Cost]) -> Iterator[str]:
    """What ten times the services cost."""
    idle, small, large = map(ours.get, _GROWTH)
    if idle and small and large:
        factor = (large.least - idle.least) / max(small.least - idle.least, 1e-9)
        yield (
            f"10 times the services take {factor:.1f} times as long, the time for one service "
            "taken off both (aim: 10)."
        )
        yield f"Peak memory at 10,000 services: {large.peak_mb:.0f} MB (aim: 500 MB or less)."


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--quick", action="store_true", help="3 repetitions instead of 10")
    quick = parser.parse_args().quick
    with tempfile.TemporaryDirectory() as folder:
        for line in run(Path(folder), 3 if quick else 10):
            print(line, flush=True)


if __name__ == "__main__":
    main()
