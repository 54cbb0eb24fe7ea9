"""Addresses: what is one, and what of it is shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from optimizer.domain.address import is_address, without_secrets
from optimizer.errors import BadInputError, StorageError
from optimizer.store.shared.address import folder_of
from optimizer.store.shared.cache_folder import cache_of
from optimizer.store.shared.open_place import open_place


@pytest.mark.parametrize("path", ["results", "/mnt/plans", "C:\\plans", "C:/plans", "a:b", "//h/x"])
def test_a_path_is_no_url(path: str) -> None:
    """Proves: neither a drive's letter nor a share makes a path an address."""
    assert not is_address(path)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("s3://key:secret@plans/ours", "s3://plans/ours"),
        ("s3://key:se/cr@et@plans/ours", "s3://plans/ours"),
        ("--results=s3://key:secret@plans/ours", "--results=s3://plans/ours"),
        ("postgresql://ana:secret@db:5432/plans", "postgresql://ana@db:5432/plans"),
        ("abfs://plans:secret@account/x", "abfs://plans@account/x"),
        ("s3://key@plans/ours", "s3://plans/ours"),
        ("s3://plans/a@b", "s3://plans/a@b"),
        ("postgresql://db/plans?user=ana&password=secret", "postgresql://db/plans?user=ana&password=…"),
        ("s3://plans/ours?Secret_Key=secret&region=x", "s3://plans/ours?Secret_Key=…&region=x"),
        ("abfs://plans@account.dfs.core.windows.net/x", "abfs://plans@account.dfs.core.windows.net/x"),
        ("hdfs://host:8020/user@x/plans", "hdfs://host:8020/user@x/plans"),
        ("data/sample", "data/sample"),
        ("a@b:c", "a@b:c"),
    ],
)  # fmt: skip
def test_passwords_are_taken_out_and_nothing_else(url: str, shown: str) -> None:
    """Proves: whatever is secret is gone, whatever says where the place is stays."""
    assert without_secrets(url) == shown


def test_a_file_url_is_decoded_and_only_of_this_host() -> None:
    """Proves: file:/// is its path; a host in it, or a path that is relative, is refused."""
    assert (
        folder_of("file:///mnt/a%20b") == folder_of("file://localhost/mnt/a b") == Path("/mnt/a b")
    )
    for url in ("file://host/x", "file://x"):
        with pytest.raises(BadInputError, match="three slashes"):
            folder_of(url)


def test_every_place_has_a_mirror_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: places that differ in folder or server never share one; its name is a plain one."""
    monkeypatch.setenv("BALLAST_CACHE", "/cache")
    urls = ("s3://a/b", "s3://a-b", "s3://a/b?endpoint_override=h", "gs://a/b", "s3://a/../../b")
    homes = [cache_of(url) for url in urls]
    assert len(set(homes)) == len(urls)
    assert {home.parent for home in homes} == {Path("/cache")}


def test_another_kind_of_place_is_refused_with_those_there_are() -> None:
    """Proves: a scheme that nobody opens names the ones that are opened."""
    with pytest.raises(BadInputError, match="Write a folder, or file://, s3://, gs://"):
        open_place("ftp://host/plans")


def test_several_servers_of_a_database_are_an_address() -> None:
    """Proves: hosts with a port each, which are no URL, come to libpq; a second @ is refused."""
    with pytest.raises(StorageError, match=r"^postgresql://ana@127.0.0.1:1,127.0.0.1:2/plans: can"):
        open_place("postgresql://ana:s3cret@127.0.0.1:1,127.0.0.1:2/plans")
    with pytest.raises(BadInputError, match=r'^postgresql://…: has a second "@", or one after'):
        open_place("postgresql://ana:s3?cret@host/plans")
