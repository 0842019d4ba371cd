"""What has become of a task in the background."""

from muster.target import jobs
from muster.target.task import Choice, task


@task(reads=True)
def async_status(jid: str, mode: Choice("status", "cleanup") = "status"):
    """Tell whether a task that was begun with `async` and `poll: 0` has ended, and its result if it has.

    It is asked as the user the task was begun as.

    jid: number of the job, `ansible_job_id` of the task that began it
    mode: status tells, cleanup removes what the job has left on the host

    Example:
        - name: Begin the long work
          command: /usr/local/bin/reindex
          async: 3600
          poll: 0
          register: reindexing

        - name: Wait until it is done
          async_status:
            jid: "{{ reindexing.ansible_job_id }}"
          register: job
          until: job is finished
          retries: 100
          delay: 10

    Returns:
        ansible_job_id: number of the job
        started: true
        finished: whether the job has ended; all values of its result are there then
        results_file: the file on the host that holds them
        erased: the file that was removed
        stdout: what the job printed
        stderr: what it printed as errors
    """
    if mode == "cleanup":
        return {"ansible_job_id": jid, "erased": jobs.clean_up(jid), "started": False, "finished": False,
                "changed": False}
    values = jobs.look(jid)
    return dict({"changed": False, "stdout": "", "stdout_lines": [], "stderr": "", "stderr_lines": []}, **values)
