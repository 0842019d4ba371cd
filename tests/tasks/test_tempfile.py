import os

from tasks.tempfile import tempfile
from tests.tasks.harness import perform


def test_a_file_is_made_that_only_this_user_can_read(tmp_path):
    result = perform(tempfile, {"path": str(tmp_path)})
    assert result["changed"] and result["changes"] == ["make a temporary file"]
    assert (result["state"], result["mode"], result["size"]) == ("file", "0600", 0)
    assert os.listdir(tmp_path) == [os.path.basename(result["path"])]
    assert os.path.basename(result["path"]).startswith("ansible.")


def test_a_directory_is_made_with_the_name_it_should_have(tmp_path):
    result = perform(tempfile, {"path": str(tmp_path), "state": "directory", "prefix": "build-", "suffix": ".d"})
    assert (result["state"], result["mode"]) == ("directory", "0700")
    name = os.path.basename(result["path"])
    assert name.startswith("build-") and name.endswith(".d")


def test_it_is_made_where_the_system_wants_it(tmp_path, monkeypatch):
    import tempfile as library

    monkeypatch.setattr(library, "tempdir", str(tmp_path))
    assert os.path.dirname(perform(tempfile, {})["path"]) == str(tmp_path)


def test_every_run_makes_another(tmp_path):
    paths = {perform(tempfile, {"path": str(tmp_path)})["path"] for _ in range(2)}
    assert len(paths) == 2


def test_check_mode_makes_none(tmp_path):
    assert perform(tempfile, {"path": str(tmp_path)}, check=True)["skipped"]
    assert os.listdir(tmp_path) == []


def test_a_directory_that_is_not_there_is_named(tmp_path):
    result = perform(tempfile, {"path": str(tmp_path / "none")})
    assert result["failed"] and "No such file or directory" in result["msg"]
