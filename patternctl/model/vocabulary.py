"""Words that the catalog chooses from; imported by the command line, so without pydantic."""

from __future__ import annotations

from typing import Literal

Complexity = Literal["low", "medium", "high", "very-high"]
PatternType = Literal["micro", "system", "baseline", "mechanism"]
Property = Literal[
    "atomicity",
    "audit",
    "availability",
    "consistency",
    "delivery",
    "durability",
    "efficiency",
    "independence",
    "isolation",
    "latency",
    "operability",
    "ordering",
    "recovery",
    "safety",
    "scale",
]
"""What a guarantee is about. `safety`: something bad never happens, such as overselling."""

Verdict = Literal["holds", "holds-when", "overstated", "false", "unchecked"]
"""`holds`: true as stated. `holds-when`: true under the condition that `why` gives. `overstated`:
the direction is right, the size or reach is not. `false`: it cannot be so. `unchecked`: nothing at
hand confirms or refutes it."""

DiagramFormat = Literal["mmd", "dot", "svg", "png"]
"""What diagrams are written in, by the suffix of their files."""
