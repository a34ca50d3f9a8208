"""What detectors work with: indexed facts of one architecture, and graph algorithms over them."""

from patternctl.model.finding import Hit, Lack
from patternctl.rulekit.facts import CallEdge, Facts, Hop, StoreUse

__all__ = ["CallEdge", "Facts", "Hit", "Hop", "Lack", "StoreUse"]
