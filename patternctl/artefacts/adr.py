"""Kind `adr`: the decisions that a manifest states, each as a record of its own."""

from __future__ import annotations

from collections.abc import Iterator

from patternctl.errors import Location, Problem, UsageError
from patternctl.model.artefact import Artefact, Order

SUMMARY = "records of the decisions that the manifest states: reasons, ranking, what changes them"
FOR_ALL = False
"""Records have a folder of their own, beside those that people write: `-o docs` is docs/adr."""
FOLDER = "adr"
_STEP = f"check the records: `patternctl adr check --dir {FOLDER}`"


def make(order: Order) -> Iterator[Artefact]:
    """One record for each decision; those of one tree say which of them is superseded.

    Raises `UsageError` without a decision, and with all that keeps one from being told: no day,
    no such tree, answers that are none of its own or lead elsewhere, two of one name.
    """
    system = order.system
    if system is None or not system.architecture.decisions:
        where = Location(system.name) if system else None
        hint = "`patternctl decide` decides, and prints the block for `decisions:`"
        raise UsageError(Problem("no decision is stated", where, hint))
    from patternctl.artefacts._adr_records import records  # deciding, which no other kind needs

    for name, text in records(order, system).items():
        yield Artefact(f"{FOLDER}/{name}", text, _STEP)
