"""How a user of MySQL or MariaDB proves who it is: a password, or what a plugin wants."""

import hashlib

from muster.target.mysql import Server, quoted
from muster.target.task import Failure

NATIVE = "mysql_native_password"


class Credentials:
    """What a user should log in with.

    encrypted: whether the password is a hash already
    stored, secret: what the plugin keeps, or the password that it makes that of
    mariadb: whether the server is one; it has words of its own
    """

    def __init__(self, password, encrypted, plugin, stored, secret, mariadb):
        self.password = password
        self.encrypted = encrypted
        self.plugin = plugin
        self.stored = stored
        self.secret = secret
        self.mariadb = mariadb

    @property
    def clause(self):
        """What follows the user in CREATE USER; nothing where nothing is wanted."""
        if self.plugin:
            return " IDENTIFIED WITH %s%s" % (word(self.plugin), self.of_plugin())
        if self.password is None:
            return ""
        if self.encrypted:
            return " IDENTIFIED WITH %s AS %s" % (NATIVE, quoted(self.password))
        return " IDENTIFIED BY " + quoted(self.password)

    def of_plugin(self):
        if self.stored:
            return " AS " + quoted(self.stored)
        if not self.secret:
            return ""
        if self.mariadb and self.plugin in ("pam", "auth_pam"):
            return " AS " + quoted(self.secret)  # The name of a PAM service, no password.
        return (" AS PASSWORD(%s)" if self.mariadb else " BY %s") % quoted(self.secret)

    def fit(self, server, name, plugin, stored):
        """Tell whether what a user has is what is wanted.

        plugin, stored: what the server has of the user
        """
        if self.plugin and self.plugin != plugin:
            return False
        if self.plugin and self.stored:
            return self.stored == stored
        secret = self.secret if self.plugin else self.password
        if secret is None or self.mariadb and self.plugin in ("pam", "auth_pam"):
            return secret is None or secret == stored
        if plugin in (NATIVE, ""):
            return (secret if self.encrypted and not self.plugin else native(secret)) == stored
        return logs_in(server, name, secret)


def native(password):
    """Return the hash of mysql_native_password: * and the SHA-1 of the SHA-1, in hexadecimal; nothing for no password.

    >>> native("x")
    '*B69027D44F6E5EDC07F1AEAD1477967B16F28227'
    """
    if not password:
        return ""
    return "*" + hashlib.sha1(hashlib.sha1(password.encode("utf-8")).digest()).hexdigest().upper()


def logs_in(server, name, password):
    """Tell whether this user gets in with this password from here."""
    other = Server(name, password, timeout=server.timeout)
    other.reach += [each for each in server.reach if not each.startswith("--user=")]
    return other.reachable()


def word(plugin):
    """Return the name of a plugin for SQL; raise Failure for what is none."""
    if not plugin.replace("_", "").isalnum():
        raise Failure("%r is no name of a plugin" % plugin)
    return plugin


def accounts(server, name, mariadb):
    """Return {host: (plugin, what it stores)} of all users of this name."""
    stored = "IF(authentication_string <> '', authentication_string, Password)" if mariadb else "authentication_string"
    query = "SELECT Host AS host, plugin, %s FROM mysql.user WHERE User = %s" % (stored, quoted(name))
    return {row[0]: (row[1], row[2]) for row in server.ask(query)}
