"""Privileges as playbooks write them, as servers print them, and the statements from one to the other."""

import pytest

from muster.target import grants
from muster.target.task import Failure


@pytest.mark.parametrize(("text", "found"), [
    ("shop.*:ALL", {"`shop`.*": {"ALL"}}),
    ("*.*:reload,Show  Databases,GRANT", {"*.*": {"RELOAD", "SHOW DATABASES", "GRANT"}}),
    ("*:USAGE", {"*.*": set()}),
    ("a.b:SELECT/c.d:INSERT,UPDATE", {"`a`.`b`": {"SELECT"}, "`c`.`d`": {"INSERT", "UPDATE"}}),
    ("`a-b`.t:select (y, x),INSERT", {"`a-b`.`t`": {"SELECT (`X`, `Y`)", "INSERT"}}),
    ("PROCEDURE shop.tidy:EXECUTE", {"PROCEDURE `shop`.`tidy`": {"EXECUTE"}}),
    ("shop\\_1.*:ALL,GRANT,SELECT", {"`shop\\_1`.*": {"ALL", "GRANT"}}),
])
def test_what_playbooks_write(text, found):
    assert grants.wanted(text) == found


@pytest.mark.parametrize("text", ["SELECT", ":SELECT", "a.b.c:SELECT"])
def test_what_is_none_is_told(text):
    with pytest.raises(Failure, match="is no privilege|is no database and table"):
        grants.wanted(text)


def test_what_servers_print_leaves_out_roles_and_what_is_nothing():
    lines = ["GRANT `role` TO `a`@`%`", "GRANT USAGE ON *.* TO `a`@`%` IDENTIFIED BY PASSWORD '*B6'",
             "GRANT ALL PRIVILEGES ON `x`.* TO `a`@`%` WITH GRANT OPTION"]
    assert grants.granted(lines) == {"`x`.*": {"ALL", "GRANT"}}


@pytest.mark.parametrize(("have", "want", "options", "steps"), [
    (set(), {"SELECT"}, {}, [("GRANT", "SELECT ON x", "")]),
    ({"SELECT"}, {"ALL"}, {}, [("GRANT", "ALL ON x", "")]),
    ({"ALL", "GRANT"}, {"ALL"}, {}, [("REVOKE", "GRANT OPTION ON x", "")]),
    ({"ALL"}, {"SELECT"}, {}, [("REVOKE", "ALL ON x", ""), ("GRANT", "SELECT ON x", "")]),
    ({"SELECT"}, {"SELECT", "GRANT"}, {}, [("GRANT", "USAGE ON x", " WITH GRANT OPTION")]),
    ({"ALL"}, {"SELECT"}, {"append": True}, []),
    ({"INSERT"}, {"SELECT"}, {"append": True}, [("GRANT", "SELECT ON x", "")]),
    ({"INSERT", "SELECT"}, {"ALL"}, {"subtract": True}, [("REVOKE", "INSERT, SELECT ON x", "")]),
    ({"INSERT"}, {"SELECT"}, {"subtract": True}, []),
    ({"SELECT"}, {"SELECT"}, {}, []),
])
def test_statements_lead_from_one_to_the_other(have, want, options, steps):
    assert list(grants.steps({"x": have}, {"x": want}, **options)) == steps
