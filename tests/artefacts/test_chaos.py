"""Chaos experiments: the Chaos Toolkit reads them, and one runs against a service that dies."""

import importlib.util
import json
import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from string import Template
from typing import Any

import pytest
from hypothesis import given, settings
from markdown_it import MarkdownIt

from patternctl.artefacts import chaos
from patternctl.artefacts._chaos_faults import (
    _CHOREOGRAPHY,
    _FAULTS,
    BY_SCRIPT,
    TWICE,
    challenges,
)
from patternctl.artefacts._markdown import flat
from patternctl.errors import UsageError
from tests import golden
from tests.artefacts.orders import HOSTILE, example, files, order, system

SHARED = ("drive.py", "fault.sh")
"""The same for every system."""
GOLDEN = Path(__file__).parent.parent / "golden" / "chaos"
needs_toolkit = pytest.mark.skipif(
    not importlib.util.find_spec("chaoslib"), reason="needs chaostoolkit"
)
VALIDATE = """
import json, sys
from chaoslib.experiment import ensure_experiment_is_valid
for text in json.load(sys.stdin):
    ensure_experiment_is_valid(json.loads(text))
"""
SERVICE = """
import http.server, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
    def log_message(self, *args): pass
http.server.ThreadingHTTPServer.allow_reuse_address = True
http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""
FAULT = """
import os, pathlib, signal, socket, subprocess, sys, time
what, port, pid = sys.argv[1], int(os.environ["PORT"]), pathlib.Path("service.pid")
def alive():
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
def until(state):
    end = time.monotonic() + 10
    while alive() is not state and time.monotonic() < end:
        time.sleep(0.02)
if what == "can":
    sys.exit(not alive())
if what == "inject" and os.environ.get("HARMLESS") != "1":
    os.kill(int(pid.read_text()), signal.SIGKILL)
    until(False)
if what == "restore" and not alive():
    child = subprocess.Popen([sys.executable, "service.py", str(port)], start_new_session=True,
                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    pid.write_text(str(child.pid))
    until(True)
"""


def made(name: str) -> dict[str, str]:
    return files(list(chaos.make(example(name))))


def experiments(texts: dict[str, str]) -> dict[str, Any]:
    return {path: json.loads(text) for path, text in texts.items() if path.endswith(".json")}


def validate(texts: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", VALIDATE], input=json.dumps(texts), text=True, capture_output=True
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", ["bookshop", "shop", "ticketing"])
def test_golden_experiments_and_sheet(name: str) -> None:
    own = {Path(path).name: text for path, text in made(name).items()}
    own = {file: text for file, text in own.items() if file not in SHARED}
    for file, text in own.items():
        golden.check(GOLDEN / name / file, text)
    assert {each.name for each in (GOLDEN / name).iterdir()} == set(own)


def test_golden_driver_and_command_for_faults() -> None:
    texts = made("shop")
    for file in SHARED:
        golden.check(GOLDEN / file, texts[f"chaos/{file}"])
        assert made("bookshop")[f"chaos/{file}"] == texts[f"chaos/{file}"]


@needs_toolkit
def test_the_toolkit_finds_every_experiment_valid() -> None:
    texts = [text for name in ("shop", "ticketing", "clean") for text in made(name).values()]
    texts += [text for id_ in _FAULTS for text in files([*chaos.make(order(None, id_))]).values()]
    found = [text for text in texts if text.startswith("{")]
    assert len(found) >= len(_FAULTS)
    validate(found)


@needs_toolkit
def test_the_toolkits_own_command_finds_one_valid(tmp_path: Path) -> None:
    for path, text in made("shop").items():
        (tmp_path / Path(path).name).write_text(text)
    file = next(tmp_path.glob("*broker*.json"))
    done = chaos_command(tmp_path, "validate", file.name)
    assert done.returncode == 0, done.stderr


def test_every_fault_is_an_experiment_of_its_pattern() -> None:
    entries = example("shop").entries
    shipped = {id_ for id_, entry in entries.items() if entry.chaos and "traditional" not in id_}
    assert set(_FAULTS) == shipped
    for id_, faults in _FAULTS.items():
        known = [each.name for each in entries[id_].chaos]
        assert all(fault.experiment in known for fault in faults), id_
    assert _CHOREOGRAPHY.experiment in [each.name for each in entries["saga"].chaos]


NUMBERS = {"half an": 0.5, "an": 1, "ten": 10, "fifty": 50}
SECONDS = {"ms": 0.001, "s": 1, "minutes": 60, "hour": 3600}
DURATION = re.compile(r"(\d+|half an|an|ten) (ms|s|minutes|hour)\b")
OFTEN = re.compile(r"(ten|fifty) (?:random moments|times)")


def number(word: str) -> float:
    return NUMBERS.get(word) or float(word)


@pytest.mark.parametrize("pattern", _FAULTS)
def test_what_is_done_is_what_the_text_says(pattern: str) -> None:
    """How long, how late and how often: every number of a step is a number of the fault."""
    for fault in _FAULTS[pattern]:
        (told,) = (
            each for each in example("shop").entries[pattern].chaos if each.name == fault.experiment
        )
        text = " ".join([told.name, *told.method])
        often = {number(word) for word in OFTEN.findall(text)}
        assert often == ({fault.times} if fault.times > 1 else set())
        stated = {number(n) * SECONDS[unit] for n, unit in DURATION.findall(text)}
        if fault.verb in BY_SCRIPT:
            assert stated <= {fault.hold, fault.delay}
            assert fault.delay in {*stated, 0, TWICE}
            assert fault.delay != TWICE or "twice the timeout" in text
        radius = told.blast_radius
        assert (fault.hit.which == "all") or re.search(r"\b([Oo]ne|group|database|store)\b", radius)
        assert (fault.hit.least == 3) is ("three" in text + radius)


def test_every_adopted_pattern_is_challenged_at_what_the_manifest_names() -> None:
    found = experiments(made("shop"))
    targets = {
        (*each["tags"][1:], each["configuration"]["target"]["default"]) for each in found.values()
    }
    assert targets == {
        ("outbox", "kill", ""),  # nobody says what the relay is called
        ("outbox", "hang", "kafka"),
        ("saga", "kill", "orders"),
        ("hedged-request", "slow", "catalog"),
        ("circuit-breaker", "slow", "catalog"),
        ("hang", "product-view"),  # a copy to read from; cqrs is not adopted
    }


def test_a_pattern_that_is_not_adopted_is_neither_tagged_nor_claimed() -> None:
    texts = made("shop")
    (path,) = (path for path in texts if "one-read-replica" in path)
    assert path == "chaos/product-view-cut-off-one-read-replica.json"
    assert "Claim: None: cqrs is not adopted. Where it is: Queries" in texts[path]
    parts = texts["chaos/game-day.md"].split("\n## ")
    (part,) = (part for part in parts if part.startswith("Cut off one read replica"))
    assert "Pattern `cqrs`" not in part
    assert "Guarantee" not in part
    assert "**Passed when**" not in part


def test_patterns_that_are_not_listed_are_not_checked() -> None:
    """A compose file says nothing of patterns."""
    texts = made("bookshop")
    ((path, found),) = experiments(texts).items()
    assert path == "chaos/broker-take-the-broker-away.json"
    assert found["tags"] == ["patternctl", "hang"]
    assert "Claim: Not checked: the manifest does not list patterns" in found["description"]
    assert "Not stated: which flow goes through broker." in found["description"]
    assert "Not checked: which patterns the system adopts" in texts["chaos/game-day.md"]
    assert "Not checked: which patterns" not in made("shop")["chaos/game-day.md"]
    asked = example("bookshop")
    asked.patterns = ("saga",)
    (saga,) = experiments(files([*chaos.make(asked)])).values()
    assert saga["tags"] == ["patternctl", "kill"]
    empty = order(system(services={"a": {}}, complete=["services"]))
    with pytest.raises(UsageError, match="patterns were not checked"):
        list(chaos.make(empty))


def test_the_steady_state_is_what_is_probed() -> None:
    found = experiments(made("shop"))
    buy = next(each for path, each in found.items() if "orchestrator" in path)
    limits = buy["configuration"]
    assert limits["within_seconds"]["default"] == "0.8"
    assert limits["may_fail"]["default"] == "0.0144"  # 14.4 times what 99.9 % leaves
    assert limits["judged_together"]["default"] == "71"  # one failure alone is 1.41 %
    assert buy["steady-state-hypothesis"]["title"] == (
        "Users of buy are served: of 71 requests to CHAOS_URL at most 1.44% fail and at most 14.4% "
        "take longer than 800ms"
    )
    assert "Claim: Every saga is resumed" in buy["description"]


@pytest.mark.parametrize(
    ("part", "flow"),
    [
        ("hedge", "look"),  # its callee, and not what critical flow its caller is on
        ("catalog-outbox-take", "look"),  # through the broker goes who publishes
        ("buy-", "buy"),
        ("pricing", ""),
        ("product-view", ""),
    ],
)
def test_the_objective_is_that_of_a_flow_through_what_is_hit(part: str, flow: str) -> None:
    (found,) = (each for path, each in experiments(made("shop")).items() if part in path)
    title = found["steady-state-hypothesis"]["title"]
    assert title.startswith(f"Users of {flow or 'the system'} are served")
    assert ("Not stated: no flow goes through" in found["description"]) is (flow == "")
    limit = "0.072" if flow == "look" else "0.0144"  # the system promises as much as buy
    assert found["configuration"]["may_fail"]["default"] == limit


def test_what_is_not_stated_is_named() -> None:
    (found,) = experiments(files([*chaos.make(order(None, "cell-based"))])).values()
    for fact in ("CHAOS_URL", "CHAOS_TARGET", "availability", "latency"):
        assert re.search(rf"Not stated: .*{fact}", found["description"]), fact
    for pattern, variable in (
        ("circuit-breaker", "CHAOS_DELAY_MS"),
        ("leader-follower", "CHAOS_PICK"),
        ("serverless", "CHAOS_FAULT"),
    ):
        (found,) = experiments(files([*chaos.make(order(None, pattern))])).values()
        assert re.search(rf"Not stated: .*{variable}", found["description"]), variable


def saga(**stated: object) -> Any:
    adopted = {"pattern": "saga", "style": "choreography", "at": ["a"], **stated}
    services = {"a": {"replicas": 2}, "b": {"replicas": 1}}
    steps = [{"service": "a"}, {"service": "b"}]
    text = order(system(services=services, patterns=[{**adopted, "steps": steps}]))
    (found,) = experiments(files([*chaos.make(text)])).values()
    return found


def test_a_participant_is_away_for_twice_the_deadline_of_its_saga() -> None:
    found = saga(timeout="5m")
    assert found["configuration"]["target"]["default"] == "b"
    assert found["configuration"]["hold_seconds"]["default"] == "600"
    for timeout in ("none", None):
        found = saga(timeout=timeout)
        assert found["configuration"]["hold_seconds"]["default"] == ""
        assert "CHAOS_HOLD" in found["description"]


def test_a_saga_that_does_not_say_who_steers_it_names_no_orchestrator() -> None:
    found = saga(style="orchestration", at=None)
    assert found["configuration"]["target"]["default"] == ""


@pytest.mark.parametrize(("replicas", "told"), [(1, True), (2, False), (None, False)])
def test_an_instance_that_has_nobody_to_take_over_is_told(replicas: int, told: bool) -> None:
    patterns = [{"pattern": "batch", "at": ["a"]}]
    stated = order(system(services={"a": {"replicas": replicas}}, patterns=patterns))
    (found,) = experiments(files([*chaos.make(stated)])).values()
    assert ("Needs 2 instances that run; the manifest states 1" in found["description"]) is told


@pytest.mark.parametrize(
    ("calls", "delay"),
    [
        ([("800ms", True), ("300ms", True), ("5s", False)], "1600"),
        ([("800ms", True), ("none", True)], ""),
        ([("800ms", True), (None, True)], ""),
    ],
)
def test_answers_are_late_by_twice_the_timeout_of_those_who_break(
    calls: list[tuple[str | None, bool]], delay: str
) -> None:
    services: dict[str, Any] = {"callee": {}}
    for place, (timeout, guarded) in enumerate(calls):
        breaker = True if guarded else "none"
        call = {"to": "callee", "via": "http", "timeout": timeout, "circuit_breaker": breaker}
        services[f"caller{place}"] = {"calls": [call]}
    (found,) = experiments(files([*chaos.make(order(system(services=services)))])).values()
    assert found["tags"] == ["patternctl", "circuit-breaker", "slow"]
    assert found["configuration"]["delay_ms"]["default"] == delay


def test_a_store_that_somebody_else_uses_is_not_taken_for_ones_own() -> None:
    services = {"a": {"uses": ["cache"]}, "b": {"uses": ["db"]}}
    stores = {"cache": {"kind": "cache"}, "db": {"replicas": 3}}
    for pattern in ("escrow", "cqrs"):
        adopted = [{"pattern": pattern, "at": ["a"]}]
        text = order(system(services=services, stores=stores, patterns=adopted))
        found = experiments(files([*chaos.make(text)])).values()
        own = [each for each in found if pattern in each["tags"]]
        assert [each["configuration"]["target"]["default"] for each in own] == [""]


def test_the_experiments_of_the_source_are_mended() -> None:
    found = experiments(made("shop"))
    bus = next(each for path, each in found.items() if "broker" in path)
    assert "whole cluster" in bus["description"]
    assert bus["configuration"]["hold_seconds"]["default"] == "900"
    cut = next(each for path, each in found.items() if "replica" in path and "view" in path)
    assert "Caution: The source asks for no failed request" in cut["description"]


def test_two_adoptions_of_one_pattern_have_a_file_each() -> None:
    both = [{"pattern": "batch", "at": ["a"]}, {"pattern": "batch", "at": ["b"]}]
    stated = order(system(services={"a": {}, "b": {}}, patterns=both))
    assert len(experiments(files([*chaos.make(stated)]))) == 2


def test_patterns_of_a_catalog_of_ones_own_are_challenged_as_it_tells() -> None:
    own = (
        example("shop")
        .entries["outbox"]
        .model_copy(update={"id": "relay", "chaos": example("shop").entries["saga"].chaos[:1]})
    )
    stated = order(system(services={"a": {}}, patterns=[{"pattern": "relay", "at": ["a"]}]))
    for id_ in ("relay", "outbox"):  # the second: a shipped pattern told anew
        stated.__dict__["entries"] = {**stated.entries, id_: own}
        (found,) = challenges(None, (id_,), stated.entries)
        assert (found.fault.verb, found.experiment) == ("custom", own.chaos[0])


def test_a_system_without_anything_to_challenge_is_refused() -> None:
    with pytest.raises(UsageError, match="nothing to challenge"):
        list(chaos.make(order(system(services={"a": {}}))))


@needs_toolkit
@settings(max_examples=5)
@given(HOSTILE)
def test_hostile_names_leave_experiments_valid_and_the_sheet_whole(name: str) -> None:
    texts = files([*chaos.make(order(system(system=name, brokers={"bus": {}})))])
    found = experiments(texts)
    titles = [Template(each["title"]).safe_substitute(guarantee="") for each in found.values()]
    assert all(title.endswith(f"of {name} ()") for title in titles)
    validate([text for text in texts.values() if text.startswith("{")])
    parsed = MarkdownIt().parse(texts["chaos/game-day.md"])
    assert [(token.type, token.tag) for token in parsed].count(("heading_open", "h1")) == 1
    shown = "".join(each.content for each in parsed[1].children or ())
    assert shown == f"Game day: {flat(name)}".strip()


DOCKER = """
import json, pathlib, sys
file = pathlib.Path("containers.json")
known = json.loads(file.read_text())
words = sys.argv[1:]
DOES = {
    "stop": ("running", "exited"),
    "kill": ("running", "exited"),
    "pause": ("running", "paused"),
    "unpause": ("paused", "running"),
    "start": ("exited", "running"),
}
def service(name):
    return name.split("-")[1]  # Compose calls them PROJECT-SERVICE-NUMBER
if words[:2] == ["compose", "ps"]:
    assert words[2:5] == ["-q", "--status", "running"], words
    if words[5] not in map(service, known):
        sys.exit(f"no such service: {words[5]}")
    for name in sorted(known, reverse=True):
        if service(name) == words[5] and known[name] == "running":
            print(f"id-{name}")
elif words[:3] == ["container", "inspect", "--format"]:
    for name in (each.removeprefix("id-") for each in words[4:]):
        if name not in known:
            sys.exit(f"no such container: {name}")
        print({"{{.Name}}": f"/{name}", "{{.State.Status}}": known[name]}[words[3]])
else:
    verb, names = words[0], words[3:] if words[1:3] == ["-s", "KILL"] else words[1:]
    for name in names:
        before, known[name] = known[name], DOES[verb][1]
        assert before == DOES[verb][0], (words, before)
    file.write_text(json.dumps(known))
    with open("calls", "a") as stream:
        print(verb, *names, file=stream)
"""
TOXIPROXY = """
import json, pathlib, sys
file = pathlib.Path("proxies.json")
known = json.loads(file.read_text())
words = sys.argv[1:]
if words[-1] not in known:
    sys.exit("Failed to retrieve proxy")
if words[:2] == ["toxic", "add"]:
    assert words[2:7] == ["-t", "latency", "-n", "patternctl", "-a"], words
    known[words[-1]] = f"patternctl {words[7]}"
elif words[:2] == ["toxic", "remove"]:
    assert words[2:4] == ["-n", "patternctl"] and known[words[-1]], words
    known[words[-1]] = ""
else:
    assert words[0] == "inspect", words
    print(known[words[-1]])
file.write_text(json.dumps(known))
"""
SHELLS = [
    words for words in (["sh"], ["bash", "--posix"], ["busybox", "sh"]) if shutil.which(words[0])
]


class Machine:
    """`fault.sh` and what it calls, all of it pretended."""

    def __init__(self, folder: Path, shell: list[str], *running: str, proxies: str = "") -> None:
        self.folder, self.shell = folder, shell
        self.environment = {"PATH": f"{folder}:{os.environ['PATH']}"}
        self._write("containers.json", dict.fromkeys(running, "running"))
        self._write("proxies.json", dict.fromkeys(proxies.split(), ""))
        (folder / "fault.sh").write_text(made("shop")["chaos/fault.sh"])
        for name, code in (("docker", DOCKER), ("toxiproxy-cli", TOXIPROXY)):
            (folder / name).write_text(f"#!{sys.executable}\n{code}")
            (folder / name).chmod(0o755)

    def _write(self, name: str, value: object) -> None:
        (self.folder / name).write_text(json.dumps(value))

    def run(self, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*self.shell, "fault.sh", *words],
            cwd=self.folder,
            env=self.environment | environment,
            text=True,
            capture_output=True,
        )

    def does(self, *words: str, **environment: str) -> None:
        done = self.run(*words, **environment)
        assert done.returncode == 0, done.stderr

    def refuses(self, *words: str, **environment: str) -> str:
        before = self.containers, self.proxies
        done = self.run(*words, **environment)
        assert done.returncode != 0
        assert (self.containers, self.proxies) == before
        return done.stderr

    @property
    def calls(self) -> list[str]:
        """What was done to containers."""
        return (self.folder / "calls").read_text().splitlines()

    @property
    def containers(self) -> dict[str, str]:
        """States by name, without those that run."""
        found = json.loads((self.folder / "containers.json").read_text())
        return {name: state for name, state in found.items() if state != "running"}

    @property
    def proxies(self) -> dict[str, str]:
        """Toxics by proxy, without those that have none."""
        found = json.loads((self.folder / "proxies.json").read_text())
        return {name: toxic for name, toxic in found.items() if toxic}


@pytest.fixture(params=SHELLS, ids=" ".join)
def machine(request: pytest.FixtureRequest, tmp_path: Path) -> Machine:
    names = ("s-orders-2", "s-orders-10", "s-orders-1", "s-relay-1", "s-db-1", "s-replica-1")
    return Machine(tmp_path, request.param, *names, proxies="api cart-1 cart-2")


@pytest.mark.parametrize(
    ("verb", "state"), [("kill", "exited"), ("stop", "exited"), ("hang", "paused")]
)
def test_one_of_several_is_hit_and_the_same_one_is_taken_back(
    machine: Machine, verb: str, state: str
) -> None:
    machine.does("can", verb, "orders", "one", "3", "0")
    machine.does("inject", verb, "orders", "one", "3", "0")
    assert machine.containers == {"s-orders-1": state}
    assert "earlier fault is not taken back" in machine.refuses("inject", verb, "orders", "one")
    assert f'restore {verb} "orders"' in machine.refuses("restore", verb, "relay")
    machine.does("restore", verb, "orders")
    assert machine.containers == {}
    machine.does("restore", verb, "orders")  # twice does no harm


def test_all_of_what_has_no_second_are_hit(machine: Machine) -> None:
    machine.does("inject", "kill", "relay", "all", "1", "0")
    assert machine.containers == {"s-relay-1": "exited"}
    machine.does("restore", "kill", "relay")
    machine.does("inject", "hang", "orders", "all", "1", "0")
    assert set(machine.containers) == {"s-orders-1", "s-orders-2", "s-orders-10"}
    machine.does("restore", "hang", "orders")
    assert machine.containers == {}


def test_nobody_is_hit_whom_nobody_replaces(machine: Machine) -> None:
    told = machine.refuses("can", "kill", "relay", "one", "2", "0")
    assert "running containers of relay: 1; it takes 2" in told
    machine.refuses("inject", "kill", "relay", "one", "2", "0")
    machine.does("inject", "stop", "relay", "all", "1", "0")
    (machine.folder / "fault.record").unlink()
    assert "no containers of relay" in machine.refuses("can", "kill", "relay", "all", "1", "0")


def test_services_that_stand_for_one_another_are_hit_in_their_order(machine: Machine) -> None:
    machine.does("inject", "hang", "replica db", "one", "2", "0")
    assert machine.containers == {"s-replica-1": "paused"}
    machine.does("restore", "hang", "replica db")
    assert machine.containers == {}


def test_a_leader_is_who_the_team_says_it_is(machine: Machine) -> None:
    words = ("kill", "orders", "leader", "2", "0")
    assert "set CHAOS_PICK" in machine.refuses("can", *words)
    assert "none of: s-orders-1" in machine.refuses("can", *words, CHAOS_PICK="echo s-relay-1")
    machine.does("inject", *words, CHAOS_PICK="echo no | sed s/no/s-orders-10/")
    assert machine.containers == {"s-orders-10": "exited"}
    machine.does("restore", "kill", "orders")
    assert machine.containers == {}


def test_one_instance_is_slow_by_a_proxy_of_its_own(machine: Machine) -> None:
    machine.does("inject", "slow", "cart", "one", "2", "500")
    assert machine.proxies == {"cart-1": "patternctl latency=500"}
    machine.does("restore", "slow", "cart")
    assert machine.proxies == {}
    assert "proxies of api: 1; it takes 2" in machine.refuses("can", "slow", "api", "one", "2", "5")
    assert "CHAOS_DELAY_MS" in machine.refuses("can", "slow", "api", "all", "1", "")
    machine.does("inject", "slow", "api", "all", "1", "2000")
    assert machine.proxies == {"api": "patternctl latency=2000"}
    machine.does("restore", "slow", "api")
    assert "no proxies of web" in machine.refuses("can", "slow", "web", "all", "1", "5")


def test_what_cannot_be_taken_back_is_said_and_kept(machine: Machine) -> None:
    machine.does("inject", "kill", "orders", "all", "1", "0")
    file = machine.folder / "containers.json"
    file.write_text(json.dumps({"s-orders-1": "exited", "s-orders-10": "exited"}))  # 2 is gone
    done = machine.run("restore", "kill", "orders")
    assert "not taken back, do it by hand and remove fault.record: s-orders-2" in done.stderr
    assert done.returncode != 0
    assert machine.containers == {}  # the others are back all the same
    assert (machine.folder / "fault.record").exists()


def test_a_fault_that_cannot_be_done_is_refused_with_its_reason(machine: Machine) -> None:
    assert "no such service: ord" in machine.refuses("can", "kill", "ord", "one")
    assert "all, one or leader" in machine.refuses("inject", "kill", "orders")
    assert "CHAOS_TARGET" in machine.refuses("can", "kill", "")
    assert "CHAOS_FAULT" in machine.refuses("can", "duplicate", "orders")
    assert "can, inject or restore" in machine.refuses("undo", "kill", "orders")


def chaos_command(
    folder: Path, *words: str, **environment: str
) -> subprocess.CompletedProcess[str]:
    code = "from chaostoolkit.__main__ import cli; cli()"
    command = [sys.executable, "-c", code, "--no-log-file", "--no-version-check", *words]
    own = {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "HOME": str(folder)}
    return subprocess.run(
        command, cwd=folder, env=own | environment, text=True, capture_output=True, timeout=600
    )


@pytest.fixture
def service(tmp_path: Path) -> Iterator[dict[str, str]]:
    """A service that runs, an experiment beside it, and the environment to run that in."""
    for path, text in made("shop").items():
        (tmp_path / Path(path).name).write_text(text)
    (tmp_path / "service.py").write_text(SERVICE)
    (tmp_path / "fault.py").write_text(FAULT)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    environment = {
        "PORT": port,
        "CHAOS_URL": f"http://127.0.0.1:{port}/",
        "CHAOS_FAULT": f"{sys.executable} fault.py",
        "CHAOS_HOLD": "1",
        "CHAOS_TIMES": "1",
        "CHAOS_RECOVERY": "60",
        "CHAOS_RATE": "100",
        "CHAOS_REQUESTS": "30",
        "CHAOS_MAY_BE_SLOW": "1",
    }
    command = [sys.executable, "fault.py", "restore"]
    subprocess.run(command, cwd=tmp_path, env=os.environ | environment, check=True)
    yield environment
    os.kill(int((tmp_path / "service.pid").read_text()), 9)


def experiment_run(
    folder: Path, **environment: str
) -> tuple[subprocess.CompletedProcess[str], dict[str, Any]]:
    file = next(folder.glob("buy-*.json")).name
    done = chaos_command(folder, "run", file, **environment)
    return done, json.loads((folder / "journal.json").read_text())


@needs_toolkit
@pytest.mark.slow
@pytest.mark.parametrize(
    ("limit", "harmless", "passed"),
    [
        ("0.0144", "0", False),  # users notice: the run stops and puts the service back
        ("1", "0", True),  # users may notice, and the service is back in time
        ("0.0144", "1", True),  # nothing that users notice
    ],
)
def test_an_experiment_runs_against_a_service_that_is_killed(
    tmp_path: Path, service: dict[str, str], limit: str, harmless: str, passed: bool
) -> None:
    given = service | {"CHAOS_MAY_FAIL": limit, "HARMLESS": harmless, "CHAOS_TIMES": "2"}
    done, journal = experiment_run(tmp_path, **given)
    assert (done.returncode == 0) is passed, done.stderr
    assert journal["deviated"] is not passed
    rounds = journal["run"][1]["output"]["stdout"].splitlines()
    assert len(rounds) == (2 if passed else 1)  # it ends with the first that users notice
    with socket.socket() as probe:  # it was put back
        assert probe.connect_ex(("127.0.0.1", int(service["PORT"]))) == 0
    assert "guarantee not checked: set CHAOS_CHECK" in done.stdout + done.stderr
    told = journal["run"][2]["output"]
    assert told["status"] == 3
    assert told["stderr"].strip() == "guarantee not checked: set CHAOS_CHECK"


@needs_toolkit
@pytest.mark.slow
@pytest.mark.parametrize(
    ("check", "rounds", "passed"),
    [
        ("true", 1, True),
        ("test ! -e hurt", 1, False),  # it breaks what it claims, and users notice nothing
        ("false", 0, False),  # broken before anything was done: then nothing is
        ("no-such-command", 0, False),
    ],
)
def test_a_guarantee_that_does_not_hold_is_no_pass(
    tmp_path: Path, service: dict[str, str], check: str, rounds: int, passed: bool
) -> None:
    (tmp_path / "fault.py").write_text(FAULT + "if what == 'inject': open('hurt', 'w').close()")
    given = service | {"CHAOS_CHECK": check, "CHAOS_RECOVERY": "2", "HARMLESS": "1"}
    done, journal = experiment_run(tmp_path, **given)
    assert (done.returncode == 0) is passed, done.stderr
    assert journal["deviated"] is not passed
    assert f"({check})" in journal["experiment"]["title"]
    assert "not checked" not in done.stdout + done.stderr
    assert (journal["run"][2]["output"]["status"] == 3) is (rounds == 0)  # nothing to be checked
    assert len(journal["run"][1]["output"]["stdout"].splitlines()) == rounds


@needs_toolkit
@pytest.mark.slow
def test_an_experiment_does_its_fault_by_the_command_beside_it(
    tmp_path: Path, service: dict[str, str]
) -> None:
    machine = Machine(tmp_path, ["sh"], "s-orders-1", "s-orders-2")
    given = service | machine.environment | {"CHAOS_FAULT": "sh fault.sh", "CHAOS_TIMES": "2"}
    done, _ = experiment_run(tmp_path, **given)
    assert done.returncode == 0, done.stderr
    assert machine.calls == ["kill s-orders-1", "start s-orders-1"] * 2
    alone = Machine(tmp_path, ["sh"], "s-orders-1")
    done, journal = experiment_run(tmp_path, **given)
    assert done.returncode == 1
    assert "it takes 2, since another one" in journal["run"][0]["output"]["stderr"]
    assert len(alone.calls) == 4  # nothing was done


def driver(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    (folder / "drive.py").write_text(made("shop")["chaos/drive.py"])
    command = [sys.executable, "drive.py", *words]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True)


def test_a_fault_that_cannot_be_done_is_no_pass(tmp_path: Path) -> None:
    words = ("break", "--fault=false", "--hold=0", "--failed=1", "--url=http://127.0.0.1:0")
    assert driver(tmp_path, *words).returncode == 1
    asked = driver(tmp_path, "verdict")
    assert asked.returncode == 1
    assert "nothing was tested" in asked.stderr
    assert "could not be taken back" in asked.stderr
    record = tmp_path / "drive.record.json"
    record.write_text(record.read_text().replace(str(os.getpid()), "0"))  # of an earlier run
    asked = driver(tmp_path, "verdict")
    assert asked.returncode == 1
    assert asked.stderr.strip() == "the fault was not done to its end"
    record.write_text("{")
    assert "remove drive.record.json" in driver(tmp_path, "verdict").stderr


def test_all_that_is_missing_is_told_before_anything_is_done(tmp_path: Path) -> None:
    done = driver(tmp_path, "ready", "--fault=true", "--url=", "--hold=", "--delay=")
    assert done.returncode == 1
    for variable in ("CHAOS_URL", "CHAOS_HOLD", "CHAOS_DELAY_MS"):
        assert f"set {variable}" in done.stderr
    given = ("--url=http://127.0.0.1:0", "--hold=1", "--requests=1", "--failed=1", "--rate=100")
    assert driver(tmp_path, "ready", "--fault=true", *given).returncode == 0
    assert "cannot be done" in driver(tmp_path, "ready", "--fault=false", *given).stderr
    done = driver(tmp_path, "ready", "--fault=true", *given, "--failed=0")
    assert "before anything" in done.stderr
