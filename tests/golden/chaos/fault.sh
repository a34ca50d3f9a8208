#!/bin/sh
# Does the faults of the experiments beside it, for Docker Compose. Where the system runs elsewhere,
# let CHAOS_FAULT name a command of your own that takes the same words:
#   can     VERB TARGET WHICH LEAST DELAY    exit 0 where the fault can be done, else say what is missing
#   inject  VERB TARGET WHICH LEAST DELAY    do it
#   restore VERB TARGET                      take it back; doing so twice does no harm
# VERB    stop, kill (without warning), hang (takes connections, never answers) or slow (answers late);
#         others are the team's to write
# TARGET  a service of the compose file, or the names of several that stand for one another
# WHICH   all of its instances; one of them, the first by name; or the leader, whose name the command
#         CHAOS_PICK prints (it may pick for `one` as well)
# LEAST   instances that have to run beforehand, so that another one can take over
# DELAY   milliseconds that answers are late
# slow needs Toxiproxy between callers and target: a proxy of the target's name, or one in front of
# each instance, named TARGET-1, TARGET-2 and so on. Who does not call through it notices nothing.
# Docker Compose finds its file in this folder or one above, or by COMPOSE_FILE. What was hit is kept
# in fault.record, so that the same is taken back.
set -euf
what=${1:-} verb=${2:-} target=${3:-} which=${4:-} least=${5:-1} delay=${6:-}
record=fault.record
toxic=patternctl

fail() { echo "fault.sh: $1" >&2; exit 64; }

# Containers of a service that run, one a line, always in the same order.
containers() {
  ids=$(docker compose ps -q --status running "$1")
  [ -n "$ids" ] || return 0
  # shellcheck disable=SC2086 # a word each
  names=$(docker container inspect --format '{{.Name}}' $ids)
  echo "$names" | sed 's|^/||' | LC_ALL=C sort
}

# Proxies in front of each instance of a target, else the one in front of all.
proxies() {
  number=1
  while toxiproxy-cli inspect "$1-$number" >/dev/null 2>&1; do
    echo "$1-$number"
    number=$((number + 1))
  done
  if [ "$number" = 1 ] && toxiproxy-cli inspect "$1" >/dev/null 2>&1; then echo "$1"; fi
}

instances() {
  for name in $target; do "$kind" "$name"; done
}

# What is to be hit, one a line; fails where that cannot be done as asked.
chosen() {
  case "$which" in all|one|leader) ;; *) fail "of which instances is not said: all, one or leader" ;; esac
  found=$(instances)
  count=$(echo "$found" | grep -c . || true)
  [ "$count" -gt 0 ] || fail "there are no $kind of $target"
  [ "$count" -ge "$least" ] ||
    fail "running $kind of $target: $count; it takes $least, since another one has to take over"
  if [ "$which" = all ]; then echo "$found"; return; fi
  pick=${CHAOS_PICK:-}
  if [ -n "$pick" ]; then
    one=$(sh -c "$pick")
  elif [ "$which" = leader ]; then
    fail "which of $target leads is not known: set CHAOS_PICK to a command that prints its name"
  else
    one=$(echo "$found" | sed -n 1p)
  fi
  echo "$found" | grep -qxF -- "$one" ||
    fail "CHAOS_PICK prints '$one', which is none of: $(echo "$found" | tr '\n' ' ')"
  echo "$one"
}

can() {
  [ ! -e "$record" ] || fail "an earlier fault is not taken back: sh fault.sh restore $(sed -n 1p "$record")"
  [ "$verb" != slow ] || [ "${delay:-0}" -gt 0 ] || fail "how late is not stated: set CHAOS_DELAY_MS"
  hit=$(chosen)
}

# shellcheck disable=SC2086 # names have no spaces
inject() {
  can
  printf '%s "%s"\n%s\n' "$verb" "$target" "$hit" >"$record"
  case "$verb" in
    stop) docker stop $hit ;;
    kill) docker kill -s KILL $hit ;;
    hang) docker pause $hit ;;
    slow) for each in $hit; do delay "$each"; done ;;
  esac
}

delay() {
  toxiproxy-cli toxic add -t latency -n "$toxic" -a latency="$delay" "$1"
}

revive() {
  state=$(docker container inspect --format '{{.State.Status}}' "$1") || return 1
  case "$state" in
    running) ;;
    paused) docker unpause "$1" ;;
    *) docker start "$1" ;;
  esac
}

quicken() {
  toxics=$(toxiproxy-cli inspect "$1") || return 1
  case "$toxics" in *"$toxic"*) toxiproxy-cli toxic remove -n "$toxic" "$1" ;; esac
}

restore() {
  if [ ! -e "$record" ]; then echo "nothing to take back: no $record in this folder"; return; fi
  earlier=$(sed -n 1p "$record")
  [ "$earlier" = "$verb \"$target\"" ] || fail "what was done is another fault: sh fault.sh restore $earlier"
  left=
  # shellcheck disable=SC2013 # a word each
  for each in $(sed 1d "$record"); do "$back" "$each" || left="$left $each"; done
  [ -z "$left" ] || fail "not taken back, do it by hand and remove $record:$left"
  rm "$record"
}

case "$verb" in
  stop|kill|hang) tool=docker kind=containers back=revive ;;
  slow) tool=toxiproxy-cli kind=proxies back=quicken ;;
  *) fail "does not know how to do '$verb': let CHAOS_FAULT name a command that does" ;;
esac
[ -n "$target" ] || fail "no target: set CHAOS_TARGET to what it is called where it runs"
command -v "$tool" >/dev/null || fail "needs $tool to do '$verb'"
case "$what" in
  can|inject|restore) "$what" ;;
  *) fail "asked for '$what': can, inject or restore" ;;
esac
