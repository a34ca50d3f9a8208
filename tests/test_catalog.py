from pathlib import Path

import pytest

from patternctl import catalog
from patternctl.errors import CatalogError

SHIPPED = Path(__file__).parent.parent / "catalog" / "antipatterns"


def write(folder: Path, name: str, text: str) -> None:
    (folder / f"{name}.yaml").write_text(text)


def shipped(name: str) -> str:
    return (SHIPPED / f"{name}.yaml").read_text()


def test_shipped_catalog_loads_in_code_order() -> None:
    codes = [antipattern.code for antipattern in catalog.antipatterns().values()]
    assert codes == sorted(codes)
    assert len(set(codes)) == len(codes)


def test_all_faults_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    text = shipped("no-timeout").replace("related: [cyclic-sync-calls]", "related: [nowhere]")
    write(tmp_path, "no-timeout", text)
    write(tmp_path, "copy", text)
    write(tmp_path, "broken", "id: broken\ncode: X1\nwhatever: 3\n")
    write(tmp_path, "twice", "id: twice\nid: twice\n")
    with pytest.raises(CatalogError) as caught:
        catalog.antipatterns(tmp_path)
    told = str(caught.value)
    assert "copy.yaml:1:1" in told
    assert 'related anti-pattern "nowhere" does not exist' in told
    assert "broken.yaml:2:1: code" in told
    assert "broken.yaml:3:1: whatever" in told
    assert 'twice.yaml:2:1: "id" appears twice' in told


def test_a_name_belongs_to_one_rule(tmp_path: Path) -> None:
    text = shipped("no-timeout").replace("related: [cyclic-sync-calls]", "related: []")
    write(tmp_path, "no-timeout", text)
    write(tmp_path, "other", text.replace("id: no-timeout", "id: other"))
    with pytest.raises(CatalogError) as caught:
        catalog.antipatterns(tmp_path)
    assert '"PC301" also names' in str(caught.value)
