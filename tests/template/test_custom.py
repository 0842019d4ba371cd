"""Filters and tests that users bring along, written for Ansible and run without it."""

import sys
import threading
import types
import warnings

import pytest

from muster.errors import TemplateError
from muster.template.custom import PluginWarning
from muster.template.engine import Engine
from tests.template.fake import Fake

SHOUT = """
from __future__ import absolute_import, division, print_function
__metaclass__ = type
import ansible.errors as whole
from ansible import errors
from ansible.errors import AnsibleError, AnsibleFilterError
from ansible.module_utils._text import to_bytes
from ansible.module_utils.common._collections_compat import Mapping
from ansible.module_utils.common.text.converters import to_native, to_text
from ansible.module_utils.six import string_types
from ansible.module_utils.six.moves.urllib.parse import urlparse
from jinja2 import pass_environment


def shout(value, mark="!"):
    if not isinstance(value, string_types):
        raise AnsibleFilterError("shout wants text, not %s" % to_native(value))
    return to_text(value).upper() + mark


@pass_environment
def with_environment(environment, value):
    return environment.filters["lower"](value)


class FilterModule(object):
    def filters(self):
        return {"shout": shout, "quietly": with_environment, "host_of": lambda value: urlparse(value).hostname,
                "wrong": lambda value: {}[value], "upper": lambda value: "mine"}
"""
LOUD = "class TestModule:\n    def tests(self):\n        return {'loud': lambda value: value.isupper()}\n"
FROM_ROLE = """
class FilterModule:
    def filters(self):
        return {"rolled": lambda value: "rolled " + value, "shout": lambda value: "not this one"}
"""


@pytest.fixture
def project(tmp_path):
    for path, text in {"filter_plugins/shout.py": SHOUT, "test_plugins/loud.py": LOUD,
                       "filter_plugins/__init__.py": "", "filter_plugins/readme.txt": "",
                       "role/filter_plugins/rolled.py": FROM_ROLE, "lookup_plugins/own.py": ""}.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    return tmp_path


def engine_of(project):
    engine = Engine()
    engine.custom.add(str(project))
    return engine


@pytest.mark.parametrize(("template", "value"), [
    ("{{ 'hey' | shout }}", "HEY!"),
    ("{{ 'hey' | shout(mark='?') }}", "HEY?"),
    ("{{ 'HEY' | quietly }}", "hey"),
    ("{{ 'http://web1/x' | host_of }}", "web1"),
    ("{{ ['a', 'b'] | map('shout') }}", ["A!", "B!"]),
    ("{{ 'HEY' is loud }}", True),
    ("{{ 'x' | upper }}", "mine"),
    ("{{ absent | shout | default('x') }}", "x"),
])
def test_plugins_beside_the_playbook_are_filters_and_tests_like_others(template, value, project):
    assert engine_of(project).render(template, Fake()) == value


def test_a_role_s_plugins_come_with_the_role_and_the_first_of_a_name_counts(project):
    engine = engine_of(project)
    with pytest.raises(TemplateError, match='no filter is called "rolled"'):
        engine.render("{{ 'x' | rolled }}", Fake())
    engine.custom.add(str(project / "role"))
    engine.custom.add(str(project / "role"))
    assert engine.render("{{ 'x' | rolled }} {{ 'y' | shout }}", Fake()) == "rolled x Y!"


@pytest.mark.parametrize(("template", "message"), [
    ("{{ 5 | shout }}", 'the filter "shout" failed: shout wants text, not 5 ({}/filter_plugins/shout.py:17)'),
    ("{{ 5 | wrong }}", 'the filter "wrong" failed: KeyError: 5 ({}/filter_plugins/shout.py:29)'),
    ("{{ 5 is loud }}", "AttributeError: 'int' object has no attribute 'isupper' ({}/test_plugins/loud.py:3)"),
])
def test_an_error_in_a_plugin_names_its_file_and_line(template, message, project):
    with pytest.raises(TemplateError) as caught:
        engine_of(project).render(template, Fake())
    assert message.format(project) in caught.value.message


# text of a file, line, reason
BROKEN = [
    ("import os\nfrom ansible.plugins.filter.core import combine\n", 2, "it imports ansible.plugins, which"),
    ("from ansible_collections.ansible.utils.plugins import x\n", 1, "it imports ansible_collections, which"),
    ("import no_such_package\n", 1, "it needs the Python package no_such_package: pip install no_such_package"),
    ("x = 1\ndef y(:\n", 2, "SyntaxError"),
    ("class FilterModule:\n    def filters(self):\n        return 1 / 0\n", 3, "ZeroDivisionError: division by zero"),
]


@pytest.mark.parametrize(("text", "line", "reason"), BROKEN)
def test_a_file_that_cannot_be_loaded_is_warned_of_and_named_where_it_is_missed(text, line, reason, project):
    path = project / "filter_plugins" / "broken.py"
    path.write_text(text)
    engine = engine_of(project)
    with pytest.warns(PluginWarning) as told:
        assert engine.render("{{ 'hey' | shout }}", Fake()) == "HEY!"
    assert str(told[0].message).startswith(f"{path}:{line}: {reason}")
    with pytest.raises(TemplateError) as caught:
        engine.render("{{ 5 | fancy }}", Fake())
    assert f"these plugins could not be loaded: {path}:{line}: {reason}" in caught.value.hint


def test_a_late_import_of_ansible_is_explained(project):
    (project / "filter_plugins" / "late.py").write_text(
        "def late(value):\n    from ansible.errors import AnsibleError\n\n\n"
        "class FilterModule:\n    def filters(self):\n        return {'late': late}\n")
    with pytest.raises(TemplateError, match="imports of Ansible work at the top of the file only.*late.py:2"):
        engine_of(project).render("{{ 5 | late }}", Fake())


def test_a_lookup_of_one_s_own_is_refused_by_name(project):
    with pytest.raises(TemplateError, match='no lookup is called "own"') as caught:
        engine_of(project).render("{{ lookup('own') }}", Fake())
    assert f"muster does not run lookups of your own such as {project}/lookup_plugins/own.py" in caught.value.hint


def test_an_ansible_that_is_installed_is_left_as_it_was(project, monkeypatch):
    installed = types.ModuleType("ansible")
    monkeypatch.setitem(sys.modules, "ansible", installed)
    before = [*sys.meta_path]
    assert engine_of(project).render("{{ 'hey' | shout }}", Fake()) == "HEY!"
    assert [name for name in sys.modules if name.startswith("ansible")] == ["ansible"]
    assert sys.modules["ansible"] is installed and sys.meta_path == before


def test_nothing_is_imported_until_there_is_a_template(project):
    (project / "filter_plugins" / "noisy.py").write_text("raise SystemError('imported')\n")
    engine = engine_of(project)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert engine.render("plain", Fake()) == "plain"


def test_threads_may_bring_roles_at_once(project):
    engine, found = engine_of(project), []

    def work():
        engine.custom.add(str(project / "role"))
        found.append(engine.render("{{ 'x' | rolled }}", Fake()))

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == ["rolled x"] * 8


def test_plugins_of_configured_directories_come_behind_those_of_the_project(tmp_path):
    for folder, text in (("filters", SHOUT), ("plays/filter_plugins", FROM_ROLE), ("tests", LOUD)):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "own.py").write_text(text)
    engine = Engine(folders={"filter": [str(tmp_path / "nowhere"), str(tmp_path / "filters")],
                             "test": [str(tmp_path / "tests")]})
    engine.custom.add(str(tmp_path / "plays"))
    assert engine.render("{{ 'a' | rolled }}", Fake()) == "rolled a"
    assert engine.render("{{ 'a' | shout }}", Fake()) == "not this one"
    assert engine.render("{{ 'http://x/y' | host_of }} {{ 'A' is loud }}", Fake()) == "x True"
