"""What is bent in Jinja; `test_engine` shows the rest from outside."""

import pytest
from jinja2 import TemplateRuntimeError, TemplateSyntaxError

from muster.template.environment import read
from muster.template.undefined import Missing
from tests.template.fake import ENGINE

ENVIRONMENT = ENGINE.templates.environment


@pytest.mark.parametrize(("source", "doubled"), [
    (r"{{ x | f('\1') }}", r"{{ x | f('\\1') }}"),
    (r"\1 {{ x }} \n", r"\1 {{ x }} \n"),
    (r"{% set x = '\n' %}{{ '\n' }}", r"{% set x = '\n' %}{{ '\\n' }}"),
    (r"{# '\1' #}{% raw %}{{ '\1' }}{% endraw %}", r"{# '\1' #}{% raw %}{{ '\1' }}{% endraw %}"),
    ("no backslash", "no backslash"),
])
def test_backslashes_are_doubled_in_strings_of_expressions_only(source, doubled):
    assert ENVIRONMENT.double_backslashes(source) == doubled


def test_a_method_comes_before_a_key_and_a_key_before_nothing():
    assert ENVIRONMENT.getattr({"items": 1}, "items") != 1
    assert ENVIRONMENT.getattr({"name": 1}, "name") == 1
    assert isinstance(ENVIRONMENT.getattr({}, "name"), Missing)
    assert ENVIRONMENT.getitem({"items": 1}, "items") == 1
    assert ENVIRONMENT.getattr("abc", "upper")() == "ABC"


def test_steps_into_what_is_missing_keep_the_first_one():
    value = Missing(name="x")
    assert ENVIRONMENT.getattr(value, "a") is value and ENVIRONMENT.getitem(value, 0) is value


def test_the_way_to_the_interpreter_is_shut():
    found = ENVIRONMENT.getattr("abc", "__class__")
    with pytest.raises(Exception, match="unsafe"):
        str(found)


def test_environments_for_files_print_text():
    assert ENVIRONMENT.for_files().output(5) == "5"
    assert ENVIRONMENT.output(5) == 5


def test_a_file_that_cannot_be_read_is_told_with_the_reason(tmp_path):
    with pytest.raises(TemplateRuntimeError, match=f"cannot read {tmp_path}: Is a directory"):
        read(str(tmp_path))


def test_blocks_and_macros_join_as_text():
    assert ENVIRONMENT.concat([1, None, "a"]) == "1a"


@pytest.mark.parametrize(("source", "says"), [
    ("{{ 'x' * 10**8 }}", "longer than 10,000,000"), ("{{ 10**8 * [0] }}", "longer than 10,000,000"),
    ("{{ 10**5000 }}", "more than 4,300 digits"), ("{{ 10**3000 * 10**3000 }}", "more than 4,300 digits")])
def test_a_slip_of_the_pen_does_not_fill_the_memory(source, says):
    with pytest.raises(TemplateRuntimeError, match=says):
        ENVIRONMENT.from_string(source).render()


def test_products_and_powers_are_what_they_are():
    found = ENVIRONMENT.from_string("{{ [2 * 3, 'a' * 3, 3 * [0], 2**8, 2**-1, 1.5 * 2] }}").render()
    assert found == "[6, 'aaa', [0, 0, 0], 256, 0.5, 3.0]"


def test_a_number_that_is_none_is_refused_as_it_is_read():
    with pytest.raises(TemplateSyntaxError, match="this number is too large"):
        ENVIRONMENT.from_string("{{ [1, 1e400] }}")
