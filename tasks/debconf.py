"""Answers to the questions of Debian packages."""

from muster.target.system import capture, run
from muster.target.task import Choice, Failure, task

PASSWORD = "(password omitted)"


@task(aliases={"pkg": "name", "selection": "question", "setting": "question", "answer": "value"})
def debconf(
    name: str,
    question: str = None,
    vtype: Choice("boolean", "error", "multiselect", "note", "password", "seen", "select", "string", "text",
                  "title") = None,
    value: str = None,
    unseen: bool = False,
):
    """Ensure an answer is kept for a question that a package asks when it is installed or reconfigured.

    name: package
    question: one of its questions; without one the answers are only told
    vtype: type of the question
    value: the answer; of several, with commas
    unseen: do not mark the question as one that was asked

    Example:
      - debconf: {name: tzdata, question: tzdata/Areas, vtype: select, value: Europe}

    Returns:
      current: {question: answer}, of the question if one was named, else of all
      previous: {question: answer} before a change
    """
    answers, seen = shown(name)
    if question is None:
        return {"current": answers}
    if vtype is None or value is None:
        raise Failure("debconf needs vtype and value for the question %s" % question)
    if "\n" in value.strip("\n"):
        raise Failure("debconf-set-selections takes one line, and the answer to %s has several" % question)
    value = value.strip("\n")
    if vtype == "boolean" or vtype == "seen":
        value = value.lower()
    secret = vtype == "password"
    before = password(name, question) if secret else (
        str(question in seen).lower() if vtype == "seen" else answers.get(question))
    if before is not None and normal(before, vtype) == normal(value, vtype):
        return {"current": {question: PASSWORD if secret else before}}
    outcome = yield run("debconf-set-selections", *(["--unseen"] if unseen else []), check=not secret,
                        stdin="%s %s %s %s\n" % (name, question, vtype, value),
                        what="answer %s of %s" % (question, name))
    if not outcome.ok:
        # It repeats the line that it does not take.
        raise Failure("debconf-set-selections takes no such answer to the question %s" % question, rc=outcome.rc)
    if secret:
        return {"current": {question: PASSWORD}, "previous": {question: PASSWORD}}
    return {"current": {question: value}, "previous": {question: before or ""}}


def shown(name):
    """Return ({question: answer}, questions that were asked) as debconf-show has them."""
    outcome = capture("debconf-show", name, check=True)
    answers, seen = {}, set()
    for line in outcome.lines:
        question, sign, answer = line[2:].partition(":")
        if sign and line[:2] in ("* ", "  "):
            answers[question] = answer.strip()
            if line.startswith("*"):
                seen.add(question)
    return answers, seen


def password(name, question):
    """Return the answer that debconf-show would not show, or None where there is none."""
    outcome = capture("debconf-communicate", name, stdin="GET %s\n" % question)
    status, _, answer = outcome.stdout.strip("\n").partition(" ")
    return answer if status == "0" else None


def normal(value, vtype):
    return sorted(each.strip() for each in value.split(",")) if vtype == "multiselect" else value.strip()
