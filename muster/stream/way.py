"""The way of a task: on which host it is carried out, as which user, and what says so."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from muster.connect.become import METHODS, Become
from muster.errors import PlanError
from muster.scope import Scope
from muster.secrets import SECRETS
from muster.signature import templated, to_bool
from muster.stream.keywords import Keywords

if TYPE_CHECKING:
    from muster.connect.destination import Defaults
    from muster.plan import PlayPlan
    from muster.stream.walk import Walk

Lookup = Callable[[str], Any]
Address = tuple[str, ...]
# All variables that say where a host is, how it is reached and as whom tasks are carried out there.
STEERING = frozenset("""
    ansible_become ansible_become_exe ansible_become_flags ansible_become_method ansible_become_pass
    ansible_become_password ansible_become_user ansible_connection ansible_host ansible_host_key_checking
    ansible_password ansible_port ansible_private_key_file ansible_python_interpreter ansible_ssh_args
    ansible_ssh_common_args ansible_ssh_extra_args ansible_ssh_host ansible_ssh_host_key_checking ansible_ssh_pass
    ansible_ssh_password ansible_ssh_port ansible_ssh_private_key_file ansible_ssh_retries ansible_ssh_timeout
    ansible_ssh_user ansible_su_pass ansible_sudo_pass ansible_timeout ansible_user muster_netns
""".split())
ADDRESS = ("ansible_connection", "ansible_host", "ansible_port", "ansible_user")
# Connection variables that a keyword may give, where no variable does.
OF_KEYWORDS = {"ansible_connection": "connection", "ansible_user": "remote_user", "ansible_port": "port"}
PASSWORDS = ("ansible_become_password", "ansible_become_pass", "ansible_sudo_pass", "ansible_su_pass")
ALWAYS_USED = ("-H", "-S", "-n", "-HSn", "-HS", "-Hn")
HERE = ("localhost", "127.0.0.1", "::1")


def reached(host: str, play: PlayPlan, defaults: Defaults) -> dict[str, str]:
    """Return the variables that say how a host is reached in a play, for where no layer of variables does.

    ansible-core 2.19 defines them too, lowest of all (measured), `ansible_user` only where a user was named.
    """
    connection = play.settings.get("connection") or defaults.connection
    found = {"ansible_connection": "ssh" if connection == "smart" else connection, "ansible_host": host}
    user = play.settings.get("remote_user") or defaults.user
    return {**found, "ansible_user": user} if user else found


class Way:
    """Where one task on one host goes.

    host: the one it is carried out on: the walk's own, unless it is delegated
    lookup: gives the connection variables of `host`
    become: the user it is carried out as
    address: tells it from other ways to that host: a later task may log in as another user, or elsewhere
    """

    def __init__(self, host: str, variable: Lookup, user: Become | None = None) -> None:
        self.host = host
        self.lookup = variable
        self.become = user or Become()
        self.address: Address = (host, *(str(variable(name)) for name in ADDRESS))


class Ways:
    """The ways of one host's tasks: one is kept for as long as nothing that names it can have changed."""

    def __init__(self, walk: Walk) -> None:
        self.walk = walk
        self.kept: Way | None = None
        self.scope: Scope | None = None
        self.words: list[Any] = []
        self.constant = False

    def of(self, keywords: Keywords) -> Way:
        """Return the way of a task; raises InputError."""
        scope, words, memory = below_loops(keywords.scope), keywords.settings.steering, self.walk.memory
        steady = memory.set.keys().isdisjoint(STEERING) and memory.included.keys().isdisjoint(STEERING)
        same = scope is self.scope and words == self.words
        if self.kept and steady and same:
            return self.kept
        host = str(keywords.rendered("delegate_to", self.walk.host)) if keywords.has("delegate_to") else self.walk.host
        variable = lookup(self.walk, host, keywords)
        way = Way(host, variable, become(keywords, variable))
        if not same:
            self.scope, self.words, self.constant = scope, words, written_out(scope, words)
        self.kept = way if steady and self.constant and host == self.walk.host else None
        return way


def own_way(walk: Walk, keywords: Keywords) -> Way:
    """Return the way to the walk's own host, wherever a task is delegated to."""
    variable = lookup(walk, walk.host, keywords)
    return Way(walk.host, variable, become(keywords, variable))


def below_loops(scope: Scope) -> Scope:
    """Return the scope without the layers of loops that name no variable of the connection."""
    while scope.parent and scope.above[0].values.keys().isdisjoint(STEERING):
        scope = scope.parent
    return scope


def written_out(scope: Scope, words: list[Any]) -> bool:
    """Tell whether no template says where a task goes: what it comes to could be another thing for each task."""
    return not any(templated(value) for value, _ in [*scope.settings(STEERING).values(), *filter(None, words)])


def lookup(walk: Walk, host: str, keywords: Keywords | None = None) -> Lookup:
    """Return the function that gives the variables of `STEERING` for a host: None for one that is not set.

    keywords: of a task; they count for the walk's own host only, since a delegated task changes its place.
    """
    if host == walk.host and keywords:
        scope = keywords.scope
    else:
        scope, keywords = walk.run.fleet.scope(host, walk.run.magic_of(host), walk.ahead.drain), None

    known = scope.settings(STEERING)

    def get(name: str) -> Any:
        assert name in STEERING, name
        found = scope.rendered(name, *known[name]) if name in known else None
        if found is None and keywords and name in OF_KEYWORDS:
            found = keywords.rendered(OF_KEYWORDS[name])
        return found

    return get


def become(keywords: Keywords, variable: Lookup) -> Become:
    """Return whom to become: variables beat keywords, which beat the command line and the configuration."""
    options = keywords.options
    wanted = variable("ansible_become")
    if wanted is None:
        wanted = keywords.flag("become", options.become)
    try:
        if not to_bool(wanted):
            return Become()
    except ValueError:
        raise PlanError(f"ansible_become is yes or no, not {wanted!r}", keywords.step.origin) from None
    given = str(variable("ansible_become_method") or keywords.rendered("become_method", options.become_method))
    method = given.rpartition(".")[2]
    if method not in METHODS:
        raise PlanError(f"become_method {given} is not known here: muster becomes another user with sudo or su",
                        keywords.place("become_method"))
    password = next((value for name in PASSWORDS if (value := variable(name)) is not None), options.become_password)
    user = variable("ansible_become_user") or keywords.rendered("become_user", options.become_user)
    flags = str(variable("ansible_become_flags") or keywords.rendered("become_flags", options.become_flags))
    rest = " ".join(word for word in flags.split() if word not in ALWAYS_USED)
    exe = variable("ansible_become_exe") or keywords.rendered("become_exe", options.become_exe)
    if password is not None and str(password) not in (str(user), str(variable("ansible_user"))):
        SECRETS.add(str(password))  # One that is its user's name would mask that wherever it is.
    return Become(str(user), None if password is None else str(password), rest, method, str(exe) if exe else None)
