"""Lookups of files, searched where roles and plays keep them."""

import pytest

from muster.errors import Origin, TemplateError, VaultError
from muster.secrets import SECRETS
from muster.template.lookups import run_lookup
from muster.vault.envelope import seal
from muster.vault.keyring import KEYRING, Key
from tests.template.fake import ENGINE, Fake


class Searching(Fake):
    """Searches a role, then the play, each in a directory of the kind."""

    def __init__(self, root):
        super().__init__(name="web", root=str(root))
        self.root = root

    def search_paths(self, kind):
        return [str(self.root / "role" / kind), str(self.root / "play" / kind)]


@pytest.fixture
def variables(tmp_path):
    for path, text in {
        "role/files/motd": "  hello \n\n", "play/files/motd": "from the play", "play/files/only": "play",
        "play/plain": "beside", "role/files/a.conf": "a", "role/files/b.conf": "b", "play/files/c.conf": "c",
        "role/templates/x.j2": "{{ name }}: {{ more | default('-') }}\n", "role/vars/Debian.yml": "",
        "role/vars/main.yml": "",
        "role/templates/bad.j2": "one\n{{ absent }}\n",
        "role/templates/own.j2": "{{ ansible_managed }}: {{ template_path | basename }}",
    }.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    return Searching(tmp_path)


# expression, value with ROOT for the directory
CASES = [
    ("lookup('file', 'motd')", "  hello"),
    ("lookup('file', 'motd', lstrip=true, rstrip=false)", "hello \n\n"),
    ("lookup('file', 'only')", "play"),
    ("lookup('file', 'plain')", "beside"),
    ("lookup('file', root ~ '/play/plain')", "beside"),
    ("lookup('file', 'motd', 'only')", "  hello,play"),
    ("lookup('file', 'none', errors='ignore') is none", True),
    ("q('fileglob', '*.conf')", ["ROOT/role/files/a.conf", "ROOT/role/files/b.conf"]),
    ("q('fileglob', 'c*.conf')", ["ROOT/play/files/c.conf"]),
    ("q('fileglob', '*.none')", []),
    ("lookup('first_found', ['none', 'only'])", "ROOT/play/files/only"),
    ("lookup('first_found', 'none', 'motd')", "ROOT/role/files/motd"),
    ("lookup('first_found', {'files': ['none.yml', 'Debian.yml'], 'paths': ['vars']})", "ROOT/role/vars/Debian.yml"),
    ("lookup('first_found', files=['Debian.yml'], paths='other, vars')", "ROOT/role/vars/Debian.yml"),
    ("lookup('first_found', 'main.yml')", "ROOT/role/vars/main.yml"),
    ("q('first_found', 'none', skip=true)", []),
    ("q('first_found', {'files': 'none', 'skip': true})", []),
    ("lookup('template', 'x.j2')", "web: -\n"),
    ("lookup('template', 'x.j2', template_vars={'more': 5})", "web: 5\n"),
    ("lookup('template', 'x.j2') | trim", "web: -"),
    ("lookup('template', 'own.j2')", "Ansible managed: own.j2"),
    ("lookup('template', 'own.j2', template_vars={'ansible_managed': 'by hand'})", "by hand: own.j2"),
]


@pytest.mark.parametrize(("expression", "value"), CASES)
def test_files_are_found_in_the_role_then_in_the_play(expression, value, variables):
    found = ENGINE.evaluate(expression, variables)
    assert str(found).replace(str(variables.root), "ROOT") == str(value)
    assert variables.settled == 1


def test_a_loop_over_first_found_may_say_where_to_look(variables):
    found = run_lookup("first_found", ["main.yml"], variables, kind="vars")
    assert found == [str(variables.root / "role/vars/main.yml")]
    with pytest.raises(TemplateError, match="none of these files was found: main.yml") as caught:
        run_lookup("first_found", ["main.yml"], variables, kind="files", origin=Origin("site.yml", 2, 3))
    assert caught.value.origin == Origin("site.yml", 2, 3)


@pytest.mark.parametrize(("expression", "message"), [
    ("lookup('file', 'none')", 'the lookup "file" failed: there is no file "none"; tried '),
    ("lookup('first_found', ['a', 'b'])", "none of these files was found: a, b"),
    ("lookup('template', 'none.j2')", 'there is no file "none.j2"'),
    ("lookup('template', 'x.j2', trim=1)", 'it has no option "trim"'),
])
def test_files_that_are_not_there_are_told_with_the_places_tried(expression, message, variables):
    with pytest.raises(TemplateError) as caught:
        ENGINE.evaluate(expression, variables)
    assert message in caught.value.message


def test_an_error_in_a_looked_up_template_names_its_line(variables):
    with pytest.raises(TemplateError, match='"absent" is undefined') as caught:
        ENGINE.evaluate("lookup('template', 'bad.j2')", variables)
    assert caught.value.origin == Origin(str(variables.root / "role/templates/bad.j2"), 2, 1)


@pytest.mark.parametrize(("expression", "value"), [
    ("lookup('file', 'motd')", "  hello"), ("lookup('unvault', 'motd')", "  hello \n\n"),
    ("lookup('unvault', 'only')", "play"), ("lookup('template', 'x.j2')", "web: -\n")])
def test_encrypted_files_are_opened(variables, tmp_path, expression, value):
    KEYRING.use([Key("default", b"pass")])
    for path in ("role/files/motd", "role/templates/x.j2"):
        (tmp_path / path).write_text(seal((tmp_path / path).read_bytes(), b"pass"))
    assert ENGINE.evaluate(expression, variables) == value
    assert SECRETS or "only" in expression


def test_a_file_that_no_password_opens_is_told(variables, tmp_path):
    (tmp_path / "role/files/motd").write_text(seal(b"x", b"pass"))
    with pytest.raises(VaultError, match="no vault password was given") as caught:
        ENGINE.evaluate("lookup('file', 'motd')", variables)
    assert caught.value.origin.file == str(tmp_path / "role/files/motd")
