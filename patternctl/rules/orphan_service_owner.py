from collections.abc import Iterator, Mapping

from patternctl.rulekit import Facts, Hit, Lack


def check(facts: Facts, limits: Mapping[str, float]) -> Iterator[Hit | Lack]:
    teams = facts.architecture.teams
    for name, service in facts.services.items():
        if service.team or facts.is_infrastructure(name) or facts.is_external(name):
            continue
        if teams is None or not facts.tells("owners"):
            yield Lack(("services", name), "team")
        else:
            critical = name in facts.critical_services
            where = " and is on a critical flow" if critical else ""
            message = f"{name} belongs to no team ({len(teams)} declared){where}"
            yield Hit(("services", name), message, severity="error" if critical else "warning")
