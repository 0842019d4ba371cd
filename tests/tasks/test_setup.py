"""setup hands on what muster.target.facts gathers."""

from tasks.setup import setup
from tests.tasks.harness import perform


def facts(**arguments):
    return perform(setup, arguments)["ansible_facts"]


def test_everything_is_gathered_when_asked_outright():
    assert {"mounts", "devices", "kernel", "default_ipv4"} <= set(facts())


def test_a_subset():
    found = facts(gather_subset=["!all", "!min", "mounts"])
    assert set(found) == {"mounts", "gather_subset", "module_setup"}


def test_a_filter_with_and_without_the_prefix():
    assert set(facts(filter=["ansible_distribution*", "kernel"])) >= {"distribution", "distribution_version", "kernel"}
    assert "os_family" not in facts(filter=["ansible_distribution*", "kernel"])


def test_facts_of_the_hosts_own_directory(tmp_path):
    (tmp_path / "mine.fact").write_text('{"a": 1}')
    assert facts(fact_path=str(tmp_path), filter=["local"], gather_timeout=1) == {"local": {"mine": {"a": 1}}}
