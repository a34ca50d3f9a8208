"""Finding and reading `patternctl.toml` and its kin."""
