"""Plans: fitted to the system, dated, and read by the tools they are for."""

import csv
import io
import json
import shutil
import subprocess
from collections.abc import Mapping
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patternctl import catalog, resources
from patternctl.artefacts import _plan_files, playbook
from patternctl.artefacts._plan import Plan, plan
from patternctl.artefacts._plan_choice import choice, chosen
from patternctl.artefacts._plan_surroundings import Surroundings
from patternctl.artefacts._plan_text import code, gantt, markdown, plain
from patternctl.engine.lint import lint
from patternctl.errors import Location, UsageError
from patternctl.model.artefact import Options, Order, Sources
from patternctl.model.finding import Finding
from patternctl.model.pattern import Pattern
from patternctl.model.settings import LintSettings
from patternctl.model.system import System
from tests import golden
from tests.artefacts.orders import HOSTILE, files, system
from tests.test_example_systems import load

GOLDEN = Path(__file__).parent.parent / "golden" / "playbook"
MERMAID = Path(__file__).parent.parent / "mermaid"
START = date(2027, 1, 9)
"""A Saturday."""
EXAMPLES = ("shop", "ticketing", "clean")
PARSE = """
import { createInterface } from "node:readline";
import { JSDOM } from "jsdom";
globalThis.window = new JSDOM("").window;
globalThis.document = window.document;
const { default: mermaid } = await import("mermaid");
for await (const line of createInterface({ input: process.stdin })) {
  try {
    await mermaid.parse(JSON.parse(line));
    const diagram = await mermaid.mermaidAPI.getDiagramFromText(JSON.parse(line));
    const day = (time) => [time.getFullYear(), time.getMonth() + 1, time.getDate()];
    const tasks = diagram.db.getTasks();
    const told = tasks.map((each) => [each.section, day(each.startTime), day(each.endTime)]);
    process.stdout.write(JSON.stringify({ tasks: told }) + "\\n");
  } catch (error) {
    process.stdout.write(JSON.stringify({ error: String(error.message ?? error) }) + "\\n");
  }
}
"""


class _Linted(Sources):
    def __init__(self, *made: Finding) -> None:
        self._made = made

    def findings(self, system: System) -> tuple[Finding, ...]:
        return self._made or lint([system], catalog.antipatterns(), LintSettings()).findings

    def entries(self) -> Mapping[str, Pattern]:
        raise AssertionError("a plan needs no pattern")


class _Templates(_Linted):
    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.templates = folder


def order(of: System | None, name: str = "", start: date | None = START, *patterns: str) -> Order:
    options = Options(start=start, playbook=name, today=date(2026, 11, 22))
    return Order(of, patterns, _Linted(), options)


def made(of: System | None, name: str = "", start: date | None = START) -> dict[str, str]:
    return files([*playbook.make(order(of, name, start))])


def planned(of: System | None, name: str, start: date | None = START) -> Plan:
    around = Surroundings(order(of, name, start))
    return plan(around, choice(around, catalog.playbooks()[name]))


def rows(text: str) -> list[list[str]]:
    return [*csv.reader(io.StringIO(text), strict=True)]


def calendar(text: str) -> Any:
    icalendar = pytest.importorskip("icalendar", reason="needs icalendar")
    return icalendar.Calendar.from_ical(text)


@cache
def node() -> str | None:
    ready = (MERMAID / "node_modules" / "mermaid").is_dir()
    return shutil.which("node") if ready else None


def drawn(*charts: str) -> list[dict[str, Any]]:
    """What mermaid makes of Gantt charts."""
    program = node()
    if program is None:
        pytest.skip("needs mermaid")
    done = subprocess.run(
        [program, "--input-type=module", "-e", PARSE],
        input="".join(json.dumps(chart) + "\n" for chart in charts),
        capture_output=True,
        text=True,
        cwd=MERMAID,
        check=True,
        timeout=120,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


# Which playbooks, for whom


@pytest.mark.parametrize(
    ("example", "expected"),
    [
        ("shop", {"to-cqrs": "catalog", "to-outbox": "orders"}),
        ("ticketing", {"to-microservices": "search"}),
        ("clean", {}),
    ],
)
def test_what_was_decided_or_cures_findings_fits(example: str, expected: dict[str, str]) -> None:
    choices, _ = chosen(Surroundings(order(load(example))), catalog.playbooks())
    assert {each.playbook.id: each.sites[0].title for each in choices} == expected


def test_what_was_asked_for_fits_without_a_manifest() -> None:
    texts = files([*playbook.make(order(None, "", None, "event-sourcing-system"))])
    assert sorted(texts) == [
        f"playbooks/to-event-sourcing{end}" for end in ("-github.csv", "-jira.csv", ".json", ".md")
    ]
    page = texts["playbooks/to-event-sourcing.md"]
    assert "a manifest: services, stores and teams are not named" in page
    assert "`--start 2027-01-11` gives dates" in page
    assert "gantt" not in page


def test_a_playbook_that_is_not_there_is_refused() -> None:
    with pytest.raises(UsageError) as error:
        [*playbook.make(order(load("shop"), "to-cqrz"))]
    assert "to-cqrs" in error.value.problems[0].hint


def test_a_first_day_that_no_calendar_holds_is_refused() -> None:
    with pytest.raises(UsageError, match="year 9000"):
        [*playbook.make(order(load("shop"), start=date(9999, 12, 31)))]


def test_a_template_of_ones_own_takes_its_place(tmp_path: Path) -> None:
    (tmp_path / "playbook").mkdir()
    shipped = resources.directory("templates") / "playbook" / "plan.md.j2"
    text = shipped.read_text(encoding="utf-8") + "\nOurs: {{ plan.system }}.\n"
    (tmp_path / "playbook" / "plan.md.j2").write_text(text, encoding="utf-8")
    asked = order(load("shop"), "to-outbox")
    ours = Order(asked.system, (), _Templates(tmp_path), asked.options)
    page = files([*playbook.make(ours)])["playbooks/to-outbox.md"]
    assert page == f"{made(load('shop'), 'to-outbox')['playbooks/to-outbox.md']}\nOurs: shop.\n"


def test_the_services_of_the_findings_come_first_and_steps_cure_them() -> None:
    found = planned(load("shop"), "to-outbox")
    assert [each.name for each in found.targets] == ["orders"]
    assert found.targets[0].team == "checkout"
    assert found.targets[0].people == 7
    assert found.targets[0].stores == ("orders-db",)
    cures = [
        (task.number, cure.step, cure.finding.element)
        for task in found.tasks
        for cure in task.cures
    ]
    assert sorted(cures) == [
        (2, 2, "services.loyalty.consumes.order-placed"),
        (2, 3, "services.orders.publishes.order-placed"),
    ]


def test_findings_that_a_later_pass_cures_are_told() -> None:
    found = planned(load("shop"), "to-cqrs")
    assert found.later == found.sites[1:]
    told = {(number, cure.step, cure.finding.rule) for number, cure in found.later_cures}
    assert told == {(3, 2, "shared-persistence"), (4, 4, "distributed-monolith")}
    page = made(load("shop"), "to-cqrs")["playbooks/to-cqrs.md"]
    assert "helps with PC201 shared-persistence at" in page[page.index("## In later passes") :]


def test_what_a_step_cures_and_what_it_only_helps_with_are_told_apart() -> None:
    texts = made(load("shop"), "to-cqrs")
    page = texts["playbooks/to-cqrs.md"]
    assert "   - Cures PC105 chatty-service" in page
    assert "   - Helps with PC205 shared-read-model" in page
    document = json.loads(texts["playbooks/to-cqrs.json"])
    effects = {cure["code"]: cure["effect"] for p in document["phases"] for cure in p["cures"]}
    assert effects == {"PC105": "cures", "PC205": "helps with"}
    bodies = [row[5] for row in rows(texts["playbooks/to-cqrs-jira.csv"])]
    assert any(body.startswith("Step 1 helps with PC205 shared") for body in bodies)


def test_a_plan_says_why_it_begins_there() -> None:
    page = made(load("shop"), "to-outbox")["playbooks/to-outbox.md"]
    assert "- it publishes an event apart from the commit of its data" in page
    assert "`orders` is one, as far as the manifest tells." in page
    part = system(
        complete=["services", "stores"],
        services={"a": {"uses": ["db"], "publishes": ["e"]}},
        stores={"db": {"kind": "relational"}},
    )
    page = made(part, "to-outbox")["playbooks/to-outbox.md"]
    assert "`a` may be one; that it is, depends on what is not stated above." in page
    assert "- `services.a.uses.db.access`" in page


def test_a_plan_that_can_begin_nowhere_says_what_is_missing() -> None:
    page = made(load("clean"), "to-saga")["playbooks/to-saga.md"]
    assert "Nothing that the manifest tells of is one" in page
    assert "not true there: two or more of its services write databases of their own" in page
    document = json.loads(made(load("clean"), "to-saga")["playbooks/to-saga.json"])
    assert document["begins_at"]["places"] == []
    assert len(document["begins_at"]["refused"]) == 2
    part = system(complete=["services", "stores"], services={"a": {}})
    discovered = made(part, "to-saga")["playbooks/to-saga.md"]
    assert "there is no flow, and no call between services that write, to look at" in discovered
    assert "Not checked: the manifest does not list all calls, store accesses," in discovered


@pytest.mark.parametrize("example", ["shop", "ticketing", "clean", "bookshop"])
def test_the_overview_golden(example: str) -> None:
    text = made(load(example))["playbooks/README.md"]
    golden.check(GOLDEN / example / "README.md", text)


def test_a_fact_that_many_lack_is_told_in_one_line() -> None:
    services: dict[str, Any] = {f"s{n}": {} for n in range(9)}
    page = made(system(services=services), "to-microservices", None)
    told = page["playbooks/to-microservices.md"]
    assert "- `team` of `services.s0`, `services.s1`, `services.s2`, `services.s3`," in told
    assert "`services.s5`, 3 more\n" in told
    assert "as if one team had them" in told
    assert (
        "as if one team"
        not in made(load("ticketing"), "to-microservices", None)["playbooks/to-microservices.md"]
    )


def test_callees_come_before_their_callers() -> None:
    of = load("ticketing")
    found = planned(of, "to-microservices")
    places = {each.name: place for place, each in enumerate(found.targets)}
    late = [
        (target.name, callee)
        for target in found.targets
        for callee in target.calls
        if callee in places and places[callee] > places[target.name]
    ]
    assert not late  # there is no circle of calls
    ends = {task.targets[0].name: task.slot for task in found.tasks if task.phase.each}
    for task in found.tasks:
        if task.phase.each:
            target = task.targets[0]
            for callee in target.calls:
                if callee in ends:
                    assert ends[callee].end.likely <= task.slot.begin.likely


def test_teams_work_at_the_same_time_and_on_one_service_each() -> None:
    found = planned(load("ticketing"), "to-microservices")
    by_team: dict[str, list[Any]] = {}
    for task in found.tasks:
        if task.phase.each:
            by_team.setdefault(task.targets[0].team, []).append(task.slot)
    assert len(by_team) > 2
    for slots in by_team.values():
        for one, other in pairwise(slots):
            assert one.end.likely <= other.begin.likely
    assert len({slots[0].begin for slots in by_team.values()}) < len(by_team)


def test_only_steps_of_the_systems_style_are_told() -> None:
    texts = [step for task in planned(load("shop"), "to-saga").tasks for step in task.steps]
    assert any(step.startswith("By orchestration") for step in texts)
    assert not any(step.startswith("By choreography") for step in texts)
    both = [step for task in planned(None, "to-saga").tasks for step in task.steps]
    assert any(step.startswith("By choreography") for step in both)


def test_a_fact_that_nobody_stated_is_named() -> None:
    of = system(
        teams={"one": {}},
        services={"a": {"team": "one", "uses": ["db"]}, "b": {"uses": ["db"]}},
        stores={"db": {}},
    )
    found = planned(of, "to-microservices", None)
    assert [*found.missing][1:] == ["teams.one.size", "services.b.team"]
    page = made(of, "to-microservices", None)["playbooks/to-microservices.md"]
    assert "`teams.one.size`" in page
    assert "| not stated |" in page


def test_a_plan_beyond_all_calendars_has_no_dates() -> None:
    services = {f"s{n}": {"team": "one"} for n in range(1000)}
    texts = made(system(teams={"one": {"size": 3}}, services=services), "to-microservices")
    assert "too long for a calendar" in texts["playbooks/to-microservices.md"]
    assert "playbooks/to-microservices.ics" not in texts


def test_a_system_without_services_of_its_own_is_planned_without() -> None:
    of = system(services={"bank": {"kind": "external"}})
    for name in catalog.playbooks():
        assert f"playbooks/{name}.md" in made(of, name)


def test_what_is_done_for_each_service_is_told_once() -> None:
    page = made(load("ticketing"), "to-microservices")["playbooks/to-microservices.md"]
    step = catalog.playbooks()["to-microservices"].phases[3].steps[0]
    assert page.count(step) == 1
    assert page.count("As in phase 4.") == 20


# What it costs


def test_costs_of_the_work_by_hand() -> None:
    """8.5 engineer-weeks of 15,000 a month of 365/84 weeks."""
    document = json.loads(made(load("shop"), "to-outbox")["playbooks/to-outbox.json"])
    costs = document["costs"]
    assert costs["effort_engineer_weeks"] == {"low": 4.5, "likely": 8.5, "high": 12.5}
    assert costs["work"]["likely"] == pytest.approx(8.5 * 84 / 365 * 15_000)
    assert costs["both_run_weeks"] == {"low": 3, "likely": 4.5, "high": 6}
    assert costs["both_run"]["likely"] == pytest.approx(
        costs["both_run_monthly"]["likely"] * 4.5 * 84 / 365
    )
    assert costs["both_run_monthly"]["likely"] > 0


def test_costs_that_cannot_be_told_say_why() -> None:
    """The outbox of the shop keeps its rows for ever."""
    found = json.loads(made(load("shop"), "to-cqrs")["playbooks/to-cqrs.json"])["costs"]
    assert found["both_run"] is None
    assert any("not reckoned" in note and "retention" in note for note in found["notes"])
    without = json.loads(made(None, "to-edge")["playbooks/to-edge.json"])["costs"]
    assert without["both_run"] is None
    assert any("there is no manifest" in note for note in without["notes"])


def test_two_systems_in_full_are_paid_while_both_run() -> None:
    texts = made(load("ticketing"), "to-microservices")
    found = json.loads(texts["playbooks/to-microservices.json"])["costs"]
    weeks, monthly = found["both_run_weeks"]["likely"], found["both_run_monthly"]["likely"]
    assert found["both_run"]["likely"] == pytest.approx(weeks * 84 / 365 * monthly)


# The formats


@pytest.mark.parametrize("name", sorted(catalog.playbooks()))
@pytest.mark.parametrize("example", EXAMPLES)
def test_every_playbook_for_every_example_is_read_by_its_tools(example: str, name: str) -> None:
    of = load(example)
    found, texts = planned(of, name), made(of, name)
    document = json.loads(texts[f"playbooks/{name}.json"])
    assert [each["name"] for each in document["phases"]] == [task.name for task in found.tasks]
    jira = rows(texts[f"playbooks/{name}-jira.csv"])
    assert tuple(jira[0]) == _plan_files.JIRA
    assert {len(row) for row in jira} == {len(jira[0])}
    epics = [row[1] for row in jira if row[0] == "Epic"]
    assert len(epics) == len(found.tasks)
    assert {row[2] for row in jira if row[0] == "Task"} == {*epics}
    github = rows(texts[f"playbooks/{name}-github.csv"])
    assert tuple(github[0]) == _plan_files.GITHUB
    assert len(github) == len(found.tasks) + 1
    events = calendar(texts[f"playbooks/{name}.ics"]).walk("VEVENT")
    assert [each["DTSTART"].dt for each in events] == [task.span.start for task in found.tasks]  # type: ignore[union-attr]
    assert len({str(each["UID"]) for each in events}) == len(events)
    assert all(each["DTEND"].dt > each["DTSTART"].dt for each in events)


@pytest.mark.parametrize(
    ("example", "name"),
    [("shop", "to-outbox"), ("ticketing", "to-microservices"), ("clean", "to-saga")],
)
def test_plans_are_as_they_were(example: str, name: str) -> None:
    for path, text in made(load(example), name).items():
        golden.check(GOLDEN / example / Path(path).name, text)


def test_a_calendars_lines_are_folded_and_end_as_they_should() -> None:
    text = made(load("shop"), "to-cqrs")["playbooks/to-cqrs.ics"]
    lines = text.split("\r\n")
    assert lines[-1] == ""
    assert not any("\n" in line or len(line.encode()) > 75 for line in lines)
    event = calendar(text).walk("VEVENT")[0]
    assert str(event["SUMMARY"]) == "to-cqrs: Phase 1: Stream the changes"
    assert "likely" in str(event["DESCRIPTION"]).lower()
    assert (event["DTSTART"].dt, event["DTEND"].dt) == (date(2027, 1, 11), date(2027, 1, 30))


@pytest.mark.slow
def test_charts_are_read_by_mermaid() -> None:
    plans = [planned(load(each), name) for each in EXAMPLES for name in catalog.playbooks()]
    for found, answer in zip(plans, drawn(*map(_plan_files.gantt, plans)), strict=True):
        assert "error" not in answer, (found.playbook.id, answer)
        starts = [tuple(start) for section, start, _ in answer["tasks"]]
        for task in found.tasks:
            assert task.span is not None
            day = task.span.start
            assert (day.year, day.month, day.day) in starts


def test_a_chart_that_nobody_can_read_is_left_out() -> None:
    services = {f"s{n}": {"team": f"t{n}"} for n in range(210)}
    texts = made(system(services=services), "to-microservices")
    assert "```mermaid" not in texts["playbooks/to-microservices.md"]
    assert "playbooks/to-microservices.ics" in texts


# Hostile words


def hostile(word: str) -> tuple[Order, Plan]:
    """A plan for a system of that name, with a finding that says it."""
    of = system(services={"a": {"team": "one", "publishes": ["e"], "uses": ["db"]}})
    of = of._replace(architecture=of.architecture.model_copy(update={"system": word}))
    where = Location("architecture.yaml", 1)
    element = f"services.a.publishes.{word}"
    finding = Finding("PC202", "dual-write", "warning", word, element, where, "f", "h", ("outbox",))
    asked = Order(of, (), _Linted(finding), Options(start=START, playbook="to-outbox"))
    around = Surroundings(asked)
    return asked, plan(around, choice(around, catalog.playbooks()["to-outbox"]))


@given(HOSTILE)
def test_hostile_words_stay_what_they_are_for_every_reader(word: str) -> None:
    asked, found = hostile(word)
    texts = files([*playbook.make(asked)])
    document = json.loads(texts["playbooks/to-outbox.json"])
    assert document["system"] == word
    assert document["phases"][1]["cures"][0]["message"] == word
    for end in ("jira", "github"):
        table = rows(texts[f"playbooks/to-outbox-{end}.csv"])
        assert {len(row) for row in table} == {len(table[0])}
        assert not any(
            cell[:1] in ("=", "+", "-", "@", "\t", "\r") for row in table for cell in row
        )
    event = calendar(texts["playbooks/to-outbox.ics"]).walk("VEVENT")[0]
    if plain(word):
        assert f"System: {plain(word)}" in str(event["DESCRIPTION"])
    assert len(calendar(texts["playbooks/to-outbox.ics"]).walk("VEVENT")) == len(found.tasks)


@given(HOSTILE)
def test_markdown_shows_hostile_words_and_obeys_none(word: str) -> None:
    markdown_it = pytest.importorskip("markdown_it", reason="needs markdown-it-py")
    reader = markdown_it.MarkdownIt("commonmark").enable("table")
    for line in (
        f"# {markdown(word)}",
        f"- {markdown(word)}",
        f"| a |\n|---|\n| {markdown(word)} |",
    ):
        tokens = [*reader.parse(line)]
        inner = [each for token in tokens for each in token.children or ()]
        kinds = {each.type for each in (*tokens, *inner)}
        assert not kinds & {
            "html_block",
            "html_inline",
            "link_open",
            "image",
            "code_inline",
            "fence",
        }
        assert sum(each.type == "inline" for each in tokens) == (
            2 if "---" in line[:12] else 1
        ) or (not plain(word))
        assert "bullet_list_open" not in kinds or line.startswith("- ")
        shown = "".join(each.content for each in inner if each.type.startswith("text"))
        assert plain(word).replace("\u200b", "") in shown.replace("\u200b", "") or len(word) > 30


@pytest.mark.slow
def test_charts_of_hostile_words_are_read_by_mermaid() -> None:
    words = [
        "a: b, 2020-01-01",
        "x;y",
        "# comment",
        "%% c",
        "section q",
        "click t1 call x()",
        "{{a}}",
        "-->",
        "<script>",
        "\u202edrawkcab",
        "a\nsection b",
        "",
        "\N{PILE OF POO}",
        '"`\\',
        "x" * 500,
        "title z",
        "done :t, 1d",
    ]
    charts = [_plan_files.gantt(hostile(word)[1]) for word in words]
    for word, answer in zip(words, drawn(*charts), strict=True):
        assert "error" not in answer, (word, answer)
        assert len({section for section, _, _ in answer["tasks"]}) == 4, word


@given(HOSTILE)
def test_names_in_charts_and_code_break_nothing(word: str) -> None:
    assert not set(gantt(word)) & set('\n#;:%{}|"<>&`\\')
    assert gantt(word)
    shown = code(word)
    assert "\n" not in shown
    assert "|" not in shown


@given(st.text(max_size=300))
def test_text_is_on_one_line_and_short(word: str) -> None:
    shown = plain(word)
    assert len(shown) <= 200
    assert shown.splitlines() in ([], [shown])


# The catalog's own


@pytest.mark.parametrize("name", sorted(catalog.playbooks()))
def test_overstated_durations_are_not_planned_with(name: str) -> None:
    for phase in catalog.playbooks()[name].phases:
        said = phase.duration
        if said is not None and said.verdict in ("overstated", "false"):
            assert phase.plan is not None, phase.name


def test_there_is_a_way_to_each_of_these() -> None:
    """One each, with its phases told in full: the model sees to these."""
    leads = {each.to for each in catalog.playbooks().values()}
    assert leads == {
        *("cqrs", "outbox", "event-sourcing", "saga", "microservices", "serverless"),
        *("cell-based", "edge", None),
    }
