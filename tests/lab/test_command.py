import pytest

from muster.errors import LabError
from muster.lab.command import run


def test_what_a_program_prints_is_returned() -> None:
    assert run(["cat"], stdin="text") == "text"


def test_a_failure_tells_the_command_and_its_last_words() -> None:
    with pytest.raises(LabError, match=r"(?s)sh -c 'echo why.*ended with status 3:\nwhy$"):
        run(["sh", "-c", "echo why >&2; exit 3"])


def test_only_the_last_lines_are_told() -> None:
    with pytest.raises(LabError) as caught:
        run(["sh", "-c", "seq 100 >&2; exit 1"])
    assert str(caught.value).splitlines()[1:] == [str(number) for number in range(86, 101)]


def test_a_program_that_is_not_there_is_named() -> None:
    with pytest.raises(LabError, match="cannot run no-such-program: No such file or directory"):
        run(["no-such-program"])


def test_variables_are_added_to_the_environment() -> None:
    assert run(["sh", "-c", "echo $WORD $LC_ALL"], env={"WORD": "hello"}) == "hello C.UTF-8\n"
