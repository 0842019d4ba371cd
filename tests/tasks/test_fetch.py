"""fetch, where cases/fetch.yml cannot say it: what goes over the wire."""

import pytest

from muster.target.task import context
from tasks.fetch import fetch
from tests.tasks.harness import perform


@pytest.mark.parametrize("check", [False, True])
def test_a_file_is_sent_in_pieces_in_check_mode_too(tmp_path, monkeypatch, check):
    sent = []
    monkeypatch.setattr(context, "send", sent.append)
    (tmp_path / "log").write_bytes(b"done\n\xff" * 100000)
    perform(fetch, {"src": str(tmp_path / "log")}, check=check)
    assert b"".join(sent) == (tmp_path / "log").read_bytes() and len(sent) > 1
