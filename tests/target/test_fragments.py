import pytest

from muster.target.fragments import joined


@pytest.mark.parametrize(("parts", "delimiter", "whole"), [
    ([], None, b""), ([b"a", b"b"], None, b"a\nb"), ([b"a\n", b"b\n"], "", b"a\nb\n"),
    ([b"a\n", b"b"], "--", b"a\n--\nb"), ([b"a", b"", b"b"], "--\\n", b"a\n--\n--\nb"), ([b"", b"b"], None, b"b"),
])
def test_parts_begin_on_lines_of_their_own(parts, delimiter, whole):
    assert joined(parts, delimiter) == whole
