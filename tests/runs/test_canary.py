"""What was decrypted never shows, whatever a playbook does with it and however a run reports."""

import base64
import re
from pathlib import Path

import pytest
import yaml

from muster.cli import main
from muster.cli.vault import as_yaml
from muster.secrets import MASK
from muster.vault.envelope import seal
from tests.runs.harness import plant

PROJECT = yaml.safe_load((Path(__file__).parent / "canary.yml").read_text(encoding="utf-8"))
WORDS = ("canary", "87654321")
# Of these the playbook comes to so many; a task that is skipped, or a play that ends early, would prove nothing.
TASKS = 47


@pytest.fixture
def project(tmp_path, monkeypatch):
    """Plant the project, and return the arguments of a run of it."""
    values = "".join(as_yaml(name, seal(text.encode(), b"pass")) for name, text in PROJECT["values"].items())
    encrypted = {name: seal(text.encode(), b"pass") for name, text in PROJECT["encrypted"].items()}
    plant(tmp_path, {"pass": "pass\n", "group_vars/all.yml": values, **PROJECT["files"], **encrypted})
    (tmp_path / "scratch").mkdir()
    monkeypatch.chdir(tmp_path)
    return ["run", "site.yml", "-i", "web,", "-c", "local", "--vault-password-file", "pass", "-e", "scratch=scratch",
            "-e", "@extra.yml", "-e", "word=canary-filed", f"-escratch={tmp_path}/scratch"]


def bared(text):
    """Return a text with the content of all that could be base64 in it added, as it is wherever that begins."""
    found = re.findall(r"[A-Za-z0-9+/_-]{8,}", text)
    tails = [each[start:] for each in found for start in range(4)]
    return text + "".join(base64.b64decode(each + "A" * (-len(each) % 4), altchars=b"-_").decode("latin-1")
                          for each in tails)


def test_a_word_hidden_in_base64_would_be_found():
    for before in ("", "x", "xy"):
        assert "canary" in bared(base64.b64encode(f"{before}canary!".encode()).decode())


@pytest.mark.parametrize(("output", "verbosity"), [
    ("plain", ""), ("plain", "-vvv"), ("live", "-vvv"), ("ansible", "-vvv"), ("jsonl", "")])
def test_no_report_shows_a_secret(project, tmp_path, capfd, monkeypatch, output, verbosity):
    monkeypatch.setenv("COLUMNS", "400")
    seconds = 1.5 if output == "jsonl" else 0  # What takes longer than a second is shown while it is printed.
    with pytest.raises(SystemExit) as end:
        main([*project, "--output", output, "--diff", *verbosity.split(), "-e", f"seconds={seconds}"])
    assert end.value.code == 2
    printed = "".join(capfd.readouterr())
    shown = bared(re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", printed)).lower()
    for word in WORDS:
        assert word not in shown, shown[max(shown.index(word) - 200, 0):][:300]
    assert printed.count(MASK) > (100 if output == "jsonl" or verbosity else 20)
    assert output == "ansible" or f"word={MASK}" in printed  # In the command to run again.
    if output == "jsonl":
        assert printed.count('"task_ended"') == TASKS
        assert '"event": "output"' in printed
    for name, text in PROJECT["tree"].items():
        assert (tmp_path / "scratch" / name).read_text() == text


@pytest.mark.parametrize("option", ["--list-tasks", "--list-hosts", "--syntax-check"])
def test_no_listing_shows_a_secret(project, tmp_path, capfd, option):
    play = b"- {name: canary play, hosts: all, tasks: [{name: canary, ping: }]}\n"
    (tmp_path / "site.yml").write_text(seal(play, b"pass"))
    with pytest.raises(SystemExit) as end:
        main([*project, option])
    assert end.value.code == 0
    printed = "".join(capfd.readouterr())
    assert MASK in printed and "canary" not in printed


@pytest.mark.parametrize("play", [
    "{hosts: canary[, tasks: []}", "{hosts: all, canary: 1}", "{hosts: all, tasks: [{canary: }]}",
    "{hosts: all, tasks: [{debug: {msg: 1}, name: a, when: [{canary: 1}]}]}", "{hosts: all, roles: [canary]}",
    "{hosts: all, tasks: [{command: a, become: canary}]}", "{hosts: all, vars_files: [canary.yml]}", "'canary",
    "{hosts: all, strategy: canary}", "{hosts: all, order: canary}", "{hosts: all, tasks: [{copy: {mode: canary-x}}]}"])
def test_no_mistake_in_an_encrypted_playbook_shows_its_text(project, tmp_path, capfd, play):
    (tmp_path / "site.yml").write_text(seal(f"- {play}\n".encode(), b"pass"))
    with pytest.raises(SystemExit) as end:
        main(project)
    printed = "".join(capfd.readouterr())
    assert end.value.code == 1, printed
    assert "error: " in printed
