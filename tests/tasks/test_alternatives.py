"""What the cases cannot say of alternatives: check mode before the program is installed that brings a name along."""

from tasks.alternatives import alternatives
from tests.tasks.harness import perform
from tests.tasks.scripted import Host


def test_in_check_mode_an_earlier_task_may_have_been_about_to_make_the_name_known(tmp_path):
    host = Host({"update-alternatives --query java": (2, "")})
    with host.alone(str(tmp_path / "bin")):
        foretold = perform(alternatives, {"name": "java", "path": "/opt/java"}, check=True)
        assert foretold["changed"] and "give the link" in foretold["warnings"][0]
        assert perform(alternatives, {"name": "java", "path": "/opt/java"})["failed"]
    assert host.changes == []
