from muster.actions import find
from muster.actions.action import Include
from muster.signature import Signature
from tests.actions.harness import act


def test_it_goes_on_with_a_file():
    assert act("include_tasks", file="debian.yml") == Include(file="debian.yml")


def test_keywords_are_applied_to_its_tasks():
    assert act("include_tasks", file="a.yml", apply={"tags": ["a"]}) == Include(file="a.yml", apply={"tags": ["a"]})


def test_the_file_is_free_text():
    assert Signature.of(find("include_tasks"), "include_tasks").free_form == "file"
