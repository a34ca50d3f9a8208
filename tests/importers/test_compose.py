from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from patternctl import manifest
from patternctl.errors import InputError, PatternctlError
from patternctl.generators import manifest as writer
from patternctl.importers import compose
from patternctl.model.architecture import Architecture
from patternctl.model.provenance import ProvenanceSources
from patternctl.model.system import System

Discover = Callable[..., System]


@pytest.fixture
def load(tmp_path: Path) -> Discover:
    """Write files (the first two arguments are the compose file and its override) and read them."""

    def run(
        text: str,
        over: str | None = None,
        /,
        files: dict[str, str] | None = None,
        **options: object,
    ) -> System:
        paths = [tmp_path / "compose.yaml"]
        paths[0].write_text(text)
        if over is not None:
            paths.append(tmp_path / "compose.override.yaml")
            paths[1].write_text(over)
        for name, content in (files or {}).items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(content)
        return compose.load(paths, **{"root": tmp_path, **options})  # type: ignore[arg-type]

    return run


@pytest.fixture
def discover(load: Discover) -> Discover:
    """As `load`, and check what holds for every system that is read."""

    def run(*args: object, **kwargs: object) -> System:
        system = load(*args, **kwargs)
        _assert_sound(system)
        return system

    return run


def _assert_sound(system: System) -> None:
    text = writer.render(system)
    assert manifest.from_text(text, "a.yaml").architecture == system.architecture
    _assert_evidence(system)


def _assert_evidence(system: System) -> None:
    """Every element and every stated attribute has evidence with a file and a line."""
    assert isinstance(system.sources, ProvenanceSources)
    architecture, facts = system.architecture, system.sources.facts
    paths: list[tuple[str | int, ...]] = []
    for block in ("services", "stores", "brokers"):
        for name, element in (getattr(architecture, block) or {}).items():
            paths.append((block, name))
            for field, value in element:
                if isinstance(value, tuple):
                    for index, item in enumerate(value):
                        if item.__class__.__name__ == "Call":
                            paths.append((block, name, field, index, "via"))
                        paths.append((block, name, field, index))
                elif value is not None:
                    paths.append((block, name, field))
    for path in paths:
        assert path in facts, path
        assert all(e.location.file and e.location.line for e in facts[path]), path


def problems(discover: Discover, *args: object, **kwargs: object) -> str:
    with pytest.raises(InputError) as raised:
        discover(*args, **kwargs)
    return str(raised.value)


def calls(system: System) -> set[tuple[str, str, str]]:
    services = system.architecture.services
    return {(n, c.to, str(c.via)) for n, s in services.items() for c in s.calls}


def uses(system: System) -> set[tuple[str, str]]:
    return {(n, u.store) for n, s in system.architecture.services.items() for u in s.uses}


def use(system: System, service: str, index: int = 0) -> tuple[str, str | None, str | None]:
    found = system.architecture.services[service].uses[index]
    return found.store, found.database, found.user


def stores(architecture: Architecture) -> dict[str, str | None]:
    return {name: store.engine for name, store in (architecture.stores or {}).items()}


def kinds(system: System) -> dict[str, str | None]:
    return {name: service.kind for name, service in system.architecture.services.items()}


# What is what


@pytest.mark.parametrize(
    ("service", "engine"),
    [
        ("{image: 'postgres:16'}", "postgres"),
        ("{image: 'mongo:7@sha256:0000'}", "mongodb"),
        ("{image: 'registry.example.com:5000/dockerhub/library/redis'}", "redis"),
        ("{image: 'mcr.microsoft.com/mssql/server:2022-latest'}", "mssql"),
        ("{image: 'bitnami/postgresql:16'}", "postgres"),
        ("{image: '${REPO}/rs-mongodb:${TAG}'}", "mongodb"),
        ("{image: acme/rs-mysql-db}", "mysql"),
        ("{image: 'acme/mysql-server-8'}", "mysql"),
        ("{build: ./mysql}", "mysql"),
        ("{build: {context: ., dockerfile: docker/postgres/Dockerfile}}", "postgres"),
        ("{image: acme/shop-db, environment: {MYSQL_ALLOW_EMPTY_PASSWORD: 'true'}}", "mysql"),
        ("{image: acme/catalogue-db, environment: [MYSQL_DATABASE=socks]}", "mysql"),
        ("{environment: {POSTGRES_DB: x}, ports: ['5433:5432']}", "postgres"),
        ("{ports: ['6379:6379']}", "redis"),
        ("{image: acme/thing, expose: [27017]}", "mongodb"),
        ("{image: 'semitechnologies/weaviate:1'}", "weaviate"),
        ("{image: 'mcr.microsoft.com/cosmosdb/linux/azure-cosmos-emulator'}", "cosmosdb"),
        ("{image: acme/shop-db}", None),
        ("{build: ./database}", None),
    ],
)
def test_stores(discover: Discover, service: str, engine: str | None) -> None:
    assert stores(discover(f"services:\n  it: {service}\n").architecture) == {"it": engine}


@pytest.mark.parametrize("name", ["orders-db", "orders_mongo", "redis", "orders-mysql", "ordersdb"])
def test_a_name_makes_a_store_of_what_nothing_else_is_known_of(
    discover: Discover, name: str
) -> None:
    assert name in (discover(f"services: {{{name}: {{build: .}}}}").architecture.stores or {})


@pytest.mark.parametrize(
    ("name", "service", "kind"),
    [
        ("exporter", "{image: oliver006/redis_exporter}", "infrastructure"),
        ("metrics", "{image: acme/mongodb-exporter}", "infrastructure"),
        ("ui", "{image: mongo-express}", "infrastructure"),
        ("kafka-gui", "{image: acme/kowl}", "infrastructure"),
        ("redis-commander", "{image: acme/custom}", "infrastructure"),
        ("adminer", "{image: 'adminer:4'}", "infrastructure"),
        ("backup", "{image: 'postgres:16', command: pg_dump}", "job"),
        ("dynamodb-init", "{build: ./dynamodb-init, restart: on-failure}", "job"),
        ("migrate", "{image: acme/orders}", "job"),
        ("db-migrations", "{image: flyway/flyway}", "job"),
        ("setup-wizard", "{image: acme/wizard}", "service"),
        ("topics", "{image: acme/topics, ports: ['80:80']}", "service"),
        ("backup-service", "{image: acme/b, ports: ['80:80']}", "service"),
        ("migration-planner", "{image: acme/planner}", "service"),
        ("payment-setup", "{image: acme/pay, ports: ['80:80']}", "service"),
        ("nightly-backup", "{image: acme/b, restart: always}", "infrastructure"),
        ("oracle", "{build: ./price-oracle}", "service"),
        ("imdb", "{image: acme/imdb}", "service"),
        ("pulsar-client", "{build: ./pulsar-client}", "service"),
        ("apm-orders", "{build: ./apm}", "infrastructure"),
        ("apm-orders", "{build: ./orders}", "service"),
        ("turbine-control", "{image: acme/turbine-control}", "service"),
        ("prometheus-webhook", "{build: ./hook}", "service"),
        ("logs", "{build: .}", "service"),
        ("zipkin-server", "{build: ./tracing-app}", "infrastructure"),
        ("flow", "{image: 'temporalio/ui:2'}", "infrastructure"),
        ("sidecar", "{image: istio/proxyv2}", "infrastructure"),
        ("mongo-seed", "{image: 'mongo:7'}", "job"),
        ("init-kafka", "{image: confluentinc/cp-kafka}", "job"),
        ("setup-service", "{image: acme/setup, restart: always}", "service"),
        ("a", "{image: 'nginx:1.27'}", "gateway"),
        ("api-gateway", "{image: acme/api}", "gateway"),
        ("yarpapigateway", "{image: acme/yarp}", "gateway"),
        ("edge-router", "{image: acme/edge}", "gateway"),
        ("payment-gateway", "{image: acme/payment-gateway}", "service"),
        ("web-ui", "{image: 'nginx:1.27'}", "frontend"),
        ("front-end", "{image: acme/shop}", "frontend"),
        ("shop-dashboard", "{image: acme/x-with-jaeger}", "frontend"),
        ("orders-service", "{image: acme/orders-service-with-jaeger}", "service"),
        ("tracing-server", "{image: openzipkin/zipkin}", "infrastructure"),
        ("jaeger-agent", "{image: jaegertracing/all-in-one}", "infrastructure"),
        ("grafana-server", "{build: ./docker/grafana}", "infrastructure"),
        ("config", "{image: acme/shop-config}", "infrastructure"),
        ("ts-config-service", "{image: acme/ts-config-service}", "service"),
        ("discovery-server", "{image: acme/discovery}", "infrastructure"),
        ("registry", "{image: acme/shop-registry}", "infrastructure"),
        ("consul", "{image: hashicorp/consul}", "infrastructure"),
        ("cdc-service", "{image: acme/cdc-service}", "infrastructure"),
        ("user-sim", "{image: acme/load-test}", "infrastructure"),
        ("billing-worker", "{image: acme/billing}", "worker"),
        ("orders", "{image: acme/orders}", "service"),
        ("orders", "{environment: {A: b}}", None),
        ("app", "{image: acme/app, environment: {POSTGRES_DB: x, POSTGRES_HOST: db}}", "service"),
        (
            "app",
            "{image: acme/app, environment: {MYSQL_ROOT_PASSWORD: x, MYSQL_HOST: db}}",
            "service",
        ),
        ("app", "{image: acme/app, ports: ['9092:9092']}", "service"),
    ],
)
def test_kinds_of_services(discover: Discover, name: str, service: str, kind: str | None) -> None:
    system = discover(f"services:\n  {name}: {service}\n  db: {{image: 'mysql:8'}}\n")
    assert kinds(system).get(name, "no service") == kind


def test_brokers(discover: Discover) -> None:
    system = discover(
        """
        services:
          kafka: {image: 'acme/eventuate-kafka:${V}'}
          mq: {image: 'rabbitmq:3-management'}
          mb: {image: acme/bus, environment: {RABBITMQ_DEFAULT_USER: guest}}
          orders: {image: acme/orders, environment: {KAFKA_BOOTSTRAP_SERVERS: 'kafka:29092'}}
        """
    )
    brokers = system.architecture.brokers or {}
    engines = {name: broker.engine for name, broker in brokers.items()}
    assert engines == {"kafka": "kafka", "mq": "rabbitmq", "mb": "rabbitmq"}
    assert not calls(system)
    assert not system.architecture.services["orders"].publishes
    assert any("orders is given the address of the broker kafka" in n for n in system.notes)


def test_a_service_that_embeds_a_broker_is_called_asynchronously(discover: Discover) -> None:
    system = discover(
        """
        services:
          policies: {build: ./policies, ports: ['8090:8090', '61616:61616']}
          risks: {build: ./risks, environment: {ACTIVEMQ_HOST: policies}}
          sales: {build: ./sales, environment: {EVENTS_URL: 'tcp://policies:61616'}}
          web: {build: ./web, environment: {POLICIES_URL: 'http://policies:8090'}}
        """
    )
    assert calls(system) == {
        ("risks", "policies", "async"),
        ("sales", "policies", "async"),
        ("web", "policies", "http"),
    }


def test_others_tell_the_engine_of_a_custom_image(discover: Discover) -> None:
    system = discover(
        """
        services:
          user: {image: acme/user, environment: {MONGO_HOST: 'user-data:27017'}}
          user-data: {image: acme/user-data}
          discount: {image: acme/discount, ports: ['8091:8091']}
          basket: {image: acme/basket, environment: {DISCOUNT: 'discount:8091'}}
        """
    )
    assert stores(system.architecture) == {"user-data": "mongodb"}
    assert uses(system) == {("user", "user-data")}


# Who calls whom


@pytest.mark.parametrize(
    ("variable", "via"),
    [
        ("ORDERS_URL: 'http://orders:8080'", "http"),
        ("ORDERS_URL: 'https://orders'", "https"),
        ("ORDERSERVICEURL: 'http://orders'", "http"),
        ("ORDERS_ADDR: 'orders:50051'", "sync"),
        ("ORDERS: 'orders:50051'", "sync"),
        ("ORDERS_HOST: orders", "sync"),
        ("ConnectionStrings__Orders: orders", "sync"),
        ("Api__OrdersAddress: orders", "sync"),
        ("ORDERS_GRPC: 'grpc://orders:50051'", "grpc"),
        ("ORDERS_URL: 'http://orders-1:8080'", "http"),
        ("ORDERS_URL: 'http://orders.internal:8080'", "http"),
        ("ORDERS_URL: 'http://purchase:8080'", "http"),
        ("ORDERS_URL: 'lb://ORDERS'", "sync"),
        ("ORDERS_URL: '${ORDERS_URL:-http://orders:8080}'", "http"),
        ("JAVA_OPTS: '-Xmx64m -Dorders.url=http://orders:8080/v1'", "http"),
        ("NEXT_PUBLIC_API_URL: 'http://orders:8080'", "http"),
        ("IMAGE_SERVICE_URL: 'http://orders:8080'", "http"),
        ("ORDERS_SERVICE: orders", "sync"),
        ("ORDERS_SERVER: orders", "sync"),
        ("PEER: 'orders:8081'", "sync"),
        ("THING: 'orders:8082'", "sync"),
        ("ORDERS_URL: '//orders:80/v1'", "sync"),
        ("ORDERS_URL: 'http://orders.default.svc.cluster.local'", "http"),
        ("ORDERS_URL: 'http://orders.default.svc:80'", "http"),
    ],
)
def test_addresses_are_calls(discover: Discover, variable: str, via: str) -> None:
    system = discover(
        f"""
        services:
          web:
            image: acme/web
            environment: {{{variable}}}
          orders:
            image: acme/orders
            ports: ['80:8081']
            expose: [8082]
            container_name: orders-1
            hostname: purchase
            networks: {{default: {{aliases: [orders.internal]}}}}
        """
    )
    assert calls(system) == {("web", "orders", via)}


@pytest.mark.parametrize(
    "lines",
    [
        "depends_on: [orders]",
        "environment: {OrdersUrlHC: 'http://orders/hc', B_URI: 'http://orders:80/actuator/health'}",
        "depends_on: {orders: {condition: service_healthy}}",
        "environment: {HOST_NAME: web, SELF_URL: 'http://web:80'}",
        "environment: {DB_CONNECTION: orders, CACHE_DRIVER: orders}",
        "environment: {SPRING_PROFILES_ACTIVE: orders}",
        "environment: {SPRING_APPLICATION_NAME: orders}",
        "environment: {ALLOWED_HOSTS: 'orders,web', CORS_ORIGINS: 'http://orders:80'}",
        "environment: {NO_PROXY: 'orders:80'}",
        "environment: {RATE: 'orders:100', LOG: 'orders:10', CACHE_PREFIX: 'orders:1'}",
        "environment: {RUN_AS: 'orders:1000', ORDERS_LIMIT: 'orders:7', USER: 'orders:1'}",
        "environment: {BUILD_TARGET: orders, STORAGE_BACKEND: orders, SERVICE: orders}",
        "environment: {NODE: orders, ORDERS_TARGET: orders, ORDERS_MODE: orders}",
        "environment: {JWT_ISSUER: orders, OIDC_AUDIENCE: orders, ORIGIN: 'http://orders'}",
        "environment: {ORDERS_URL: orders/v1, OPTIONS: 'orders,debug=true'}",
        "environment: {A_URL: 'http://your-host:80', B_URL: 'http://changeme:80'}",
        "environment: {A_URL: 'http://<host>:80', B_URL: 'https://your.domain.io'}",
        "command: run --service orders",
        "command: npm run dev --target orders",
        "command: [serve, 'orders:100']",
        "environment: {ORDERS_IMAGE: 'orders:7'}",
        "environment: {ORDERS_URL: 'http://localhost:8080', B_URL: 'http://127.0.0.1:80'}",
        "environment: {ORDERS_URL: 'http://host.docker.internal:8080'}",
        "environment: {ORDERS_URL: 'http://${ORDERS_HOST}:8080', A_URL: 'http://x${B}:80'}",
        "environment: {ASPNETCORE_URLS: 'http://+:80;http://*:81'}",
        "environment: [ORDERS_URL]",
        "environment: {CONNECTION: 'Data Source=file'}",
        "environment: {SCHEMA_URL: 'https://json-schema.org/draft', SITE_URL: 'https://acme.io'}",
        "environment: {APP_BASE_URL: 'https://shop.acme.io'}",
        "healthcheck: {test: [CMD, curl, 'http://orders:8080']}",
        "command: ./wait-for-it.sh orders:8080 -- node server.js",
        "command: [sh, -c, 'until nc -z orders 80; do sleep 1; done; ./run']",
        "entrypoint: dockerize -wait tcp://orders:80 ./run",
        "command: orders",
        "network_mode: 'service:orders'",
        "labels: {url: 'http://orders:80'}",
        "extra_hosts: ['elsewhere:host-gateway']\n    environment: {A_URL: 'http://elsewhere:80'}",
    ],
)
def test_these_are_no_calls(discover: Discover, lines: str) -> None:
    system = discover(
        f"services:\n  web:\n    image: acme/web\n    {lines}\n  orders: {{image: acme/orders}}\n"
    )
    assert not calls(system)
    assert set(system.architecture.services) == {"web", "orders"}


@pytest.mark.parametrize(
    "lines",
    [
        "command: -d 60 -h orders",
        "command: [--reporter.grpc.host-port=orders:14250]",
        "entrypoint: ./run --orders-url http://orders:80",
        "links: [orders]",
        "links: ['orders:api']\n    environment: {API_URL: 'http://api:80'}",
    ],
)
def test_arguments_and_links_are_calls(discover: Discover, lines: str) -> None:
    system = discover(
        f"services:\n  web:\n    image: acme/web\n    {lines}\n  orders: {{image: acme/orders}}\n"
    )
    assert {(a, b) for a, b, _ in calls(system)} == {("web", "orders")}


@pytest.mark.parametrize(
    ("variable", "targets"),
    [
        ("A: 'http://a:80,http://b:80'", "ab"),
        ("A: 'redis://a:6379,redis://b:6379'", "ab"),
        ("A: 'PLAINTEXT://a,PLAINTEXT://b'", "ab"),
        ("A: 'a:6379,b:6379,abortConnect=false'", "ab"),
        ("A: 'a,password=s3cret'", "a"),
        ("A: 'u:p@(a:3306)/x'", "a"),
    ],
)
def test_lists_of_addresses(discover: Discover, variable: str, targets: str) -> None:
    system = discover(
        f"services:\n  web:\n    image: acme/web\n    environment: {{{variable}}}\n"
        "  a: {image: acme/a}\n  b: {image: acme/b}\n"
    )
    found = {target for _, target, _ in calls(system)} | {store for _, store in uses(system)}
    assert found == set(targets)


def test_hosts_elsewhere_of_which_nothing_is_known_are_a_note(discover: Discover) -> None:
    system = discover(
        """
        services:
          pay:
            image: acme/pay
            environment:
              DB_HOST: reports.rds.amazonaws.com
              MQ_URL: amqps://u:s3cret@b-1.mq.amazonaws.com
              SIGNING_KEY: some.domain.io
        """
    )
    assert not calls(system)
    assert not uses(system)
    note = next(note for note in system.notes if "outside these files" in note)
    assert note.startswith("reports.rds.amazonaws.com, b-1.mq.amazonaws.com are outside")


@pytest.mark.parametrize(
    ("command", "seen"),
    [
        ("run --orders-url http://orders:80/s3cret", "command: --orders-url http://orders:80"),
        ("run -h orders", "command: -h orders"),
        ("run -ps3cret http://orders", "command: http://orders"),
        ("java -Dpw=s3cret http://u:s3cret@orders", "command: http://***@orders"),
    ],
)
def test_what_is_shown_of_commands(discover: Discover, command: str, seen: str) -> None:
    system = discover(
        f"services:\n  a: {{image: acme/a, command: '{command}'}}\n  orders: {{image: acme/o}}\n"
    )
    assert [row.seen for row in writer.explain(system) if row.fact == "call"] == [seen]


def test_depends_on_is_no_store_access(discover: Discover) -> None:
    text = (
        "services: {media: {image: acme/media, depends_on: [media-db]}, media-db: {image: mongo}}"
    )
    assert not uses(discover(text))


def test_a_name_of_several_services_is_none_of_them(discover: Discover) -> None:
    system = discover(
        """
        services:
          web: {image: acme/web, environment: {CACHE_URL: 'redis://cache:6379'}}
          a: {image: redis, hostname: cache}
          b: {image: redis, hostname: cache}
        """
    )
    assert not uses(system)


def test_a_dangling_name_is_kept(discover: Discover) -> None:
    system = discover(
        "services: {web: {image: acme/web, environment: {ORDERS_URL: 'http://orders:8080'}}}"
    )
    assert calls(system) == {("web", "orders", "http")}
    assert "orders" not in system.architecture.services


def test_a_name_on_an_external_network_is_somebody_elses(discover: Discover) -> None:
    system = discover(
        """
        services: {web: {image: acme/web, environment: {ORDERS_URL: 'http://orders:8080'}}}
        networks: {default: {external: true, name: shop}}
        """
    )
    assert kinds(system)["orders"] == "external"


def test_services_elsewhere(discover: Discover) -> None:
    system = discover(
        """
        services:
          pay:
            image: acme/pay
            environment:
              STRIPE_BASE_URL: https://api.stripe.com/v1/k3y
              REPORTS_DB: postgres://app:s3cret@reports.rds.amazonaws.com:5432/reports
        """
    )
    assert kinds(system)["api.stripe.com"] == "external"
    assert calls(system) == {("pay", "api.stripe.com", "https")}
    assert "s3cret" not in writer.render(system)
    assert "k3y" not in writer.render(system)


def test_front_ends_named_by_services_behind_them_are_links(discover: Discover) -> None:
    system = discover(
        """
        services:
          front-end: {image: acme/fe, environment: {API_URL: 'http://api:80'}}
          api: {image: acme/api, environment: {FRONTEND_URL: 'http://front-end:80'}}
        """
    )
    assert calls(system) == {("front-end", "api", "http")}
    assert any("front ends" in note for note in system.notes)


def test_a_variable_file_for_all_does_not_say_who_uses_what(discover: Discover) -> None:
    text = """
        services:
          orders: {image: acme/orders, env_file: common.env}
          users: {image: acme/users, env_file: [common.env]}
          carts: {image: acme/carts, env_file: [{path: common.env}]}
          db: {image: postgres}
          zipkin: {image: openzipkin/zipkin}
        """
    common = {
        "common.env": "USERS_URL=http://users:80\nORDERS_URL=http://orders:80\n"
        "CARTS_DB=postgres://a:s3cret@db/x\nZIPKIN_URL=http://zipkin:9411\n"
    }
    system = discover(text, files=common)
    assert {c for c in calls(system) if c[1] != "zipkin"} == set()
    assert {c[0] for c in calls(system) if c[1] == "zipkin"} == {"orders", "users", "carts"}
    assert uses(system) == {("carts", "db")}
    assert "s3cret" not in str(system.sources.texts)
    guessed = discover(text, files=common, guess=True)
    assert ("orders", "users", "http") in calls(guessed)


def test_an_anchor_for_all_does_not_say_who_uses_what(discover: Discover) -> None:
    system = discover(
        """
        x-peers: &peers {USERS_URL: 'http://users:80', ORDERS_URL: 'http://orders:80'}
        services:
          orders: {image: acme/orders, environment: {<<: *peers}}
          users: {image: acme/users, environment: {<<: *peers}}
          web: {image: acme/web, environment: {<<: *peers, USERS_URL: 'http://users:80'}}
        """
    )
    assert calls(system) == {("web", "users", "http")}


def test_an_anchor_for_one_peer_is_evidence(discover: Discover) -> None:
    system = discover(
        """
        x-db: &db
          DB_URL: postgres://db/shop
        x-cache: &cache
          CACHE_URL: redis://cache
        services:
          orders: {image: acme/orders, environment: {<<: [*db, *cache]}}
          users: {image: acme/users, environment: {<<: [*db, *cache]}}
          db: {image: postgres}
          cache: {image: redis}
        """
    )
    assert uses(system) == {(s, t) for s in ("orders", "users") for t in ("db", "cache")}


def test_a_variable_file_for_one_program_is_evidence(discover: Discover) -> None:
    system = discover(
        """
        services:
          web: {image: acme/app, env_file: app.env}
          worker: {image: acme/app, env_file: app.env, command: work}
          db: {image: postgres}
          cache: {image: redis}
        """,
        files={"app.env": "DATABASE_URL=postgres://db/x\nREDIS_URL=redis://cache\n"},
    )
    assert uses(system) == {(s, t) for s in ("web", "worker") for t in ("db", "cache")}


def test_settings_of_mounted_files_count_for_the_service_they_name(discover: Discover) -> None:
    settings = """{"GeoPort": "1", "GeoMongoAddress": "geo-db:27017",
        "rate": {"db": "rate-db:27017"},
        "geo-db": {"addr": "geo-db:27017"}, "consulAddress": "consul:8500"}"""
    system = discover(
        """
        services:
          geo: {image: acme/all, configs: [{source: all, target: /config.json}]}
          rate: {image: acme/all, volumes: ['./config.json:/config.json:ro']}
          search: {image: acme/all, configs: [all]}
          geo-db: {image: mongo}
          rate-db: {image: mongo}
        configs: {all: {file: ./config.json}}
        """,
        files={"config.json": settings},
    )
    assert uses(system) == {("geo", "geo-db"), ("rate", "rate-db")}
    facts = system.sources.facts  # type: ignore[attr-defined]
    evidence = facts["services", "geo", "uses", 0][0]
    assert (evidence.location.file, evidence.confidence) == ("config.json", "medium")


def test_mounted_files_outside_are_not_read(discover: Discover, tmp_path: Path) -> None:
    (tmp_path.parent / "outside.json").write_text('{"GeoAddress": "db:27017"}')
    (tmp_path / "link.json").symlink_to(tmp_path.parent / "outside.json")
    system = discover(
        """
        services:
          geo: {image: acme/geo, volumes: ['../outside.json:/c.json', './link.json:/d.json']}
          db: {image: mongo}
        """
    )
    assert not uses(system)


# Which store, which database


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ("{SPRING_DATASOURCE_URL: 'jdbc:mysql://db/a', SPRING_DATASOURCE_USERNAME: u}", ("a", "u")),
        ("{READER1_DATASOURCEURL: 'jdbc:mysql://db/a', READER1_DATASOURCEUSERNAME: u}", ("a", "u")),
        ("{DB_HOST: db, DB_PORT: 3306, DB_NAME: a, DB_USER: u, DB_PASSWORD: p}", ("a", "u")),
        ("{DB_HOST: 'db:3306', DB_DATABASE: a, DB_USERNAME: u}", ("a", "u")),
        ("{MYSQL_HOST: db, MYSQL_DATABASE: a}", ("a", None)),
        ("{DATABASE_URL: 'mysql://u:p@db:3306/a'}", ("a", "u")),
        ("{C__Database: 'Server=db;Database=a;User Id=u;Password=p'}", ("a", "u")),
        ("{DSN: 'u:p@tcp(db:3306)/a'}", ("a", "u")),
        ("{DB_HOST: db}", (None, None)),
        ("{DB_HOST: db, DB_USER: '${U}'}", (None, None)),
    ],
)
def test_database_and_user(
    discover: Discover, environment: str, expected: tuple[str | None, str | None]
) -> None:
    system = discover(
        f"services:\n  a: {{image: acme/a, environment: {environment}}}\n  db: {{image: mysql}}\n"
    )
    assert use(system, "a") == ("db", *expected)


def test_one_server_with_private_databases(discover: Discover) -> None:
    system = discover(
        """
        services:
          orders: {image: acme/o, environment: {DATABASE_URL: 'postgres://o:x@db/orders'}}
          users: {image: acme/u, environment: {DATABASE_URL: 'postgres://u:x@db/users'}}
          cdc: {image: debezium/connect, environment: {SOURCE_URL: 'jdbc:postgresql://db/orders'}}
          pgadmin: {image: dpage/pgadmin4, environment: {PG_HOST: db}}
          migrate: {image: acme/o, environment: {DATABASE_URL: 'postgres://o:x@db/orders'}}
          db: {image: postgres}
        """
    )
    services = system.architecture.services
    assert use(system, "orders") == ("db", "orders", "o")
    assert use(system, "users") == ("db", "users", "u")
    purposes = {name: s.uses[0].purpose for name, s in services.items()}
    assert purposes == {
        "orders": None,
        "users": None,
        "cdc": "relay",
        "pgadmin": "admin",
        "migrate": "migration",
    }


def test_guessing_pairs_names_at_low_confidence(discover: Discover) -> None:
    text = """
        services:
          media-service: {image: acme/m}
          media-mongodb: {image: mongo}
          redis: {image: redis}
        """
    assert not uses(discover(text))
    system = discover(text, guess=True)
    assert uses(system) == {("media-service", "media-mongodb")}
    row = next(r for r in writer.explain(system) if r.fact == "store access")
    assert row.confidence == "low"


# What is published, kept, checked, replicated


@pytest.mark.parametrize(
    ("lines", "exposed"),
    [
        ("ports: ['80:80']", True),
        ("ports: [80]", True),
        ("ports: ['${PORT}:80']", True),
        ("ports: ['3000-3005:3000-3005/tcp']", True),
        ("ports: ['127.0.0.1:80:80']", False),
        ("ports: ['[::1]:80:80']", False),
        ("ports: ['${IP:-127.0.0.1}:80:80']", False),
        ("ports: ['127.0.0.1:80:80', '0.0.0.0:81:81']", True),
        ("ports: [{target: 80, published: '8080'}]", True),
        ("ports: [{target: 80, published: 8080, host_ip: 127.0.0.1}]", False),
        ("expose: ['80']", False),
        ("network_mode: host", True),
        ("image: x", False),
    ],
)
def test_exposed(discover: Discover, lines: str, exposed: bool) -> None:
    system = discover(f"services:\n  a:\n    build: .\n    {lines}\n")
    assert system.architecture.services["a"].exposed is exposed


@pytest.mark.parametrize(
    ("lines", "durable"),
    [
        ("image: postgres", False),
        ("image: postgres\n    volumes: ['data:/var/lib/postgresql/data']", True),
        ("image: postgres\n    volumes: ['data:/var/lib/postgresql/data/']", True),
        ("image: postgres\n    volumes: ['./data:/var/lib/postgresql']", True),
        ("image: postgres\n    volumes: ['kept:/var/lib/postgresql/data']", True),
        ("image: postgres\n    volumes: ['ram:/var/lib/postgresql/data']", False),
        ("image: postgres\n    volumes: ['./init.sql:/docker-entrypoint-initdb.d/a.sql']", False),
        ("image: postgres\n    volumes: [/var/lib/postgresql/data]", False),
        ("image: postgres\n    tmpfs: /var/lib/postgresql/data", False),
        (
            "image: postgres\n    volumes: [{type: tmpfs, target: /var/lib/postgresql/data}]",
            False,
        ),
        (
            "image: postgres\n    volumes: [{source: d, target: /var/lib/postgresql/data}]",
            True,
        ),
        (
            "image: postgres\n    environment: {PGDATA: /pg}\n    volumes: ['data:/pg']",
            True,
        ),
        ("image: 'postgres:18'\n    volumes: ['data:/var/lib/postgresql']", True),
        ("image: 'postgres:18'\n    volumes: ['data:/var/lib/postgresql/18/docker']", None),
        ("image: minio/minio\n    volumes: ['data:/export']", None),
        ("image: linuxserver/mariadb\n    volumes: ['data:/config']", None),
        ("image: postgres\n    volumes: ['./kept:/kept']", None),
        ("image: postgres\n    volumes_from: [other]", None),
        ("image: postgres\n    volumes: ['data:/etc/postgresql', './a.conf:/a.conf']", False),
        ("image: postgres\n    volumes: ['ram:/somewhere', /anywhere]", False),
        ("image: acme/shop-postgres", None),
        ("image: acme/shop-postgres\n    volumes: ['data:/var/lib/postgresql/data']", True),
        ("image: acme/shop-db", None),
        ("image: memcached\n    volumes: ['data:/data']", False),
    ],
)
def test_durable(discover: Discover, lines: str, durable: bool | None) -> None:
    system = discover(
        f"services:\n  a-db:\n    {lines}\n"
        "volumes: {data: , kept: {external: true}, ram: {driver_opts: {type: tmpfs}}}\n"
    )
    assert (system.architecture.stores or {})["a-db"].durable is durable


@pytest.mark.parametrize(
    ("lines", "checked"),
    [
        ("image: x", False),
        ("healthcheck: {test: [CMD, x]}", True),
        ("healthcheck: {interval: 5s}", True),
        ("healthcheck: {disable: true}", False),
        ("healthcheck: {test: [NONE]}", False),
        ("healthcheck: {test: NONE}", False),
    ],
)
def test_health_check(discover: Discover, lines: str, checked: bool) -> None:
    system = discover(f"services:\n  a:\n    build: .\n    {lines}\n")
    assert system.architecture.services["a"].health_check is checked


@pytest.mark.parametrize(
    ("lines", "replicas"),
    [
        ("image: x", None),
        ("deploy: {replicas: 3}", 3),
        ("deploy: {replicas: '${N:-2}'}", 2),
        ("deploy: {mode: global}", None),
        ("scale: 4", 4),
    ],
)
def test_replicas(discover: Discover, lines: str, replicas: int | None) -> None:
    system = discover(f"services:\n  a:\n    build: .\n    {lines}\n")
    assert system.architecture.services["a"].replicas == replicas


def test_it_is_complete_about_services_and_stores_only(discover: Discover) -> None:
    system = discover("name: shop\nservices: {a: {image: acme/a}}")
    assert system.architecture.complete == ("services", "stores")
    assert system.architecture.system == "shop"
    assert system.architecture.stores == {}
    assert "depends_on is start order" in system.notes[0]


def test_a_service_is_where_its_name_stands_and_what_it_runs_is_where_that_stands(
    discover: Discover,
) -> None:
    system = discover("services:\n  a:\n    restart: always\n    image: acme/a\n")
    assert system.sources.locate(("services", "a")).line == 2
    facts = system.sources.facts["services", "a"]  # type: ignore[attr-defined]
    assert [(e.location.line, e.seen) for e in facts] == [(2, "a:"), (4, "image: acme/a")]
    assert "# from compose.yaml:4, image: acme/a\n" in writer.render(system)


# Files: variables, extends, include, overlays


def test_values_come_from_files_and_never_from_the_process(
    discover: Discover, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NAME", "process")
    text = "services: {a: {image: 'acme/${NAME:-default}'}}"
    assert "acme/default" in writer.render(discover(text))
    assert "acme/dotenv" in writer.render(discover(text, files={".env": "NAME=dotenv"}))


def test_a_variable_without_value_is_passed_on_from_dotenv(discover: Discover) -> None:
    system = discover(
        """
        services:
          checkout: {image: acme/checkout, environment: [CART_ADDR, EMAIL_ADDR]}
          mail: {image: acme/mail, environment: {CART_ADDR: , CHECKOUT_ADDR: ''}}
          cart: {image: acme/cart}
        """,
        files={".env": "CART_PORT=7070\nCART_ADDR=cart:${CART_PORT}\nCHECKOUT_ADDR=checkout:1\n"},
    )
    assert {(a, b) for a, b, _ in calls(system)} == {("checkout", "cart"), ("mail", "cart")}


def test_another_file_stands_in_for_dotenv(discover: Discover, tmp_path: Path) -> None:
    (tmp_path / "prod.env").write_text("NAME=prod")
    text = "services: {a: {image: 'acme/${NAME}'}}"
    files = {".env": "NAME=dotenv"}
    assert "acme/prod" in writer.render(discover(text, files=files, env_file=tmp_path / "prod.env"))


def test_variables_without_value_are_a_note(discover: Discover) -> None:
    system = discover("services: {a: {image: 'redis:${TAG?needed}'}}")
    assert stores(system.architecture) == {"a": "redis"}
    assert "variables without a value, read as empty: TAG" in system.notes


def test_overlays_merge_by_the_rules_of_compose(discover: Discover) -> None:
    system = discover(
        """
        services:
          a:
            image: acme/a
            command: --url http://old:80
            ports: ['80:80']
            environment: [B_URL=http://old:80, C_URL=http://c:80]
          d: {image: acme/d, ports: ['81:81'], healthcheck: {test: [CMD, x]}}
          e: {image: acme/e, ports: ['82:82']}
          c: {image: acme/c}
          new: {image: acme/new}
        """,
        """
        services:
          a:
            command: --url http://new:80
            environment: {B_URL: 'http://new:80'}
          d: {ports: !reset null, healthcheck: {disable: true}}
          e: {ports: !override ['127.0.0.1:82:82']}
        """,
    )
    assert calls(system) == {("a", "new", "http"), ("a", "c", "http")}
    services = system.architecture.services
    assert [services[n].exposed for n in "ade"] == [True, False, False]
    assert services["d"].health_check is False


@pytest.mark.parametrize(
    ("base", "over", "expected"),
    [
        ("env_file: b.env", "env_file: c.env", {"b", "c"}),
        ("env_file: [b.env]", "env_file: c.env", {"b", "c"}),
        ("env_file: b.env", "env_file: [{path: b.env, required: false}, c.env]", {"b", "c"}),
        ("env_file: [b.env]", "env_file: !override [c.env]", {"c"}),
        ("environment: {B_URL: 'http://b:80'}", "environment:", {"b"}),
        ("environment: {B_URL: 'http://b:80'}", "environment: {B_URL: }", set()),
        ("environment: {B_URL: 'http://b:80'}", "environment: !reset null", set()),
        ("environment:", "environment: {B_URL: 'http://b:80'}", {"b"}),
        ("links: [b]", "links:", {"b"}),
        ("command: --b-url http://b:80", "command:", set()),
        (
            "extra_hosts: {b: 10.0.0.1}\n    environment: {B_URL: 'http://x:80'}",
            "extra_hosts: ['x=10.0.0.2']",
            set(),
        ),
    ],
)
def test_what_overlays_and_extensions_keep(
    discover: Discover, base: str, over: str, expected: set[str]
) -> None:
    files = {"b.env": "B_URL=http://b:80", "c.env": "C_URL=http://c:80"}
    others = "  b: {image: acme/b}\n  c: {image: acme/c}\n"
    first = f"services:\n  a:\n    image: acme/a\n    {base}\n"
    system = discover(f"{first}{others}", f"services:\n  a:\n    {over}\n", files=files)
    assert {target for _, target, _ in calls(system)} == expected
    if "\n" not in base:
        extending = f"  d:\n    extends: a\n    {over}\n"
        system = discover(f"{first}{others}{extending}", "services: {}", files=files)
        assert {target for name, target, _ in calls(system) if name == "d"} == expected


def test_overlays_merge_syntaxes(discover: Discover) -> None:
    system = discover(
        """
        services:
          a: {build: ./redis, ports: ['80:80']}
          b: {image: postgres, tmpfs: /var/lib/postgresql/data}
        """,
        """
        services:
          a: {build: {args: {A: b}}, ports: }
          b: {tmpfs: /run}
        """,
    )
    stores = system.architecture.stores or {}
    assert (stores["a"].engine, stores["a"].exposed, stores["b"].durable) == ("redis", True, False)


def test_variable_files_refer_to_variables_of_the_project(discover: Discover) -> None:
    system = discover(
        """
        services:
          a: {image: acme/a, env_file: a.env}
          b: {image: acme/b}
        """,
        files={".env": "HOST=b", "a.env": "B_URL=http://${HOST}:80\nC_URL=http://c${GONE}:80"},
    )
    assert calls(system) == {("a", "b", "http")}
    assert "variables without a value, read as empty: GONE" in system.notes


def test_the_project_may_be_named_in_dotenv(discover: Discover) -> None:
    text = "name: inner\nservices: {a: {image: acme/a}}"
    system = discover(text, files={".env": "COMPOSE_PROJECT_NAME=outer"})
    assert system.architecture.system == "outer"


def test_anchors_extensions_and_extends(discover: Discover) -> None:
    system = discover(
        """
        x-base: &base
          environment: &env {B_URL: 'http://b:80'}
        services:
          x-note: not a service
          a: {<<: *base, image: acme/a}
          b: {extends: c}
          c: {extends: {service: base, file: common/base.yaml}, image: acme/c}
          f: {image: acme/f, environment: {<<: *env, C_HOST: c}}
        """,
        files={
            "common/base.yaml": "services: {base: {extends: root}, root: {env_file: r.env}}",
            "common/r.env": "F_URL=http://f:80",
        },
    )
    assert {(a, b) for a, b, _ in calls(system)} == {
        ("a", "b"), ("b", "f"), ("c", "f"), ("f", "b"), ("f", "c"),
    }  # fmt: skip


def test_includes(discover: Discover) -> None:
    system = discover(
        """
        include:
          - sub/compose.yaml
          - {path: [other.yaml], env_file: other.env}
        services: {a: {image: acme/a, environment: {B_URL: 'http://b:80', C_URL: 'http://c:80'}}}
        """,
        files={
            "sub/compose.yaml": "services: {b: {image: 'acme/${B}', env_file: b.env}}",
            "sub/.env": "B=from-sub",
            "sub/b.env": "A_URL=http://a:80",
            "other.yaml": "services: {c: {image: '${C}'}}",
            "other.env": "C=redis",
        },
    )
    assert calls(system) == {("a", "b", "http"), ("b", "a", "http")}
    assert "acme/from-sub" in writer.render(system)
    assert stores(system.architecture) == {"c": "redis"}


def test_profiles(discover: Discover) -> None:
    text = """
        services:
          a: {image: acme/a, environment: {B_URL: 'http://b:80', C_URL: 'http://c:80'}}
          b: {image: acme/b, profiles: [debug]}
          c: {image: acme/c, profiles: [full]}
        """
    assert set(kinds(discover(text))) == {"a", "b", "c"}
    assert set(kinds(discover(text, profiles=["full"]))) == {"a", "c"}
    assert calls(discover(text, profiles=[])) == set()
    assert set(kinds(discover(text, profiles=["*"]))) == {"a", "b", "c"}


# Which files


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["docker-compose.yml"], ["docker-compose.yml"]),
        (["docker-compose.yml", "docker-compose.yaml"], ["docker-compose.yml"]),
        (["docker-compose.yml", "compose.yaml"], ["compose.yaml"]),
        (["docker-compose.yml", "docker-compose.override.yml", "docker-compose.prod.yml"],
         ["docker-compose.yml", "docker-compose.override.yml"]),
        (["compose.yaml", "compose.override.yml"], ["compose.yaml", "compose.override.yml"]),
        (["compose.yaml", "docker-compose.override.yaml"],
         ["compose.yaml", "docker-compose.override.yaml"]),
        (["compose.yaml", "compose.override.yaml", "compose.override.yml"],
         ["compose.yaml", "compose.override.yml"]),
        (["docker-compose.dev.yml", "README.md"], ["docker-compose.dev.yml"]),
        (["docker-compose_a.yaml", "docker-compose_b.yaml"], []),
        ([], []),
    ],
)  # fmt: skip
def test_find(tmp_path: Path, names: list[str], expected: list[str]) -> None:
    for name in names:
        (tmp_path / name).touch()
    assert [path.name for path in compose.find(tmp_path)] == expected


@pytest.mark.parametrize(
    ("dotenv", "expected"),
    [
        ("COMPOSE_FILE=b.yaml:sub/c.yaml", ["b.yaml", "c.yaml"]),
        ("COMPOSE_FILE=b.yaml;sub/c.yaml\nCOMPOSE_PATH_SEPARATOR=;", ["b.yaml", "c.yaml"]),
        ("COMPOSE_FILE=", ["compose.yaml"]),
        ("OTHER=b.yaml", ["compose.yaml"]),
    ],
)
def test_find_what_dotenv_lists(tmp_path: Path, dotenv: str, expected: list[str]) -> None:
    (tmp_path / "sub").mkdir()
    for name in ("compose.yaml", "b.yaml", "sub/c.yaml"):
        (tmp_path / name).touch()
    (tmp_path / ".env").write_text(dotenv)
    assert [path.name for path in compose.find(tmp_path)] == expected


@pytest.mark.parametrize(
    ("listed", "message"),
    [
        ("../x.yaml", '.env:2: the compose file "../x.yaml" is outside the project'),
        ("gone.yaml", "does not exist"),
        ("sub", "is a directory, not a file"),
    ],
)
def test_what_dotenv_lists_must_be_there(tmp_path: Path, listed: str, message: str) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / ".env").write_text(f"A=b\nCOMPOSE_FILE={listed}")
    with pytest.raises(InputError) as raised:
        compose.find(tmp_path)
    assert message in str(raised.value)


def test_candidates(tmp_path: Path) -> None:
    for name in ("docker-compose_b.yaml", "docker-compose_a.yaml", "composer.json", "x.yaml"):
        (tmp_path / name).touch()
    names = [path.name for path in compose.candidates(tmp_path)]
    assert names == ["docker-compose_a.yaml", "docker-compose_b.yaml"]
    assert compose.candidates(tmp_path / "missing") == []


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("docker-compose.prod.yml", "", True),
        ("compose.yaml", "version: 1\nsystem: shop\nservices:\n  a: {}\n", False),
        ("stack.yml", "services:\n  # web\n  web:\n    image: nginx\n", True),
        ("stack.yml", "services:\n  web: {build: .}\n", True),
        ("architecture.yaml", "version: 1\nsystem: shop\nservices:\n  a:\n    kind: job\n", False),
        (".gitlab-ci.yml", "services:\n  - docker:dind\nbuild:\n  image: x\n", False),
        ("values.yaml", "services:\n  a:\n    port: 80\n", False),
        ("composer.json", "{}", False),
    ],
)
def test_recognises(name: str, text: str, expected: bool) -> None:
    assert compose.recognises(Path(name), text) is expected


# Bad input


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("- a\n- b\n", "compose.yaml:1: is not a compose file: the top must be a mapping"),
        ("services: [a]\n", "compose.yaml:1:1: services: should be a mapping"),
        ("services: {}\n", "describes no service"),
        ("services:\n  a: 3\n", "compose.yaml:2:3: a: should be a mapping"),
        ("services:\n  a: {image: [x]}\n", "compose.yaml:2:14: a.image: should be text"),
        ("services:\n  a: {environment: 3}\n", "a.environment: should be a mapping or a list"),
        ("services:\n  a: {environment: {B: [1]}}\n", "a.environment.B: should be text"),
        ("services:\n  a: {ports: {80: 80}}\n", "a.ports: should be a list"),
        ("services:\n  a: {deploy: [1]}\n", "a.deploy: should be a mapping"),
        ("services:\n  a: {deploy: {replicas: many}}\n", "should be a whole number"),
        ("services:\n  a: {extends: ordrs}\n  orders: {}\n", 'did you mean "orders"?'),
        ("services:\n  a: {extends: b}\n  b: {extends: a}\n", "extends itself"),
        ("services:\n  a: {extends: {service: b, file: no.yaml}}\n", '"no.yaml" does not exist'),
        ("services:\n  a: {extends: [b]}\n", "extends: should name a service"),
        ("include: [compose.yaml]\nservices: {a: {}}\n", "includes itself"),
        ("include: [../../x.yaml]\nservices: {a: {}}\n", "is outside"),
        ("include: 3\nservices: {a: {}}\n", "include: should be a list"),
        ("services:\n  a: {env_file: ../../../etc/passwd}\n", "is outside"),
        ("services:\n  a: {image: '${'}\n", "compose.yaml:2:14: `${` is not followed"),
        ("services:\n  a: {image: '${A'}\n", "is not closed"),
        ("services:\n  'a b': {}\n", "'a b' is not a name of a service"),
        ("services:\n  -a: {}\n", "is not a name of a service"),
        ("services:\n  {{ range .Values.x }}\n  a: {}\n", "looks like a template"),
        ("services:\n  a: {}\n  a: {}\n", '"a" appears twice'),
        ("services: {a: !!python/object:os.system x}\n", "is not allowed"),
    ],
)
def test_bad_files(discover: Discover, text: str, message: str) -> None:
    assert message in problems(discover, text)


def test_what_is_no_file_is_said_to_be_what_it_is(discover: Discover, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    text = "services:\n  a: {env_file: folder}\n  b: {extends: {file: pipe, service: c}}\n"
    told = problems(discover, text)
    assert '"folder" is a directory, not a file' in told
    assert '"pipe" is not an ordinary file' in told


def test_all_problems_are_told_at_once(discover: Discover) -> None:
    text = "services:\n  a: {image: [x], env_file: ../../x}\n  b: {image: '${', extends: c}\n"
    assert len(problems(discover, text).splitlines()) == 4


def test_variable_files_may_be_missing_and_a_note_says_so(discover: Discover) -> None:
    optional = discover("services: {a: {image: x, env_file: [{path: no.env, required: false}]}}")
    assert not any("no.env" in note for note in optional.notes)
    required = discover("services:\n  a: {image: x, env_file: no.env}\n")
    told = 'compose.yaml:2:27: the env_file "no.env" is not there, so what it sets is unknown'
    assert told in required.notes


def test_text_at_hand_is_not_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    system = compose.load([Path("<stdin>")], text="services:\n  a: {image: acme/a}\n")
    assert list(system.architecture.services) == ["a"]
    assert str(system.sources.locate(("services", "a"))) == "<stdin>:2:3"


def test_a_link_that_leads_outside_is_refused(discover: Discover, tmp_path: Path) -> None:
    (tmp_path.parent / "outside.env").write_text("A=b")
    (tmp_path / "in.env").symlink_to(tmp_path.parent / "outside.env")
    assert "is outside" in problems(discover, "services: {a: {env_file: in.env}}")


def test_chains_are_bounded(discover: Discover) -> None:
    chain = "".join(f"  s{i}: {{extends: s{i + 1}}}\n" for i in range(500))
    assert "chain of `extends` is longer than 32" in problems(
        discover, f"services:\n{chain}  s500: {{}}\n"
    )


def test_aliases_that_explode_are_refused(discover: Discover) -> None:
    levels = "".join(f"x-{i}: &x{i} [{', '.join([f'*x{i - 1}'] * 9)}]\n" for i in range(1, 8))
    text = f"x-0: &x0 [a]\n{levels}services: {{a: {{command: *x7}}}}\n"
    assert "values" in problems(discover, text)


@pytest.mark.slow
def test_thousands_of_services(discover: Discover) -> None:
    lines = "".join(
        f"  s{i}: {{image: acme/s{i}, environment: {{A_URL: 'http://s{i + 1}:80'}}}}\n"
        for i in range(5000)
    )
    assert len(calls(discover(f"services:\n{lines}  s5000: {{image: acme/last}}\n"))) == 5000


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=12),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)
_KEYS = st.sampled_from(
    (
        *("image", "build", "environment", "env_file", "ports", "expose", "volumes", "tmpfs"),
        *("configs", "links", "command", "entrypoint", "healthcheck", "deploy", "scale", "restart"),
        *("networks", "profiles", "extends", "extra_hosts", "container_name", "network_mode"),
    )
)
_TEXTS = st.sampled_from(
    [
        "a",
        "b",
        "redis",
        "http://b:80",
        "A_URL=http://a:1",
        "${A}",
        "${",
        "a:/data",
        "80:80",
        "x:y:z",
    ]
)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    services=st.dictionaries(
        st.sampled_from(["a", "b", "a-db"]) | st.text(max_size=6),
        st.dictionaries(
            _KEYS,
            _JSON
            | st.lists(_TEXTS, max_size=3)
            | st.dictionaries(st.sampled_from(["A_URL", "DB_HOST", "test", "replicas"]), _TEXTS),
            max_size=5,
        )
        | _JSON,
        max_size=4,
    )
)
def test_any_tree_is_read_or_refused(load: Discover, services: dict[str, object]) -> None:
    try:
        system = load(json.dumps({"services": services}))
    except PatternctlError:
        return
    _assert_sound(system)


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.dictionaries(
        st.from_regex(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,8}", fullmatch=True),
        st.text(max_size=30),
        max_size=4,
    ),
    st.text(max_size=20),
)
def test_hostile_names_are_written_safely(
    load: Discover, images: dict[str, str], name: str
) -> None:
    services = {
        key: {"image": value, "environment": {"DB_HOST": "db", "DB_NAME": value, "DB_USER": value}}
        for key, value in images.items()
    }
    try:
        system = load(
            json.dumps({"name": name, "services": {**services, "db": {"image": "mysql"}}})
        )
    except PatternctlError:
        return
    _assert_sound(system)
