import pytest

from muster.errors import TemplateError
from muster.model import Host, Layer, Vaulted
from muster.scope import MISSING, Memory, Past, Pending, Scope
from muster.template.engine import Engine
from muster.vault.envelope import seal
from muster.vault.keyring import KEYRING, Key


def memory():
    return Memory(Host("a"))


def scope(known=None, above=(), below=(), **magic):
    return Scope(Engine(), known or memory(), above, below, {name: lambda v=value: v for name, value in magic.items()},
                 lambda kind: [kind], lambda: None)


def test_the_highest_layer_that_has_a_name_counts():
    above = [Layer("task vars", {"x": 1}), Layer("play vars", {"x": 2, "y": 2})]
    made = scope(above=above, below=[Layer("", {"y": 3, "z": 3})])
    assert [made.get(name) for name in "xyz"] == [1, 2, 3]


def test_facts_stand_between_play_and_inventory():
    known = memory()
    known.put_facts({"x": "fact", "y": "fact"}, gathered=False)
    made = scope(known, [Layer("play vars", {"x": "play"})], [Layer("inventory", {"y": "inventory"})])
    assert (made.get("x"), made.get("y")) == ("play", "fact")


def test_gathered_facts_have_two_names():
    known = memory()
    known.put_facts({"ansible_system": "Linux", "local": {"a": 1}}, gathered=True)
    made = scope(known)
    assert made.get("ansible_system") == made.get("ansible_facts")["system"] == "Linux"
    assert made.get("ansible_local") == {"a": 1}
    with pytest.raises(KeyError):
        made.get("system")


def test_facts_may_be_known_by_one_name_only():
    known = Memory(Host("a"), inject=False)
    known.put_facts({"ansible_system": "Linux", "local": {"a": 1}}, gathered=True)
    known.put_facts({"own": 1}, gathered=False)
    made = scope(known)
    assert made.get("ansible_facts") == {"system": "Linux", "local": {"a": 1}, "own": 1}
    assert made.get("ansible_local") == {"a": 1}
    assert list(made.names()) == []
    for name in ("ansible_system", "own"):
        with pytest.raises(KeyError):
            made.get(name)


def test_facts_are_kept_as_variables_whenever_there_are_others_and_recalled_as_they_were():
    kept = []
    known = Memory(Host("a"), keep=kept.append)
    known.gathered = True
    known.put_facts({"ansible_system": "Linux"}, gathered=True)
    known.put_facts({"own": 1}, gathered=False)
    assert kept == [{"ansible_system": "Linux", "_ansible_facts_gathered": True},
                    {"ansible_system": "Linux", "own": 1, "_ansible_facts_gathered": True}]
    other = memory()
    other.recall(kept[-1])
    assert (other.facts, other.injected, other.gathered) == (known.facts, known.injected, True)
    known.clear_facts()
    assert (kept[-1], known.facts, known.gathered) == ({}, {}, False)


def test_values_are_rendered_when_they_are_asked_for():
    made = scope(above=[Layer("task vars", {"who": "task"}), Layer("play vars", {"text": "for {{ who }}"})])
    assert made.get("text") == "for task"


def test_what_was_registered_or_gathered_is_never_a_template():
    known = memory()
    known.put(1, known.set, {"r": {"stdout": "{{ 1 + 1 }}"}})
    assert scope(known, [Layer("set_fact and register", known.set)]).get("r") == {"stdout": "{{ 1 + 1 }}"}


def test_a_name_nobody_has_is_a_key_error():
    with pytest.raises(KeyError):
        scope().get("nope")


def test_what_is_on_its_way_is_waited_for_when_it_is_read():
    waited = []
    known = memory()
    known.put(1, known.set, {"r": Pending(lambda: waited.append(1) or {"rc": 0})})
    made = scope(known, [Layer("set_fact and register", known.set)])
    assert waited == []
    assert made.get("r") == {"rc": 0}
    assert waited == [1]


@pytest.mark.parametrize(("named", "look", "waits"), [
    (False, lambda made: made.get("other"), False), (True, lambda made: made.get("other"), True),
    (False, lambda made: list(made.names()), True), (True, lambda made: list(made.names()), True),
    (False, lambda made: made.get("ansible_packages"), True), (True, lambda made: made.get("packages"), True),
])
def test_who_could_see_facts_waits_for_them(named, look, waits):
    known, waited = memory(), []

    def arrive():
        waited.append(1)
        known.pending_facts.clear()
        known.put_facts({"packages": {}}, gathered=not named)

    known.pending_facts.append(Pending(arrive, named))
    look(scope(known, [], [Layer("inventory", {"other": 1, "packages": "of the inventory"})]))
    assert bool(waited) == waits


def test_settings_are_those_of_the_highest_layer_that_has_them():
    layers = [Layer("-e", {"ansible_user": "{{ a }}"}), Layer("play vars", {"ansible_user": "no", "x": 1}),
              Layer("task vars", {"ansible_port": 7})]
    made = scope(memory(), layers)
    found = made.settings(frozenset({"ansible_user", "ansible_port", "ansible_host"}))
    assert {name: (value, layer.rank) for name, (value, layer) in found.items()} == {
        "ansible_user": ("{{ a }}", "-e"), "ansible_port": (7, "task vars")}


def test_facts_on_their_way_are_waited_for_by_their_names_alone():
    known = memory()

    def arrive():
        known.pending_facts.clear()
        known.put_facts({"system": "Linux"}, gathered=True)

    known.pending_facts.append(Pending(arrive))
    made = scope(known, [Layer("play vars", {"ansible_user": "deploy"})])
    found = made.settings(frozenset({"ansible_user", "ansible_become", "ansible_system"}))
    assert {name: value for name, (value, _) in found.items()} == {"ansible_user": "deploy"}
    assert known.pending_facts
    assert made.get("ansible_system") == "Linux"


def test_a_child_has_one_layer_more():
    parent = scope(above=[Layer("task vars", {"item": "task"})])
    assert parent.child(Layer("loop", {"item": 1})).get("item") == 1
    assert parent.get("item") == "task"


def test_names_are_those_of_all_layers():
    known = memory()
    known.put_facts({"system": 1}, gathered=True)
    made = scope(known, [Layer("", {"x": 1})], [Layer("", {"y": 1})], magic=1)
    assert set(made.names()) == {"magic", "x", "y", "ansible_system"}


def test_what_tasks_did_can_be_taken_back_to_a_number():
    known = memory()
    known.put(1, known.set, {"x": 1})
    known.put(2, known.set, {"x": 2, "y": 2})
    known.put(3, known.included, {"z": 3})
    known.put(3, known.set, {"x": 3})
    known.forget(1)
    assert (known.set, known.included) == ({"x": 1}, {})


def test_what_a_play_did_stays_after_its_end():
    known = memory()
    known.put(5, known.set, {"x": 1})
    known.close()
    known.forget(0)
    assert known.set == {"x": 1}


def test_what_a_task_made_is_known_by_its_number():
    known = memory()
    known.put(1, known.set, {"x": 0})
    known.put(2, known.set, {"x": 1, "r": Pending(lambda: {"rc": 0})})
    known.put(2, known.included, {"f": 2})
    assert sorted(known.made_by(2)) == [(False, "r", {"rc": 0}), (False, "x", 1), (True, "f", 2)]


def test_others_see_a_host_as_it_was_at_their_place():
    known = memory()
    for place, value in (((2, 1, 0), "first"), ((2, 1, 4), "second"), ((3, 0), "third")):
        known.place = place
        known.put(1, known.set, {"x": value})
    seen = [Past(known, known.set, place).get("x", MISSING) for place in ((1,), (2, 1, 0), (2, 1, 1), (2, 1, 5), (4,))]
    assert seen == [MISSING, MISSING, "first", "second", "third"]
    assert list(Past(known, known.set, (2, 0))) == []
    assert len(Past(known, known.set, (2, 2))) == 1


def test_encrypted_values_are_opened_when_they_are_asked_for_and_not_before():
    KEYRING.use([Key("default", b"pass")])
    made = scope(above=[Layer("play vars", {"x": Vaulted(seal(b"hunter22", b"pass"), None), "y": Vaulted("?", None)})])
    assert made.get("x") == "hunter22"
    with pytest.raises(TemplateError, match="not in ansible-vault's format"):
        made.get("y")
