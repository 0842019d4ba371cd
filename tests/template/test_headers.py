"""The first line that changes a template's syntax."""

import pytest

from muster.errors import TemplateError
from muster.template.headers import split_header

CASES = [
    ("hello\n", {}, "hello\n", 0),
    ("#jinja2: trim_blocks: False\nhello\n", {"trim_blocks": False}, "hello\n", 1),
    ("#jinja2:trim_blocks:True,lstrip_blocks:yes\nx", {"trim_blocks": True, "lstrip_blocks": True}, "x", 1),
    ("#jinja2: variable_start_string: '[[', variable_end_string: \"]]\"\n",
     {"variable_start_string": "[[", "variable_end_string": "]]"}, "", 1),
    (r"#jinja2: newline_sequence: '\r\n'" + "\nx", {"newline_sequence": "\r\n"}, "x", 1),
    (" #jinja2: trim_blocks: False\n", {}, " #jinja2: trim_blocks: False\n", 0),
]


@pytest.mark.parametrize(("text", "options", "body", "lines"), CASES)
def test_the_header_is_taken_off(text, options, body, lines):
    assert split_header(text, "a.j2") == (options, body, lines)


@pytest.mark.parametrize(("text", "message"), [
    ("#jinja2: trim_blocks\n", '"trim_blocks" in the first line is not "option: value"'),
    ("#jinja2: trim_blocks: [\n", "cannot read the value of trim_blocks in the first line: ["),
])
def test_a_header_that_cannot_be_read_is_told_with_its_place(text, message):
    with pytest.raises(TemplateError) as caught:
        split_header(text, "a.j2")
    assert caught.value.message == message and str(caught.value.origin) == "a.j2:1:1"
