"""Load profiles: node and Python read them, Locust runs one."""

import ast
import json
import shutil
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from patternctl.artefacts import load
from patternctl.errors import UsageError
from tests import golden
from tests.artefacts.orders import HOSTILE, example, files, order, system

GOLDEN = Path(__file__).parent.parent / "golden" / "load"
needs_node = pytest.mark.skipif(not shutil.which("node"), reason="needs node")
needs_locust = pytest.mark.skipif(not find_spec("locust"), reason="needs locust")
JUDGE = """
import types
import locustfile
entry = types.SimpleNamespace(
    num_requests=0, fail_ratio=0.0, get_response_time_percentile=lambda share: 6000
)
stats = types.SimpleNamespace(total=types.SimpleNamespace(num_requests=100), get=lambda *_: entry)
environment = types.SimpleNamespace(stats=stats, runner=None)
locustfile.judge(environment)
print("exit", environment.process_exit_code)
"""
IMPORT = "import http from 'k6/http';"
OPTIONS = """
globalThis.__ENV = {FLOW: "buy", PATH_BUY: "/cart", BASE_URL: "http://shop"};
const asked = [];
const http = {get: (...words) => asked.push(words)};
"""


def made(**stated: object) -> dict[str, str]:
    return files([*load.make(order(system(services={"a": {}}, **stated)))])


def node(text: str) -> Any:
    """What k6 would be told, and what a visit asks for."""
    body = (
        text.replace(IMPORT, OPTIONS) + "\nvisit(); console.log(JSON.stringify([options, asked]))"
    )
    command = ["node", "--input-type=module"]
    done = subprocess.run(command, input=body, text=True, capture_output=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def tables(text: str) -> dict[str, Any]:
    """The values that stand in the file for Locust."""
    return {
        target.id: ast.literal_eval(each.value)
        for each in ast.parse(text).body
        if isinstance(each, ast.Assign)
        for target in each.targets
        if isinstance(target, ast.Name) and target.id in ("FLOWS", "LIMITS", "STAGES", "PER_USER")
    }


@pytest.mark.parametrize("name", ["shop", "ticketing"])
def test_golden_profiles(name: str) -> None:
    for path, text in files([*load.make(example(name))]).items():
        golden.check(GOLDEN / name / f"{Path(path).name}.txt", text)  # no code of this project


@needs_node
def test_node_parses_the_script_as_a_module(tmp_path: Path) -> None:
    for name in ("shop", "ticketing"):
        script = tmp_path / f"{name}.mjs"
        script.write_text(files([*load.make(example(name))])["load/k6.js"])
        subprocess.run(["node", "--check", script], check=True)


@needs_node
def test_rates_peaks_and_limits_are_those_of_the_manifest() -> None:
    options, asked = node(files([*load.make(example("shop"))])["load/k6.js"])
    buy, look = options["scenarios"].values()
    assert buy["timeUnit"] == look["timeUnit"] == "1m"
    assert [stage["target"] for stage in buy["stages"]] == [360, 360, 1440, 1440, 360, 360, 0]
    assert max(stage["target"] for stage in look["stages"]) == 100 * 60 * 4
    assert look["preAllocatedVUs"] == 100 * 4 * 0.3 + 1  # Little's law: rate times latency
    assert options["thresholds"] == {
        "dropped_iterations": ["count<=0"],
        "http_req_failed{flow:buy}": ["rate<=0.001"],
        "http_req_duration{flow:buy}": ["p(99)<=800"],
        "http_req_failed{flow:look}": ["rate<=0.005"],
        "http_req_duration{flow:look}": ["p(99)<=300"],
    }
    assert asked == [["http://shop/cart", {"tags": {"name": "buy"}}]]


def test_both_tools_are_told_the_same() -> None:
    texts = files([*load.make(example("ticketing"))])
    found = tables(texts["load/locustfile.py"])
    for name, variable, rate in found["FLOWS"]:
        assert f'name: "{name}", variable: "{variable}", rate: {rate},' in texts["load/k6.js"]
    assert found["STAGES"][2] == (120, 12)
    assert found["LIMITS"]["buy"] == (1, 0.002, 1.3)


@needs_node
def test_rare_requests_are_not_rounded_away() -> None:
    texts = made(flows={"close": {"entry": "a", "requests": "30/day"}})
    options, _ = node(texts["load/k6.js"].replace("__ENV.FLOW", '"close"'))
    assert options["scenarios"]["flow_0"]["timeUnit"] == "1h"
    assert options["scenarios"]["flow_0"]["stages"][0]["target"] == 1


def test_a_flow_without_a_rate_gets_what_the_others_leave() -> None:
    texts = made(
        workload={"requests": "10/s"},
        flows={"x": {"entry": "a", "requests": "4/s"}, "y": {"entry": "a"}, "z": {"entry": "a"}},
    )
    assert [rate for _, _, rate in tables(texts["load/locustfile.py"])["FLOWS"]] == [4, 3, 3]
    assert "not stated: requests of y" in texts["load/k6.js"]


def test_a_system_without_flows_is_asked_as_a_whole() -> None:
    texts = made(workload={"requests": "10/s"}, requirements={"availability": "99%"})
    found = tables(texts["load/locustfile.py"])
    assert found["LIMITS"] == {"requests": (1, 0.01, 0)}
    for fact in ("flows", "workload.peak_factor", "latency_p99 of requests", "method, path"):
        assert f"not stated: {fact}" in texts["load/k6.js"]
    assert max(level for _, level in found["STAGES"]) == 1


@pytest.mark.parametrize(
    ("whole", "told"),
    [("10/s", "6/s of workload.requests belong to no flow"), ("3/s", "add up to 1/s more than")],
)
def test_flows_that_do_not_add_up_are_told(whole: str, told: str) -> None:
    texts = made(workload={"requests": whole}, flows={"x": {"entry": "a", "requests": "4/s"}})
    assert told in texts["load/k6.js"]
    assert told in texts["load/locustfile.py"]


def test_every_missing_rate_is_named() -> None:
    with pytest.raises(UsageError, match=r"workload\.requests"):
        made()
    with pytest.raises(UsageError) as found:
        made(flows={"x": {"entry": "a"}, "y": {"entry": "a"}})
    assert [each.message for each in found.value.problems] == [
        "`flows.x.requests` is not stated",
        "`flows.y.requests` is not stated",
    ]
    assert all(each.location for each in found.value.problems)
    with pytest.raises(UsageError, match="rate of 0"):
        made(flows={"x": {"entry": "a", "requests": "0/s"}})
    with pytest.raises(UsageError, match="no pattern tells"):
        list(load.make(order(None, "outbox")))


def test_names_that_look_alike_have_a_variable_each() -> None:
    names = ("pay-now", "pay_now", "PAY.now")
    texts = made(flows={name: {"entry": "a", "requests": "1/s"} for name in names})
    variables = {variable for _, variable, _ in tables(texts["load/locustfile.py"])["FLOWS"]}
    assert len(variables) == len(names)
    assert all(each.isidentifier() for each in variables)


@settings(max_examples=30)
@given(HOSTILE)
def test_python_reads_what_hostile_names_make(name: str) -> None:
    stated = {"workload": {"requests": "1/s"}, "description": name}
    texts = made(system=name, **stated)
    plain = made(system="shop", **stated)
    for path, text in texts.items():
        assert text.splitlines()[1:] == plain[path].splitlines()[1:]  # all of it stays on one line
    compile(texts["load/locustfile.py"], "locustfile.py", "exec")


@needs_node
@settings(max_examples=5)
@given(HOSTILE)
def test_node_reads_what_hostile_names_make(name: str) -> None:
    texts = made(system=name, flows={"buy": {"entry": "a", "requests": "1/s"}})
    _, asked = node(texts["load/k6.js"])
    assert len(asked) == 1


@contextmanager
def service(status: int) -> Iterator[tuple[str, Counter[str]]]:
    seen: Counter[str] = Counter()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen[self.path] += 1
            self.send_response(status)
            self.end_headers()

        def log_message(self, *args: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        request_queue_size = 512  # all users come at once
        daemon_threads = True

    server = Server(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", seen
    finally:
        server.shutdown()
        server.server_close()


@needs_locust
@pytest.mark.slow
@pytest.mark.parametrize(("status", "passed"), [(200, True), (503, False)])
def test_locust_runs_the_profile_and_judges_it(tmp_path: Path, status: int, passed: bool) -> None:
    texts = made(
        workload={"requests": "90/min", "peak_factor": 2},
        requirements={"availability": "99%", "latency_p99": "30s"},
        flows={
            "buy": {"entry": "a", "requests": "30/min"},
            "look": {"entry": "a", "requests": "60/min"},
        },
    )
    (tmp_path / "locustfile.py").write_text(texts["load/locustfile.py"])
    environment = {"TIME_SCALE": "0.005", "PATH_BUY": "/cart", "HOME": str(tmp_path)}
    with service(status) as (url, seen):
        words = ["-f", "locustfile.py", "--headless", "--only-summary", "--host", url]
        done = subprocess.run(
            [sys.executable, "-m", "locust", *words],
            cwd=tmp_path,
            env=environment,
            text=True,
            capture_output=True,
            timeout=60,
        )
    assert (done.returncode == 0) is passed, done.stdout + done.stderr
    assert seen.keys() == {"/", "/cart"}
    assert passed or "buy: 100.000% failed, limit 1.000%" in done.stdout


@needs_locust
def test_a_run_that_sent_too_little_is_no_pass(tmp_path: Path) -> None:
    texts = made(workload={"requests": "1/s"}, requirements={"latency_p99": "5s"})
    (tmp_path / "locustfile.py").write_text(texts["load/locustfile.py"])
    command = [sys.executable, "-c", JUDGE]
    done = subprocess.run(command, cwd=tmp_path, text=True, capture_output=True)
    assert done.stdout.splitlines() == [
        "100 of 720 requests were sent: more processes are needed",
        "requests: no request was sent",
        "requests: the 99th percentile is 6 s, limit 5 s",
        "exit 1",
    ]
