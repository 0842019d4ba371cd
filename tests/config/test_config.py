"""What ansible.cfg and variables come to, as data in `cases/`."""

import warnings
from pathlib import Path

import pytest
import yaml

from muster.config import Config, ConfigWarning, read_config
from muster.config.config import Found, vault_identities
from muster.config.table import SETTINGS
from muster.errors import InputError


def cases(name):
    return yaml.safe_load((Path(__file__).parent / "cases" / f"{name}.yml").read_text(encoding="utf-8")).items()


FILES, MISTAKES = dict(cases("files")), dict(cases("mistakes"))


@pytest.fixture
def work(tmp_path, monkeypatch):
    """The working directory; the file that is configured is in one below it."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)
    for folder in ("home", "work/project"):
        (tmp_path / folder).mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "work")
    return tmp_path / "work"


def configured(work, text, variables=None):
    """Return what a file's text and variables come to, and the warnings that were given."""
    path = work / "project" / "ansible.cfg"
    path.write_text(text)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        config = read_config({"ANSIBLE_CONFIG": str(path), **(variables or {})}, str(work))
    return config, [str(each.message) for each in caught if each.category is ConfigWarning]


def settled(value, work):
    """Return a value as the cases write it: lists, and names for the directories."""
    if isinstance(value, tuple):
        return [settled(each, work) for each in value]
    if not isinstance(value, str):
        return value
    places = {"ROOT": work / "project", "WORK": work, "HOME": work.parent / "home"}
    for name, place in places.items():
        value = value.replace(str(place), name)
    return value


@pytest.mark.parametrize("name", FILES)
def test_a_file_and_variables_come_to(name, work):
    case = FILES[name]
    config, warned = configured(work, case["file"], case.get("variables"))
    assert {word: settled(config[word], work) for word in config.found} == case["gives"]
    assert [each.name for each in config.unused if each.told] == case.get("told", [])
    places = [text.partition("ansible.cfg:")[2].partition(": ")[0] for text in warned]
    assert places == case.get("warns", [])


@pytest.mark.parametrize("name", MISTAKES)
def test_what_cannot_be_meant_is_told_with_its_place(name, work):
    case = MISTAKES[name]
    with pytest.raises(InputError) as raised:
        configured(work, case["file"], case.get("variables"))
    error = raised.value
    place = f"{error.origin}: " if error.origin else ""
    assert f"{place}{error.message}".replace(str(work / "project" / "ansible.cfg"), "PLACE") == case["says"]
    assert error.hint == case.get("hint", error.hint)
    assert "hunter2" not in str(error)


def test_a_configuration_by_itself_holds_the_defaults():
    config = Config()
    assert {each.word: config[each.word] for each in SETTINGS if not isinstance(each.default, tuple)} == {
        each.word: each.default for each in SETTINGS if not isinstance(each.default, tuple)}
    assert config["roles_path"][0] == "~/.ansible/roles"
    assert (config.source("forks"), config.origin("forks"), "forks" in config) == ("default", None, False)


def test_roles_and_collections_are_installed_in_ansible_s_home(work):
    config, _ = configured(work, "[defaults]\nhome = ../ansible\n")
    assert config["roles_path"][0] == str(work / "ansible/roles")
    assert config["collections_path"][0] == str(work / "ansible/collections")


def test_each_value_says_where_it_is_from(work):
    config, _ = configured(work, "[defaults]\n\nforks   =  3\n", {"ANSIBLE_TIMEOUT": "4"})
    assert config.source("forks") == f"{work}/project/ansible.cfg:3:12"
    assert config.source("timeout") == "ANSIBLE_TIMEOUT"
    assert "become" not in config


UNUSED = [
    ("[defaults]\nnocows = 1\n", {}, [("nocows", False)]),
    ("[defaults]\nmodule_utils = x\n", {}, [("module_utils", True)]),
    ("[defaults]\nretry_files_enabled = False\n", {}, [("retry_files_enabled", False)]),
    ("[defaults]\nretry_files_enabled = yes\n", {}, [("retry_files_enabled", True)]),
    ("[defaults]\nstrategy = free\n", {}, [("strategy", False)]),
    ("[defaults]\nstrategy = debug\n", {}, [("strategy", True)]),
    ("[colors]\nok = blue\n", {}, [("ok", False)]),
    ("[galaxy_server.mine]\ntoken = secret\n", {}, []),
    ("[defaults]\nfact_caching = redis\n", {}, [("fact_caching = redis", True)]),
    ("", {"ANSIBLE_MODULE_UTILS": "x"}, [("ANSIBLE_MODULE_UTILS", True)]),
    ("", {"ANSIBLE_STRATEGY": "free", "ANSIBLE_COLOR_OK": "blue"}, [("ANSIBLE_STRATEGY", False),
                                                                  ("ANSIBLE_COLOR_OK", False)]),
    ("", {"ANSIBLE_OF_MY_OWN": "x"}, []),
]


@pytest.mark.parametrize(("text", "variables", "expected"), UNUSED)
def test_what_has_no_effect_is_known_and_told_where_it_makes_a_difference(work, text, variables, expected):
    config, _ = configured(work, text, variables)
    assert [(each.name, each.told) for each in config.unused] == expected
    assert all(each.why for each in config.unused)


def test_all_that_has_no_effect_is_told_in_one_line(work):
    config, _ = configured(work, "[defaults]\nmodule_utils = x\nnocows = 1\nlog_path = /x\n")
    with pytest.warns(ConfigWarning, match=r"^module_utils, log_path have no effect in muster") as told:
        config.tell_unused()
    assert len(told) == 1


UNKNOWN = [
    ("[defaults]\nfroks = 3\n", ['2:9: nobody knows froks in [defaults]; did you mean "forks"?']),
    ("[defaults]\nbecome = yes\n", ["2:10: nobody knows become in [defaults]; it belongs to [privilege_escalation]"]),
    ("[default]\nforks = 3\n", ['2:9: [default] is not read; did you mean "[defaults]"?']),
    ("[callback_profile_tasks]\ntask_output_limit = 3\n", []),
    ("[galaxy]\nwhatever = 3\n", []),
]


@pytest.mark.parametrize(("text", "expected"), UNKNOWN)
def test_names_that_nobody_knows_are_told_with_the_nearest_spelling(work, text, expected):
    _, warned = configured(work, text)
    assert [each.partition("ansible.cfg:")[2] for each in warned] == expected


def test_passwords_of_vaults_are_tried_in_ansible_s_order(work):
    config, _ = configured(work, "[defaults]\nvault_identity_list = dev@a, b, prod@prompt\nvault_password_file = c\n"
                                 "vault_identity = mine\nask_vault_pass = yes\n")
    assert vault_identities(config) == [("dev", "a"), ("mine", "b"), ("prod", "prompt"),
                                        ("mine", str(work / "project/c")), ("mine", "prompt")]
    assert vault_identities(Config(found={"forks": Found(3, None)})) == []
