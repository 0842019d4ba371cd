"""policy-rc.d is in place while something runs, and gone or as before afterwards."""

import os

import pytest

from muster.target import policy_rc_d


def test_it_goes_even_where_the_transaction_fails(monkeypatch, tmp_path):
    path = tmp_path / "policy-rc.d"
    monkeypatch.setattr(policy_rc_d, "POLICY", str(path))

    def fails():
        assert path.read_text() == "#!/bin/sh\nexit 101\n" and os.access(path, os.X_OK)
        raise KeyError

    with pytest.raises(KeyError):
        policy_rc_d.with_answer(101, fails)
    assert os.listdir(tmp_path) == []
