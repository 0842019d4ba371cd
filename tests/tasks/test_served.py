"""The server that cases ask keeps what it was asked and answers as it was told."""

import urllib.error
import urllib.request

import pytest

from tests.tasks.served import served

OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))
CHANGED = "Sun, 13 Sep 2020 12:26:40 GMT"


def ask(url, **arguments):
    return OPENER.open(urllib.request.Request(url, **arguments))


def test_it_answers_by_method_and_path_and_keeps_what_was_sent():
    with served({"/a": [200, {"X-One": 1}, "text"], "PUT /a": [204, {}, ""]}) as server:
        with ask(server.url + "/a?b=c") as answer:
            assert (answer.status, answer.headers["X-One"], answer.read()) == (200, "1", b"text")
        with ask(server.url + "/a", method="PUT", data=b"new") as answer:
            assert answer.status == 204
    assert server.asked == ["GET /a?b=c", "PUT /a new"]


@pytest.mark.parametrize(("path", "since", "status"), [("/none", CHANGED, 404), ("/a", CHANGED, 304)])
def test_what_is_not_there_or_not_newer_is_not_sent(path, since, status):
    with served({"/a": [200, {"Last-Modified": CHANGED}, "text"]}) as server:
        with pytest.raises(urllib.error.HTTPError) as raised:
            ask(server.url + path, headers={"If-Modified-Since": since})
        assert raised.value.status == status
        raised.value.close()
        with ask(server.url + "/a", headers={"If-Modified-Since": CHANGED.replace("2020", "2019")}) as answer:
            assert answer.read() == b"text"
