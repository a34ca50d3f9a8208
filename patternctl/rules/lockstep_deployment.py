from collections.abc import Iterator, Mapping

from patternctl.rulekit import Facts, Hit, Lack
from patternctl.rulekit.signals import deploy_units, deployed_services, sole_deploy_unit, teams_of
from patternctl.rulekit.wording import listed


def check(facts: Facts, limits: Mapping[str, float]) -> Iterator[Hit | Lack]:
    if sole_deploy_unit(facts, limits["services"]) is not None:
        return
    yield from _unknown_units(facts)
    for unit, members in deploy_units(facts).items():
        teams = teams_of(facts, members)
        places = [("services", name, "deploy_unit") for name in members]
        if len(teams) > 1:
            yield Hit(
                min(places),
                f"{len(members)} services of {len(teams)} teams always deploy together as {unit}: "
                f"{listed(members)} ({listed(teams)})",
                related=tuple(places[1:]),
                shown_by=places[0],
            )
        elif len(members) > 1:
            yield from _unknown_teams(facts, members)


def _unknown_units(facts: Facts) -> Iterator[Lack]:
    """Services that may deploy with another team's; none where there is one team only."""
    services = deployed_services(facts)
    if len({facts.services[name].team or name for name in services}) < 2:
        return
    for name in services:
        if facts.services[name].deploy_unit is None:
            yield Lack(("services", name), "deploy_unit")


def _unknown_teams(facts: Facts, members: list[str]) -> Iterator[Lack]:
    for name in members:
        if facts.services[name].team is None:
            yield Lack(("services", name), "team")
