"""`patternctl cost` as people run it."""

import csv
import io
import json
import os
import re
import shlex
import subprocess
import sys
from functools import partial
from pathlib import Path

import pexpect
import pytest

from patternctl import catalog
from patternctl.cli import _inputs
from patternctl.costing import terms as settings
from patternctl.engine.cures import with_cure_costs
from patternctl.engine.lint import lint
from patternctl.model.settings import CostSettings, LintSettings
from tests import golden
from tests.cli.conftest import Run
from tests.cost import steps

ROOT = Path(__file__).parents[2]
SHOP = ROOT / "examples" / "shop" / "architecture.yaml"
GOLDEN = ROOT / "tests" / "golden" / "cost"
SMALL = """\
version: 1
system: shop
workload: {requests: 10/s, payload: 4KB}
services:
  web: {replicas: 2, calls: [{to: orders, via: http}]}
  orders: {replicas: 2, uses: [{store: orders-db, access: read-write}]}
stores:
  orders-db: {kind: relational, replicas: 2, size: 100GB}
"""


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795305600")  # 2026-11-22
    monkeypatch.setenv("COLUMNS", "100")


@pytest.fixture
def small(tmp_path: Path) -> Path:
    file = tmp_path / "architecture.yaml"
    file.write_text(SMALL)
    return file


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("shop.txt", ["--items"]),
        ("shop.md", ["--format", "markdown"]),
        ("shop.json", ["--format", "json"]),
        ("shop.csv", ["--format", "csv"]),
        ("shop-focus.csv", ["--format", "focus"]),
        ("shop-eur.txt", ["--currency", "EUR=0.9"]),
        ("shop-explained.txt", ["--explain", "services.orders/processors"]),
        ("shop-explained-tiers.txt", ["--explain", "system/entry/outward/answers"]),
        ("shop-explained-people.txt", ["--explain", "system/people/operations"]),
    ],
)
def test_golden_bills(name: str, arguments: list[str], run: Run, tmp_path: Path) -> None:
    (tmp_path / "architecture.yaml").write_text(SHOP.read_text())
    outcome = run("cost", *arguments)
    assert outcome.status == 0, outcome.err
    golden.check(GOLDEN / name, outcome.out)


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("compare.txt", ["compare", "traditional-monolith", "cqrs-system", "serverless"]),
        ("compare.md", ["compare", "cqrs-system", "architecture.yaml", "--format", "markdown"]),
        ("compare.json", ["compare", "serverless", "edge", "--format", "json"]),
        ("sweep.txt", ["sweep", "cqrs-system", "serverless", "--points", "31"]),
        ("sweep.csv", ["sweep", "serverless", "--points", "5", "--format", "csv"]),
        ("sweep.svg", ["sweep", "cqrs-system", "serverless", "--format", "svg"]),
        ("tco.txt", ["tco", "--from", "traditional-monolith", "--to", "cqrs-system"]),
        ("tco.md", ["tco", "--to", "serverless", "--playbook", "to-cqrs", "--format", "markdown"]),
    ],
)
def test_golden_comparisons(name: str, arguments: list[str], run: Run, small: Path) -> None:
    outcome = run("cost", *arguments)
    assert outcome.status == 0, outcome.err
    golden.check(GOLDEN / name, outcome.out)


def test_lines_add_up_to_the_totals(run: Run, small: Path) -> None:
    told = json.loads(run("cost", "--format", "json").out)
    for end in ("low", "likely", "high"):
        lines = [line for line in told["lines"] if line["cost"]]
        machines = [line for line in lines if line["role"] not in ("operations", "development")]
        assert sum(line["cost"][end] for line in machines) == pytest.approx(
            told["infrastructure"][end], abs=1e-4
        )
        assert sum(line["cost"][end] for line in lines) == pytest.approx(
            told["infrastructure"][end] + told["people"][end], abs=1e-4
        )


def test_csv_has_every_line_of_the_bill(run: Run, small: Path) -> None:
    rows = [*csv.DictReader(io.StringIO(run("cost", "--format", "csv").out))]
    told = json.loads(run("cost", "--format", "json").out)
    assert [row["id"] for row in rows] == [line["id"] for line in told["lines"]]


def test_unknown_load_is_named_and_never_zero(run: Run, small: Path) -> None:
    small.write_text(SMALL.replace("requests: 10/s, ", ""))
    text = run("cost").out
    assert "depends on requests" in text
    assert "and what is not known" in text
    told = json.loads(run("cost", "--format", "json").out)
    logs = next(line for line in told["lines"] if line["id"].endswith("/logs"))
    assert logs["cost"] is None
    assert logs["floor"]["likely"] == 0


def test_a_missing_price_is_no_price(run: Run, small: Path) -> None:
    text = run("cost", "--book", "gcp-us-central1").out
    assert "no price for container.vcpu in gcp-us-central1" in text
    assert re.search(r"\n +web +no price\n", text)
    assert re.search(r"\d+ of \d+ lines priced: not comparable", text)
    assert "lines priced" not in run("cost").out


def test_own_prices_and_discounts(run: Run, small: Path, tmp_path: Path) -> None:
    before = json.loads(run("cost", "--format", "json").out)
    (tmp_path / "prices.yaml").write_text(
        "currency: USD\n"
        "prices:\n  container.vcpu: {unit: vCPU-hour, price: 0.02, note: agreed}\n"
        "discounts: {'*': 50%}\n"
    )
    after = json.loads(run("cost", "--prices", "prices.yaml", "--format", "json").out)
    costs = [
        {line["id"]: line["cost"]["likely"] for line in told["lines"] if line["cost"]}
        for told in (before, after)
    ]
    database = "stores.orders-db/processors"
    assert costs[1][database] == pytest.approx(costs[0][database] / 2)
    web = "services.web/processors"
    assert costs[1][web] == pytest.approx(costs[0][web] * 0.02 / 0.04048 / 2)
    (tmp_path / "patternctl.toml").write_text('[cost]\nprices = "prices.yaml"\n')
    assert json.loads(run("cost", "--format", "json").out) == after


def test_wrong_prices_are_told_all_at_once(run: Run, small: Path, tmp_path: Path) -> None:
    (tmp_path / "prices.yaml").write_text(
        "currency: EUR\n"
        "prices:\n"
        "  container.vcpu: {unit: GB-hour, price: 0.02}\n"
        "  container.vcpus: {unit: vCPU-hour, price: 0.02}\n"
        "discounts: {vm.vcpu: 120%}\n"
    )
    outcome = run("cost", "--prices", "prices.yaml")
    assert outcome.status == 2
    assert "prices.yaml:1:11: the prices are in EUR" in outcome.err
    assert "container.vcpu is counted in vCPU-hour, not in GB-hour" in outcome.err
    assert 'there is no resource "container.vcpus"' in outcome.err
    assert 'did you mean "container.vcpu"?' in outcome.err
    assert "prices.yaml:5" in outcome.err


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("currency: USD\nprices:\n  vm.vcpu: {price: 1}\n", '"unit" is missing'),
        (
            "currency: USD\nprices:\n  vm.vcpu: {unit: hour, price: 1}\n  vm.vcpu: {unit: hour}\n",
            "vm.vcpu",
        ),
        ("currency: USD\nprices:\n  vm.vcpu: {unit: vCPU-hour, price: -1}\n", "negative"),
        ("currency: USD\nprices:\n  vm.vcpu: {unit: parsec, price: 1}\n", "unit"),
        ("- 1\n", "the top must be a mapping"),
    ],
)
def test_faulty_price_files(
    content: str, message: str, run: Run, small: Path, tmp_path: Path
) -> None:
    (tmp_path / "prices.yaml").write_text(content)
    outcome = run("cost", "--prices", "prices.yaml")
    assert outcome.status == 2
    assert message in outcome.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--set", "requests"], "is no `name=value`"),
        (["--set", "requests=-1/s"], "--set: requests should be a rate"),
        (["--set", "requests=1e30/s"], "--set: requests should be a rate"),
        (["--set", "requests=2000000000/s"], "is absurd"),
        (["--set", "reqests=1/s"], 'did you mean "requests"?'),
        (["--set", "cpu_time=20ms..2ms"], "cpu_time should"),
        (["--set", "regions=0"], "is absurd"),
        (["--set", "requests=1/s", "--set", "requests=2/s"], "is given twice"),
        (["--book", "aws"], 'there is no price book "aws"'),
        (["--currency", "EUR"], "is no rate"),
        (["--currency", "EUR=0"], "is no rate"),
        (["--explain", "services.web/procesors"], "services.web/processors"),
        (["--simulate", "--draws", "0"], "--draws"),
        (["--currency", "EUX=0.9"], "there is no currency EUX"),
        (["--currency", "USD=1"], "the prices are in USD already"),
        (["--explain", "services.wep"], "services.web"),
        (["sweep", "--over", "regions=0..3", "--linear"], 'regions: "0" is absurd'),
        (["compare", "cqrs"], "cqrs-system"),
        (["compare", "cqrs-system"], "nothing to compare"),
        (["sweep", "--over", "requests=1/s.."], "a start and an end"),
        (["sweep", "--over", "requests=9/s..1/s"], "starts above its end"),
        (["sweep", "--over", "requests=0/s..1/s"], "does not start at zero"),
        (["sweep", "--over", "request=1/s..2/s"], "did you mean"),
        (["sweep", "--points", "1"], "points should be"),
        (["diff", "nowhere"], "neither a file nor a revision"),
        (["diff", "architecture.yaml", "--max-increase", "ten"], "--max-increase"),
        (["tco", "--to", "nowhere"], "there is no architecture"),
        (["tco", "--to", "cqrs-system", "--months", "0"], "months should be"),
        (["tco", "--to", "cqrs-system", "--playbook", "to-mars"], "there is no playbook"),
    ],
)
def test_bad_input_is_one_message_and_exit_2(
    arguments: list[str], message: str, run: Run, small: Path
) -> None:
    outcome = run("cost", *arguments)
    assert outcome.status == 2, outcome.out
    assert message in outcome.err
    assert not outcome.out


def test_no_manifest_says_what_to_do(run: Run) -> None:
    outcome = run("cost")
    assert outcome.status == 2
    assert "patternctl init" in outcome.err


def test_manifest_named_like_a_command_is_reached_with_a_path(run: Run, tmp_path: Path) -> None:
    (tmp_path / "compare").write_text(SMALL)
    assert run("cost", "./compare").status == 0


def test_diff_of_a_thing_with_itself_is_empty(run: Run, small: Path) -> None:
    outcome = run("cost", "diff", "architecture.yaml", "architecture.yaml")
    assert "cost the same" in outcome.out
    told = json.loads(run("cost", "diff", small, small, "--format", "json").out)
    assert told["changes"] == []
    assert told["infrastructure"]["difference"] == 0


def test_diff_against_a_git_revision_fails_above_the_limit(
    run: Run, small: Path, tmp_path: Path
) -> None:
    (tmp_path / ".git").rmdir()
    for command in (
        ["init", "-q"],
        ["add", "architecture.yaml"],
        ["-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "first"],
    ):
        subprocess.run(["git", *command], cwd=tmp_path, check=True)
    small.write_text(SMALL.replace("web: {replicas: 2", "web: {replicas: 6"))
    outcome = run("cost", "diff", "HEAD", "--max-increase", "1%", "--format", "markdown")
    assert outcome.status == 1
    assert outcome.out.startswith("<!-- patternctl-cost-diff -->\n### Cost: +")
    assert "services.orders" not in outcome.out
    assert "| services.web |" in outcome.out
    assert "replicas 2 → 6, architecture.yaml:5" in outcome.out
    assert "over the limit of 1%" in outcome.out
    assert "over the limit of 1%" in outcome.err
    assert run("cost", "diff", "HEAD", "--max-increase", "500").status == 0
    assert run("cost", "diff", "HEAD", "--manifest", "other.yaml").status == 2
    assert run("cost", "diff", "--", "--output=/tmp/x").status == 2


def test_a_limit_fails_where_nobody_can_tell(run: Run, small: Path, tmp_path: Path) -> None:
    base = tmp_path / "before.yaml"
    base.write_text(SMALL)
    small.write_text(
        SMALL.replace("orders: {replicas: 2,", "orders: {replicas: 4,")
        + "patterns: [{pattern: outbox, at: [orders], retention: none}]\n"
    )
    outcome = run("cost", "diff", base, "--max-increase", "90%", "--format", "markdown")
    assert outcome.status == 1
    assert " and an unknown (" in outcome.out.splitlines()[1]
    assert "nobody can tell whether the limit of 90% is kept: the cost of" in outcome.out
    assert "depends on retention, which has no end" in outcome.err
    allowed = ("--max-increase", "90%", "--unknown", "ignore")
    ignored = run("cost", "diff", base, *allowed)
    assert ignored.status == 0
    assert "within the limit of 90%, by what is known" in ignored.out
    told = json.loads(run("cost", "diff", base, "--format", "json", *allowed).out)
    assert told["verdict"].startswith("within")
    assert "+ Rows" in ignored.out or "added, architecture.yaml:" in ignored.out
    assert run("cost", "diff", "architecture.yaml", base, "--max-increase", "0").status == 0


def test_a_line_that_is_never_known_does_not_end_curves(
    run: Run, small: Path, tmp_path: Path
) -> None:
    small.write_text(SMALL + "patterns: [{pattern: outbox, at: [orders], retention: none}]\n")
    swept = run("cost", "sweep", "--points", "3", "--over", "requests=1/s..100/s")
    assert "shop: + unknown: patterns.outbox/rows: depends on retention" in swept.out
    assert "not known\n" not in swept.out
    rows = run("cost", "sweep", "--points", "3", "--over", "requests=1/s..100/s", "-f", "csv").out
    assert all(float(row["likely"]) > 0 for row in csv.DictReader(io.StringIO(rows)))
    compared = run("cost", "compare", "architecture.yaml", "serverless").out
    assert "are not compared" not in compared
    assert "+ unknown: patterns.outbox/rows" in compared
    tco = run("cost", "tco", "--to", "serverless", "--migration-months", "3")
    assert tco.status == 0, tco.err
    assert "+ unknown: patterns.outbox/rows" in tco.out


def test_a_curve_that_ends_says_why(run: Run, small: Path) -> None:
    outcome = run("cost", "sweep", "traditional-monolith", "--points", "11")
    assert "more than the largest machine" in outcome.out
    picture = run("cost", "sweep", "traditional-monolith", "--points", "11", "-f", "svg").out
    assert "× Traditional monolith ends at" in picture
    assert "on average (/s)" in picture


def test_nothing_is_drawn_without_data(run: Run, small: Path, tmp_path: Path) -> None:
    (tmp_path / "prices").mkdir()
    book = (
        "id: empty\ntitle: Empty\nprovider: Nobody\nregion: nowhere\ncurrency: USD\n"
        "sources: {}\nprices: {}\n"
    )
    (tmp_path / "prices" / "empty.yaml").write_text(book)
    (tmp_path / "patternctl.toml").write_text('catalog = ["."]\n')
    outcome = run("cost", "sweep", "--book", "empty")
    assert outcome.status == 2
    assert "has no cost at any value" in outcome.err
    assert not outcome.out


def test_sums_that_are_not_complete_are_not_ranked(run: Run, small: Path) -> None:
    small.write_text(SMALL.replace("requests: 10/s, ", ""))
    outcome = run("cost", "compare", "serverless", "traditional-monolith", "architecture.yaml")
    assert "depends on requests" in outcome.out
    assert "Ordered by the floor" in outcome.out
    rows = [line for line in outcome.out.splitlines() if "depends on requests" in line]
    assert all(" ? " in row for row in rows)
    names = ("microservices", "serverless", "cell-based")
    told = json.loads(run("cost", "compare", *names, "--format", "json").out)
    floors = [each["floor"]["likely"] for each in told["designs"]]
    assert floors == sorted(floors)


def test_the_same_order_is_said_of_all_pairs_only(run: Run, small: Path) -> None:
    over = ("--over", "requests=1/s..2/s")
    whole = run("cost", "compare", "serverless", "cell-based", *over).out
    assert "Their order by infrastructure is the same" in whole
    over = ("--over", "requests=1/s..100000/s")
    part = json.loads(
        run("cost", "compare", "traditional-monolith", "edge", *over, "-f", "json").out
    )
    assert not part["complete"]
    assert any("more than the largest machine" in remark for remark in part["remarks"])


def test_amounts_in_another_currency(run: Run, small: Path) -> None:
    pytest.importorskip("numpy")
    euro = ("--currency", "EUR=0.5")
    simulated = [
        json.loads(run("cost", "--simulate", "-f", "json", *more).out)["simulation"]["total"]
        for more in ((), euro)
    ]
    assert simulated[1]["p50"] == pytest.approx(simulated[0]["p50"] / 2)
    owned = [
        json.loads(run("cost", "tco", "--to", "cqrs-system", "-f", "json", *more).out)
        for more in ((), euro)
    ]
    assert owned[1]["currency"] == "EUR"
    assert owned[1]["payback"] == owned[0]["payback"]
    for key in ("stay", "run", "effort"):
        assert owned[1]["months"][0][key]["likely"] == pytest.approx(
            owned[0]["months"][0][key]["likely"] / 2
        )
    explained = run("cost", "--explain", "services.web/processors", *euro).out
    assert "EUR a month" in explained
    assert "1 USD is taken for 0.5 EUR" in explained
    rows = [
        [*csv.DictReader(io.StringIO(run("cost", "-f", "focus", *more).out))] for more in ((), euro)
    ]
    assert {(row["BillingCurrency"], row["PricingCurrency"]) for row in rows[1]} == {("EUR", "USD")}
    assert [float(row["BilledCost"]) for row in rows[1]] == pytest.approx(
        [float(row["BilledCost"]) / 2 for row in rows[0]]
    )


def test_an_element_is_explained_by_its_items(run: Run, small: Path) -> None:
    text = run("cost", "--explain", "services.orders").out
    assert re.search(r"services.orders/processors +[\d.,]+ .*%  Processors", text)
    assert run("cost", "--explain", "entry").out.startswith("system/entry: ")
    assert "services.orders " in run("cost", "--explain", "infrastructure").out


def test_a_playbook_is_needed_only_where_no_flag_says_how_long(run: Run, small: Path) -> None:
    assert run("cost", "tco", "--to", "small.yaml").status == 2
    (small.parent / "after.yaml").write_text(SMALL)
    outcome = run("cost", "tco", "--to", "./after.yaml", "--migration-months", "2")
    assert outcome.status == 0, outcome.err


def test_what_is_left_out_and_what_likely_means_is_said(run: Run, small: Path) -> None:
    text, page = run("cost").out, run("cost", "--format", "markdown").out
    for told in (text, page):
        assert "Not modelled: " in told
        assert "Likely is every driver at its likeliest" in told
        assert "likely floor" in told
    assert json.loads(run("cost", "--format", "json").out)["left_out"]


def test_a_day_that_cannot_be_is_refused(
    run: Run, small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "9" * 30)
    outcome = run("cost")
    assert outcome.status == 2
    assert "SOURCE_DATE_EPOCH" in outcome.err


def test_what_is_unknown_is_asked_on_stderr(small: Path, tmp_path: Path) -> None:
    small.write_text(SMALL.replace("requests: 10/s, ", ""))
    for command in ([], ["compare", "serverless", "cqrs-system"]):
        words = [sys.executable, "-m", "patternctl", "cost", *command]
        result = tmp_path / "stdout"
        child = pexpect.spawn(
            "/bin/sh",
            ["-c", f"exec {shlex.join(words)} > {shlex.quote(str(result))}"],
            cwd=str(tmp_path),
            env={**os.environ, "TERM": "xterm", "NO_COLOR": "1", "PROMPT_TOOLKIT_NO_CPR": "1"},
            encoding="utf-8",
            timeout=20,
            dimensions=(50, 160),
        )
        child.expect_exact("Requests at the entry, on average?")
        child.send("50/s\r")
        while child.expect_exact(["Engineers who develop", "--set requests=50/s"]) == 0:
            child.send("\r")
        child.expect(pexpect.EOF)
        child.close()
        assert child.exitstatus == 0
        text = result.read_text()
        assert "Requests at the entry, on average?" not in text
        assert "depends on requests" not in text


def test_compare_is_antisymmetric(run: Run, small: Path) -> None:
    one, other = (
        json.loads(run("cost", "compare", *names, "--format", "json").out)
        for names in (("cqrs-system", "serverless"), ("serverless", "cqrs-system"))
    )
    assert one["designs"] == other["designs"]
    assert [(c["cheaper"], c["other"]) for c in one["changes"]] == [
        (c["cheaper"], c["other"]) for c in other["changes"]
    ]
    for mine, theirs in zip(one["changes"], other["changes"], strict=True):
        assert mine["volume"] == pytest.approx(theirs["volume"], rel=1e-5)


def test_simulation_lies_within_the_bounds_and_repeats(run: Run, small: Path) -> None:
    pytest.importorskip("numpy")
    first, second = (run("cost", "--simulate", "--format", "json").out for _ in range(2))
    assert first == second
    told = json.loads(first)
    spread, bounds = told["simulation"]["infrastructure"], told["infrastructure"]
    assert bounds["low"] <= spread["p10"] <= spread["p50"] <= spread["p90"] <= bounds["high"]


def test_drivers_are_listed(run: Run) -> None:
    text = run("cost", "--drivers").out
    assert "  requests  Requests at the entry, on average [rate]: nothing: has to be stated" in text


def test_stale_prices_are_told(run: Run, small: Path, tmp_path: Path) -> None:
    text = " ".join(run("cost").out.split())
    assert re.search(r"stale prices carry \d+ % of this bill: \S+ \(20", text)
    assert "older than 1y" in text
    (tmp_path / "patternctl.toml").write_text('[cost]\nstale-after = "none"\n')
    assert "older than" not in run("cost").out
    (tmp_path / "patternctl.toml").write_text('[cost]\nstale-after = "soon"\n')
    outcome = run("cost")
    assert outcome.status == 2
    assert "cost.stale-after" in outcome.err


def test_values_of_the_configuration_give_way_to_flags(
    run: Run, small: Path, tmp_path: Path
) -> None:
    settings = '[cost.set]\nengineer-month = 1000\nrequests = "5/s"\n'
    (tmp_path / "patternctl.toml").write_text(settings)
    configured = json.loads(run("cost", "--format", "json").out)
    flagged = json.loads(run("cost", "--set", "engineer_month=2000", "--format", "json").out)
    assert flagged["people"]["likely"] == pytest.approx(2 * configured["people"]["likely"])
    (tmp_path / "patternctl.toml").write_text('[cost.set]\nengineer-month = "much"\n')
    outcome = run("cost")
    assert outcome.status == 2
    assert "patternctl.toml:2" in outcome.err


def test_lint_tells_what_cures_cost(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "architecture.yaml"
    file.write_text(
        SMALL.replace(
            "uses: [{store: orders-db, access: read-write}]}",
            "uses: [{store: orders-db, access: read-write}],"
            " publishes: [{event: placed, via: direct}]}",
        )
        + "events: {placed: {external_consumers: true}}\npatterns: []\n"
    )
    told = json.loads(run("lint", "--costs", "--select", "dual-write", "--format", "json").out)
    (found,) = told["findings"]
    outbox = next(each for each in found["cure_costs"] if each["pattern"] == "outbox")
    before = json.loads(run("cost", "--format", "json").out)["infrastructure"]
    file.write_text(
        file.read_text().replace("patterns: []", "patterns: [{pattern: outbox, at: [orders]}]")
    )
    after = json.loads(run("cost", "--format", "json").out)["infrastructure"]
    assert outbox["likely"] == pytest.approx(after["likely"] - before["likely"], abs=1e-4)
    assert outbox["likely"] > 0
    assert not any(f["cure_costs"] for f in json.loads(run("lint", "-f", "json").out)["findings"])


def test_a_budget_is_cured_by_another_design(run: Run, small: Path) -> None:
    small.write_text(SMALL + "requirements: {budget: 30 USD/month}\n")
    (found,) = json.loads(run("lint", "--costs", "--select", "PC503", "-f", "json").out)["findings"]
    (cure,) = found["cure_costs"]
    told = json.loads(run("cost", "compare", "serverless", "architecture.yaml", "-f", "json").out)
    likely = {each["name"]: each["infrastructure"]["likely"] for each in told["designs"]}
    difference = likely["serverless"] - likely["architecture.yaml"]
    assert cure["whole"]
    assert cure["likely"] == pytest.approx(difference, abs=1e-4)
    text = run("lint", "--costs", "--select", "PC503").out
    assert "serverless (in place of the whole design: " in " ".join(text.split())


def test_a_budget_in_another_currency_names_both(run: Run, small: Path) -> None:
    small.write_text(SMALL + "requirements: {budget: 30 EUR/month}\n")
    outcome = run("lint", "--select", "PC503")
    assert outcome.status == 0
    text = " ".join(outcome.out.split())
    assert "a rate: the budget is in EUR, prices in USD" in text


def test_cures_of_many_services_take_time_in_proportion(run: Run, tmp_path: Path) -> None:
    systems = []
    for count in (20, 80):
        lines = [
            f"  s{n}: {{replicas: 2, uses: [{{store: d{n}, access: read-write}}],"
            f" publishes: [{{event: e{n}, via: direct}}]}}"
            for n in range(count)
        ]
        stores = [f"  d{n}: {{kind: relational, replicas: 2}}" for n in range(count)]
        events = [f"  e{n}: {{external_consumers: true}}" for n in range(count)]
        file = tmp_path / f"{count}.yaml"
        blocks = ["services:", *lines, "stores:", *stores, "events:", *events]
        head = "version: 1\nsystem: s\nworkload: {requests: 9/s}\n"
        file.write_text(head + "\n".join(blocks) + "\n")
        systems.append(_inputs.systems([str(file)], "", catalogs=[])[0])
    terms = settings.terms(CostSettings())
    rules = LintSettings(select=("dual-write",))
    results = [lint([system], catalog.antipatterns(), rules) for system in systems]
    work = [
        steps(partial(with_cure_costs, result, [system], terms))
        for system, result in zip(systems, results, strict=True)
    ]
    assert work[1] < 6 * work[0]


def test_a_budget_is_linted_with_the_prices_of_the_configuration(
    run: Run, small: Path, tmp_path: Path
) -> None:
    small.write_text(SMALL + "requirements: {budget: 300 USD/month}\n")
    assert "over-budget" in run("lint", "--select", "PC503").out
    (tmp_path / "prices.yaml").write_text("currency: USD\ndiscounts: {'*': 90%}\n")
    (tmp_path / "patternctl.toml").write_text('[cost]\nprices = "prices.yaml"\n')
    assert run("lint", "--select", "PC503").status == 0
    (tmp_path / "patternctl.toml").write_text('[cost]\nprices = "missing.yaml"\n')
    assert run("lint", "--select", "PC503").status == 2
