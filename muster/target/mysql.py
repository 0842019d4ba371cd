"""A MySQL or MariaDB server, asked through its command line client.

What is asked stands on the command line; what is told may hold secrets and goes to standard input. The password goes
by the environment, which only root and the same user can read.
"""

import os

from muster.target.system import capture, which
from muster.target.task import Change, Failure

OWN_CONFIG = "~/.my.cnf"
GLOBAL_CONFIGS = ("/etc/my.cnf", "/etc/mysql/my.cnf")
CHARACTERS = "--default-character-set=utf8mb4"  # In the C locale the client would take UTF-8 for Latin-1.
ESCAPES = {"n": "\n", "t": "\t", "0": "\0", "\\": "\\"}


class Server:
    """How to reach a server; arguments as the task types have them.

    version: what it calls itself, such as "10.11.6-MariaDB-0+deb12u1"
    """

    def __init__(self, user=None, password=None, host=None, port=None, socket=None, config_file=None, timeout=30,
                 ssl=(None, None, None), log=True):
        self.program = client("mariadb", "mysql")
        self.before = []
        self.environment = {}
        if password is not None:
            # A password in the user's own file would be preferred to that of the environment.
            self.before = ["--defaults-file=" + each for each in GLOBAL_CONFIGS if os.path.exists(each)][:1]
            self.before = self.before or ["--no-defaults"]
            self.environment = {"MYSQL_PWD": password}
        elif config_file and config_file != os.path.expanduser(OWN_CONFIG) and os.path.exists(config_file):
            self.before = ["--defaults-extra-file=" + config_file]
        named = (("user", user), ("host", host), ("port", port), ("socket", socket), ("ssl-ca", ssl[0]),
                 ("ssl-cert", ssl[1]), ("ssl-key", ssl[2]))
        self.reach = ["--%s=%s" % (name, value) for name, value in named if value not in (None, "")]
        # As playbooks mean it: a host and port that are named are meant, whatever socket there is.
        self.reach += ["--protocol=tcp"] if port and not socket and host not in (None, "localhost") else []
        self.timeout = timeout
        self.log = log

    @property
    def version(self):
        if "version" not in self.__dict__:
            self.__dict__["version"] = self.ask("SELECT VERSION()")[0][0]
        return self.__dict__["version"]

    def argv(self, *words):
        return [self.program] + self.before + list(words) + [
            "--batch", "--skip-column-names", "--connect-timeout=%d" % self.timeout] + self.reach + [CHARACTERS]

    def ask(self, query):
        """Return the rows, lists of texts, that a query without secrets gives; NULL is the text NULL."""
        outcome = capture(*self.argv("-e", query), env=self.environment)
        if not outcome.ok:
            raise failure(outcome)
        return [[unescaped(each) for each in line.split("\t")] for line in outcome.stdout.split("\n") if line]

    def reachable(self):
        """Tell whether it lets one in."""
        return capture(*self.argv("-e", "SELECT 1"), env=self.environment).ok

    def tell(self, what, statement):
        """Return the change that has the server carry out a statement.

        what: words for the reader, without secrets
        """
        start = "SET SESSION sql_mode = '';\n" + ("" if self.log else "SET SESSION sql_log_bin = 0;\n")

        def do():
            outcome = capture(*self.argv(), env=self.environment, stdin=start + statement + ";\n", stream=True)
            if not outcome.ok:
                raise failure(outcome, secret=statement != what)

        return Change(what, do)


def client(*names):
    """Return the name of the first of these programs that is there; raise Failure where none is."""
    found = which(*names)
    if found is None:
        raise Failure("neither %s is on this host; install mariadb-client or mysql-client (Debian, Ubuntu), mariadb or "
                      "mysql (RHEL, Amazon Linux)" % " nor ".join(names))
    return os.path.basename(found)


def administrated(server, implicit):
    """Return the server to use: with check_implicit_admin that of root without a password, if it lets root in."""
    if implicit:
        rooted = Server("root", "", timeout=server.timeout, log=server.log)
        rooted.reach += [each for each in server.reach if not each.startswith("--user=")]
        if rooted.reachable():
            return rooted
    return server


def failure(outcome, secret=False):
    """Return the `Failure` of a client that went wrong.

    secret: whether a password may be in what the server repeats of the statement
    """
    lines = [line for line in outcome.stderr.splitlines() if line.startswith("ERROR")] or outcome.stderr.splitlines()
    text = (lines or ["%s ended with %d" % (outcome.argv[0], outcome.rc)])[0]
    if secret:
        # Of what it does not understand it shows the rest: near 'IDENTIFIED BY '...'' at line 2.
        text = text.partition(" near '")[0]
    hint = ""
    if "Access denied" in text or "(28000)" in text:
        hint = " (login_user and login_password say who asks; root of the host often needs none of them)"
    elif "Can't connect" in text:
        hint = " (is the server running? login_unix_socket or login_host say where)"
    return Failure("%s%s" % (text, hint), rc=outcome.rc)


def unescaped(text):
    """Return a value as it was before --batch escaped it.

    >>> unescaped("a\\\\\\\\_b")
    'a\\\\_b'
    """
    pieces, rest = [], text
    while rest:
        start, sign, rest = rest.partition("\\")
        pieces.append(start)
        if sign and rest:
            pieces.append(ESCAPES.get(rest[0], rest[0]))
            rest = rest[1:]
    return "".join(pieces)


def quoted(text):
    """Return text as a literal of SQL; sql_mode must not hold NO_BACKSLASH_ESCAPES."""
    return "'%s'" % text.replace("\\", "\\\\").replace("'", "\\'")


def identifier(name):
    """Return the name of a database or table for SQL.

    >>> identifier("a`b")
    '`a``b`'
    """
    return "`%s`" % name.replace("`", "``")
