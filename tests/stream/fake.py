"""Doubles at the session seam: what the far side answers, and when, is what the test says."""

from muster.errors import AgentDied, AgentError, Origin
from muster.model import LocatedDict, Result, Task
from muster.plan import Settings, Step

HERE = Origin("site.yml", 1, 1)


class FakeSession:
    """Answers calls with results that the test gives, in the order of the calls, as an agent does.

    answers: {number of the call: Result}, or a function of (number, call); None is a connection that is lost there,
        and an error an agent that does not start
    sent: the calls, in order
    log: "send N" and "receive N", in the order in which they happened
    """

    def __init__(self, host="a", answers=None):
        self.host = host
        self.answers = answers if answers is not None else {}
        self.sent = []
        self.log = []
        self.in_flight = {}
        self.shipped = []
        self.gates = 0
        self.dropped = 0
        self.closed = False
        self.listener = None

    def send(self, call, sink=None):
        self.sent.append(call)
        number = len(self.sent)
        self.log.append(f"send {number}")
        self.in_flight[number] = 10
        if sink:
            sink(b"piece")
        return number

    def receive(self):
        number = min(self.in_flight)
        known = self.answers(number, self.sent[number - 1]) if callable(self.answers) else self.answers.get(number)
        if isinstance(known, AgentError):
            self.closed = True
            raise known
        del self.in_flight[number]
        self.log.append(f"receive {number}")
        if known is None:
            self.closed = True
            raise AgentDied(self.host, "the agent died: the test says so")
        return number, known

    def greet(self):
        """As the real one does when the agent does not start: the error is that of the first call's answer."""
        known = self.answers.get(1) if isinstance(self.answers, dict) else None
        if isinstance(known, AgentError) and not self.sent:
            self.closed = True
            raise known

    def ship(self, name, path):
        self.shipped.append(name)

    def gate(self):
        self.gates += 1

    def drop(self):
        self.dropped += 1
        self.in_flight.clear()

    def introduction(self):
        return {}

    def close(self):
        self.closed = True


def located(**values):
    """Return a mapping as if it had been read from a file."""
    made = LocatedDict(values)
    made.origin, made.origins, made.keys_at = HERE, dict.fromkeys(values, HERE), dict.fromkeys(values, HERE)
    return made


def step(name="task", action="command", position=(2, 1, 0), role=None, **keywords):
    """Return a step of a plan with these keywords."""
    words = located(name=name, **keywords)
    task = Task(action, located(), None, words, HERE)
    settings = Settings().under(words, rank="task vars")
    return Step(position, task, name, settings, Settings(), None, role)


def ok(**values):
    return Result({"changed": False, **values})


def failed(**values):
    return Result({"changed": False, "failed": True, **values})
