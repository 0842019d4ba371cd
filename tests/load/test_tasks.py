"""Tasks and blocks out of YAML lists."""

import pytest

from muster.errors import Origin, PlanError
from muster.load.tasks import read_tasks
from muster.load.yaml import read_text
from muster.model import Block, Task, Unsafe

HERE = Origin("f.yml", 1, 1)


class Known:
    """A few names of task types."""

    def __contains__(self, name):
        return str(name).rpartition(".")[2] in self.names()

    def names(self):
        return "command copy debug include_tasks meta ping raw set_fact script shell systemd systemd_service".split()

    def learn(self, directory):
        pass


def tasks(text):
    return read_tasks(read_text(text, "f.yml"), Known(), HERE)


def task(text):
    (found,) = tasks(f"- {text}")
    assert isinstance(found, Task)
    return found


FORMS = [
    ("ping:", "ping", {}, None),
    ("ping: {}", "ping", {}, None),
    ("copy: {src: a, dest: b}", "copy", {"src": "a", "dest": "b"}, None),
    ("copy: src=a dest=b", "copy", {"src": "a", "dest": "b"}, None),
    ("ansible.builtin.copy: src=a dest=b", "copy", {"src": "a", "dest": "b"}, None),
    ("systemd_service: name=a", "systemd", {"name": "a"}, None),
    ("command: make install chdir=/src", "command", {"chdir": "/src"}, "make install"),
    ("command: echo src=a", "command", {}, "echo src=a"),
    ("{command: make, args: {chdir: /src, creates: /b}}", "command", {"chdir": "/src", "creates": "/b"}, "make"),
    ("{command: make chdir=/src, args: {chdir: /other}}", "command", {"chdir": "/src"}, "make"),
    ("{copy: dest=b, args: {src: a}}", "copy", {"src": "a", "dest": "b"}, None),
    ("{copy: dest=b, args: '{{ more }}'}", "copy", {"dest": "b", "_args": "{{ more }}"}, None),
    ("copy: '{{ more }}'", "copy", {"_args": "{{ more }}"}, None),
    ("copy: dest=b {{ more }}", "copy", {"dest": "b", "_args": "{{ more }}"}, None),
    ("set_fact: '{{ more }}'", "set_fact", {}, "{{ more }}"),
    ("action: copy src=a dest=b", "copy", {"src": "a", "dest": "b"}, None),
    ("action: {module: copy, src: a, dest: b}", "copy", {"src": "a", "dest": "b"}, None),
    ("action: command echo hi", "command", {}, "echo hi"),
    ("local_action: shell echo hi chdir=/a", "shell", {"chdir": "/a"}, "echo hi"),
    ("local_action: {module: ansible.builtin.copy, src: a}", "copy", {"src": "a"}, None),
    ("meta: flush_handlers", "meta", {}, "flush_handlers"),
    ("include_tasks: a.yml", "include_tasks", {}, "a.yml"),
    ("include_tasks: {file: a.yml}", "include_tasks", {"file": "a.yml"}, None),
    ("shell: 5", "shell", {}, "5"),
]


@pytest.mark.parametrize(("text", "action", "args", "free_form"), FORMS)
def test_a_task_may_be_written_in_many_forms(text, action, args, free_form):
    found = task(text)
    assert (found.action, dict(found.args), found.free_form) == (action, args, free_form)
    assert not {"args", "action", "local_action", action} & set(found.keywords)


@pytest.mark.parametrize("text", ["command: !unsafe 'echo {{ x }} chdir={{ y }}'", "debug: !unsafe 'msg={{ x }}'"])
def test_what_is_cut_out_of_unsafe_text_is_unsafe(text):
    found = task(text)
    assert all(isinstance(each, Unsafe) for each in found.args.values())
    assert found.free_form is None or isinstance(found.free_form, Unsafe)


def test_a_task_of_this_machine_is_delegated_to_it():
    found = task("local_action: ping")
    assert found.keywords["delegate_to"] == "localhost"
    assert str(found.keywords.origins["delegate_to"]) == "f.yml:1:3"


def test_everything_else_are_keywords_with_their_places():
    found = task("{name: Greet, debug: {msg: hi}, when: a, with_items: [1]}")
    assert dict(found.keywords) == {"name": "Greet", "when": "a", "with_items": [1]}
    assert str(found.keywords.origins["when"]) == "f.yml:1:41"
    assert str(found.origin) == "f.yml:1:17"
    assert str(found.args.keys_at["msg"]) == "f.yml:1:25"


def test_arguments_in_one_line_stand_where_the_line_begins():
    assert str(task("copy: src=a dest=b").args.keys_at["dest"]) == "f.yml:1:9"


def test_arguments_from_args_keep_their_places():
    found = task("{command: make, args: {chdir: /src}}")
    assert str(found.args.keys_at["chdir"]) == "f.yml:1:26"


def test_blocks_hold_tasks_and_blocks():
    (block,) = tasks("""
- name: Outer
  when: a
  block:
    - ping:
    - block:
        - debug: msg=inner
  rescue:
    - debug: msg=rescue
  always:
    - debug: msg=always
""")
    assert isinstance(block, Block)
    assert isinstance(block.tasks[1], Block)
    assert [len(part) for part in (block.tasks, block.rescue, block.always)] == [2, 1, 1]
    assert dict(block.keywords) == {"name": "Outer", "when": "a"}
    assert str(block.origin) == "f.yml:2:3"


def test_a_block_without_rescue_has_none():
    (block,) = tasks("- block: [{ping: }]")
    assert (block.rescue, block.always) == ((), ())


@pytest.mark.parametrize("text", ["", "[]", "# nothing"])
def test_no_tasks_are_no_tasks(text):
    assert tasks(text) == ()


@pytest.mark.parametrize(("text", "says", "place"), [
    ("ping:", "a list of tasks was expected here, not a mapping", "1:1"),
    ("- ping", 'this is "ping"', "1:3"),
    ("- ping:\n-", "this is nothing", "2:2"),
    ("- {}", "has no task type", "1:3"),
    ("- {name: a}", "has no task type", "1:3"),
    ("- {ping: , debug: msg=a}", "this one has ping and debug", "1:12"),
    ("- {ping: , action: debug}", "has action and ping", "1:4"),
    ("- {ping: , bekome: yes}", 'has no keyword "bekome"', "1:12"),
    ("- {pnig: }", 'no task type "pnig"', "1:4"),
    ("- action: pnig", 'no task type "pnig"', "1:11"),
    ("- action: {src: a}", "action names a task type", "1:11"),
    ("- action:", "action names a task type", "1:10"),
    ("- copy: [a]", "the arguments of copy are a mapping", "1:9"),
    ("- {ping: , args: 5}", "args is a mapping of arguments; this is 5", "1:18"),
    ("- {ping: , loop: [1], with_items: [1]}", "this one has loop and with_items", "1:23"),
    ("- {ping: , loop: [1], loop_control: {lable: a}}", 'loop_control has no keyword "lable"', "1:38"),
    ("- {ping: , debugger: always}", "muster has no debugger", "1:12"),
    ("- rescue: []", "stands beside a `block`", "1:3"),
    ("- {always: [], ping: }", "stands beside a `block`", "1:4"),
    ("- {block: [], loop: [1]}", 'a block has no keyword "loop"', "1:15"),
    ("- block: {ping: }", "a list of tasks was expected here", "1:10"),
    ("- {block: [], rescue: {ping: }}", "a list of tasks was expected here", "1:23"),
    ("- {ping: , module_defaults: {coppy: {}}}", 'no task type "coppy"', "1:30")])
def test_what_is_no_task_says_where(text, says, place):
    with pytest.raises(PlanError) as raised:
        tasks(text)
    assert says in raised.value.message
    assert str(raised.value.origin) == f"f.yml:{place}"


@pytest.mark.parametrize("folder", ["library", "tasks/../library"])
def test_a_module_of_one_s_own_is_named_since_it_is_not_used(folder, tmp_path):
    (tmp_path / "tasks").mkdir()
    (tmp_path / "library").mkdir()
    (tmp_path / "library" / "own.py").touch()
    file = tmp_path / ("tasks/main.yml" if ".." in folder else "site.yml")
    with pytest.raises(PlanError, match="muster does not run the module .*library/own.py") as raised:
        read_tasks(read_text("- own:", str(file)), Known(), HERE)
    assert "tasks/own.py" in raised.value.hint


def test_defaults_of_groups_are_no_names_of_task_types():
    assert tasks("- {ping: , module_defaults: {group/aws: {region: a}, ansible.builtin.copy: {mode: '0600'}}}")


def test_a_quote_in_arguments_that_is_never_closed_has_its_place():
    with pytest.raises(PlanError, match="a quote \\('\\) is never closed in the arguments of command") as raised:
        tasks("- command: echo it's\n")
    assert (raised.value.origin.line, raised.value.origin.column) == (1, 12)
