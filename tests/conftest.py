"""Settings that all tests share."""

import os

import pytest
from hypothesis import HealthCheck, settings

REQUIRE_ALL = "PATTERNCTL_REQUIRE_ALL"
settings.register_profile(
    "patternctl",
    deadline=None,  # timing never decides a test
    # other examples each time: many short runs find what a long one does; a verdict takes the long
    max_examples=100 if os.environ.get(REQUIRE_ALL) else 40,
    derandomize=bool(os.environ.get("CI")),
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("patternctl")
ELSEWHERE = {  # tests of what is not part of this repository, by the variable that says where
    "PATTERNCTL_CORPUS": "test_corpus.py",
    "PATTERNCTL_SOURCE": "test_source_document.py",
}
collect_ignore = [file for name, file in ELSEWHERE.items() if not os.environ.get(name)]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Slow tests first, so that no worker is left alone with one at the end."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):  # type: ignore[no-untyped-def]
    """Where every check has to run, as in continuous integration, a skipped one has failed."""
    report = yield
    if report.skipped and not hasattr(report, "wasxfail") and os.environ.get(REQUIRE_ALL):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped, and {REQUIRE_ALL} is set"
    return report


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No colour, no settings of the person who runs the tests."""
    for name in list(os.environ):
        if name.startswith("PATTERNCTL_") and name not in (
            REQUIRE_ALL,
            "PATTERNCTL_GOLDEN",
            *ELSEWHERE,
        ):
            monkeypatch.delenv(name)
    for name in ("FORCE_COLOR", "CLICOLOR_FORCE", "GITHUB_STEP_SUMMARY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NO_COLOR", "1")
