import pytest

from muster.actions import find
from muster.actions.action import Failed
from muster.errors import PlanError, TemplateError
from muster.library import Library
from muster.model import Call
from muster.signature import Signature
from muster.vault.envelope import seal
from muster.vault.keyring import KEYRING, Key
from tests.actions.harness import FakeHere, act, answered, plant


@pytest.fixture
def here(tmp_path):
    plant(tmp_path, {
        "templates/motd.j2": "Welcome to {{ name }}\n",
        "templates/odd.j2": "<% if true %>\n[[ name ]] {{ name }}\n  <% endif %><# hidden #>\n",
        "templates/lines.j2": "a\nb\n",
        "templates/loop.j2": "{% for n in [1, 2] %}\n{{ n }}\n{% endfor %}\n",
        "templates/umlaut.j2": "größe\n",
        "templates/bad.j2": "one\n{{ nam }}\n",
    })
    return FakeHere(files=tmp_path, variables={"name": "web1"})


def content(here, src, **arguments):
    return act("template", here, src=src, dest="/etc/x", **arguments).args["content"]


def test_the_host_is_given_the_text(here):
    assert act("template", here, src="motd.j2", dest="/etc/motd", owner="root", mode="0644") == Call("copy", {
        "content": b"Welcome to web1\n", "dest": "/etc/motd", "owner": "root", "mode": "0644", "filename": "motd.j2"})


def test_in_a_directory_the_file_has_the_template_s_name(here, tmp_path):
    result = answered(act("template", here, src="motd.j2", dest=f"{tmp_path}/"))
    assert result.changed and (tmp_path / "motd.j2").read_text() == "Welcome to web1\n"


def test_a_second_time_nothing_changes(here, tmp_path):
    call = act("template", here, src="motd.j2", dest=f"{tmp_path}/motd")
    assert [answered(call).changed, answered(call).changed] == [True, False]


def test_the_syntax_may_be_another(here):
    syntax = {"block_start_string": "<%", "block_end_string": "%>", "variable_start_string": "[[",
              "variable_end_string": "]]", "comment_start_string": "<#", "comment_end_string": "#>"}
    assert content(here, "odd.j2", **syntax) == b"web1 {{ name }}\n  \n"
    assert content(here, "odd.j2", lstrip_blocks=True, **syntax) == b"web1 {{ name }}\n"


@pytest.mark.parametrize(("trim", "text"), [(True, b"1\n2\n"), (False, b"\n1\n\n2\n")])
def test_newlines_after_statements_are_dropped_or_not(here, trim, text):
    assert content(here, "loop.j2", trim_blocks=trim) == text


@pytest.mark.parametrize(("sequence", "text"), [
    ("\r\n", b"a\r\nb\r\n"), ("\\r\\n", b"a\r\nb\r\n"), ("\n", b"a\nb\n"), ("\\n", b"a\nb\n"), ("\\r", b"a\rb\r"),
])
def test_lines_may_end_otherwise(here, sequence, text):
    assert content(here, "lines.j2", newline_sequence=sequence) == text


def test_what_ends_no_lines_is_refused(here):
    with pytest.raises(Failed, match=r"newline_sequence: 'crlf' ends no lines"):
        content(here, "lines.j2", newline_sequence="crlf")


def test_the_encoding_may_be_another(here):
    assert content(here, "umlaut.j2") == "größe\n".encode()
    assert content(here, "umlaut.j2", output_encoding="latin-1") == "größe\n".encode("latin-1")


@pytest.mark.parametrize(("encoding", "reason"), [
    ("ascii", "ascii has no way to write 'ö'"), ("martian", "there is no encoding martian"),
])
def test_an_encoding_that_does_not_do_fails(here, encoding, reason):
    with pytest.raises(Failed, match=reason):
        content(here, "umlaut.j2", output_encoding=encoding)


def test_a_template_knows_where_it_goes(here, tmp_path):
    (tmp_path / "templates" / "self.j2").write_text("{{ template_destpath }}")
    assert act("template", here, src="self.j2", dest="/etc/x").args["content"] == b"/etc/x"


@pytest.mark.parametrize("more", [{}, {"decrypt": False}])
def test_an_encrypted_template_is_always_opened(here, tmp_path, more):
    KEYRING.use([Key("default", b"pass")])
    for name in ("umlaut.j2", "motd.j2"):
        path = tmp_path / "templates" / name
        path.write_text(seal(path.read_bytes(), b"pass"))
    (tmp_path / "templates" / "outer.j2").write_text("{% include 'umlaut.j2' %}")
    signature = Signature.of(find("template"), "template", Library().find("copy").signature)
    given = signature.convert({"src": "umlaut.j2", "dest": "/x", **more}, lambda name: None)
    assert act("template", here, **given).args["content"] == "größe\n".encode()
    assert content(here, "outer.j2") == "größe".encode()


def test_the_template_s_own_permissions_can_be_kept(here, tmp_path):
    (tmp_path / "templates" / "motd.j2").chmod(0o640)
    assert act("template", here, src="motd.j2", dest="/x", mode="preserve").args["mode"] == 0o640


def test_a_mistake_in_the_template_names_its_line(here, tmp_path):
    with pytest.raises(TemplateError) as caught:
        content(here, "bad.j2")
    assert (caught.value.origin.file, caught.value.origin.line) == (str(tmp_path / "templates" / "bad.j2"), 2)


@pytest.mark.parametrize(("src", "reason"), [("none.j2", "there is no"), ("", "is no file")])
def test_a_template_that_is_not_there_fails(here, src, reason):
    with pytest.raises((Failed, TemplateError), match=reason):
        content(here, src)


@pytest.mark.parametrize("name", ["content", "remote_src", "filename", "checksum"])
def test_arguments_of_copy_that_mean_nothing_here_are_refused(name):
    signature = Signature.of(find("template"), "template", Library().find("copy").signature)
    with pytest.raises(PlanError, match=f'template has no argument "{name}"'):
        signature.check_names(["src", "dest", name], lambda name: None)
