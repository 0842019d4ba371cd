"""The errors that plugins raise."""

from muster.template.standins import errors


def test_an_error_is_its_words_and_is_caught_by_ansible_s_names_for_it():
    cause = ValueError("deep")
    error = errors.AnsibleFilterError("no", None, orig_exc=cause)
    assert str(error) == error.message == "no" and error.orig_exc is cause
    assert isinstance(error, errors.AnsibleError) and issubclass(errors.AnsibleFilterTypeError, TypeError)
