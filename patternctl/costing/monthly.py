"""The bill of the architecture that a rule looks at."""

from __future__ import annotations

from patternctl.costing.bill import bill, declared
from patternctl.costing.terms import terms
from patternctl.errors import Location
from patternctl.model.bill import Bill
from patternctl.model.system import ElementPath, System
from patternctl.rulekit import Facts


class _Nowhere:
    """Stands for the files of a system, where nobody asks for places."""

    def locate(self, path: ElementPath) -> Location:  # noqa: ARG002
        """No place."""
        return Location("")

    texts: dict[str, str] = {}  # noqa: RUF012


def monthly(facts: Facts) -> Bill:
    """What it costs a month, with the prices that the configuration names.

    Raises `InputError` with all that is wrong with these.
    """
    architecture = facts.architecture
    system = System(architecture, _Nowhere(), architecture.system)
    return bill(declared(terms(facts.knowledge.costing, system)))
