"""Runs a playbook on hosts that are made of `FakeSession`: no process, no socket."""

from muster.catalogue import action
from muster.connect.connections import Outcome
from muster.connect.ssh_config import SshConfig
from muster.errors import ConnectError
from muster.model import HostLeft, TaskEnded
from muster.run import Request, prepare
from muster.stream.options import Options
from muster.stream.run import Run
from tests.stream.fake import FakeSession, ok


class FakeConnections:
    """Gives each host sessions that answer as the test says.

    answers: {host: as for `FakeSession`}; None is a host that cannot be reached
    sessions: all that were opened, in order
    """

    def __init__(self, answers):
        self.answers = answers
        self.sessions = []
        self.become = []
        self.forgotten = []

    def session(self, destination, become, interpreter=None, facts=None):
        answers = self.answers.get(destination.host, lambda number, call: ok())
        if answers is None:
            raise ConnectError(destination.host, "no route")
        made = FakeSession(destination.host, answers)
        self.sessions.append(made)
        self.become.append(become)
        return made

    def raw(self, destination, command, become):
        return Outcome(0, f"{command} as {become.user}" if become.user else command, "")

    def carry(self, destination, become, argv, environment, variable, seconds=0):
        return Outcome(0, f"{' '.join(argv)} at {destination.host} as {become.user}", str(environment))

    def forget(self, destination):
        self.forgotten.append(destination.host)

    def close(self):
        pass


def prepared_run(directory, playbook, hosts="a", answers=None, **options):
    """Return a `Run` of a playbook, and its connections."""
    (directory / "site.yml").write_text(playbook)
    request = Request(playbooks=(str(directory / "site.yml"),), inventory=(f"{hosts},",), options=Options(**options))
    prepared = prepare(request)
    connections = FakeConnections(answers or {})
    run = Run(prepared.plan, prepared.engine, connections, prepared.catalogue.library, action, prepared.choose,
              request.options, SshConfig())
    return run, connections


def play(directory, playbook, hosts="a", answers=None, **options):
    """Return what was told ("HOST STATUS NAME", "HOST left WHY") and the connections."""
    run, connections = prepared_run(directory, playbook, hosts, answers, **options)
    told = []
    for event in run.stream():
        if isinstance(event, TaskEnded):
            told.append(f"{event.host} {event.fate or event.result.status} {event.name}")
        elif isinstance(event, HostLeft) and event.why != "ended":
            told.append(f"{event.host} left {event.why}")
    return told, connections
