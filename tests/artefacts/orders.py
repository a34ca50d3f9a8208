"""Orders to generate from, for tests of kinds."""

from collections.abc import Mapping
from datetime import date
from functools import cache

from hypothesis import strategies as st

from patternctl import catalog
from patternctl.model.architecture import Architecture
from patternctl.model.artefact import Artefact, Options, Order, Sources
from patternctl.model.finding import Finding
from patternctl.model.pattern import Pattern
from patternctl.model.system import System
from tests.test_example_systems import load

HOSTILE_TEXTS = (
    '"',
    "'",
    "`",
    "\\",
    "-->",
    "<script>alert(1)</script>",
    "{{ 7 * 7 }}",
    "{% raw %}",
    "${url}",
    "=cmd|' /C calc'!A1",
    "*/ /*",
    "\u202edrawkcab",
    "\N{PILE OF POO}",
    "a\nb",
    "\r\n# not a heading",
    "\u2028",
    "x" * 500,
    "| a | b |",
    '"""',
    "${{ secrets.X }}",
    "$(id)",
    "%s%n",
)
HOSTILE = st.sampled_from(HOSTILE_TEXTS) | st.text(min_size=1, max_size=40)
"""What people may call a thing where any text is allowed."""


class _Sources(Sources):
    def findings(self, system: System) -> tuple[Finding, ...]:
        return ()

    def entries(self) -> Mapping[str, Pattern]:
        return _entries()


@cache
def _entries() -> Mapping[str, Pattern]:
    return catalog.entries(())


def order(system: System | None, *patterns: str) -> Order:
    """An order for a system, for patterns, or for both."""
    return Order(system, patterns, _Sources(), Options(today=date(2026, 11, 22)))


def example(name: str) -> Order:
    """An order for one of the example systems."""
    return order(load(name))


def files(artefacts: list[Artefact]) -> dict[str, str]:
    """Texts by path; no path comes twice, on any disk."""
    assert len({each.path.casefold() for each in artefacts}) == len(artefacts)
    return {each.path: each.text for each in artefacts}


def system(**stated: object) -> System:
    """A system that states this."""
    text = {"version": 1, "system": "shop", **stated}
    return load("shop")._replace(architecture=Architecture.model_validate(text))
