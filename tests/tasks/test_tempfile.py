"""tempfile, where cases/tempfile.yml cannot say it."""

import os
import tempfile as library

from tasks.tempfile import tempfile
from tests.tasks.harness import perform


def test_it_is_made_where_the_system_wants_it(tmp_path, monkeypatch):
    monkeypatch.setattr(library, "tempdir", str(tmp_path))
    assert os.path.dirname(perform(tempfile, {})["path"]) == str(tmp_path)


def test_every_run_makes_another(tmp_path):
    paths = {perform(tempfile, {"path": str(tmp_path)})["path"] for _ in range(2)}
    assert len(paths) == 2


def test_check_mode_makes_none(tmp_path):
    assert perform(tempfile, {"path": str(tmp_path)}, check=True)["skipped"]
    assert os.listdir(tmp_path) == []
