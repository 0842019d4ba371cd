"""What zypper prints as XML, and what is made of it."""

from muster.target import zypper

SUMMARY = """<stream><message type="warning">Careful</message><message type="error">No provider of 'x'</message>
<install-summary><to-upgrade><solvable name="a" edition="2-1" edition-old="1-1"/></to-upgrade>
<to-remove><solvable name="b" edition="1-1"/></to-remove><recommended><solvable name="c"/></recommended>
</install-summary></stream>"""


def test_steps_have_versions_before_and_after():
    assert zypper.parse(SUMMARY) == [
        {"name": "a", "old": "1-1", "new": "2-1"}, {"name": "b", "old": "1-1", "new": None}]


def test_errors_are_told_and_what_is_no_xml_has_none():
    assert zypper.errors(SUMMARY) == ["No provider of 'x'"] and zypper.errors("Segmentation fault") == []
