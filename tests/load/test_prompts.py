"""Questions of `vars_prompt`."""

import pytest

from muster.errors import Origin, PlanError
from muster.load.prompts import KNOWN, Prompt, read_prompts
from muster.load.yaml import read_text

PLACE = Origin("f.yml", 1, 1)


def read(text):
    return read_prompts(read_text(text, "f.yml"), PLACE)


def test_a_question_has_what_it_says_and_the_usual_for_the_rest():
    plain, full = read("""
- name: user
- {name: key, prompt: "Your key?", default: 5, private: no, confirm: yes, encrypt: sha512_crypt, salt: ab,
   salt_size: "8", unsafe: true}
""")
    assert plain == Prompt("user", "user", Origin("f.yml", 2, 3))
    assert full == Prompt("key", "Your key?", Origin("f.yml", 3, 3), "5", False, True, "sha512_crypt", "ab", 8, True)
    assert set(KNOWN) == {*Prompt._fields} - {"text", "origin"} | {"prompt"}


def test_one_alone_needs_no_list_and_none_is_none():
    assert [each.name for each in read("{name: user}")] == ["user"]
    assert read("") == read("[]") == ()


@pytest.mark.parametrize(("text", "words", "place"), [
    ("- user", "a list of mappings", "f.yml:1:1"),
    ("- {prompt: Who}", "needs the name of a variable", "f.yml:1:3"),
    ("- {name: a-b}", "needs the name of a variable", "f.yml:1:10"),
    ("- {name: a, defualt: 1}", 'no "defualt"\n.*\n.*\ndid you mean "default"', "f.yml:1:13"),
    ("- {name: a, private: perhaps}", "private of vars_prompt: 'perhaps' is neither", "f.yml:1:22"),
    ("- {name: a, salt_size: long}", "salt_size of vars_prompt: 'long' is not a whole number", "f.yml:1:24"),
])
def test_what_is_no_question_is_shown_with_its_place(text, words, place, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "f.yml").write_text(text)
    with pytest.raises(PlanError, match=words) as raised:
        read(text)
    assert str(raised.value.origin) == place
