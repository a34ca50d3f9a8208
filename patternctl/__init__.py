"""patternctl: architecture decisions that are repeatable, priced and checked in CI."""

__version__ = "0.1.0"
