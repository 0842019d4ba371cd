import pytest

from muster.target.task import Change, Choice, Content, Context, Failure, Path, context, task, warn


def test_a_bare_mark_takes_the_usual_flags():
    @task
    def group(name: str):
        pass

    assert group.task == {"aliases": {}, "free_form": None, "obsolete": (), "repeats": False, "predicts": True,
                          "reads": False, "facts": False}


def test_flags_differ_where_they_are_named():
    @task(reads=True, aliases={"dest": "path"})
    def stat(path: Path):
        return path

    assert stat.task["reads"] and stat.task["aliases"] == {"dest": "path"} and stat.task["predicts"]
    assert stat("/x") == "/x"


def test_contents_come_in_pieces_or_whole():
    content = Content(4, "digest", lambda: iter([b"ab", b"cd"]))
    assert list(content.chunks()) == [b"ab", b"cd"]
    assert content.read() == b"abcd"


def test_a_failure_carries_fields_for_the_result():
    failure = Failure("it broke", rc=3)
    assert failure.message == str(failure) == "it broke"
    assert failure.fields == {"rc": 3}


def test_a_change_knows_what_it_would_have_come_to():
    change = Change("create /x", lambda: "made", before="", after="x", predicted="foretold")
    assert (change.what, change.do(), change.predicted) == ("create /x", "made", "foretold")


def test_words_of_a_choice_keep_their_order():
    assert Choice("present", "absent").words == ("present", "absent")


def test_warnings_are_collected(monkeypatch):
    monkeypatch.setattr(context, "warnings", [])
    warn("beware")
    assert context.warnings == ["beware"]


@pytest.mark.parametrize(("name", "value"), [("check", False), ("diff", False), ("lock", None), ("send", None)])
def test_without_an_agent_nothing_special_holds(name, value):
    assert getattr(Context(), name) is value
