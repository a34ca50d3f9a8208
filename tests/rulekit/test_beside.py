"""Files beside a manifest: what nobody can look at is not known, and not wrong."""

import os
from pathlib import Path

import pytest

from patternctl.rulekit.beside import Beside, Filed

RECORD = "---\nstatus: accepted\n---\n# It\n"


def test_without_a_folder_nothing_is_known() -> None:
    assert Beside().wrong("a.md") is None
    assert Beside().record("a.md") == Beside().record(1) == Filed()


@pytest.mark.parametrize(
    ("path", "wrong"),
    [
        ("a.md", None),
        ("folder/../a.md", None),
        ("folder", "is a folder"),
        ("", "is a folder"),
        ("empty", "is empty"),
        ("blank", "is empty"),
        ("blanks", None),
        ("pipe", "is no ordinary file"),
        ("gone", "is not there"),
        ("dangling", "is not there"),
        ("circle", "is not there"),
        ("a.md/b", "is not there"),
        ("x" * 5000, "is not there"),
        ("a\0b", "is not there"),
        ("\udcff", "is not there"),
    ],
)
def test_what_a_path_leads_to(tmp_path: Path, path: str, wrong: str | None) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "a.md").write_text("a")
    (tmp_path / "empty").touch()
    (tmp_path / "blank").write_text("\n \t\r\n")
    (tmp_path / "blanks").write_text(" " * 5000)
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "dangling").symlink_to("gone")
    (tmp_path / "circle").symlink_to("circle")
    assert Beside(tmp_path).wrong(path) == wrong


def test_what_may_not_be_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> None:
        raise PermissionError

    (tmp_path / "a.md").write_text(RECORD)
    monkeypatch.setattr(Path, "read_bytes", refused)
    assert Beside(tmp_path).wrong("a.md") is None
    monkeypatch.setattr(Path, "stat", refused)
    assert Beside(tmp_path).wrong("a.md") == "cannot be read"
    assert Beside(tmp_path).record("a.md") == Filed()


def test_a_record_is_read_within_the_repository_only(tmp_path: Path) -> None:
    around, repository = tmp_path / "a.md", tmp_path / "repository"
    systems = repository / "systems"
    systems.mkdir(parents=True)
    (repository / ".git").mkdir()
    for file in (around, repository / "a.md"):
        file.write_text(RECORD)
    (systems / "link.md").symlink_to(around)
    within = Beside(systems).record("../a.md").record
    assert within is not None
    assert (within.file, within.status) == ("../a.md", "accepted")
    for outside in ("../../a.md", "link.md", str(repository / "a.md")):
        assert Beside(systems).record(outside) == Filed()
