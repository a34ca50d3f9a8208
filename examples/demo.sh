#!/bin/sh
# The main job on a real example: from compose files to findings. Run by `make demo`.
set -eu
cd "$(dirname "$0")/.."

say() { printf '\n\033[1m$ %s\033[0m\n' "$*"; }

say patternctl lint examples/bookshop
patternctl lint examples/bookshop --exit-zero

cat <<'TEXT'

That is a system nobody has described yet: the findings come from its compose files alone.

Try next:
  .venv/bin/patternctl explain shared-persistence       why a finding hurts, and what cures it
  .venv/bin/patternctl discover examples/bookshop       the manifest those files amount to
  .venv/bin/patternctl lint examples/shop               a manifest that says more, so more is found
  .venv/bin/patternctl patterns search noisy neighbour  a pattern for a problem
  .venv/bin/patternctl patterns show outbox             what it promises, and what really holds
  .venv/bin/patternctl lint path/to/your/docker-compose.yml
  .venv/bin/patternctl init                             a manifest of your own
TEXT
