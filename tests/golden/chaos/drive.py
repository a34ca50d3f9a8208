"""What the experiments beside it measure with; needs Python 3.9 and nothing else.

    drive.py ready      whether the fault can be done, all that it needs is set, requests are
                        answered as promised, and the guarantee holds beforehand
    drive.py break      do the fault, watch for --hold seconds, take it back, wait until requests
                        are answered as promised again; --times times, or until that fails
    drive.py guarantee  whether the guarantee holds, as the command --check tells, tried again for
                        --recovery seconds; exit status 3 where there is no such command
    drive.py restore    take the fault back, whatever happened
    drive.py steady     whether requests are answered as promised
    drive.py verdict    whether the fault was done to its end in this run, and nothing broke

What happened is kept in --record for this run of chaostoolkit only (the parent process), so that an
old one does not count.
"""

import argparse
import http.client
import json
import os
import random
import shlex
import subprocess
import sys
import time
import urllib.request
from collections import deque
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait

RUN = os.getppid()
AT_ONCE = 16
APART = 2.0  # seconds at most between two faults, at random: so that they keep step with no timer
UNCHECKED = 3
NOT_DONE = "the fault could not be done, so nothing was tested"
NOT_TAKEN_BACK = "the fault could not be taken back: do it by hand now"


def recorded(record):
    """What this run has done and why it has failed so far; what cannot be read is no pass."""
    try:
        with open(record, encoding="utf-8") as stream:
            found = json.load(stream)
    except FileNotFoundError:
        found = {}
    except (OSError, ValueError) as error:
        return {"run": RUN, "done": False, "why": [f"remove {record}: {error}"]}
    return found if found.get("run") == RUN else {"run": RUN, "done": False, "why": []}


def keep(record, found):
    with open(record, "w", encoding="utf-8") as stream:
        json.dump(found, stream)


def broken(record, why):
    """Keep why this run has failed, and end with exit status 1."""
    found = recorded(record)
    keep(record, {**found, "why": [*found["why"], why]})
    sys.exit(why)


def verdict(args):
    """End with exit status 1 unless the fault was done to its end and nothing broke."""
    found = recorded(args.record)
    why = found["why"] or ([] if found["done"] else ["the fault was not done to its end"])
    sys.exit("; ".join(why) or 0)


def command(args, what):
    """Words of the team's command for its part."""
    own = (args.verb, args.target, args.which, str(args.least), args.delay)
    return [*shlex.split(args.fault), what, *own]


def ask(args):
    """(failed, slow) of one request."""
    start = time.monotonic()
    try:
        with urllib.request.urlopen(args.url, timeout=max(5.0, 5 * args.within)) as answer:
            answer.read()
    except (OSError, ValueError, http.client.HTTPException):  # a status of 400 and above, too
        return True, True
    return False, args.within > 0 and time.monotonic() - start > args.within


def samples(args):
    """Outcomes of requests at the rate asked for, or slower where too many wait, without end."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        under_way, due = set(), time.monotonic()
        while True:
            due = max(due + 1 / args.rate, time.monotonic() - 1)
            if len(under_way) < AT_ONCE:
                under_way.add(pool.submit(ask, args))
            done, under_way = wait(under_way, max(0.0, due - time.monotonic()), FIRST_COMPLETED)
            yield [each.result() for each in done]
            time.sleep(max(0.0, due - time.monotonic()))


def complaint(args, window):
    """What is beyond its limit among the last requests; empty where nothing is."""
    failed = sum(each[0] for each in window)
    slow = sum(each[1] for each in window)
    if failed > args.failed * args.requests:
        return f"{failed} of {len(window)} requests failed"
    if args.within > 0 and slow > args.slow * args.requests:
        return f"{slow} of {len(window)} requests took more than {args.within:g} s"
    return ""


def measured(args, over):
    """What is wrong with the last requests: at once, or nothing when it is over."""
    window = deque(maxlen=args.requests)
    for found in samples(args):
        window.extend(found)
        wrong = complaint(args, window)
        if wrong or over(window):
            return wrong


def steady(args):
    """What is wrong with so many requests as are judged together."""
    return measured(args, lambda window: len(window) == args.requests)


def watched(args):
    """What goes wrong while the fault is done and lasts; it is taken back in any case."""
    doing = subprocess.Popen(command(args, "inject"))
    end = None

    def over(_window):
        nonlocal end
        if end is None and doing.poll() is not None:
            end = time.monotonic() + (0 if doing.returncode else args.hold)
        return end is not None and time.monotonic() >= end

    try:
        wrong = measured(args, over)
        if doing.wait():
            wrong = NOT_DONE
    finally:
        doing.wait()
        back = taken_back(args)
    return "; ".join(each for each in (wrong, "" if back else NOT_TAKEN_BACK) if each)


def recovered(args):
    """What is still wrong when the time for recovery is over."""
    end = time.monotonic() + args.recovery
    while True:
        wrong = steady(args)
        if not wrong or time.monotonic() >= end:
            return wrong and f"not recovered in {args.recovery:g} s: {wrong}"


def rounds(args):
    """Do the fault as often as asked for, until something goes wrong."""
    if recorded(args.record)["why"]:
        verdict(args)  # nothing is done to what is not ready
    for number in range(1, args.times + 1):
        time.sleep(random.uniform(0, APART))
        start = time.monotonic()
        wrong = watched(args) or recovered(args)
        seconds = time.monotonic() - start
        found = wrong or "users were served"
        print(f"{number} of {args.times}: {found}, {seconds:.1f} s", flush=True)
        if wrong:
            broken(args.record, wrong)
    keep(args.record, {**recorded(args.record), "done": True})


def taken_back(args):
    """Whether the fault is taken back."""
    return subprocess.run(command(args, "restore"), check=False).returncode == 0


def restore(args):
    """Take the fault back, or end with exit status 1."""
    if not taken_back(args):
        broken(args.record, NOT_TAKEN_BACK)


def unchecked(why):
    """Say that nothing is known of the guarantee, which is no pass."""
    print(f"guarantee not checked: {why}", file=sys.stderr)
    sys.exit(UNCHECKED)


def guarantee(args):
    """Ask the team's command until it says yes or patience is over."""
    if not args.check:
        unchecked("set CHAOS_CHECK")
    if not recorded(args.record)["done"]:
        unchecked("the fault was not done to its end")
    end = time.monotonic() + args.recovery
    while not holds(args):
        if time.monotonic() >= end:
            broken(args.record, f"the guarantee does not hold: {args.check}")
        time.sleep(1)
    print("the guarantee holds")


def holds(args):
    """Whether the command exits with 0."""
    try:
        return subprocess.run(shlex.split(args.check), check=False).returncode == 0
    except (OSError, ValueError) as error:
        broken(args.record, f"the guarantee could not be checked: {error}")


def ready(args):
    """End with exit status 1 unless all is as it should be before the fault."""
    wanted = (
        (args.url, "CHAOS_URL: a request that fails when users are not served"),
        (args.hold is not None, "CHAOS_HOLD: seconds that the fault lasts"),
        (args.delay, "CHAOS_DELAY_MS: milliseconds that answers are late"),
    )
    wrong = [f"set {words}" for given, words in wanted if not given]
    if subprocess.run(command(args, "can"), check=False).returncode:
        wrong.append("the fault cannot be done")
    if not wrong:
        found = steady(args)
        wrong += [f"before anything was done {found}"] if found else []
    if not wrong and args.check and not holds(args):
        wrong.append(f"the guarantee did not hold before anything was done: {args.check}")
    if wrong:
        broken(args.record, "; ".join(wrong))


def seconds(text):
    """A number; None where nothing is given."""
    return float(text) if text else None


def parsed():
    parser = argparse.ArgumentParser()
    parser.add_argument("command", choices=COMMANDS)
    add = parser.add_argument
    add("--record", default="drive.record.json")
    add("--fault", default="", help="command that does faults")
    add("--verb", default="", help="what is done")
    add("--target", default="", help="to what")
    add("--which", default="all", choices=("all", "one", "leader"), help="of its instances")
    add("--least", type=int, default=1, help="instances that have to run beforehand")
    add("--delay", default="0", help="milliseconds that answers are late")
    add("--times", type=int, default=1)
    add("--hold", type=seconds, help="seconds that the fault lasts")
    add("--recovery", type=float, default=60.0, help="seconds")
    add("--check", default="", help="command that exits 0 when the guarantee holds")
    add("--url", default="")
    add("--failed", type=float, default=0.0, help="share that may fail")
    add("--slow", type=float, default=0.0, help="share that may be slow")
    add("--within", type=float, default=0.0, help="seconds; 0 is no limit")
    add("--requests", type=int, default=20, help="that are judged together")
    add("--rate", type=float, default=10.0, help="requests a second")
    return parser.parse_args()


COMMANDS = {
    "ready": ready,
    "break": rounds,
    "guarantee": guarantee,
    "restore": restore,
    "steady": lambda args: sys.exit(steady(args) or 0),
    "verdict": verdict,
}


if __name__ == "__main__":
    args = parsed()
    COMMANDS[args.command](args)
