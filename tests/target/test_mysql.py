"""A server of MySQL or MariaDB behind its client: what is quoted, what is told apart, what is not on command lines."""

import pytest

from muster.target import mysql
from muster.target.system import Outcome
from muster.target.task import Failure
from tests.tasks.scripted import Host


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setattr(mysql, "which", lambda *names: "/usr/bin/" + names[0])
    return mysql.Server("admin", "hidden", log=False)


def test_a_statement_and_the_password_are_on_no_command_line(monkeypatch, server):
    host = Host({"mariadb": ""}).install(monkeypatch)
    server.tell("make it", "CREATE USER 'a' IDENTIFIED BY 'secret'").do()
    assert "secret" not in host.ran[0] and "hidden" not in host.ran[0] and server.environment == {"MYSQL_PWD": "hidden"}
    assert host.given[host.ran[0]].splitlines() == [
        "SET SESSION sql_mode = '';", "SET SESSION sql_log_bin = 0;", "CREATE USER 'a' IDENTIFIED BY 'secret';"]


def test_rows_are_as_they_were_before_the_client_escaped_them(monkeypatch, server):
    Host({"mariadb": "a\\\\b\tc\\td\n\\n\tNULL\n"}).install(monkeypatch)
    assert server.ask("SELECT 1") == [["a\\b", "c\td"], ["\n", "NULL"]]


def test_text_and_names_are_quoted():
    assert mysql.quoted("it's \\") == "'it\\'s \\\\'" and mysql.identifier("a`b") == "`a``b`"


def test_a_failure_is_the_first_error_line():
    outcome = Outcome(["mariadb"], 1, "", "--------------\nCREATE USER 'a' IDENTIFIED BY 'secret'\nERROR 1 (X): no\n")
    assert mysql.failure(outcome).message == "ERROR 1 (X): no" and "stderr" not in mysql.failure(outcome).fields


def test_what_is_sent_is_utf_8_in_the_c_locale_too(monkeypatch, server):
    host = Host({"mariadb": ""}).install(monkeypatch)
    server.ask("SELECT 'é'")
    assert host.ran[0].endswith(" --default-character-set=utf8mb4")


@pytest.mark.parametrize(("statement", "message"), [
    ("GRANT NONSENSE", "ERROR 1064: use near 'NONSENSE'"),
    ("CREATE USER 'a' IDENTIFIED BY 'secret'", "ERROR 1064: use")])
def test_what_the_server_repeats_is_told_of_statements_without_secrets_only(monkeypatch, server, statement, message):
    Host({"mariadb": (1, "", "ERROR 1064: use near '%s'\n" % statement.split()[-1])}).install(monkeypatch)
    with pytest.raises(Failure) as told:
        server.tell("GRANT NONSENSE", statement).do()
    assert told.value.message == message
