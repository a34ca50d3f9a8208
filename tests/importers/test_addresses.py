from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patternctl.importers._addresses import Address, find, mask


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
            [Address("db", 5432, "postgresql", "shop", "app")],
        ),
        (
            "mongodb://u:p%40@m1:27017,m2:27017/shop?replicaSet=r",
            [
                Address("m1", 27017, "mongodb", "shop", "u"),
                Address("m2", 27017, "mongodb", "shop", "u"),
            ],
        ),
        ("redis://:pw@cache:6379/2", [Address("cache", 6379, "redis", "2")]),
        ("redis://key@cache", [Address("cache", None, "redis")]),
        ("amqp://guest:guest@mq:5672", [Address("mq", 5672, "amqp", None, "guest")]),
        (
            "Server=db;Port=5432;Database=Shop;User Id=app;Password=x",
            [Address("db", 5432, "", "Shop", "app")],
        ),
        ("Server=tcp:db,1433;Initial Catalog=Shop", [Address("db", None, "", "Shop")]),
        (
            "host=db port=5432 dbname=shop user=app password=x",
            [Address("db", 5432, "", "shop", "app")],
        ),
        ("app:pw@tcp(db:3306)/shop?x=1", [Address("db", 3306, "mysql", "shop", "app")]),
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
    ("name", "value", "expected"),
    [
        ("A_URL", "http://orders:8080/x", "A_URL=http://orders:8080/x"),
        ("DB", "postgres://app:s3cret@db/x", "DB=postgres://app:***@db/x"),
        ("DB", "postgres://app:s3/cr@et@db/x", "DB=postgres://app:***@db/x"),
        ("DB", "redis://:s3cret@db", "DB=redis://:***@db"),
        ("DSN", "https://s3cret@errors.example.org/1", "DSN=https://***@errors.example.org/***"),
        ("HOOK", "https://hooks.example.org/s3cret", "HOOK=https://hooks.example.org/***"),
        ("X", "http://a:1/?token=s3cret&b=1", "X=http://a:1/?***"),
        ("C", "Server=db;Password=s3 cret,s3cret;X=1", "C=Server=db;Password=***;X=1"),
        ("C", "host=db password=s3cret", "C=host=db password=***"),
        ("C", "cache:6379,password=s3cret,ssl=False", "C=cache:6379,password=***"),
        ("C", "app:s3cret@tcp(db:3306)/x", "C=app:***@tcp(db:3306)/x"),
        ("DB_PASSWORD", "s3cret", "DB_PASSWORD=***"),
        ("API_TOKEN", "s3cret:80", "API_TOKEN=***"),
        ("A", "a\nb\x07", "A=a b "),
    ],
)
def test_what_is_shown_holds_no_secret(name: str, value: str, expected: str) -> None:
    assert mask(name, value) == expected


def test_what_is_shown_is_short() -> None:
    assert len(mask("A", "x" * 900)) == 120
    assert mask("A", "postgres://u:" + "x" * 10_000) == "A=(a long text)"


@given(st.text(max_size=300))
def test_any_text_can_be_searched_and_shown(text: str) -> None:
    assert all(address.host for address in find(text))
    assert mask("A", text).isprintable()


@given(
    st.from_regex(
        r"[a-z]{1,6}(\+[a-z]{2,5})?://[a-z]{0,5}:QQ[!-~]{0,20}@db(:[0-9]{1,5})?/x", fullmatch=True
    )
)
def test_no_password_of_a_url_is_shown(url: str) -> None:
    assert "QQ" not in mask("A", url)
