"""Which updates are pending, out of what apt and dnf print; and that not knowing never looks like nothing to do."""

import pytest

from muster.target import apt, dnf, pending
from tests.target.test_candidates import POLICY
from tests.tasks.scripted import Host

DPKG = "demo-both\tall\t1.0\tii \t\ndemo-phase\tall\t1.0\tii \t\ndemo-pinned\tall\t1.0\tii \t\ngone\tall\t1.0\trc \t\n"
SOURCES = "500 http://deb.debian.org/debian bookworm/main amd64 Packages\n"
SECURITY = " 500 http://security.debian.org/debian-security bookworm-security/main amd64 Packages\n"

OFFERED = """\
demo-bug\tnoarch\t1.0-2\tdemo
demo-crit\tnoarch\t1.0-2\tdemo
demo-sec\tnoarch\t1.0-3\tdemo
"""
CHECK = """
demo-bug.noarch                             1.0-2                           demo
demo-sec.noarch                             1.0-3                           demo
Obsoleting Packages
demo-crit.noarch                            1.0-2                           demo
"""
FIXES = """\
FIX-2024:0004 Critical/Sec.  demo-crit-1.0-2.noarch
FIX-2024:0000 Low/Sec.       demo-sec-1.0-1.5.noarch
FIX-2024:0001 Important/Sec. demo-sec-1.0-2.noarch
FIX-2024:0009 Important/Sec. other-1.0-2.noarch
"""
CVES = """\
CVE-2024-0004 Critical/Sec.  demo-crit-1.0-2.noarch
CVE-2024-0001 Important/Sec. demo-sec-1.0-2.noarch
CVE-2024-0001 Important/Sec. demo-sec-1.0-2.noarch
"""


@pytest.fixture
def debian(monkeypatch):
    monkeypatch.setattr(apt, "stale", lambda seconds: False)
    monkeypatch.setattr(apt, "updated_at", lambda: 0)
    return {"apt-cache policy": lambda argv: POLICY if argv[2:] else SOURCES + SECURITY, "dpkg-query": DPKG}


@pytest.fixture
def amazon(monkeypatch):
    monkeypatch.setattr(dnf, "program", lambda: "dnf")
    monkeypatch.setattr(dnf, "holder", lambda: None)
    return {
        "rpm -qa": "demo-bug\tnoarch\t1.0-1\ndemo-crit\tnoarch\t1.0-1\ndemo-sec\tnoarch\t1.0-1\n",
        "dnf": dnf_says,
    }


def dnf_says(argv, **other):
    """What dnf prints, by its verb; `other` says what it prints instead for one of them."""
    line = " ".join(word for word in argv if not word.startswith("--setopt"))
    answers = {
        "repolist": "repo id repo name\ndemo demo\n",
        "repoquery": OFFERED,
        "check": (100, CHECK),
        "cves": CVES,
        "fixes": FIXES,
        "all": "FIX-2024:0001 Important/Sec. demo-sec-1.0-2.noarch\n",
        **other,
    }
    for sign, key in (
        ("repolist", "repolist"),
        ("repoquery", "repoquery"),
        ("check-update", "check"),
        ("--with-cve", "cves"),
        ("list --security", "fixes"),
        ("list --all", "all"),
    ):
        if sign in line:
            return answers[key]
    raise AssertionError(f"nobody foresaw {line}")


def test_on_apt_shadowed_and_pinned_fixes_count_and_ordinary_updates_do_not(monkeypatch, debian):
    Host(debian).install(monkeypatch)
    found = pending.on_apt(0, 1)
    assert found.unknown == []
    assert [(each.name, each.security, each.fix, each.pinned) for each in found.updates] == [
        ("demo-both", True, "1.0+deb1", False),
        ("demo-phase", False, None, False),
        ("demo-pinned", True, "1.0+deb1", True),
    ]


def test_on_apt_a_held_package_is_pinned(monkeypatch, debian):
    Host(dict(debian, **{"dpkg-query": DPKG.replace("both\tall\t1.0\tii", "both\tall\t1.0\thi")})).install(monkeypatch)
    assert [each.name for each in pending.on_apt(0, 1).security if each.pinned] == ["demo-both", "demo-pinned"]


def test_on_apt_without_a_security_suite_nothing_is_known(monkeypatch, debian):
    Host(dict(debian, **{"apt-cache policy": lambda argv: "" if argv[2:] else SOURCES})).install(monkeypatch)
    found = pending.on_apt(0, 1)
    assert found.updates == [] and "no security suite" in found.unknown[0]


def test_on_apt_a_dead_repository_makes_it_unknown(monkeypatch, debian):
    monkeypatch.setattr(apt, "stale", lambda seconds: True)
    dead = {"apt-get -q update": (100, "", "E: The repository 'http://x' does not have a Release file.")}
    Host(dict(debian, **dead)).install(monkeypatch)
    found = pending.on_apt(0, 1)
    assert "does not have a Release file" in found.unknown[0] and len(found.security) == 2


def test_on_dnf_the_fix_is_the_newest_version_an_advisory_names(monkeypatch, amazon):
    Host(amazon).install(monkeypatch)
    found = pending.on_dnf(0, 1)
    assert found.unknown == [] and found.age == 0
    bug, crit, sec = (each.plain() for each in found.updates)
    assert (bug["security"], bug["fix"]) == (False, None)
    assert sec == {
        "name": "demo-sec",
        "installed": "1.0-1",
        "candidate": "1.0-3",
        "security": True,
        "fix": "1.0-2",
        "pinned": False,
        "advisories": ["FIX-2024:0000", "FIX-2024:0001"],
        "cves": ["CVE-2024-0001"],
        "severity": "Important",
    }
    assert (crit["severity"], crit["cves"]) == ("Critical", ["CVE-2024-0004"])


def test_on_dnf_what_check_update_hides_is_pinned(monkeypatch, amazon):
    Host(amazon).install(monkeypatch)
    assert [each.name for each in pending.on_dnf(0, 1).updates if each.pinned] == ["demo-crit"]


def test_on_dnf_a_host_up_to_date_costs_two_queries(monkeypatch, amazon):
    host = Host(dict(amazon, dnf=lambda argv: dnf_says(argv, repoquery=""))).install(monkeypatch)
    found = pending.on_dnf(0, 1)
    assert (found.updates, found.unknown) == ([], []) and len(host.ran) == 2


def test_on_dnf_repositories_are_never_skipped_and_the_release_is_the_wanted_one(monkeypatch, amazon):
    host = Host(amazon).install(monkeypatch)
    pending.on_dnf(3600, 1, releasever="latest")
    queries = host.changed_with("dnf")
    assert all("--setopt=*.skip_if_unavailable=False" in each and "--releasever=latest" in each for each in queries)
    assert any("--setopt=*.metadata_expire=3600" in each for each in queries)


@pytest.mark.parametrize(
    ("other", "words"),
    [
        ({"repolist": ""}, "no repository is enabled"),
        (
            {"repoquery": (1, "", "Error: Failed to download metadata for repo 'demo': All mirrors were tried")},
            "repo 'demo'",
        ),
        ({"check": (1, "", "Error: something")}, "Error: something"),
        ({"fixes": "", "cves": "", "all": ""}, "the advisories of demo are missing or cannot be read"),
    ],
)
def test_on_dnf_what_cannot_be_known_is_told(monkeypatch, amazon, other, words):
    Host(dict(amazon, dnf=lambda argv: dnf_says(argv, **other))).install(monkeypatch)
    found = pending.on_dnf(0, 1)
    assert words in found.unknown[0] and found.silent == []


def test_on_dnf_a_repository_without_advisories_leaves_the_others_known(monkeypatch, amazon):
    def says(argv):
        if "--repo=vendor" in argv:
            return ""
        return dnf_says(argv, repoquery=OFFERED + "tool\tx86_64\t2-1\tvendor\n")

    Host(dict(amazon, dnf=says)).install(monkeypatch)
    found = pending.on_dnf(0, 1)
    assert found.silent == ["vendor"] and "vendor" in found.unknown[0]
    assert {each.name: each.security for each in found.updates} == {
        "demo-bug": False,
        "demo-crit": True,
        "demo-sec": True,
        "tool": None,
    }


def test_the_list_of_advisories_is_read_with_and_without_marks():
    text = "i FIX-1 Important/Sec. a-b-1.0-2.el9.x86_64\n  FIX-2 bugfix         c-1:2-3.noarch\n"
    text += "FIX-3 Unknown/Sec. d-1-1.noarch\n"
    assert pending.parse_advisories(text) == [
        ("FIX-1", "Important", "a-b", "1.0-2.el9", "x86_64"),
        ("FIX-2", None, "c", "1:2-3", "noarch"),
        ("FIX-3", None, "d", "1-1", "noarch"),
    ]
