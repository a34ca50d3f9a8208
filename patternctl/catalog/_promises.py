"""What requirements ask for: a shipped file that users do not replace, so tests check its form."""

from __future__ import annotations

from typing import Any

from patternctl import yamlio
from patternctl.catalog import _reading
from patternctl.model.promise import Promise


def read() -> tuple[Promise, ...]:
    """See `patternctl.catalog.promises`. Raises `TypeError` where a field is not known."""
    path = _reading.shipped() / "promises.yaml"
    data: dict[str, Any] = yamlio.parse(yamlio.read_text(path), str(path)).plain()
    return tuple(Promise(**each) for each in data["promises"])
