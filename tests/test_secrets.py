"""What must not show, in every form in which it could."""

import base64
import json
import random
import shlex
import time
from urllib.parse import quote

import pytest

from muster.secrets import MASK, Secrets

AWKWARD = ["hunter22", "pass word", "it's \"quoted\"", "back\\slash", "tab\there", "gr\u00fc\u00dfe\u2603",
           "$HOME `id`", "100% & more", "a+b/c=d", "{{ not a template }}"]


def keeping(*texts):
    secrets = Secrets()
    for text in texts:
        secrets.add(text)
    return secrets


@pytest.mark.parametrize("secret", AWKWARD)
@pytest.mark.parametrize("form", [
    str, json.dumps, lambda text: json.dumps(text, ensure_ascii=False), repr, lambda text: repr([text, "'"]),
    shlex.quote, lambda text: shlex.join(["login", "-p", text]), lambda text: quote(text, safe=""), quote,
    lambda text: "'" + text.replace("'", "'\\''") + "'", lambda text: json.dumps({"a": {"b": [text]}})])
def test_a_secret_is_masked_in_every_form(secret, form):
    masked = keeping(secret).masked(f"before {form(secret)} after")
    assert MASK in masked and form(secret) not in masked
    assert masked.startswith("before ") and masked.endswith(" after")
    assert secret not in masked and json.dumps(secret)[1:-1] not in masked


@pytest.mark.parametrize("secret", AWKWARD)
@pytest.mark.parametrize("before", ["", "u", "user", "user:"])
@pytest.mark.parametrize("after", ["", "\n", "!!"])
@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode])
def test_a_secret_inside_of_base64_is_masked(secret, before, after, encode):
    text = encode((before + secret + after).encode()).decode()
    masked = keeping(secret).masked(f"Basic {text}")
    assert MASK in masked
    # At either end a digit may hold bits of the secret and of what is beside it.
    left = masked.replace("Basic ", "").replace(MASK, "").rstrip("=")
    assert len(left) <= len(encode(before.encode()).rstrip(b"=")) + len(encode(after.encode()).rstrip(b"=")) + 2


def test_each_line_of_a_secret_is_one_and_short_ones_are_none():
    secrets = keeping("first line\n  second\nend\n\nlast one\n")
    assert secrets.texts == {"first line", "second", "last one"}
    assert secrets.masked("x second\ny first line end") == f"x {MASK}\ny {MASK} end"


@pytest.mark.parametrize("text", ["", "abc", "a\nb\n", " a  "])
def test_a_short_text_is_no_secret_since_it_occurs_everywhere(text):
    assert keeping(text).texts == (set() if len(text.strip()) < 4 else {text.strip()})
    assert not keeping("abc")


def test_of_a_template_is_secret_what_it_leaves_as_it_is():
    secrets = keeping("postgres://{{ user }}:hunter22@{{ hosts | default('db.local') }}{# why #}")
    assert secrets.masked("postgres://app:hunter22@db.local") == f"{MASK}app{MASK}{MASK}"


def test_every_text_and_number_of_a_document_is_secret_and_no_name_and_no_word():
    secrets = Secrets()
    secrets.add_all({"name": ["a text", 12345, 1.25, True, None, 80, {"deeper": "word"}]})
    assert secrets.texts == {"a text", "12345", "1.25", "word"}


def test_of_settings_the_values_are_secret_and_no_names():
    secrets = Secrets()
    secrets.add_settings("web1 password=hunter22 quoted='two words'\nport = 5432 # why\n"
                         "{\"key\": \"a, b\"}\nTOKEN=abcd; run\n")
    assert {"hunter22", "two words", "5432", "a, b", "abcd", "abcd; run"} <= secrets.texts
    assert not {"web1", "password", "quoted", "port", "TOKEN", "run"} & secrets.texts


def test_values_are_masked_however_deep_and_keys_that_all_results_have_are_not():
    secrets = keeping("stdout", "hunter22", "12345")
    assert secrets.masked({"stdout": ["hunter22", ("x stdout", None)], "hunter22": {"a": 12345, "b": 123456, "c": True},
                           "raw": b"\xff hunter22"}) == {
        "stdout": [MASK, [f"x {MASK}", None]], MASK: {"a": MASK, "b": 123456, "c": True},
        "raw": b"\xff " + MASK.encode()}


def test_without_secrets_values_are_given_back_as_they_are():
    value = {"a": ["b"]}
    assert Secrets().masked(value) is value
    assert Secrets().settled("abc") == 3


def test_of_two_secrets_that_begin_alike_the_longer_is_masked():
    assert keeping("secret", "secret-longer", "secret-lower").masked("secret-longer secret-l") == f"{MASK} {MASK}-l"


def test_secrets_that_overlap_are_masked_as_one():
    assert keeping("abcdef", "efghij").masked("x abcdefghij abcdefgh") == f"x {MASK} {MASK}gh"
    assert keeping("abab").masked("xababababx") == f"x{MASK}x"


def test_what_is_added_later_counts_from_then_on():
    secrets = keeping("first")
    assert secrets.masked("first second") == f"{MASK} second"
    secrets.add("second")
    assert secrets.masked("first second") == f"{MASK} {MASK}"
    secrets.clear()
    assert secrets.masked("first second") == "first second"


def test_thousands_of_secrets_are_found_quickly():
    secrets = keeping(*(f"secret number {number}" for number in range(3000)))
    began = time.process_time()
    assert secrets.masked("x" * 100_000 + " secret number 17").endswith(f" {MASK}")
    assert time.process_time() - began < 1


def test_no_secret_whatever_it_is_made_of_shows():
    for seed in range(300):
        chance = random.Random(seed)
        letters = chance.choice(["ab", "a{}%'\"", "\\n\t x", "\u00e4\u2603.*()[]|?", "0123456789"])
        lengths = chance.choices(range(4, 10), k=chance.randint(1, 5))
        secrets = keeping(*("".join(chance.choices(letters, k=length)) for length in lengths))
        for text in secrets.texts:
            around = ["".join(chance.choices(letters, k=chance.randint(0, 5))) for _ in range(2)]
            assert text not in secrets.masked(text.join(around)).replace(MASK, "\0"), seed


def test_a_text_cut_where_it_is_settled_shows_no_more_than_the_whole():
    for seed in range(300):
        chance = random.Random(seed)
        secrets = keeping("".join(chance.choices("ab", k=chance.randint(4, 8))))
        text, cut = "".join(chance.choices("abc", k=30)), chance.randint(0, 30)
        settled = secrets.settled(text[:cut])
        assert secrets.masked(text[:settled]) + secrets.masked(text[settled:]) == secrets.masked(text), seed


@pytest.mark.parametrize("word", ["root", "true", "False", "localhost"])
def test_a_word_that_is_everywhere_is_no_secret(word):
    assert not keeping(word)
    assert keeping(f"{word} of all").masked(f"{word}: {word} of all") == f"{word}: {MASK}"


def test_of_secrets_that_begin_alike_the_longest_is_masked():
    secrets = keeping("https://a", "https://abc", "https://abd")
    assert secrets.masked("https://abc https://ab https://") == f"{MASK} {MASK}b https://"
    assert "the https://ab"[: secrets.settled("the https://ab")] == "the "


def test_many_secrets_that_begin_alike_cost_no_more_than_others():
    """Gone through one by one, a thousand took 19 s to learn and 228 s to look for in a megabyte."""
    began = time.process_time()
    secrets = keeping(*(f"https://{number:024}" for number in range(1000)))
    assert secrets.masked("https://abc " * 8000).count(MASK) == 0
    assert time.process_time() - began < 5


def test_it_is_told_whether_there_is_a_secret_in_a_text():
    secrets = keeping("hunter22")
    assert (secrets.hides("so hunter22 it is"), secrets.hides("so it is"), Secrets().hides("hunter22")) == (
        True, False, False)
