"""Keywords of plays that are configured."""

import pytest

from muster.config import Config
from muster.config.config import Found
from muster.errors import Origin
from muster.load.configured import with_defaults
from tests.planning import planned

PLACE = Origin("ansible.cfg", 2, 5)


def config(**settings):
    return Config(found={word: Found(value, PLACE) for word, value in settings.items()})


@pytest.mark.parametrize(("settings", "keywords", "expected"), [
    ({}, "", {}),
    ({"forks": 3}, "", {}),
    ({"no_log": True, "any_errors_fatal": True}, "", {"no_log": True, "any_errors_fatal": True}),
    ({"no_log": True}, "no_log: false", {"no_log": False}),
    ({"task_timeout": 30}, "", {"timeout": 30}),
    ({"gather_subset": ("min", "network"), "gather_timeout": 5}, "", {"gather_subset": ["min", "network"],
                                                                    "gather_timeout": 5}),
    ({"gathering": "explicit"}, "", {"gather_facts": False}),
    ({"gathering": "explicit"}, "gather_facts: true", {"gather_facts": True}),
    ({"gathering": "smart"}, "", {})])
def test_a_play_that_does_not_say_otherwise_has_them(tmp_path, settings, keywords, expected):
    plan = planned(tmp_path, f"- hosts: web\n  {keywords}\n", config=config(**settings))
    words = plan.plays[0].play.keywords
    assert {word: words[word] for word in words if word != "hosts"} == expected
    assert all(words.origins[word] == PLACE for word in expected if word not in keywords)


def test_nothing_is_made_anew_where_nothing_is_configured(tmp_path):
    plan = planned(tmp_path, "- hosts: web\n")
    playbook = type("Playbook", (), {"plays": (plan.plays[0].play,)})()
    assert with_defaults(playbook, Config()) is playbook


def test_facts_are_gathered_only_where_a_play_says_so(tmp_path):
    text = "[{hosts: web}, {hosts: web, gather_facts: true}]"
    plan = planned(tmp_path, text, config=config(gathering="explicit", gather_subset=("min",)))
    assert [[step.task.args for step in play.steps()] for play in plan.plays] == [[], [{"gather_subset": ["min"]}]]
