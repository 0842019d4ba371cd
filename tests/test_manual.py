"""Docstrings of task types, taken apart."""

from muster.manual import manual

TEXT = """Ensure a group exists, or does not.

    name: name of the group
    gid: numeric id; left to the system
        when unset

    Example:
      - name: Make it
        group: {name: deploy}

    Returns:
      gid: its numeric id
      stdout, stderr: what was printed
    """


def test_the_parts_are_told_apart():
    found = manual(TEXT)
    assert found.summary == "Ensure a group exists, or does not."
    assert found.arguments == {"name": "name of the group", "gid": "numeric id; left to the system when unset"}
    assert found.example == "- name: Make it\n  group: {name: deploy}"
    assert found.returns == {"gid": "its numeric id", "stdout, stderr": "what was printed"}


def test_what_is_lacking_is_empty():
    assert manual("Only this.") == ("Only this.", {}, "", {})


def test_prose_is_no_argument():
    assert manual("First.\n\nSome words that go on.\n\nname: words\n").arguments == {"name": "words"}
