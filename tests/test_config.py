import json
from pathlib import Path

import pytest

from patternctl import config
from patternctl.errors import ConfigError


def test_the_nearest_file_counts_up_to_the_repository(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "personal"))
    inner = tmp_path / "repo" / "deploy" / "shop"
    inner.mkdir(parents=True)
    (tmp_path / "patternctl.toml").write_text("")
    (tmp_path / "repo" / ".git").mkdir()
    assert config.find(inner) is None, "what is above the repository does not count"
    (tmp_path / "personal" / "patternctl").mkdir(parents=True)
    personal = tmp_path / "personal" / "patternctl" / "patternctl.toml"
    personal.write_text("")
    assert config.find(inner) == personal
    project = tmp_path / "repo" / "pyproject.toml"
    project.write_text("[tool.other]\n")
    assert config.find(inner) == personal
    project.write_text("[tool.patternctl]\nfail-on = 'error'\n")
    assert config.find(inner) == project
    assert config.load(project).fail_on == "error"
    (tmp_path / "repo" / "deploy" / ".patternctl.toml").write_text("")
    assert config.find(inner) == tmp_path / "repo" / "deploy" / ".patternctl.toml"


def test_a_user_without_a_home_has_no_personal_configuration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def homeless() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "home", homeless)
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    (tmp_path / ".git").mkdir()
    assert config.find(tmp_path) is None


@pytest.mark.parametrize(
    "content",
    ["[]", '{"version": 2, "findings": []}', '{"version": 1}', "not json",
     json.dumps({"version": 1, "findings": [dict.fromkeys(
         ("rule", "file", "element", "fingerprint"), 3)]})],
)  # fmt: skip
def test_what_is_no_baseline_is_told_as_such(tmp_path: Path, content: str) -> None:
    file = tmp_path / "b.json"
    file.write_text(content)
    with pytest.raises(ConfigError, match=r"b\.json"):
        config.read_baseline(file)
