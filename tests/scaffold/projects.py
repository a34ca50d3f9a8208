"""Generated projects, checked as their owners would check them."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from patternctl import __version__
from patternctl.model.scaffold import Answers
from patternctl.scaffold import project, units

SERVERS = {
    "TEST_POSTGRESQL_URL": "postgresql+psycopg://root:test@127.0.0.1:5432/test",
    "TEST_NATS_URL": "nats://127.0.0.1:4222",
    "TEST_REDIS_URL": "redis://127.0.0.1:6379/0",
    "TEST_AMQP_URL": "amqp://guest:guest@127.0.0.1:5672/",
}
"""Where servers are looked for when the environment does not say."""
SECONDS = 900


def made(
    folder: Path, *patterns: str, name: str = "shop", broker: str = "nats", store: str = "postgres"
) -> Path:
    """A project of these patterns."""
    chosen = units.choose(patterns, {"broker": broker, "store": store})
    answers = Answers(
        written_by=__version__, name=name, patterns=chosen.patterns, broker=broker, store=store
    )
    for path, text in project.files(answers, chosen).items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    return folder


@cache
def environment() -> dict[str, str]:
    """The environment, with the URL of each server that answers."""
    found = {
        name: url
        for name, default in SERVERS.items()
        if _answers(url := os.environ.get(name, default))
    }
    return {**os.environ, **found, "PYTHONPATH": "src"}


def _answers(url: str) -> bool:
    parts = urlsplit(url)
    try:
        with socket.create_connection((parts.hostname, parts.port), timeout=5):
            return True
    except OSError:
        return False


def run(folder: Path, *words: str, servers: bool = True) -> str:
    """What a tool says of the project, which may know of the `servers`. Fails where it does."""
    known = environment() if servers else {**os.environ, "PYTHONPATH": "src"}
    done = subprocess.run(
        [sys.executable, "-m", *words],
        cwd=folder, env=known, text=True, capture_output=True, timeout=SECONDS, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-3000:]
    return done.stdout
