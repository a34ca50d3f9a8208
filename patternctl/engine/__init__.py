"""Judgements: pure functions of catalog, architecture and options."""
