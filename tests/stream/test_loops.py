import pytest

from muster.errors import PlanError, TemplateError
from muster.model import Host, Layer
from muster.scope import Memory, Scope
from muster.stream import loops
from muster.stream.loops import Control
from muster.template.engine import Engine
from tests.stream.fake import HERE, located, step

ENGINE = Engine()


def scope(**values):
    return Scope(ENGINE, Memory(Host("a")), [Layer("play vars", values)], (), {}, lambda kind: [], lambda: None)


def items(word, value, **variables):
    return loops.items(step(**{word: value}), word, ENGINE, scope(**variables))


def control(**given):
    return loops.control(step(loop=[1], loop_control=located(**given)), ENGINE, scope(name="thing"))


@pytest.mark.parametrize("keyword", ["loop", "with_items", "with_community.general.flattened"])
def test_a_task_with_such_a_keyword_is_a_loop(keyword):
    assert loops.keyword(step(**{keyword: []})) == keyword


def test_other_tasks_are_none():
    assert loops.keyword(step(when="x")) is None


def test_a_loop_goes_over_a_list_and_with_items_flattens_it():
    assert items("loop", "{{ given }}", given=[[1], 2]) == [[1], 2]
    assert items("with_items", "{{ given }}", given=[[1], 2]) == [1, 2]
    assert items("with_dict", {"a": 1}) == [{"key": "a", "value": 1}]


@pytest.mark.parametrize("given, hint", [({"a": 1}, "dict2items"), ("text", r"wrap a single value in [ ]"), (5, "[ ]")])
def test_a_loop_over_no_list_says_what_to_do(given, hint):
    with pytest.raises(TemplateError, match="loop needs a list") as caught:
        items("loop", given)
    assert hint in caught.value.hint


def test_control_is_rendered_but_for_what_needs_the_item():
    made = control(loop_var="{{ name }}", index_var="i", label="{{ thing.x }}", pause="0.5", extended="yes",
                   extended_allitems="no", break_when="x > 1")
    assert made == Control("thing", "i", "{{ thing.x }}", 0.5, True, False, ("x > 1",))


@pytest.mark.parametrize("given, message", [
    ({"loop_var": "1x"}, "cannot be a variable"), ({"index_var": [1]}, "cannot be a variable"),
    ({"pause": "long"}, "not a number"), ({"extended": "perhaps"}, "neither yes nor no"),
])
def test_a_control_that_makes_no_sense_is_an_error_with_its_place(given, message):
    with pytest.raises(PlanError, match=message) as caught:
        control(**given)
    assert caught.value.origin == HERE


def test_a_control_is_a_mapping():
    with pytest.raises(PlanError, match="loop_control is a mapping, not 5"):
        loops.control(step(loop=[1], loop_control=5), ENGINE, scope())


def test_an_item_brings_its_variables():
    one, two = loops.layers(["p", "q"], Control(index="i"))
    assert one.values == {"item": "p", "ansible_loop_var": "item", "i": 0, "ansible_index_var": "i"}
    assert loops.item_fields(two) == {"item": "q", "ansible_loop_var": "item", "i": 1, "ansible_index_var": "i"}


def test_the_result_of_an_item_has_what_extended_adds():
    layer = next(loops.layers(["p"], Control(extended=True)))
    assert loops.item_fields(layer)["ansible_loop"] == layer.values["ansible_loop"]


def test_the_extended_loop_knows_its_neighbours():
    first, middle, last = (layer.values["ansible_loop"] for layer in loops.layers([1, 2, 3], Control(extended=True)))
    assert (first["first"], first["last"], "previtem" in first, first["nextitem"]) == (True, False, False, 2)
    assert (middle["index"], middle["index0"], middle["revindex"], middle["revindex0"]) == (2, 1, 2, 1)
    assert (last["last"], last["previtem"], "nextitem" in last, last["length"]) == (True, 2, False, 3)


def test_a_label_stands_for_an_item():
    layer = next(loops.layers([{"n": 1, "long": "x"}], Control()))
    with_item = scope(**layer.values)
    assert loops.label(Control(label="the {{ item.n }}"), layer, ENGINE, with_item, HERE) == "the 1"
    assert loops.label(Control(), layer, ENGINE, with_item, HERE) == "{'n': 1, 'long': 'x'}"


def test_a_pause_is_not_below_0():
    with pytest.raises(PlanError, match="pause is a number of seconds, not -1"):
        control(pause=-1)
