"""Batches of hosts."""

import pytest

from muster.errors import TemplateError
from tests.planning import planned


@pytest.mark.parametrize(("serial", "sizes"), [
    ("1", [1, 1, 1, 1, 1]), ("2", [2, 2, 1]), ("'40%'", [2, 2, 1]), ("'1%'", [1, 1, 1, 1, 1]), ("[1, 2]", [1, 2, 2]),
    ("[1, '60%']", [1, 3, 1]), ("0", [5]), ("[]", [5]), ("9", [5])])
def test_serial_makes_batches(tmp_path, serial, sizes):
    plan = planned(tmp_path, f"- {{hosts: all, serial: {serial}}}", inventory=("a,b,c,d,e",))
    assert [len(batch) for batch in plan.plays[0].batches] == sizes


def test_serial_may_be_a_variable_of_the_play_or_from_the_command_line(tmp_path):
    for playbook in ("- {hosts: all, serial: '{{ n }}'}", "- {hosts: all, serial: ['{{ n }}'], vars: {n: 1}}"):
        plan = planned(tmp_path, playbook, inventory=("a,b,c",), extra={"n": "2"})
        assert [[host.name for host in batch] for batch in plan.plays[0].batches] == [["a", "b"], ["c"]]


def test_serial_cannot_be_a_variable_of_hosts(tmp_path):
    with pytest.raises(TemplateError, match='"n" is undefined') as raised:
        planned(tmp_path, "- {hosts: all, serial: '{{ n }}'}")
    assert "settled before any host is known" in raised.value.hint


def test_a_play_without_hosts_has_no_batches(tmp_path):
    assert planned(tmp_path, "- {hosts: web, serial: 1}", limit="db").plays[0].batches == ()
