"""Commands that ask, and are answered."""

import os
import re
import time

from muster.target import system
from muster.target.commands import result, spared
from muster.target.task import Change, Failure, Path, context, task, warn
from muster.target.terminal import talk


@task(repeats=True, predicts=False)
def expect(
    command: str, responses: dict, timeout: float = 30, echo: bool = False, chdir: Path = None, creates: Path = None,
    removes: Path = None,
):
    """Run a command at a terminal and answer what it asks.

    command: the command and its arguments as one line; pipes and redirections need `sh -c`
    responses: answers by regular expressions for what is asked; of a list each is given once, in this order
    timeout: seconds to wait for the next question or the end; 0 waits for ever
    echo: the terminal shows the answers, and with it the result does
    chdir: directory to run it in
    creates: file or glob; when it exists, the command is not run
    removes: file or glob; when it does not exist, the command is not run

    Example:
        - name: Set up the application
          expect:
            command: /opt/app/setup
            responses:
              "(?i)name of the site": www.example.com
              "Password:": ["{{ vault_app }}", "{{ vault_app }}"]
            creates: /opt/app/config

    Returns:
        cmd: the command
        rc: its status; anything but 0 fails the task
        stdout: what it printed
        stdout_lines: the same as a list of lines
        start: when it began, as "2026-11-23 20:00:00.000000"
        end: when it ended
        delta: how long it took, as "0:00:01.500000"
    """
    import shlex

    try:
        words = shlex.split(command)
    except ValueError as error:
        raise Failure("%s in the command: %s" % (error, command))
    if not words:
        raise Failure("no command given")
    answers = Answers(responses)
    nothing_to_do = spared(command, chdir, creates, removes)
    if nothing_to_do:
        return nothing_to_do
    outcome = yield Change(command, lambda: run(words, answers, timeout or None, chdir, echo))
    return without_errors(command, outcome)


class Answers:
    """Answers to questions, each a regular expression, as bytes."""

    def __init__(self, responses):
        """Take {regular expression: text, or a list of texts}; raise Failure for what is no regular expression."""
        self.left = []
        for question, given in responses.items():
            question = str(question)
            try:
                rule = re.compile(question.encode("utf-8", "surrogateescape"), re.DOTALL)
            except re.error as error:
                raise Failure("the question %r of responses is no regular expression: %s" % (question, error))
            some = given if isinstance(given, list) else [given]
            if any(isinstance(each, bool) for each in some):
                warn("YAML reads an answer to %r as true or false, and %s is typed: quote it" % (question, some[0]))
            self.left.append((question, rule, list(given) if isinstance(given, list) else None, given))

    def __call__(self, text):
        """Return (where the first question in this text ends, the answer), or None where there is none."""
        found = [(match.start(), index, match) for index, (_, rule, _, _) in enumerate(self.left)
                 for match in [rule.search(text)] if match and match.end()]
        if not found:
            return None
        _, index, match = min(found, key=lambda each: each[:2])
        question, _, some, one = self.left[index]
        if some == []:
            raise Failure("no answer is left for the question %r: give it one more, or a single one for always"
                          % question)
        answer = one if some is None else some.pop(0)
        return match.end(), str(answer).rstrip("\n").encode("utf-8", "surrogateescape") + b"\n"


def run(words, answers, seconds, chdir, echo):
    """Run the command to its end; return its `Outcome`."""
    context.flush()
    start = time.time()
    status, printed = talk(words, answers, seconds, chdir, dict(os.environ, PATH=system.search_path()), echo,
                           lambda piece: context.output(piece.decode("utf-8", "replace")))
    outcome = system.Outcome(words, status, system.text(printed), "", start, time.time())
    if status is None:
        last = outcome.stdout.strip().splitlines()[-1:]
        raise Failure("command exceeded timeout: within %g s it neither ended nor asked what responses answers%s" % (
            seconds, "; it printed last: " + last[0] if last else ""), rc=None, stdout=outcome.stdout.rstrip("\r\n"))
    return outcome


def without_errors(command, outcome):
    """Return the result of a command at a terminal, where errors are part of what is printed."""
    try:
        return plain(result(outcome, command))
    except Failure as failure:
        failure.fields = plain(failure.fields)
        raise


def plain(values):
    return {name: value for name, value in values.items() if not name.startswith("stderr")}
