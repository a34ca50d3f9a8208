"""SLO files: promtool runs the rules with their tests; the others are held against their specs."""

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from patternctl import manifest
from patternctl.artefacts import _slo_objectives, _slo_settings, slo
from patternctl.artefacts._slo_model import Found, Objective
from patternctl.artefacts._slo_promql import equal, failing, one_of
from patternctl.artefacts._slo_words import rate, span
from patternctl.engine.slo import HOUR
from patternctl.errors import InputError, PatternctlError, UsageError
from patternctl.model.architecture import adoption
from patternctl.model.artefact import Order
from patternctl.model.system import System
from tests import golden
from tests.artefacts import promtool, slo_schemas
from tests.artefacts.orders import HOSTILE, HOSTILE_TEXTS, example, files, order

GOLDEN = Path(__file__).parent.parent / "golden" / "slo"
TEXT = """\
version: 1
system: shop
requirements: {availability: 99.9%}
teams: {sales: {}}
services:
  web:
    kind: frontend
    team: sales
    availability: 99.95%
    calls: [{to: orders, via: http}]
  orders:
    team: sales
    availability: 99.9%
    latency: {p99: 120ms}
    uses: [{store: orders-db}]
  pay: {kind: external, availability: 99.5%}
  mailer: {kind: worker, availability: 99%}
stores:
  orders-db: {kind: relational, availability: 99.9%}
flows:
  buy: {entry: web, requests: 6/s, slo: {availability: 99.95%, latency_p99: 2s}}
  refund: {entry: web, requests: 20/h, slo: {availability: 99.95%}}
  look: {entry: web}
patterns:
  - {pattern: saga, name: buy, at: [orders], timeout: 15m}
  - {pattern: outbox, at: [orders], relay: polling, poll_interval: 2s}
  - {pattern: hedged-request, at: [web], delay: 120ms, budget: none}
"""
SMALL: dict[str, Any] = yaml.safe_load(TEXT)


def small(**over: object) -> System:
    """The system of `TEXT`; what is given stands in place of what it says."""
    text = yaml.safe_dump({**SMALL, **over}, sort_keys=False) if over else TEXT
    return manifest.from_text(text, "architecture.yaml")


def made(asked: Order) -> dict[str, str]:
    return files([*slo.make(asked)])


def kinds(texts: dict[str, str], pattern: str) -> list[str]:
    return [text for path, text in texts.items() if re.fullmatch(pattern, path)]


TEXTS = made(order(small()))


@pytest.mark.parametrize("path", sorted(TEXTS))
def test_golden(path: str) -> None:
    golden.check(GOLDEN / path.removeprefix("slo/"), TEXTS[path])


def test_two_runs_write_the_same() -> None:
    assert made(order(small())) == TEXTS


@pytest.mark.slow
@promtool.needed
def test_alerts_fire_in_an_outage_and_are_silent_on_a_healthy_day(tmp_path: Path) -> None:
    cases = {
        "as-golden": {path: text for path, text in TEXTS.items() if "saga" not in path},
        "saga": outage_only({path: text for path, text in TEXTS.items() if "saga" in path}),
        "hostile": hostile_texts(),
        "another-team": {**of_flow("99.9%"), "slo/team.test.yaml": ANOTHER_TEAM},
        "another-label": {**of_flow("99.9%"), "slo/label.test.yaml": ANOTHER_LABEL},
    }
    for pace in ("3/day", "20/day", "5/h", "7.3/h", "1.9/min"):
        cases[pace.replace("/", "-a-")] = outage_only(of_flow("99.9%", requests=pace))
    for period, share in (("7d", "50%"), ("30d", "84%"), ("90d", "94.5%"), ("28d", "99.999%")):
        folder = tmp_path / f"settings-{period}"
        cases[period] = of_flow(share, settings(folder, "period: 30d", f"period: {period}"))
    assert promtool.complaints("test", cases, tmp_path) == {}


def of_flow(share: str, templates: Path | None = None, **more: str) -> dict[str, str]:
    """Rules and tests of one flow with this availability."""
    flows = {"f": {"entry": "web", "slo": {"availability": share}, **more}}
    asked = order(small(flows=flows, requirements=None, patterns=[]))
    asked._sources.templates = templates
    return {path: text for path, text in made(asked).items() if "flow-f" in path}


ANOTHER_TEAM = """\
rule_files: [prometheus/flow-f.rules.yaml]
evaluation_interval: 5m
tests:
  - name: what an earlier team has spent still counts
    interval: 1m
    input_series:
      - {series: 'slo:errors:rate5m{slo="flow-f-availability", team="before"}', values: 1x60}
      - {series: 'slo:events:rate5m{slo="flow-f-availability", team="before"}', values: 2x60}
      - {series: 'http_server_request_duration_seconds_count{job="web",
          http_response_status_code="200"}', values: 0+60x120}
    promql_expr_test:
      - expr: count(slo:error_ratio:period > 0.3)
        eval_time: 2h
        exp_samples: [{labels: '{}', value: 1}]
"""
ANOTHER_LABEL = """\
rule_files: [prometheus/flow-f.rules.yaml]
evaluation_interval: 5m
tests:
  - name: failures that no label tells are not read as none
    interval: 1m
    input_series:
      - {series: 'http_server_request_duration_seconds_count{job="web", code="500"}',
         values: 0+60x60}
    promql_expr_test:
      - expr: ALERTS{alertname="ObjectiveNotMeasured", alertstate="firing"}
        eval_time: 1h
        exp_samples:
          - labels: 'ALERTS{alertname="ObjectiveNotMeasured", alertstate="firing",
              origin="manifest", service="web", severity="ticket", slo="flow-f-availability",
              team="sales"}'
            value: 1
"""


def hostile_texts() -> dict[str, str]:
    """Rules whose every word is somebody's text, each with an outage that promtool has to see."""
    writer = slo._Writer(order(small()), _slo_settings.read(None), hostile(HOSTILE_TEXTS))
    return outage_only(files([*writer.files()]))


def outage_only(texts: Mapping[str, str]) -> dict[str, str]:
    """The same, and of the tests only those of outages and of what is not measured."""
    shorter = dict(texts)
    for path in texts:
        if path.endswith(".test.yaml"):
            head, *tests = re.split(r"(?m)^(?=  - name: )", texts[path])
            kept = [each for each in tests if re.match(r".*(: an outage|without a metric)", each)]
            assert len(kept) >= 2
            shorter[path] = "".join([head, *kept])
    return shorter


def hostile(texts: Sequence[str]) -> Found:
    """An objective for each text, with it in every place."""
    one = found(order(small())).objectives[0]
    objectives = []
    for number, text in enumerate(texts):
        where = (one_of("job", (text, "b")), equal("flow", text))
        indicator = failing("requests_total", where, equal("outcome", "bad"), "good")
        each = one._replace(
            id=f"o{number}",
            group=f"g{number}",
            title=text,
            services=(text, "b"),
            team=text,
            good=text,
            total=text,
            measured=text,
            origin=text,
            indicator=indicator,
        )
        objectives.append(each)
    return Found(tuple(objectives), (), ())


@given(st.lists(HOSTILE, min_size=1, max_size=3))
def test_hostile_names_break_no_format(names: list[str]) -> None:
    asked = order(small(system="x" + names[0]))
    writer = slo._Writer(asked, _slo_settings.read(None), hostile(names))
    check_all(files([*writer.files()]))


PAGE, TICKET = r"> 0\.(0072|003)\b", r"> 0\.(0015|0005)\b"
WRONG = {
    "a page never fires": (PAGE, "> 7.2"),
    "a page fires while all is well": (PAGE, "> 0.0001"),
    "only an outage causes a ticket": (TICKET, "> 0.5"),
    "nothing guards against little traffic": (">= 5", ">= 0"),
    "the guard waits too long": (">= 5", ">= 7"),
    "nobody hears that nothing is measured": (r"absent\(.*", "vector(0) > 1"),
}


@pytest.mark.slow
@promtool.needed
def test_generated_tests_fail_where_a_rule_is_wrong(tmp_path: Path) -> None:
    texts, rules = of_flow("99.95%", requests="11/h"), "slo/prometheus/flow-f.rules.yaml"
    cases = {name: {**texts, rules: re.sub(*each, texts[rules])} for name, each in WRONG.items()}
    assert all(case[rules] != texts[rules] for case in cases.values())
    wrong = promtool.complaints("test", cases, tmp_path)
    assert wrong.keys() == WRONG.keys()
    assert all("got:" in complaint for complaint in wrong.values()), wrong


@promtool.needed
def test_promtool_reads_the_rules_of_every_pattern_and_example(tmp_path: Path) -> None:
    cases = {name: made(example(name)) for name in ("shop", "ticketing", "clean")}
    entries = order(None).entries
    cases["patterns"] = made(order(None, *entries))
    assert promtool.complaints("check", cases, tmp_path) == {}


def check_all(texts: dict[str, str]) -> None:
    """What promtool does not read, against its specification."""
    slo_schemas.dashboard(json.loads(texts["slo/grafana-dashboard.json"]))
    for text in kinds(texts, r"slo/sloth/.*"):
        slo_schemas.sloth(yaml.load(text, yaml.CSafeLoader))
    for document in yaml.load_all(texts["slo/openslo.yaml"], yaml.CSafeLoader):
        slo_schemas.openslo(document)


@pytest.mark.parametrize("name", ["shop", "ticketing", "clean"])
def test_openslo_sloth_and_grafana_are_as_specified(name: str) -> None:
    check_all(made(example(name)))


def test_long_names_and_names_that_differ_in_case_only_get_files_of_their_own() -> None:
    long = "x" * 127
    names = ("buy", "Buy", "b-uy", f"{long}a", f"{long}b")
    flows = {name: {"entry": "web", "slo": {"availability": "99%"}} for name in names}
    texts = made(order(small(flows=flows, patterns=(), requirements=None)))
    assert len(kinds(texts, r"slo/prometheus/flow-.*\.rules\.yaml")) == len(names)
    check_all(texts)


def test_what_openslo_refers_to_is_there() -> None:
    text = made(example("shop"))["slo/openslo.yaml"]
    documents = [*yaml.load_all(text, yaml.CSafeLoader)]
    names = {(each["kind"], each["metadata"]["name"]) for each in documents}
    assert len(names) == len(documents)
    for each in (document["spec"] for document in documents if document["kind"] == "SLO"):
        assert ("Service", each["service"]) in names
        assert all(("AlertPolicy", p["alertPolicyRef"]) in names for p in each["alertPolicies"])


def test_the_dashboard_reads_what_the_rules_record() -> None:
    rules = "".join(kinds(TEXTS, r".*rules\.yaml"))
    recorded = set(re.findall(r'record: "(.*)"', rules))
    read = set(re.findall(r"slo:\w+:\w+", TEXTS["slo/grafana-dashboard.json"]))
    assert read
    assert read <= recorded


def found(asked: Order) -> Found:
    return _slo_objectives.collect(asked, _slo_settings.read(None))


def objectives(asked: Order) -> dict[str, Objective]:
    return {one.id: one for one in found(asked).objectives}


def omitted(asked: Order) -> dict[str, str]:
    return {each.what: each.why for each in found(asked).omitted}


def line_of(text: str) -> int:
    """The only line of `TEXT` with this in it."""
    (number,) = (number for number, line in enumerate(TEXT.splitlines(), 1) if text in line)
    return number


def test_what_becomes_an_objective() -> None:
    assert {name: one.origin for name, one in objectives(order(small())).items()} == {
        "system-availability": f"manifest, line {line_of('requirements')}",
        "flow-buy-availability": f"manifest, line {line_of('buy: {')}",
        "flow-refund-availability": f"manifest, line {line_of('refund')}",
        "flow-buy-latency": f"manifest, line {line_of('buy: {')}",
        "service-orders-availability": f"manifest, line {line_of('latency: {') - 1}",
        "service-orders-latency": f"manifest, line {line_of('latency: {')}",
        "saga-settled": "proposal of the catalog, for saga; "
        f"bound from manifest, line {line_of('saga')} (timeout: 15m)",
        "saga-completion": "proposal of the catalog, for saga",
        "saga-compensation": "proposal of the catalog, for saga",
        "outbox-delivery-delay": "proposal of the catalog, for outbox; "
        f"bound from manifest, line {line_of('outbox')} (5 times poll_interval: 2s)",
    }


def test_every_format_says_where_an_objective_comes_from() -> None:
    rules, sloth = ("".join(kinds(TEXTS, rf"slo/{kind}/.*")) for kind in ("prometheus", "sloth"))
    documents = yaml.load_all(TEXTS["slo/openslo.yaml"], yaml.CSafeLoader)
    openslo = {each["metadata"]["name"]: each["metadata"] for each in documents}
    dashboard = json.loads(TEXTS["slo/grafana-dashboard.json"])["description"].splitlines()
    for name, one in objectives(order(small())).items():
        origin, promised = one.origin, "manifest" if not one.proposed else "proposal"
        assert rules.count(f'          from: "{origin}"') >= 2, name
        assert f"  # {name}, from: {origin}\n" in rules
        assert f"  # from: {origin}\n  - name: {name}\n" in sloth
        assert openslo[name]["annotations"] == {"from": origin}
        assert openslo[name]["labels"] == {"origin": promised}
        assert f"{name}: from {origin}" in dashboard
        for page in ("README", "error-budget-policy"):
            cell = f"{one.title} (`{name}`)" if page == "README" else one.title
            (row,) = (r for r in TEXTS[f"slo/{page}.md"].splitlines() if r.startswith(f"| {cell}"))
            assert row.endswith(f"| {origin.replace('_', chr(92) + '_')} |"), page


def test_no_proposal_of_the_catalog_ever_pages() -> None:
    texts = made(order(None, *order(None).entries))
    rules, sloth = ("".join(kinds(texts, rf"slo/{kind}/.*")) for kind in ("prometheus", "sloth"))
    assert "ErrorBudgetBurnsFast" not in rules
    assert "severity: page" not in rules
    assert sloth.count("disable: true") == sloth.count("objective:")
    documents = [*yaml.load_all(texts["slo/openslo.yaml"], yaml.CSafeLoader)]
    policies = [p for d in documents if d["kind"] == "SLO" for p in d["spec"]["alertPolicies"]]
    assert policies
    assert all(each["alertPolicyRef"].startswith("ticket-") for each in policies)


def adopting(*patterns: Mapping[str, object]) -> Order:
    return order(small(patterns=[dict(each) for each in patterns]))


def test_settings_of_the_manifest_bound_what_is_proposed() -> None:
    found = objectives(order(small()))
    assert found["saga-settled"].good == "sagas completed or fully compensated within 15m"
    assert found["outbox-delivery-delay"].good == "events confirmed within 10s of their commit"
    hedged = {"pattern": "hedged-request", "at": ["web"], "delay": "15ms", "budget": "5%"}
    found = objectives(adopting(hedged))
    share = found["hedged-request-hedge-share"]
    assert share.good == "minutes in which hedges are below 5% of requests"
    assert share.rate == 1 / 60
    assert found["hedged-request-tail-latency"].good.endswith("within 100 ms")
    assert "bound" not in found["hedged-request-tail-latency"].origin


@pytest.mark.parametrize(
    ("pattern", "what", "why"),
    [
        (
            {"pattern": "saga", "at": ["orders"], "timeout": "none"},
            "saga: No order is left hanging",
            "nothing bounds it, by timeout: none (manifest, line ",
        ),
        (
            {"pattern": "hedged-request", "at": ["web"], "budget": "none"},
            "hedged-request: Hedges stay within their budget",
            "nothing bounds it, by budget: none (manifest, line ",
        ),
        (
            {"pattern": "outbox", "at": ["orders"], "poll_interval": "0s"},
            "outbox: Events reach the broker soon after the commit",
            "nothing is within poll_interval: 0ms (manifest, line ",
        ),
        (
            {"pattern": "hedged-request", "at": ["web"], "delay": "100ms"},
            "hedged-request: Hedged reads answer in time",
            "100 ms are over before delay: 100ms is (manifest, line ",
        ),
        (
            {"pattern": "saga", "steps": [{"service": "orders", "undo": "none"}]},
            "saga: Few transactions have to be undone",
            "no step is ever taken back",
        ),
        (
            {"pattern": "event-sourcing-system"},
            "event-sourcing-system: A view can be rebuilt within a working day",
            "at 1/month, 5 bad events never meet in the longest window",
        ),
        (
            {"pattern": "read-repair"},
            "read-repair: Every range is repaired within the grace period",
            "100% leaves no error budget",
        ),
    ],
)
def test_proposals_that_the_manifest_rules_out_are_left_out(
    pattern: dict[str, object], what: str, why: str
) -> None:
    assert omitted(adopting(pattern))[what].startswith(why)


def test_a_substitute_is_proposed_where_a_call_may_have_one() -> None:
    guarded = {"to": "orders", "via": "http", "circuit_breaker": True}

    def proposed(*calls: dict[str, object]) -> bool:
        services = {**SMALL["services"], "web": {"kind": "frontend", "calls": [*calls]}}
        patterns = [{"pattern": "circuit-breaker", "at": ["web"]}]
        asked = order(small(services=services, patterns=patterns))
        return "circuit-breaker-full-answers" in objectives(asked)

    assert proposed(guarded)
    assert proposed({**guarded, "fallback": "none"}, {**guarded, "to": "pay"})
    assert not proposed({**guarded, "fallback": "none"})


def test_every_objective_of_the_catalog_is_a_share_of_good_events() -> None:
    entries = order(None).entries
    stated = [(key, each) for key, entry in entries.items() for each in entry.slos.values()]
    assert len(stated) > len(entries)
    for key, each in stated:
        assert each.objective.unit == "%", (key, each.title)
        assert 50 <= float(str(each.objective.value)) <= 100, (key, each.title)
    assert omitted(order(None, *entries)).keys() == {
        "read-repair: Every range is repaired within the grace period",
        "event-sourcing-system: A view can be rebuilt within a working day",
    }


def test_bounds_name_settings_that_manifests_have() -> None:
    bounds = [
        (key, each.bound)
        for key, entry in order(None).entries.items()
        for each in entry.slos.values()
        if each.bound
    ]
    assert len(bounds) >= 4
    for key, bound in bounds:
        assert bound.setting in type(adoption(key, "orders")).model_fields, key


def test_counters_are_told_by_the_id_of_the_objective() -> None:
    asked = adopting({"pattern": "saga", "name": "A.rather_long.Name"}, {"pattern": "saga"})
    proposed = [one for one in found(asked).objectives if one.proposed]
    assert len(proposed) == 6
    assert all(f'slo="{one.id}"' in one.indicator.total.selector for one in proposed)


def test_adoptions_that_look_alike_are_all_there() -> None:
    twice = [{"pattern": "outbox", "at": ["orders"]}] * 2
    ids = [one.id for one in found(adopting(*twice)).objectives if one.proposed]
    assert ids == ["outbox-orders-delivery-delay", "outbox-orders-2-delivery-delay"]


# How soon an outage is told


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(1, "1 second"), (119, "119 seconds"), (120, "2 minutes"), (9000, "2.5 hours")],
)
def test_times_are_told_in_words(seconds: int, words: str) -> None:
    assert span(seconds) == words


@pytest.mark.parametrize(
    ("per_second", "words"),
    [(120, "120/s"), (1 / 60, "1/min"), (20 / HOUR, "20/h"), (5 / HOUR / 24, "5/day"), (0, "0/s")],
)
def test_rates_are_told_in_the_unit_that_reads_best(per_second: float, words: str) -> None:
    assert rate(per_second) == words


def test_the_readme_tells_when_an_outage_is_told_at_the_stated_rate() -> None:
    readme = TEXTS["slo/README.md"]
    assert "| `flow-buy-availability` | 6/s | 26 seconds | 2.2 minutes | 21.6 minutes |" in readme
    assert (
        "| `flow-refund-availability` | 20/h | 15 minutes | 15 minutes | 21.6 minutes |" in readme
    )
    assert "| `saga-settled` | not stated | none | 4.3 minutes from 1.15/min on |" in readme
    assert "Told too late" not in readme


@pytest.mark.parametrize(
    ("pace", "share", "told"),
    [
        ("2/h", "99.9%", "a page comes after 2.5 hours; the budget lasts 43.2 minutes."),
        (
            "2/h",
            "99.9%",
            "a synthetic request every 2 minutes, counted like the others: told after 10",
        ),
        (
            "2/h",
            "99.9%",
            "lower `least_errors` to 1: told after 30 minutes, and a single failure may",
        ),
        ("1/day", "99.9%", "a page comes by chance or never; the budget lasts 43.2 minutes. Send"),
        ("1/day", "99.9%", "counted like the others: told after 10 minutes.\n"),
        ("1/min", "99.9999%", "the budget lasts 3 seconds. Requests cannot tell it in time"),
    ],
)
def test_too_little_traffic_is_told_with_what_helps(pace: str, share: str, told: str) -> None:
    flows = {"f": {"entry": "web", "requests": pace, "slo": {"availability": share}}}
    artefacts = slo.make(order(small(flows=flows, requirements=None)))
    readme = {each.path: each for each in artefacts}["slo/README.md"]
    assert f"at {pace} a page comes" in readme.text
    assert told in readme.text
    assert "an objective with little traffic" in readme.step


def test_the_system_gets_what_its_flows_get() -> None:
    unknown = objectives(order(small()))["system-availability"].rate
    assert unknown is None  # that of one flow is not stated
    flows = {name: each for name, each in SMALL["flows"].items() if "requests" in each}
    assert objectives(order(small(flows=flows)))["system-availability"].rate == 6 + 20 / HOUR
    stated = small(workload={"requests": "7/s"})
    assert objectives(order(stated))["system-availability"].rate == 7


def test_flows_with_one_entry_are_told_apart_and_a_lone_one_is_not() -> None:
    both = objectives(order(small()))["flow-buy-availability"].indicator.total.selector
    assert 'flow="buy"' in both
    flows = {"buy": SMALL["flows"]["buy"]}
    alone = objectives(order(small(flows=flows)))["flow-buy-availability"].indicator
    assert alone.total.selector == 'http_server_request_duration_seconds_count{job="web"}'


def test_a_critical_flow_takes_over_the_requirement() -> None:
    flows = {"buy": {"entry": "web", "critical": True}}
    assert str(objectives(order(small(flows=flows)))["flow-buy-availability"].target) == "0.999"


def test_services_only_make_tickets() -> None:
    found = objectives(order(small()))
    assert found["service-orders-latency"].severities == ("ticket",)
    assert found["flow-buy-latency"].severities == ("page", "ticket")


def test_what_requests_do_not_show_is_left_out_with_the_reason() -> None:
    found = omitted(order(small()))
    assert found["service web, availability"].endswith("its requests fail with orders")
    assert "somebody else's" in found["service pay, availability"]
    assert "a worker answers no requests" in found["service mailer, availability"]
    readme = TEXTS["slo/README.md"]
    assert "service pay, availability" in readme


def test_an_unknown_transport_is_not_read_as_no_wait() -> None:
    services = {**SMALL["services"], "orders": {"availability": "99%", "calls": [{"to": "pay"}]}}
    assert "not stated" in omitted(order(small(services=services)))["service orders, availability"]


def test_patterns_that_are_asked_for_come_alone() -> None:
    assert [*objectives(order(small(), "outbox"))] == ["outbox-delivery-delay"]
    assert objectives(order(small(), "saga"))["saga-settled"].service == "orders"


def test_adoptions_of_one_pattern_are_told_apart() -> None:
    patterns = (
        {"pattern": "outbox", "name": "a", "at": ("orders",)},
        {"pattern": "outbox", "at": ("web",)},
    )
    found = [*objectives(order(small(patterns=patterns), "outbox"))]
    assert found == ["outbox-a-delivery-delay", "outbox-web-delivery-delay"]


def test_more_than_the_parts_allow_is_said() -> None:
    assert "promises 99.95%; what it cannot do without allows 99.7502%" in TEXTS["slo/README.md"]
    assert "allow 99.7502%" in TEXTS["slo/error-budget-policy.md"]


def test_latencies_in_whole_seconds_match_both_ways_to_write_them() -> None:
    part = objectives(order(small()))["flow-buy-latency"].indicator.part
    assert part.selector.endswith('le=~"2(\\\\.0)?"}')
    assert part.series.endswith('le="2"}')


@pytest.mark.parametrize(
    ("flow", "message"),
    [
        ({"availability": "100%"}, "100% leaves no error budget"),
        ({"availability": "70%"}, "70% can never fire a page"),
        ({"latency_p99": "0s"}, "takes no time at all"),
    ],
)
def test_promises_that_nothing_can_keep_are_refused(flow: dict[str, str], message: str) -> None:
    flows = {"buy": {"entry": "web", "slo": flow}}
    with pytest.raises(UsageError) as caught:
        made(order(small(flows=flows, requirements={"availability": "100%"})))
    assert len(caught.value.problems) == 2
    assert message in str(caught.value)


def test_a_manifest_without_targets_is_told_what_is_missing() -> None:
    with pytest.raises(UsageError, match="no objective is stated"):
        made(order(bare()))
    with pytest.raises(UsageError, match=r"requirements\.availability: not stated: which"):
        made(order(bare(requirements={"availability": "99%"})))


def bare(**stated: object) -> System:
    text = yaml.safe_dump({"version": 1, "system": "s", "services": {"a": {}}, **stated})
    return manifest.from_text(text, "architecture.yaml")


def settings(folder: Path, old: str, new: str) -> Path:
    """A folder of templates with other settings."""
    text = Path("templates/slo/settings.yaml.j2").read_text(encoding="utf-8")
    (folder / "slo").mkdir(parents=True)
    (folder / "slo" / "settings.yaml.j2").write_text(text.replace(old, new), encoding="utf-8")
    return folder


def with_templates(folder: Path) -> Order:
    asked = order(small())
    asked._sources.templates = folder
    return asked


def test_names_and_period_are_settable(tmp_path: Path) -> None:
    texts = made(with_templates(settings(tmp_path, "period: 30d", "period: 28d")))
    rules = texts["slo/prometheus/flow-buy.rules.yaml"]
    assert "> 0.00672" in rules  # 13.44 * 0.0005
    assert "[28d]" in rules


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("period: 30d", "period: 36h", "whole days from 7d to 90d"),
        ("period: 30d", "period: soon", "duration"),
        ('failed: "5.."', 'failed: "("', "regular expression"),
        ('failed: "5.."', "failed: oops", "status codes"),
        ('failed: "5.."', 'failed: ".*"', "status codes"),
        ("service: job", "service: 'a b'", "service"),
        ("interval: 1m", "intervall: 1m", "did you mean"),
    ],
)
def test_wrong_settings_are_told_with_their_line(
    old: str, new: str, message: str, tmp_path: Path
) -> None:
    with pytest.raises(PatternctlError, match=r"settings\.yaml\.j2:\d+.*") as caught:
        made(with_templates(settings(tmp_path, old, new)))
    assert isinstance(caught.value, InputError)
    assert message in str(caught.value)
