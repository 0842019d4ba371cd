from pathlib import Path

import pytest

from muster.lab.record import Member, Record

RECORD = Record((Member("debian-1", "debian-12", ("debian", "debian_12"), "/cache/debian-12-0"),), 20.0)


def test_what_is_written_is_what_is_read(tmp_path: Path) -> None:
    RECORD.write(tmp_path / "lab.json")
    assert Record.read(tmp_path / "lab.json") == RECORD
    assert [path.name for path in tmp_path.iterdir()] == ["lab.json"]


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"members": [{}], "rtt_ms": 0}'])
def test_a_record_that_cannot_be_understood_counts_as_none(tmp_path: Path, content: str) -> None:
    (tmp_path / "lab.json").write_text(content)
    assert Record.read(tmp_path / "lab.json") is None


def test_there_may_be_no_record(tmp_path: Path) -> None:
    assert Record.read(tmp_path / "lab.json") is None


def test_a_lab_is_described_in_a_few_words() -> None:
    assert RECORD.describe() == "1 host (debian-12), 20 ms away"
    assert Record(RECORD.members * 3, 0).describe() == "3 hosts (debian-12)"
