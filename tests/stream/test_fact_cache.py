"""Facts that are kept in files, as ansible-core 2.19 writes them (measured), and as it did before."""

import json
import os
import stat
import time

import pytest

from muster.config import ConfigWarning
from muster.errors import OptionError
from muster.secrets import SECRETS
from muster.stream.fact_cache import FactCache
from tests.stream.fake import ok
from tests.stream.play import play

FACTS = {"ansible_system": "Linux", "own": {"a": [1]}, "_ansible_facts_gathered": True}


@pytest.fixture
def cache(tmp_path):
    made = FactCache(str(tmp_path / "facts"))
    made.prepare()
    return made


def test_facts_come_back_as_they_were_kept(cache):
    assert cache.load("web") == {}
    cache.keep("web", FACTS)
    assert cache.load("web") == FACTS
    assert stat.S_IMODE(os.stat(cache.path("web")).st_mode) == 0o644
    cache.keep("web", {})
    cache.keep("web", {})
    assert (cache.load("web"), os.listdir(cache.directory)) == ({}, [])


def test_the_file_of_a_host_is_what_ansible_looks_for(cache):
    prefixed = cache._replace(prefix="mine_")
    prefixed.keep("web", FACTS)
    assert os.listdir(cache.directory) == ["mine_s1_web"]
    with open(prefixed.path("web"), encoding="utf-8") as file:
        assert json.loads(json.load(file)["__payload__"]) == FACTS


def write(path, value, age=0):
    with open(path, "w", encoding="utf-8") as file:
        json.dump(value, file)
    os.utime(path, (time.time() - age,) * 2)


def test_a_value_that_a_playbook_has_set_is_taken_out_of_what_it_is_wrapped_in(cache):
    def wrapped(value, kind):
        return {"value": value, "tags": [{"path": "site.yml", "__ansible_type": "Origin"}],
                "__ansible_type": f"_AnsibleTagged{kind}"}

    value = wrapped({"a": wrapped([wrapped(1, "Int"), {"b": wrapped("x", "Str")}], "List")}, "Dict")
    write(cache.path("web"), {"__payload__": json.dumps({"own": value})})
    assert cache.load("web") == {"own": {"a": [1, {"b": "x"}]}}


def test_of_the_files_of_older_and_newer_versions_the_newer_one_counts(cache):
    old = os.path.join(cache.directory, "web")
    write(old, {"own": "old"}, age=10)
    assert cache.load("web") == {"own": "old"}
    write(cache.path("web"), {"__payload__": '{"own": "new"}'}, age=5)
    assert cache.load("web") == {"own": "new"}
    write(old, {"own": "old"})
    assert cache.load("web") == {"own": "old"}


def test_facts_hold_for_a_time_or_for_ever(cache):
    write(cache.path("web"), {"__payload__": '{"a": 1}'}, age=100)
    assert cache._replace(timeout=200).load("web") == {"a": 1}
    assert cache._replace(timeout=50).load("web") == {}
    assert cache._replace(timeout=0).load("web") == {"a": 1}


@pytest.mark.parametrize("text", ["", "{", "[]", "3", '{"__payload__": "{"}', '{"__payload__": 3}',
                                  '{"__payload__": "[]"}'])
def test_what_cannot_be_read_is_as_good_as_none(cache, text):
    with open(cache.path("web"), "w", encoding="utf-8") as file:
        file.write(text)
    assert cache.load("web") == {}


def test_a_directory_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OptionError, match="cannot be made"):
        FactCache(str(tmp_path / "file" / "facts")).prepare()


def test_facts_that_cannot_be_kept_are_told_and_nothing_is_left(cache):
    os.mkdir(cache.path("web"))
    with pytest.warns(ConfigWarning, match="the facts of web could not be kept"):
        cache.keep("web", FACTS)
    assert os.listdir(cache.directory) == ["s1_web"]


# A session is there already when facts are gathered: those that come with an agent's first words are for `runs/`.
TWICE = """
- hosts: all
  gather_facts: false
  tasks: [{name: open, command: x}]
- hosts: all
- hosts: all
  tasks: [{name: look, debug: {msg: "{{ ansible_system }}"}}]
"""


def gathered(number, call):
    return ok(ansible_facts={"ansible_system": "Linux"}) if call.task == "setup" else ok()


OPENED, GATHERED, LOOKED = "a ok open", "a ok Gathering Facts", "a ok look"


@pytest.mark.parametrize(("gathering", "expected"), [
    ("implicit", [OPENED, GATHERED, GATHERED, LOOKED]), ("smart", [OPENED, GATHERED, LOOKED])])
def test_facts_that_are_known_are_gathered_again_or_not(tmp_path, gathering, expected):
    told, _ = play(tmp_path, TWICE, answers={"a": gathered}, gathering=gathering)
    assert told == expected


@pytest.mark.parametrize(("gathering", "expected"), [
    ("implicit", [OPENED, GATHERED, GATHERED, LOOKED]), ("smart", [OPENED, LOOKED])])
def test_the_next_run_knows_the_facts(tmp_path, cache, gathering, expected):
    play(tmp_path, TWICE, answers={"a": gathered}, cache=cache)
    assert cache.load("a") == {"ansible_system": "Linux", "_ansible_facts_gathered": True}
    told, _ = play(tmp_path, TWICE, answers={"a": gathered}, cache=cache, gathering=gathering)
    assert told == expected


def test_facts_of_other_hosts_are_known_without_a_word_from_them(tmp_path, cache):
    cache.keep("b", FACTS)
    told, _ = play(tmp_path, """
- hosts: a
  gather_facts: false
  tasks: [{name: look, debug: {msg: "{{ hostvars.b.ansible_system }} {{ hostvars.b.own.a }}"}}]
""", hosts="a,b", cache=cache)
    assert told == ["a ok look"]


def test_cleared_facts_are_gathered_again_and_kept_no_more(tmp_path, cache):
    cache.keep("a", FACTS)
    told, _ = play(tmp_path, """
- hosts: all
  tasks: [{name: open, command: x}, {name: clear, meta: clear_facts}]
- hosts: all
""", answers={"a": gathered}, cache=cache, gathering="smart")
    assert told == [OPENED, "a ok clear", GATHERED]
    assert cache.load("a") == {"ansible_system": "Linux", "_ansible_facts_gathered": True}


def test_what_set_fact_makes_cacheable_is_kept(tmp_path, cache):
    play(tmp_path, """
- hosts: all
  gather_facts: false
  tasks: [{set_fact: {mine: 7, cacheable: true}}]
""", cache=cache)
    assert cache.load("a") == {"mine": 7}


def test_facts_that_hold_a_secret_are_their_owners_alone(cache):
    SECRETS.add("hunter22")
    cache.keep("web", {"own": {"a": ["hunter22"]}})
    assert stat.S_IMODE(os.stat(cache.path("web")).st_mode) == 0o600
    assert cache.load("web") == {"own": {"a": ["hunter22"]}}
