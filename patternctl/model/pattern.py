"""What the catalog knows of a pattern, a baseline or a mechanism."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from patternctl.model import units
from patternctl.model.base import (
    CatalogModel,
    Id,
    Ids,
    Items,
    Some,
    Text,
    Texts,
    refusal,
    rules,
    told,
    untold,
    when,
)
from patternctl.model.diagram import Diagram
from patternctl.model.figure import Dispute, Figure, Figures, Lines, SomeLines
from patternctl.model.vocabulary import Complexity, PatternType, Property, Verdict

MechanismCode = Annotated[str, StringConstraints(pattern=r"^P([1-9]|1[0-9]|20)$")]


class Guarantee(CatalogModel):
    """One promise: what the source document claims, and what really holds."""

    model_config = rules(
        when(told("claimed"), told("lines")),
        when(told("lines"), told("claimed")),
        when({"not": told("claimed")}, told("references")),
    )

    property: Property
    """What it is about."""
    claimed: Text | None = None
    """What the source document promises, in own words; left out where it is silent."""
    lines: Lines = ()
    """Where the source document says it."""
    holds: Text
    """What can be relied on, stated precisely."""
    denied: bool = False
    """True where the pattern does not give it; `holds` then says what there is instead."""
    provided: Items[Text] = ()
    """Conditions, all needed."""
    verdict: Verdict
    """Whether what is claimed is true; of a guarantee of our own, whether it holds."""
    references: Ids = ()
    """References it rests on."""

    @model_validator(mode="after")
    def _has_origin(self) -> Self:
        if bool(self.claimed) != bool(self.lines):
            other = "lines" if self.claimed else "claimed"
            raise refusal("`claimed` and `lines` belong together", f"add `{other}`")
        if not self.claimed and not self.references:
            remedy = "add `references: [<id of a reference>]`, or `claimed` and its `lines`"
            raise refusal("a guarantee that the source document does not claim", remedy)
        return self


class FailureMode(CatalogModel):
    """One way it breaks."""

    failure: Text
    """What goes wrong."""
    effect: Text
    """What users and data see of it."""
    detect: Text
    """How it is noticed: the signal to watch."""
    handle: Text
    """What limits or mends it."""
    lines: Lines = ()
    """Where the source document tells of it."""


class Pitfall(CatalogModel):
    """A mistake that the pattern invites."""

    name: Text
    """What it is called."""
    antipattern: Id | None = None
    """The rule that finds it, by id, where there is one."""
    problem: Text
    """What is done, and why that hurts."""
    remedy: Text
    """What to do instead."""
    lines: Lines = ()
    """Where the source document tells of it."""


class CostDriver(CatalogModel):
    """Something that the pattern makes cost more, or less."""

    driver: Text
    """What is paid for."""
    grows_with: Text
    """The quantity it grows with."""
    factor: Text
    """How much, as a formula or a factor against doing without the pattern."""


class Costs(CatalogModel):
    """What the pattern costs."""

    drivers: Items[CostDriver] = ()
    """What is paid for, the largest first."""
    figures: Figures = {}
    """Amounts and factors that are stated somewhere, by id."""


class Team(CatalogModel):
    """Who is needed, and how they are organised."""

    size: Figure | None = None
    """Engineers, where a number is stated."""
    structure: Items[Text] = ()
    """Who owns what."""
    avoid: Items[Text] = ()
    """Ways to organise that work against the pattern."""
    skills: Items[Text] = ()
    """What people must know."""
    lines: Lines = ()
    """Where the source document says it."""


class Bound(CatalogModel):
    """A number in an objective that depends on a setting of the adoption."""

    says: Text
    """The words of `good` that tell it, such as `30 s`."""
    setting: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
    """Key of the setting in a manifest, such as `poll_interval`."""
    times: Annotated[float, Field(gt=0)] | None = None
    """So many times the setting takes its place; left out where the number stays, and the objective
    makes sense only while it is longer than the setting."""
    why: Text
    """Why so many times, or why it has to be longer."""


class Slo(CatalogModel):
    """A service level objective to start from."""

    title: Text
    """What is promised to whom."""
    measured: Text
    """From where to where it is measured."""
    good: Text
    """Events that count as good."""
    total: Text
    """Events that count."""
    bound: Bound | None = None
    """The number in `good` that a setting of the manifest decides, where there is one."""
    rate: Annotated[str, StringConstraints(pattern=units.RATE_PATTERN)] | None = None
    """How many events there are, where their kind tells it: `1/min` where minutes are counted."""
    objective: Figure
    """Share of good events: at least half of them."""
    alert: Figure | None = None
    """The threshold the source document alerts on, judged."""

    @model_validator(mode="after")
    def _has_bound(self) -> Self:
        if self.bound and self.good.count(self.bound.says) != 1:
            remedy = "write the words as `good` has them, once"
            raise refusal("`bound.says` is not part of `good`", remedy)
        if self.bound and self.bound.times is None:
            try:
                units.parse_time(self.bound.says.replace(" ", ""))
            except ValueError:
                remedy = "add `times`, or let `says` be a time such as 30 s"
                raise refusal("`bound` without `times` has no time to compare", remedy) from None
        return self


class Runbook(CatalogModel):
    """What to do when something is seen to be wrong."""

    symptom: Text
    """What is seen."""
    investigate: Texts
    """What to look at, in order."""
    resolve: Texts
    """What to do, the mildest first."""
    prevent: Items[Text] = ()
    """What keeps it from coming back."""
    lines: Lines = ()
    """Where the source document says it."""


class Experiment(CatalogModel):
    """A chaos experiment."""

    name: Text
    """What is broken."""
    hypothesis: Text
    """What should stay true meanwhile."""
    blast_radius: Text
    """What may be hit at most."""
    method: Texts
    """Steps."""
    success: Texts
    """What must be measured for it to have passed."""
    abort: Text
    """When to stop at once, and how."""
    lines: Lines = ()
    """Where the source document says it."""
    caution: Text | None = None
    """What is wrong with the source document's version of it."""


class Kpi(CatalogModel):
    """A measure of whether adopting the pattern paid off."""

    name: Text
    """What it is called."""
    measure: Text
    """What is divided by what, or counted."""
    better: Literal["higher", "lower"]
    """Which way is good."""
    lines: Lines = ()
    """Where the source document says it."""


class Risk(CatalogModel):
    """What may go wrong with adopting the pattern."""

    risk: Text
    """What may happen."""
    area: Literal["technical", "operational", "organisational"]
    """Where it arises."""
    mitigations: Texts
    """What makes it less likely or less bad."""
    lines: Lines = ()
    """Where the source document says it."""


class Setting(CatalogModel):
    """One setting of a production example."""

    name: Text
    """What is set."""
    value: Text | int | float | bool
    """To what, with its unit where it is a quantity."""
    lines: SomeLines
    """Where the source document says it."""
    advice: Text | None = None
    """What to set instead, and why, where it differs."""


class Incident(CatalogModel):
    """Something that went wrong in production."""

    what: Text
    """What happened."""
    cause: Text
    """Why."""
    fix: Text
    """What was done."""
    lines: SomeLines
    """Where the source document says it."""


class ProductionExample(CatalogModel):
    """How a company is said to use the pattern."""

    title: Text
    """Company and use."""
    lines: SomeLines
    """Where the source document tells of it."""
    situation: Text
    """What had to be solved."""
    design: Texts
    """How it was built, in own words."""
    figures: Figures = {}
    """Scale and results, each judged."""
    settings: Items[Setting] = ()
    """What was set."""
    incidents: Items[Incident] = ()
    """What went wrong."""
    lessons: Texts
    """What to take from it."""
    cautions: Items[Text] = ()
    """Faults of the source document's sample, so that nobody copies them."""


class Tradeoffs(CatalogModel):
    """One row of a comparison: what the pattern does to each quality, against doing without."""

    latency: Text
    """To the time a request takes."""
    throughput: Text
    """To what can be handled at once."""
    consistency: Text
    """To what readers may see."""
    availability: Text
    """To what stays up when something fails."""
    cost: Text
    """To the bill."""
    operations: Text
    """To the work of running it."""


class Alternative(CatalogModel):
    """Another way to solve the problem."""

    model_config = rules(
        when(told("pattern"), untold("name")), when({"not": told("pattern")}, told("name"))
    )

    pattern: Id | None = None
    """A pattern or baseline of the catalog, by id."""
    name: Text | None = None
    """What it is called, where it is not of the catalog."""
    gain: Text
    """What choosing it in this pattern's place wins."""
    lose: Text
    """What it gives up."""
    choose_when: Text
    """When to choose it."""

    @model_validator(mode="after")
    def _one_name(self) -> Self:
        if bool(self.pattern) == bool(self.name):
            remedy = "remove one of them" if self.name else "add one of them"
            raise refusal("an alternative has either `pattern` or `name`", remedy)
        return self


class DecisionPath(CatalogModel):
    """One way through a decision tree."""

    tree: Id
    """Id of the tree."""
    answers: dict[Id, Id]
    """Choice by question, in the order they are asked."""


class Want(CatalogModel):
    """Something the pattern hardly works without, and cannot do itself."""

    any_of: Some[Id]
    """Patterns that give it; one of them is enough, the first is the usual one."""
    why: Text
    """What is missing without."""


class Pattern(CatalogModel):
    """`catalog/patterns/<id>.yaml`; baselines and mechanisms told in full have the same form."""

    id: Id
    """Name in kebab-case, equal to the file's stem."""
    code: Annotated[str, StringConstraints(pattern=r"^[A-Z]{1,5}[1-9][0-9]{0,4}$")]
    """Short code: a prefix and a number. A pattern of your own takes a prefix of its own, such as
    `OWN1`; those shipped have `MP` (micro), `SP` (system), `BL` (baseline) or `P` (mechanism)."""
    name: Text
    """Name as people say it."""
    type: PatternType
    """`micro` solves one problem, `system` shapes a whole, `baseline` is what systems are weighed
    against, `mechanism` is what patterns are made of."""
    synonyms: Items[Text] = ()
    """Other names people know it by."""
    problems: Ids = ()
    """Problems it solves, as words to search for: `dual-write`, `tail-latency`."""
    complexity: Complexity
    """How hard it is to build and run."""
    summary: Text
    """One sentence: what it does, for whom."""
    problem: Text
    """What hurts without it, in plain prose."""
    forces: Items[Text] = ()
    """What pulls in different directions."""
    solution: Texts
    """How it works, step by step."""
    when: Texts
    """Signs that it fits."""
    when_not: Texts
    """Signs that it does not, and what then."""
    guarantees: Some[Guarantee]
    """What it promises."""
    metrics: Figures = {}
    """Figures of its specification, by id."""
    failure_modes: Items[FailureMode] = ()
    """How it breaks."""
    pitfalls: Items[Pitfall] = ()
    """Mistakes that it invites."""
    costs: Annotated[Costs, Field(default_factory=Costs)]
    """What it costs."""
    team: Annotated[Team, Field(default_factory=Team)]
    """Who is needed."""
    slos: dict[Id, Slo] = {}
    """Objectives to start from, by id."""
    runbook: Items[Runbook] = ()
    """What to do when something is wrong."""
    chaos: Items[Experiment] = ()
    """Experiments that prove it."""
    kpis: Items[Kpi] = ()
    """Whether it paid off."""
    risks: Items[Risk] = ()
    """What may go wrong with adopting it."""
    examples: dict[Id, ProductionExample] = {}
    """How companies are said to use it, by id."""
    diagrams: dict[Id, Diagram] = {}
    """Pictures of it, by id; the first is the one to show."""
    tradeoffs: Tradeoffs | None = None
    """Its row in a comparison."""
    alternatives: Items[Alternative] = ()
    """Other ways to solve the problem."""
    disputes: Items[Dispute] = ()
    """Where the source document contradicts itself about it."""
    references: dict[Id, Text]
    """What it is based on, by id: author, title, year, place."""
    lines: dict[str, SomeLines] = {}
    """Where the source document tells a field's content, by the field's path."""
    mechanisms: dict[MechanismCode, Text] = {}
    """Mechanisms it is made of, by code, with what each is there for."""
    requires: dict[Id, Text] = {}
    """Patterns it cannot do without, each with the reason."""
    required_by: dict[Id, Text] = {}
    """Patterns that cannot do without it: the other side of `requires`."""
    composes_with: dict[Id, Text] = {}
    """Patterns that go well with it, each with what they do together."""
    conflicts_with: dict[Id, Text] = {}
    """Patterns that work against it, each with the reason."""
    wants: Items[Want] = ()
    """What it hardly works without: softer than `requires`, and with a choice."""
    cures: dict[Id, Text] = {}
    """Anti-patterns it removes, by id, each with how: the other side of `cured_by`."""
    decision: Items[DecisionPath] = ()
    """Ways through decision trees that end at it."""


class Mechanism(CatalogModel):
    """One of the mechanisms that the source document numbers P1 to P20."""

    name: Text | None = None
    """What it is; nothing where the source document only counts it."""
    summary: Text
    """What it does, or what is known of it, in one or two sentences."""
    as_named: dict[Text, SomeLines] = {}
    """What the source document calls it, and where."""
    used_by: Ids = ()
    """Patterns made of it: the other side of their `mechanisms`."""


class Mechanisms(CatalogModel):
    """`catalog/mechanisms.yaml`."""

    mechanisms: dict[MechanismCode, Mechanism]
    """All of them by code."""
    in_full: dict[Id, Pattern]
    """Those that are told in full, by id."""
    disputes: Items[Dispute] = ()
    """Where the source document contradicts itself about their codes."""
