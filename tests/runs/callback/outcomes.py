"""A callback plugin for ansible-playbook: notes what tasks came to on each host, one line of JSON each."""

import json
import os

from ansible.playbook.task import Task
from ansible.plugins.callback import CallbackBase


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "notification"
    CALLBACK_NAME = "outcomes"

    def note(self, status, result):
        task, rendered = result.task, result.task_fields.get("name")
        name = Task.get_name(task)  # That of include_role would name the role instead of the one it stands in.
        name = name.replace(task.name, rendered) if task.name and rendered else name
        self.write(host=result.host.name, status=status, name=name, action=task.action)

    def write(self, **fields):
        with open(os.environ["OUTCOMES"], "a", encoding="utf-8") as stream:
            print(json.dumps(fields), file=stream)

    def v2_runner_on_ok(self, result):
        self.note("changed" if result.result.get("changed") else "ok", result)

    def v2_runner_on_failed(self, result, ignore_errors=False):
        self.note("ignored" if ignore_errors else "failed", result)

    def v2_runner_on_skipped(self, result):
        self.note("skipped", result)

    def v2_runner_on_unreachable(self, result):
        self.note("ignored" if result.task.ignore_unreachable else "unreachable", result)

    def v2_playbook_on_stats(self, stats):
        for host in stats.processed:
            self.write(host=host, rescued=stats.summarize(host)["rescued"])
