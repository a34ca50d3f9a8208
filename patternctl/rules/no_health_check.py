from collections.abc import Iterator, Mapping

from patternctl.rulekit import Facts, Hit, Lack

_PLATFORM_WATCHES = ("function", "edge")


def check(facts: Facts, limits: Mapping[str, float]) -> Iterator[Hit | Lack]:
    judged = {
        name: service
        for name, service in facts.services.items()
        if not facts.is_infrastructure(name)
        and not facts.is_external(name)
        and service.runtime not in _PLATFORM_WATCHES
    }
    watched = sum(service.health_check is True for service in judged.values())
    mentioned = any(service.health_check is not None for service in judged.values())
    complete = facts.tells("health_checks")
    for name, service in judged.items():
        if service.health_check is False or (service.health_check is None and complete):
            message = f"{name} has no health check; {watched} of {len(judged)} services have one"
            yield Hit(("services", name), message, shown_by=("services", name, "health_check"))
        elif service.health_check is None and mentioned:
            yield Lack(("services", name), "health_check")
