"""The names of Python 2 and 3."""

from muster.template.standins import six


class Meta(type):
    pass


def test_what_plugins_ask_six_for():
    assert isinstance("x", six.string_types) and not six.PY2 and isinstance(5, six.integer_types)
    found = {"a": 1}
    assert [*six.iteritems(found)] == [("a", 1)] and [*six.iterkeys(found)] == ["a"] and [*six.itervalues(found)] == [1]
    assert six.moves.urllib.parse.urlparse("http://web1/").hostname == "web1" and [*six.moves.range(2)] == [0, 1]
    assert six.u("a") == "a" and six.b("a") == b"a"


def test_metaclasses():
    assert type(six.add_metaclass(Meta)(type("X", (), {"a": 1}))) is Meta
    assert type(type("Y", (six.with_metaclass(Meta, object),), {})) is Meta
