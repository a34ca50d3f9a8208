"""Who owns what, and where structure and teams do not fit."""

import pytest
from hypothesis import given

from patternctl.artefacts import _ownership as ownership
from patternctl.artefacts import team
from patternctl.errors import UsageError
from tests import golden
from tests.artefacts.orders import HOSTILE, files, order, system
from tests.artefacts.reviewed import GOLDEN, cells, finding, found, rendered, reviewed

TAGS = {"h1", "h2", "h3", "p", "ul", "li", "strong", "table", "thead", "tbody", "tr", "th", "td"}
SERVICES = {
    "a": {"team": "one", "calls": [{"to": "b", "via": "http"}], "publishes": ["e"]},
    "b": {"team": "two", "uses": ["db"], "consumes": ["e"]},
}
SHARED = {
    "services": SERVICES,
    "stores": {"db": {"owner": "a"}},
    "events": {"e": {}},
    "teams": {"one": {"size": 4}, "two": {}},
}


@pytest.mark.parametrize("name", ["shop", "clean", "bookshop"])
def test_teams_golden(name: str) -> None:
    for path, text in files([*team.make(reviewed(name))]).items():
        golden.check(GOLDEN / "team" / name / path, text)


def test_the_matrix_says_what_each_team_has_to_do_with_each_element() -> None:
    made = files([*team.make(order(system(**SHARED)))])
    assert cells(made["team/ownership.csv"]) == [
        ["kind", "name", "owner", "one", "two"],
        ["service", "a", "one", "O", ""],
        ["service", "b", "two", "C", "O"],
        ["store", "db", "one", "O", "U"],
        ["event", "e", "one", "O", "E"],
    ]


def test_who_needs_whom() -> None:
    page = files([*team.make(order(system(**SHARED)))])["team/README.md"]
    rows = ["one | two | waits for calls | 1", "two | one | consumes events | 1"]
    assert all(f"| {row} |\n" in page for row in [*rows, "two | one | uses stores | 1"])
    assert "people of teams: two" in page


def test_findings_about_teams_and_those_of_several_are_noted_and_no_others() -> None:
    page = files([*team.make(reviewed("shop"))])["team/README.md"]
    noted = page[page.index("## Where structure") : page.index("## What the adopted")]
    assert "**PC701** (warning) at services.shipping" in noted
    assert "**PC107** (warning) at services.inventory.deploy\\_unit, checkout and fulfil" in noted
    assert "PC501" not in noted  # one team mends it


def test_without_teams_the_page_says_so() -> None:
    page = files([*team.make(order(system(services={"a": {}})))])["team/README.md"]
    assert "- teams: no service names one" in page


def test_what_the_manifest_does_not_list_is_not_taken_for_none() -> None:
    """Calls are listed in part, and teams and patterns not at all."""
    part = {"complete": ["services", "stores"], "services": {"a": {"calls": ["b"]}, "b": {}}}
    page = files([*team.make(order(system(**part)))])["team/README.md"]
    assert "- all teams, calls, store accesses, events and adopted patterns: what is" in page
    told = "Not checked: the manifest does not list all teams, calls, store accesses or events.\n"
    needs = page[page.index("## Who needs whom") :]
    assert needs.count(told) == 2  # nobody needs anybody, and lint finds nothing
    assert "Not checked: the manifest does not list all adopted patterns." in needs
    assert "No team's services" not in page
    assert "Lint finds nothing" not in page


def test_what_the_manifest_lists_in_full_and_has_none_of_is_none() -> None:
    page = files([*team.make(order(system(services={"a": {"team": "one"}})))])["team/README.md"]
    assert "No team's services call, read or listen to another team's." in page
    assert "Lint finds nothing that is about teams" in page
    assert "checked" not in page


def test_a_finding_s_team_is_found_by_names_with_dots() -> None:
    services = {"a.b": {"team": "one"}, "c": {"team": "two"}}
    made = found(system(services=services))
    made.findings = (finding('services."a.b".calls.c')._replace(code="PC100"),)
    assert ownership.mismatches(ownership.Ownership(made.system), made.findings) == []  # type: ignore[arg-type]
    place = made.findings[0].location
    both = made.findings[0]._replace(related=(("services.c", place),))
    (mismatch,) = ownership.mismatches(ownership.Ownership(made.system), (both,))  # type: ignore[arg-type]
    assert mismatch[1] == ["one", "two"]


def test_without_a_system_it_is_refused() -> None:
    with pytest.raises(UsageError, match="of a system"):
        [*team.make(order(None, "saga"))]


def test_many_teams_are_in_the_sheet_only() -> None:
    services = {f"s{n}": {"team": f"t{n}"} for n in range(20)}
    made = files([*team.make(order(system(services=services)))])
    assert "ownership.csv has all of them" in made["team/README.md"]
    assert len(cells(made["team/ownership.csv"])[0]) == 23


@given(HOSTILE)
def test_hostile_texts_stay_texts(text: str) -> None:
    stated = system(**{**SHARED, "teams": {"one": {"description": text}, "two": {}}})
    stated = stated._replace(architecture=stated.architecture.model_copy(update={"system": text}))
    made = found(stated)
    made.findings = (finding(text),)
    pages = files([*team.make(made)])
    seen = rendered(pages["team/README.md"])
    assert set(seen.tags) <= TAGS
    assert not seen.links
    shown = " ".join(c for c in " ".join(text.split()) if c.isprintable())
    assert "".join(shown.split()) in "".join(seen.text.split())
    cells(pages["team/ownership.csv"])
