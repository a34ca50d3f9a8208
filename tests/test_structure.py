"""What import-linter's layers cannot say."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from patternctl import catalog, plugins
from patternctl.model import architecture
from patternctl.model.antipattern import AntiPattern

PACKAGE = Path(__file__).parent.parent / "patternctl"
ENTRIES = catalog.antipatterns()


def imported(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("folder", ["rules", "reports", "importers", "generators"])
def test_plugins_do_not_know_each_other(folder: str) -> None:
    own = {f"patternctl.{folder}.{name.replace('-', '_')}" for name in plugins.names(folder)}
    for file in (PACKAGE / folder).glob("*.py"):
        assert not own & set(imported(file)), file.name


@pytest.mark.parametrize("folder", ["rules", "rulekit", "engine", "reports"])
def test_judging_needs_nothing_from_outside_the_standard_library(folder: str) -> None:
    foreign = {"jinja2", "networkx", "pydantic", "rich", "typer", "yaml"}
    for file in (PACKAGE / folder).glob("*.py"):
        assert not foreign & {name.partition(".")[0] for name in imported(file)}, file.name


def test_rules_read_facts_and_nothing_else() -> None:
    allowed = ("patternctl.rulekit", "patternctl.model", "patternctl.costing")
    for file in (PACKAGE / "rules").glob("*.py"):
        own = {name for name in imported(file) if name.startswith("patternctl.")}
        assert all(name.startswith(allowed) for name in own), file.name


BLOCKS: dict[str, type] = {
    "brokers": architecture.Broker,
    "calls": architecture.Call,
    "consumes": architecture.Consume,
    "decisions": architecture.Decided,
    "events": architecture.Event,
    "flows": architecture.Flow,
    "publishes": architecture.Publish,
    "requirements": architecture.Requirements,
    "services": architecture.Service,
    "stores": architecture.Store,
    "uses": architecture.Use,
    "workload": architecture.Workload,
}


@pytest.mark.parametrize("antipattern", ENTRIES.values(), ids=ENTRIES)
def test_facts_of_a_rule_are_keys_of_the_manifest(antipattern: AntiPattern) -> None:
    for fact in antipattern.facts:
        block, _, attribute = fact.partition(".")
        assert block in {*BLOCKS, "patterns", "teams", "complete"}, fact
        if block in BLOCKS and attribute:
            fields = BLOCKS[block].model_fields.values()  # type: ignore[attr-defined]
            known = {*BLOCKS[block].model_fields, *(f.alias for f in fields)}  # type: ignore[attr-defined]
            assert attribute.partition(".")[0] in known, fact
