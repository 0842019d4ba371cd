"""In place of `ansible.errors`: the errors that filter plugins raise."""

from __future__ import annotations

from typing import Any


class AnsibleError(Exception):
    """What went wrong, in words; what else Ansible is given with it is of no use here."""

    def __init__(self, message: Any = "", *others: Any, orig_exc: BaseException | None = None, **more: Any) -> None:
        super().__init__(str(message))
        self.message = str(message)
        self.orig_exc = orig_exc


class AnsibleRuntimeError(AnsibleError):
    pass


class AnsibleTemplateError(AnsibleRuntimeError):
    pass


class AnsibleFilterError(AnsibleTemplateError):
    pass


class AnsibleFilterTypeError(AnsibleTemplateError, TypeError):
    pass


class AnsiblePluginError(AnsibleError):
    pass


class AnsibleLookupError(AnsiblePluginError):
    pass


class AnsibleUndefinedVariable(AnsibleTemplateError):
    pass


class AnsibleOptionsError(AnsibleError):
    pass


class AnsibleParserError(AnsibleError):
    pass
