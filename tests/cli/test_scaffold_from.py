"""`patternctl scaffold new --from`: what a manifest says becomes code."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Run

FROM = ["scaffold", "new", "--from", "architecture.yaml", "-o", "made"]
SYSTEM = """
version: 1
system: library
services:
  web: {kind: frontend, calls: [desk]}
  desk:
    kind: gateway
    exposed: true
    team: front
    calls:
      - {to: lending, via: http, timeout: 700ms, retry: {attempts: 3}}
      - {to: search, via: http, required: false}
      - {to: search, via: grpc}
      - {to: mail, via: queue}
      - {to: post, via: http}
  lending:
    uses: [{store: loans, access: read-write}]
    calls: [{to: desk, via: http}]
    publishes: [{event: book-lent, via: outbox}, {event: BookReturned}]
  search: {consumes: [book-lent, BookReturned], uses: [{store: index, access: read-write}]}
  mail: {kind: worker, consumes: [book-lent]}
  post: {kind: external}
stores:
  loans: {kind: relational, engine: PostgreSQL}
  index: {kind: search}
brokers:
  bus: {engine: rabbitmq}
events:
  book-lent: {broker: bus, key: book_id}
  BookReturned: {broker: bus, key: "model_x: int = evil()"}
patterns:
  - {pattern: outbox, at: [lending], retention: 3d}
  - {pattern: hedged-request, at: [desk], delay: none}
  - {pattern: cell-based}
"""


@pytest.fixture
def told(run: Run) -> str:
    """What is said where a project is made of the system above."""
    Path("architecture.yaml").write_text(SYSTEM)
    done = run(*FROM)
    assert done.status == 0, done.err
    return done.err


def text(path: str) -> str:
    return (Path("made") / path).read_text()


@pytest.mark.usefixtures("told")
def test_name_broker_store_patterns_and_their_settings_are_the_manifests() -> None:
    assert Path("made/src/library/outbox").is_dir()
    answers = text(".patternctl/answers.yaml")
    assert 'name: "library"' in answers
    assert 'broker: "rabbitmq"' in answers
    assert 'store: "postgres"' in answers
    assert "published 3d ago" in text("docs/outbox.md")


@pytest.mark.usefixtures("told")
def test_each_service_has_a_module_that_asks_and_tells_as_stated() -> None:
    modules = {path.stem for path in Path("made/src/library/services").glob("*.py")}
    shared = {"__init__", "http", "messages", "processes", "settings", "tables", "work"}
    assert modules - shared == {"desk", "lending", "mail", "search"}
    desk, lending, search = (
        text(f"src/library/services/{name}.py") for name in ("desk", "lending", "search")
    )
    assert desk.count("await ask(") == desk.count("await ask_if_there(") == 1
    assert "timedelta(milliseconds=700)" in desk
    breaker = text("src/library/circuit_breaker/settings.py")
    assert "slow: timedelta = timedelta(milliseconds=560)" in breaker
    assert "told_1 = BookLent(book_id=subject)" in lending
    assert "told_2 = BookReturned(id=subject)" in lending
    assert lending.count("await tell(") == 2
    assert search.count("take_in(resources, NAME,") == 2


def test_what_is_left_out_is_told(told: str) -> None:
    for line in (
        "web is left out: there is no code for services of the kind frontend",
        "post is left out: there is no code for services of the kind external",
        "the call from desk to search is left out: there is one already",
        "the call from desk to mail is left out: nobody waits for it, which events are for",
        "the call from desk to post is left out: there is no code for what it asks",
        "the call from lending to desk is left out: it would go in a circle",
        "the use of index by search is left out: there is no code for stores of the kind search",
        "calls without a timeout in the manifest: 1; each gets 300ms",
        "calls with retries in the manifest: 1; each is tried once",
        "hedged-request: the manifest does not bound delay, and the code does",
    ):
        assert line in told


@pytest.mark.usefixtures("told")
def test_containers_and_databases_are_each_services_own() -> None:
    compose = text("compose.yaml")
    for name, database in (("lending", "loans"), ("desk", "desk-db")):
        assert f"  services-{name}:\n" in compose
        assert f'CREATE DATABASE "{database}";' in compose
    assert '"lending": "http://services-lending:8080",' in compose


def test_the_project_knows_its_services_when_it_is_updated(run: Run, told: str) -> None:
    assert told
    before = {path: path.read_bytes() for path in Path("made").rglob("*") if path.is_file()}
    Path("architecture.yaml").unlink()
    assert "unchanged" in run("scaffold", "update", "made").err
    assert {path: path.read_bytes() for path in before} == before
    assert run("scaffold", "add", "escrow", "--project", "made").status == 0
    assert Path("made/src/library/escrow").is_dir()
    assert Path("made/src/library/services/desk.py").is_file()


def test_one_of_several_stores_is_to_be_chosen(run: Run) -> None:
    several = "{a: {engine: postgres}, b: {engine: sqlite}}"
    Path("architecture.yaml").write_text(
        f"version: 1\nsystem: library\nservices: {{a: {{}}}}\nstores: {several}\n"
        "brokers: {a: {engine: kafka}, b: {engine: nats}}\n"
    )
    done = run(*FROM)
    assert (done.status, "more than one broker: kafka, nats" in done.err) == (2, True)
    assert "more than one store" not in done.err
    assert run(*FROM, "--broker", "kafka").status == 0
    assert 'store: "postgres"' in text(".patternctl/answers.yaml")


@pytest.mark.parametrize(
    ("services", "told"),
    [
        ("{a.b: {}, a-b: {}}", 'the services "a.b" and "a-b" have the same name in code'),
        ("{_: {}}", 'the service "_" has no name for code'),
        ("{%s: {}}" % ("x" * 31), "has no name for code"),
        ("{a: {publishes: [%s]}}" % ("x" * 31), f'the event "{"x" * 31}" has no name for code'),
    ],
)
def test_names_that_are_none_in_code_are_refused(run: Run, services: str, told: str) -> None:
    Path("architecture.yaml").write_text(f"version: 1\nsystem: library\nservices: {services}\n")
    done = run(*FROM)
    assert (done.status, told in done.err) == (2, True), done.err
    assert not Path("made").exists()


def manifest(services: str, stores: str = "{}", system: str = "library") -> None:
    Path("architecture.yaml").write_text(
        f"version: 1\nsystem: {system}\nservices: {services}\nstores: {stores}\n"
    )


@pytest.mark.parametrize(
    ("services", "stores", "told"),
    [
        ("{http: {}, http-service: {}}", "{}", 'services "http" and "http-service" have the same'),
        ("{a: {publishes: [answer, answer-message]}}", "{}", "the events"),
        (
            "{a: {uses: [{store: x.y, access: write}]}, b: {uses: [{store: x_y, access: write}]}}",
            "{x.y: {kind: relational}, x_y: {kind: relational}}",
            'the stores "x.y" and "x_y" have the same name in code',
        ),
        (
            "{a: {uses: [{store: %s, access: write}]}}" % ("x" * 64),
            "{%s: {kind: relational}}" % ("x" * 64),
            "databases have names of up to 63",
        ),
        ("{library: {}}", "{}", "the manifest and the project both have a service called library"),
        (
            "{a: {uses: [{store: library-db, access: write}]}}",
            "{library-db: {kind: relational}}",
            "both have a store called library-db",
        ),
        ("{a: {kind: external}}", "{}", "the manifest has nothing that there is code for"),
    ],
)
def test_names_that_mean_two_things_in_code_are_refused(
    run: Run, services: str, stores: str, told: str
) -> None:
    manifest(services, stores)
    done = run(*FROM)
    assert (done.status, told in done.err) == (2, True), done.err
    assert not Path("made").exists()


def test_what_a_server_has_already_and_names_without_letters_are_called_otherwise(
    run: Run,
) -> None:
    manifest(
        "{a: {team: _, uses: [{store: postgres, access: write}]},"
        " b: {uses: [{store: __, access: write}]}}",
        "{postgres: {kind: relational}, __: {kind: relational}}",
    )
    done = run(*FROM)
    assert done.status == 0, done.err
    compose = text("compose.yaml")
    assert 'CREATE DATABASE "services-postgres";' in compose
    assert 'CREATE DATABASE "b-db";' in compose
    assert 'CREATE DATABASE "postgres";' not in compose


def test_engines_that_there_is_no_code_for_are_told(run: Run) -> None:
    manifest(
        "{a: {}}", "{db: {kind: relational, engine: mysql}, hot: {kind: cache, engine: redis}}"
    )
    line = "there is no code for the store mysql: --store chooses what takes its place"
    assert line in run(*FROM, "--dry-run").err
    assert line not in run(*FROM, "--dry-run", "--store", "postgres").err


def test_a_manifest_that_says_more_by_now_is_taken_by_an_update(run: Run, told: str) -> None:
    assert "put them into" not in told
    Path("architecture.yaml").write_text(
        SYSTEM.replace("  post: {kind: external}", "  post: {calls: [{to: mail, via: http}]}")
        + "requirements: {availability: 99.9%}\n"
    )
    Path("made/README.md").write_text(text("README.md") + "mine\n")
    done = run("scaffold", "update", "made", "--from", "architecture.yaml")
    assert done.status == 0, done.err
    assert "put them into the project's manifest" in done.err
    assert "await ask(" in text("src/library/services/post.py")
    assert text("README.md").endswith("mine\n")
    assert run("scaffold", "update", "made").status == 0
    assert Path("made/src/library/services/post.py").is_file()
