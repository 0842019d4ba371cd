import pytest

from muster.actions.action import Failed, Meta, NewHost
from muster.errors import ConnectError, Origin, PlanError, SudoRefused
from muster.model import Change, Group, Host, Inventory, Layer, Result
from muster.stream.results import combined, described, failure, labelled, registered, single
from tests.stream.fake import failed, ok


def test_a_register_always_says_whether_it_changed_and_failed():
    assert registered(Result({"rc": 0})) == {"changed": False, "failed": False, "rc": 0}
    assert registered(failed())["failed"] is True


def test_without_a_loop_the_last_part_counts():
    assert single([ok(), failed()]).failed


def test_a_loop_is_changed_and_failed_if_an_item_is():
    whole = combined([ok(x=1), Result({"changed": True}, (Change("made"),), seconds=1.0), failed()], [1, 2, 3])
    assert whole.changed and whole.failed
    assert whole.values["msg"] == "One or more items failed"
    assert [part.get("x") for part in whole.values["results"]] == [1, None, None]
    assert whole.changes == (Change("made"),)
    assert whole.seconds == 1.0


def test_a_loop_is_skipped_if_all_items_are():
    skipped = Result({"changed": False, "skipped": True})
    assert combined([skipped, skipped], [1, 2]).values["skipped_reason"] == "All items were skipped"
    assert not combined([skipped, ok()], [1, 2]).skipped


def test_a_loop_over_nothing_is_skipped():
    whole = combined([], [])
    assert whole.skipped and whole.values["results"] == []
    assert whole.values["skipped_reason"] == "No items in the list"


def test_the_result_of_an_item_says_which():
    layer = Layer("loop", {"thing": 5, "ansible_loop_var": "thing"}, "loop")
    assert labelled(ok(), layer).values == {"changed": False, "thing": 5, "ansible_loop_var": "thing"}
    assert labelled(ok(), None) == ok()


def test_an_error_is_a_failed_result():
    assert failure(Failed("no", changed=True)).values == {"changed": True, "failed": True, "msg": "no"}
    assert failure(PlanError("no", Origin("x.yml", 3, 1))).values["msg"].startswith("x.yml:3:1: no")
    assert failure(SudoRefused("a", "sudo wants a password", "use -K")).values["msg"] == "sudo wants a password\nuse -K"
    assert "a" not in failure(ConnectError("a", "no")).values["msg"]


def test_what_steers_the_walk_says_what_it_does():
    nobody = Inventory({}, {})
    assert described(Meta("noop"), "meta", nobody).values["meta"] == "noop"
    assert described(NewHost("b", ("web",), {"x": 1}), "add_host", nobody).values == {
        "changed": True, "add_host": {"host_name": "b", "groups": ["web"], "host_vars": {"x": 1}}}
    assert described(NewHost("b", ("web",)), "group_by", nobody).values == {
        "changed": True, "add_group": "web", "parent_groups": ["all"]}


@pytest.mark.parametrize(("wanted", "changed"), [
    (NewHost("b"), True), (NewHost("a"), False), (NewHost("a", ("web",)), False), (NewHost("a", ("new",)), True),
    (NewHost("a", ("db",)), True), (NewHost("a", (), {"x": 1}), False), (NewHost("a", (), {"x": 2}), True),
    (NewHost("a", (), {"y": None}), True), (NewHost("a", (), {"y": {}}), True),
])
def test_a_host_that_is_there_as_wanted_is_no_change(wanted, changed):
    host = Host("a", ("all", "web"), (Layer("", {"x": 1}, "hosts"),))
    inventory = Inventory({"a": host}, {"web": Group("web", ("a",)), "db": Group("db", ("c",))})
    assert described(wanted, "add_host", inventory).changed is changed
