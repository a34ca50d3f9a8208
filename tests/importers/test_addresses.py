from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patternctl.importers._addresses import Address, find, masked, shown


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("http://orders:8080/api", [Address("orders", 8080, "http")]),
        ("grpc://pay:50051", [Address("pay", 50051, "grpc")]),
        ("dns:///pay:50051", [Address("pay", 50051, "dns")]),
        ("lb://orders", [Address("orders", None, "lb")]),
        ("jdbc:mysql://db/shop?useSSL=false", [Address("db", None, "mysql", "shop")]),
        (
            "jdbc:sqlserver://db:1433;databaseName=shop;user=sa;password=x",
            [Address("db", 1433, "sqlserver", "shop", "sa")],
        ),
        ("jdbc:oracle:thin:@db:1521:XE", [Address("db", 1521, "oracle", "XE")]),
        ("jdbc:oracle:thin:@//db:1521/shop", [Address("db", 1521, "oracle", "shop")]),
        (
            "postgresql+asyncpg://app:pw@db:5432/shop",
            [Address("db", 5432, "postgresql", "shop", "app", login=True)],
        ),
        (
            "mongodb://u:p%40@m1:27017,m2:27017/shop?replicaSet=r",
            [
                Address("m1", 27017, "mongodb", "shop", "u", login=True),
                Address("m2", 27017, "mongodb", "shop", "u", login=True),
            ],
        ),
        ("redis://:pw@cache:6379/2", [Address("cache", 6379, "redis", "2", login=True)]),
        ("redis://key@cache", [Address("cache", None, "redis", login=True)]),
        ("amqp://guest:guest@mq:5672", [Address("mq", 5672, "amqp", None, "guest", login=True)]),
        (
            "Server=db;Port=5432;Database=Shop;User Id=app;Password=x",
            [Address("db", 5432, "", "Shop", "app", keyed=True)],
        ),
        ("Server=tcp:db,1433;Initial Catalog=Shop", [Address("db", None, "", "Shop", keyed=True)]),
        (
            "host=db port=5432 dbname=shop user=app password=x",
            [Address("db", 5432, "", "shop", "app", keyed=True)],
        ),
        *[
            (dsn, [Address("db", 3306, "mysql", "shop", "app", login=True)])
            for dsn in (
                "app:pw@tcp(db:3306)/shop?x=1",
                "app:p@w@(db:3306)/shop",
                "--dsn=app:pw@tcp(db:3306)/shop",
            )
        ],
        ("tcp(db)/shop", [Address("db", None, "mysql", "shop")]),
        ("http://a:80,http://b:81/x", [Address("a", 80, "http"), Address("b", 81, "http")]),
        (
            "redis://:p@r1:6379/0,redis://:p@r2:6379/1",
            [
                Address("r1", 6379, "redis", "0", login=True),
                Address("r2", 6379, "redis", "1", login=True),
            ],
        ),
        (
            "PLAINTEXT://k1,PLAINTEXT://k2:9092",
            [Address("k1", None, "plaintext"), Address("k2", 9092, "plaintext")],
        ),
        ("//api:80/v1", [Address("api", 80)]),
        (
            "r1:6379,r2:6379,abortConnect=false",
            [
                Address("r1", 6379, keyed=True),
                Address("r2", 6379, keyed=True),
            ],
        ),
        ("redis,password=x", [Address("redis", keyed=True)]),
        ("api,debug=true", [Address("api")]),
        ("postgres://app:s3/cr@et@db/x", []),
        (
            "https://0123456789abcdef0123.ingest.sentry.io/1",
            [Address("ingest.sentry.io", None, "https")],
        ),
        ("api/v1", []),
        ("token:@s3cret", []),
        ("k1:9092,k2:9092", [Address("k1", 9092), Address("k2", 9092)]),
        ("orders", [Address("orders")]),
        (
            "-Da=http://a:1/x -Db=http://b:2",
            [Address("a", 1, "http", whole=False), Address("b", 2, "http", whole=False)],
        ),
        ("http://+:80", []),
        ("http://:8080", []),
        ("jdbc:postgresql:shop", []),
        ("redis:7-alpine", []),
        ("", []),
    ],
)
def test_addresses(text: str, expected: list[Address]) -> None:
    assert list(find(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("http://orders:8080/token/s3cret", "A=http://orders:8080"),
        ("postgres://app:s3cret@db/x", "A=postgres://***@db/x"),
        ("redis://s3cret@db", "A=redis://***@db"),
        ("https://s3cret@errors.example.org/1", "A=https://***@errors.example.org"),
        ("http://a:1/?token=s3cret&b=1", "A=http://a:1"),
        ("Server=db;Password=s3 cret,s3cret;Database=X", "A=db/X"),
        ("Server=db;Database=x,Password=s3cret", "A=db"),
        ("cache:6379,password=s3cret,ssl=False", "A=cache:6379"),
        ("app:s3cret@tcp(db:3306)/x", "A=mysql://***@db:3306/x"),
        ('{"password":"s3cret","url":"http://a:1"}', "A=http://a:1"),
        ("-Ddb.pass=s3cret -Durl=http://a:1", "A=http://a:1"),
        ("curl -u admin:s3cret -H 'Authorization: Bearer s3cret' http://a:1", "A=http://a:1"),
        ("https://5ecre75ecre75ecre75ecre7.ingest.example.org", "A=https://ingest.example.org"),
    ],
)
def test_what_is_shown_is_the_address(text: str, expected: str) -> None:
    assert [shown("A=", address) for address in find(text)] == [expected]


def test_what_is_shown_is_one_short_line() -> None:
    assert shown("", Address("db", 1)) == "db:1"
    assert shown("A\n\x07", Address("db")) == "A  db"
    assert len(shown("A" * 500, Address("db"))) == 120


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("http://orders:8080/token", "http://orders:8080******"),
        ("postgres://app:pw@db:5432/x", "postgres://*******db:5432**"),
        ("postgres://app:s3/cr@et@db/x", "postgres://*************db**"),
        ("postgres://app:s3/cr@et@no/x", "postgres://*****************"),
        ("postgres://app:${PW}@db/x", "postgres://****${PW}*db**"),
        ("http://${HOST:-orders}:80", "http://${HOST************"),
        ("mongodb://m1:27017,m2.a.b", "mongodb://m1:27017,m2.a.b"),
        ("Bearer s3cret\n  x", "****** ******\n  *"),
        ("orders:80", "*********"),
        ("postgres:postgres", "*****************"),
        ("db", "db"),
        ("db:5432", "db:5432"),
        ("db,password=db", "db************"),
        ("Data Source=db;Password=db", "**** *******db************"),
        ("Server=db,1433;Password=db", "*******db,1433************"),
        ("db:db@tcp(db:3306)/x", "**********db:3306***"),
        ("", ""),
    ],
)
def test_masked_texts_keep_hosts(text: str, expected: str) -> None:
    assert masked(text, {"db"}) == expected


def test_nothing_of_a_long_text_is_shown() -> None:
    assert set(masked("http://a " * 10_000)) == {"*", " "}


@given(st.text(max_size=300))
def test_any_text_can_be_searched_and_masked(text: str) -> None:
    assert all(address.host and shown("A=", address).isprintable() for address in find(text))
    assert [c.isspace() for c in masked(text)] == [c.isspace() for c in text]


@given(
    st.from_regex(
        r"[a-z]{1,6}(\+[a-z]{2,5})?://[a-z]{0,5}:QQ[!-~]{0,20}@db(:[0-9]{1,5})?/x", fullmatch=True
    )
)
def test_no_password_of_a_url_is_shown(url: str) -> None:
    assert not any("QQ" in shown("A=", address) for address in find(url))
    assert "QQ" not in masked(url, {"db"})
