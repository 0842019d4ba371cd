"""From variables, the command line and ssh's configuration to the way to a host."""

import getpass

import pytest

from muster.config import ConfigWarning
from muster.connect.destination import Defaults, destination, options, split_port
from muster.connect.ssh_config import SshConfig
from muster.errors import ConnectError
from muster.secrets import MASK, SECRETS

CONFIG = """
Host web
    HostName 10.0.0.1
    User deploy
    Port 2200
    IdentityFile ~/.ssh/web
    ConnectTimeout 7
Host jumped
    ProxyJump a,ops@b:2222,c
Host a
    HostName a.example.com
    User alice
Host nested
    ProxyJump middle
Host middle
    ProxyJump outer
Host loop
    ProxyJump loop2
Host loop2
    ProxyJump loop
Host itself
    ProxyJump itself
Host command
    ProxyCommand nc %h %p
Host both
    ProxyCommand none
    ProxyJump none
Host only
    IdentitiesOnly yes
Host alias
    HostKeyAlias known-as
    UserKnownHostsFile ~/.ssh/a ~/.ssh/b
    StrictHostKeyChecking accept-new
"""


@pytest.fixture
def find(home):
    """A function (host, variables, command line) that returns a destination."""
    (home / ".ssh" / "config").write_text(CONFIG)
    config = SshConfig()

    def find(host, variables=None, **defaults):
        return destination(host, (variables or {}).get, Defaults(**defaults), config)

    return find


ME = getpass.getuser()

# host, variables, command line, and what comes of it: address, port and user of the last hop.
LOGINS = [
    ("web", {}, {}, ("10.0.0.1", 2200, "deploy")),
    ("other", {}, {}, ("other", 22, ME)),
    ("other", {"ansible_host": "web"}, {}, ("10.0.0.1", 2200, "deploy")),
    ("web", {"ansible_host": "10.9.9.9"}, {}, ("10.9.9.9", 22, ME)),
    ("web", {}, {"user": "cli"}, ("10.0.0.1", 2200, "cli")),
    ("web", {"ansible_user": "var"}, {"user": "cli"}, ("10.0.0.1", 2200, "var")),
    ("web", {"ansible_ssh_user": "var", "ansible_ssh_port": 24}, {}, ("10.0.0.1", 24, "var")),
    ("web", {"ansible_port": "23"}, {}, ("10.0.0.1", 23, "deploy")),
    ("web", {"ansible_ssh_common_args": "-p 9 -l args"}, {}, ("10.0.0.1", 9, "args")),
    ("web", {"ansible_ssh_common_args": "-o Port=9 -o 'User args'"}, {}, ("10.0.0.1", 9, "args")),
    ("web", {"ansible_port": 8, "ansible_ssh_extra_args": "-p9"}, {}, ("10.0.0.1", 8, "deploy")),
    ("web", {"ansible_ssh_args": "-l var"}, {"ssh_common_args": "-l cli -p 5"}, ("10.0.0.1", 5, "var")),
    ("web", {"ansible_ssh_common_args": "-p 1 -p 2"}, {}, ("10.0.0.1", 1, "deploy")),
    ("web", {}, {"port": 7}, ("10.0.0.1", 7, "deploy")),
    ("web", {"ansible_port": 8}, {"port": 7}, ("10.0.0.1", 8, "deploy")),
    ("web", {"ansible_ssh_common_args": "-l var"}, {"ssh_common_args": "-l cli -p 5"}, ("10.0.0.1", 2200, "var")),
    ("web", {"ansible_ssh_common_args": ""}, {"ssh_common_args": "-p 5"}, ("10.0.0.1", 2200, "deploy")),
    ("web", {}, {"ssh_args": "-p 1", "ssh_common_args": "-p 2 -l b", "ssh_extra_args": "-p 3 -l c"},
     ("10.0.0.1", 1, "b")),
    ("fe80::1", {}, {}, ("fe80::1", 22, ME)),
]


@pytest.mark.parametrize(("host", "variables", "line", "expected"), LOGINS)
def test_variables_beat_the_command_line_which_beats_the_configuration(find, host, variables, line, expected):
    last = find(host, variables, **line).hops[-1]
    assert (last.address, last.port, last.user) == expected


JUMPS = [
    ("jumped", {}, ["alice@a.example.com:22", "ops@b:2222", f"{ME}@c:22"]),
    ("nested", {}, [f"{ME}@outer:22", f"{ME}@middle:22"]),
    ("x", {"ansible_ssh_common_args": "-J nested,d"}, [f"{ME}@outer:22", f"{ME}@middle:22", f"{ME}@nested:22",
                                                       f"{ME}@d:22"]),
    ("x", {"ansible_ssh_common_args": "-o ProxyJump=ssh://joe@a:9"}, ["joe@a.example.com:9"]),
    ("x", {"ansible_ssh_common_args": "-J [fe80::1]:9"}, [f"{ME}@fe80::1:9"]),
    ("jumped", {"ansible_ssh_common_args": "-J none"}, []),
    ("both", {}, []),
]


@pytest.mark.parametrize(("host", "variables", "expected"), JUMPS)
def test_jump_hosts_are_in_the_order_in_which_they_are_dialled(find, host, variables, expected):
    hops = find(host, variables).hops[:-1]
    assert [f"{hop.user}@{hop.address}:{hop.port}" for hop in hops] == expected


def test_a_users_name_for_the_host_is_not_one_for_the_jump_host(find):
    [first, *_, last] = find("jumped", {"ansible_user": "var", "ansible_port": 7}).hops
    assert (first.user, first.port, last.user, last.port) == ("alice", 22, "var", 7)


def test_known_hosts_of_the_command_line_hold_for_jump_hosts_too(find):
    words = "-J a -o UserKnownHostsFile=/k -o StrictHostKeyChecking=accept-new"
    for hop in find("x", {"ansible_ssh_common_args": words}).hops:
        assert hop.known_hosts == ("/k", "/etc/ssh/ssh_known_hosts")
        assert hop.checking == "accept-new"


KEYS = [
    ("web", {}, {}, ("~/.ssh/web",)),
    ("web", {"ansible_ssh_private_key_file": "/k"}, {"private_key": "/c"}, ("/k",)),
    ("web", {"ansible_private_key_file": "/k"}, {}, ("/k",)),
    ("web", {}, {"private_key": "/c"}, ("/c",)),
    ("web", {"ansible_ssh_common_args": "-i /a -o IdentityFile=/b"}, {}, ("/a", "/b")),
    ("other", {}, {}, ("~/.ssh/id_ed25519", "~/.ssh/id_ecdsa", "~/.ssh/id_rsa")),
]


@pytest.mark.parametrize(("host", "variables", "line", "expected"), KEYS)
def test_the_keys_to_try_come_from_the_nearest_place(find, home, host, variables, line, expected):
    keys = find(host, variables, **line).hops[-1].keys
    assert keys == tuple(each.replace("~", str(home)) if host == "web" else each for each in expected)


CHECKING = [
    ({}, {}, "strict"),
    ({"ansible_ssh_common_args": "-o StrictHostKeyChecking=yes"}, {}, "strict"),
    ({"ansible_ssh_common_args": "-o StrictHostKeyChecking=ask"}, {}, "strict"),
    ({"ansible_ssh_common_args": "-o StrictHostKeyChecking=accept-new"}, {}, "accept-new"),
    ({"ansible_ssh_common_args": "-o StrictHostKeyChecking=no"}, {}, "accept-new"),
    ({"ansible_host_key_checking": False}, {}, "accept-new"),
    ({"ansible_host_key_checking": True}, {}, "strict"),
    ({}, {"host_key_checking": False}, "accept-new"),
    ({"ansible_host_key_checking": True}, {"host_key_checking": False}, "strict"),
]


@pytest.mark.parametrize(("variables", "line", "expected"), CHECKING)
def test_host_keys_are_checked_unless_someone_says_otherwise_in_words(find, variables, line, expected):
    assert find("web", variables, **line).hops[-1].checking == expected


def test_ssh_configs_words_on_host_keys_and_agents_are_heeded(find, monkeypatch):
    monkeypatch.setenv("SSH_AUTH_SOCK", "/tmp/agent")
    alias = find("alias").hops[-1]
    assert alias.host_key_alias == "known-as"
    assert alias.known_hosts == ("~/.ssh/a", "~/.ssh/b", "/etc/ssh/ssh_known_hosts")
    assert alias.checking == "accept-new"
    assert alias.agent and not alias.only_listed
    assert find("only").hops[-1].only_listed


TIMEOUTS = [
    ("web", {}, {}, 7.0), ("x", {}, {"timeout": 3.0}, 3.0), ("web", {"ansible_ssh_timeout": 4}, {}, 4.0),
    ("web", {"ansible_timeout": "5"}, {}, 5.0),
]


@pytest.mark.parametrize(("host", "variables", "line", "expected"), TIMEOUTS)
def test_the_timeout_comes_from_the_nearest_place(find, host, variables, line, expected):
    assert find(host, variables, **line).timeout == expected


@pytest.mark.parametrize(("variables", "line", "expected"), [
    ({}, {}, 0), ({}, {"retries": 2}, 2), ({"ansible_ssh_retries": "0"}, {"retries": 2}, 0)])
def test_how_often_a_host_is_tried_again_comes_from_the_nearest_place(find, variables, line, expected):
    assert find("web", variables, **line).retries == expected


def test_a_proxy_command_is_kept_for_the_first_hop(find):
    assert find("command").proxy_command == "nc %h %p"
    assert find("both").proxy_command is None


@pytest.mark.parametrize("kind", ["local", "ansible.builtin.local"])
def test_local_is_no_connection_at_all(find, kind):
    assert find("web", {"ansible_connection": kind}).local
    assert find("web", connection=kind).user == ME


NONSENSE = [
    ("web", {"ansible_connection": "winrm"}, "'winrm' is not known here"),
    ("web", {"ansible_port": "ssh"}, "'ssh' is no port number"),
    ("web", {"ansible_ssh_timeout": "soon"}, "soon"),
    ("web", {"ansible_ssh_common_args": "-W x"}, "'-W' is not known"),
    ("web", {"ansible_ssh_retries": "often"}, "often"),
    ("web", {"ansible_ssh_common_args": "-J"}, "-J needs a value"),
    ("web", {"ansible_ssh_common_args": "-J 'a"}, "No closing quotation"),
    ("loop", {}, "the way to loop leads through loop"),
    ("itself", {}, "the way to itself leads through itself"),
]


@pytest.mark.parametrize(("host", "variables", "words"), NONSENSE)
def test_what_makes_no_sense_concerns_this_host_only(find, host, variables, words):
    with pytest.raises(ConnectError, match=words) as caught:
        find(host, variables)
    assert caught.value.host == host


def test_a_password_shows_in_no_repr(find):
    found = find("web", {"ansible_ssh_pass": "hunter2"})
    assert found.password == "hunter2"
    assert "hunter2" not in repr(found)


def test_the_password_of_the_command_line_is_for_hosts_that_have_none(find):
    assert find("web", password="hunter2").password == "hunter2"
    assert find("web", {"ansible_password": "own"}, password="hunter2").password == "own"
    assert "hunter2" not in repr(Defaults(password="hunter2"))


def test_another_configuration_file_can_be_named(find, tmp_path):
    (tmp_path / "other").write_text("Host web\n Port 99\n")
    assert find("web", {"ansible_ssh_common_args": f"-F {tmp_path}/other"}).hops[-1].port == 99


@pytest.mark.parametrize(("text", "expected"), [
    ("host", ("host", None)), ("host:22", ("host", "22")), ("[fe80::1]:22", ("fe80::1", "22")),
    ("[fe80::1]", ("fe80::1", None)), ("fe80::1", ("fe80::1", None)),
])
def test_ports_are_split_off(text, expected):
    assert split_port(text) == expected


def test_options_without_effect_are_passed_over():
    assert options("-C -q -o ControlMaster=auto") == {"controlmaster": "auto"}


@pytest.mark.parametrize("text", ["-A -p 22", "-o ForwardAgent=yes -p 22"])
def test_an_agent_that_would_be_forwarded_is_told_of(text):
    options.cache_clear()
    with pytest.warns(ConfigWarning, match="muster does not forward the ssh-agent"):
        assert options(text)["port"] == "22"


def test_a_password_is_secret_unless_it_is_the_users_name(find):
    find("web", {"ansible_password": "hunter22"})
    find("web", {"ansible_password": "vagrant", "ansible_user": "vagrant"})
    assert SECRETS.masked(["hunter22", "vagrant"]) == [MASK, "vagrant"]


def test_only_hosts_that_need_the_configuration_are_lost_when_it_makes_no_sense(home):
    (home / ".ssh" / "config").write_bytes(b"Host *\n User \xff\n")
    config = SshConfig()
    assert destination("here", {"ansible_connection": "local"}.get, Defaults(), config).local
    with pytest.raises(ConnectError, match="config:2:7: the byte 0xff"):
        destination("web", {}.get, Defaults(), config)
    with pytest.raises(ConnectError, match="there is no ssh configuration file /nowhere"):
        destination("web", {"ansible_ssh_common_args": "-F /nowhere"}.get, Defaults(), config)
