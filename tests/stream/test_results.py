from muster.actions.action import Failed, Meta, NewHost
from muster.errors import ConnectError, Origin, PlanError, SudoRefused
from muster.model import Change, Layer, Result
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
    assert described(Meta("noop")).values["meta"] == "noop"
    added = described(NewHost("b", ("web",))).values
    assert added == {"changed": True, "add_host": {"host_name": "b", "groups": ["web"]}}
