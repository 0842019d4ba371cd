"""setup hands on what muster.target.facts gathers; what a host of any kind has is in cases/setup.yml."""

from tasks.setup import setup
from tests.tasks.harness import perform


def test_everything_is_gathered_when_asked_outright():
    assert {"mounts", "devices", "kernel", "default_ipv4"} <= set(perform(setup, {})["ansible_facts"])


def test_a_filter_may_have_wildcards():
    found = perform(setup, {"filter": ["ansible_distribution*"]})["ansible_facts"]
    assert {"distribution", "distribution_version"} <= set(found) and "os_family" not in found
