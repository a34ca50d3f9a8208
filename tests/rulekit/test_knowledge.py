"""What is read of the catalog, and when."""

from pathlib import Path

import pytest

from patternctl import catalog, resources
from patternctl.errors import CatalogError
from patternctl.rulekit.knowledge import Knowledge

OUTBOX = (resources.directory("catalog") / "patterns" / "outbox.yaml").read_text()


def own(folder: Path, name: str, text: str) -> Knowledge:
    """Knowledge of a user's catalog with one pattern over the shipped one."""
    (folder / "patterns").mkdir()
    (folder / "patterns" / f"{name}.yaml").write_text(text)
    return Knowledge([folder])


def test_each_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    known = Knowledge()
    first = known.relations("outbox"), known.relations("nothing"), known.tree("architecture")
    monkeypatch.setattr(catalog, "relations", None)
    monkeypatch.setattr(catalog, "tree", None)
    again = known.relations("outbox"), known.relations("nothing"), known.tree("architecture")
    assert again == first
    assert first[0] is not None
    assert first[1] is None
    assert first[2] is not None


def test_a_tree_that_no_catalog_has_is_none() -> None:
    assert Knowledge().tree("ours") is None


def test_a_users_pattern_is_known_beside_the_shipped_ones(tmp_path: Path) -> None:
    text = OUTBOX.replace("id: outbox", "id: retry-queue", 1)
    text += "\nwants:\n  - {any_of: [saga], why: Because.}\n"
    known = own(tmp_path, "retry-queue", text)
    found = known.relations("retry-queue")
    assert found is not None
    assert found.wants == ((("saga",), "Because."),)
    assert known.relations("saga") is not None


def test_a_users_pattern_replaces_the_shipped_one(tmp_path: Path) -> None:
    known = own(tmp_path, "outbox", OUTBOX.replace("complexity: ", "complexity: low #", 1))
    found = known.relations("outbox")
    assert found is not None
    assert found.complexity == "low"


def test_a_faulty_pattern_of_a_user_is_told(tmp_path: Path) -> None:
    known = own(tmp_path, "retry-queue", "id: retry-queue\nwants: 3\n")
    with pytest.raises(CatalogError, match="wants: 3 should be a list"):
        known.relations("retry-queue")
