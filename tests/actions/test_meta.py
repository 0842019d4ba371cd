import pytest

from muster.actions import find
from muster.actions.action import Meta
from muster.errors import PlanError
from muster.signature import Signature
from tests.actions.harness import act

WORDS = """flush_handlers end_host end_play end_batch clear_facts clear_host_errors noop refresh_inventory
reset_connection""".split()


def convert(word):
    return Signature.of(find("meta"), "meta").convert({"word": word}, lambda name: None)


@pytest.mark.parametrize("word", WORDS)
def test_the_words_steer_the_walk(word):
    assert act("meta", **convert(word)) == Meta(word)


def test_a_word_nobody_knows_is_refused_with_the_nearest_one():
    with pytest.raises(PlanError, match='did you mean "flush_handlers"'):
        convert("flush_handler")


def test_the_word_is_free_text():
    assert Signature.of(find("meta"), "meta").free_form == "word"
