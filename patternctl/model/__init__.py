"""Typed values that the rest of patternctl passes around. Nothing here reads, prints or judges."""
