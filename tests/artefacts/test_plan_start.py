"""Where playbooks begin, what keeps them from it, and which findings ask for them."""

from collections.abc import Mapping
from typing import Any

import pytest
from pydantic import ValidationError

from patternctl import catalog
from patternctl.artefacts import playbook
from patternctl.artefacts._elements import element
from patternctl.artefacts._plan import Plan, plan
from patternctl.artefacts._plan_choice import choice, chosen
from patternctl.artefacts._plan_judge import Judge
from patternctl.artefacts._plan_sites import Refusal, Site, Sites
from patternctl.artefacts._plan_surroundings import Surroundings
from patternctl.engine.lint import lint
from patternctl.errors import Location
from patternctl.model.artefact import Options, Order, Sources
from patternctl.model.finding import Finding, Lack
from patternctl.model.pattern import Pattern
from patternctl.model.playbook import Start, Test
from patternctl.model.settings import LintSettings
from patternctl.model.system import System
from patternctl.rulekit import Facts
from tests.artefacts.orders import system
from tests.test_example_systems import load

PLAYBOOKS = catalog.playbooks()
PART = ["services", "stores"]
"""What a discovered system is complete about."""
DATABASE = {"db": {"kind": "relational"}}


class _Found(Sources):
    def __init__(self, findings: tuple[Finding, ...] | None) -> None:
        self._findings = findings

    def findings(self, system: System) -> tuple[Finding, ...]:
        if self._findings is not None:
            return self._findings
        return lint([system], catalog.antipatterns(), LintSettings()).findings

    def entries(self) -> Mapping[str, Pattern]:
        raise AssertionError("a plan needs no pattern")


def around(of: System, *findings: Finding, linted: bool = False) -> Surroundings:
    return Surroundings(Order(of, (), _Found(None if linted else findings), Options()))


def found(rule: str, element: str, *cures: str, related: tuple[str, ...] = ()) -> Finding:
    where = Location("architecture.yaml", 1)
    others = tuple((each, where) for each in related)
    return Finding("PC100", rule, "warning", "so", element, where, "f", "h", cures, others)


def planned(name: str, of: System, *findings: Finding) -> Plan:
    surroundings = around(of, *findings)
    return plan(surroundings, choice(surroundings, PLAYBOOKS[name]))


def titles(made: Plan) -> list[str]:
    return [site.title for site in made.sites]


def proposed(of: System, *findings: Finding) -> list[str]:
    choices, _ = chosen(around(of, *findings), PLAYBOOKS)
    return [each.playbook.id for each in choices]


def judged(name: str, of: System) -> dict[str, Site | Refusal]:
    surroundings = around(of)
    assert surroundings.facts
    sites = Sites(surroundings.facts, PLAYBOOKS[name], surroundings.ranks)
    return {each.title: each for each in sites.everywhere()}


# What a manifest shows


def using(access: str | None = "read-write", **store: Any) -> dict[str, Any]:
    use = {"store": "db"} if access is None else {"store": "db", "access": access}
    return {"services": {"a": {"uses": [use]}}, "stores": {"db": store}}


@pytest.mark.parametrize(
    ("test", "stated", "expected"),
    [
        ("reads-and-writes-database", using(kind="relational"), True),
        ("reads-and-writes-database", using("read", kind="relational"), False),
        ("reads-and-writes-database", using("write", kind="relational"), False),
        ("reads-and-writes-database", using(kind="cache"), False),
        ("reads-and-writes-database", using(kind="search"), False),
        ("reads-and-writes-database", using(kind="key-value", role="cache"), False),
        ("reads-and-writes-database", using(kind="relational", role="read-model"), False),
        ("reads-and-writes-database", using(kind="search", role="primary"), True),
        ("reads-and-writes-database", using(None, kind="relational"), "services.a.uses.0.access"),
        ("reads-and-writes-database", using(), "stores.db.kind"),
        ("reads-and-writes-database", {"services": {"a": {}}}, False),
        (
            "reads-and-writes-database",
            {"complete": PART, "services": {"a": {}}},
            "services.a.uses",
        ),
        ("writes-database", using("write", kind="document"), True),
        ("writes-database", using("read", kind="document"), False),
        ("only-writer", using(kind="relational"), True),
        ("only-writer", {"complete": PART, **using(kind="relational")}, "stores.db.uses"),
        ("publishes-beside-commit", {"services": {"a": {"publishes": ["e"]}}}, True),
        (
            "publishes-beside-commit",
            {"complete": PART, "services": {"a": {"publishes": ["e"]}}},
            "services.a.publishes.0.via",
        ),
        (
            "publishes-beside-commit",
            {"services": {"a": {"publishes": [{"event": "e", "via": "cdc"}]}}},
            False,
        ),
        ("publishes-beside-commit", {"services": {"a": {}}}, False),
        (
            "publishes-beside-commit",
            {"complete": PART, "services": {"a": {}}},
            "services.a.publishes",
        ),
        (
            "publishes-beside-commit",
            {
                "services": {"a": {"publishes": [{"event": "e", "via": "direct"}]}},
                "patterns": [{"pattern": "event-sourcing", "at": ["a"]}],
            },
            False,
        ),
        ("started-by-event", {"services": {"a": {"consumes": ["e"]}}}, True),
        ("started-by-event", {"services": {"a": {"kind": "worker"}}}, True),
        ("started-by-event", {"services": {"a": {}}}, False),
        ("started-by-event", {"services": {"a": {"consumes": ["e"], "exposed": True}}}, False),
        (
            "started-by-event",
            {
                "services": {
                    "a": {"consumes": ["e"]},
                    "b": {"calls": [{"to": "a", "via": "http"}]},
                }
            },
            False,
        ),
        (
            "started-by-event",
            {"complete": PART, "services": {"a": {"consumes": ["e"]}}},
            "services.a.calls",
        ),
        ("not-at-the-edge", {"services": {"a": {"kind": "gateway"}}}, False),
        ("not-at-the-edge", {"services": {"a": {}}}, True),
        ("tied-to-others", {"services": {"a": {}}}, True),
        ("tied-to-others", {"services": {"a": {}, "b": {}}}, "services.a.deploy_unit"),
        (
            "tied-to-others",
            {"services": {"a": {"deploy_unit": "one"}, "b": {"deploy_unit": "one"}}},
            True,
        ),
        (
            "tied-to-others",
            {"services": {"a": {"deploy_unit": "one"}, "b": {"deploy_unit": "two"}}},
            False,
        ),
        (
            "tied-to-others",
            {
                "services": {
                    "a": {"deploy_unit": "one", "uses": ["db"]},
                    "b": {"deploy_unit": "two", "uses": ["db"]},
                },
                "stores": DATABASE,
            },
            True,
        ),
    ],
)
def test_a_test_is_met_or_not_or_says_what_is_not_stated(
    test: Test, stated: dict[str, Any], expected: bool | str
) -> None:
    verdict = Judge(Facts(system(**stated).architecture))(test, ["a"])
    if isinstance(verdict, Lack):
        assert ".".join(map(str, (*verdict.at, verdict.fact))) == expected
    else:
        assert verdict is expected


def writers(*pairs: tuple[str, str], access: str | None = "read-write") -> dict[str, Any]:
    """Services that write stores, each waiting for the next, and a flow through them."""
    names = [name for name, _ in pairs]
    services: dict[str, Any] = {}
    for (name, store), callee in zip(pairs, [*names[1:], ""], strict=True):
        use = {"store": store} | ({"access": access} if access else {})
        calls = [{"to": callee, "via": "http"}] if callee else []
        services[name] = {"uses": [use], "calls": calls}
    stores = {store: {"kind": "relational"} for _, store in pairs}
    return {"services": services, "stores": stores}


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        (writers(("a", "x"), ("b", "y")), True),
        (writers(("a", "x"), ("b", "x")), False),
        (writers(("a", "x")), False),
        (writers(("a", "x"), ("b", "y"), access="read"), False),
        (writers(("a", "x"), ("b", "y"), access=None), None),
    ],
)
def test_a_transaction_writes_several_databases(
    stated: dict[str, Any], expected: bool | None
) -> None:
    names = [*stated["services"]]
    verdict = Judge(Facts(system(**stated).architecture))("writes-several-databases", names)
    assert isinstance(verdict, Lack) if expected is None else verdict is expected


def test_a_transaction_and_a_service_are_asked_different_things() -> None:
    need = {"test": "writes-database", "says": "it writes"}
    with pytest.raises(ValidationError, match="cannot be asked of a transaction"):
        Start.model_validate({"at": "transaction", "needs": [need]})
    need["test"] = "writes-several-databases"
    with pytest.raises(ValidationError, match="cannot be asked of a service"):
        Start.model_validate({"needs": [need]})


def test_every_playbook_for_single_services_says_where_it_begins() -> None:
    for each in PLAYBOOKS.values():
        assert each.start.needs or each.changes == "system", each.id


# Where it begins


def test_a_read_model_begins_where_the_data_is_written_and_not_at_a_cache() -> None:
    made = plan_of("shop", "to-cqrs")
    assert titles(made) == ["catalog", "customers", "inventory", "orders"]
    reasons = "; ".join(made.reasons)
    assert "decided: cqrs-system; cures 1 finding (PC105 chatty-service)" in reasons
    assert "helps with 1 finding (PC205 shared-read-model)" in reasons


def plan_of(example: str, name: str) -> Plan:
    surroundings = around(load(example), linted=True)
    return plan(surroundings, choice(surroundings, PLAYBOOKS[name]))


def test_a_pattern_s_own_findings_come_before_those_that_it_only_helps_with() -> None:
    stated = {
        "services": {name: {"uses": [{"store": name, "access": "read-write"}]} for name in "abcd"},
        "stores": {name: {"kind": "relational"} for name in "abcd"},
    }
    made = planned(
        "to-cqrs",
        system(**stated),
        found("distributed-monolith", "services.a", "outbox", "saga", "cqrs"),
        found("chatty-service", "services.b", "batch", "cqrs"),
        found("hub-like", "services.c", "cqrs"),
    )
    assert titles(made) == ["c", "b", "a"]


def test_of_a_call_it_is_the_callee_whose_data_is_read() -> None:
    stated = writers(("a", "x"), ("b", "y"))
    made = planned(
        "to-cqrs", system(**stated), found("chatty-service", "services.a.calls.b", "cqrs")
    )
    assert titles(made) == ["b"]


def test_of_a_store_it_is_who_writes_it() -> None:
    stated = writers(("a", "x"), ("b", "y"))
    stated["services"]["b"]["uses"].append({"store": "x", "access": "read"})
    made = planned("to-cqrs", system(**stated), found("shared-persistence", "stores.x", "cqrs"))
    assert titles(made) == ["a"]


def test_what_takes_part_is_looked_at_where_nothing_of_the_finding_s_own_will_do() -> None:
    stated = writers(("a", "x"), ("b", "y"))
    finding = found("distributed-monolith", "services", "cqrs", related=("services.b", "stores.x"))
    assert titles(planned("to-cqrs", system(**stated), finding)) == ["b", "a"]
    own = found("hub-like", "services.a", "cqrs", related=("services.b",))
    assert titles(planned("to-cqrs", system(**stated), own)) == ["a"]


def test_a_saga_begins_at_the_flow_that_writes_in_several_places() -> None:
    stated = writers(("a", "x"), ("b", "y"), ("c", "z"))
    stated["services"]["web"] = {"kind": "frontend", "calls": [{"to": "a", "via": "http"}]}
    stated["flows"] = {"buy": {"entry": "web"}, "look": {"entry": "c"}}
    of = system(**stated)
    made = planned("to-saga", of, found("high-fan-out", "services.a", "saga"))
    assert titles(made) == ["flow buy"]
    assert [each.name for each in made.targets] == ["a", "b", "c"]
    assert judged("to-saga", of)["flow look"] == Refusal(
        "flow look", "not true there: two or more of its services write databases of their own"
    )


def test_without_flows_it_begins_at_a_service_with_those_it_waits_for() -> None:
    of = system(**writers(("a", "x"), ("b", "y")))
    assert titles(planned("to-saga", of)) == ["a and what it waits for"]


def test_the_flow_with_the_fewest_services_comes_first() -> None:
    stated = writers(("a", "x"), ("b", "y"), ("c", "z"))
    stated["flows"] = {"long": {"entry": "a"}, "short": {"entry": "b"}}
    assert titles(planned("to-saga", system(**stated))) == ["flow short", "flow long"]


def test_a_saga_does_not_begin_at_a_single_service_nor_where_there_is_one() -> None:
    stated = writers(("a", "x"), ("b", "y"))
    assert judged("to-saga", system(**writers(("a", "x")))) == {}
    stated["patterns"] = [{"pattern": "saga", "name": "s", "steps": [{"service": n} for n in "ab"]}]
    (refused,) = judged("to-saga", system(**stated)).values()
    assert refused == Refusal("a and what it waits for", "the saga s is adopted there")
    choices, unfit = chosen(around(load("shop"), linted=True), PLAYBOOKS)
    assert "to-saga" not in [each.playbook.id for each in choices]
    ((saga, findings, refusals),) = unfit
    assert (saga.id, [each.rule for each in findings]) == ("to-saga", ["distributed-monolith"])
    assert {each.because for each in refusals} == {"the saga buy is adopted there"}


def test_a_saga_of_which_nobody_says_where_it_is_may_be_anywhere() -> None:
    stated = writers(("a", "x"), ("b", "y"))
    stated["patterns"] = [{"pattern": "saga", "name": "s"}]
    (site,) = judged("to-saga", system(**stated)).values()
    assert site == Site("a and what it waits for", ("a", "b"), ("patterns.s.steps",))


def test_a_saga_that_waits_for_its_steps_is_where_its_own_playbook_begins() -> None:
    stated = writers(("a", "x"), ("b", "y"))
    stated["patterns"] = [{"pattern": "saga", "name": "s", "steps": [{"service": n} for n in "ab"]}]
    finding = found("synchronous-saga", "patterns.s", "outbox", "saga")
    assert proposed(system(**stated), finding) == ["to-saga"]
    made = planned("to-saga", system(**stated), finding)
    assert titles(made) == ["saga s"]
    assert "cures 1 finding (PC100 synchronous-saga)" in made.reasons


def test_where_the_pattern_is_adopted_it_does_not_begin() -> None:
    stated = {**using(kind="relational"), "patterns": [{"pattern": "cqrs", "at": ["a"]}]}
    assert judged("to-cqrs", system(**stated)) == {"a": Refusal("a", "cqrs is adopted there")}
    stated["patterns"] = [{"pattern": "cqrs-system"}]
    assert judged("to-cqrs", system(**stated)) == {"a": Refusal("a", "cqrs is adopted there")}


def test_what_is_not_stated_neither_forbids_nor_allows_it() -> None:
    of = system(
        complete=PART,
        services={"a": {"uses": ["db"]}, "b": {"uses": [{"store": "db", "access": "read"}]}},
        stores=DATABASE,
    )
    made = planned("to-cqrs", of, found("shared-persistence", "stores.db", "outbox", "cqrs"))
    assert made.sites == (Site("a", ("a",), ("services.a.uses.db.access",)),)
    assert "services.a.uses.db.access" in made.missing


def test_functions_begin_with_what_no_user_waits_for() -> None:
    made = plan_of("shop", "to-serverless")
    assert titles(made)[0] == "recommender"
    assert len(titles(made)) == 13


def test_what_ships_alone_is_not_taken_out_again() -> None:
    services = {
        "gate": {"kind": "gateway", "deploy_unit": "core"},
        "a": {"deploy_unit": "core"},
        "b": {"deploy_unit": "core"},
        "c": {"deploy_unit": "c"},
    }
    made = planned("to-microservices", system(services=services))
    assert titles(made) == ["a", "b"]
    assert [each.title for each in made.refusals] == ["gate", "c"]


# Which findings ask for which


def test_a_cure_of_days_is_tried_before_one_of_months() -> None:
    """To batch there is no playbook: it is no way of several weeks."""
    of = system(**using(kind="relational"))
    assert proposed(of, found("chatty-service", "services.a", "batch", "cqrs")) == []
    assert proposed(of, found("chatty-service", "services.a", "cqrs", "batch")) == ["to-cqrs"]


def test_a_finding_asks_for_its_second_cure_where_the_first_cannot_begin() -> None:
    stated = using(kind="relational")
    stated["services"]["a"]["publishes"] = ["e"]
    dual = found("dual-write", "services.a.publishes.e", "outbox", "event-sourcing")
    assert proposed(system(**stated), dual) == ["to-outbox"]
    stated["patterns"] = [{"pattern": "outbox", "at": ["a"]}]
    choices, unfit = chosen(around(system(**stated), dual), PLAYBOOKS)
    assert [each.playbook.id for each in choices] == ["to-event-sourcing"]
    assert [each.playbook.id for each in unfit] == ["to-outbox"]


def test_a_finding_without_any_place_to_look_at_is_told_all_the_same() -> None:
    of = system(services={"web": {"kind": "external"}})
    finding = found("hub-like", "services.web", "cqrs")
    asked = Order(of, (), _Found((finding,)), Options())
    (page,) = [each.text for each in playbook.make(asked)]
    assert "None: what findings ask for can begin nowhere." in page
    assert (
        "- `to-cqrs`, for PC100 hub-like at `services.web`:\n  - the manifest tells of no" in page
    )


def test_a_finding_that_no_playbook_cures_asks_for_none() -> None:
    of = system(**using(kind="relational"))
    assert proposed(of, found("no-timeout", "services.a.calls.b", "outbox")) == []


def test_only_the_event_of_the_finding_counts_for_who_sends_it() -> None:
    """The consumer hears two events, and the outbox is for the sender of the other one."""
    stated = {
        "services": {
            "a": {"publishes": ["one"], "uses": [{"store": "db", "access": "write"}]},
            "b": {"publishes": ["two"]},
            "c": {"consumes": ["one", "two"]},
        },
        "stores": DATABASE,
    }
    cured = {}
    for event in ("one", "two"):
        finding = found("non-idempotent-consumer", f"services.c.consumes.{event}")
        made = planned("to-outbox", system(**stated), finding)
        assert titles(made) == ["a"]
        cured[event] = [cure for task in made.tasks for cure in task.cures]
    assert [len(each) for each in cured.values()] == [1, 0]


def test_a_finding_elsewhere_is_not_said_to_be_cured_later() -> None:
    stated = using(kind="relational")
    stated["services"]["b"] = {}
    findings = (found("hub-like", f"services.{name}", "cqrs") for name in "ab")
    made = planned("to-cqrs", system(**stated), *findings)
    assert titles(made) == ["a"]
    assert made.later_cures == ()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("services", ("services", "", "", "")),
        ('services.orders.calls."a.b"#2.timeout', ("services", "orders", "calls", "a.b")),
        ('stores."x.y"', ("stores", "x.y", "", "")),
        ("services.a.uses.db#12", ("services", "a", "uses", "db")),
        ("", ("", "", "", "")),
    ],
)
def test_names_of_elements_are_taken_apart(name: str, expected: tuple[str, ...]) -> None:
    assert element(name) == expected
