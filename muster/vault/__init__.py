"""Ansible vault: its format, the passwords, and what is decrypted with them.

Nothing is imported here; `muster.vault.keyring` holds the one keyring of the process.
"""
