"""Loading the catalog: what is read, what is refused, and where every fault is told."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patternctl import catalog, resources, yamlio
from patternctl.catalog import _contents, _identity, _names
from patternctl.catalog._identity import Told
from patternctl.catalog._relations import Edge, cycles, one_way
from patternctl.catalog._types import Place
from patternctl.catalog._units import Unit
from patternctl.errors import CatalogError, PatternctlError, UsageError

ROOT = Path(__file__).parent.parent
RULES = ROOT / "catalog" / "antipatterns"
ENTRY = """\
id: {id}
code: {code}
name: {name}
type: {type}
complexity: low
summary: It works.
problem: It hurts.
solution: [Do it.]
when: [Always.]
when_not: [Never.]
guarantees:
  - {{property: atomicity, holds: It holds., verdict: holds, references: [book]}}
references: {{book: A book}}
"""
MECHANISMS = """\
mechanisms:
  P1: {summary: Counts., used_by: [alpha]}
  P9: {summary: Breaks.}
in_full:
  breaker:
    id: breaker
    code: P9
    name: The "Breaker"
    type: mechanism
    synonyms: [fuse, 'circuit breaker']
    complexity: low
    summary: It works.
    problem: It hurts.
    solution: [Do it.]
    when: [Always.]
    when_not: [Never.]
    guarantees:
      - {property: atomicity, holds: It holds., verdict: holds, references: [book]}
    references: {book: A book}
"""
TREE = """\
id: choose
title: What to choose
start: first
questions:
  first:
    ask: Which?
    why: It matters.
    find_out: Look.
    choices:
      this: {label: This, means: So., leaf: alpha}
      other: {label: Other, means: So., leaf: plain}
"""
CLAIMS = """\
document: {title: The document, version: "1", lines: 100, judgement: Mixed.}
figures:
  speed:
    says: It is fast.
    value: 3
    unit: ms
    condition: not stated
    lines: 7
    verdict: unchecked
    why: Nobody knows.
    disputes: [1]
disputes:
  - number: 1
    topic: Speed
    kind: hard
    sides: [{says: Fast, lines: 7}, {says: Slow, lines: 9}]
    ruling: None.
references: {}
"""
ALPHA = ENTRY.format(id="alpha", code="MP2", name="Alpha", type="micro")
BETA = ENTRY.format(id="beta", code="MP10", name="Beta", type="micro")
PLAIN = ENTRY.format(id="plain", code="BL1", name="Plain", type="baseline")
SIDES = "sides: [{says: A, lines: 1}, {says: B, lines: 2}]"
DISPUTE = f"{{number: %d, topic: A, kind: soft, {SIDES}, ruling: B}}"
FILES = {
    "catalog/patterns/alpha.yaml": ALPHA
    + "synonyms: [first-one]\nmechanisms: {P1: It counts.}\n"
    + "decision: [{tree: choose, answers: {first: this}}]\n",
    "catalog/patterns/beta.yaml": BETA,
    "catalog/patterns/gamma.yaml": ENTRY.format(
        id="gamma", code="SP1", name="Gamma", type="system"
    ),
    "catalog/baselines/plain.yaml": PLAIN + "decision: [{tree: choose, answers: {first: other}}]\n",
    "catalog/mechanisms.yaml": MECHANISMS,
    "catalog/decisions/choose.yaml": TREE,
    "catalog/claims.yaml": CLAIMS,
    "catalog/problems.yaml": "problems: {}\n",
    "catalog/practices.yaml": "practices: {}\nrisks: []\nkpis: []\n",
    "catalog/drivers.yaml": "drivers: {}\n",
    "catalog/reference-costs.yaml": "currency: USD\narchitectures: {}\n",
    "playbooks/to-alpha.yaml": """\
id: to-alpha
title: To alpha
to: alpha
changes: services
summary: The way.
before: [Wish.]
phases:
  - name: Go
    duration:
      {says: A week, value: 1, unit: weeks, condition: not stated, lines: 3, verdict: unchecked,
       why: So.}
    effort: {value: [1, 2], because: So.}
    owner: Anybody
    gate: [Ready.]
    steps: [Go.]
    done_when: [There.]
    rollback: Back.
    risks: [{risk: Rain., answer: Coat.}]
    observe: [Sky.]
    lines: 4
""",
}


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


@pytest.fixture
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small catalog without faults, in place of the shipped one."""
    home = tmp_path / "shipped"
    write(home, FILES)
    (home / "catalog" / "antipatterns").mkdir()
    monkeypatch.setattr(resources, "directory", lambda kind: home / kind)
    monkeypatch.setattr(_contents, "DISPUTES", 1)
    return home


@pytest.fixture
def own(tmp_path: Path) -> Path:
    folder = tmp_path / "own"
    (folder / "patterns").mkdir(parents=True)
    return folder


def told(folders: Iterable[Path] = ()) -> list[str]:
    """Every fault: file, line, message and hint."""
    problems = sorted(catalog.examine(list(folders)).problems, key=lambda p: p.location or ("",))
    lines = []
    for problem in problems:
        assert problem.location is not None
        where = f"{Path(problem.location.file).name}:{problem.location.line}"
        lines.append(f"{where}: {problem.message}")
    return lines


def add(home: Path, name: str, text: str) -> None:
    path = home / name
    path.write_text(path.read_text() + text)


def change(home: Path, name: str, old: str, new: str) -> None:
    path = home / name
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


# What is read


def test_everything_is_read_and_ordered_by_code(shipped: Path) -> None:
    found = catalog.load()
    assert list(found.patterns) == ["alpha", "beta", "gamma"], "MP2 before MP10"
    assert list(found.entries) == ["alpha", "beta", "gamma", "breaker", "plain"]
    assert found.entries["breaker"].type == "mechanism"
    assert list(found.trees) == ["choose"]
    assert list(found.playbooks) == ["to-alpha"]
    assert list(catalog.entries()) == list(found.entries)
    where = found.locate("breaker", ("references", "book"))
    assert (Path(where.file).name, where.line) == ("mechanisms.yaml", 19)
    assert found.locate("claims", ("figures", "speed")).line == 3
    assert Path(found.locate("to-alpha", ("to",)).file).name == "to-alpha.yaml"


def test_a_users_folder_adds_and_replaces(shipped: Path, own: Path) -> None:
    later = own.parent / "later"
    mine = ENTRY.format(id="mine", code="AB1", name="Mine", type="micro")
    write(own, {"patterns/mine.yaml": mine, "patterns/beta.yaml": BETA.replace("low", "high")})
    write(later, {"patterns/beta.yaml": BETA.replace("low", "very-high")})
    found = catalog.load([own, later])
    assert list(found.patterns) == ["alpha", "beta", "gamma", "mine"]
    assert found.patterns["beta"].complexity == "very-high"
    assert catalog.pattern("beta", [own, later]).complexity == "very-high"
    assert catalog.pattern("beta", [own]).complexity == "high"
    assert catalog.pattern("ab1", [own]).id == "mine"
    assert catalog.entries([own])["beta"].complexity == "high"
    assert told([own, own, shipped / "catalog"]) == [], "the same folder again is nothing new"


# One pattern


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("alpha", "alpha"), ("mp2", "alpha"), ("ALPHA", "alpha"), ("First-One", "alpha"),
        ("plain", "plain"), ("bl1", "plain"), ("breaker", "breaker"), ("p9", "breaker"),
        ('the "breaker"', "breaker"), ("Circuit  Breaker", "breaker"),
    ],
)  # fmt: skip
def test_one_pattern_by_any_name_parses_one_file(
    shipped: Path, monkeypatch: pytest.MonkeyPatch, name: str, found: str
) -> None:
    parsed: list[str] = []
    parse = yamlio.parse

    def count(text: str, file: str) -> Any:
        parsed.append(Path(file).name)
        return parse(text, file)

    monkeypatch.setattr(yamlio, "parse", count)
    assert catalog.pattern(name).id == found
    assert parsed == ["mechanisms.yaml" if found == "breaker" else f"{found}.yaml"]


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("alpa", 'did you mean "alpha"?'),
        ("first-on", 'did you mean "first-one"?'),
        ("zzz", "`patternctl patterns` lists them"),
        ("", "`patternctl patterns` lists them"),
        ("../patterns/alpha", ""),
        ("\x00", ""),
        ("a" * 300, ""),
    ],
)
def test_an_unknown_name(shipped: Path, name: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        catalog.pattern(name)
    assert caught.value.problems[0].message == f'there is no pattern "{name}"'
    assert hint in caught.value.problems[0].hint


STYLES = {
    "folded": "name: >-\n  The\n  name\n",
    "two lines": "name: The\n  name\n",
    "below": "name:\n  The name\n",
    "blank line": "name: The\n\n  name\n",
    "escape": 'name: "The\\x20name"\n',
    "tag": "name: !!str The name\n",
    "anchor": "name: &n The name\n",
    "quoted key": '"name": The name\n',
    "space before the colon": "name : The name\n",
    "comment": "name: The name # so\n",
    "quotes in quotes": "name: Other\nsynonyms: ['it''s', The name]\n",
    "block list": "name: Other\nsynonyms:\n- The name\n",
    "list of two lines": "name: Other\nsynonyms: [so,\n  The name]\n",
}


@pytest.mark.parametrize("text", STYLES.values(), ids=STYLES)
def test_names_are_found_however_they_are_written(shipped: Path, own: Path, text: str) -> None:
    told_otherwise = ENTRY.format(id="mine", code="AB1", name="?", type="micro")
    text = told_otherwise.replace("name: ?\n", text)
    write(own, {"patterns/mine.yaml": text})
    assert catalog.pattern("the  NAME", [own]).id == "mine"
    write(own, {"patterns/mine.yaml": json.dumps(yamlio.parse(text, "a.yaml").plain(), indent=1)})
    assert catalog.pattern("the name", [own]).id == "mine", "as JSON"
    indented = "".join(f"  {line}\n" for line in text.splitlines())
    write(own, {"patterns/mine.yaml": indented})
    assert catalog.pattern("the name", [own]).id == "mine", "indented"


def test_names_of_mechanisms_are_found_however_they_are_written(shipped: Path) -> None:
    change(shipped, "catalog/mechanisms.yaml", 'name: The "Breaker"', 'name: "The \\"Breaker\\""')
    assert catalog.pattern('the "breaker"').id == "breaker"
    data = yamlio.read(shipped / "catalog/mechanisms.yaml").plain()
    (shipped / "catalog/mechanisms.yaml").write_text(json.dumps(data))
    assert catalog.pattern("fuse").id == "breaker"


def test_names_are_the_same_in_either_form_of_an_accent(shipped: Path, own: Path) -> None:
    mine = ENTRY.format(id="mine", code="AB1", name="Caf\u00e9", type="micro")
    other = ENTRY.format(id="other", code="AB2", name="CAFE\u0301", type="micro")
    write(own, {"patterns/mine.yaml": mine})
    assert catalog.pattern("cafe\u0301", [own]).id == "mine"
    write(own, {"patterns/other.yaml": other})
    (fault,) = told([own])
    assert fault.endswith("also names mine in patterns/mine.yaml")


def test_a_faulty_file_is_told_when_it_is_read_alone(shipped: Path) -> None:
    change(shipped, "catalog/patterns/alpha.yaml", "complexity: low", "complexity: lo")
    with pytest.raises(CatalogError, match='did you mean "low"'):
        catalog.pattern("alpha")
    change(shipped, "catalog/mechanisms.yaml", "complexity: low", "complexity: lo")
    with pytest.raises(CatalogError, match=r"mechanisms\.yaml:11:17"):
        catalog.pattern("breaker")
    with pytest.raises(CatalogError):
        catalog.mechanisms()
    with pytest.raises(CatalogError) as caught:
        catalog.entries()
    assert len(caught.value.problems) == 2


def test_heads_of_files_give_the_names_that_models_have() -> None:
    for folder in ("patterns", "baselines"):
        for file in (ROOT / "catalog" / folder).glob("*.yaml"):
            data = yamlio.read(file).plain()
            names = [data["id"], data["code"], data["name"], *data.get("synonyms", [])]
            assert sorted(_names.of_file(file)) == sorted(names), file.name
    data = yamlio.read(ROOT / "catalog" / "mechanisms.yaml").plain()["in_full"]
    found = _names.in_full(ROOT / "catalog" / "mechanisms.yaml")
    assert {name: set(words) for name, words in found.items()} == {
        name: {each["id"], each["code"], each["name"], *each.get("synonyms", [])}
        for name, each in data.items()
    }


def test_heads_in_every_style(tmp_path: Path) -> None:
    text = "id: a\nname: 'A: b' # c\nsynonyms:\n  - x y\n  - \"z\" # q\n"
    text += "code: 'X1'\nproblem: |\n  id: no\n"
    write(tmp_path, {"a.yaml": text.replace("\n", "\r\n")})
    assert _names.of_file(tmp_path / "a.yaml") == ["a", "X1", "A: b", "x y", "z"]
    write(tmp_path, {"b.yaml": 'synonyms: [\n  one two,\n  "three, four"\n]\nid: b'})
    assert _names.of_file(tmp_path / "b.yaml") == ["b", "one two", "three, four"]
    write(tmp_path, {"b.yaml": "id: b\ncode: 'B1'\nname: B, so\nsynonyms: [c, \"d e\"]\n"})
    assert _names._quick((tmp_path / "b.yaml").read_text()) == ["b", "B1", "B, so", "c", "d e"]
    assert _names.of_file(tmp_path / "none.yaml") == []
    assert _names.in_full(tmp_path / "b.yaml") == {}


# Relations


FIGURE = (
    "costs: {figures: {a: {says: A, value: 1, unit: B, condition: C, verdict: holds, why: D, %s}}}"
)
ALTERNATIVE = "alternatives: [{pattern: %s, gain: A, lose: B, choose_when: C}]"
RELATIONS = {
    "requires: {beta: So.}": 'requires: "beta" does not list "alpha" in its required_by',
    "required_by: {beta: So.}": 'required_by: "beta" does not list "alpha" in its requires',
    "composes_with: {breaker: So.}": (
        'composes_with: "breaker" does not list "alpha" in its composes_with'
    ),
    "conflicts_with: {plain: So.}": (
        'conflicts_with: "plain" does not list "alpha" in its conflicts_with'
    ),
    ALTERNATIVE % "beta": 'alternatives: "beta" does not list "alpha" in its alternatives',
    ALTERNATIVE % "betta": 'alternatives: there is no pattern "betta"',
    "composes_with: {alpha: So.}": 'composes_with: "alpha" refers to itself',
    "composes_with: {betta: So.}": 'composes_with: there is no pattern "betta"',
    "cures: {nothing: So.}": 'cures: there is no anti-pattern "nothing"',
    "pitfalls: [{name: A, antipattern: nothing, problem: B, remedy: C}]": (
        'pitfalls: there is no anti-pattern "nothing"'
    ),
    "lines: {metrics.p99: 3}": 'lines: there is no "metrics.p99" in this file',
    "lines: {when.0: 101}": "the source document has 100 lines",
    FIGURE % "lines: [3, 90-101]": "the source document has 100 lines",
    FIGURE % "source: bok": 'there is no reference "bok" in this file',
    FIGURE % "lines: 3, references: [bok]": 'there is no reference "bok" in this file',
    FIGURE % "lines: 3, disputes: [1]": "this file tells no contradiction 1",
    "mechanisms: {P1: So., P8: So.}": 'there is no mechanism "P8"',
}


@pytest.mark.parametrize(("text", "message"), RELATIONS.items(), ids=RELATIONS)
def test_a_relation_that_is_wrong_is_told_at_its_line(
    shipped: Path, text: str, message: str
) -> None:
    change(shipped, "catalog/patterns/alpha.yaml", "mechanisms: {P1: It counts.}\n", "")
    mechanisms = "" if "mechanisms" in text else "mechanisms: {P1: It counts.}\n"
    add(shipped, "catalog/patterns/alpha.yaml", f"{mechanisms}{text}\n")
    line = 16 + bool(mechanisms)
    (fault,) = told()
    assert fault.startswith(f"alpha.yaml:{line}: ")
    assert fault.endswith(message)


@pytest.mark.parametrize("field", ["requires", "required_by", "composes_with"])
def test_nothing_goes_with_a_pattern_and_against_it(shipped: Path, own: Path, field: str) -> None:
    mine = ENTRY.format(id="mine", code="AB1", name="Mine", type="micro")
    write(own, {
        "patterns/mine.yaml": f"{mine}{field}: {{beta: So.}}\nconflicts_with: {{beta: So.}}\n"
    })  # fmt: skip
    assert told([own]) == [f'mine.yaml:15: conflicts_with: "beta" is in {field} too']


def test_an_alternative_is_told_once(shipped: Path, own: Path) -> None:
    mine = ENTRY.format(id="mine", code="AB1", name="Mine", type="micro")
    one = "{pattern: beta, gain: A, lose: B, choose_when: C}"
    write(own, {"patterns/mine.yaml": f"{mine}alternatives:\n- {one}\n- {one}\n"})
    assert told([own]) == ['mine.yaml:16: alternatives: "beta" is told twice']


def test_a_contradiction_is_told_once(shipped: Path) -> None:
    told_again = DISPUTE % 1
    add(shipped, "catalog/patterns/alpha.yaml", f"disputes: [{told_again}, {told_again}]\n")
    assert told() == [
        "claims.yaml:13: contradiction 1 is told in patterns/alpha.yaml too",
        "alpha.yaml:17: contradiction 1 is told in patterns/alpha.yaml too",
    ]


def test_relations_both_ways_are_no_fault(shipped: Path) -> None:
    both = "composes_with: {%s: So.}\nconflicts_with: {%s: So.}\n"
    add(shipped, "catalog/patterns/alpha.yaml", both % ("beta", "gamma"))
    add(shipped, "catalog/patterns/beta.yaml", "composes_with: {alpha: So.}\n")
    add(shipped, "catalog/patterns/beta.yaml", "requires: {gamma: So.}\n")
    add(shipped, "catalog/patterns/gamma.yaml", "conflicts_with: {alpha: So.}\n")
    add(shipped, "catalog/patterns/gamma.yaml", "required_by: {beta: So.}\n")
    assert told() == []


def test_mechanisms_and_cures_go_both_ways(shipped: Path) -> None:
    rule = (RULES / "no-timeout.yaml").read_text().replace("[cyclic-sync-calls]", "[]")
    rule = "\n".join(
        "cured_by: [beta]" if line.startswith("cured_by") else line for line in rule.split("\n")
    )
    write(shipped, {"catalog/antipatterns/no-timeout.yaml": rule})
    add(shipped, "catalog/patterns/gamma.yaml", "cures: {no-timeout: So.}\nmechanisms: {P9: So.}\n")
    change(shipped, "catalog/mechanisms.yaml", "[alpha]", "[alpha, beta]")
    line = rule[: rule.index("cured_by")].count("\n") + 1
    assert told() == [
        f'no-timeout.yaml:{line}: cured_by: "beta" does not list "no-timeout" in its cures',
        'mechanisms.yaml:2: used_by: "beta" does not list "P1" in its mechanisms',
        'gamma.yaml:14: cures: "no-timeout" does not list "gamma" in its cured_by',
        'gamma.yaml:15: mechanisms: "P9" does not list "gamma" in its used_by',
    ]


def test_a_circle_of_requirements_is_named(shipped: Path) -> None:
    for one, needs, by in (
        ("alpha", "beta", "gamma"), ("beta", "gamma", "alpha"), ("gamma", "alpha", "beta")
    ):  # fmt: skip
        text = f"requires: {{{needs}: So.}}\nrequired_by: {{{by}: So.}}\n"
        add(shipped, f"catalog/patterns/{one}.yaml", text)
    (fault,) = told()
    assert fault.endswith("requires goes round in a circle: alpha → beta → gamma → alpha")


def test_a_users_file_may_point_one_way_into_the_shipped_catalog(shipped: Path, own: Path) -> None:
    mine = ENTRY.format(id="mine", code="AB1", name="Mine", type="micro")
    mine += "composes_with: {alpha: So., nothing: So.}\nmechanisms: {P9: So.}\n"
    other = ENTRY.format(id="other", code="AB2", name="Other", type="micro")
    other += "composes_with: {mine: So.}\n"
    write(own, {"patterns/mine.yaml": mine, "patterns/other.yaml": other})
    assert told([own]) == [
        'mine.yaml:14: composes_with: there is no pattern "nothing"',
        'other.yaml:14: composes_with: "mine" does not list "other" in its composes_with',
    ]


def test_a_users_override_may_drop_what_the_shipped_file_told(shipped: Path, own: Path) -> None:
    write(own, {"patterns/alpha.yaml": ALPHA})
    assert told([own]) == [], "the tree and the mechanism point to it still, from another folder"


def unit(name: str, targets: Iterable[str]) -> Unit:
    text = f"id: {name}\nlinks: {{{', '.join(f'{t}: x' for t in targets)}}}\n"
    document = yamlio.parse(text, f"{name}.yaml")
    return Unit(name, Path(), Place(document), document.plain())


GRAPHS = st.dictionaries(
    st.sampled_from("abcdef"), st.sets(st.sampled_from("abcdef")), min_size=1
)  # fmt: skip


@given(GRAPHS)
def test_exactly_the_one_way_edges_are_told(graph: dict[str, set[str]]) -> None:
    units = {name: unit(name, sorted(targets)) for name, targets in graph.items()}
    edges = [
        Edge(each, target, path) for each in units.values() for path, target in each.keys("links")
    ]
    found = {p.message for p in one_way(edges, edges, units, "links")}
    assert found == {
        f'links: "{b}" does not list "{a}" in its links'
        for a in graph for b in graph[a] if a != b and b in graph and a not in graph[b]
    } | {f'links: "{a}" refers to itself' for a in graph if a in graph[a]}  # fmt: skip


@given(GRAPHS)
def test_circles_are_found_where_there_are_any(graph: dict[str, set[str]]) -> None:
    edges = {name: sorted(targets) for name, targets in graph.items()}
    found = list(cycles(edges))
    for cycle in found:
        assert cycle[0] == cycle[-1]
        assert all(b in graph[a] for a, b in pairwise(cycle))
    reach = {name: set(targets) for name, targets in graph.items()}
    for middle in graph:
        for name in graph:
            if middle in reach[name]:
                reach[name] |= reach[middle]
    assert bool(found) == any(name in reach[name] for name in graph)


def test_a_long_chain_of_requirements_is_followed() -> None:
    chain = {str(n): [str(n + 1)] for n in range(20_000)}
    assert list(cycles(chain)) == []


# Names, codes and types


def test_names_are_used_once(shipped: Path, own: Path) -> None:
    copy = ENTRY.format(id="copy", code="MP2", name="FUSE", type="baseline")
    breaker = ENTRY.format(id="breaker", code="AB1", name="Mine", type="micro")
    write(own, {"baselines/copy.yaml": copy + "synonyms: [beta, mine]\n"})
    write(own, {"patterns/breaker.yaml": breaker})
    faults = told([own])
    assert faults == [
        'copy.yaml:2: "MP2" also names alpha in patterns/alpha.yaml',
        'copy.yaml:3: "FUSE" also names breaker in catalog/mechanisms.yaml',
        'copy.yaml:14: "beta" also names beta in patterns/beta.yaml',
        'copy.yaml:14: "mine" also names breaker in patterns/breaker.yaml',
        'breaker.yaml:1: "breaker" also names breaker in catalog/mechanisms.yaml',
    ]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("baselines/alpha", 'alpha.yaml:1: "alpha" also names alpha in patterns/alpha.yaml'),
        ("patterns/breaker",
         'breaker.yaml:1: "breaker" also names breaker in catalog/mechanisms.yaml'),
    ],
)  # fmt: skip
def test_only_the_same_folder_replaces(shipped: Path, own: Path, name: str, message: str) -> None:
    folder, _, stem = name.partition("/")
    kind = "baseline" if folder == "baselines" else "micro"
    write(own, {f"{name}.yaml": ENTRY.format(id=stem, code="AB1", name="Mine", type=kind)})
    assert told([own]) == [message]


def test_the_same_id_twice_in_one_catalog(shipped: Path, own: Path) -> None:
    for folder, kind in (("patterns", "micro"), ("baselines", "baseline")):
        text = ENTRY.format(id="mine", code=f"A{kind[0].upper()}1", name=folder, type=kind)
        write(own, {f"{folder}/mine.yaml": text})
    assert told([own]) == ['mine.yaml:1: "mine" also names mine in patterns/mine.yaml']


def test_names_are_used_once_over_all_kinds(shipped: Path, own: Path) -> None:
    write(own, {
        "patterns/mine.yaml": ENTRY.format(id="mine", code="P1", name="No-Budget", type="micro"),
        "patterns/other.yaml": ENTRY.format(id="other", code="P9", name="Alpha-2", type="micro"),
        "antipatterns/no-budget.yaml": own_rule("no-budget", "synonyms: [beta]"),
    })  # fmt: skip
    assert told([own]) == [
        'no-budget.yaml:1: "no-budget" also names mine in patterns/mine.yaml',
        'no-budget.yaml:8: "beta" also names beta in patterns/beta.yaml',
        'mine.yaml:2: "P1" also names P1 in catalog/mechanisms.yaml',
        'other.yaml:2: "P9" also names breaker in catalog/mechanisms.yaml',
    ]


def own_rule(name: str, synonyms: str = "synonyms: []", code: str = "ACME101") -> str:
    lines = (RULES / "no-timeout.yaml").read_text().split("\n")
    new = {"id": f"id: {name}", "code": f"code: {code}", "synonyms": synonyms,
           "related": "related: []", "cured_by": "cured_by: []"}  # fmt: skip
    return "\n".join(new.get(line.partition(":")[0], line) for line in lines)


def test_a_replacement_keeps_the_code(shipped: Path, own: Path) -> None:
    write(shipped, {"catalog/antipatterns/no-budget.yaml": own_rule("no-budget")})
    write(own, {
        "patterns/beta.yaml": BETA.replace("MP10", "OWN1"),
        "antipatterns/no-budget.yaml": own_rule("no-budget", code="ACME102"),
    })  # fmt: skip
    faults = told([own])
    assert faults == [
        'no-budget.yaml:2: the code is "ACME102", that of the no-budget it replaces is "ACME101"',
        'beta.yaml:2: the code is "OWN1", that of the beta it replaces is "MP10"',
    ]
    later = own.parent / "later"
    write(later, {"patterns/beta.yaml": BETA})
    assert told([own, later]) == faults[:1], "what is replaced itself counts for nothing"
    assert catalog.examine([later]).replaced == ["beta"]
    write(own, {"patterns/gamma.yaml": FILES["catalog/patterns/gamma.yaml"].replace("SP1", LONG)})
    assert max(map(len, told([own]))) < 120


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("    id: breaker", "    id: braker",
         'mechanisms.yaml:6: the id is "braker", its key is "breaker"'),
        ("code: P9", "code: P10", 'mechanisms.yaml:7: there is no mechanism "P10"'),
    ],
)  # fmt: skip
def test_a_mechanism_in_full_is_one_of_the_mechanisms(
    shipped: Path, old: str, new: str, message: str
) -> None:
    change(shipped, "catalog/mechanisms.yaml", old, new)
    assert told() == [message]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("code: MP2", f"code: MP{'1' * 5000}",
         f'alpha.yaml:2: code: "MP{"1" * 38}…" is not a code of this kind'),
        ("code: MP2", "code: SP2", 'alpha.yaml:2: code "SP2" does not fit type "micro"'),
        ("type: micro", "type: baseline",
         'alpha.yaml:4: type "baseline" does not belong in patterns'),
        ("id: alpha", "id: alfa", 'alpha.yaml:1: the id is "alfa", the file is named "alpha"'),
        ("code: MP2", "code: mp2", 'alpha.yaml:2: code: "mp2" is not a code of this kind'),
        ("synonyms: [first-one]", "synonyms: [Plain]",
         'plain.yaml:1: "plain" also names alpha in patterns/alpha.yaml'),
    ],
)  # fmt: skip
def test_identity(shipped: Path, old: str, new: str, message: str) -> None:
    change(shipped, "catalog/patterns/alpha.yaml", old, new)
    assert message in told()


LONG = "1" * 5000


def test_numbers_of_lines_have_an_end(shipped: Path) -> None:
    add(shipped, "catalog/patterns/alpha.yaml", f"lines: {{when: '{LONG}', name: 1-{LONG}}}\n")
    shown = "should be a line number, a range such as 47-58, or a list of them"
    assert [fault.endswith(shown) for fault in told()] == [True, True]


# Trees, playbooks, contradictions

LOST = """\
questions:
  lost: {ask: A, why: B, find_out: C, choices: {a: {label: A, means: B, leaf: plain}}}
"""


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("start: first", "start: fist", 'choose.yaml:3: there is no question "fist"'),
        ("leaf: alpha", "ask: second", 'choose.yaml:10: there is no question "second"'),
        ("leaf: alpha", "leaf: breaker",
         'choose.yaml:10: there is no pattern or baseline "breaker"'),
        ("leaf: alpha", "leaf: gamma",
         'choose.yaml:10: "gamma" does not list the way to it: {first: this}'),
        ("leaf: alpha", "leaf: gamma", 'alpha.yaml:16: these answers lead to "gamma"'),
        ("leaf: alpha", "ask: first",
         "choose.yaml:5: the questions go round in a circle: first → first"),
        ("questions:\n", LOST, 'choose.yaml:5: no way leads to the question "lost"'),
    ],
)  # fmt: skip
def test_a_tree_that_is_wrong(shipped: Path, old: str, new: str, message: str) -> None:
    change(shipped, "catalog/decisions/choose.yaml", old, new)
    assert message in told()


@pytest.mark.parametrize(
    ("new", "message"),
    [
        ("{tree: chose, answers: {first: this}}", 'there is no decision tree "chose"'),
        ("{tree: choose, answers: {}}", 'the tree goes on with the question "first"'),
        ("{tree: choose, answers: {second: this}}", 'the tree asks "first" here, not "second"'),
        ("{tree: choose, answers: {first: that}}", 'first: "that" is no choice'),
        ("{tree: choose, answers: {first: other}}", 'these answers lead to "plain"'),
        ("{tree: choose, answers: {first: this, second: a}}",
         'the way has ended at "alpha" before "second"'),
    ],
)  # fmt: skip
def test_a_way_that_is_wrong(shipped: Path, new: str, message: str) -> None:
    old = "{tree: choose, answers: {first: this}}"
    change(shipped, "catalog/patterns/alpha.yaml", old, new)
    assert f"alpha.yaml:16: {message}" in told()


def test_ways_meet_and_every_one_is_listed(shipped: Path) -> None:
    change(shipped, "catalog/decisions/choose.yaml", "leaf: plain", "ask: second")
    add(shipped, "catalog/decisions/choose.yaml", """\
  second:
    ask: Which?
    why: It matters.
    find_out: Look.
    choices:
      a: {label: This, means: So., leaf: alpha}
      b: {label: Other, means: So., leaf: plain}
""")  # fmt: skip
    assert told() == [
        "plain.yaml:14: the tree goes on with the question \"second\"",
        'choose.yaml:17: "alpha" does not list the way to it: {first: other, second: a}',
        'choose.yaml:18: "plain" does not list the way to it: {first: other, second: b}',
    ]  # fmt: skip


def test_a_playbook_leads_somewhere(shipped: Path) -> None:
    change(shipped, "playbooks/to-alpha.yaml", "to: alpha", "to: alfa")
    assert told() == ['to-alpha.yaml:3: to: there is no pattern "alfa"']


def test_a_playbook_cures_known_rules_by_steps_that_are_there(shipped: Path) -> None:
    way = "rollback: Back.\n    cures: {first-rule: 1}"
    change(shipped, "playbooks/to-alpha.yaml", "rollback: Back.", way)
    assert told() == ['to-alpha.yaml:18: cures: there is no anti-pattern "first-rule"']
    change(shipped, "playbooks/to-alpha.yaml", "{first-rule: 1}", "{first-rule: 2}")
    assert any("is cured by step 2 of 1" in fault for fault in told())
    change(shipped, "playbooks/to-alpha.yaml", "cures: {first-rule: 2}", "helps: {first-rule: 1}")
    assert told() == ['to-alpha.yaml:18: helps: there is no anti-pattern "first-rule"']
    both = "cures: {first-rule: 1}\n    helps: {first-rule: 1}"
    change(shipped, "playbooks/to-alpha.yaml", "helps: {first-rule: 1}", both)
    assert any("is in both cures and helps" in fault for fault in told())


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("value: 1, unit: weeks", "value: long, unit: words", "no number of weeks to plan with"),
        ("value: 1, unit: weeks", "value: 0, unit: weeks", "no number of weeks to plan with"),
        ("value: [1, 2], because", "value: [2, 1], because", "the lowest comes first"),
        ("value: [1, 2], because", "value: [0, 1], because", "greater than 0"),
        ("    rollback: Back.\n", "", "rollback"),
        ("    gate: [Ready.]\n", "", "gate"),
    ],
)
def test_a_phase_can_be_planned(shipped: Path, old: str, new: str, message: str) -> None:
    change(shipped, "playbooks/to-alpha.yaml", old, new)
    assert any(message in fault for fault in told()), told()


def test_no_contradiction_is_missing(shipped: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_contents, "DISPUTES", 3)
    assert told() == [
        "claims.yaml:12: contradiction 2 is told nowhere",
        "claims.yaml:12: contradiction 3 is told nowhere",
    ]
    change(shipped, "catalog/claims.yaml", "number: 1", "number: 4")
    assert "claims.yaml:12: contradiction 4 is beyond the last, 3" in told()


def test_a_replacement_turns_off_only_the_contradictions_of_what_it_replaces(
    shipped: Path, own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_contents, "DISPUTES", 3)
    add(shipped, "catalog/patterns/beta.yaml", f"disputes: [{DISPUTE % 2}]\n")
    write(own, {"patterns/beta.yaml": BETA})
    assert told([own]) == ["claims.yaml:12: contradiction 3 is told nowhere"]
    write(own, {"patterns/gamma.yaml": FILES["catalog/patterns/gamma.yaml"]})
    assert told([own]) == ["claims.yaml:12: contradiction 3 is told nowhere"]


def test_users_contradictions_have_numbers_of_their_own(shipped: Path, own: Path) -> None:
    mine = ENTRY.format(id="mine", code="AB1", name="Mine", type="micro")
    write(own, {"patterns/mine.yaml": f"{mine}disputes: [{DISPUTE % 101}]\n"})
    assert told([own]) == []
    write(own, {"patterns/mine.yaml": f"{mine}disputes: [{DISPUTE % 1}]\n"})
    assert len(told([own])) == 1


# Faults of files


def test_all_faults_of_all_files_at_once_and_in_order(shipped: Path) -> None:
    change(shipped, "catalog/patterns/alpha.yaml", "when: [Always.]", "wen: [Always.]")
    add(shipped, "catalog/patterns/alpha.yaml", "composes_with: {betta: So.}\n")
    write(shipped, {"catalog/patterns/beta.yaml": "- a list\n"})
    change(shipped, "catalog/patterns/gamma.yaml", "id: gamma\n", "id: gamma\nid: gamma\n")
    write(shipped, {"catalog/practices.yaml": ""})
    with pytest.raises(CatalogError) as caught:
        catalog.load()
    problems = [str(problem._replace(hint="")) for problem in caught.value.problems]
    lines = [problem.replace(str(shipped) + os.sep, "") for problem in problems]
    hints = {problem.hint for problem in caught.value.problems}
    assert hints >= {'did you mean "when"?', 'did you mean "beta"?', "start it with `id:`"}
    assert lines == [
        'catalog/patterns/alpha.yaml:1:1: "when" is missing',
        'catalog/patterns/alpha.yaml:9:1: unknown key "wen"',
        'catalog/patterns/alpha.yaml:17:17: composes_with: there is no pattern "betta"',
        "catalog/patterns/beta.yaml:1: is not a pattern: the top must be a mapping",
        'catalog/patterns/gamma.yaml:2:1: "id" appears twice in the same mapping',
        "catalog/practices.yaml: is empty",
    ]


HOSTILE = {
    "nothing": b"",
    "list": b"- a\n",
    "word": b"word\n",
    "number": b"3\n",
    "null": b"~\n",
    "nan": b"id: beta\ncosts: {figures: {a: {value: .nan}}}\n",
    "binary": b"\x00\x01\xff",
    "relations of a wrong type": b"id: beta\nrequires: [alpha]\ncomposes_with: alpha\n"
    b"conflicts_with: {alpha: {a: b}}\nalternatives: {a: b}\npitfalls: [x, {antipattern: 3}]\n"
    b"decision: [3, {tree: [a], answers: [b]}, {tree: choose, answers: {first: [x]}}]\n"
    b"lines: [3]\nreferences: [a]\nmechanisms: 3\ncures: [x, 3]\nsynonyms: 3\n",
    "numbers of a wrong type": b"id: 3\ncode: [a]\nname: {a: b}\ntype: 3\n"
    b"disputes: [{number: a}, {number: [1]}, x]\n"
    b"guarantees: {references: [1, [2]], lines: {a: b}}\n"
    b"diagrams: {a: {kind: nothing}, b: {kind: flow, nodes: 3}, c: 3, d: {kind: 3}}\n",
    "laughs": b"a: &a [x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a]\nc: [*b,*b,*b]\n",
    "deep": b"a: " + b"[" * 200 + b"]" * 200,
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("name", ["patterns/beta", "mechanisms", "claims", "decisions/choose"])
def test_hostile_files(shipped: Path, name: str, data: bytes) -> None:
    (shipped / "catalog" / f"{name}.yaml").write_bytes(data)
    problems = catalog.examine().problems
    assert all(problem.location for problem in problems)
    files = {Path(p.location.file).name for p in problems if p.location}
    assert f"{Path(name).name}.yaml" in files


def test_a_folder_and_a_missing_file(shipped: Path) -> None:
    (shipped / "catalog/patterns/beta.yaml").unlink()
    (shipped / "catalog/patterns/beta.yaml").mkdir()
    (shipped / "catalog/claims.yaml").unlink()
    faults = told()
    assert "beta.yaml:0: is a directory, not a file" in faults
    assert "claims.yaml:0: no such file" in faults


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 200) | st.sampled_from(["alpha", "x", "holds"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["alpha", "a", "references", "lines", "tree"]), inner)
    ),
    max_leaves=6,
)
FIELDS = st.sampled_from(
    ["id", "code", "type", "synonyms", "requires", "required_by", "composes_with", "alternatives",
     "pitfalls", "cures", "mechanisms", "decision", "lines", "references", "disputes", "metrics",
     "diagrams", "guarantees", "costs"]
)  # fmt: skip


@given(st.dictionaries(FIELDS, JUNK))
def test_no_content_breaks_the_checks(data: dict[str, Any]) -> None:
    document = yamlio.parse("a: 1\n", "a.yaml")
    each = Unit("a", Path(), Place(document), data)
    for check in (
        _contents.check_references, _contents.check_field_paths, _contents.check_relations
    ):  # fmt: skip
        list(check(each))
    list(_contents.check_lines(each, 100))
    list(_contents.check_disputes([each]))
    list(_contents.check_all_disputes([each], each.place, ()))
    named = [Told(each, folder, shipped=True) for folder in ("patterns", "in_full")]
    list(_identity.check_names(named))
    list(_identity.check_fit(named, ["P1"]))


# Folders of users


def test_what_a_users_folder_may_hold(shipped: Path, own: Path, tmp_path: Path) -> None:
    write(own, {
        "pattern/x.yaml": "", "README.md": "", ".git/config": "", "patterns/.hidden": "",
        "patterns/a.yml": "", "patterns/notes.txt": "", "patterns/deep/x.yaml": "",
        "antipatterns": "",
    })  # fmt: skip
    (own / "patterns" / "out.yaml").symlink_to(shipped / "catalog" / "claims.yaml")
    (own / "patterns" / "loop.yaml").symlink_to(own / "patterns" / "loop.yaml")
    (own / "patterns" / "folder.yaml").mkdir()
    os.mkfifo(own / "patterns" / "pipe.yaml")
    assert told([own, tmp_path / "none"]) == [
        "none:0: no such folder",
        "README.md:0: this file is not known in a catalog",
        "antipatterns:0: should be a folder",
        "pattern:0: this folder is not known in a catalog",
        "a.yml:0: this file is not read",
        "deep:0: is a folder, where files are read",
        "folder.yaml:0: is a folder, where files are read",
        "loop.yaml:0: cannot be read: Too many levels of symbolic links",
        "notes.txt:0: this file is not read",
        "out.yaml:0: is a link that leads out of the catalog",
        "pipe.yaml:0: is not a file",
    ]
    with pytest.raises(PatternctlError):
        catalog.pattern("out", [own])
    (tmp_path / "empty").mkdir()
    (problem,) = catalog.examine([shipped]).problems
    assert problem.hint == f'did you mean "{shipped / "catalog"}"?'
    assert told([tmp_path / "empty"]) == ["empty:0: is no catalog: it holds nothing that is known"]
    assert told([shipped / "catalog" / "claims.yaml"]) == ["claims.yaml:0: is not a folder"]


# Anti-patterns


def rule(name: str) -> str:
    return (RULES / f"{name}.yaml").read_text()


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    folder = tmp_path / "mine" / "antipatterns"
    folder.mkdir(parents=True)
    return folder


def test_shipped_antipatterns_load_in_code_order() -> None:
    codes = [antipattern.code for antipattern in catalog.antipatterns().values()]
    assert codes == sorted(codes)
    assert len(set(codes)) == len(codes)


def test_all_faults_of_antipatterns_are_told_at_once(rules: Path) -> None:
    text = rule("no-timeout").replace("related: [cyclic-sync-calls]", "related: [nowhere]")
    write(rules, {
        "no-timeout.yaml": text, "copy.yaml": text, "twice.yaml": "id: twice\nid: twice\n",
        "broken.yaml": "id: broken\ncode: X1\nwhatever: 3\n",
    })  # fmt: skip
    with pytest.raises(CatalogError) as caught:
        catalog.antipatterns([rules.parent])
    message = str(caught.value)
    assert "copy.yaml:1:5" in message
    assert '"PC301" also names' in message
    assert 'related anti-pattern "nowhere" does not exist' in message
    assert "broken.yaml:2:7: code" in message
    assert 'broken.yaml:3:1: unknown key "whatever"' in message
    assert 'twice.yaml:2:1: "id" appears twice' in message


def test_users_antipatterns_have_codes_of_their_own(rules: Path) -> None:
    text = rule("no-timeout").replace("id: no-timeout", "id: no-budget")
    write(rules, {"no-budget.yaml": "\n".join(
        "code: ACME101" if line.startswith("code:") else line
        for line in text.split("\n") if not line.startswith("synonyms"))})  # fmt: skip
    entries = catalog.antipatterns([rules.parent])
    assert entries["no-budget"].code == "ACME101"
    names = catalog.names(entries)
    assert catalog.ids("acme", names) == catalog.ids("ACME1", names) == {"no-budget"}
    assert catalog.ids("acm", names) == catalog.ids("ACME2", names) == set()
    assert "no-budget" not in catalog.ids("PC", names)
    assert catalog.ids("pc301", names) == {"no-timeout"}


def test_an_override_keeps_the_thresholds_of_its_detector(rules: Path) -> None:
    text = rule("high-fan-out")
    kept, _, rest = text.partition("thresholds:")
    write(rules, {"high-fan-out.yaml": f"{kept}{rest[rest.index('sources:') :]}"})
    with pytest.raises(CatalogError, match="is missing, which the rule measures against"):
        catalog.antipatterns([rules.parent])


def test_parts_of_the_loader_do_not_import_the_whole() -> None:
    for file in (ROOT / "patternctl" / "catalog").glob("_[a-z]*.py"):
        assert not re.search(r"^from patternctl import .*\bcatalog\b", file.read_text(), re.M), file


def test_linting_does_not_load_the_models_of_patterns() -> None:
    script = (
        "import sys; from patternctl import catalog; catalog.antipatterns();"
        "print('patternctl.model.pattern' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout == "False\n"


# The catalog itself


def test_every_fault_of_relations_and_contents_says_what_to_do(shipped: Path) -> None:
    add(shipped, "catalog/patterns/beta.yaml", f"disputes: [{DISPUTE % 1}, {DISPUTE % 5}]\n")
    add(shipped, "catalog/patterns/gamma.yaml", "lines: {when: 101}\n")
    change(shipped, "catalog/patterns/alpha.yaml", "type: micro\n", "")
    change(shipped, "catalog/baselines/plain.yaml", "guarantees:\n", "guarantees: []\nx:\n")
    problems = catalog.examine().problems
    assert [str(problem) for problem in problems if not problem.hint] == []
    hints = {problem.message: problem.hint for problem in problems}
    assert hints['"type" is missing'] == (
        "write `type: …`, one of micro, system, baseline, mechanism"
    )
    assert hints["guarantees: should not be empty"] == "list one or more"


def test_the_shipped_catalog_has_no_faults() -> None:
    assert [str(problem) for problem in catalog.examine().problems] == []


def test_a_file_is_parsed_again_only_where_it_says_something_else(tmp_path: Path) -> None:
    mine = ENTRY.format(id="mine", code="AB1", name="Mine", type="micro")
    write(tmp_path, {"patterns/mine.yaml": mine})
    first = catalog.pattern("mine", [tmp_path])
    assert catalog.pattern("mine", [tmp_path]) is first
    write(tmp_path, {"patterns/mine.yaml": mine.replace("Mine", "Ours")})
    assert catalog.pattern("mine", [tmp_path]).name == "Ours"
