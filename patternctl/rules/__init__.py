"""Detectors: one module per anti-pattern, each with one function `check`.

The module's name is the anti-pattern's id with underscores; its prose, severity and thresholds are
in `catalog/antipatterns/<id>.yaml`.
"""
