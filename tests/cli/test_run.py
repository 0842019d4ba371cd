"""`muster run`: options spelled as ansible-playbook spells them."""

import pytest

from muster.cli import main
from muster.cli.run import request_from, run

PLAYBOOK = """
- hosts: all
  gather_facts: false
  tasks:
    - {name: one, debug: {msg: "one {{ word | default('nothing') }} {{ ansible_check_mode }}"}, tags: a}
    - {name: two, debug: {msg: two}, tags: b}
"""


def request(*arguments):
    """Return the request that a command line makes."""
    return request_from(run.make_context("run", ["site.yml", *arguments]).params, ["run", "site.yml", *arguments])


@pytest.mark.parametrize(("arguments", "field", "value"), [
    ("", "playbooks", ("site.yml",)),
    ("more.yml", "playbooks", ("site.yml", "more.yml")),
    ("-i a, --inventory b", "inventory", ("a,", "b")),
    ("-l web", "limit", "web"),
    ("--limit @failed", "limit", "@failed"),
    ("-t a,b --tags c", "tags", ("a", "b", "c")),
    ("--skip-tags a,b", "skip_tags", ("a", "b")),
    ("--start-at-task Install", "start_at", "Install"),
    ("-o jsonl", "output", "jsonl"),
    ("", "strict", False),
    ("--strict", "strict", True),
    ("-C", "command", ("muster", "run", "site.yml", "-C"))])
def test_options_say_what_is_run(arguments, field, value):
    assert getattr(request(*arguments.split()), field) == value


@pytest.mark.parametrize(("arguments", "field", "value"), [
    ("", "check", False), ("-C", "check", True), ("--check", "check", True), ("-D", "diff", True), ("--diff",
    "diff", True),
    ("", "forks", 50), ("-f 5", "forks", 5), ("--forks 5", "forks", 5), ("-vvv", "verbosity", 3), ("--verbose",
    "verbosity", 1),
    ("-b", "become", True), ("--become", "become", True), ("--become-user app", "become_user", "app"),
    ("", "become_method", "sudo"), ("--become-method su", "become_method", "su"), ("-t a",
    "tags", ("a",)),
    ("--force-handlers", "force_handlers", True), ("--step-by-step", "step_by_step", True),
    ("-e a=1 --extra-vars b=2", "extra", {"a": "1", "b": "2"})])
def test_options_say_how_it_is_run(arguments, field, value):
    assert getattr(request(*arguments.split()).options, field) == value


@pytest.mark.parametrize(("arguments", "field", "value"), [
    ("-u admin", "user", "admin"), ("--user admin", "user", "admin"), ("--private-key id", "private_key", "id"),
    ("--key-file id", "private_key", "id"), ("-T 5", "timeout", 5.0), ("--timeout 5", "timeout", 5.0),
    ("-c local", "connection", "local"), ("--connection ssh", "connection", "ssh")])
def test_options_say_how_hosts_are_reached(arguments, field, value):
    assert getattr(request(*arguments.split()).options.connection, field) == value


@pytest.fixture
def carry_out(tmp_path, monkeypatch, capsys):
    """Return a function that runs `muster run` in a project and returns its exit code and output."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "site.yml").write_text(PLAYBOOK)
    (tmp_path / "more.yml").write_text(PLAYBOOK.replace("one", "three"))
    (tmp_path / "local.yml").write_text(PLAYBOOK.replace("all", "localhost"))

    def carry_out(*arguments):
        with pytest.raises(SystemExit) as end:
            main(["run", *arguments])
        return end.value.code, capsys.readouterr().out

    return carry_out


def test_localhost_needs_no_inventory(carry_out):
    code, printed = carry_out("local.yml")
    assert code == 0
    assert "one nothing False" in printed


@pytest.mark.parametrize(("arguments", "shown", "hidden"), [
    ((), "two", "nowhere"), (("-t", "a"), "one nothing", "two"), (("--skip-tags", "a"), "two", "one"),
    (("-e", "word=here"), "one here", "one nothing"), (("-C",), "one nothing True", "False"),
    (("--start-at-task", "two"), "two", "one"), (("-l", "db"), "db", "web")])
def test_options_have_their_effect(carry_out, arguments, shown, hidden):
    code, printed = carry_out("site.yml", "-i", "web,db", "-c", "local", "-o", "plain", *arguments)
    told = printed.partition("Run again")[0]
    assert code == 0
    assert shown in told
    assert hidden not in told


def test_several_playbooks_run_one_after_the_other(carry_out):
    code, printed = carry_out("site.yml", "more.yml", "-i", "web,", "-c", "local", "-o", "plain")
    assert code == 0
    assert printed.index("one nothing") < printed.index("three nothing")


@pytest.mark.parametrize(("option", "text"), [
    ("--list-hosts", "play: all  (2 hosts)\n  host  web\n  host  db\n"),
    ("--list-tasks", "play: all  (2 hosts)\n  task  one  [a]\n  task  two  [b]\n"),
    ("--syntax-check", "play: all  (2 hosts)\n")])
def test_plans_can_be_listed_without_touching_a_host(carry_out, option, text):
    assert carry_out("site.yml", "-i", "web,db", option) == (0, text)


def test_a_password_is_asked_for_without_showing_it(monkeypatch):
    asked = []
    monkeypatch.setattr("click.prompt", lambda text, **how: asked.append((text, how["hide_input"])) or "secret")
    options = request("-K").options
    assert options.become_password == "secret"
    assert "secret" not in repr(options)
    assert asked == [("sudo password", True)]
