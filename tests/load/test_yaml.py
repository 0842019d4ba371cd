"""YAML with places."""

import datetime
import warnings

import pytest

from muster.errors import LoadError
from muster.load.yaml import YamlWarning, read_file, read_text
from muster.model import LocatedDict, LocatedList, Unsafe, Vaulted
from muster.secrets import SECRETS
from muster.vault.envelope import seal
from muster.vault.keyring import KEYRING, Key


def places(origins):
    return {key: (origin.line, origin.column) for key, origin in origins.items()}


def test_mappings_know_where_they_their_keys_and_their_values_stand():
    value = read_text("---\na: 1\nb:\n  c: x\n", "f.yml")
    assert isinstance(value, LocatedDict)
    assert value == {"a": 1, "b": {"c": "x"}}
    assert str(value.origin) == "f.yml:2:1"
    assert places(value.keys_at) == {"a": (2, 1), "b": (3, 1)}
    assert places(value.origins) == {"a": (2, 4), "b": (4, 3)}
    assert places(value["b"].origins) == {"c": (4, 6)}


def test_lists_know_where_their_elements_stand():
    value = read_text("- a\n-   - b\n", "f.yml")
    assert isinstance(value, LocatedList)
    assert [(origin.line, origin.column) for origin in value.origins] == [(1, 3), (2, 5)]
    assert str(value[1].origin) == "f.yml:2:5"


@pytest.mark.parametrize(("text", "value"), [
    ("", None), ("# nothing\n", None), ("---\n", None), ("a", "a"), ("yes", True), ("off", False), ("True", True),
    ("5", 5), ("0644", 420), ("08", "08"), ("1:30", 90), ("1.5", 1.5), ("~", None), ("'5'", "5"), ("y", "y"),
    ("2024-01-02", datetime.date(2024, 1, 2)), ("|\n  a\n  b\n", "a\nb\n"), (">-\n  a\n  b\n", "a b"), ("!!str 5", "5"),
    ("[a, {b: 1}]", ["a", {"b": 1}]), ("ä€", "ä€")])
def test_values_are_those_of_yaml_1_1(text, value):
    found = read_text(text, "f.yml")
    assert found == value
    assert type(found) is type(value) or isinstance(value, (list, dict))


def test_unsafe_text_is_marked():
    assert isinstance(read_text("!unsafe '{{ a }}'", "f.yml"), Unsafe)


@pytest.mark.parametrize("tag", ["!vault", "!vault-encrypted"])
def test_encrypted_values_are_left_for_later(tag):
    found = read_text(f"a: {tag} |\n  $ANSIBLE_VAULT\n", "f.yml")["a"]
    assert isinstance(found, Vaulted)
    assert (found.text, str(found.origin)) == ("$ANSIBLE_VAULT\n", "f.yml:1:4")


def test_in_json_an_encrypted_value_is_a_mapping_with_one_key():
    found = read_text('{"a": {"__ansible_vault": "text"}, "b": {"__ansible_vault": "text", "c": 1}}', "f.json")
    assert isinstance(found["a"], Vaulted)
    assert (found["a"].text, str(found["a"].origin)) == ("text", "f.json:1:7")
    assert isinstance(found["b"], LocatedDict)


def test_of_an_encrypted_file_every_value_is_secret_and_no_name(tmp_path):
    KEYRING.use([Key("default", b"pass")])
    text = "---\nuser: deploy\nports: [5432, true, 80]\n"
    (tmp_path / "a.yml").write_text(seal(text.encode(), b"pass"))
    assert read_file(tmp_path / "a.yml") == {"user": "deploy", "ports": [5432, True, 80]}
    assert SECRETS.texts == {"deploy", "5432"}


def test_what_is_wrong_in_an_encrypted_file_is_told_without_its_text(tmp_path):
    KEYRING.use([Key("default", b"pass")])
    (tmp_path / "a.yml").write_text(seal(b"a: 1\nb: *hunter22\n", b"pass"))
    with pytest.raises(LoadError, match="what is encrypted here is not valid YAML") as raised:
        read_file(tmp_path / "a.yml")
    assert (raised.value.origin.line, raised.value.origin.column) == (2, 4)
    assert "hunter22" not in str(raised.value)


def test_an_alias_is_the_very_same_object():
    value = read_text("a: &x {b: 1}\nc: *x\n", "f.yml")
    assert value["a"] is value["c"]


@pytest.mark.parametrize(("text", "value"), [
    ("a: &x {b: 1, c: 2}\nd: {<<: *x, c: 3}\n", {"b": 1, "c": 3}),
    ("a: &x {b: 1}\ne: &y {b: 2, f: 4}\nd: {<<: [*x, *y]}\n", {"b": 1, "f": 4}),
    ("a: &x {b: 1}\nd: {b: 2, <<: *x}\n", {"b": 2})])
def test_merge_keys_add_what_is_not_there_yet(text, value):
    found = read_text(text, "f.yml")["d"]
    assert found == value
    assert set(found.origins) == set(found.keys_at) == set(value)


def test_a_merged_value_stands_where_it_was_written():
    found = read_text("a: &x\n  b: 1\nd: {<<: *x}\n", "f.yml")["d"]
    assert places(found.origins) == {"b": (2, 6)}


def told(text):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        value = read_text(text, "f.yml")
    return value, [str(each.message) for each in caught if each.category is YamlWarning]


def test_a_repeated_key_is_told_and_the_last_one_counts():
    value, warned = told("a: 1\nb: 2\na: 3\n")
    assert value == {"a": 3, "b": 2}
    assert warned == ['f.yml:3:1: the key "a" is here twice; the last one counts']


def test_a_key_that_is_merged_and_given_is_no_repetition():
    assert told("x: &x {a: 1}\ny: {<<: *x, a: 2}\n")[1] == []


@pytest.mark.parametrize(("mode", "warns"), [("644", True), ("1777", True), ("0644", False), ("'644'", False),
                                             ("u=rw", False), ("0", False)])
def test_a_mode_without_its_zero_is_told(mode, warns):
    assert bool(told(f"mode: {mode}")[1]) == warns


def test_the_warning_of_a_mode_says_what_it_comes_to():
    assert told("mode: 644")[1] == [
        'f.yml:1:7: mode 644 is read as a decimal number, which is 1204 in octal; write "0644"']


def test_a_file_that_is_no_utf8_says_where(tmp_path):
    (tmp_path / "a.yml").write_bytes("a: ä\nb: ".encode() + b"\xe4\n")
    with pytest.raises(LoadError, match="not UTF-8 text: the byte 0xe4") as raised:
        read_file(tmp_path / "a.yml")
    assert (raised.value.origin.line, raised.value.origin.column) == (2, 4)


def test_a_binary_file_is_called_so(tmp_path):
    (tmp_path / "a.yml").write_bytes(b"\x7fELF\0\0\xff")
    with pytest.raises(LoadError, match="is a binary file"):
        read_file(tmp_path / "a.yml")


@pytest.mark.parametrize(("error", "says"), [(PermissionError(13, "Permission denied"), "Permission denied"),
                                             (FileNotFoundError(2, "No such file or directory"), "No such file")])
def test_a_file_that_cannot_be_read_says_why(monkeypatch, error, says):
    def fail(*args, **kwargs):
        raise error

    monkeypatch.setattr("builtins.open", fail)
    with pytest.raises(LoadError, match=f"cannot read a.yml: {says}"):
        read_file("a.yml")


@pytest.mark.parametrize(("text", "says", "place"), [
    ("a:\n\tb: 1\n", "a tab", (2, 1)),
    ("a: 1\n\tb: 1\n", "a tab", (2, 1)),
    ("a: \"x\n", "this quote is never closed", (1, 4)),
    ("a: 'x\nb: c\n", "this quote is never closed", (1, 4)),
    ("a: b: c\n", "mapping values are not allowed", (1, 5)),
    ("a: {{ b }}\n", "a mapping or list cannot be a key", (1, 5)),
    ("? [a]\n: b\n", "a mapping or list cannot be a key", (1, 3)),
    ("a: !secret b\n", "the tag !secret is not known", (1, 4)),
    ("a: !vault [x]\n", "what !vault marks is text", (1, 4)),
    ("? !vault x\n: y\n", "a key cannot be encrypted", (1, 3)),
    ("a: 1\n---\nb: 1\n", "a second document begins here", (2, 1)),
    ("a: 'ä\x07'\n", "U\\+0007 may not stand in YAML", (1, 6)),
    ("a: [1, 2\n", "not valid YAML", (2, 1)),
    ("a: 2024-13-01\n", '"2024-13-01" is no date: month', (1, 4)),
    ("<<: 5\n", "only a mapping can be merged", (1, 5)),
    ("a: @b\n", "not valid YAML", (1, 4))])
def test_what_is_no_yaml_says_where(text, says, place):
    with pytest.raises(LoadError, match=says) as raised:
        read_text(text, "f.yml")
    assert (raised.value.origin.line, raised.value.origin.column) == place


def bomb(of, into):
    """Return nine levels of aliases, each of which stands for nine of the level before."""
    return f"a0: &a0 {of}\n" + "".join(
        f"a{level}: &a{level} " + into.format(*[f"*a{level - 1}"] * 9) + "\n" for level in range(1, 10))


@pytest.mark.parametrize("text", [
    bomb("x", "[{}, {}, {}, {}, {}, {}, {}, {}, {}]").replace("&a0 x", "&a0 [x]"),
    bomb("{k: v}", "{{a: {}, b: {}, c: {}, d: {}, e: {}, f: {}, g: {}, h: {}, i: {}}}")])
def test_a_few_aliases_that_stand_for_more_than_any_memory_holds_are_refused(text):
    with pytest.raises(LoadError, match="with its aliases, this comes to more than 1,000,000 values") as raised:
        read_text(text, "f.yml")
    assert raised.value.origin.line == 6
    assert len(read_text(text.partition("a5")[0], "f.yml")) == 5


@pytest.mark.parametrize("text", ["a: &a [*a]", "a: &a {b: *a}", "a: &a {b: {c: [*a]}}", "a: &a {<<: *a}",
                                  "a: &a {<<: [*a]}"])
def test_what_is_in_itself_is_refused(text):
    with pytest.raises(LoadError, match="used inside of itself, by an alias") as raised:
        read_text(text, "f.yml")
    assert raised.value.origin.column == 4


def test_a_hundred_levels_are_enough():
    assert read_text("[" * 100 + "]" * 100, "f.yml") is not None
    with pytest.raises(LoadError, match="more than 100 lists and mappings") as raised:
        read_text("[" * 101 + "]" * 101, "f.yml")
    assert raised.value.origin.column == 101


@pytest.mark.parametrize(("text", "says"), [
    ("9" * 5000, "a number of 5000 characters"), ("0x" + "f" * 5000, "a number of 5002 characters"),
    ("1" + ":59" * 1000, "a number of 3001 characters"), ("190" + ":59" * 200 + ".5", "is no number"),
    ("!!int x", '"x" is no whole number'), ("!!int _", '"_" is no whole number'), ("!!float ''", '"" is no number'),
    ("!!bool x", '"x" is no yes or no'), ("!!timestamp x", '"x" is no date'), ("!!binary \u00e9", "no base64 text"),
    ("2024-01-01T00:00:00+99:99", "is no date"), ("=", "a lone = has a meaning of its own"),
    ("!!int [a]", "the tag !!int does not go with this value"), ("!!map [a]", "the tag !!map does not go"),
    ("!!set {a}", "the tag !!set is not known here"), ("!mine [a]", "the tag !mine is not known here"),
    ("!!python/object/apply:os.system [id]", "the tag !!python/object/apply:os.system is not known")])
def test_a_value_that_cannot_be_made_is_refused_at_its_place(text, says):
    with pytest.raises(LoadError, match=says) as raised:
        read_text(f"a: {text}\n", "f.yml")
    assert (raised.value.origin.line, raised.value.origin.column) == (1, 4)


def test_all_text_in_an_unsafe_list_or_mapping_is_unsafe():
    value = read_text("a: !unsafe [x, {b: y}, 5]\nc: z\n", "f.yml")
    assert [type(value["a"][0]), type(value["a"][1]["b"]), value["a"][2], type(value["c"])] == [Unsafe, Unsafe, 5, str]


def test_an_escape_that_stands_for_no_character_is_no_open_quote():
    with pytest.raises(LoadError, match="invalid Unicode character escape code"):
        read_text('a: "\\ud800"\n', "f.yml")


def test_text_that_is_no_unicode_is_refused():
    with pytest.raises(LoadError, match=r"the character U\+D800 may not stand in YAML") as raised:
        read_text("a: \ud800\n", "f.yml")
    assert raised.value.origin.column == 4
