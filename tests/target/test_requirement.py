import pytest

from muster.target.requirement import compare, parsed, satisfied


@pytest.mark.parametrize(("text", "wanted"), [
    ("Zope.Interface", ("zope-interface", [])),
    ("django>1.11.0,<1.12.0", ("django", [(">", "1.11.0"), ("<", "1.12.0")])),
    ("bottle == 0.11", ("bottle", [("==", "0.11")])),
    ("a_b[x,y]~=1.4", ("a-b", [("~=", "1.4")])),
    ("a (>=1)", ("a", [(">=", "1")])),
    ("a; python_version < '3'", None),
    ("git+https://example.com/a.git#egg=a", None),
    ("./a-1.0-py3-none-any.whl", None),
    ("a-1.0-py3-none-any.whl", None),
    ("/srv/a", None),
])
def test_a_requirement_is_a_name_and_versions(text, wanted):
    assert parsed(text) == wanted


ORDER = ["1.0.dev1", "1.0a1", "1.0b2.dev1", "1.0b2", "1.0rc1", "1.0", "1.0+local.1", "1.0.post1.dev1", "1.0.post1",
         "1.0.1", "1.2", "1.10", "2", "1!0.1"]


def test_versions_have_an_order():
    for place, version in enumerate(ORDER):
        assert [compare(version, other) for other in ORDER] == (
            [1] * place + [0] + [-1] * (len(ORDER) - place - 1))


@pytest.mark.parametrize(("version", "requirement", "wanted"), [
    ("1.0", "a==1.0.0", True), ("1.0+deb1", "a==1.0", True), ("1.0", "a==1.1", False), ("1.0", "a!=1.1", True),
    ("1.4.5", "a==1.4.*", True), ("1.5", "a==1.4.*", False), ("1.5", "a!=1.4.*", True), ("1", "a==1.0.*", True),
    ("1.4.5", "a~=1.4.2", True), ("1.5", "a~=1.4.2", False), ("1.5", "a~=1.4", True), ("2.0", "a~=1.4", False),
    ("1.0rc1", "a>=1.0", False), ("2.0", "a>=1,<2", False), ("1.9", "a>=1,<2", True), ("1.0", "a===1.0.0", False),
    ("2004d-odd", "a==2004d-odd", True), ("1.0", "a", True),
])
def test_a_version_answers_a_requirement_or_not(version, requirement, wanted):
    assert satisfied(version, parsed(requirement)[1]) is wanted
