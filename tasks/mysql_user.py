"""Users of MySQL and MariaDB."""

import re

from muster.target import grants, mysql
from muster.target.credentials import NATIVE, Credentials, accounts
from muster.target.task import Choice, Failure, Path, Secret, context, task

# In SHOW CREATE USER; texts have quotes and backslashes escaped.
TEXT = r"'((?:[^'\\]|\\.|'')*)'"
NEEDS = ("SSL", "X509", "SUBJECT", "ISSUER", "CIPHER")


@task(aliases={"user": "name", "ssl_ca": "ca_cert", "ssl_cert": "client_cert", "ssl_key": "client_key"},
      obsolete=("column_case_sensitive", "force_context"))
def mysql_user(
    name: str,
    state: Choice("present", "absent") = "present",
    host: str = "localhost",
    host_all: bool = False,
    password: Secret = None,
    encrypted: bool = False,
    update_password: Choice("always", "on_create", "on_new_username") = "always",
    plugin: str = None,
    plugin_hash_string: Secret = None,
    plugin_auth_string: Secret = None,
    priv: object = None,
    append_privs: bool = False,
    subtract_privs: bool = False,
    tls_requires: dict = None,
    locked: bool = None,
    login_user: str = None,
    login_password: Secret = None,
    login_host: str = None,
    login_port: int = None,
    login_unix_socket: Path = None,
    config_file: Path = mysql.OWN_CONFIG,
    check_implicit_admin: bool = False,
    connect_timeout: int = 30,
    ca_cert: Path = None,
    client_cert: Path = None,
    client_key: Path = None,
    sql_log_bin: bool = True,
):
    """Ensure users of MySQL or MariaDB exist, with a password and privileges, or do not.

    name: the user
    state: whether the user should exist
    host: from where the user comes
    host_all: the user of this name from wherever, as far as there are any
    password: it is compared where the server hashes it as mysql_native_password; otherwise by logging in with it
    encrypted: the password is a hash of mysql_native_password, such as *B69027...
    update_password: always; on_create, only of a new user; on_new_username, only where none of that name exists
    plugin: what authenticates the user, such as unix_socket
    plugin_hash_string: what the plugin stores
    plugin_auth_string: the password that the plugin makes a hash of
    priv: "db.table:SELECT,INSERT/db2.*:ALL,GRANT", or the same as a mapping; all others are taken away
    append_privs: take no privileges away
    subtract_privs: take these privileges away, and no others
    tls_requires: {SSL: null}, {X509: null}, or SUBJECT, ISSUER and CIPHER with their values; {} for none
    locked: whether the user may not log in
    login_user: who asks; by default whom the configuration file of the client names, or this user
    login_password: password for that
    login_host: where the server is; by default on this host
    login_port: its port, 3306 where nothing says otherwise
    login_unix_socket: its socket on this host
    config_file: configuration file of the client
    check_implicit_admin: try root without a password first
    connect_timeout: seconds until connecting fails
    ca_cert: file with the certificate authority of the server
    client_cert: file with the certificate of the client
    client_key: file with its key
    sql_log_bin: have changes written to the binary log

    Example:
      - mysql_user:
          name: shop
          password: "{{ shop_password }}"
          priv: "shop.*:ALL"
          login_unix_socket: /run/mysqld/mysqld.sock

    Returns:
      user: the name
      password_changed: whether a password or plugin was set
    """
    if append_privs and subtract_privs:
        raise Failure("privileges can be appended or subtracted: leave out append_privs or subtract_privs")
    if encrypted and password is not None and not (password[:1] == "*" and len(password) == 41):
        raise Failure("the password of %s is said to be encrypted, but is no hash of %s: * and 40 digits"
                      % (name, NATIVE))
    want = None if priv is None else grants.wanted(joined(priv))
    server = mysql.administrated(mysql.Server(
        login_user, login_password, login_host, login_port, login_unix_socket,
        config_file, connect_timeout, (ca_cert, client_cert, client_key), sql_log_bin), check_implicit_admin)
    wish = Credentials(password, encrypted, plugin, plugin_hash_string, plugin_auth_string,
                       "MariaDB" in server.version)
    found = accounts(server, name, wish.mariadb)
    told = {"user": name, "password_changed": False}
    for each in sorted(found) if host_all else [host]:
        who = "%s@%s" % (mysql.quoted(name), mysql.quoted(each))
        if state == "absent":
            if each in found:
                yield server.tell("DROP USER " + who, "DROP USER " + who)
            continue
        told["password_changed"] |= yield from exist(server, name, each, found, wish, update_password)
        unborn = context.check and each not in found
        yield from limit(server, who, "" if unborn else definition(server, who), tls_requires, locked)
        if want is not None:
            lines = [] if unborn else [row[0] for row in server.ask("SHOW GRANTS FOR " + who)]
            for verb, words, option in grants.steps(grants.granted(lines), want, append_privs, subtract_privs):
                statement = "%s %s %s %s%s" % (verb, words, "TO" if verb == "GRANT" else "FROM", who, option)
                yield server.tell(statement, statement)
    return told


def joined(priv):
    """Return privileges that may be a mapping as one text."""
    if isinstance(priv, dict):
        return "/".join("%s:%s" % (place, ",".join(map(str, names)) if isinstance(names, list) else names)
                        for place, names in priv.items())
    return str(priv)


def exist(server, name, host, found, wish, update_password):
    """Yield the change that makes a user or gives it what it logs in with; return whether that was set."""
    who = "%s@%s" % (mysql.quoted(name), mysql.quoted(host))
    if host not in found:
        clause = wish.clause
        if update_password == "on_new_username" and found:
            plugin, stored = found[sorted(found)[0]]
            clause = " IDENTIFIED WITH %s AS %s" % (plugin or NATIVE, mysql.quoted(stored))
        yield server.tell("CREATE USER " + who, "CREATE USER %s%s" % (who, clause))
        return bool(clause)
    if update_password != "always" or not wish.clause or wish.fit(server, name, *found[host]):
        return False
    yield server.tell("set what %s logs in with" % who, "ALTER USER %s%s" % (who, wish.clause))
    return True


def definition(server, who):
    """Return what SHOW CREATE USER prints, without the name."""
    text = server.ask("SHOW CREATE USER " + who)[0][0]
    return re.sub(r"^CREATE USER (`(?:[^`]|``)*`|'[^']*')@(`[^`]*`|'[^']*')", "", text)


def limit(server, who, have, tls_requires, locked):
    """Yield the changes of which TLS a user needs, and whether it may log in."""
    if tls_requires is not None:
        given = {key.upper(): None if key.upper() in NEEDS[:2] or value is None else str(value)
                 for key, value in ((str(each), value) for each, value in tls_requires.items())}
        statement = "ALTER USER %s REQUIRE %s" % (who, required(given))
        if needs(have) != given:
            yield server.tell(statement, statement)
    if locked is not None and locked != ("ACCOUNT LOCK" in re.sub(TEXT, "", have)):
        statement = "ALTER USER %s ACCOUNT %s" % (who, "LOCK" if locked else "UNLOCK")
        yield server.tell(statement, statement)


def needs(text):
    """Return what SHOW CREATE USER says of TLS, as the argument has it: {"SSL": None} or {"SUBJECT": "/CN=alice"}."""
    rest = text.partition(" REQUIRE ")[2]
    found = {key: mysql.unescaped(value.replace("''", "'"))
             for key, value in re.findall(r"(SUBJECT|ISSUER|CIPHER) " + TEXT, rest)}
    return found or {word: None for word in NEEDS[:2] if rest.startswith(word)}


def required(given):
    """Return what follows REQUIRE; raise Failure for what is no requirement."""
    strange = set(given) - set(NEEDS)
    empty = [key for key in NEEDS[2:] if key in given and not given[key]]
    if empty:
        raise Failure("tls_requires needs the value that %s must have" % " and ".join(empty))
    if strange or set(NEEDS[:2]) & set(given) and len(given) > 1:
        raise Failure("tls_requires is SSL, or X509, or some of SUBJECT, ISSUER and CIPHER, not %s" % ", ".join(given))
    return " ".join(key if key in NEEDS[:2] else "%s %s" % (key, mysql.quoted(given[key]))
                    for key in NEEDS if key in given) or "NONE"
