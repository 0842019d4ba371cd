"""Options that the command line leaves out are as ansible.cfg and the environment have them."""

import os

import pytest

from muster.cli import main
from muster.cli.configured import SETTINGS, configured
from muster.cli.run import request_from, run
from muster.config import Config, ConfigWarning
from muster.config.config import Found
from muster.errors import InventoryError, LoadError, OptionError, Origin

PLACE = Origin("ansible.cfg", 2, 5)


def request(line, **settings):
    """Return the request that a command line makes where these settings are configured."""
    config = Config(found={word: Found(value, PLACE) for word, value in settings.items()})
    context = run.make_context("run", ["site.yml", *line.split()])
    return request_from(configured(context, context.params, config), (), config)


CASES = [
    # command line, what is configured, where it is in the request, value
    ("", {"forks": 7}, "options.forks", 7),
    ("-f 9", {"forks": 7}, "options.forks", 9),
    ("-f 50", {"forks": 7}, "options.forks", 50),
    ("", {"remote_user": "joe"}, "options.connection.user", "joe"),
    ("-u ann", {"remote_user": "joe"}, "options.connection.user", "ann"),
    ("", {"remote_user": ""}, "options.connection.user", None),
    ("", {"private_key_file": "/k"}, "options.connection.private_key", "/k"),
    ("", {"timeout": 3}, "options.connection.timeout", 3),
    ("", {"transport": "local"}, "options.connection.connection", "local"),
    ("-c ssh", {"transport": "local"}, "options.connection.connection", "ssh"),
    ("", {"ssh_common_args": "-J a"}, "options.connection.ssh_common_args", "-J a"),
    ("--ssh-common-args -Jb", {"ssh_common_args": "-J a"}, "options.connection.ssh_common_args", "-Jb"),
    ("", {"ssh_args": "-C"}, "options.connection.ssh_args", "-C"),
    ("", {"ssh_extra_args": "-C"}, "options.connection.ssh_extra_args", "-C"),
    ("", {"remote_port": 23}, "options.connection.port", 23),
    ("", {"host_key_checking": False}, "options.connection.host_key_checking", False),
    ("", {"ssh_retries": 3}, "options.connection.retries", 3),
    ("", {"interpreter_python": "/usr/bin/python3"}, "options.connection.interpreter", "/usr/bin/python3"),
    ("", {"become": True}, "options.become", True),
    ("", {"become_user": "app"}, "options.become_user", "app"),
    ("--become-user db", {"become_user": "app"}, "options.become_user", "db"),
    ("", {"become_method": "su"}, "options.become_method", "su"),
    ("", {"become_flags": "-E"}, "options.become_flags", "-E"),
    ("", {"become_exe": "/opt/sudo"}, "options.become_exe", "/opt/sudo"),
    ("", {"become_password": "secret"}, "options.become_password", "secret"),
    ("", {"force_handlers": True}, "options.force_handlers", True),
    ("", {"gathering": "smart"}, "options.gathering", "smart"),
    ("", {"inject_facts_as_vars": False}, "options.inject_facts", False),
    ("", {"diff": True}, "options.diff", True),
    ("", {"verbosity": 2}, "options.verbosity", 2),
    ("-v", {"verbosity": 2}, "options.verbosity", 3),
    ("", {"tags": ("a",)}, "tags", ("a",)),
    ("-t b,c", {"tags": ("a",)}, "tags", ("a", "b", "c")),
    ("--skip-tags b", {"skip_tags": ("a",)}, "options.skip_tags", ("a", "b")),
    ("", {"output": "default"}, "output", "ansible"),
    ("", {"output": "ansible.posix.json"}, "output", "jsonl"),
    ("-o plain", {"output": "default"}, "output", "plain"),
    ("-i a,", {"inventory": ("/nowhere",)}, "inventory", ("a,",)),
]


@pytest.mark.parametrize(("line", "settings", "field", "expected"), CASES)
def test_what_is_configured_holds_where_the_command_line_says_nothing(line, settings, field, expected):
    found = request(line, **settings)
    for name in field.split("."):
        found = getattr(found, name)
    assert found == expected


def test_the_options_have_the_defaults_that_the_settings_have():
    plain = run.make_context("run", ["site.yml"]).params
    config = Config()
    assert {option: config[word] or None for option, word in SETTINGS.items()} == {
        option: plain[option] or None for option in SETTINGS}


def test_of_the_configured_inventories_those_count_that_exist(tmp_path):
    there, gone = str(tmp_path / "there"), str(tmp_path / "gone")
    (tmp_path / "there").write_text("a\n")
    with pytest.warns(ConfigWarning, match=rf"ansible.cfg:2:5: there is no inventory {gone}"):
        assert request("", inventory=(there, gone)).inventory == (there,)
    with pytest.warns(ConfigWarning):
        assert request("", inventory=(gone, there), inventory_unparsed_is_failed=True).inventory == (there,)
    for settings in ({"inventory": (there, gone), "inventory_any_unparsed_is_failed": True},
                     {"inventory": (gone,), "inventory_unparsed_is_failed": True}):
        with pytest.raises(InventoryError, match=rf"there is no inventory {gone}") as raised:
            request("", **settings)
        assert raised.value.origin == PLACE


def test_the_inventory_of_the_machine_counts_if_there_is_one(monkeypatch):
    for there in (True, False):
        monkeypatch.setattr(os.path, "exists", lambda path, there=there: there and path == "/etc/ansible/hosts")
        assert request("").inventory == (("/etc/ansible/hosts",) if there else ())


def test_facts_are_kept_in_files_where_that_is_configured(tmp_path):
    made = request("", fact_caching="ansible.builtin.jsonfile", fact_caching_connection=str(tmp_path / "facts"),
                   fact_caching_prefix="p_", fact_caching_timeout=5).options.cache
    assert made == (str(tmp_path / "facts"), "p_", 5)
    assert (tmp_path / "facts").is_dir()
    assert request("", fact_caching="memory").options.cache is None
    with pytest.raises(LoadError, match="nothing says where") as raised:
        request("", fact_caching="jsonfile")
    assert raised.value.origin == PLACE


def test_mappings_that_would_be_merged_are_refused_by_name():
    with pytest.raises(LoadError, match="hash_behaviour = merge is not known here") as raised:
        request("", hash_behaviour="merge")
    assert raised.value.origin == PLACE
    assert request("", hash_behaviour="replace").config["hash_behaviour"] == "replace"


def test_passwords_are_asked_for_where_that_is_configured(monkeypatch):
    monkeypatch.setattr("click.prompt", lambda text, **how: f"the {text}")
    found = request("", ask_pass=True, become_ask_pass=True).options
    assert (found.connection.password, found.become_password) == ("the login password", "the sudo password")


def test_a_timeout_of_nothing_is_a_mistake():
    with pytest.raises(OptionError, match="--timeout must be more than 0 seconds"):
        request("-T 0")


@pytest.fixture
def project(tmp_path, monkeypatch, capsys):
    """Return a function that runs a playbook in a project with an ansible.cfg; it gives what is printed."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "site.yml").write_text("""
- hosts: all
  gather_facts: false
  tasks:
    - {name: one, debug: {msg: "one {{ ansible_forks }} {{ lookup('template', 'a.j2') }}"}}
    - {name: two, debug: {msg: two}, tags: slow}
""")
    (tmp_path / "a.j2").write_text("{{ ansible_managed }}")
    (tmp_path / "hosts").write_text("web ansible_connection=local\n")

    def project(text, *arguments):
        (tmp_path / "ansible.cfg").write_text(text)
        with pytest.raises(SystemExit) as end:
            main(["run", "site.yml", *arguments])
        printed = capsys.readouterr()
        return end.value.code, printed.out, printed.err.replace(str(tmp_path), "HERE")

    return project


def test_a_project_runs_as_its_file_says(project):
    code, printed, told = project("[defaults]\ninventory = hosts\nforks = 3\nansible_managed = {file} is ours\n"
                                  "stdout_callback = default\nmodule_utils = x\n[tags]\nskip = slow\n")
    assert code == 0
    assert "TASK [one]" in printed and "one 3 a.j2 is ours" in printed and "TASK [two]" not in printed
    assert told == "warning: module_utils has no effect in muster (`muster config` says why)\n"


def test_a_mistake_in_the_file_is_told_with_its_place_before_anything_is_done(project):
    assert project("[defaults]\nforks = many\n") == (1, "", "error: HERE/ansible.cfg:2:9: forks is a whole number, not "
                                                     "'many'\n  forks = many\n          ^\n")
