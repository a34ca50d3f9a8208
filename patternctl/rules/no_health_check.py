from collections.abc import Iterator, Mapping

from patternctl.rulekit import Facts, Hit, Lack
from patternctl.rulekit.wording import listed

_PLATFORM_WATCHES = ("function", "edge")


def check(facts: Facts, limits: Mapping[str, float]) -> Iterator[Hit | Lack]:
    stated = {
        name: service.health_check
        for name, service in facts.services.items()
        if not facts.is_infrastructure(name)
        and not facts.is_external(name)
        and service.runtime not in _PLATFORM_WATCHES
    }
    complete = facts.tells("health_checks")
    without = [n for n, has in stated.items() if has is False or (has is None and complete)]
    if len(without) == len(stated) > 1:
        yield _nobody_is_asked(without)
        return
    watched = sum(has is True for has in stated.values())
    for name in without:
        message = f"{name} has no health check; {watched} of {len(stated)} services have one"
        yield Hit(("services", name), message, shown_by=("services", name, "health_check"))
    if any(has is not None for has in stated.values()) and not complete:
        yield from (
            Lack(("services", n), "health_check") for n, has in stated.items() if has is None
        )


def _nobody_is_asked(services: list[str]) -> Hit:
    """One finding where the system has no health checks at all: that is one decision."""
    return Hit(
        ("services",),
        f"none of {len(services)} services has a health check: {listed(services)}",
        related=tuple(("services", name) for name in services),
        shown_by=("services", services[0]),
    )
