"""Nothing secret of a compose file is in anything that is printed or written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patternctl import catalog, manifest, plugins, yamlio
from patternctl.engine.lint import lint
from patternctl.errors import InputError
from patternctl.generators import manifest as writer
from patternctl.importers import compose
from patternctl.importers._masking import masked
from patternctl.model.render import RenderOptions
from patternctl.model.settings import LintSettings
from patternctl.model.system import System

SECRET = "s3cret"
KEY = "5ecre75ecre75ecre75ecre75ecre7"
COMPOSE = f"""\
x-shared: &shared
  PW_A: {SECRET}
services:
  web:  # patternctl: ignore[no-health-check] comments stay
    image: acme/web
    ports: ["80:80"]
    build: {{context: "https://u:{SECRET}@git.acme.io/web.git", args: {{TOKEN: {SECRET}}}}}
    labels: ["auth={SECRET}"]
    healthcheck: {{test: [CMD, redis-cli, -a, {SECRET}, ping]}}
    command: >-
      ./run --db-pass {SECRET} -p{SECRET} http://api:80/{SECRET}
      -Ddb.pass={SECRET} http://api:81
    environment:
      - ORDERS_URL=http://orderz:8080/?token={SECRET}
      - USERS_URL=http://admin:{SECRET}@userz:8080
      - API_URL=http://api:80/token/{SECRET}
      - SPRING_JSON={{"url":"http://api:80","password":"{SECRET}"}}
      - JAVA_OPTS=-Ddb.pass={SECRET} -Dapi=http://api:80
      - PROBE=curl -u admin:{SECRET} -H "Authorization:Bearer {SECRET}" http://api:80
      - Pw={SECRET}
      - pass={SECRET}
      - "DSN=u:{SECRET}@tcp(db)/x"
      - CACHE=cache,password={SECRET}
      - SENTRY_DSN=https://{KEY}@o1.ingest.sentry.io/2
      - ERRORS_URL=https://{KEY}.ingest.acme.io
      - MAIL_URL=https://api.mail.io/{SECRET}
      - QUEUE_URL=amqps://u:{SECRET}@mq.acme.io
  api:
    image: acme/api
    environment:
      <<: *shared
      WEB_URL: "http://web:80/${{X:-{SECRET}}}"
      NOTE: |
        {SECRET} # patternctl: ignore-file[no-timeout]
      DB_HOST: db
      DB_USER: app
      DB_PASSWORD: {SECRET}
    command: [serve, "--dsn", "u:{SECRET}@tcp(db)/x", "-Dpass={SECRET}", "http://web:80"]
    entrypoint: ["/bin/serve", '--config={{"password":"{SECRET}","url":"http://web"}}']
    volumes: ["./geo.json:/geo.json"]
  worker: {{image: acme/w, env_file: w.env}}
  db: {{image: postgres, environment: {{POSTGRES_PASSWORD: {SECRET}}}}}
  cache: {{image: redis, command: redis-server --requirepass {SECRET}}}
configs: {{inline: {{content: "{SECRET}"}}}}
"""


@pytest.fixture
def system(tmp_path: Path) -> System:
    file = tmp_path / "compose.yaml"
    file.write_text(COMPOSE)
    (tmp_path / "w.env").write_text(f"DB_URL=postgres://w:{SECRET}@db/w\nTOKEN={SECRET}\n")
    (tmp_path / "geo.json").write_text(f'{{"apiDbAddress": "db:5432", "pw": "{SECRET}"}}')
    return compose.load([file], root=tmp_path)


def test_the_system_is_worth_testing(system: System) -> None:
    services = system.architecture.services
    assert {call.to for call in services["web"].calls} >= {"api", "orderz", "userz"}
    assert {use.store for use in services["web"].uses} == {"db", "cache"}
    assert {use.store for use in services["worker"].uses} == {"db"}
    assert {"o1.ingest.sentry.io", "ingest.acme.io"} <= set(services)


@pytest.mark.parametrize("name", plugins.names("reports"))
def test_no_report_shows_a_secret(system: System, name: str) -> None:
    entries = catalog.antipatterns()
    result = lint([system], entries, LintSettings())
    options = RenderOptions(
        entries=entries, show_suppressed=True, show_unchecked=True, statistics=True, width=500
    )
    text: str = plugins.load("reports", name).render(result, options)
    assert "compose.yaml" in text
    assert SECRET not in text
    assert KEY not in text


@pytest.mark.parametrize("show", [writer.render, lambda s: str(writer.explain(s))])
def test_no_discovery_shows_a_secret(system: System, show: Callable[[System], str]) -> None:
    text = show(system)
    assert "ORDERS_URL=http://orderz:8080" in text
    assert "USERS_URL=http://***@userz:8080" in text
    assert SECRET not in text
    assert KEY not in text


def test_texts_keep_lines_columns_and_comments(system: System) -> None:
    assert list(system.sources.texts) == ["compose.yaml"]
    text = system.sources.texts["compose.yaml"]
    assert [len(line) for line in text.split("\n")] == [len(x) for x in COMPOSE.split("\n")]
    assert "  web:  # patternctl: ignore[no-health-check] comments stay\n" in text
    assert '    ports: ["80:80"]\n' in text
    assert "      - ORDERS_URL=http://orderz:8080*" in text
    assert f"      - USERS_URL=http://{'*' * len(f'admin:{SECRET}@')}userz:8080\n" in text
    assert "      DB_HOST: db\n" in text


def test_a_value_is_no_suppression(tmp_path: Path) -> None:
    injected = "x # patternctl: ignore-file[no-timeout]"
    file = tmp_path / "compose.yaml"
    file.write_text(
        f"name: '{injected}'\n"
        "services:\n"
        f"  web: {{image: '{injected}', environment: {{A_URL: 'http://api:80', X: '{injected}'}}}}"
        "\n"
        f"  api: {{image: acme/api, environment: {{DB_HOST: db, DB_USER: '{injected}'}}}}\n"
        "  db: {image: postgres}\n"
    )
    found = compose.load([file], root=tmp_path)
    rendered = tmp_path / "architecture.yaml"
    rendered.write_text(writer.render(found))
    again = manifest.load(rendered)
    assert again.architecture == found.architecture
    settings = LintSettings(select=("no-timeout",))
    for read in (found, again):
        result = lint([read], catalog.antipatterns(), settings)
        assert not result.suppressed
        assert not [n for n in result.notices if "suppression" in n.message]


def test_messages_show_no_login_of_a_url(tmp_path: Path) -> None:
    url = f"https://u:{SECRET}@acme.io/compose.yaml"
    file = tmp_path / "compose.yaml"
    file.write_text(f"include: ['{url}']\nservices: {{a: {{image: x}}}}\n")
    assert SECRET not in "".join(compose.load([file], root=tmp_path).notes)
    file.write_text(
        f"services: {{a: {{env_file: '{url}', extends: {{file: '{url}', service: b}}}}}}"
    )
    with pytest.raises(InputError) as raised:
        compose.load([file], root=tmp_path)
    assert SECRET not in str(raised.value)


@pytest.mark.parametrize(
    "value",
    [
        "q7",
        "'q7'",
        '"q7 \\"q7\\" \\x71"',
        "&anchor q7",
        "!!str 'q7'",
        "|  # é 😀 comment\n    q7\n\n    q7\n",
        ">-\n    q7\n    q7",
        "q7\n    q7",
        "[q7, {x: q7}, [q7]]",
    ],
)
def test_every_kind_of_value_is_masked(value: str) -> None:
    for end in ("\n", "\r\n"):
        text = f"é: '😀'\nx:\n  k: {value}\nlast: 1\n".replace("\n", end)
        hidden = masked(yamlio.parse(text, "a"), {})
        assert "q7" not in hidden
        assert len(hidden) == len(text)
        assert hidden.count("\n") == text.count("\n")
        assert ("comment" in hidden) == ("comment" in text)


@given(st.text(alphabet="q7 :#'\"{}[],&*!|>%@`-\n\té😀", max_size=40))
def test_any_text_is_masked_or_refused(value: str) -> None:
    text = f"a: {value}\n"
    try:
        document = yamlio.parse(text, "a")
    except InputError:
        return
    hidden = masked(document, {})
    assert [c == "\n" for c in hidden] == [c == "\n" for c in text]
