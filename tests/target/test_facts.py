"""Facts: which are gathered, that they are cheap, and what files and programs of the host's own add."""

import os
import time

import pytest

from muster.target import facts
from muster.target.task import context


@pytest.fixture(autouse=True)
def no_warnings():
    context.warnings = []


SUBSETS = [
    (None, set(facts.COLLECTORS) - {"mounts", "devices", "initiators"}),
    (["all"], set(facts.COLLECTORS)),
    (["min"], set(facts.MINIMUM)),
    (["!all"], set(facts.MINIMUM)),
    (["!all", "!min"], set()),
    (["!all", "!min", "network"], {"interfaces"}),
    (["!all", "network"], set(facts.MINIMUM) | {"interfaces"}),
    (["network"], set(facts.MINIMUM) | {"interfaces"}),
    (["!hardware"], set(facts.COLLECTORS) - {"memory", "processor", "dmi", "mounts", "devices", "uptime"}),
    (["all", "!mounts"], set(facts.COLLECTORS) - {"mounts"}),
    (["!all", "!min", "distribution", "pkg_mgr"], {"distribution", "pkg_mgr"}),
    (["!all", "!min", "default_ipv4"], {"interfaces"}),
    (["!distribution"], set(facts.COLLECTORS)),
]


@pytest.mark.parametrize(
    ("words", "expected"), SUBSETS, ids=lambda value: " ".join(value) if isinstance(value, list) else ""
)
def test_the_words_of_gather_subset(words, expected):
    assert set(facts.chosen(words)) == expected
    assert context.warnings == []


@pytest.mark.parametrize("word", ["facter", "!ohai", "hardwear"])
def test_words_that_mean_nothing_here_are_warned_of(word):
    facts.chosen(["min", word])
    assert word.lstrip("!") in context.warnings[0]


def test_where_proc_is_missing_the_rest_is_told(monkeypatch):
    monkeypatch.setattr(facts, "peek", lambda path, default="": default)
    found = facts.gather()
    assert "system_capabilities" not in found and found["system"] == "Linux"
    assert any("facts of caps" in text or "capabilities" in text for text in context.warnings)


def test_default_facts_start_no_program(monkeypatch, tmp_path):
    monkeypatch.setattr("muster.target.system.spawn", lambda *words: pytest.fail("started"))
    monkeypatch.setattr(facts, "full_name", lambda name: name)
    monkeypatch.setattr("os.fork", lambda: pytest.fail("started"))
    found = facts.gather(fact_path=str(tmp_path))
    for name in (
        "distribution",
        "os_family",
        "kernel",
        "hostname",
        "python_version",
        "user_id",
        "env",
        "date_time",
        "default_ipv4",
        "interfaces",
        "memtotal_mb",
        "processor_vcpus",
        "virtualization_type",
        "selinux",
        "pkg_mgr",
        "service_mgr",
        "uptime_seconds",
        "dns",
        "cmdline",
        "lsb",
        "fips",
        "machine_id",
        "apparmor",
    ):
        assert name in found
    assert "mounts" not in found


def test_facts_are_plain_data():
    import json

    assert json.loads(json.dumps(facts.gather(["all"])))["system"] == "Linux"


def test_one_collector_that_breaks_does_not_take_the_others_along(monkeypatch):
    def broken():
        raise ValueError("odd")

    monkeypatch.setitem(facts.COLLECTORS, "memory", broken)
    assert "kernel" in facts.gather(["all"])
    assert "memory" in context.warnings[0] and "odd" in context.warnings[0]


def test_a_name_with_a_domain_is_found_in_hosts_without_asking_anybody(monkeypatch, tmp_path):
    monkeypatch.setattr(facts, "resolve", lambda name: pytest.fail("asked"))
    hosts = tmp_path / "hosts"
    hosts.write_text("127.0.0.1 localhost\n10.0.0.5 web.example.com web # web.wrong\n10.0.0.6 lonely\n")
    assert facts.full_name("web", str(hosts)) == "web.example.com"
    assert facts.full_name("lonely", str(hosts)) == "lonely"
    assert facts.full_name("already.example.com", str(hosts)) == "already.example.com"


def test_a_resolver_that_does_not_answer_is_given_up(monkeypatch):
    import _socket

    monkeypatch.setattr(_socket, "gethostbyaddr", lambda name: time.sleep(30))
    started = time.time()
    assert facts.resolve("somewhere", seconds=0.1) is None
    assert time.time() - started < 5


def test_a_resolver_that_knows_a_domain_is_believed(monkeypatch):
    import _socket

    monkeypatch.setattr(_socket, "gethostbyaddr", lambda name: (name, ["web.example.com"], ["10.0.0.5"]))
    assert facts.resolve("web") == "web.example.com"


def test_dates_are_text_of_a_fixed_form():
    found = facts.date_time()["date_time"]
    assert all(isinstance(value, str) for value in found.values())
    assert found["date"] == "%s-%s-%s" % (found["year"], found["month"], found["day"])
    assert abs(int(found["epoch"]) - time.time()) < 5 and found["iso8601_micro"].endswith("Z")


def test_the_resolvers_configuration(tmp_path):
    (tmp_path / "resolv").write_text(
        "# c\nnameserver 10.0.0.2\nnameserver ::1\nsearch a.example b.example\noptions ndots:2 rotate\n"
    )
    assert facts.dns(str(tmp_path / "resolv"))["dns"] == {
        "nameservers": ["10.0.0.2", "::1"],
        "search": ["a.example", "b.example"],
        "options": {"ndots": "2", "rotate": True},
    }


def test_selinux_off_and_on(tmp_path):
    assert facts.selinux(str(tmp_path))["selinux"] == {"status": "disabled"}
    (tmp_path / "enforce").write_text("1")
    (tmp_path / "policyvers").write_text("33")
    (tmp_path / "config").write_text("SELINUX=enforcing\nSELINUXTYPE=targeted\n")
    assert facts.selinux(str(tmp_path), str(tmp_path / "config"))["selinux"] == {
        "status": "enabled",
        "mode": "enforcing",
        "config_mode": "enforcing",
        "type": "targeted",
        "policyvers": 33,
    }


def test_host_keys(tmp_path):
    (tmp_path / "ssh_host_ed25519_key.pub").write_text("ssh-ed25519 AAAAkey root@host\n")
    assert facts.ssh_keys(str(tmp_path)) == {
        "ssh_host_key_ed25519_public": "AAAAkey",
        "ssh_host_key_ed25519_public_keytype": "ssh-ed25519",
    }


def fact(directory, name, text, mode=0o644):
    path = directory / name
    path.write_text(text)
    os.chmod(path, mode)


def test_the_hosts_own_facts(tmp_path):
    fact(tmp_path, "json.fact", '{"a": [1, 2]}')
    fact(tmp_path, "ini.fact", "[general]\nA=1\n")
    fact(tmp_path, "program.fact", '#!/bin/sh\necho \'{"from": "program"}\'\n', 0o755)
    fact(tmp_path, "other.txt", "no fact")
    assert facts.local(str(tmp_path))["local"] == {
        "json": {"a": [1, 2]},
        "ini": {"general": {"a": "1"}},
        "program": {"from": "program"},
    }


@pytest.mark.parametrize(
    ("text", "mode", "words"),
    [
        ("neither", 0o644, "neither JSON nor INI"),
        ("#!/bin/sh\necho oh no >&2; exit 3\n", 0o755, "it ended with 3: oh no"),
        ("#!/bin/sh\nsleep 30\n", 0o755, "it ended with 124"),
    ],
)
def test_a_fact_that_is_none_says_why(tmp_path, text, mode, words):
    fact(tmp_path, "bad.fact", text, mode)
    assert words in facts.local(str(tmp_path), timeout=1)["local"]["bad"]


def test_no_facts_of_its_own():
    assert facts.local("/nonexistent") == {"local": {}}
