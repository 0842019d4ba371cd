"""`muster doc`: every task type has a manual, and it reads well at any width."""

import re

import pytest

from muster.catalogue import STATIC, Catalogue
from muster.cli import main
from muster.library import SYNONYMS, Library

NAMES = [name for name in Catalogue(Library()).names() if name not in STATIC]


@pytest.fixture
def show(tmp_path, monkeypatch, capsys):
    """Return a function that gives what the command prints, with the exit code."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")

    def show(*arguments):
        with pytest.raises(SystemExit) as end:
            main(["doc", *arguments])
        printed = capsys.readouterr()
        return end.value.code, printed.out + printed.err

    return show


def test_all_task_types_are_listed_with_their_first_sentences(show):
    code, text = show()
    assert code == 0
    assert [line.split()[0] for line in text.splitlines() if not line.startswith(" ")] == NAMES
    assert re.search(r"^group +Ensure a group exists, or does not\.$", text, re.MULTILINE)


@pytest.mark.parametrize("name", NAMES)
def test_every_task_type_has_a_manual_with_an_example(show, name):
    code, text = show(name)
    assert code == 0
    manual, _, rest = text.partition("Example:\n")
    assert rest.startswith("  - ") and SYNONYMS.get(name, name) in rest
    assert [line for line in manual.splitlines() if len(line) > 80 and not line.startswith("  /")] == []


@pytest.mark.parametrize("name", NAMES)
def test_every_argument_is_described(show, name):
    text = show(name)[1].partition("Arguments:\n")[2].partition("\nExample:")[0]
    arguments = re.split(r"^  (?=\S)", text, flags=re.MULTILINE)[1:]
    assert [each for each in arguments if not re.search(r"^      \S", each, re.MULTILINE)] == []


def test_kinds_defaults_and_other_names_are_told(show):
    text = show("file")[1]
    assert "  path  path; needed; also called dest, name\n" in text
    assert "  state  absent | directory | file | hard | link | touch\n" in text
    assert "  follow  yes or no; by default yes\n" in text


def test_a_name_of_a_collection_is_that_of_its_task_type(show):
    assert show("ansible.builtin.copy")[1] == show("copy")[1]


def test_both_halves_are_one_manual(show):
    text = show("copy")[1]
    assert "actions/copy.py" in text and "tasks/copy.py" in text and "content  text" in text


@pytest.mark.parametrize(("name", "words"), [
    ("cpoy", 'did you mean "copy"?'),
    ("docker_container", "which Ansible's collections have"),
    ("filesystem", "prepare them in the image"),
    ("community.general.lvol", "`mount` mounts them"),
    ("import_tasks", "is a word of the language"),
    ("zzzzzzzzzzzz", "muster doc lists all there are"),
])
def test_a_name_without_a_manual_says_why(show, name, words):
    code, text = show(name)
    assert code == 1 and words in text


def test_task_types_of_ones_own_are_there_and_ansible_modules_are_told(show, tmp_path):
    for place in ("tasks", "library"):
        (tmp_path / place).mkdir()
    (tmp_path / "tasks" / "motd.py").write_text('from muster.target.task import task\n\n\n@task\ndef motd(text: str):\n'
                                                '    """Greet.\n\n    text: words\n    """\n')
    (tmp_path / "library" / "old.py").write_text("from ansible.module_utils.basic import AnsibleModule\n")
    assert "text; needed" in show("motd")[1] and re.search("^motd +Greet.$", show()[1], re.MULTILINE)
    assert "written for Ansible" in show("old")[1] and "tasks/old.py" in show("old")[1]
