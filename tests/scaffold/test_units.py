"""Units fit together and into this repository."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from patternctl import catalog
from patternctl.errors import UsageError
from patternctl.scaffold import units

ROOT = Path(__file__).parents[2]


def _name(requirement: str) -> str:
    return re.split(r"[\[<>=!~;]", requirement)[0]


def test_everything_that_units_import_is_installed_for_their_tests() -> None:
    told = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = told["optional-dependencies"]
    here = {_name(each) for each in (*extras["dev"], *extras["projects"])}
    wanted = {
        _name(each) for unit in units.known().values() for each in (*unit.packages, *unit.testing)
    }
    assert wanted <= here


def test_projects_of_today_have_versions_that_were_tried() -> None:
    pins = (units.folder() / units.BASE / "constraints.txt").read_text().splitlines()
    assert {*pins} <= {*(ROOT / "constraints.txt").read_text().splitlines()}
    pinned = {line.partition("==")[0].casefold() for line in pins}
    for unit in units.known().values():
        assert {_name(each).casefold() for each in unit.packages} <= pinned


@pytest.mark.parametrize("name", sorted(units.known()))
def test_units_need_what_is_there_and_only_once(name: str) -> None:
    unit = units.known()[name]
    assert {*unit.needs} <= units.known().keys() - {name, units.BASE}
    assert units.choose([], {}).units.keys() == {units.BASE}


@pytest.mark.parametrize("name", sorted(units.known()))
def test_objectives_are_the_catalogs_and_counted_in_the_code(name: str) -> None:
    slos = {f"{id_}-{slo}" for id_, entry in catalog.each_entry().items() for slo in entry.slos}
    code = "".join(
        file.read_text() for file in (units.folder() / name / "package").rglob("*.py.j2")
    )
    for objective in units.known()[name].objectives:
        assert objective in slos
        assert f'count("{objective}", good=' in code


def test_what_a_pattern_wants_comes_with_it_and_is_told() -> None:
    for name in units.patterns():
        chosen = units.choose([name], {})
        for want in catalog.relations(name).wants:  # type: ignore[union-attr]
            if set(want.any_of) & units.known().keys():
                assert set(want.any_of) & set(chosen.patterns)
        assert len(chosen.remarks) == len(chosen.patterns) - 1


def test_patterns_that_conflict_are_refused_with_the_reason() -> None:
    relations = {name: catalog.relations(name) for name in units.patterns()}
    for name, found in relations.items():
        for other in found.conflicts_with if found else ():
            if other in relations:
                with pytest.raises(UsageError, match="do not go together"):
                    units.choose([name, other], {})
