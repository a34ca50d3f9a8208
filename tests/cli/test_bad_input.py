"""Hostile and broken input: one clear error, exit 2, bounded, nothing written."""

import errno
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Run

LAUGHS = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{chr(98 + i)}: &{chr(98 + i)} [{','.join(['*' + chr(97 + i)] * 9)}]\n" for i in range(9)
)
CASES = {
    "empty.yaml": (b"", "is empty"),
    "comments.yaml": (b"# nothing\n", "is empty"),
    "binary.yaml": (b"\x00\x01\x02\xff\xfe" * 20, "not"),
    "nul.yaml": (b"version: 1\nsystem: a\x00b\n", "binary file"),
    "latin1.yaml": (b"version: 1\nsystem: caf\xe9\n", "latin1.yaml:2: is not UTF-8"),
    "tabs.yaml": (b"version: 1\nsystem: x\nservices:\n\torders: {}\n", "tabs.yaml:4:1"),
    "duplicate.yaml": (
        b"version: 1\nsystem: x\nservices:\n  a: {}\n  a: {}\n",
        'duplicate.yaml:5:3: "a" appears twice',
    ),
    "two.yaml": (b"version: 1\nsystem: x\n---\nversion: 1\n", "two.yaml:3:1: a second document"),
    "laughs.yaml": (LAUGHS.encode(), "aliases expand"),
    "deep.yaml": (b"version: 1\nsystem: x\nservices: " + b"[" * 10_000, "levels deep"),
    "block-deep.yaml": (
        b"".join(b" " * i + b"a:\n" for i in range(200)), "levels deep"
    ),
    "version.yaml": (b"version: 7\nsystem: x\n", "version.yaml:1:10: version 7"),
    "list.yaml": (b"- a\n- b\n", "top must be a mapping"),
    "docker-compose.yml": (
        b"services:\n  {{ .Values.name }}:\n    image: {{ .Values.image }}\n", "render it first"
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("command", ["lint", "discover"])
def test_one_clear_error(run: Run, tmp_path: Path, name: str, command: str) -> None:
    data, message = CASES[name]
    (tmp_path / name).write_bytes(data)
    outcome = run(command, name)
    assert outcome.status == 2
    assert outcome.out == ""
    assert outcome.err.startswith(f"error: {name}")
    if command == "lint":
        assert message in outcome.err
    assert sorted(file.name for file in tmp_path.iterdir()) == sorted([".git", name])


def test_missing_folder_link_and_directory(run: Run, tmp_path: Path) -> None:
    (tmp_path / "link.yaml").symlink_to(tmp_path / "gone.yaml")
    (tmp_path / "folder.yaml").mkdir()
    outcome = run("lint", "missing.yaml", "link.yaml", "folder.yaml")
    assert outcome.status == 2
    assert "missing.yaml: no such file" in outcome.err
    assert "the link points nowhere" in outcome.err
    assert "folder.yaml: holds no architecture.yaml" in outcome.err


def test_unreadable(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "secret.yaml").write_text("version: 1\n")

    allowed = Path.open

    def refuse(path: Path, *arguments: Any, **options: Any) -> Any:
        if path.name == "secret.yaml":
            raise PermissionError(errno.EACCES, "Permission denied")
        return allowed(path, *arguments, **options)

    monkeypatch.setattr(Path, "open", refuse)  # as root, who runs CI, may read everything
    assert "secret.yaml: cannot be read: Permission denied" in run("lint", "secret.yaml").err


# A process starts with the peak of the one that started it, so a small one goes between.
PEAK = """\
import os, subprocess, sys
process = subprocess.Popen([sys.executable, "-m", "patternctl", *sys.argv[1:]])
_, process.returncode, usage = os.wait4(process.pid, 0)
print(os.waitstatus_to_exitcode(process.returncode), usage.ru_maxrss)
"""


def test_memory_stays_bounded_on_a_huge_file_and_on_exploding_aliases(tmp_path: Path) -> None:
    with (tmp_path / "huge.yaml").open("wb") as stream:
        stream.truncate(200 * 1024 * 1024)
    (tmp_path / "laughs.yaml").write_text(LAUGHS)
    command = [sys.executable, "-c", PEAK, "lint", "huge.yaml", "laughs.yaml"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    status, peak = map(int, done.stdout.split())
    assert status == 2
    assert "larger than 32 MiB" in done.stderr
    assert "aliases expand" in done.stderr
    assert peak < 300 * 1024, f"{peak} KiB"


def test_a_hostile_file_name_reaches_no_terminal(run: Run, tmp_path: Path) -> None:
    (tmp_path / "\x1b[31mred\n.yaml").write_text("version: 1\nsystem: x\nzzz: 1\n")
    outcome = run("lint", "\x1b[31mred\n.yaml")
    assert outcome.status == 2
    assert "\x1b" not in outcome.err
