"""What README shows is what the tool prints; what it tells people to type exists."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from patternctl import cli, manifest
from tests.golden import WRITING

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
PAGES = [README, ROOT / "CONTRIBUTING.md"]
GROUPS = {
    group.name: {
        c.name or getattr(c.callback, "__name__", "")
        for c in group.typer_instance.registered_commands
    }
    for group in cli.app.registered_groups
    if group.typer_instance
}


def output(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    cli.run(list(arguments))
    return capsys.readouterr().out


def first_findings(text: str, count: int) -> str:
    """The first `count` blocks and the summary of a text report, as a console block."""
    blocks = text.strip().split("\n\n")
    return (
        "```text\n" + "\n\n".join([*blocks[:count], "…", blocks[-1].splitlines()[-1]]) + "\n```\n"
    )


def check_block(name: str, expected: str) -> None:
    """Compare what stands between the markers with `expected`, or write it there."""
    start, end = f"<!-- {name} -->\n", f"<!-- /{name.partition(':')[0]} -->"
    before, _, rest = README.read_text().partition(start)
    found, _, after = rest.partition(end)
    if WRITING:
        README.write_text(f"{before}{start}{expected}{end}{after}")
    else:
        assert found == expected, f"run `make golden` to refresh {name} in README.md"


def test_golden_first_findings(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT / "examples" / "bookshop")
    monkeypatch.setenv("COLUMNS", "100")
    text = output(capsys, "lint", "--no-config")
    check_block("lint:bookshop", first_findings(text, 3))


def test_golden_rules(capsys: pytest.CaptureFixture[str]) -> None:
    check_block("rules", output(capsys, "rules", "--format", "markdown"))


def test_golden_decision(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT / "examples" / "shop")
    monkeypatch.setenv("COLUMNS", "96")
    text = output(capsys, "decide", "--no-input", "--no-problems")
    lines = [line.rstrip() for line in text.splitlines()]
    end = lines.index("What would change it")
    shown = "\n".join(lines[:end]).strip()
    check_block("decide:shop", f"```text\n{shown}\n…\n```\n")


def test_golden_patterns(capsys: pytest.CaptureFixture[str]) -> None:
    check_block("patterns", output(capsys, "patterns", "--format", "markdown"))


def test_golden_claims(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ("claims", "outbox", "--verdict", "overstated", "--verdict", "false")
    check_block("claims", output(capsys, *arguments, "--format", "markdown"))


@pytest.mark.parametrize(
    ("name", "arguments", "end"),
    [
        ("cost:shop", ("cost",), "Assumed; --set"),
        ("cost-compare:shop", ("cost", "compare"), "What the source document"),
        (
            "cost-sweep:shop",
            ("cost", "sweep", "traditional-monolith", "cqrs-system", "serverless"),
            "",
        ),
    ],
)
def test_golden_costs(
    name: str,
    arguments: tuple[str, ...],
    end: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(ROOT / "examples" / "shop")
    monkeypatch.setenv("COLUMNS", "96")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795305600")  # 2026-11-22: prices grow stale
    text = output(capsys, *arguments)
    shown = text.partition(end)[0].rstrip() + "\n\n…" if end else text.rstrip()
    check_block(name, f"```text\n{shown}\n```\n")


def part(text: str, start: str, end: str) -> str:
    """From the line that begins with `start` to the one before `end` comes next."""
    _, found, rest = text.partition(start)
    assert found, start
    return (found + rest.partition(end)[0]).rstrip() + "\n"


def test_golden_generated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT / "examples" / "shop")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795305600")  # 2026-11-22
    plan = ("playbook", "--playbook", "to-outbox", "--start", "2027-01-11")
    for arguments in (("diagram", "--focus", "payments"), plan, ("slo",)):
        assert cli.run(["generate", *arguments, "-o", str(tmp_path)]) == 0
    drawn = (tmp_path / "diagrams" / "focus-payments.mmd").read_text()
    check_block("diagram:shop", f"```mermaid\n{part(drawn, 'flowchart', chr(0))}```\n")
    planned = (tmp_path / "playbooks" / "to-outbox.md").read_text()
    phase = part(planned, "## Phase 1", "## Phase 2")
    check_block(
        "playbook:shop", "".join(f"> {line}".rstrip() + "\n" for line in phase.splitlines())
    )
    rules = (tmp_path / "slo" / "prometheus" / "flow-buy.rules.yaml").read_text()
    alert = part(
        rules, "      - alert: ErrorBudgetBurnsFast", "      - alert: ErrorBudgetBurnsSlowly"
    )
    check_block("slo:shop", f"```yaml\n{alert}```\n")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_and_flags_exist(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    helps: dict[str, str] = {}
    for command, rest in re.findall(r"\bpatternctl ([a-z]+)([^`\n|]*)", page.read_text()):
        words = rest.split()
        if command in GROUPS and words and words[0] in GROUPS[command]:
            command = f"{command} {words[0]}"
        elif command == "cost":
            command = "cost show"  # which `cost` alone stands for
        if command not in helps:
            helps[command] = output(capsys, *command.split(), "--help")
            assert helps[command], f"there is no `patternctl {command}`"
        for flag in re.findall(r"(?<!\S)(--[a-z-]+|-[a-z])(?=\s|$)", rest):
            assert flag in helps[command], f"`patternctl {command}` has no {flag}"


def test_the_manifest_it_shows_loads() -> None:
    blocks = re.findall(r"```yaml\n(version: 1\n.*?)```", README.read_text(), re.DOTALL)
    assert len(blocks) == 1
    manifest.from_text(blocks[0], "README.md")


def test_the_configuration_it_shows_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run_clean: Callable[[Path], int]
) -> None:
    block = "".join(re.findall(r"```toml\n(.*?)```", README.read_text(), re.DOTALL))
    (tmp_path / "patternctl.toml").write_text(block)
    (tmp_path / "architecture" / "catalog" / "patterns").mkdir(parents=True)
    assert run_clean(tmp_path) == 0


@pytest.fixture
def run_clean(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], int]:
    """Lint a clean manifest in a folder and give the exit status."""

    def call(folder: Path) -> int:
        (folder / "architecture.yaml").write_text("version: 1\nsystem: x\n")
        monkeypatch.chdir(folder)
        return cli.run(["lint"])

    return call


def test_every_file_it_links_to_is_there() -> None:
    for target in re.findall(r"\]\(([A-Z]+\.md)\)", README.read_text()):
        assert (ROOT / target).is_file()


def test_hooks_and_readme_agree() -> None:
    hooks = re.findall(r"^- id: (\S+)$", (ROOT / ".pre-commit-hooks.yaml").read_text(), re.M)
    assert hooks
    for hook in hooks:
        assert f"`{hook}`" in README.read_text()


def test_golden_verification(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT / "examples" / "clean")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1803859200")  # 1 March 2027
    check_block("verify:clean", f"```text\n{output(capsys, 'verify').rstrip()}\n```\n")


def test_golden_scaffolds(capsys: pytest.CaptureFixture[str]) -> None:
    check_block("scaffolds", f"```text\n{output(capsys, 'scaffold', 'list').rstrip()}\n```\n")
