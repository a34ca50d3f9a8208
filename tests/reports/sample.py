"""One lint result that holds everything a report can meet, and options to render it with."""

from datetime import date

from patternctl.errors import Location
from patternctl.model.antipattern import AntiPattern, Example, Threshold
from patternctl.model.finding import Finding, LintResult, Notice, Suppression, Unchecked
from patternctl.model.render import RenderOptions

RULES = tuple(f"rule-{number}" for number in range(40))
MANIFEST = "architecture.yaml"
HOSTILE_FILE = "odd, dir/a:b|c `d`.yaml"
HOSTILE = (
    "]]> ::error ##[error]x | <script>alert(1)</script> `x` @team #12 100%\r\n\x1b[31mred\x07\x9b1m"
)

_CALL = "      - {to: payments, via: http}"
_WIDE = "  訂單服務: {owner: команда} # 😀"
_LONG = f"  legacy: {{description: {'a' * 120}, replicas: 1, note: {'b' * 140}}}"
TEXT = "\n".join(
    ["version: 1", "system: shop", "services:", "  orders:", "    calls:", _CALL, _WIDE, _LONG]
)
TABS = "services:\r\n\torders:\t{replicas: 1}\r\n"

NO_TIMEOUT = AntiPattern(
    id="no-timeout",
    code="PC301",
    title="Call without a timeout",
    group="calls",
    severity="warning",
    confidence="high",
    since="0.1.0",
    summary="A service waits for another without a bound on how long.",
    what="A synchronous call has no deadline of its own.\nThe caller waits.",
    why="Slow is worse than down.",
    impact=("Threads run out.",),
    fix=("Set a deadline.", "Add a circuit breaker: `circuit_breaker`."),
    help="Set a deadline a little above the callee's p99.",
    exceptions=("Asynchronous calls.",),
    facts=("calls.timeout",),
    cured_by=("circuit-breaker",),
    thresholds={"x": Threshold(value=1, unit="s", meaning="a bound", source="a proposal")},
    sources=("A book",),
    bad=(Example(title="Waits for ever", manifest="version: 1\nsystem: shop"),),
    good=(Example(title="Waits two seconds", manifest="version: 1\nsystem: shop"),),
)
CYCLE = NO_TIMEOUT.model_copy(
    update={
        "id": "cyclic-sync-calls",
        "code": "PC101",
        "title": "Services that wait for one another",
        "severity": "error",
        "confidence": "medium",
        "cured_by": (),
        "exceptions": (),
    }
)
ENTRIES = {entry.id: entry for entry in (CYCLE, NO_TIMEOUT)}


def finding(number: int = 0, **changes: object) -> Finding:
    """A finding like any other, told apart by its number."""
    base = Finding(
        code="PC301",
        rule="no-timeout",
        severity="error",
        message="orders waits for payments over http without a timeout",
        element="services.orders.calls.payments",
        location=Location(MANIFEST, 6, 9, 35),
        fingerprint=f"{number:016x}",
        help="Set a deadline a little above the callee's p99.",
        cures=("circuit-breaker",),
    )
    return base._replace(**changes)  # type: ignore[arg-type]


def _cycle() -> Finding:
    return finding(
        2,
        code="PC101",
        rule="cyclic-sync-calls",
        message="8 services call one another in a circle: a → b → a",
        element="services.a.calls.b",
        location=Location(MANIFEST, 4, 3),
        cures=(),
        related=tuple(
            (f'services."s.{n}".calls.[x](1)', Location(MANIFEST, 4 + n % 3, 5)) for n in range(7)
        ),
    )


def _suppressed() -> tuple[Finding, ...]:
    day = date(2027, 3, 1)
    reasons = (
        Suppression("inline", "agreed with the owner", day, Location(MANIFEST, 6, 40)),
        Suppression("file", "", None, Location("compose.yaml", 1, 1)),
        Suppression("manifest", HOSTILE, day, Location(MANIFEST, 9, 7)),
        Suppression("baseline"),
    )
    return tuple(
        finding(20 + n, severity=severity, suppression=reason)
        for n, (severity, reason) in enumerate(
            zip(("error", "warning", "info", "warning"), reasons, strict=True)
        )
    )


RESULT = LintResult(
    inputs=(MANIFEST, HOSTILE_FILE, "clean.yaml"),
    findings=(
        finding(1),
        _cycle(),
        finding(3, severity="warning", location=Location(MANIFEST, 7, 3, 7), cures=()),
        finding(4, severity="warning", location=Location(MANIFEST, 8, 148)),
        finding(5, severity="info", location=Location(MANIFEST), element="services"),
        finding(6, severity="info", location=Location("tabs.yaml", 2, 10), element='stores."a.b"'),
        finding(7, location=Location(HOSTILE_FILE, 1, 1), message=HOSTILE, element=HOSTILE),
        finding(7, location=Location("C:\\systems\\shop ü.yaml", 3), rule="own-rule", code="PC999"),
        finding(8, location=Location(".\\sub\\gone.yaml", 99, 1, 5), help=HOSTILE),
    ),
    suppressed=_suppressed(),
    unchecked=(
        Unchecked(
            "PC301", "no-timeout", "timeout", tuple(f"services.s{n}.calls.t" for n in (1, 2))
        ),
        Unchecked("PC302", "no-retry", "timeout", ("services.s2.calls.t", "services.s3.calls.t")),
        Unchecked(
            "PC401", "one-replica", "replicas", ("services.s1", 'services."calls.x".latency')
        ),
        Unchecked("PC201", "shared-database", "owner", ("stores.db", "services.s1.uses.db")),
        Unchecked("PC202", "no-goal", "availability", ("requirements",)),
    ),
    notices=(
        Notice("the suppression of no-timeout expired on 2026-01-01", Location(MANIFEST, 12, 3)),
        Notice(HOSTILE),
    ),
    notes=("a compose file does not tell timeouts", HOSTILE),
    rules=RULES,
    texts={
        MANIFEST: TEXT,
        "tabs.yaml": TABS,
        HOSTILE_FILE: f"{HOSTILE}\n",
        "clean.yaml": "version: 1\n",
    },
)
CLEAN = LintResult(
    inputs=(MANIFEST,), findings=(), rules=RULES, texts={MANIFEST: "version: 1\nsystem: shop\n"}
)
OPTIONS = RenderOptions(
    entries=ENTRIES,
    version="0.1.0",
    width=100,
    show_suppressed=True,
    show_unchecked=True,
    statistics=True,
)
PLAIN = RenderOptions(entries=ENTRIES, version="0.1.0")


def many(count: int) -> LintResult:
    """`count` findings in one file of as many lines, each related to two places."""
    places = tuple((f"services.r{n}", Location(MANIFEST, n + 1, 1)) for n in range(2))
    severities = ("error", "warning", "info")
    return LintResult(
        inputs=(MANIFEST,),
        findings=tuple(
            finding(
                n,
                severity=severities[n % 3],
                location=Location(MANIFEST, n + 1, 3, 9),
                element=f"services.s{n}",
                related=places,
            )
            for n in range(count)
        ),
        rules=("no-timeout",),
        texts={MANIFEST: "\n".join(f"  s{n}: {{replicas: 1}}" for n in range(count))},
    )
