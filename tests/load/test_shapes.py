"""What values of keywords look like."""

import pytest

from muster.errors import PlanError
from muster.load.keywords import BLOCK, PLAY, TASK
from muster.load.shapes import SHAPES, check_shapes, described
from muster.load.yaml import read_text
from muster.model import Vaulted

GOOD = """
become: "{{ a }}"
become: yes
become: "True"
check_mode: 0
serial: 5
serial: "30%"
serial: [1, "30%", "{{ rest }}"]
max_fail_percentage: 30
retries: "3"
retries: "{{ n }}"
tags: a
tags: [a, 5]
tags:
when: a
when: true
when: [a, false, "b == 1"]
hosts: "{{ a }}"
notify: [a, "{{ b }}"]
vars: {a: 1, _b: 2}
vars: [{a: 1}, {b: 2}]
environment: "{{ proxy }}"
environment: [{a: b}, "{{ proxy }}"]
loop: [1, 2]
loop: "{{ [1, 2] }}"
args: "{{ a }}"
register: result_1
register: "{{ a }}"
strategy: ansible.builtin.free
strategy: mitogen_linear
order: sorted
vars_files: [a.yml, [b.yml, c.yml]]
vars_files: a.yml
become_user: 1000
port: 22
module_defaults: {copy: {mode: "0600"}}
""".strip().splitlines()

BAD = """
become: maybe | become is yes or no; this is "maybe"
become: [yes] | become is yes or no; this is a list
check_mode: 2 | check_mode is yes or no; this is 2
serial: x | serial is a number, a percentage, or a list of them; this is "x"
serial: [1, x] | this is a list with "x" in it
serial: true | this is true
retries: .inf | retries is a number; this is inf
serial: nan% | this is "nan%"
retries: many | retries is a number; this is "many"
retries: [1] | this is a list
tags: {a: b} | tags is a text or a list of texts; this is a mapping
tags: [a, [b]] | this is a list with a list in it
when: {a: b} | when is a condition or a list of conditions
hosts: {a: b} | hosts is a text or a list of texts
vars: a | vars is a mapping of names to values; this is "a"
vars: [a] | this is a list with "a" in it
vars: {a-b: 1} | "a-b" cannot be a variable
vars: {1: a} | "1" cannot be a variable
vars: [{a b: 1}] | "a b" cannot be a variable
environment: A=b | environment is a mapping
loop: a | loop is a list
loop: {a: b} | this is a mapping
args: [a] | args is a mapping of arguments; this is a list
loop_control: a | loop_control is a mapping
register: a-b | register is the name of a variable
register: 5 | this is 5
strategy: linaer | strategy "linaer" is not known
order: up | order "up" is not known
vars_files: {a: b} | vars_files is a path or a list of paths
name: [a] | name is a text; this is a list
module_defaults: copy | module_defaults is a mapping of task types
""".strip().splitlines()


@pytest.mark.parametrize("text", GOOD)
def test_what_may_be_meant_passes(text):
    check_shapes(read_text(text, "f.yml"))


@pytest.mark.parametrize(("text", "says"), [line.split(" | ") for line in BAD])
def test_what_cannot_be_meant_is_told(text, says):
    with pytest.raises(PlanError) as raised:
        check_shapes(read_text(text, "f.yml"))
    assert says in raised.value.message
    assert raised.value.origin.file == "f.yml"


def test_every_keyword_with_a_shape_is_one():
    assert set(SHAPES) <= {*PLAY, *BLOCK, *TASK}


@pytest.mark.parametrize(("value", "words"), [
    (None, "nothing"), (True, "true"), (5, "5"), ("a", '"a"'), ([], "a list"), ({}, "a mapping"),
    ("x" * 70, '"' + "x" * 57 + '..."'), (Vaulted("x", None), "an encrypted value")])
def test_values_are_described_shortly(value, words):
    assert described(value) == words
