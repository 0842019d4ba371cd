"""Tests (`is ...`): expression in, truth out."""

import pytest

from muster.errors import TemplateError
from tests.template.fake import ENGINE, Fake, evaluate

VALUES = {
    "ok": {"changed": False, "failed": False}, "done": {"changed": True, "rc": 0},
    "broken": {"failed": True, "changed": False}, "left": {"skipped": True, "changed": False},
    "away": {"unreachable": True, "changed": False}, "loop": {"results": [{"changed": False}, {"changed": True}]},
    "job": {"started": 1, "finished": 0},
}

TRUE = [
    "done is changed", "done is change", "loop is changed", "ok is not changed", "broken is failed", "left is success",
    "broken is failure", "ok is succeeded", "ok is success", "ok is successful", "broken is not success",
    "left is skipped", "left is skip", "away is unreachable", "ok is reachable", "job is started",
    "job is not finished",
    "'web12' is match('web')", "'web12' is not match('12')", "'web12' is search('12')", "'web12' is regex('b1')",
    "'WEB' is match('web', ignorecase=true)", "'a\nb' is search('^b$', multiline=true)",
    "'web' is regex('w', match_type='match')", "'web' is not regex('w', match_type='fullmatch')",
    "'x' is truthy", "'' is falsy", "'no' is truthy", "'no' is falsy(convert_bool=true)",
    "'on' is truthy(convert_bool=true)", "none is falsy", "0 is not truthy",
    "[1, 2] is contains(1)", "'abc' is contains('b')", "[[1], [2, 3]] | select('contains', 3) | length == 1",
    "[1, 0] is any", "[1, 0] is not all", "[true, 1] is all", "[1] is subset([1, 2])", "[1, 2] is superset([2])",
    "[3] is not subset([1, 2])", "'nan' | float is nan", "1 is not isnan",
    "'https://a.b/c' is url", "'https://a.b' is url(schemes=['https'])", "'ftp://a.b' is not url(['https'])",
    "'a.b' is not url", "'mailto:a@b' is uri", "'urn:isbn:1' is urn", "'isbn' is not urn",
    "'$ANSIBLE_VAULT;1.1;AES256' is vault_encrypted", "'/a' is abs", "'a' is not abs",
    "'a' is ansible.builtin.string", "5 is number", "{} is mapping", "[] is sequence", "none is none",
    "true is boolean", "'a' is in(['a'])", "'1.10' is version('1.9', '>')", "'1.10' is version_compare('1.9', '>')",
]


@pytest.mark.parametrize("expression", TRUE)
def test_what_holds(expression):
    assert evaluate(expression, VALUES) is True


def test_tests_of_files_wait_first(tmp_path):
    (tmp_path / "file").write_text("")
    (tmp_path / "link").symlink_to(tmp_path / "file")
    (tmp_path / "dangling").symlink_to(tmp_path / "none")
    variables = Fake(root=str(tmp_path))
    (tmp_path / "vault").write_text("$ANSIBLE_VAULT;1.1;AES256\n")
    for expression in ["(root ~ '/vault') is vaulted_file", "(root ~ '/file') is not vaulted_file",
                       "(root ~ '/file') is is_file", "root is is_dir", "(root ~ '/link') is is_link",
                       "'/' is is_mount", "(root ~ '/file') is file", "root is directory", "root is exists",
                       "(root ~ '/link') is link", "(root ~ '/none') is not exists",
                       "(root ~ '/dangling') is not exists",
                       "(root ~ '/dangling') is link_exists", "(root ~ '/link') is same_file(root ~ '/file')",
                       "'/' is mount"]:
        before = variables.settled
        assert bool(ENGINE.evaluate(expression, variables)) is True, expression
        assert variables.settled == before + 1


@pytest.mark.parametrize(("expression", "message"), [
    ("'x' is changed", 'the test "changed" failed: it is asked of the result of a task, not of the str'),
    ("'a' is match('[')", 'the test "match" failed: unterminated character set'),
    ("'a' is regex('a', match_type='find')", "match_type is search, match or fullmatch"),
    ("absent is changed", '"absent" is undefined'),
    ("'1' is version('2', '=>')", 'versions cannot be compared by "=>"'),
])
def test_tests_that_cannot_tell(expression, message):
    with pytest.raises(TemplateError) as caught:
        evaluate(expression, VALUES)
    assert message in caught.value.message
