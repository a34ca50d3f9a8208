from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from patternctl import resources
from patternctl.errors import CatalogError
from patternctl.importers._classify import image_name, knowledge, words


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("rs-mysql-db", ("rs", "mysql", "db")),
        ("OrdersDb", ("orders", "db")),
        ("GEO_MONGO_ADDRESS", ("geo", "mongo", "address")),
        ("x-service-with-jaeger", ("x", "service")),
        ("with-care", ("with", "care")),
        ("", ()),
    ],
)
def test_words(name: str, expected: tuple[str, ...]) -> None:
    assert words(name) == expected


@pytest.mark.parametrize(
    ("image", "expected"),
    [
        ("redis", "redis"),
        ("redis:7", "redis"),
        ("reg.example.com:5000/a/Redis:7@sha256:1", "reg.example.com:5000/a/redis"),
        ("/rs-mongodb:", "rs-mongodb"),
        (":", ""),
    ],
)
def test_image_names(image: str, expected: str) -> None:
    assert image_name(image) == expected


def test_every_image_word_port_and_scheme_means_one_thing() -> None:
    engines = knowledge().engines.values()
    programs = knowledge().file.programs.values()
    images = [i for e in engines for i in e.images] + [i for p in programs for i in p.images]
    for listed in (
        images,
        [w for e in engines for w in e.words],
        [p for e in engines for p in e.ports],
        [s for e in engines for s in e.schemes],
        [v for e in engines for v in (*e.server, *e.client)],
    ):
        assert [item for item, count in Counter(listed).items() if count > 1] == []


def test_every_store_has_a_kind_and_every_broker_has_none() -> None:
    for name, engine in knowledge().engines.items():
        assert (engine.kind is None) == (engine.block == "brokers"), name


def test_a_faulty_file_is_told_with_its_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "images.yaml").write_text("engines:\n  redis: {block: shelf}\n")
    monkeypatch.setattr(resources, "directory", lambda _: tmp_path)
    knowledge.cache_clear()
    try:
        with pytest.raises(CatalogError, match=r"images.yaml:2:\d+: engines.redis.block"):
            knowledge()
    finally:
        knowledge.cache_clear()
