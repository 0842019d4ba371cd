"""Dumps of databases are written whole or not at all, packed as their names say, and read again."""

import bz2
import gzip
import lzma
import os

import pytest

from muster.target import dumps, mysql
from muster.target.task import Failure
from tests.tasks.scripted import Host

SQL = "CREATE TABLE t (id int);\n"


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setattr(mysql, "which", lambda *names: "/usr/bin/" + names[0])
    return mysql.Server(user="admin")


def dump(argv):
    """Do what mariadb-dump does with --result-file."""
    place = next(each for each in argv if each.startswith("--result-file=")).partition("=")[2]
    with open(place, "w") as file:
        file.write(SQL)
    return ""


@pytest.mark.parametrize(("name", "unpack"), [
    ("a.sql", bytes), ("a.sql.gz", gzip.decompress), ("a.sql.bz2", bz2.decompress), ("a.sql.xz", lzma.decompress)])
def test_a_dump_is_packed_as_its_name_says_and_read_again(monkeypatch, tmp_path, server, name, unpack):
    read = []
    Host({"mariadb-dump": dump, "sh": lambda argv: read.append(argv) or ""}).install(monkeypatch)
    path = str(tmp_path / name)
    for change in dumps.written(server, ["shop"], path, ["--quick"]):
        change.do()
    assert unpack((tmp_path / name).read_bytes()).decode() == SQL
    assert os.listdir(tmp_path) == [name] and os.stat(path).st_mode & 0o777 == 0o600
    for change in dumps.imported(server, ["copy"], path, "utf8mb4", True, None):
        change.do()
    assert read[0][-3:] == ["--database=copy", "--default-character-set=utf8mb4", "--force"]
    assert read[0][:5] == ["sh", "-c", 'exec "$@" < "$DUMP"', "sh", "mariadb"]


@pytest.mark.parametrize(("names", "words"), [
    (["all"], "--all-databases"), (["a", "b"], "--databases a b"), (["a"], "a")])
def test_all_or_some_are_dumped(monkeypatch, tmp_path, server, names, words):
    host = Host({"mariadb-dump": dump}).install(monkeypatch)
    for change in dumps.written(server, names, str(tmp_path / "x.sql"), []):
        change.do()
    assert host.ran[0].endswith("/plain " + words)


def test_the_old_dump_stays_where_the_new_one_fails(monkeypatch, tmp_path, server):
    (tmp_path / "x.sql").write_text("old")
    Host({"mariadb-dump": (2, "", "mariadb-dump: Got error: 1044: Access denied")}).install(monkeypatch)
    with pytest.raises(Failure, match="Access denied"):
        next(iter(dumps.written(server, ["a"], str(tmp_path / "x.sql"), []))).do()
    assert (tmp_path / "x.sql").read_text() == "old" and os.listdir(tmp_path) == ["x.sql"]


def test_a_directory_that_is_not_there(tmp_path, server):
    with pytest.raises(Failure, match="there is no directory"):
        next(iter(dumps.written(server, ["a"], str(tmp_path / "none" / "x.sql"), []))).do()
