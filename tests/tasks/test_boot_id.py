"""boot_id, on this machine."""

import re

from tasks.boot_id import boot_id
from tests.tasks.harness import perform


def test_the_kernels_own_id_and_the_time_since_boot():
    one, other = perform(boot_id, {}), perform(boot_id, {}, check=True)
    assert re.fullmatch("[0-9a-f-]{36}", one["boot_id"]) and one["boot_id"] == other["boot_id"]
    assert one["uptime"] > 0 and not one["changed"]
