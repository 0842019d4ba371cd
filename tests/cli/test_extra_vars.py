"""The values of -e."""

import pytest

from muster.cli.extra_vars import parse
from muster.errors import LoadError, OptionError


@pytest.fixture
def files(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "vars.yml").write_text("a: 1\nb: [x]\n")
    (tmp_path / "vars.json").write_text('{"a": {"b": null}}')
    (tmp_path / "empty.yml").write_text("# nothing\n")
    (tmp_path / "list.yml").write_text("- a\n")
    (tmp_path / "broken.yml").write_text("a: b: c\n")


@pytest.mark.parametrize(("texts", "found"), [
    ([], {}),
    ([""], {}),
    (["a=1"], {"a": "1"}),
    (["a=1 b='x y'"], {"a": "1", "b": "x y"}),
    (["a=True", "b=[1]"], {"a": "True", "b": "[1]"}),
    (["a={{ b }}"], {"a": "{{ b }}"}),
    (['{"a": 1, "b": [true, null]}'], {"a": 1, "b": [True, None]}),
    ([' {a: 5, b: yes}'], {"a": 5, "b": True}),
    (["@vars.yml"], {"a": 1, "b": ["x"]}),
    (["@vars.json"], {"a": {"b": None}}),
    (["@~/vars.yml", "a=2"], {"a": "2", "b": ["x"]}),
    (["a=2", "@vars.yml"], {"a": 1, "b": ["x"]}),
    (["@empty.yml"], {})])
def test_pairs_are_text_and_mappings_keep_their_types_and_the_last_wins(files, texts, found):
    assert parse(texts) == found


@pytest.mark.parametrize(("text", "says"), [
    ("a", "-e a: 'a' is not of the form name=value"), ("a=1 b", "'b' is not of the form"),
    ("[1]", "variables are a mapping"), ('{"a":', "not valid YAML"), ("@none.yml", "there is no file none.yml"),
    ("@list.yml", "variables are a mapping"), ("@", "there is no file"), ("1a=5", "is not of the form")])
def test_what_gives_no_variables_is_told_with_the_option(files, text, says):
    with pytest.raises(OptionError, match=says) as raised:
        parse([text])
    assert raised.value.message.startswith(f"-e {text}: ")


def test_a_mistake_in_a_file_is_told_with_its_place(files):
    with pytest.raises(LoadError) as raised:
        parse(["@broken.yml"])
    assert str(raised.value.origin) == "broken.yml:1:5"
