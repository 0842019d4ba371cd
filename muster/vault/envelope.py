"""The format in which ansible-vault keeps a secret: a header, then hexadecimal digits in lines of 80.

    $ANSIBLE_VAULT;1.1;AES256           the header, or with the label of the password: $ANSIBLE_VAULT;1.2;AES256;dev
    3334663530...                       the digits of: digits of the salt \\n those of the HMAC \\n those of the body

The body is the content, padded to blocks of 16 bytes (PKCS #7), under AES-256 in counter mode; the HMAC is SHA-256 over
the body. PBKDF2-HMAC-SHA256 makes 80 bytes of password and salt in 10,000 rounds: 32 for the cipher's key, 32 for that
of the HMAC, and 16 for the first counter.

Source: "Ansible Vault payload format 1.1 - 1.2" in Ansible's documentation (vault_guide/vault_encrypting_content).
"""

from __future__ import annotations

import os
from binascii import Error as NotHexadecimal
from binascii import hexlify, unhexlify
from typing import NamedTuple

from muster.errors import Origin, VaultError

MARK = "$ANSIBLE_VAULT"
DEFAULT = "default"  # The label of a password that was given without one; format 1.1 has none.
ROUNDS = 10_000
BLOCK = 16
DIGEST = 32  # Bytes of SHA-256.
WIDTH = 80


class Sealed(NamedTuple):
    """A vault text taken apart."""

    label: str
    salt: bytes
    mac: bytes
    body: bytes


class WrongPassword(Exception):
    """The password is not the one this was encrypted with."""


class Altered(Exception):
    """The password fits, and the text is not what was written with it."""


def is_sealed(text: str | bytes) -> bool:
    """Tell whether a text or a file's content is in the format: by its first characters, as Ansible does."""
    return text.startswith(MARK) if isinstance(text, str) else text.startswith(MARK.encode())


def parse(text: str, place: Origin | None = None) -> Sealed:
    """Take a vault text apart; raises VaultError for what is malformed or cut off."""
    header, *lines = (line.strip() for line in text.strip().splitlines() or [""])
    words = header.split(";")
    if words[0] != MARK:
        raise VaultError("this is not in ansible-vault's format", place, f"a vault text begins with {MARK};1.1;AES256")
    if len(words) < 3 or words[1] not in ("1.1", "1.2"):
        raise VaultError(f'the vault header "{header}" is not known', place, "formats 1.1 and 1.2 can be read")
    if words[2] != "AES256":
        raise VaultError(f'the vault cipher "{words[2]}" is not known', place, "in these formats it is AES256")
    label = words[3].strip() if len(words) > 3 else ""
    parts = decoded("".join(lines), place).split(b"\n")
    if len(parts) != 3 or not all(parts):
        raise cut_off(place)
    salt, mac, body = (decoded(part.decode("latin-1"), place) for part in parts)
    if len(mac) != DIGEST or len(body) % BLOCK:
        raise cut_off(place)
    return Sealed(label or DEFAULT, salt, mac, body)


def decoded(digits: str, place: Origin | None) -> bytes:
    try:
        return unhexlify(digits)
    except (NotHexadecimal, ValueError):
        strange = next((each for each in digits if each not in "0123456789abcdefABCDEF"), "")
        if strange:
            raise VaultError(f"the vault text is malformed: {strange!r} is no hexadecimal digit", place,
                             "restore it from a copy: below its header it is made of digits only") from None
        raise cut_off(place) from None


def cut_off(place: Origin | None) -> VaultError:
    return VaultError("the vault text is cut off: a part of it is missing", place, "restore it from a copy")


def unseal(sealed: Sealed, password: bytes) -> bytes:
    """Return the content; raises WrongPassword or Altered."""
    import hmac

    from cryptography.hazmat.primitives.padding import PKCS7

    cipher, authentic, counter = keys(password, sealed.salt)
    padded = crypted(sealed.body, cipher, counter)
    remover = PKCS7(BLOCK * 8).unpadder()
    try:
        content = remover.update(padded) + remover.finalize()
    except ValueError:
        content = None
    if hmac.compare_digest(hmac.new(authentic, sealed.body, "sha256").digest(), sealed.mac) and content is not None:
        return content
    # A wrong password makes noise of the body, which ends like padding once in 256 times, and hardly ever reads well.
    if content is not None and readable(content):
        raise Altered
    raise WrongPassword


def readable(content: bytes) -> bool:
    """Tell whether nine of ten bytes are printable ASCII or white space; of random ones two of five are."""
    return sum(32 <= byte < 127 or byte in b"\t\n\r" for byte in content) * 10 >= len(content) * 9


def seal(content: bytes, password: bytes, label: str = DEFAULT, salt: bytes | None = None) -> str:
    """Return the vault text of a content, with a newline at its end; a label of its own makes it format 1.2.

    salt: 32 random bytes if it is left out; with one that is given, equal contents give equal texts
    """
    import hmac

    from cryptography.hazmat.primitives.padding import PKCS7

    salt = salt or os.urandom(32)
    cipher, authentic, counter = keys(password, salt)
    padder = PKCS7(BLOCK * 8).padder()
    body = crypted(padder.update(content) + padder.finalize(), cipher, counter)
    parts = (salt, hmac.new(authentic, body, "sha256").digest(), body)
    digits = hexlify(b"\n".join(hexlify(part) for part in parts)).decode()
    header = f"{MARK};1.1;AES256" if label == DEFAULT else f"{MARK};1.2;AES256;{label}"
    return "\n".join([header, *(digits[at : at + WIDTH] for at in range(0, len(digits), WIDTH)), ""])


def keys(password: bytes, salt: bytes) -> tuple[bytes, bytes, bytes]:
    """Return the cipher's key, that of the HMAC, and the first counter."""
    import hashlib

    made = hashlib.pbkdf2_hmac("sha256", password, salt, ROUNDS, 80)
    return made[:32], made[32:64], made[64:]


def crypted(content: bytes, key: bytes, counter: bytes) -> bytes:
    """Encrypt or decrypt: in counter mode both are the same."""
    from cryptography.hazmat.primitives.ciphers import Cipher
    from cryptography.hazmat.primitives.ciphers.algorithms import AES
    from cryptography.hazmat.primitives.ciphers.modes import CTR

    worker = Cipher(AES(key), CTR(counter)).encryptor()
    return worker.update(content) + worker.finalize()
