import os

from tasks.script import interpreter, script
from tests.tasks.harness import perform


def test_the_script_is_gone_when_it_has_run():
    result = perform(script, {"content": "dirname $0; touch $(dirname $0)/more"})
    assert result["stdout"].startswith("/")
    assert not os.path.exists(result["stdout"])


def test_nobody_else_may_read_the_script():
    result = perform(script, {"content": "stat -c %a $(dirname $0) $0"})
    assert result["stdout_lines"] == ["700", "700"]


def test_the_rest_of_the_first_line_is_one_argument_as_for_the_system():
    assert interpreter(b"#! /usr/bin/env python3 -u\n", None) == ["/usr/bin/env", "python3 -u"]


def test_a_binary_is_executed_itself():
    assert interpreter(b"\x7fELF\x02\x01", None) == []


def test_a_script_that_says_nothing_is_for_the_shell():
    assert interpreter(b"echo hi\n", None) == ["/bin/sh"]
