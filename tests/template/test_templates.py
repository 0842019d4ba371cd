"""Template files: what goes in and what comes out, what they include, and how errors in them are told."""

import os
import threading
import time

import pytest

from muster.errors import Origin, TemplateError
from muster.template import templates as module
from muster.template.engine import Engine
from tests.template.fake import ENGINE, Fake
from tests.template.test_engine import VALUES

TEMPLATES = ENGINE.templates

# text of a file, what becomes of it
FILES = [
    ("Hello {{ name }}\n", "Hello web\n"),
    ("{{ number }}\n", "5\n"),
    ("{{ ports }}", "[80, 443]"),
    ("{{ nothing }}\n", "\n"),
    ("a\n{% if yes %}\nb\n{% endif %}\nc\n", "a\nb\nc\n"),
    ("a\n  {% if yes %}\nb\n{% endif %}\n", "a\n  b\n"),
    ("{% for p in ports %}\n{{ p }}\n{% endfor %}\n", "80\n443\n"),
    ("#jinja2: lstrip_blocks: True\na\n  {% if yes %}\nb\n{% endif %}\n", "a\nb\n"),
    ("#jinja2: trim_blocks: False, lstrip_blocks: true\n{% if yes %}\nb\n{% endif %}\n", "\nb\n"),
    ("#jinja2: variable_start_string: '[%', variable_end_string: '%]'\n[% name %] {{ name }}\n", "web {{ name }}\n"),
    ("{{ name | regex_replace('(w)', '\\\\1\\\\1') }}", "wweb"),
    ("{{ ansible_managed }}", "by hand"),
    ("{% macro line(k, v) %}\n{{ k }}={{ v }}\n{% endmacro %}\n{{ line('a', number) }}", "a=5\n"),
]


@pytest.mark.parametrize(("text", "result"), FILES)
def test_a_template_file_gives_text(text, result):
    assert TEMPLATES.file(text, Fake(VALUES), "/srv/a.j2", {"ansible_managed": "by hand"}) == result


def test_options_of_the_syntax_may_be_given_with_the_task():
    text = "a\n  {% if yes %}\nb\n{% endif %}\n"
    assert TEMPLATES.file(text, Fake(VALUES), "/srv/a.j2", lstrip_blocks=True) == "a\nb\n"
    assert TEMPLATES.file("a\nb\n", Fake(), "/srv/a.j2", newline_sequence="\r\n") == "a\r\nb\r\n"
    with pytest.raises(TemplateError, match='"trim" is no option of templates'):
        TEMPLATES.file(text, Fake(VALUES), "/srv/a.j2", trim=True)
    with pytest.raises(TemplateError, match="cannot be written with these options: .*newline_sequence") as caught:
        TEMPLATES.file("#jinja2: newline_sequence: x\nb\n", Fake(), "/srv/a.j2")
    assert str(caught.value.origin) == "/srv/a.j2:1:1"


def test_files_include_import_and_extend_others(tmp_path):
    role, play = tmp_path / "role", tmp_path / "play"
    (role / "sub").mkdir(parents=True)
    play.mkdir()
    (role / "part.j2").write_text("part of {{ name }}: {{ local }}\n")
    (role / "sub" / "near.j2").write_text("{% include 'nearest.j2' %}")
    (role / "sub" / "nearest.j2").write_text("nearest\n")
    (play / "macros.j2").write_text("{% macro bold(x) %}**{{ x }}**{% endmacro %}")
    (play / "base.j2").write_text("<{% block body %}{% endblock %}> {{ number }}\n")
    variables = Fake(VALUES, paths=[str(role), str(play)])

    def render(text):
        return TEMPLATES.file(text, variables, str(role / "main.j2"))

    assert render("{% set local = 1 %}\n{% include 'part.j2' %}\n") == "part of web: 1\n"
    assert render("{% include 'sub/near.j2' %}") == "nearest"
    assert render("{% from 'macros.j2' import bold %}\n{{ bold(name) }}\n") == "**web**\n"
    assert render("{% import 'macros.j2' as m %}\n{{ m.bold(number) }}\n") == "**5**\n"
    assert render("{% extends 'base.j2' %}{% block body %}{{ name }}{% endblock %}\n") == "<web> 5\n"
    assert render("{% include 'none.j2' ignore missing %}x") == "x"


def test_an_included_file_is_read_anew_when_it_has_changed(tmp_path):
    (tmp_path / "part.j2").write_text("one")
    variables = Fake(paths=[str(tmp_path)])
    assert TEMPLATES.file("{% include 'part.j2' %}", variables, "/srv/a.j2") == "one"
    (tmp_path / "part.j2").write_text("two")
    assert TEMPLATES.file("{% include 'part.j2' %}", variables, "/srv/a.j2") == "two"


def test_errors_in_files_name_the_file_and_the_line(tmp_path):
    def origin(text, **options):
        with pytest.raises(TemplateError) as caught:
            TEMPLATES.file(text, Fake(VALUES, paths=[str(tmp_path)]), "/srv/a.j2", **options)
        return caught.value.origin

    (tmp_path / "part.j2").write_text("fine\n\n{{ nam }}\n")
    (tmp_path / "broken.j2").write_text("fine\n{{ nam\n")
    assert origin("one\ntwo {{ nam }}\n") == Origin("/srv/a.j2", 2, 1)
    assert origin("one\n\n{{ 1 / 0 }}\n") == Origin("/srv/a.j2", 3, 1)
    assert origin("one\n{% if %}\n") == Origin("/srv/a.j2", 2, 1)
    assert origin("#jinja2: trim_blocks: True\none\n{{ nam }}\n") == Origin("/srv/a.j2", 3, 1)
    assert origin("#jinja2: trim_blocks: True\none\n{% if %}\n") == Origin("/srv/a.j2", 3, 1)
    assert origin("\n{% include 'part.j2' %}\n") == Origin(str(tmp_path / "part.j2"), 3, 1)
    assert origin("\n{% include 'broken.j2' %}\n") == Origin(str(tmp_path / "broken.j2"), 2, 1)
    assert origin("\n{% include 'none.j2' %}\n") == Origin("/srv/a.j2", 2, 1)
    assert origin("#jinja2: nothing\n") == Origin("/srv/a.j2", 1, 1)
    assert origin("#jinja2: nothing: 1\n") == Origin("/srv/a.j2", 1, 1)


@pytest.mark.parametrize("render", [
    lambda templates: templates.text("{{ name | upper }}", Fake(VALUES), None),
    lambda templates: templates.condition("name | upper", Fake(VALUES), None),
    lambda templates: templates.file("{{ name | upper }}", Fake(VALUES), "/srv/a.j2"),
])
def test_hosts_that_come_to_a_template_together_compile_it_once(render, monkeypatch):
    templates = Engine().templates
    compiled, meeting = [], threading.Barrier(8)
    generate = type(templates.environment)._generate

    def counted(self, *args, **kwargs):
        compiled.append(args)
        time.sleep(0.01)  # The others come meanwhile.
        return generate(self, *args, **kwargs)

    def visit():
        meeting.wait()
        results.append(render(templates))

    monkeypatch.setattr(type(templates.environment), "_generate", counted)
    results = []
    threads = [threading.Thread(target=visit) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == ["WEB"] * 8
    assert len(compiled) == 1


def test_a_file_is_read_again_only_when_it_has_changed(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "SETTLED_SECONDS", -1000)
    templates, path = Engine().templates, tmp_path / "a.j2"
    path.write_text("one")
    assert templates.read(str(path))[0] == "one"
    with monkeypatch.context() as patch:
        patch.setattr("builtins.open", None)
        assert templates.read(str(path))[0] == "one"
    path.write_text("two")
    assert templates.read(str(path))[0] == "two"
    other = tmp_path / "b.j2"
    other.write_text("six")
    os.utime(other, ns=(0, os.stat(path).st_mtime_ns))
    other.rename(path)
    assert templates.read(str(path))[0] == "six"


def test_what_cannot_be_read_as_a_template_says_so(tmp_path):
    templates = Engine().templates
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "bytes").write_bytes(b"a\xff")
    for name, message in [("", "is no file that could be a template"), ("fifo", "is no file that could be a template"),
                          ("none", "cannot read .*none: No such file"), ("bytes", "byte 1 is not UTF-8")]:
        with pytest.raises(TemplateError, match=message):
            templates.read(str(tmp_path / name))


def test_a_file_that_changed_just_now_is_read_again(tmp_path, monkeypatch):
    templates, path = Engine().templates, tmp_path / "a.j2"
    path.write_text("one")
    now = os.stat(path)
    assert templates.read(str(path))[0] == "one"
    path.write_text("two")
    monkeypatch.setattr(os, "stat", lambda path: now)  # As if it had happened within one tick of the clock.
    assert templates.read(str(path))[0] == "two"
