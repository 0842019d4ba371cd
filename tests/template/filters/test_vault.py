"""Texts that are encrypted and decrypted by filters."""

import pytest

from muster.errors import TemplateError
from muster.secrets import SECRETS
from muster.vault.envelope import parse, seal, unseal
from tests.template.fake import evaluate


@pytest.mark.parametrize(("options", "label"), [("", "filter_default"), (", vault_id='dev'", "dev"),
                                                (", wrap_object=true", "filter_default")])
def test_a_text_is_encrypted_with_a_password_of_its_own(options, label):
    sealed = parse(evaluate(f"'hunter22' | vault('pass'{options})"))
    assert (sealed.label, unseal(sealed, b"pass")) == (label, b"hunter22")
    assert "hunter22" in SECRETS.texts


def test_with_a_salt_it_is_the_same_text_each_time():
    first, again = (evaluate("'hunter22' | vault('pass', salt='pepper')") for _ in range(2))
    assert first == again
    assert parse(first).salt == b"pepper"


@pytest.mark.parametrize(("text", "value"), [(seal(b"hunter22", b"pass"), "hunter22"), ("plain", "plain"), (5, 5)])
def test_what_is_encrypted_is_decrypted_and_the_rest_left_alone(text, value):
    assert evaluate("text | unvault('pass')", text=text) == value


def test_a_wrong_password_is_told():
    with pytest.raises(TemplateError, match='the filter "unvault" failed: this is encrypted, and none of'):
        evaluate("text | unvault('other')", text=seal(b"x", b"pass"))
