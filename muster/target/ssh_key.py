"""A user's own pair of SSH keys."""

import os

from muster.target.accounts import owner
from muster.target.system import Outcome, capture, which
from muster.target.task import Change, Failure
from muster.target.terminal import talk


class SshKey:
    """The key pair of a user.

    entry: of the user, as pwd has it
    path: of the private half, relative to the home directory; .ssh/id_KIND by default
    """

    def __init__(self, entry, path, kind, bits, comment, passphrase):
        self.entry = entry
        self.path = os.path.join(entry.pw_dir, path or ".ssh/id_" + kind)
        self.kind = kind
        self.bits = bits
        self.comment = comment or "%s@%s" % (entry.pw_name, os.uname().nodename)
        self.passphrase = passphrase

    def ensure(self, anew):
        """Yield the change that makes the pair where there is none, or, `anew`, in any case."""
        if os.path.exists(self.path) and not anew:
            return
        if not which("ssh-keygen"):
            raise Failure("ssh-keygen is not on this host; install openssh-client (Debian) or openssh (RHEL, Amazon "
                          "Linux)")
        words = ["ssh-keygen", "-q", "-t", self.kind, "-C", self.comment]
        words += ["-b", str(self.bits)] if self.bits else []
        yield Change("ssh-keygen -t %s -f %s" % (self.kind, self.path), lambda: self.make(words),
                     predicted=Outcome(words),
                     paths=[os.path.dirname(self.path), self.path, self.path + ".pub"])

    def make(self, words):
        """Make both halves beside where they belong, and put them there: ssh-keygen would ask before it overwrites."""
        directory = os.path.dirname(self.path)
        if not os.path.isdir(directory):
            os.mkdir(directory, 0o700)
            owner(self.entry, directory)
        new = "%s.muster-%d" % (self.path, os.getpid())
        try:
            if self.passphrase:
                answer(words + ["-f", new], self.passphrase)
            else:
                capture(*(words + ["-N", "", "-f", new]), check=True)
            for end in (".pub", ""):
                owner(self.entry, new + end)
                os.rename(new + end, self.path + end)
        except OSError as error:
            raise Failure("cannot make the key %s: %s" % (self.path, error.strerror))
        finally:
            for each in (new, new + ".pub"):
                if os.path.exists(each):
                    os.unlink(each)

    def told(self):
        """Return what the result says of the key; nothing in check mode before there is one."""
        if not os.path.exists(self.path + ".pub"):
            return {"ssh_key_file": self.path}
        with open(self.path + ".pub") as file:
            public = file.read().strip()
        return {"ssh_key_file": self.path, "ssh_public_key": public,
                "ssh_fingerprint": capture("ssh-keygen", "-l", "-f", self.path).stdout.strip()}


def answer(words, secret):
    """Run a command and type a secret whenever it asks; raise Failure when it does not end with 0.

    A terminal is made for it: on the command line everybody could read the secret.
    """
    typed = secret.encode() + b"\n"
    status, printed = talk(words, lambda text: (len(text), typed) if text.rstrip().endswith(b":") else None)
    if status:
        raise Failure("%s failed: %s" % (words[0], printed.decode("utf-8", "replace").strip()))
