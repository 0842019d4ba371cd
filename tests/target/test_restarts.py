"""What still runs old code, on trees of files made for it."""

import pytest

from muster.target import restarts
from tests.tasks.scripted import Host

MAPS = "7f0-7f1 %s 00000000 08:01 131094    %s\n"


def process(root, number, maps, cgroup):
    directory = root / str(number)
    directory.mkdir()
    (directory / "maps").write_text(maps)
    (directory / "cgroup").write_text(cgroup)


def test_services_with_deleted_code_are_found(tmp_path):
    old = MAPS % ("r-xp", "/usr/lib/x86_64-linux-gnu/libssl.so.3 (deleted)")
    process(tmp_path, 1, MAPS % ("r-xp", "/usr/lib/systemd/systemd"), "0::/init.scope\n")
    process(tmp_path, 10, old, "0::/system.slice/nginx.service\n")
    process(tmp_path, 11, old, "12:pids:/system.slice/nginx.service\n1:name=systemd:/system.slice/nginx.service\n")
    process(tmp_path, 12, old, "0::/system.slice/system-getty.slice/getty@tty1.service\n")
    process(tmp_path, 13, old, "0::/user.slice/user-0.slice/session-1.scope\n")
    process(tmp_path, 14, old, "0::/user.slice/user-1000.slice/user@1000.service/app.slice\n")
    (tmp_path / "self").mkdir()
    assert restarts.services(str(tmp_path)) == ["getty@tty1.service", "nginx.service"]


@pytest.mark.parametrize(
    "line",
    [
        MAPS % ("rw-p", "/usr/lib/libssl.so.3 (deleted)"),
        MAPS % ("r-xp", "/usr/lib/libssl.so.3"),
        MAPS % ("r-xp", "/memfd:jit (deleted)"),
        MAPS % ("r-xp", "/tmp/jna123.tmp (deleted)"),
        "7f0-7f1 r-xp 00000000 00:00 0\n",
    ],
)
def test_what_is_no_replaced_code(line, tmp_path):
    (tmp_path / "maps").write_text(line)
    assert not restarts.runs_deleted(str(tmp_path / "maps"))


@pytest.mark.parametrize(
    ("answer", "needed"),
    [
        (
            (
                1,
                "Core libraries or services have been updated:\n  * glibc\n\nReboot is required to fully utilize.",
            ),
            True,
        ),
        ((0, "No core libraries or services have been updated since boot-up.\nReboot should not be necessary."), False),
    ],
)
def test_dnf_is_believed_by_its_words(monkeypatch, answer, needed):
    monkeypatch.setattr(restarts.os.path, "exists", lambda path: False)
    Host({"dnf -q needs-restarting -r": answer}).install(monkeypatch)
    assert restarts.reboot_needed("dnf") == (needed, "dnf needs-restarting -r")


def test_a_dnf_without_the_plugin_does_not_ask_for_a_reboot(monkeypatch):
    monkeypatch.setattr(restarts.os.path, "exists", lambda path: False)
    monkeypatch.setattr(restarts, "which", lambda *names: None)
    monkeypatch.setattr(restarts, "newer_kernel", lambda: (None, "no kernel"))
    Host({"dnf": (1, "", "No such command: needs-restarting.")}).install(monkeypatch)
    assert restarts.reboot_needed("dnf") == (None, "no kernel")


@pytest.mark.parametrize(
    ("kernels", "running", "needed"),
    [
        (["6.1.0-9-amd64", "6.1.0-10-amd64"], "6.1.0-9-amd64", True),
        (["6.1.0-9-amd64", "6.1.0-10-amd64"], "6.1.0-10-amd64", False),
        (["6.1.0-9-amd64", "0-rescue-abc"], "6.1.0-9-amd64", False),
        ([], "6.1.0-9-amd64", None),
        (["6.1.0-9-amd64"], "6.18.44-aws", None),
    ],
)
def test_the_running_kernel_is_compared_with_the_installed_ones(tmp_path, kernels, running, needed):
    for each in kernels:
        (tmp_path / ("vmlinuz-" + each)).touch()
    assert restarts.newer_kernel(str(tmp_path), running)[0] is needed
