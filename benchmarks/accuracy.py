"""How much of real systems `discover` and `lint` see, measured against what is known to be there.

    python benchmarks/accuracy.py --corpus DIR

Each system is a folder below DIR with a `truth.yaml`, written by reading the system's source:
services, datastores, edges (`kind: sync | async | data`, `visible_in`: which files can show them)
and anti-patterns with a verdict. The compose files of the folder are read, nothing else.

What is counted:

- Services without infrastructure (registries, collectors, load generators) on either side: what is
  taken for a service and is infrastructure counts as wrong. Edges without the infrastructure that
  the truth does not speak of.
- Call edges twice: against all that exist, and against those that compose's environment shows.
- Anti-patterns of rules that exist: `present` should be found, at one of the elements the entry
  names (at all of them where it lists the members of a cycle or the ends of a call), or anywhere
  where it names none; `absent` must not be found. `uncertain` and `candidate` count neither way. A
  finding about an element of which the truth says nothing is listed as "not in truth": it is
  neither right nor wrong.

A last table leaves discovery out: the rules that need no more than services and edges are given
those of the truth itself, so that what they miss there is missed by the rule.
"""

from __future__ import annotations

import argparse
import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from patternctl import catalog, manifest, yamlio
from patternctl.engine.lint import lint
from patternctl.errors import PatternctlError
from patternctl.importers import compose
from patternctl.model.architecture import Architecture
from patternctl.model.finding import Finding
from patternctl.model.settings import LintSettings
from patternctl.model.system import System

MAIN_FILES = {"teastore": "examples/docker/docker-compose_default.yaml"}
"""Systems whose main compose file has a name of its own."""
DEFAULT_NAMES = ("compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml")
SHOWN = 4
INFRASTRUCTURE = frozenset(("infra", "load", "infrastructure", "job"))
STRUCTURAL = (
    "cyclic-sync-calls",
    "high-fan-out",
    "hub-like",
    "orphan-datastore",
    "service-chain",
    "shared-db-server",
    "shared-persistence",
)
"""Rules that judge services and edges alone."""
KINDS = {"infra": "infrastructure", "load": "infrastructure"}
DATABASE = re.compile(r'(?:schema|database) "?(\w+)"?')
PART = re.compile(r'"([^"]+)"|([^."#]+)')
WORD = re.compile(r"[A-Za-z0-9_.-]+")

Edge = tuple[str, str]


@dataclass(slots=True)
class Score:
    """Right, wrongly told and missed."""

    hits: int = 0
    false: int = 0
    missed: int = 0

    @classmethod
    def of(cls, found: set[Any], true: set[Any]) -> Score:
        """Compare two sets."""
        return cls(len(found & true), len(found - true), len(true - found))

    def __add__(self, other: Score) -> Score:
        return Score(self.hits + other.hits, self.false + other.false, self.missed + other.missed)

    def __str__(self) -> str:
        precision = _percent(self.hits, self.hits + self.false)
        recall = _percent(self.hits, self.hits + self.missed)
        return f"{precision} / {recall} ({self.hits}, {self.false}, {self.missed})"


@dataclass(slots=True)
class RuleScore:
    """How one rule did over all systems."""

    found: int = 0
    missed: int = 0
    contradicted: int = 0
    controls: int = 0
    controls_passed: int = 0
    not_in_truth: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    """Elements by system."""


@dataclass(frozen=True, slots=True)
class Case:
    """One system: what is true, and the files to read."""

    name: str
    truth: Mapping[str, Any]
    files: tuple[Path, ...]


def _percent(part: int, whole: int) -> str:
    return f"{part / whole:.0%}" if whole else "–"


def cases(corpus: Path) -> Iterator[Case | str]:
    """Systems in a fixed order; a sentence for each that has no compose files."""
    for file in sorted(corpus.rglob("truth.yaml")):
        folder, name = file.parent, str(file.parent.relative_to(corpus))
        files = _compose_files(name, folder)
        if not files:
            yield f"{name}: no compose file"
        else:
            yield Case(name, yamlio.read(file).plain(), tuple(files))


def _compose_files(name: str, folder: Path) -> Sequence[Path]:
    if name in MAIN_FILES:
        return [folder / MAIN_FILES[name]]
    found = [file for default in DEFAULT_NAMES for file in folder.rglob(default)]
    nearest = min(found, key=lambda file: (len(file.parts), file), default=None)
    return compose.find(nearest.parent) if nearest else []


# What was discovered, and what is true


def true_services(truth: Mapping[str, Any]) -> tuple[set[str], set[str]]:
    """(names that count, names of infrastructure)."""
    named = {service["name"]: service.get("kind") for service in truth["services"]}
    aside = {name for name, kind in named.items() if kind in INFRASTRUCTURE}
    return set(named) - aside, aside


def true_stores(truth: Mapping[str, Any]) -> set[str]:
    """Stores, without those that exist only in the system's other deployment files."""
    return {
        store["name"]
        for store in truth["datastores"]
        if not str(store.get("note", "")).startswith("kubernetes")
    }


def true_edges(truth: Mapping[str, Any], kind: str, visible_in: str = "") -> set[Edge]:
    return {
        (edge["from"], edge["to"])
        for edge in truth["edges"]
        if edge["kind"] == kind and (not visible_in or visible_in in edge["visible_in"])
    }


def found_services(architecture: Architecture) -> set[str]:
    kinds = architecture.services.items()
    return {name for name, service in kinds if service.kind not in (*INFRASTRUCTURE, "external")}


def found_calls(architecture: Architecture) -> set[Edge]:
    """Calls whose caller waits, or may wait: `via` is often not visible."""
    return {
        (name, call.to)
        for name, service in architecture.services.items()
        for call in service.calls
        if call.synchronous is not False
    }


def found_data(architecture: Architecture) -> set[Edge]:
    return {
        (name, use.store) for name, service in architecture.services.items() for use in service.uses
    }


def unnamed_infrastructure(architecture: Architecture, truth: Mapping[str, Any]) -> set[str]:
    """Helpers such as load generators and set-up jobs that the truth does not speak of."""
    named = {service["name"] for service in truth["services"]}
    kinds = architecture.services.items()
    return {name for name, service in kinds if service.kind in INFRASTRUCTURE} - named


def discovery(case: Case, architecture: Architecture) -> dict[str, Score]:
    """Scores of what was discovered, by what they are about."""
    services, infrastructure = true_services(case.truth)
    unnamed = unnamed_infrastructure(architecture, case.truth)
    aside = infrastructure | unnamed
    calls = {edge for edge in found_calls(architecture) if not aside & set(edge)}
    sync = {edge for edge in true_edges(case.truth, "sync") if not aside & set(edge)}
    visible = true_edges(case.truth, "sync", "compose_env") & sync
    data = {edge for edge in found_data(architecture) if not unnamed & set(edge)}
    return {
        "services": Score.of(found_services(architecture), services),
        "stores": Score.of(set(architecture.stores or {}), true_stores(case.truth)),
        "calls": Score.of(calls, sync),
        "calls visible": Score(len(calls & visible), len(calls - sync), len(visible - calls)),
        "data": Score.of(data, true_edges(case.truth, "data")),
    }


# Findings


def elements(finding: Finding) -> set[str]:
    """Every name that takes part in a finding."""
    texts = [finding.element, *(element for element, _ in finding.related)]
    return {quoted or plain for text in texts for quoted, plain in PART.findall(text)}


def subjects(entry: Mapping[str, Any], names: set[str]) -> set[str]:
    """Names of elements that an entry speaks of; empty where it speaks of the whole system.

    Truth shortens names at times: `ts-travel` is `ts-travel-service`.
    """
    words = WORD.findall(str(entry["subject"]))
    return {name for word in words for name in names if name == word or name.startswith(f"{word}-")}


def judge(
    case: Case, findings: Sequence[Finding], rules: Mapping[str, str], scores: dict[str, RuleScore]
) -> None:
    """Add one system's findings to the scores of the rules."""
    blocks = ("services", "datastores", "brokers")
    names = {item["name"] for block in blocks for item in case.truth[block]}
    by_rule: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        by_rule[finding.rule].append(finding)
    explained: set[str] = set()
    for entry in case.truth["antipatterns"]:
        rule = rules.get(entry["id"])
        if rule is None:
            continue
        about = subjects(entry, names)
        together = isinstance(entry["subject"], list) or "->" in str(entry["subject"])
        fits = about.issubset if together else about.intersection
        matching = [f for f in by_rule[rule] if not about or fits(elements(f))]
        explained |= {f"{f.rule} {f.element}" for f in matching}
        _count(scores[rule], entry["verdict"], len(matching))
    for finding in findings:
        if f"{finding.rule} {finding.element}" not in explained:
            scores[finding.rule].not_in_truth[case.name].append(finding.element)


def _count(score: RuleScore, verdict: str, matching: int) -> None:
    if verdict == "present":
        score.found += bool(matching)
        score.missed += not matching
    elif verdict == "absent":
        score.controls += 1
        score.controls_passed += not matching
        score.contradicted += matching


# The report


def report(corpus: Path, *, guess: bool) -> Iterator[str]:
    """Markdown, line by line."""
    entries = catalog.antipatterns()
    rules = catalog.names(entries)
    scores: dict[str, RuleScore] = defaultdict(RuleScore)
    totals: dict[str, Score] = defaultdict(Score)
    asides: list[str] = []
    yield f"## {'With' if guess else 'Without'} `--guess`"
    yield ""
    yield "Precision / recall (right, wrong, missed)."
    yield ""
    columns = ("services", "stores", "calls", "calls visible", "data")
    yield f"| system | {' | '.join(columns)} |"
    yield f"|---|{'---|' * len(columns)}"
    for case in cases(corpus):
        if isinstance(case, str):
            asides.append(case)
            continue
        try:
            system = compose.load(list(case.files), guess=guess)
        except PatternctlError as error:
            asides.append(f"{case.name}: {error}")
            continue
        found = discovery(case, system.architecture)
        for column, score in found.items():
            totals[column] += score
        yield f"| {case.name} | {' | '.join(str(found[column]) for column in columns)} |"
        judge(case, _findings(system, entries), rules, scores)
    yield f"| all | {' | '.join(str(totals[column]) for column in columns)} |"
    yield ""
    yield from _rule_table(scores)
    yield from (f"- left out: {aside}" for aside in asides)


def described(name: str, truth: Mapping[str, Any]) -> System:
    """The system that the truth's own services and edges make."""
    services: dict[str, dict[str, Any]] = {
        item["name"]: {"calls": [], "uses": []}
        | ({"kind": KINDS.get(item["kind"], item["kind"])} if "kind" in item else {})
        for item in truth["services"]
    }
    stores = {item["name"] for item in truth["datastores"]}
    for edge in truth["edges"]:
        caller, callee = edge["from"], edge["to"].removeprefix("ext:")
        if caller not in services:
            continue
        if callee in stores:
            database = DATABASE.search(str(edge.get("note", "")))
            use = {"store": callee, "database": database[1] if database else None}
            services[caller]["uses"].append(use)
        elif edge["kind"] in ("sync", "async") and (callee in services or edge["to"] != callee):
            services.setdefault(callee, {"kind": "external"})
            services[caller]["calls"].append({"to": callee, "via": edge["kind"]})
    text = {
        "version": 1,
        "system": name,
        "complete": ["services", "stores", "calls", "uses"],
        "services": services,
        "stores": {name: {} for name in sorted(stores)},
    }
    return manifest.from_text(json.dumps(text), f"{name} (truth)")


def given_the_truth(corpus: Path) -> Iterator[str]:
    """Markdown: the structural rules on the true architectures, with and without compose files."""
    entries = catalog.antipatterns()
    chosen = {rule: entries[rule] for rule in STRUCTURAL}
    rules = catalog.names(chosen)
    scores: dict[str, RuleScore] = defaultdict(RuleScore)
    for file in sorted(corpus.rglob("truth.yaml")):
        truth = yamlio.read(file).plain()
        if "datastores" in truth:
            case = Case(str(file.parent.relative_to(corpus)), truth, ())
            judge(case, _findings(described(case.name, truth), chosen), rules, scores)
    yield "## Rules, given the true services and edges"
    yield ""
    yield from _rule_table(scores)


def _findings(system: System, entries: Mapping[str, Any]) -> Sequence[Finding]:
    return lint([system], entries, LintSettings()).findings


def _rule_table(scores: Mapping[str, RuleScore]) -> Iterator[str]:
    yield "| rule | found | missed | contradicted | controls passed | not in truth |"
    yield "|---|--:|--:|--:|--:|--:|"
    for rule, score in sorted(scores.items()):
        controls = f"{score.controls_passed} of {score.controls}" if score.controls else "–"
        unknown = sum(map(len, score.not_in_truth.values()))
        cells = (score.found, score.missed, score.contradicted, controls, unknown)
        yield f"| {rule} | {' | '.join(map(str, cells))} |"
    yield ""
    for rule, score in sorted(scores.items()):
        for system, unknown_to in score.not_in_truth.items():
            shown = ", ".join(unknown_to[:SHOWN])
            more = f" and {len(unknown_to) - SHOWN} more" if len(unknown_to) > SHOWN else ""
            yield f"- not in truth, {rule}, {system}: {shown}{more}"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--corpus", type=Path, required=True, metavar="DIR")
    corpus: Path = parser.parse_args().corpus
    if not corpus.is_dir():
        print(f"There is no folder {corpus}: nothing is measured.")
        return
    for guess in (False, True):
        for line in report(corpus, guess=guess):
            print(line)
        print()
    for line in given_the_truth(corpus):
        print(line)


if __name__ == "__main__":
    main()
