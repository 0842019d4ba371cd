import pytest

from muster.actions.action import Failed
from muster.model import Call
from tests.actions.harness import FakeHere, act, plant

URL = "http://host/"


@pytest.fixture
def here(tmp_path):
    plant(tmp_path, {"files/board.json": "{}"})
    return FakeHere(files=tmp_path)


def test_a_body_goes_to_the_host_as_it_is(here):
    call = act("uri", here, url=URL, method="POST", body={"a": 1}, body_format="json")
    assert call == Call("uri", {"url": URL, "method": "POST", "body": {"a": 1}, "body_format": "json"})


def test_a_file_of_the_controller_goes_along(here):
    assert act("uri", here, url=URL, src="board.json").args == {"url": URL, "content": b"{}"}


def test_a_file_of_the_host_is_read_there(here):
    assert act("uri", here, url=URL, src="/srv/board.json", remote_src=True).args["src"] == "/srv/board.json"


def test_a_form_with_files_of_the_controller_is_written_here(here):
    arguments = {"url": URL, "body": {"a": {"filename": "board.json", "multipart_encoding": "7or8bit"}},
                 "body_format": "form-multipart"}
    sent = act("uri", here, **arguments).args
    assert b'filename="board.json"' in sent["content"] and b"\r\n\r\n{}" in sent["content"]
    assert sent["content_type"].startswith("multipart/form-data") and sent["body"] is None
    assert act("uri", here, remote_src=True, **arguments).args["body"] == arguments["body"]


@pytest.mark.parametrize(("arguments", "words"), [
    ({"src": "none.json"}, "none.json"), ({"src": "board.json", "body": "x"}, "not both"),
    ({"body": {"a": {}}, "body_format": "form-multipart"}, "needs content"),
])
def test_what_cannot_be_sent_is_told(here, arguments, words):
    with pytest.raises(Failed, match=words):
        act("uri", here, url=URL, **arguments)
