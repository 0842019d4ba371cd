"""Whether a host answers."""

from muster.target.task import Failure, task


@task(reads=True)
def ping(data: str = "pong"):
    """Answer, which proves that the connection, Python and becoming another user all work.

    data: what to answer; `crash` fails on purpose

    Example:
      - ping:

    Returns:
      ping: the answer
    """
    if data == "crash":
        raise Failure("boom")
    return {"ping": data}
