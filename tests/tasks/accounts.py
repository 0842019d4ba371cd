"""The users and groups of a host, as text that stands for its /etc/passwd, /etc/group and /etc/shadow.

    accounts = Accounts(directory, {"passwd": "bob:x:1500:1500::/home/bob:/bin/sh\\n", "group": "bob:x:1500:\\n"})
    with accounts.alone():
        pwd.getpwnam("bob")

The words UID and GID in them are who runs the tests, so that files may be given to a user without being root.
"""

import contextlib
import grp
import os
import pwd
from unittest import mock

from muster.target import accounts, recall, shadow

FILES = ("passwd", "group", "shadow")


class Accounts:
    """What there is in three files of a directory.

    texts: of the files, by name; one that is not named is empty
    later: what stands in them otherwise after a change, see `turn`
    """

    def __init__(self, directory, texts, later=()):
        os.mkdir(directory)
        self.directory = directory
        self.later = dict(later)
        self.write({name: texts.get(name, "") for name in FILES})

    def write(self, texts):
        for name, text in texts.items():
            with open(self.path(name), "w") as file:
                file.write(text.replace("UID", str(os.getuid())).replace("GID", str(os.getgid())))

    def path(self, name):
        return os.path.join(self.directory, name)

    def turn(self):
        """From now on the files are as after the change."""
        self.write(self.later)

    @contextlib.contextmanager
    def alone(self):
        """While this lasts there are no other users and groups."""
        places = [
            (pwd, "getpwnam", self.named("passwd", self.user)), (pwd, "getpwuid", self.numbered("passwd", self.user)),
            (grp, "getgrnam", self.named("group", self.group)), (grp, "getgrgid", self.numbered("group", self.group)),
            (grp, "getgrall", lambda: [self.group(each) for each in self.rows("group")]),
            (accounts, "PASSWD", self.path("passwd")), (accounts, "GROUP", self.path("group")),
            (accounts, "MAIL", self.directory),
            (accounts, "FILES", [self.path(name) for name in FILES]), (shadow, "SHADOW", self.path("shadow")),
            (recall, "stamp", lambda path: None),  # No file of this machine says whether they have changed.
        ]
        with contextlib.ExitStack() as stack:
            for module, name, value in places:
                stack.enter_context(mock.patch.object(module, name, value))
            yield

    def rows(self, name):
        with open(self.path(name)) as file:
            return [line.rstrip("\n").split(":") for line in file]

    def named(self, file, made):
        return lambda name: self.first(file, made, 0, name)

    def numbered(self, file, made):
        return lambda number: self.first(file, made, 2, str(number))

    def first(self, file, made, field, wanted):
        for row in self.rows(file):
            if row[field] == wanted:
                return made(row)
        raise KeyError(wanted)

    @staticmethod
    def user(row):
        return pwd.struct_passwd((row[0], row[1], int(row[2]), int(row[3]), row[4], row[5], row[6]))

    @staticmethod
    def group(row):
        return grp.struct_group((row[0], row[1], int(row[2]), [name for name in row[3].split(",") if name]))
