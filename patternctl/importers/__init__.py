"""Readers: one module per foreign format, each giving a `System` with the origin of every fact."""
