from datetime import date

from patternctl import catalog, manifest
from patternctl.engine.lint import lint
from patternctl.model.finding import LintResult
from patternctl.model.settings import LintSettings

ENTRIES = {name: catalog.antipatterns()[name] for name in ("no-timeout", "no-circuit-breaker")}
TODAY = date(2026, 11, 22)
MANIFEST = """\
version: 1
system: shop
services:
  orders:
    calls:
      - {to: payments, via: http, timeout: none}
      - {to: stock, via: http, timeout: none}
  payments: {}
  stock: {}
"""


def run(text: str, **settings: object) -> LintResult:
    options = LintSettings(today=TODAY, **settings)  # type: ignore[arg-type]
    return lint([manifest.from_text(text, "a.yaml")], ENTRIES, options)


def at(result: LintResult) -> list[str]:
    return [finding.element.rpartition(".")[2] for finding in result.findings]


def commented(comment: str, *, above: bool = False) -> str:
    lines = MANIFEST.split("\n")
    if above:
        lines.insert(5, f"      {comment}")
    else:
        lines[5] += f"  {comment}"
    return "\n".join(lines)


def test_comment_on_the_line_or_above_it() -> None:
    for above in (False, True):
        result = run(commented("# patternctl: ignore[PC301] sandbox only", above=above))
        assert at(result) == ["stock"]
        (hidden,) = result.suppressed
        assert hidden.suppression is not None
        assert (hidden.suppression.kind, hidden.suppression.reason) == ("inline", "sandbox only")
        assert result.notices == ()


def test_several_names_and_the_file_form() -> None:
    for names in ("no-timeout, PC301", "PC3", "pc301", "missing-timeout"):
        assert at(run(commented(f"# patternctl: ignore[{names}]"))) == ["stock"]
    assert at(run(commented("# patternctl: ignore-file[no-timeout] all sandboxes"))) == []


def test_the_word_inside_a_string_is_no_comment() -> None:
    text = MANIFEST.replace("system: shop", 'system: "x#patternctl: ignore-file[PC301]"')
    assert at(run(text)) == ["payments", "stock"]


def test_manifest_block_covers_an_element_and_what_is_below_it() -> None:
    def block(where: str) -> str:
        return f"{MANIFEST}lint:\n  ignore:\n    - {{rule: no-timeout, {where}reason: legacy}}\n"

    assert at(run(block("at: services.orders.calls.payments, "))) == ["stock"]
    assert at(run(block("at: services.orders, "))) == []
    assert at(run(block(""))) == []
    result = run(block("at: services.order, "))
    assert at(result) == ["payments", "stock"]
    assert [str(notice.location) for notice in result.notices] == ["a.yaml:12:7"]
    assert "hides nothing" in result.notices[0].message


def test_until_holds_through_its_day_and_returns_with_a_notice() -> None:
    assert at(run(commented("# patternctl: ignore[PC301] x until=2026-11-22"))) == ["stock"]
    result = run(commented("# patternctl: ignore[PC301] x until=2026-11-21"))
    assert at(result) == ["payments", "stock"]
    assert "expired on 2026-11-21" in result.notices[0].message


def test_what_cannot_be_understood_is_reported_and_hides_nothing() -> None:
    for comment, told in {
        "# patternctl: ignore[no-timeout] x until=soon": '"soon" is not a date',
        "# patternctl: ignore[no-timeot] x": 'did you mean "no-timeout"?',
        "# patternctl: ignore no-timeout": "not understood",
        "# patternctl: disable": "not understood",
        "# patternctl: ignore[p] x": 'there is no rule "p"',
    }.items():
        result = run(commented(comment))
        assert at(result) == ["payments", "stock"]
        assert told in result.notices[0].message
        assert str(result.notices[0].location).startswith("a.yaml:6:")


def test_reasons_can_be_required() -> None:
    result = run(commented("# patternctl: ignore[PC301]"), require_reason=True)
    assert at(result) == ["payments", "stock"]
    assert "gives no reason" in result.notices[0].message
    assert at(run(commented("# patternctl: ignore[PC301] why"), require_reason=True)) == ["stock"]


def test_unused_is_only_reported_for_rules_that_ran() -> None:
    text = MANIFEST.replace("timeout: none", "timeout: 1s")
    comment = "# patternctl: ignore-file[PC301] x\n"
    assert len(run(comment + text).notices) == 1
    assert run(comment + text, report_unused=False).notices == ()
    assert run(comment + text, ignore=("PC301",)).notices == ()


def test_no_ignores_shows_everything() -> None:
    text = commented("# patternctl: ignore-file[PC301] x")
    assert at(run(text, honour_ignores=False)) == ["payments", "stock"]
