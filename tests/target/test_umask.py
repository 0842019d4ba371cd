import os

import pytest

from muster.target.umask import masked


@pytest.mark.parametrize(("umask", "inside"), [("0077", 0o077), (0o027, 0o027), (None, 0o022)])
def test_a_umask_holds_for_a_while(umask, inside):
    before = os.umask(0o022)
    with masked(umask):
        assert os.umask(inside) == inside
    assert os.umask(before) == 0o022
