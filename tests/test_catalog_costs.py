"""Costs in the catalog: what is shipped fits together, what is faulty is told with its line."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from patternctl import catalog, resources, yamlio
from patternctl.errors import CatalogError, UsageError
from patternctl.generators.schema import render
from patternctl.model.cost import Materials
from patternctl.model.stated import OF_SYSTEM, WORKED_OUT, facts

OURS = """\
id: ours
of: service
kinds: [batch]
title: Ours
because: It is ours.
drivers:
  share: {title: Share, measure: number, read: element.share, assume: 1, because: One.}
  twice: {title: Twice, measure: rate, formula: requests * share * 2, because: Two.}
components:
  run:
    {title: Run, role: compute, resource: container.vcpu, quantity: hours * twice, because: So.}
"""
BOOK = """\
id: ours
title: Ours
provider: We
region: here
currency: USD
sources: {list: {title: Our list}}
prices:
  container.vcpu:
    {service: S, category: Compute, sku: X, unit: vCPU-hour, price: 1, source: list,
     date: 2026-01-01}
"""


def written(home: Path, folder: str, text: str, name: str = "ours") -> Path:
    (home / folder).mkdir(parents=True, exist_ok=True)
    (home / folder / f"{name}.yaml").write_text(text)
    return home


def faults(home: Path) -> str:
    with pytest.raises(CatalogError) as caught:
        catalog.load([home])
    return str(caught.value)


def test_the_shipped_catalog_holds_costs() -> None:
    whole = catalog.load()
    assert whole.costs == catalog.costs()
    assert {*whole.price_books} == {*catalog.price_books()} >= {"aws-us-east-1"}
    assert whole.reference_costs == catalog.reference_costs()


def test_every_pattern_says_what_it_costs() -> None:
    whole = catalog.load()
    materials = whole.costs.materials
    for pattern in whole.patterns.values():
        wanted = "pattern" if pattern.type == "micro" else "architecture"
        assert materials[pattern.id].of == wanted, pattern.id
    assert {*whole.baselines} <= {*materials}
    assert materials["circuit-breaker"].of == "pattern"


def test_what_is_taken_from_experience_says_so() -> None:
    """A number that nobody states has a reason, and one without a source is no more than a rule."""
    for materials in catalog.costs().materials.values():
        for name, driver in materials.drivers.items():
            assert driver.because or driver.read, (materials.id, name)


def test_drivers_of_the_whole_read_what_some_manifest_states() -> None:
    from patternctl.rulekit import answers

    stated = {fact.partition(".")[2] for fact in facts("system")}
    keys = dict.fromkeys(("requirements", "workload", "deployment"), stated)
    for name, driver in catalog.costs().drivers.items():
        known = driver.read is None or driver.read in OF_SYSTEM
        assert known or answers.known(driver.read or "", keys), name


def test_facts_of_elements_are_read_by_somebody() -> None:
    read = {
        (each.of, driver.read)
        for each in catalog.costs().materials.values()
        for driver in each.drivers.values()
    }
    for subject, names in WORKED_OUT.items():
        for name in names:
            assert (subject, f"element.{name}") in read, (subject, name)


@pytest.mark.parametrize(("kind", "folder"), [("materials", "costs"), ("prices", "prices")])
def test_schemas_accept_what_is_shipped_and_refuse_faults(kind: str, folder: str) -> None:
    schema = json.loads(render(kind))
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    for path in sorted((resources.directory("catalog") / folder).glob("*.yaml")):
        validator.validate(yamlio.read(path).plain())
    text = OURS if kind == "materials" else BOOK
    faulty = yamlio.parse(text.replace("title:", "tittle:", 1), "x").plain()
    assert [*validator.iter_errors(faulty)]


def test_users_add_and_replace(tmp_path: Path) -> None:
    written(tmp_path, "costs", OURS)
    shipped = resources.directory("catalog") / "costs" / "batch.yaml"
    written(tmp_path, "costs", shipped.read_text().replace("title: Batch", "title: B"), "batch")
    written(tmp_path, "prices", BOOK)
    whole = catalog.load([tmp_path])
    assert whole.costs.materials["ours"].kinds == ("batch",)
    assert whole.costs.materials["batch"].title == "B"
    assert catalog.prices("ours", [tmp_path]).provider == "We"
    assert catalog.examine([tmp_path]).replaced == ["batch"]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("requests *", "request *", '8:49: there is no driver "request" (did you mean "requests"'),
        ("hours * twice", "hours * thrice", 'there is no driver "thrice"'),
        ("hours * twice", "hours ** twice", "is not + - * / ( ), min, max"),
        ("hours * twice", "__import__(hours)", "there is no function `__import__`"),
        ("hours * twice", "__import__('os').system('ls')", "a number"),
        ("hours * twice", "hours * 1e99", "no number that a formula may hold"),
        ("hours * twice", "(" * 240 + "1" + ")" * 240, "is no formula"),
        ("hours * twice", "hours.real", "is not + - * / ( ), min, max"),
        ("hours * twice", "+".join(["1"] * 400), "is longer than 500 characters"),
        ("requests * share * 2", "twice + 1", "twice depends on itself"),
        ("element.share", "element.shares", 'no manifest states "element.shares"'),
        ("element.share", "workload.request", 'no manifest states "workload.request"'),
        ("kinds: [batch]", "kinds: [job]", 'service-job is for the service kind "job" too'),
        ("kinds: [batch]\n", "", "service-container is for the service kinds without materials"),
        ("title: Run", "title: Run, at_most: hours", "`at_most` and `beyond` go together"),
        ("assume: 1", "assume: [3, 2, 1]", "[lowest, likeliest, highest]"),
        ("assume: 1", "assume: -1", "should not be negative"),
        ("id: ours", "id: theirs", 'the id is "theirs", the file is named "ours"'),
        ("because: It is ours.", "because: It.\nincludes: [{id: nothing}]", 'materials "nothing"'),
        ("because: It is ours.", "because: It.\nincludes: [{id: ours}]", "includes itself"),
        (
            "because: It is ours.",
            "because: It.\nincludes: [{id: entry, given: {request: '1'}}]",
            'there is no driver "request"',
        ),
        ("drivers:", "scales: {sharing: '2'}\ndrivers:", 'there is no driver "sharing"'),
    ],
)
def test_faults_of_materials(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert old in OURS
    home = written(tmp_path, "costs", OURS.replace(old, new, 1))
    with pytest.raises(CatalogError) as caught:
        catalog.costs([home])
    assert message in str(caught.value)
    assert "ours.yaml:" in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("container.vcpu", "container.cpu", 'no price book knows the resource "container.cpu"'),
        ("of: service\nkinds: [batch]", "of: pattern", 'no pattern or baseline "ours"'),
    ],
)
def test_faults_of_materials_in_the_whole(tmp_path: Path, old: str, new: str, message: str) -> None:
    told = faults(written(tmp_path, "costs", OURS.replace(old, new, 1)))
    assert message in told
    assert "ours.yaml:" in told


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    text = OURS.replace("requests *", "request *").replace("hours * twice", "hour * twice")
    written(tmp_path, "costs", text)
    written(tmp_path, "prices", BOOK.replace("source: list", "source: lost"))
    told = faults(tmp_path)
    for message in ('driver "request"', 'driver "hour"', 'source "lost"'):
        assert message in told


def test_circles_of_includes_are_told_for_each_file(tmp_path: Path) -> None:
    first = OURS.replace("of: service\nkinds: [batch]", "of: part")
    including = "because: It.\nincludes: [{id: {}}]"
    for name, other in (("ours", "yours"), ("yours", "ours")):
        text = first.replace("id: ours", f"id: {name}")
        text = text.replace("because: It is ours.", including.replace("{}", other))
        written(tmp_path, "costs", text, name)
    told = faults(tmp_path)
    assert "ours includes itself" in told
    assert "yours includes itself" in told


def test_chains_of_drivers_have_an_end(tmp_path: Path) -> None:
    """Following a chain of formulas must neither take for ever nor end the program."""
    chain = "".join(
        f"  d{n}: {{title: D, measure: number, formula: d{n + 1} + d{n + 1}, because: So.}}\n"
        for n in range(1000)
    )
    end = "  d1000: {title: D, measure: number}\n"
    text = OURS.replace("components:", f"{chain}{end}components:")
    assert "d0 rests on more than 12 formulas in a row" in faults(written(tmp_path, "costs", text))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("source: list", "source: lis", 'there is no source "lis" (did you mean "list"'),
        ("price: 1,", "included_in: vm.memory,", '"vm.memory" has no price of its own'),
        ("price: 1,", "included_in: container.vcpu,", '"container.vcpu" has no price of its own'),
        ("price: 1,", "", "a price has one of"),
        ("price: 1,", "price: -1,", "a price is not negative"),
        ("price: 1,", "tiers: [{up_to: 5, price: 1}],", "the last tier"),
        ("unit: vCPU-hour", "unit: vcpu-hour", "vCPU-hour"),
        ("currency: USD", "currency: usd", "currency"),
        ("date: 2026-01-01", "date: 2026-13-01", "date"),
        ("container.vcpu:", "Container.vcpu:", "Container.vcpu"),
    ],
)
def test_faults_of_price_books(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert old in BOOK
    home = written(tmp_path, "prices", BOOK.replace(old, new, 1))
    with pytest.raises(CatalogError) as caught:
        catalog.prices("ours", [home])
    assert message in str(caught.value)
    assert "ours.yaml:" in str(caught.value)


def test_an_unknown_price_book_is_answered_with_a_suggestion() -> None:
    with pytest.raises(UsageError, match='did you mean "aws-us-east-1"'):
        catalog.prices("aws-us-east")


def test_materials_without_drivers_are_whole() -> None:
    batch = catalog.costs().materials["batch"]
    assert batch == Materials(id="batch", of="pattern", title=batch.title, because=batch.because)


def test_includes_that_multiply_are_refused(tmp_path: Path) -> None:
    """Twelve files that include two of the next are 8,000 materials."""
    part = "id: p{0}\nof: part\ntitle: T\nbecause: B.\nincludes: [{{id: p{1}}}, {{id: q{1}}}]\n"
    for n in range(12):
        written(tmp_path, "costs", part.format(n, n + 1), f"p{n}")
        written(tmp_path, "costs", part.format(n, n + 1).replace("id: p", "id: q", 1), f"q{n}")
    for name in ("p12", "q12"):
        text = f"id: {name}\nof: part\ntitle: T\nbecause: B.\n"
        written(tmp_path, "costs", text, name)
    found = faults(tmp_path)
    assert "p0 includes more than 1,000 materials, one in another" in found


def test_the_same_include_twice_is_refused(tmp_path: Path) -> None:
    text = OURS.replace(
        "because: It is ours.", "because: It.\nincludes: [{id: entry}, {id: entry}]"
    )
    assert "entry is included twice" in faults(written(tmp_path, "costs", text))
