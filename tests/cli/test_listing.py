"""What a plan holds, as text."""

import pytest

from muster.cli.listing import listing
from tests.planning import planned

PLAYBOOK = """
- name: Web servers
  hosts: web
  tags: site
  tasks:
    - {name: Install, ping: , tags: [packages, base]}
    - ping:
- hosts: all
  gather_facts: false
"""


def test_the_tags_of_a_play_are_listed(tmp_path):
    assert listing(planned(tmp_path, PLAYBOOK), False, False, True) == """\
play: Web servers  (1 host)
  tag   base
  tag   packages
  tag   site
play: all  (2 hosts)
"""


@pytest.mark.parametrize(("hosts", "tasks", "text"), [
    (False, False, """\
play: Web servers  (1 host)
play: all  (2 hosts)
"""),
    (True, False, """\
play: Web servers  (1 host)
  host  web
play: all  (2 hosts)
  host  web
  host  db
"""),
    (False, True, """\
play: Web servers  (1 host)
  task  Gathering Facts  [site]
  task  Install          [base, packages, site]
  task  ping             [site]
play: all  (2 hosts)
"""),
])
def test_plays_are_listed_with_their_hosts_and_tasks(tmp_path, hosts, tasks, text):
    assert listing(planned(tmp_path, PLAYBOOK), hosts, tasks) == text
