"""Fleets for tests that need real hosts. Each is booted once a session, by the first test that asks for it.

    fleet       two debian-12 hosts and an amazon one: debian-1, debian-2, amazon-1
    ubuntu      an ubuntu-18.04 and an ubuntu-24.04 host: ubuntu1804-1, ubuntu2404-1
    fresh       a function that makes a host of `fleet` as new and returns it

Where no lab can run, or no image be had, the tests are skipped with the one line that says why.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import pytest

from muster.lab.host import Host
from muster.lab.image import ArchiveUnreachableError
from muster.lab.lab import Lab
from muster.lab.requirements import reason_against


def booted(name: str, hosts: int, images: list[str]) -> Iterator[Lab]:
    """A lab for as long as a fixture lasts; its name holds the session's process id, so that sessions do not meet."""
    reason = reason_against()
    if reason:
        pytest.skip(reason)
    with Lab(f"{name}-{os.getpid()}") as lab:
        try:
            lab.up(hosts, images)
        except ArchiveUnreachableError as error:
            pytest.skip(str(error))
        BOOTED.append(lab)
        yield lab
        BOOTED.remove(lab)


BOOTED: list[Lab] = []


@pytest.fixture(scope="module", autouse=True)
def as_new() -> None:
    """Each file of tests finds its hosts untouched, whatever the files before it did to them."""
    for lab in BOOTED:
        for host in lab.hosts:
            lab.reset(host.name)


@pytest.fixture(scope="session")
def fleet() -> Iterator[Lab]:
    """Two debian-12 hosts and an amazon one."""
    yield from booted("test", 3, ["debian-12", "amazon"])


@pytest.fixture(scope="session")
def ubuntu() -> Iterator[Lab]:
    """An ubuntu-18.04 host, with Python 3.6, and an ubuntu-24.04 one."""
    yield from booted("ubuntu", 2, ["ubuntu-18.04", "ubuntu-24.04"])


@pytest.fixture
def fresh(fleet: Lab) -> Callable[[str], Host]:
    """Make a host of the fleet as new, for a test that must find it untouched."""

    def reset(name: str) -> Host:
        fleet.reset(name)
        return fleet.host(name)

    return reset
