import re
import shutil
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from patternctl import catalog
from patternctl.artefacts import _pictures, diagram
from patternctl.engine.lint import lint
from patternctl.errors import UsageError
from patternctl.generators import mermaid
from patternctl.model.architecture import Architecture
from patternctl.model.artefact import Artefact, Options, Order, Sources
from patternctl.model.finding import Finding
from patternctl.model.pattern import Pattern
from patternctl.model.settings import LintSettings
from patternctl.model.system import System
from tests import golden
from tests.artefacts.orders import HOSTILE, files, order, system
from tests.graphviz import drawn
from tests.mermaid import fault
from tests.test_example_systems import load

GOLDEN = Path(__file__).parents[1] / "golden/diagram"
needs_dot = pytest.mark.skipif(shutil.which("dot") is None, reason="needs dot, of Graphviz")


class _Sources(Sources):
    def findings(self, system: System) -> tuple[Finding, ...]:
        return lint([system], catalog.antipatterns(), LintSettings()).findings

    def entries(self) -> Mapping[str, Pattern]:
        return catalog.entries()


def run(about: System | None, *patterns: str, **options: Any) -> list[Artefact]:
    chosen = Options(today=date(2026, 11, 22), **options)
    return [*diagram.make(Order(about, patterns, _Sources(), chosen))]


def made(about: System | None, *patterns: str, **options: Any) -> dict[str, str]:
    """Texts of a run, by name."""
    found = files(run(about, *patterns, **options))
    return {path.removeprefix("diagrams/"): text for path, text in found.items()}


@pytest.mark.parametrize("name", ["shop", "ticketing", "clean"])
def test_files_of_examples_are_golden_and_read_by_the_real_tools(name: str) -> None:
    found = made(load(name))
    for path, text in found.items():
        golden.check(GOLDEN / name / path, text)
        if path.endswith(".mmd"):
            assert not fault(text), path
        elif path.endswith(".dot"):
            drawn(text)


def test_index_holds_every_picture_and_every_finding() -> None:
    found = made(load("shop"))
    index = found["README.md"]
    for path, text in found.items():
        if path.endswith(".mmd"):
            assert f"```mermaid\n{text}```" in index
            assert f"]({path})" in index
    for finding in _Sources().findings(load("shop")):
        assert f"| {finding.code} |" in index


def test_findings_are_drawn_where_they_are() -> None:
    text = made(load("shop"))["data-flow.mmd"]
    assert 'n8["payments<br/>×1<br/>⚠ PC501"]:::error' in text
    assert 'n6 -->|"http<br/>⚠ PC301"| n8' in text
    assert "finding#58; warning" in text


def test_a_sequence_leaves_out_what_was_found_about_other_calls() -> None:
    text = made(load("shop"))["flow-buy.mmd"]
    assert "PC301" in text
    assert "PC304" not in text, "about a call to a service that the flow does not pass"


# Sagas


def changes_of(saga: dict[str, object], **stated: object) -> list[str]:
    """Transitions of a saga's picture, with the labels of the states."""
    services: dict[str, object] = {name: {} for name in ("hold", "pay", "ship")}
    patterns = [{"pattern": "saga", **saga}]
    unlinted = order(system(**{"services": services, "patterns": patterns, **stated}))
    text = files([*diagram.make(unlinted)])["diagrams/saga-not-named.mmd"]
    assert not fault(text)
    plain = re.sub(r"#(\d+);", lambda found: chr(int(found[1])), text).replace("<br/>", " ")
    states = dict(re.findall(r'state "(.*)" as (s\d+)', plain))
    labels = {key: label for label, key in states.items()}
    lines = [line.strip() for line in plain.splitlines() if " --> " in line]
    return [re.sub(r"s\d+", lambda found: labels[found[0]], line) for line in lines]


@pytest.mark.parametrize("style", ["orchestration", "choreography"])
def test_a_step_that_was_refused_did_nothing_and_one_that_was_silent_may_have(style: str) -> None:
    steps = [
        {"service": "hold", "do": "hold", "undo": "release", "timeout": "30s"},
        {"service": "pay", "do": "pay", "undo": "refund"},
        {"service": "ship", "do": "ship", "undo": "recall", "timeout": "5m"},
    ]
    assert changes_of({"style": style, "steps": steps}) == [
        "[*] --> hold: hold",
        "hold: hold --> pay: pay : succeeded",
        "hold: hold --> Failed : refused",
        "hold: hold --> hold: release : silent for 30s",
        "pay: pay --> ship: ship : succeeded",
        "pay: pay --> hold: release : refused",
        "pay: pay --> pay: refund : silent (no timeout stated)",
        "ship: ship --> Completed : succeeded",
        "ship: ship --> pay: refund : refused",
        "ship: ship --> ship: recall : silent for 5m",
        "Completed --> [*]",
        "ship: recall --> pay: refund : taken back",
        "pay: refund --> hold: release : taken back",
        "hold: release --> Failed : taken back",
        "Failed --> [*]",
    ]


def test_the_pivot_and_what_follows_it_are_tried_until_they_succeed() -> None:
    steps = [
        {"service": "hold", "do": "hold", "undo": "release"},
        {"service": "pay", "do": "pay", "timeout": "2m", "final": True},
        {"service": "ship", "do": "ship", "timeout": "none"},
    ]
    found = changes_of({"steps": steps})
    assert "pay: pay --> pay: pay : refused or silent for 2m: again until it succeeds" in found
    assert "ship: ship --> ship: ship : refused: again until it succeeds" in found
    assert (
        "ship: ship --> ship: ship : silent: it has no timeout, only a person asks again" in found
    )
    assert not [line for line in found if "hold: release" in line and "pay" in line]


@pytest.mark.parametrize(
    ("bound", "words"),
    [
        ({"timeout": "15m"}, "silent for the saga's 15m"),
        ({"timeout": "none"}, "silent: it has no timeout, only a person ends the wait"),
        ({}, "silent (no timeout of its own, the saga's is not stated)"),
    ],
)
def test_a_wait_without_a_timeout_ends_with_the_saga_if_at_all(
    bound: dict[str, str], words: str
) -> None:
    steps = [{"service": "pay", "do": "pay", "undo": "refund", "timeout": "none"}]
    assert f"pay: pay --> pay: refund : {words}" in changes_of({**bound, "steps": steps})


def test_a_manifest_that_lists_all_timeouts_and_compensations_leaves_none_unknown() -> None:
    steps = [{"service": "pay", "do": "pay"}]
    assert "pay: pay --> pay: compensation not stated : silent (no timeout stated)" in changes_of(
        {"steps": steps}
    )
    found = changes_of({"steps": steps}, complete=["timeouts", "compensations"])
    assert found[3].startswith("pay: pay --> pay: nothing takes back pay : silent: it has no")


def test_a_step_that_only_reads_has_nothing_to_take_back() -> None:
    reading = {"uses": [{"store": "db", "access": "read"}]}
    found = changes_of(
        {
            "steps": [
                {"service": "hold", "do": "hold", "undo": "release"},
                {"service": "pay", "do": "check", "timeout": "1s"},
            ]
        },
        services={"hold": {}, "pay": reading},
        stores={"db": {}},
    )
    assert "pay: check --> hold: release : refused or silent for 1s" in found


def test_what_is_not_stated_is_named_and_not_invented() -> None:
    index = made(
        system(
            services={"a": {"calls": ["b"], "uses": ["d"]}, "b": {}},
            stores={"d": {}},
            flows={"loop": {"entry": "b"}},
            patterns=[{"pattern": "saga", "name": "buy"}],
        )
    )["README.md"]
    assert "? via not stated" in index
    assert "? access not stated" in index
    assert "the flow loop: it reaches no other service" in index
    assert "the saga buy: not stated: patterns.buy.steps" in index
    assert "the deployment: not stated: deployment.regions" in index


def test_a_system_without_services_gives_an_index_that_says_so() -> None:
    found = made(system())
    assert [*found] == ["README.md"]
    assert "everything: not stated: services" in found["README.md"]


def test_deployment_stands_in_cells_and_regions() -> None:
    text = made(
        system(deployment={"regions": 2, "cells": 6}, services={"a": {"deploy_unit": "u"}})
    )["deployment.mmd"]
    boxes = [line.strip() for line in text.splitlines() if "subgraph" in line]
    assert [box.split('"')[1] for box in boxes] == [
        "each of 2 regions",
        "each cell (6 in all regions)",
        "deployed together#58; u",
    ]


def test_changes_are_added_removed_or_changed() -> None:
    before = {
        "a": {"replicas": 1, "calls": [{"to": "b", "via": "http"}]},
        "b": {},
        "gone": {},
        "same": {"calls": [{"to": "same-too", "via": "http"}]},
        "same-too": {},
    }
    after = {
        "a": {"replicas": 2, "calls": [{"to": "b", "via": "grpc"}, {"to": "new", "via": "http"}]},
        "b": {},
        "new": {},
        "same": before["same"],
        "same-too": {},
    }
    found = made(system(services=after), base=system(services=before))
    assert [*found] == ["changes.mmd", "changes.dot"]
    text = found["changes.mmd"]
    assert '["~ a<br/>×2#59; differs#58; replicas"]:::changed' in text
    assert '["#43; new"]:::added' in text
    assert '["− gone"]:::removed' in text
    assert '|"~ grpc"|' in text
    assert '|"#43; http"|' in text
    assert "same" not in text


def test_no_changes_are_told_as_such() -> None:
    assert "Nothing differs" in made(load("shop"), base=load("shop"))["changes.mmd"]


def test_focus_shows_as_many_steps_as_depth_says() -> None:
    near = made(load("shop"), focus="payments")["focus-payments.mmd"]
    far = made(load("shop"), focus="payments", depth=2)["focus-payments.mmd"]
    assert '"payments-db' in near
    assert '"gateway' not in near
    assert '"gateway' in far
    with pytest.raises(UsageError, match=r'called "paymnts".*did you mean "payments"'):
        made(load("shop"), focus="paymnts")


@pytest.mark.parametrize("pattern", ["outbox", "saga", "cell-based"])
def test_patterns_are_drawn(pattern: str) -> None:
    found = made(None, pattern)
    assert all(not fault(text) for path, text in found.items() if path.endswith(".mmd"))
    assert {path.rsplit(".", 1)[1] for path in found} == {"mmd", "dot"}


# Formats


def test_formats_are_what_was_asked_for_in_that_order() -> None:
    found = [each.path for each in run(None, "outbox", formats=("dot", "mmd"))]
    assert found == ["diagrams/pattern-outbox.dot", "diagrams/pattern-outbox.mmd"]


def test_texts_need_no_graphviz_and_tell_how_to_get_pictures(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PATH", "")
    steps = {each.path.rsplit(".", 1)[1]: each.step for each in run(None, "outbox")}
    assert steps["mmd"] == ""
    assert "--format svg" in steps["dot"]


@needs_dot
def test_pictures_of_the_index_are_files_beside_it() -> None:
    artefacts = run(load("clean"), formats=("png", "svg"))
    index = next(each.text for each in artefacts if each.path.endswith(".md"))
    pictures = {each.path.removeprefix("diagrams/"): each for each in artefacts}
    shown = re.findall(r"!\[.*\]\((.*)\)", index)
    assert shown == [name for name in pictures if name.endswith(".svg")]
    assert len(shown) == 6
    assert "```mermaid" not in index
    for name, each in pictures.items():
        if name.endswith(".svg"):
            assert each.text.startswith("<?xml")
            ET.fromstring(each.text.encode())
            assert "<!--" not in each.text, "comments tell the version of Graphviz"
        elif name.endswith(".png"):
            assert each.data is not None
            assert each.data.startswith(b"\x89PNG")
            assert f"[{name}]({name})" in index


@needs_dot
def test_pictures_are_the_same_on_every_run() -> None:
    chosen = {"formats": ("svg", "png")}
    assert run(None, "outbox", **chosen) == run(None, "outbox", **chosen)


@needs_dot
@settings(max_examples=5)
@given(HOSTILE, HOSTILE)
def test_no_text_of_a_manifest_breaks_an_svg(name: str, about: str) -> None:
    hostile = system(description=about, services={"a": {"calls": ["b"]}, "b": {"kind": "external"}})
    architecture = hostile.architecture.model_copy(update={"system": name})
    for path, text in made(hostile._replace(architecture=architecture), formats=("svg",)).items():
        if path.endswith(".svg"):
            tags = {each.tag.rpartition("}")[2] for each in ET.fromstring(text.encode()).iter()}
            assert tags <= {
                "svg",
                "g",
                "a",
                "title",
                "polygon",
                "path",
                "text",
                "ellipse",
                "polyline",
            }


def test_pictures_without_graphviz_tell_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(UsageError, match="drawing svg and png needs Graphviz") as caught:
        run(load("shop"), formats=("mmd", "svg", "png"))
    (problem,) = caught.value.problems
    assert "apt install graphviz" in (problem.hint or "")


def _pretending(folder: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    program = folder / "dot"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")


def test_every_picture_that_fails_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _pretending(tmp_path, 'echo "Error: trouble" >&2; exit 1', monkeypatch)
    with pytest.raises(UsageError) as caught:
        run(None, "saga", formats=("svg",))
    told = [problem.message for problem in caught.value.problems]
    assert told[0] == "pattern-saga.orchestration.svg: Graphviz failed: Error: trouble"
    assert len(told) == len(catalog.entries()["saga"].diagrams)


def test_a_picture_that_takes_too_long_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_pictures, "_SECONDS", 0.2)
    _pretending(tmp_path, "exec sleep 600", monkeypatch)
    with pytest.raises(UsageError, match="Graphviz took longer than"):
        run(None, "outbox", formats=("png",))


def _large(services: int) -> System:
    calls = [{"to": f"s{n}", "via": "http", "operation": "x" * 40} for n in range(services)]
    return system(
        services={
            f"s{n}": {"team": f"t{n % 7}", "calls": calls[n : n + 3]} for n in range(services)
        }
    )


def test_large_pictures_are_cut_within_the_limits_and_nothing_is_lost() -> None:
    found = made(_large(300))
    parts = [text for path, text in found.items() if path.startswith("data-flow.")]
    parts = [text for text in parts if text.startswith("flowchart")]
    assert len(parts) > 3
    arrows = 0
    for text in parts:
        assert len(text) <= mermaid.MOST_CHARACTERS - 2000
        assert not fault(text)
        arrows += text.count("x" * 30)
    assert arrows == 300 * 3 - 3
    assert "shown in full elsewhere" in parts[0]
    assert f"(part 1 of {len(parts)})" in parts[0]


def test_long_flows_and_sagas_are_cut_too() -> None:
    names = [f"s{n}" for n in range(350)]
    services = {
        name: {"calls": [{"to": after, "via": "http", "operation": "y" * 90}]}
        for name, after in pairwise(names)
    } | {names[-1]: {}}
    steps = [{"service": name, "do": "z" * 90, "undo": "u" * 90} for name in names]
    found = made(
        system(
            services=services,
            flows={"long": {"entry": "s0", "path": names}},
            patterns=[{"pattern": "saga", "name": "long", "steps": steps}],
        )
    )
    for prefix in ("flow-long", "saga-long"):
        parts = [text for path, text in found.items() if path.startswith(f"{prefix}.")]
        cut = [text for text in parts if not text.startswith("digraph")]
        assert len(cut) > 1
        assert max(map(len, cut)) <= mermaid.MOST_CHARACTERS - 2000
        assert not fault(cut[0])
        assert not fault(cut[-1])


@settings(max_examples=12)
@given(HOSTILE, HOSTILE, HOSTILE, HOSTILE)
def test_no_text_of_a_manifest_breaks_a_picture(
    name: str, about: str, operation: str, undo: str
) -> None:
    steps = [{"service": "A", "do": operation, "undo": undo}, {"service": "a", "do": about}]
    hostile = system(
        description=about,
        services={
            "A": {"calls": [{"to": "a", "operation": operation}], "uses": [{"store": "D.b"}]},
            "a": {"calls": [{"to": "nowhere", "via": "http"}], "kind": "external"},
        },
        stores={"D.b": {"engine": name}},
        flows={"con": {"entry": "A", "description": about}, "CON": {"entry": "A"}},
        patterns=[{"pattern": "saga", "steps": steps}, {"pattern": "saga", "steps": steps}],
    )
    architecture: Architecture = hostile.architecture.model_copy(update={"system": name})
    found = made(hostile._replace(architecture=architecture))
    for path, text in found.items():
        if path.endswith(".mmd"):
            assert not fault(text), text
        elif path.startswith(("data-flow", "saga")):
            drawn(text)
    fences = [line for line in found["README.md"].splitlines() if line.startswith("```")]
    assert fences == ["```mermaid", "```"] * (len(fences) // 2)
    assert len(fences) // 2 == sum(path.endswith(".mmd") for path in found)


def test_output_is_the_same_on_every_run() -> None:
    assert made(load("shop")) == made(load("shop"))
