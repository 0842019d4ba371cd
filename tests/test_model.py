"""The words of the project as types."""


import pytest

from muster import model
from muster.errors import Origin
from muster.load.yaml import read_text
from muster.model import Host, Inventory, Key, Layer, Play, Result, Vaulted, walk_strings


def test_the_highest_layer_that_has_a_name_gives_its_value():
    host = Host("web", layers=(Layer("all", {"a": 1, "b": 1}), Layer("host_vars", {"b": 2, "c": None})))
    assert [host.get(name) for name in "abc"] == [1, 2, None]
    assert host.get("d", 5) == 5


def test_the_machine_itself_can_be_named_though_no_source_does():
    localhost = Inventory({}, {}).localhost
    assert (localhost.name, localhost.get("ansible_connection")) == ("localhost", "local")


@pytest.mark.parametrize(("values", "status"), [
    ({}, "ok"), ({"changed": True}, "changed"), ({"changed": True, "failed": True}, "failed"),
    ({"skipped": True, "changed": False}, "skipped"), ({"unreachable": True, "failed": True}, "unreachable")])
def test_the_status_of_a_result_is_its_worst_word(values, status):
    result = Result(values)
    assert result.status == status
    assert (result.changed, result.failed, result.skipped, result.unreachable) == tuple(
        bool(values.get(word)) for word in ("changed", "failed", "skipped", "unreachable"))


def test_a_result_with_other_values_is_another_result():
    result = Result({"rc": 0, "changed": True}, body=b"x", seconds=2.0)
    other = result.with_values(rc=1)
    assert (result.values["rc"], other.values) == (0, {"rc": 1, "changed": True})
    assert (other.body, other.seconds) == (b"x", 2.0)


def test_keys_are_ordered_as_the_tasks_are_and_equal_for_all_hosts():
    assert Key(0, 0, (1, 2)) == Key(0, 0, (1, 2))
    assert hash(Key(0, 0, (1, 2))) == hash(Key(0, 0, (1, 2)))
    assert Key(0, 0, (1,)) != Key(1, 0, (1,))


def test_a_play_is_called_by_its_name_or_its_hosts():
    keywords = read_text("{name: }", "f.yml")
    play = Play("web", keywords, (), (), (), (), (), Origin("f.yml", 1, 1), ".")
    assert play.name == "web"
    keywords["name"] = 5
    assert play.name == "5"


def test_strings_inside_a_value_come_with_their_places():
    value = read_text("a: x\nb: [1, y, {c: z}]\n", "f.yml")
    assert [(text, place.line, place.column) for text, place in walk_strings(value, value.origin)] == [
        ("x", 1, 4), ("y", 2, 8), ("z", 2, 15)]


def test_strings_of_values_without_places_have_the_place_around_them():
    place = Origin("f.yml", 1, 1)
    assert list(walk_strings({"a": ["x", {"b": "y"}]}, place)) == [("x", place), ("y", place)]
    assert list(walk_strings("x")) == [("x", None)]


@pytest.mark.parametrize("kind", [each for each in vars(model).values() if isinstance(each, type)
                                  and each.__module__ == model.__name__ and hasattr(each, "__match_args__")],
                         ids=lambda kind: kind.__name__)
def test_nothing_that_happens_at_run_time_can_be_written_into_them(kind):
    made = kind(*[None] * len(kind.__match_args__))
    with pytest.raises(AttributeError):  # That of a dataclass, FrozenInstanceError, is one too.
        setattr(made, kind.__match_args__[0], "written")


def test_an_encrypted_value_shows_nothing_of_itself():
    assert str(Vaulted("$ANSIBLE_VAULT;1.1;AES256", Origin("f.yml", 1, 1))) == "(an encrypted value)"
