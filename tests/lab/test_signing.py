import shutil
from pathlib import Path

import pytest

from muster.errors import LabError
from muster.lab.signing import Key

pytestmark = pytest.mark.skipif(not shutil.which("gpg-agent"), reason="needs gpg and gpg-agent")


def test_no_agent_is_left_behind(tmp_path: Path) -> None:
    with Key.made_in(tmp_path / "gnupg") as key:
        key.export(tmp_path / "key.asc", armor=True)
    assert (tmp_path / "key.asc").read_text().startswith("-----BEGIN PGP PUBLIC KEY BLOCK-----")
    agents = [path for path in Path("/proc").glob("[0-9]*/cmdline") if str(tmp_path) in _read(path)]
    assert agents == []


def test_a_document_that_is_not_there_cannot_be_signed(tmp_path: Path) -> None:
    with Key.made_in(tmp_path / "gnupg") as key, pytest.raises(LabError, match="No such file"):
        key.clearsign(tmp_path / "missing", tmp_path / "signed")


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""
