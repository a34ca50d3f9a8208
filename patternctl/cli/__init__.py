"""The command line: parse, call, render, exit."""


def main() -> None:
    """Entry point."""
