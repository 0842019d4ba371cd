"""Dynamic includes on doubles of sessions; what they do to variables and tags is in tests/runs/cases/includes.yml."""

from tests.stream.fake import ok
from tests.stream.play import play


def plant(directory, **files):
    for name, text in files.items():
        path = directory / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.with_suffix(".yml").write_text(text)


def tasks(*lines):
    return "- hosts: all\n  gather_facts: false\n  tasks:\n" + "".join(f"    - {line}\n" for line in lines)


def test_tasks_of_a_file_are_sent_ahead_with_those_around_them(tmp_path):
    plant(tmp_path, more="- {name: two, command: x}\n")
    _, connections = play(tmp_path, tasks(
        "{name: one, command: x}", "include_tasks: more.yml", "{name: three, command: x}"))
    assert connections.sessions[0].log[:3] == ["send 1", "send 2", "send 3"]


def test_a_role_with_handlers_waits_for_what_came_before_it(tmp_path):
    plant(tmp_path, roles__r__tasks__main="- {name: two, command: x}\n",
          roles__r__handlers__main="- {name: h, command: x}\n")
    _, connections = play(tmp_path, tasks("{name: one, command: x}", "include_role: {name: r}"))
    assert connections.sessions[0].log[:3] == ["send 1", "receive 1", "send 2"]


def test_a_role_runs_again_unless_that_is_not_allowed(tmp_path):
    plant(tmp_path, roles__r__tasks__main="- {name: in role, command: x}\n")
    told, _ = play(tmp_path, tasks("include_role: {name: r}", "include_role: {name: r}",
                                   "include_role: {name: r, allow_duplicates: false}"))
    assert told.count("a ok r : in role") == 2


def test_handlers_of_a_role_come_once_however_often_it_is_included(tmp_path):
    plant(tmp_path, roles__r__tasks__main="- {name: in role, command: x, notify: h}\n",
          roles__r__handlers__main="- {name: h, command: y}\n")
    told, _ = play(tmp_path, tasks("{include_role: {name: r}, loop: [1, 2]}"),
                   answers={"a": lambda number, call: ok(changed=True)})
    assert told.count("a changed r : h") == 1


def test_the_same_include_on_many_hosts_is_expanded_for_each_without_mixing_them_up(tmp_path):
    task = "{name: in role, command: 'x {{ inventory_hostname }} {{ v }}', notify: h}"
    plant(tmp_path, roles__r__tasks__main=f"- {task}\n",
          roles__r__handlers__main="- {name: h, command: x}\n", roles__r__vars__main="v: 1\n")
    hosts = [f"h{number}" for number in range(12)]
    told, connections = play(tmp_path, tasks("include_role: {name: r}"), ",".join(hosts),
                             dict.fromkeys(hosts, lambda number, call: ok(changed=True)))
    assert sorted(told) == sorted(f"{host} {each}" for host in hosts
                                  for each in ("ok include_role", "changed r : in role", "changed r : h"))
    assert {session.sent[0].args["cmd"] for session in connections.sessions} == {f"x {host} 1" for host in hosts}


def test_an_include_of_itself_ends_with_an_error(tmp_path):
    plant(tmp_path, again="- include_tasks: again.yml\n")
    told, _ = play(tmp_path, tasks("include_tasks: again.yml"))
    assert told[-2:] == ["a failed include_tasks", "a left failed"]
