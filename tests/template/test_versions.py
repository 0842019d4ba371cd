"""How versions compare."""

import pytest

from muster.template.plugins import PluginError
from muster.template.versions import compare

# smaller, larger, kind
ORDERED = [
    ("1.9", "1.10", "loose"),
    ("20.04", "22.04", "loose"),
    ("7", "7.1", "loose"),
    ("1.0", "1.0.1", "loose"),
    ("1.10rc1", "1.10rc2", "loose"),
    ("2.4.6-97.el7", "2.4.6-98.el7", "loose"),
    ("1:2.0", "2:1.0", "loose"),
    ("1.0a1", "1.0b1", "strict"),
    ("1.0b1", "1.0", "strict"),
    ("1.9.9", "1.10", "strict"),
    ("1.0.0-alpha", "1.0.0-alpha.1", "semver"),
    ("1.0.0-alpha.1", "1.0.0-alpha.beta", "semver"),
    ("1.0.0-beta.2", "1.0.0-beta.11", "semver"),
    ("1.0.0-rc.1", "1.0.0", "semver"),
    ("1.9.0", "1.10.0", "semantic"),
]


@pytest.mark.parametrize(("smaller", "larger", "kind"), ORDERED)
def test_one_version_is_before_the_other(smaller, larger, kind):
    assert compare(smaller, larger, "<", version_type=kind)
    assert compare(larger, smaller, ">", version_type=kind)
    assert not compare(smaller, larger, "eq", version_type=kind)
    assert compare(smaller, smaller, ">=", version_type=kind)


@pytest.mark.parametrize(("left", "right", "kind"), [
    ("1.0", "1.0", "loose"), ("1.0", "1.0.0", "strict"), ("1.0.0+build1", "1.0.0+build2", "semver"), (8, "8", "loose"),
    (8.5, "8.5", "loose"),
])
def test_these_versions_are_equal(left, right, kind):
    assert compare(left, right, version_type=kind) and not compare(left, right, "!=", version_type=kind)


@pytest.mark.parametrize("word", ["==", "=", "eq", "<=", "le", ">=", "ge"])
def test_operators_have_words_and_signs(word):
    assert compare("1.0", "1.0", word)


@pytest.mark.parametrize(("arguments", "message"), [
    (("1", "2", "~"), 'cannot be compared by "~"; use one of'),
    (("", "2", "<"), "an empty version cannot be compared"),
    (("1", "2", "<", None, "odd"), 'there is no kind "odd" of version; there are loose, strict'),
    (("1.x", "2", "<", True), '"1.x" is no strict version such as 1.2'),
    (("1.2", "2.0.0", "<", None, "semver"), '"1.2" is no semantic version such as 1.2.3'),
])
def test_versions_that_cannot_be_compared(arguments, message):
    with pytest.raises(PluginError) as caught:
        compare(*arguments)
    assert message in caught.value.message
