"""Collections in reach: where they are, and their roles and playbooks."""

import sys

import pytest

from muster import collection


@pytest.fixture
def made(tmp_path, monkeypatch):
    """Return a function that makes files of collections; nothing else is in reach."""
    monkeypatch.setattr(sys, "path", [])
    monkeypatch.setenv("ANSIBLE_COLLECTIONS_PATH", str(tmp_path / "shared"))

    def make(*files):
        for name in files:
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("")
        return str(tmp_path / "plays")

    return make


BESIDE, SHARED = "plays/collections/ansible_collections/my/own", "shared/ansible_collections/my/own"


@pytest.mark.parametrize("files", [(f"{BESIDE}/README", f"{SHARED}/README"), (f"{SHARED}/README",)])
def test_a_collection_is_looked_for_beside_the_playbook_first(tmp_path, made, files):
    assert collection.root("my.own", made(*files)) == str((tmp_path / files[0]).parent)


def test_a_collection_may_be_among_pythons_packages(tmp_path, made, monkeypatch):
    plays = made("python/ansible_collections/my/own/README")
    assert collection.root("my.own", plays) is None
    monkeypatch.setattr(sys, "path", [str(tmp_path / "python")])
    assert collection.root("my.own", plays) == str(tmp_path / "python/ansible_collections/my/own")


def test_a_playbook_of_a_collection_sees_its_own_and_those_beside_it(tmp_path, made):
    made("src/ansible_collections/my/own/playbooks/site.yml", "src/ansible_collections/my/other/README")
    plays = str(tmp_path / "src/ansible_collections/my/own/playbooks")
    assert collection.root("my.other", plays) == str(tmp_path / "src/ansible_collections/my/other")


def test_all_collections_can_be_listed(tmp_path, made):
    plays = made(f"{SHARED}/README", f"{BESIDE}/README", "shared/ansible_collections/README")
    assert list(collection.roots(plays)) == [str(tmp_path / BESIDE), str(tmp_path / SHARED)]


@pytest.mark.parametrize(("path", "name"), [
    ("/a/ansible_collections/my/own/roles/web", "my.own"), ("/a/ansible_collections/my/own", "my.own"),
    ("/a/ansible_collections/my", ""), ("/a/roles/web", "")])
def test_a_path_tells_which_collection_it_is_part_of(path, name):
    assert collection.of_path(path) == name


@pytest.mark.parametrize(("name", "searched", "found"), [
    ("my.own.web", (), "web"), ("my.own.base.db", (), "base/db"), ("web", ("my.own",), "web"),
    ("web", ("my.none", "my.own"), "web"), ("web", (), None), ("my.own.cache", (), None), ("my.none.web", (), None),
    ("./web", ("my.own",), None)])
def test_a_role_is_named_in_full_or_looked_up_where_it_is_said(tmp_path, made, name, searched, found):
    plays = made(f"{SHARED}/roles/web/tasks/main.yml", f"{SHARED}/roles/base/db/tasks/main.yml")
    wanted = (str(tmp_path / SHARED / "roles" / found), "my.own") if found else None
    assert collection.find_role(name, plays, searched) == wanted


@pytest.mark.parametrize(("name", "found"), [
    ("my.own.site", "site.yml"), ("my.own.db", "db.yaml"), ("my.own.more.web", "more/web.yml"), ("my.own.none", None),
    ("my.none.site", None), ("site.yml", None), ("my.own/site.a.b", None)])
def test_a_playbook_is_named_in_full(tmp_path, made, name, found):
    plays = made(*(f"{SHARED}/playbooks/{file}" for file in ("site.yml", "db.yaml", "more/web.yml")))
    assert collection.find_playbook(name, plays) == (str(tmp_path / SHARED / "playbooks" / found) if found else None)
