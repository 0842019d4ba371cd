"""What users of MySQL and MariaDB may do, as playbooks and as servers write it.

Privileges are {target: {privilege, ...}}: targets as they stand in GRANT, such as "`shop`.*", "*.*" or
"PROCEDURE `shop`.`tidy`"; privileges in capitals, with the names of columns too, as case is nothing to servers there;
"ALL" for all of them, "GRANT" for the option to pass them on.
"""

import re

from muster.target.mysql import identifier
from muster.target.task import Failure

LINE = re.compile(r"^GRANT (.+?) ON (.+?) TO ")
# What MySQL 8 lists in place of ALL PRIVILEGES on *.*.
EVERYTHING = {
    "SELECT", "INSERT", "UPDATE", "DELETE", "CREATE", "DROP", "RELOAD", "SHUTDOWN", "PROCESS", "FILE", "REFERENCES",
    "INDEX", "ALTER", "SHOW DATABASES", "SUPER", "CREATE TEMPORARY TABLES", "LOCK TABLES", "EXECUTE",
    "REPLICATION SLAVE", "REPLICATION CLIENT", "CREATE VIEW", "SHOW VIEW", "CREATE ROUTINE", "ALTER ROUTINE",
    "CREATE USER", "EVENT", "TRIGGER", "CREATE TABLESPACE", "CREATE ROLE", "DROP ROLE"}


def wanted(text):
    """Return the privileges in "db.table:PRIV,PRIV/db2.*:PRIV"; raise Failure for what is none.

    >>> sorted(wanted("shop.*:select,GRANT")["`shop`.*"])
    ['GRANT', 'SELECT']
    """
    found = {}
    for part in re.split(r"/(?=[^/:]+(?:\.|$))", text.strip()):
        place, colon, names = part.rpartition(":")
        if not colon or not place:
            raise Failure("%r is no privilege: write db.table:PRIVILEGE,PRIVILEGE, with / between several" % part)
        found.setdefault(target(place.strip()), set()).update(separated(names))
    return {place: {"ALL", "GRANT"} & names if "ALL" in names else names for place, names in found.items()}


def target(text):
    """Return what stands after ON, with names quoted: db.table, `db`.*, PROCEDURE db.name, or * for *.*."""
    kind = re.match(r"(?i)(TABLE|FUNCTION|PROCEDURE) +", text)
    words = kind.group(1).upper() if kind else ""
    parts = re.findall(r"`(?:[^`]|``)+`|[^.`]+", text[kind.end():] if kind else text)
    if len(parts) == 1:
        parts.append("*")
    if len(parts) != 2:
        raise Failure("%r is no database and table, such as shop.* or shop.orders" % text)
    names = [part if part == "*" or part[0] == "`" else identifier(part) for part in parts]
    return ("%s " % words if words not in ("", "TABLE") else "") + ".".join(names)


def separated(names):
    """Return the set of privileges in a list with commas; those in parentheses separate columns."""
    found = set()
    for each in re.split(r",(?![^(]*\))", names):
        word, paren, columns = each.strip().partition("(")
        word = re.sub(r"\s+", " ", word.strip().upper())
        if paren:
            columns = sorted(column.strip().strip("`").upper() for column in columns.rstrip(")").split(","))
            word += " (%s)" % ", ".join(identifier(column) for column in columns)
        word = {"ALL PRIVILEGES": "ALL", "GRANT OPTION": "GRANT", "WITH GRANT OPTION": "GRANT"}.get(word, word)
        found.add(word)
    return found - {"USAGE", ""}


def granted(lines):
    """Return the privileges in what SHOW GRANTS prints; roles and proxies are left out."""
    found = {}
    for line in lines:
        match = LINE.match(line)
        if match and match.group(1) != "PROXY":
            found.setdefault(match.group(2), set()).update(separated(match.group(1)))
            if "WITH GRANT OPTION" in line[match.end():]:
                found[match.group(2)].add("GRANT")
    for place, names in found.items():
        if place == "*.*" and names >= EVERYTHING:
            found[place] = {"ALL"} | names & {"GRANT"}
    return {place: names for place, names in found.items() if names}


def steps(have, want, append=False, subtract=False):
    """Yield statements that lead from some privileges to others: ("GRANT" or "REVOKE", words, what follows the user).

    append: take nothing away; subtract: take away what is wanted, and nothing else
    """
    for place in sorted(set(have) | set(want)):
        had, wish = have.get(place, set()), want.get(place, set())
        gone, new = had - wish, wish - had
        if subtract:
            gone, new = (had if "ALL" in wish else had & wish), set()
        elif append:
            gone, new = set(), set() if "ALL" in had and "GRANT" not in new else new
        elif "ALL" in wish:
            gone &= {"GRANT"}  # The others are part of it.
        elif "ALL" in gone:
            new = wish
        yield from statements(place, gone, new)


def statements(place, gone, new):
    """Yield the statements for one target."""
    plain = sorted(gone - {"GRANT"})
    if "GRANT" in gone:
        yield "REVOKE", "GRANT OPTION ON %s" % place, ""
    if plain:
        yield "REVOKE", "%s ON %s" % (", ".join(plain), place), ""
    if new:
        names = ", ".join(sorted(new - {"GRANT"})) or "USAGE"
        yield "GRANT", "%s ON %s" % (names, place), " WITH GRANT OPTION" if "GRANT" in new else ""
