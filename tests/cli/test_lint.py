import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from patternctl import plugins, resources
from tests.cli.conftest import CLEAN, HANGS, Run

TICKETING = Path(__file__).parents[2] / "examples" / "ticketing"
FINDING = "architecture.yaml:6:9: warning PC301 no-timeout"


def test_findings_at_or_above_the_threshold_exit_with_one(run: Run, hangs: Path) -> None:
    outcome = run("lint", "-f", "concise", "--select", "no-timeout")
    assert outcome.status == 1
    assert outcome.out.startswith(FINDING)


def test_a_clean_manifest_exits_with_zero(run: Run, hangs: Path) -> None:
    hangs.write_text(CLEAN)
    assert run("lint", "--select", "no-timeout").status == 0


@pytest.mark.parametrize(
    ("threshold", "status"), [("info", 1), ("warning", 1), ("error", 0), ("never", 0)]
)
def test_fail_on(run: Run, hangs: Path, threshold: str, status: int) -> None:
    assert run("lint", "--select", "no-timeout", "--fail-on", threshold).status == status


def test_exit_zero_still_prints(run: Run, hangs: Path) -> None:
    outcome = run("lint", "-f", "concise", "--exit-zero", "--select", "no-timeout")
    assert outcome.status == 0
    assert FINDING in outcome.out


@pytest.mark.parametrize("name", ["no-timeout", "PC301", "pc301", "PC3", "infinite-wait"])
def test_rules_go_by_name_code_prefix_and_synonym(run: Run, hangs: Path, name: str) -> None:
    assert FINDING in run("lint", "-f", "concise", "--select", name).out
    assert FINDING not in run("lint", "-f", "concise", "--ignore", name).out


def test_unknown_rules_are_all_named_with_a_suggestion(run: Run, hangs: Path) -> None:
    outcome = run("lint", "--select", "no-timeot,PC999")
    assert outcome.status == 2
    assert 'there is no rule "no-timeot"' in outcome.err
    assert 'did you mean "no-timeout"?' in outcome.err
    assert "PC999" in outcome.err


def test_several_formats_in_one_run(run: Run, hangs: Path, tmp_path: Path) -> None:
    outcome = run("lint", "-f", "concise", "-f", "json", "-f", "sarif", "-o", "-", "-o", "l.json",
                  "-o", "l.sarif")  # fmt: skip
    assert FINDING in outcome.out
    found = json.loads((tmp_path / "l.json").read_text())["findings"]
    assert "no-timeout" in [finding["rule"] for finding in found]
    assert json.loads((tmp_path / "l.sarif").read_text())["version"] == "2.1.0"


def test_formats_and_outputs_have_to_pair(run: Run, hangs: Path) -> None:
    outcome = run("lint", "-f", "json", "-f", "sarif", "-o", "x")
    assert outcome.status == 2
    assert "do not pair up" in outcome.err
    assert run("lint", "-f", "json", "-f", "text", "-o", "-", "-o", "-").status == 2


def test_output_does_not_depend_on_the_order_of_hashes(tmp_path: Path) -> None:
    formats = plugins.names("reports")
    for seed in ("1", "2"):
        folder = tmp_path / seed
        folder.mkdir()
        command = [sys.executable, "-m", "patternctl", "lint", "--no-config", "--show-suppressed",
                   "--show-unchecked", "--statistics", "--exit-zero", "."]  # fmt: skip
        for name in formats:
            command += ["--format", name, "--output", str(folder / name)]
        subprocess.run(
            command, cwd=TICKETING, env=os.environ | {"PYTHONHASHSEED": seed}, check=True
        )
    for name in formats:
        first, second = ((tmp_path / seed / name).read_bytes() for seed in ("1", "2"))
        assert first
        assert first == second, name


def test_stdin(hangs: Path) -> None:
    command = [sys.executable, "-m", "patternctl", "lint", "-", "-f", "concise",
               "--stdin-filename", "shop.yaml", "--select", "PC301"]  # fmt: skip
    done = subprocess.run(command, input=HANGS, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stdout.startswith("shop.yaml:6:9: warning PC301")


def test_compose_on_stdin() -> None:
    command = [sys.executable, "-m", "patternctl", "lint", "-", "-f", "concise", "-q"]
    text = "services:\n  db:\n    image: postgres\n    ports: ['5432:5432']\n"
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "<stdin>:4:13: warning PC204" in done.stdout


def test_a_folder_without_anything_to_lint_is_an_error(run: Run) -> None:
    outcome = run("lint")
    assert outcome.status == 2
    assert "no architecture.yaml and no compose file" in outcome.err
    assert "patternctl init" in outcome.err


def test_problems_of_all_inputs_are_told_at_once(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("version: 1\nsystem: a\nsurvices: {}\n")
    (tmp_path / "b.yaml").write_text("version: 1\nsystem: b\nteams: 3\n")
    outcome = run("lint", "a.yaml", "b.yaml", "c.yaml")
    assert outcome.status == 2
    assert "a.yaml:3:1" in outcome.err
    assert "b.yaml:3:8" in outcome.err
    assert "c.yaml: no such file" in outcome.err


def test_a_compose_file_is_linted_at_its_own_lines(run: Run, tmp_path: Path) -> None:
    (tmp_path / "docker-compose.yml").write_text(
        "services:\n  db:\n    image: postgres:16\n    ports:\n      - '5432:5432'\n"
    )
    outcome = run("lint", "docker-compose.yml", "-f", "concise", "--select", "exposed-datastore")
    assert outcome.status == 1
    assert outcome.out.startswith("docker-compose.yml:5:")


def test_an_override_is_merged_into_the_file_it_overrides(run: Run, tmp_path: Path) -> None:
    (tmp_path / "compose.yaml").write_text("services:\n  db:\n    image: postgres:16\n")
    (tmp_path / "compose.override.yaml").write_text("services:\n  db:\n    ports: ['5432:5432']\n")
    both = ("compose.override.yaml", "./compose.yaml")
    for arguments in ((".",), both, both[::-1], both[:1], both[1:]):
        outcome = run("lint", *arguments, "-f", "concise", "--select", "exposed-datastore")
        assert outcome.out.startswith("compose.override.yaml:3:")
        assert outcome.out.endswith("1 rule, 1 system.\n")


def test_configuration_sets_severity_thresholds_and_selection(
    run: Run, hangs: Path, tmp_path: Path
) -> None:
    (tmp_path / "patternctl.toml").write_text(
        'select = ["PC3"]\nfail-on = "error"\n[severity]\nno-timeout = "error"\n'
    )
    outcome = run("lint", "-f", "concise")
    assert outcome.status == 1
    assert "error PC301" in outcome.out
    assert run("lint", "--no-config", "--fail-on", "error", "--select", "PC301").status == 0
    (tmp_path / "patternctl.toml").write_text('[severity]\nPC301 = "off"\n')
    assert "PC301" not in run("lint", "-f", "concise").out


def test_a_threshold_of_ones_own(run: Run, tmp_path: Path) -> None:
    services = {f"s{i}": {"calls": [{"to": f"s{i + 1}", "via": "http"}]} for i in range(3)}
    text = json.dumps({"version": 1, "system": "x", "services": {**services, "s3": {}}})
    (tmp_path / "architecture.yaml").write_text(text)
    assert run("lint", "--select", "service-chain").status == 0
    (tmp_path / "pyproject.toml").write_text(
        "[tool.patternctl.thresholds.service-chain]\nwarning = 4\n"
    )
    assert run("lint", "--select", "service-chain").status == 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('selct = ["PC3"]', 'unknown setting "selct"'),
        ('fail-on = "fatal"', "patternctl.toml:1"),
        ("[severity]\nno-timeout = 3", "patternctl.toml:2"),
        ("[thresholds.no-timeout]\nx = 1", 'has no threshold "x"'),
        ("[severity]\nno-timeot = 'off'", 'patternctl.toml:2: there is no rule "no-timeot"'),
        ("select = ['x-1']\nignore = [\n 'x-2']", 'patternctl.toml:3: there is no rule "x-2"'),
        ("select = [", "not valid TOML"),
    ],
)
def test_a_wrong_configuration_is_told_with_its_line(
    run: Run, hangs: Path, tmp_path: Path, text: str, message: str
) -> None:
    (tmp_path / "patternctl.toml").write_text(text)
    outcome = run("lint")
    assert outcome.status == 2
    assert message in outcome.err


def test_baseline_hides_what_was_there_and_shows_what_is_new(
    run: Run, hangs: Path, tmp_path: Path
) -> None:
    assert run("lint", "--write-baseline").status == 0
    first = (tmp_path / ".patternctl-baseline.json").read_text()
    assert run("lint").status == 0
    hangs.write_text("# a line above moves every line\n\n" + HANGS)
    assert run("lint").status == 0, "lines do not identify findings"
    hangs.write_text(HANGS.replace("  payments: {}", "  payments: {}\n  mails:\n    calls:\n"
                                   "      - {to: payments, via: grpc, timeout: none}"))  # fmt: skip
    outcome = run("lint", "-f", "concise", "--select", "no-timeout")
    assert outcome.status == 1
    assert "mails waits" in outcome.out
    assert "orders waits" not in outcome.out
    hangs.write_text(HANGS)
    run("lint", "--write-baseline")
    assert (tmp_path / ".patternctl-baseline.json").read_text() == first


def test_baseline_entries_that_are_gone_are_reported_and_pruned(
    run: Run, hangs: Path, tmp_path: Path
) -> None:
    baseline = tmp_path / ".patternctl-baseline.json"
    other = {"rule": "no-timeout", "file": "other.yaml", "element": "x", "fingerprint": "f"}
    run("lint", "--write-baseline")
    data = json.loads(baseline.read_text())
    data["findings"].append(other)
    baseline.write_text(json.dumps(data))
    hangs.write_text(CLEAN)
    assert "no longer found" in run("lint").out
    assert run("lint", "--prune-baseline").status == 0
    left = json.loads(baseline.read_text())["findings"]
    assert other in left, "files this run did not read stay in the baseline"
    assert [e for e in left if e["rule"] == "no-timeout"] == [other]


def test_the_baseline_holds_wherever_in_the_repository_a_run_starts(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "architecture.yaml").write_text(HANGS)
    assert run("lint", "shop", "--write-baseline").status == 0
    first = (tmp_path / ".patternctl-baseline.json").read_text()
    assert '"shop/architecture.yaml"' in first
    assert run("lint", "shop").status == 0
    monkeypatch.chdir(tmp_path / "shop")
    assert run("lint").status == 0
    run("lint", "--write-baseline")
    assert (tmp_path / ".patternctl-baseline.json").read_text() == first


def test_formats_for_machines_name_files_from_the_root(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "shop" / "deploy").mkdir(parents=True)
    (tmp_path / "shop" / "architecture.yaml").write_text(HANGS)
    monkeypatch.chdir(tmp_path / "shop" / "deploy")
    assert run("lint", "..", "-f", "concise").out.startswith("../architecture.yaml:6:9")
    assert '"uri": "shop/architecture.yaml"' in run("lint", "..", "-f", "sarif").out
    assert "file=shop/architecture.yaml," in run("lint", "..", "-f", "github").out


def test_the_same_input_by_several_names_is_read_once(run: Run, hangs: Path) -> None:
    outcome = run("lint", ".", "architecture.yaml", hangs, "-f", "concise", "--select", "PC301")
    assert outcome.out.count("PC301") == 1
    assert "1 system" in outcome.out


def test_a_selection_that_leaves_nothing_is_an_error(run: Run, hangs: Path) -> None:
    outcome = run("lint", "--select", "PC301", "--ignore", "no-timeout")
    assert outcome.status == 2
    assert "no rule is left to run" in outcome.err


def test_an_input_is_never_overwritten(run: Run, hangs: Path, tmp_path: Path) -> None:
    outcome = run("lint", "-f", "json", "-o", "./architecture.yaml")
    assert outcome.status == 2
    assert "is an input of this run" in outcome.err
    assert hangs.read_text() == HANGS
    (tmp_path / "compose.yaml").write_text("services: {web: {image: nginx}}\n")
    assert run("discover", "compose.yaml", "-o", "compose.yaml", "--force").status == 2
    assert "nginx" in (tmp_path / "compose.yaml").read_text()


def test_a_missing_or_broken_baseline_is_an_error(run: Run, hangs: Path, tmp_path: Path) -> None:
    assert run("lint", "--baseline", "nope.json").status == 2
    (tmp_path / "b.json").write_text('{"version": 1, "findings": [{"x": 1}]}')
    outcome = run("lint", "--baseline", "b.json")
    assert outcome.status == 2
    assert "not a baseline" in outcome.err


def test_an_unwritable_output_leaves_nothing_behind(run: Run, hangs: Path, tmp_path: Path) -> None:
    outcome = run("lint", "-o", "missing/lint.txt")
    assert outcome.status == 2
    assert "cannot be written" in outcome.err
    assert sorted(file.name for file in tmp_path.iterdir()) == [".git", "architecture.yaml"]


def test_no_color_and_colour_on_demand(run: Run, hangs: Path) -> None:
    assert "\x1b[" not in run("lint").out
    assert "\x1b[" in run("lint", "--color", "always").out


def test_the_job_summary_of_github(
    run: Run, hangs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    summary = tmp_path / "summary.md"
    summary.write_text("before\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    run("lint", "-f", "github")
    text = summary.read_text()
    assert text.startswith("before\n")
    assert "no-timeout" in text


def test_a_bug_is_told_apart_from_findings(
    run: Run, hangs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("patternctl.engine.lint.lint", lambda *_: 1 / 0)
    outcome = run("lint")
    assert outcome.status == 3
    assert "this is a bug in patternctl: ZeroDivisionError" in outcome.err


def test_interrupting_exits_with_130(
    run: Run, hangs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("patternctl.engine.lint.lint", interrupted)
    assert run("lint").status == 130


OUTBOX = resources.directory("catalog") / "patterns" / "outbox.yaml"
ADOPTING = "version: 1\nsystem: shop\npatterns: [{pattern: retry-queue}]\n"


def own_catalog(folder: Path) -> Path:
    """A configuration with a catalog of one pattern, `retry-queue`; gives the pattern's file."""
    file = folder / "own" / "patterns" / "retry-queue.yaml"
    file.parent.mkdir(parents=True)
    text = OUTBOX.read_text().replace("id: outbox", "id: retry-queue", 1)
    file.write_text(f"{text}\nwants: [{{any_of: [bulkhead], why: Retries crowd out the rest.}}]\n")
    (folder / "patternctl.toml").write_text('catalog = ["own"]\n')
    return file


def test_patterns_of_the_configured_catalogs_are_adopted(run: Run, tmp_path: Path) -> None:
    file = own_catalog(tmp_path)
    (tmp_path / "architecture.yaml").write_text(ADOPTING)
    outcome = run("lint", "-f", "concise")
    assert outcome.status == 1
    assert "PC903 missing-prerequisite: retry-queue wants bulkhead" in outcome.out
    (tmp_path / "architecture.yaml").write_text(ADOPTING.replace("queue", "qeue"))
    outcome = run("lint")
    assert outcome.status == 2
    assert 'architecture.yaml:3:22: there is no pattern "retry-qeue"' in outcome.err
    assert 'did you mean "retry-queue"?' in outcome.err
    (tmp_path / "architecture.yaml").write_text(ADOPTING)
    assert run("lint", "--no-config").status == 2
    file.write_text("id: retry-queue\n")
    outcome = run("lint")
    assert outcome.status == 2
    assert "own/patterns/retry-queue.yaml:1:1" in outcome.err


def test_examples_of_a_users_rule_may_adopt_patterns_of_the_same_catalog(
    run: Run, tmp_path: Path
) -> None:
    file = own_catalog(tmp_path)
    shipped = resources.directory("catalog") / "antipatterns" / "missing-prerequisite.yaml"
    example = """bad:
  - title: Retries without a bulkhead
    manifest: |
      version: 1
      system: shop
      patterns: [{pattern: retry-queue}]
    expect: [{at: patterns.retry-queue, severity: warning}]
"""
    rule = tmp_path / "own" / "antipatterns" / shipped.name
    rule.parent.mkdir()
    rule.write_text(shipped.read_text().replace("bad:\n", example, 1))
    assert "example" not in run("catalog", "check").err
    file.write_text(file.read_text().replace("any_of: [bulkhead]", "any_of: [retry-queue]"))
    assert "the example gives no warning finding" in run("catalog", "check").err
