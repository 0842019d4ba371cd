"""What -i may name."""

import os

import pytest

from muster.errors import InventoryError, VaultError
from muster.inventory import gather
from muster.inventory.sources import looks_like_yaml, vars_directory
from muster.secrets import SECRETS
from muster.vault.envelope import seal
from muster.vault.keyring import KEYRING, Key

SCRIPT = "#!/bin/sh\necho '{\"web\": [\"from_script\"], \"_meta\": {\"hostvars\": {}}}'\n"


def hosts(inventory):
    return list(inventory.hosts)


def test_a_list_with_a_comma_names_hosts(variables):
    inventory = gather(["web[1:2], db:5432,::1"], None)
    assert hosts(inventory) == ["web1", "web2", "db", "::1"]
    assert variables(inventory.hosts["db"]) == {"ansible_port": 5432}
    assert inventory.hosts["web1"].groups == ("all", "ungrouped")
    assert inventory.directory == ""


def test_a_missing_file_is_told_with_the_way_to_name_a_host(project):
    with pytest.raises(InventoryError, match="there is no inventory") as raised:
        project.gather("web1")
    assert "web1,\"" in raised.value.hint


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [("hosts", "[web]\na\n", ["a"]), ("hosts", "# c\n\nall:  # c\n  hosts:\n    a:\n", ["a"]),
     ("hosts", "---\nall: {hosts: {a: }}\n", ["a"]), ("hosts", '{"all": {"hosts": {"a": null}}}', ["a"]),
     ("hosts", "a:22\n", ["a"]), ("hosts", "[::1]:22\n", ["::1"]), ("hosts", "\ufeff[web]\na\n", ["a"]),
     ("hosts.json", '{"all": {"hosts": {"a": {}}}}', ["a"]), ("hosts.prod", "a\n", ["a"]),
     ("hosts.YAML", "all: {hosts: {a: }}\n", ["a"])],
)
def test_a_file_is_read_by_its_ending_or_its_first_line(project, name, text, expected):
    project.write({name: text})
    assert hosts(project.gather(name)) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [("all:", True), ('"all": ', True), ("web servers:", True), ("a", False), ("a x=1", False), ("[web:vars]", False),
     ("a x=b:", False), ("", False)],
)
def test_only_yaml_begins_with_a_key_that_has_nothing_after_its_colon(line, expected):
    assert looks_like_yaml(f"# comment\n{line}\n") is expected


def test_a_directory_is_read_in_order_of_name_without_what_ansible_ignores(project, variables):
    ignored = ["a.cfg", "b.orig", "c~", "d.bak", "e.txt", "f.md", "g.rst", "h.retry", "i.pyc", "j.swp", ".hidden",
               "group_vars/x", "host_vars/x", "vars_plugins/x"]
    project.write({f"inventory/{name}": "no: inventory: at all" for name in ignored})
    project.write({
        "inventory/10-hosts.ini": "[web]\na x=1\n",
        "inventory/20-more.yml": "web:\n  hosts:\n    a: {x: 2}\n    b:\n",
        "inventory/30-script": SCRIPT,
        "inventory/nested/hosts": "c\n",
    })
    (project.directory / "inventory/30-script").chmod(0o755)
    inventory = project.gather("inventory")
    assert hosts(inventory) == ["a", "b", "from_script", "c"]
    assert variables(inventory.hosts["a"]) == {"x": 2}
    assert inventory.directory == project.path("inventory")


def test_what_is_passed_over_in_a_directory_is_configured(project):
    project.write({f"inventory/{name}": f"from_{name}".replace(".", "_") for name in ("a", "b.cfg", "c.creds")})
    assert hosts(project.gather("inventory", inventory_ignore_extensions=(".creds",))) == ["from_a", "from_b_cfg"]
    assert hosts(project.gather("inventory", inventory_ignore_patterns=("^a", "cr.ds"))) == []
    with pytest.raises(InventoryError, match="inventory_ignore_patterns has a regular expression that cannot be read"):
        project.gather("inventory", inventory_ignore_patterns=("(",))


def test_an_executable_file_without_an_interpreter_is_no_script(project):
    project.write({"hosts": "[web]\na\n"})
    (project.directory / "hosts").chmod(0o755)
    assert hosts(project.gather("hosts")) == ["a"]


@pytest.mark.parametrize(
    ("name", "content", "says", "hint"),
    [("hosts", SCRIPT.encode(), "not executable", "chmod +x"), ("hosts", b"a\xff\n", "not UTF-8", ""),
     ("hosts.toml", b"[web.hosts]\n", "TOML", "YAML or INI")],
)
def test_files_that_cannot_be_read_are_told(project, name, content, says, hint):
    (project.directory / name).write_bytes(content)
    with pytest.raises(InventoryError, match=says) as raised:
        project.gather(name)
    assert raised.value.origin.file == project.path(name)
    assert hint in raised.value.hint


@pytest.mark.parametrize(("name", "text"), [
    ("hosts", "[web]\na password=hunter22 quoted='two words'\n[web:vars]\nport = 5432 # it is\n"),
    ("hosts.yml", "web: {hosts: {a: {password: hunter22, quoted: two words}}, vars: {port: 5432}}\n")])
def test_encrypted_sources_are_opened_and_their_values_are_secret(project, variables, name, text):
    KEYRING.use([Key("default", b"pass")])
    project.write({name: seal(text.encode(), b"pass")})
    assert variables(project.gather(name).hosts["a"])["password"] == "hunter22"
    assert {"hunter22", "two words", "5432"} <= SECRETS.texts
    assert "web" not in SECRETS.texts and "password" not in SECRETS.texts


def test_a_source_that_no_password_opens_is_told_with_the_option_to_give(project):
    project.write({"hosts": seal(b"a\n", b"pass", "dev")})
    with pytest.raises(VaultError, match="no vault password was given") as raised:
        project.gather("hosts")
    assert raised.value.origin == (project.path("hosts"), 1, 1)
    assert "--vault-id dev@FILE" in raised.value.hint


def test_variables_stand_beside_a_file_and_in_a_directory(project, monkeypatch):
    project.write({"inventory/hosts": "a\n"})
    assert vars_directory(project.path("inventory")) == project.path("inventory")
    assert vars_directory(project.path("inventory/hosts")) == project.path("inventory")
    assert vars_directory("a,b") is None
    monkeypatch.chdir(os.path.join(project.directory, "inventory"))
    assert vars_directory("hosts") == "."


def test_a_directory_that_is_inside_of_itself_is_told(project):
    project.write({"inventory/hosts": "a\n"})
    (project.directory / "inventory" / "again").symlink_to(".")
    with pytest.raises(InventoryError, match="is inside of itself"):
        project.gather("inventory")
