import pytest

from muster.errors import PlanError, TemplateError
from muster.model import Host, Layer
from muster.scope import Memory, Scope
from muster.stream.keywords import Keywords
from muster.stream.options import Options
from muster.template import OMIT
from muster.template.engine import Engine
from tests.stream.fake import HERE, step

ENGINE = Engine()


def keywords(_options=None, **given):
    scope = Scope(ENGINE, Memory(Host("a")), [Layer("play vars", {"yes": True, "text": "on", "n": "2"})], (),
                  {"omit": lambda: OMIT}, lambda kind: [], lambda: None)
    return Keywords(step(**given), ENGINE, _options or Options(), scope)


@pytest.mark.parametrize("value, flag", [
    (True, True), (False, False), ("yes", True), ("no", False), ("{{ yes }}", True), ("{{ text }}", True),
    ("{{ not yes }}", False), ("{{ omit }}", False), (None, False), (1, True),
])
def test_flags_are_rendered(value, flag):
    assert keywords(become=value).flag("become") is flag


def test_what_is_not_given_has_a_default():
    assert keywords().flag("become", True) is True
    assert keywords(become="{{ omit }}").flag("become", True) is True
    assert keywords().rendered("delegate_to", "a") == "a"


def test_a_flag_that_is_none_is_an_error_with_its_place():
    with pytest.raises(PlanError, match="become is yes or no, not 'perhaps'") as caught:
        keywords(become="perhaps").flag("become")
    assert caught.value.origin == HERE


def test_numbers():
    assert keywords(retries="{{ n }}").number("retries", 3) == 2.0
    assert keywords().number("retries", 3) == 3.0
    with pytest.raises(PlanError, match="retries is a number, not 'many'"):
        keywords(retries="many").number("retries", 3)


def test_check_and_diff_are_the_command_line_s_unless_the_task_says():
    assert keywords(Options(check=True, diff=True)).check and keywords(Options(check=True, diff=True)).diff
    assert not keywords(Options(check=True), check_mode=False).check
    assert keywords(check_mode=True, diff=True).check


@pytest.mark.parametrize("given, tolerant", [
    ({}, False), ({"ignore_errors": True}, True), ({"failed_when": False}, True), ({"until": "x"}, True),
    ({"retries": 2}, True), ({"changed_when": "x"}, False),
])
def test_the_far_side_goes_on_after_what_may_be_no_failure(given, tolerant):
    assert keywords(**given).tolerant is tolerant


def test_environments_are_merged_and_made_text():
    made = keywords(environment=[{"A": 1, "B": None}, {"C": "{{ text }}", "A": 2}]).environment()
    assert made == {"A": "2", "C": "on"}


def test_an_environment_is_a_mapping():
    with pytest.raises(PlanError, match="environment is a mapping of names to values, not 3"):
        keywords(environment=3).environment()


def test_conditions_are_and_ed():
    made = keywords(failed_when=["yes", True, "text == 'on'"])
    assert made.holds("failed_when", made.scope)
    assert not keywords(failed_when=["yes", False]).holds("failed_when", made.scope)
    with pytest.raises(TemplateError):
        keywords(failed_when="nope").holds("failed_when", made.scope)


@pytest.mark.parametrize("given, limit, job", [
    ({}, 0, ""), ({"timeout": 3}, 3, ""), ({"async": 5, "timeout": 3}, 5, "watched"), ({"async": 0}, 0, ""),
    ({"async": -5, "timeout": 3}, 3, ""), ({"async": 5, "poll": 0}, 5, "background"),
    ({"async": 5, "poll": -1}, 5, "background"), ({"async": 1e300}, 100_000_000, "watched"),
])
def test_a_job_has_a_limit_and_below_0_there_is_none(given, limit, job):
    assert (keywords(**given).limit, keywords(**given).job) == (limit, job)


@pytest.mark.parametrize("seconds", [-1, "{{ -1 }}", 1e9])
def test_a_timeout_that_no_clock_can_be_set_to_is_an_error_with_its_place(seconds):
    with pytest.raises(PlanError, match="timeout is a number of seconds from 0 to 100000000") as caught:
        assert keywords(timeout=seconds).limit
    assert caught.value.origin == HERE
