from muster.actions import find
from muster.actions.action import Include
from muster.signature import Signature
from tests.actions.harness import act


def test_it_does_as_include_tasks():
    for arguments in ({"file": "a.yml"}, {"file": "a.yml", "apply": {"become": True}}):
        assert act("include", **arguments) == act("include_tasks", **arguments) == Include(**arguments)


def test_the_file_is_free_text():
    assert Signature.of(find("include"), "include").free_form == "file"
