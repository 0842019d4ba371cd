"""Playbooks out of files."""

import pytest

from muster.errors import LoadError, PlanError
from muster.load.playbook import load, read_role_entries
from muster.load.yaml import read_text
from tests.load.test_tasks import HERE, Known


def loaded(directory, text, **files):
    (directory / "site.yml").write_text(text)
    for name, content in files.items():
        (directory / f"{name}.yml").write_text(content)
    return load([str(directory / "site.yml")], Known())


def test_a_play_holds_its_parts_and_its_keywords(tmp_path):
    play = loaded(tmp_path, """
- name: Web servers
  hosts: [web, db]
  become: true
  pre_tasks: [{ping: }]
  roles: [base, {role: web, size: 1, when: a}]
  tasks: [{ping: }, {debug: msg=a}]
  post_tasks: [{ping: }]
  handlers: [{name: restart, ping: }]
""").plays[0]
    assert (play.name, play.hosts, dict(play.keywords)) == (
        "Web servers", ["web", "db"], {"name": "Web servers", "become": True})
    parts = (play.pre_tasks, play.roles, play.tasks, play.post_tasks, play.handlers)
    assert [len(part) for part in parts] == [1, 2, 2, 1, 1]
    assert play.directory == str(tmp_path)
    assert (play.origin.line, play.origin.column) == (2, 3)


def test_a_play_without_a_name_is_called_by_its_hosts(tmp_path):
    assert loaded(tmp_path, "- hosts: web").plays[0].name == "web"


def test_user_is_the_old_word_for_remote_user(tmp_path):
    first, second = loaded(tmp_path, "[{hosts: a, user: x}, {hosts: a, user: x, remote_user: y}]").plays
    assert (first.keywords["remote_user"], second.keywords["remote_user"]) == ("x", "y")


def test_several_playbooks_are_one_after_the_other(tmp_path):
    (tmp_path / "a.yml").write_text("- hosts: a")
    (tmp_path / "b.yml").write_text("- hosts: b")
    playbook = load([str(tmp_path / "a.yml"), str(tmp_path / "b.yml")], Known())
    assert [play.hosts for play in playbook.plays] == ["a", "b"]


@pytest.mark.parametrize("word", ["import_playbook", "ansible.builtin.import_playbook"])
def test_an_imported_playbook_stands_where_its_import_is(tmp_path, word):
    plays = loaded(tmp_path, f"[{{hosts: a}}, {{{word}: more.yml}}, {{hosts: c}}]", more="- hosts: b").plays
    assert [play.hosts for play in plays] == ["a", "b", "c"]


def test_an_import_adds_its_variables_tags_and_conditions(tmp_path):
    play = loaded(tmp_path, "- {import_playbook: more.yml, vars: {a: 1}, tags: x, when: [b, c]}",
                  more="- {hosts: b, vars: {a: 0}, tags: [y]}").plays[0]
    assert dict(play.keywords) == {"vars": [{"a": 0}, {"a": 1}], "tags": ["x", "y"], "when": ["b", "c"]}


def test_imports_are_found_beside_the_file_that_has_them(tmp_path):
    (tmp_path / "plays").mkdir()
    (tmp_path / "plays" / "web.yml").write_text("- import_playbook: db.yml")
    (tmp_path / "plays" / "db.yml").write_text("- hosts: db")
    play = loaded(tmp_path, "- import_playbook: plays/web.yml").plays[0]
    assert (play.hosts, play.directory) == ("db", str(tmp_path / "plays"))


def test_one_playbook_may_be_imported_twice(tmp_path):
    plays = loaded(tmp_path, "[{import_playbook: more.yml}, {import_playbook: more.yml}]", more="- hosts: b").plays
    assert len(plays) == 2


def test_a_circle_of_imports_shows_the_way(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(LoadError, match="this playbook imports itself") as raised:
        loaded(tmp_path, "- import_playbook: more.yml", more="- import_playbook: site.yml")
    assert raised.value.hint == "site.yml -> more.yml -> site.yml"


@pytest.mark.parametrize(("text", "says"), [
    ("hosts: a", "this is a mapping"), ("a", 'this is "a"'), ("- a", 'this is "a"'), ("- {name: a}", "for which hosts"),
    ("- {hosts: }", "for which hosts"), ("- {hosts: []}", "for which hosts"),
    ("- {hosts: a, tasks: {}}", "a list of tasks"),
    ("- {hosts: a, bekome: yes}", 'no keyword "bekome"'), ("- {hosts: a, roles: a}", "a list of roles was expected"),
    ("- {import_playbook: a.yml}", "no playbook"), ("- {import_playbook: }", "this is nothing"),
    ("- {import_playbook: a.yml, become: yes}", 'no keyword "become"'), ("", "is empty"), ("[]", None),
    ("- {hosts: a, module_defaults: {coppy: {}}}", 'no task type "coppy"')])
def test_what_is_no_playbook_says_so(tmp_path, text, says):
    if says is None:
        assert loaded(tmp_path, text).plays == ()
    else:
        with pytest.raises((LoadError, PlanError), match=says):
            loaded(tmp_path, text)


def entries(text):
    return read_role_entries(read_text(text, "f.yml"), HERE)


def test_an_entry_of_roles_has_keywords_and_parameters():
    (entry,) = entries("- {role: web, tags: a, when: b, size: 1, vars: {c: 2}}")
    assert (entry.name, dict(entry.keywords), dict(entry.parameters)) == (
        "web", {"tags": "a", "when": "b", "vars": {"c": 2}}, {"size": 1})


@pytest.mark.parametrize("text", ["- web", "- role: web", "- name: web"])
def test_a_role_may_be_named_in_three_forms(text):
    (entry,) = entries(text)
    assert (entry.name, dict(entry.keywords), dict(entry.parameters)) == ("web", {}, {})


@pytest.mark.parametrize("text", ["web", "{role: web}", "- 5", "- {tags: a}", "- [web]", "- {role: web, timeout: soon}",
                                  "- {role: web, tags: {a: b}}"])
def test_what_names_no_role_is_told(text):
    with pytest.raises(PlanError):
        entries(text)


def test_no_roles_are_no_roles():
    assert entries("") == ()
