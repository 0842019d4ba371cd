import os

from tasks import modprobe


def test_what_is_built_into_the_kernel_is_loaded(tmp_path, monkeypatch):
    directory = tmp_path / os.uname().release
    directory.mkdir()
    (directory / "modules.builtin").write_text("kernel/fs/ext4/ext4.ko\nkernel/net/bridge/br-netfilter.ko\n")
    monkeypatch.setattr(modprobe, "KERNELS", str(tmp_path))
    monkeypatch.setattr(modprobe, "LOADED", str(tmp_path / "none"))
    assert [modprobe.loaded(name) for name in ("ext4", "br_netfilter", "ext", "ext4.ko")] == [True, True, False, False]
