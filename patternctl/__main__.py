"""`python -m patternctl`, and where the command starts."""

import os


def main() -> None:
    """Load the command line and run it; an interruption while it loads is one like any other."""
    try:
        from patternctl.cli import main as run

        run()
    except KeyboardInterrupt:
        os._exit(130)


if __name__ == "__main__":
    main()
