"""Kinds of `patternctl generate`: one module each.

A kind has `SUMMARY`, one line for the help, and `make(order)`, which yields artefacts and raises
`UsageError` with every fact that it lacks. It writes nothing and asks nobody. Its files lie in a
folder of the kind's name or its plural. `FOR_ALL` is False where `generate all` leaves it out.
"""
