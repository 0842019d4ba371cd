"""Arguments written as text."""

import pytest

from muster.load.free_form import command, pairs, split


@pytest.mark.parametrize(("text", "words"), [
    ("", []), ("  ", []), ("a", ["a"]), (" a  b\n\tc ", ["a", "b", "c"]),
    ("a='b c' d", ["a='b c'", "d"]), ('a="b \' c" d', ['a="b \' c"', "d"]), (r'a="b \" c" d', [r'a="b \" c"', "d"]),
    ("a={{ b c }} d", ["a={{ b c }}", "d"]), ("a={{ b | d('x y') }}z d", ["a={{ b | d('x y') }}z", "d"]),
    ("a={% if b %} c {% endif %} d", ["a={% if b %}", "c", "{% endif %}", "d"]),
    ("a={# b c #} d", ["a={# b c #}", "d"]), ("a={# it's #} d", ["a={# it's #}", "d"]),
    ("'x{{ '{{' }} 1 }}' d", ["'x{{ '{{' }} 1 }}'", "d"]), ("a={{ '}}' }} d", ["a={{ '}}' }}", "d"]),
    ("'{{ \"it's\" }}' d", ["'{{ \"it's\" }}'", "d"]),
    ("a\\ b", ["a\\", "b"])])
def test_words_end_at_spaces_outside_quotes_and_braces(text, words):
    assert split(text) == words


@pytest.mark.parametrize(("text", "found", "rest"), [
    ("src=a dest=b", {"src": "a", "dest": "b"}, ""),
    ("msg='hello world'", {"msg": "hello world"}, ""),
    ("msg=\"it's\"", {"msg": "it's"}, ""),
    (r"""msg="say \"it\"" """, {"msg": 'say "it"'}, ""),
    ("msg='a\nb'", {"msg": "a\nb"}, ""),
    ("a=b=c d==e", {"a": "b=c", "d": "=e"}, ""),
    ("a=", {"a": ""}, ""),
    ("a=' b'c", {"a": "' b'c"}, ""),
    ("flush_handlers", {}, "flush_handlers"),
    ("main.yml tags=a x", {"tags": "a"}, "main.yml x"),
    ("5=a -b=c", {}, "5=a -b=c"),
    ("name={{ x }} state={{ 'a' if b == 'c' else 'd' }}",
     {"name": "{{ x }}", "state": "{{ 'a' if b == 'c' else 'd' }}"}, "")])
def test_pairs_are_arguments_and_the_rest_is_text(text, found, rest):
    assert pairs(text) == (found, rest)


@pytest.mark.parametrize(("text", "found", "rest"), [
    ("make install", {}, "make install"),
    ("make install chdir=/src", {"chdir": "/src"}, "make install"),
    ("chdir=/src make   install", {"chdir": "/src"}, "make   install"),
    ("make creates='/a b' PREFIX=/usr", {"creates": "/a b"}, "make PREFIX=/usr"),
    ("env A=1 warn=no true", {"warn": "no"}, "env A=1 true"),
    ("echo xchdir=/a chdir=/a", {"chdir": "/a"}, "echo xchdir=/a"),
    ("echo 'chdir=/a'", {}, "echo 'chdir=/a'"),
    ("cd /a\nmake creates=/b\nmake install\n", {"creates": "/b"}, "cd /a\nmake\nmake install"),
    ("echo {{ a }} removes={{ b | d('x y') }}", {"removes": "{{ b | d('x y') }}"}, "echo {{ a }}")])
def test_of_a_command_few_words_are_arguments_and_the_rest_stays_as_it_was_written(text, found, rest):
    assert command(text) == (found, rest)


def test_a_long_script_is_split_in_a_moment():
    text = "echo 'some words' and more\n" * 5000
    assert command(text) == ({}, text.strip())


@pytest.mark.parametrize(("text", "says"), [
    ("it's open", "a quote (') is never closed"), ('a="b', 'a quote (") is never closed'), ("a={{ b", "}} is missing"),
    ("a={% if b", "%} is missing")])
def test_what_is_never_closed_is_told(text, says):
    for function in (split, pairs, command):
        with pytest.raises(ValueError) as raised:
            function(text)
        assert str(raised.value) == says
