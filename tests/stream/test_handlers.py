import types

import pytest

from muster.errors import PlanError, TemplateError
from muster.stream.handlers import Handlers
from tests.stream.fake import HERE, step

ROLE = types.SimpleNamespace(name="web", short_name="web", path="/roles/web")


def handlers(*steps, render=lambda given, step: given):
    return Handlers(steps, render)


def test_of_one_name_the_last_defined_counts():
    first, last = step("restart"), step("restart")
    assert handlers(first, last).meant("restart") == [last]


def test_everyone_who_listens_is_meant_and_one_who_is_called_so():
    one, two, three = step("one", listen="topic"), step("two", listen=["x", "topic"]), step("topic")
    assert handlers(one, two, three).meant("topic") == [one, two, three]


def test_a_role_s_handler_answers_with_and_without_the_role():
    own = step("restart", role=ROLE)
    known = handlers(own)
    assert known.meant("web : restart") == known.meant("restart") == [own]


def test_the_handler_of_a_collections_role_answers_with_the_collection_and_without_it():
    own = step("restart", role=types.SimpleNamespace(name="my.own.web", short_name="web", path="/roles/web"))
    for name in ("restart", "web : restart", "my.own.web : restart"):
        assert handlers(own).meant(name) == [own]
    assert handlers(own).meant("own.web : restart") == []


def test_names_are_rendered():
    own = step("restart {{ service }}")
    known = handlers(own, render=lambda given, step: given.replace("{{ service }}", "sshd"))
    assert known.meant("restart sshd") == [own]


def test_a_name_that_cannot_be_rendered_stands_for_itself():
    def render(given, step):
        raise TemplateError("undefined")

    own = step("restart {{ nope }}")
    assert handlers(own, render=render).meant("restart {{ nope }}") == [own]


def test_a_name_nobody_answers_to_is_an_error_with_a_suggestion():
    with pytest.raises(PlanError, match='no handler is called "restrat"') as caught:
        handlers(step("restart")).called(["restrat"], HERE)
    assert caught.value.hint == 'did you mean "restart"?'
    assert caught.value.origin == HERE


def test_they_run_in_the_order_of_definition_and_once():
    one, two = step("one"), step("two")
    known = handlers(one, two)
    known.notified.update(known.called(["two", "one", "two"], HERE))
    assert list(known.due()) == [one, two]
    assert list(known.due()) == []


def test_one_that_runs_may_notify_those_after_it_now_and_those_before_it_for_later():
    one, two, three = step("one"), step("two"), step("three")
    known = handlers(one, two, three)
    known.notified.add(two)
    ran = []
    for each in known.due():
        ran.append(each)
        if each is two:
            known.notified.update({one, three})
    assert ran == [two, three]
    assert known.notified == {one}
