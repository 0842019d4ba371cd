"""Where keywords may stand."""

import pytest

from muster.errors import PlanError
from muster.load.keywords import BLOCK, LOOP_CONTROL, PLAY, ROLE, TASK, check_keywords, taken
from muster.load.yaml import read_text


@pytest.mark.parametrize(("known", "text"), [
    (PLAY, "{hosts: a, vars_files: [b], serial: 1, strategy: free, become: yes, gather_facts: no}"),
    (BLOCK, "{block: [], rescue: [], always: [], when: a, delegate_to: b, notify: c}"),
    (TASK, "{loop: [], until: a, retries: 3, register: b, changed_when: no, notify: [c], args: {}}"),
    (LOOP_CONTROL, "{loop_var: a, index_var: b, label: c, pause: 1, extended: yes}")])
def test_keywords_in_their_place_pass(known, text):
    check_keywords(read_text(text, "f.yml"), known, "this")


@pytest.mark.parametrize(("known", "text", "hint"), [
    (PLAY, "bekome: yes", 'did you mean "become"?'), (PLAY, "gather_fact: no", 'did you mean "gather_facts"?'),
    (PLAY, "when: a", "it belongs to a task, or a block"), (PLAY, "loop: []", "it belongs to a task"),
    (BLOCK, "with_items: []", "it belongs to a task"), (BLOCK, "register: a", "it belongs to a task"),
    (TASK, "hosts: a", "it belongs to a play"), (TASK, "zzyzx: a", ""), (TASK, "5: a", "")])
def test_a_keyword_out_of_place_says_where_it_belongs_or_how_it_is_spelled(known, text, hint):
    with pytest.raises(PlanError, match="this has no keyword") as raised:
        check_keywords(read_text(text, "f.yml"), known, "this")
    assert raised.value.hint == hint
    assert str(raised.value.origin) == "f.yml:1:1"


def test_the_debugger_is_refused_unless_it_asks_for_nothing():
    check_keywords(read_text("debugger: never", "f.yml"), TASK, "this")
    with pytest.raises(PlanError, match="muster has no debugger") as raised:
        check_keywords(read_text("debugger: on_failed", "f.yml"), TASK, "this")
    assert str(raised.value.origin) == "f.yml:1:1"


def test_every_place_knows_its_words_once():
    for words in (PLAY, BLOCK, ROLE, TASK, LOOP_CONTROL):
        assert len(words) == len(set(words))


def test_a_part_of_a_mapping_keeps_its_places():
    part = taken(read_text("a: 1\nb: 2\n", "f.yml"), ["b", "c"])
    assert part == {"b": 2}
    assert (str(part.origin), str(part.origins["b"]), str(part.keys_at["b"])) == ("f.yml:1:1", "f.yml:2:4", "f.yml:2:1")
