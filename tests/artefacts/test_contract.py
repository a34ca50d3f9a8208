"""Contracts: the Pact library reads and verifies pacts, AsyncAPI's own schema accepts documents."""

import importlib.util
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patternctl.artefacts import contract
from patternctl.errors import UsageError
from tests import golden
from tests.artefacts.orders import HOSTILE, example, files, order, system

HERE = Path(__file__).parent.parent
GOLDEN = HERE / "golden" / "contract"
EXAMPLES = ("shop", "ticketing", "clean")
needs_pact = pytest.mark.skipif(
    not importlib.util.find_spec("pact_ffi"), reason="needs pact-python"
)
READ = """
import json, sys
from pact_ffi.ffi import ffi, lib
counts = []
for text in json.load(sys.stdin):
    pact = lib.pactffi_parse_pact_json(text.encode())
    assert pact != ffi.NULL, text
    found = lib.pactffi_pact_model_interaction_iterator(pact)
    count = 0
    while lib.pactffi_pact_interaction_iter_next(found) != ffi.NULL:
        count += 1
    counts.append(count)
print(json.dumps(counts))
"""
VERIFY = """
import sys
from pact import Verifier
name, url, file = sys.argv[1:]
Verifier(name, host="127.0.0.1").add_transport(url=url).add_source(file).verify()
"""


def made(**stated: object) -> dict[str, Any]:
    texts = files([*contract.make(order(system(**stated)))])
    return {path: json.loads(text) for path, text in texts.items()}


def read(texts: list[str]) -> list[int]:
    """How many interactions the Pact library finds in each; those it cannot read it leaves out."""
    done = subprocess.run(
        [sys.executable, "-c", READ], input=json.dumps(texts), text=True, capture_output=True
    )
    assert done.returncode == 0, done.stderr
    found: list[int] = json.loads(done.stdout)
    return found


@cache
def validator() -> jsonschema.Draft7Validator:
    schema = json.loads((HERE / "data" / "asyncapi" / "3.0.0.json").read_text())
    return jsonschema.Draft7Validator(schema)


def resolve(document: Any, reference: str) -> Any:
    for part in reference.removeprefix("#/").split("/"):
        document = document[part]
    return document


def check_document(document: Any) -> None:
    """The document is as the schema says, and its references lead somewhere."""
    validator().validate(document)
    for operation in document["operations"].values():
        resolve(document, operation["channel"]["$ref"])
        for message in operation["messages"]:
            found = resolve(document, message["$ref"])
            assert resolve(document, found["$ref"])["payload"]["type"] == "object"
    for channel in document["channels"].values():
        for server in channel.get("servers", ()):
            assert resolve(document, server["$ref"])["protocol"]


def test_golden_contracts_of_the_shop() -> None:
    for path, text in files([*contract.make(example("shop"))]).items():
        golden.check(GOLDEN / "shop" / Path(path).parent.name / Path(path).name, text)


@needs_pact
def test_the_pact_library_reads_every_interaction() -> None:
    texts = [
        text
        for name in EXAMPLES
        for path, text in files([*contract.make(example(name))]).items()
        if "/pacts/" in path
    ]
    assert len(texts) > 20
    assert read(texts) == [len(json.loads(text)["interactions"]) for text in texts]


def test_the_schema_of_asyncapi_accepts_every_document() -> None:
    for name in EXAMPLES:
        for path, text in files([*contract.make(example(name))]).items():
            if "/asyncapi/" in path:
                check_document(json.loads(text))


def test_a_stated_operation_is_a_request() -> None:
    calls = [{"to": "b", "via": "http", "operation": "GET /orders/{id}/lines?page=1&page=2"}]
    found = made(services={"a": {"calls": calls}, "b": {}})["contracts/pacts/a-b.json"]
    (interaction,) = found["interactions"]
    assert interaction["pending"] is False
    assert interaction["request"] == {
        "method": "GET",
        "path": "/orders/1/lines",
        "query": {"page": ["1", "2"]},
        "matchingRules": {
            "path": {
                "combine": "AND",
                "matchers": [{"match": "regex", "regex": "^/orders/[^/]+/lines$"}],
            }
        },
    }


def test_what_a_call_does_not_state_is_named_and_pending() -> None:
    services = {"a": {"calls": [{"to": "b", "via": "grpc"}, {"to": "b", "via": "https"}]}, "b": {}}
    found = made(services=services)["contracts/pacts/a-b.json"]
    message, request = found["interactions"]
    assert message["type"] == "Synchronous/Messages"
    assert message["pending"] is request["pending"] is True
    assert "not stated: how long the caller waits" in request["comments"]["text"]
    assert any("method and path" in each for each in request["comments"]["text"])


def test_equal_calls_stay_two_interactions() -> None:
    calls = [{"to": "b", "via": "http"}, {"to": "b", "via": "http"}]
    found = made(services={"a": {"calls": calls}, "b": {}})["contracts/pacts/a-b.json"]
    assert len({each["description"] for each in found["interactions"]}) == 2


def test_pairs_that_look_alike_have_a_file_each() -> None:
    services = {
        "a-b": {"calls": [{"to": "c", "via": "http"}]},
        "a": {"calls": [{"to": "b-c", "via": "http"}]},
        "A": {"calls": [{"to": "b-c", "via": "http"}]},
        "c": {},
        "b-c": {},
    }
    assert len(made(services=services)) == 3


def test_calls_that_do_not_say_how_are_named() -> None:
    services = {"a": {"calls": [{"to": "b"}, {"to": "c", "via": "http"}]}, "b": {}, "c": {}}
    (found,) = contract.make(order(system(services=services)))
    assert "no pact for calls without `via`: a to b" in found.step


def test_an_event_tells_key_version_and_sides() -> None:
    services = {
        "a": {"publishes": [{"event": "done", "via": "outbox"}]},
        "b": {"consumes": [{"event": "done", "idempotent": True, "max_deliveries": 8}]},
    }
    schema = {"registry": True, "version": "v2", "compatibility": "full"}
    found = made(
        services=services,
        brokers={"bus": {"engine": "RabbitMQ"}},
        events={"done": {"broker": "bus", "key": "id", "schema": schema, "retention": "3d"}},
    )
    sender, receiver = found["contracts/asyncapi/a.json"], found["contracts/asyncapi/b.json"]
    assert sender["operations"]["send-done"]["action"] == "send"
    assert receiver["operations"]["receive-done"]["x-max-deliveries"] == 8
    assert sender["servers"]["bus"]["protocol"] == "amqp"
    message = sender["components"]["messages"]["done"]
    assert message["payload"]["required"] == ["id"]
    assert message["x-schema-version"] == "v2"
    assert "kept for 3d" in message["description"]
    assert "bindings" not in message  # the broker is no Kafka
    for each in found.values():
        check_document(each)


def test_an_event_that_nobody_describes_says_so() -> None:
    found = made(services={"a": {"publishes": ["done"]}})["contracts/asyncapi/a.json"]
    check_document(found)
    assert found["channels"]["done"]["address"] is None
    assert "the broker" in found["channels"]["done"]["description"]
    assert found["components"]["messages"]["done"]["x-key"] == "not stated"


def test_nothing_to_make_contracts_of_names_all_that_is_missing() -> None:
    with pytest.raises(UsageError) as found:
        list(contract.make(order(system(services={"a": {"calls": ["b"]}, "b": {}}))))
    assert [each.message for each in found.value.problems] == [
        "no pact for calls without `via`: a to b",
        "no event is stated",
    ]
    with pytest.raises(UsageError, match="no synchronous call"):
        list(contract.make(order(system(services={"a": {}}))))
    with pytest.raises(UsageError, match="between services"):
        list(contract.make(order(None, "outbox")))


@given(HOSTILE, HOSTILE)
def test_hostile_names_leave_documents_valid(one: str, other: str) -> None:
    services = {
        "a": {"description": one, "publishes": ["e"]},
        "b": {"consumes": [{"event": "e", "dead_letter": other}]},
    }
    found = made(
        system=other,
        services=services,
        brokers={"k": {"engine": one, "description": other}, "kafka": {"engine": "kafka"}},
        events={
            "e": {"broker": "kafka", "key": other, "description": one, "schema": {"version": one}}
        },
    )
    for each in found.values():
        check_document(each)


@needs_pact
@settings(max_examples=10)  # each of them 40 interactions and a process
@given(st.lists(HOSTILE | HOSTILE.map("GET /{}".format), min_size=20, max_size=20))
def test_hostile_operations_leave_pacts_readable(operations: list[str]) -> None:
    calls = [{"to": "b", "via": "http", "operation": each} for each in operations]
    calls += [{"to": "b", "via": "grpc", "operation": each} for each in operations]
    found = made(services={"a": {"calls": calls}, "b": {}})
    assert read([json.dumps(each) for each in found.values()]) == [len(calls)]


@contextmanager
def provider(status: int) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            right = self.path.startswith("/orders/")
            self.send_response(status if right else 404)
            self.end_headers()

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@needs_pact
@pytest.mark.parametrize(("status", "kept"), [(204, True), (500, False)])
def test_a_provider_is_verified(tmp_path: Path, status: int, kept: bool) -> None:
    calls = [
        {"to": "b", "via": "http", "operation": "GET /orders/:id"},
        {"to": "b", "via": "http"},  # pending, so that its answer breaks nothing
    ]
    text = json.dumps(made(services={"a": {"calls": calls}, "b": {}})["contracts/pacts/a-b.json"])
    (tmp_path / "a-b.json").write_text(text)
    with provider(status) as url:
        command = [sys.executable, "-c", VERIFY, "b", url, str(tmp_path / "a-b.json")]
        done = subprocess.run(command, text=True, capture_output=True, timeout=60)
    told = done.stdout + done.stderr
    assert (done.returncode == 0) is kept, told
    assert kept or "500" in told, told
