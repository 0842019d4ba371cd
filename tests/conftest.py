"""What belongs to the whole process is as new for every test: the keyring, and what is secret."""

import pytest

from muster.secrets import SECRETS
from muster.vault.keyring import KEYRING


@pytest.fixture(autouse=True)
def fresh():
    KEYRING.use([])
    SECRETS.clear()
