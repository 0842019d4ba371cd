"""Expressions and what they come to, as data: `cases/*.yml`, one file a noun.

Measured in ansible-core 2.19 with ansible.utils 6.0 and community.general 11.4; where muster differs on purpose (it is
more lenient, or refuses what Ansible passes over in silence), the tests of the plugin's own file say so.
"""

import copy
import re
from pathlib import Path

import pytest
import yaml

from muster.errors import TemplateError
from muster.template.filters import ABSENT, FILTERS
from muster.template.lookups import LOOKUPS
from muster.template.lookups.absent import ABSENT as ABSENT_LOOKUPS
from muster.template.tests import TESTS
from tests.template.fake import ENGINE, Fake

CASES = Path(__file__).parent / "cases"
NO_CASES = ("variables", "files")


def read(name):
    return yaml.safe_load((CASES / f"{name}.yml").read_text(encoding="utf-8"))


def cases():
    for path in sorted(CASES.glob("*.yml")):
        if path.stem not in NO_CASES:
            yield from read(path.stem)


ALL = list(cases())
VALUES = read("variables")


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A playbook's directory with the files that lookups read."""
    directory = tmp_path_factory.mktemp("play")
    for path, text in read("files").items():
        (directory / path).parent.mkdir(exist_ok=True)
        (directory / path).write_text(text, newline="")
    return str(directory)


def source(case):
    return case.get("template", "{{ %s }}" % case.get("expression"))


@pytest.mark.parametrize("case", ALL, ids=source)
def test_expressions_come_to_what_they_come_to_in_ansible(case, place, monkeypatch):
    monkeypatch.setenv("FOO_ENV", "bar")
    monkeypatch.chdir(place)
    variables = Fake(copy.deepcopy(VALUES), paths=[place], playbook_dir=place)
    if "error" in case:
        with pytest.raises(TemplateError) as caught:
            ENGINE.render(source(case), variables)
        assert case["error"] in f"{caught.value.message} {caught.value.hint}"
    else:
        found = ENGINE.render(source(case), variables)
        assert found == case["value"] and kinds(found) == kinds(case["value"])




def kinds(value):
    """Return the value with the types of all that is in it, since 1 == 1.0 == True."""
    if isinstance(value, dict):
        return {(type(key).__name__, key): kinds(each) for key, each in value.items()}
    return [kinds(each) for each in value] if isinstance(value, list) else type(value).__name__


@pytest.mark.parametrize(("kind", "names"), [
    ("filter", set(FILTERS) - set(ABSENT)), ("test", set(TESTS)), ("lookup", set(LOOKUPS) - set(ABSENT_LOOKUPS)),
])
def test_each_plugin_has_a_test_of_its_own(kind, names):
    """Either a case, or a line in the tests of its file, where what it gives cannot be written down."""
    texts = "\n".join([*map(source, ALL), *(path.read_text() for path in Path(__file__).parent.rglob("test_*.py"))])
    form = {"filter": r"\|\s*(?:\w+\.\w+\.)?{0}\b|map\('{0}'", "test": r"\bis\s+(?:not\s+)?(?:\w+\.\w+\.)?{0}\b",
            "lookup": r"['\"](?:\w+\.\w+\.)?{0}['\"]"}[kind]
    assert sorted(name for name in names if not re.search(form.format(re.escape(name)), texts)) == []
