"""Addresses of results folders."""

from __future__ import annotations

from os import fspath
from pathlib import Path
from typing import Final
from urllib.parse import SplitResult, urlsplit
from urllib.request import url2pathname

from optimizer.domain.address import is_address, without_secrets
from optimizer.domain.paths import AnyPath
from optimizer.errors import BadInputError, Problem

_LOCAL: Final = ("", "localhost")


def local(results: AnyPath) -> Path:
    """
    Return the path of a results folder on this disk.

    Raises
    ------
    BadInputError
        If a URL is given where only a folder can be.
    """
    if isinstance(results, str) and is_address(results):
        remedy = "In Python: `with shared_results(URL) as results:`, and use `results` within."
        raise bad_address(results, "is a URL where a folder is needed", remedy)
    return Path(results)


def split_url(url: str) -> SplitResult:
    """
    Return the parts of a URL.

    Raises
    ------
    BadInputError
        If it is none.
    """
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018  is read to be checked
    except ValueError:  # what it says may be a part of a password
        remedy = "Write SCHEME://HOST/PATH; a password's own /, @ and : as %2F, %40 and %3A."
        raise bad_address(url, "is no URL that can be read", remedy) from None
    return parts


def folder_of(results: AnyPath) -> Path | None:
    """
    Return the folder on this disk that a path or a ``file://`` URL names; None for one elsewhere.

    Raises
    ------
    BadInputError
        If it names another host, or no absolute path.
    """
    if not is_address(results):
        return Path(results)
    url = fspath(results)
    if not url.lower().startswith("file:"):
        return None
    parts = split_url(url)
    if parts.netloc.lower() not in _LOCAL or not parts.path.startswith("/"):
        rule = "names a file of another host, or no absolute path"
        raise bad_address(url, rule, "Write file:///PATH, with three slashes.")
    return Path(url2pathname(parts.path))


def bad_address(url: str, rule: str, remedy: str) -> BadInputError:
    """Return the error for a place that cannot be one."""
    return BadInputError(
        [Problem(file="--results", value=without_secrets(url), rule=rule, remedy=remedy)]
    )
