import pytest

from patternctl import catalog, manifest
from patternctl.engine.lint import lint, reaches, resolve
from patternctl.errors import UsageError
from patternctl.model.settings import LintSettings

ENTRIES = catalog.antipatterns()
TEXT = """\
version: 1
system: shop
services:
  orders:
    calls:
      - {to: payments, via: http, timeout: none}
      - {to: payments, via: http, timeout: none}
  payments:
    calls: [{to: orders, via: http}]
"""


def test_fingerprints_do_not_move_with_lines_and_tell_equal_elements_apart() -> None:
    def fingerprints(text: str) -> list[str]:
        result = lint([manifest.from_text(text, "a.yaml")], ENTRIES, LintSettings())
        return [finding.fingerprint for finding in result.findings]

    moved = "# one\n# two\n" + TEXT
    assert fingerprints(TEXT) == fingerprints(moved)
    assert len(set(fingerprints(TEXT))) == len(fingerprints(TEXT))


def test_what_a_rule_lacked_is_counted_by_fact_and_element() -> None:
    result = lint([manifest.from_text(TEXT, "a.yaml")], ENTRIES, LintSettings(select=("PC301",)))
    (unchecked,) = result.unchecked
    assert (unchecked.rule, unchecked.fact) == ("no-timeout", "timeout")
    assert unchecked.elements == ("services.payments.calls.orders",)


def test_severity_of_the_configuration_wins() -> None:
    settings = LintSettings(select=("PC301",), severity={"no-timeout": "info"})
    result = lint([manifest.from_text(TEXT, "a.yaml")], ENTRIES, settings)
    assert {finding.severity for finding in result.findings} == {"info"}


def test_findings_come_in_file_order_whatever_the_order_of_inputs() -> None:
    systems = [manifest.from_text(TEXT, name) for name in ("b.yaml", "a.yaml")]
    result = lint(systems, ENTRIES, LintSettings())
    places = [(f.location.file, f.location.line) for f in result.findings]
    assert places == sorted(places)


def test_resolve_names_everything_unknown_at_once() -> None:
    with pytest.raises(UsageError) as caught:
        resolve(["nope", "PC999", "no-timeout"], ENTRIES)
    assert len(caught.value.problems) == 2


@pytest.mark.parametrize(
    ("severity", "threshold", "expected"),
    [("info", "warning", False), ("error", "warning", True), ("error", "never", False)],
)
def test_reaches(severity: str, threshold: str, expected: bool) -> None:
    assert reaches(severity, threshold) is expected  # type: ignore[arg-type]
