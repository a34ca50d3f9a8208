"""The ledger over a small catalog, and every number of the shipped one redone."""

from pathlib import Path

import pytest

from patternctl import catalog, resources
from patternctl.engine import ledger
from tests.test_catalog import ALPHA, DISPUTE, FILES, write

FIGURE = """\
metrics:
  speed:
    says: It is fast.
    value: 3
    unit: ms
    condition: not stated
    source: book
    verdict: holds
    why: Computed.
    computed:
      - formula: %s
        given: {%s}
        gives: %s
        unit: probability
        shows: So.
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write(tmp_path, FILES)
    monkeypatch.setattr(resources, "directory", lambda kind: tmp_path / kind)
    return tmp_path


def test_claims_are_figures_and_claimed_guarantees(home: Path) -> None:
    claimed = "holds, references: [book]}\n  - {property: latency, claimed: Fast., lines: 4-5, "
    text = ALPHA.replace(
        "holds, references", f"{claimed}holds: Not so., verdict: 'false', references"
    )
    (home / "catalog/patterns/alpha.yaml").write_text(text + FIGURE % ("a", "", "1"))
    found = {(each.entry, each.path): each for each in ledger.claims(catalog.examine().catalog)}
    assert list(found) == [
        ("alpha", "guarantees.1"),
        ("alpha", "metrics.speed"),
        ("to-alpha", "phases.0.duration"),
        ("claims", "figures.speed"),
    ]
    guarantee = found["alpha", "guarantees.1"]
    assert (guarantee.says, guarantee.verdict, guarantee.why) == ("Fast.", "false", "Not so.")
    assert guarantee.lines == ((4, 5),)
    assert guarantee.figure is None
    figure = found["claims", "figures.speed"].figure
    assert figure is not None
    assert figure.unit == "ms"


def test_contradictions_come_by_number_with_the_entry_that_holds_them(home: Path) -> None:
    for name, number in (("catalog/patterns/alpha.yaml", 3), ("catalog/mechanisms.yaml", 2)):
        with (home / name).open("a") as stream:
            stream.write(f"disputes: [{DISPUTE % number}]\n")
    found = ledger.disputes(catalog.examine().catalog)
    assert [(each.entry, each.dispute.number) for each in found] == [
        ("claims", 1), ("mechanisms", 2), ("alpha", 3),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("formula", "given", "gives", "message", "line"),
    [
        ("fan_out_tail", "slow: 0.01, leaves: 100", "0.634", "", 0),
        ("fan_out_tail", "slow: 0.01, leaves: 100", "0.65", "fan_out_tail gives 0.633968", 26),
        ("fan_out_tail", "slow: 0, leaves: 100", "0", "", 0),
        ("fan_out_tail", "slow: 0, leaves: 100", "0.00001", "gives 0, not 1e-05", 26),
        ("fan_out_tale", "slow: 0.01, leaves: 100", "0.634", "fan_out_tale", 24),
        ("fan_out_tail", "slow: 0.01", "0.634", "leaves", 24),
        ("fan_out_tail", "slow: 0.01, leaves: [1, 2]", "0.634", "leaves", 24),
        ("evaluate", "formula: 1", "1", "evaluate", 24),
    ],
)
def test_numbers_are_redone(
    home: Path, formula: str, given: str, gives: str, message: str, line: int
) -> None:
    text = ALPHA + FIGURE % (formula, given, gives)
    (home / "catalog/patterns/alpha.yaml").write_text(text)
    problems = ledger.recompute(catalog.examine().catalog)
    if not message:
        assert problems == []
        return
    (problem,) = problems
    assert problem.location is not None
    assert message in problem.message
    assert Path(problem.location.file).name == "alpha.yaml"
    assert problem.location.line == line


def test_every_number_of_the_shipped_catalog_is_right() -> None:
    assert [str(problem) for problem in ledger.recompute(catalog.examine().catalog)] == []
