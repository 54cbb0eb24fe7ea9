"""Object storage or HDFS opened by its URL, so that a server that is away is told soon."""

from __future__ import annotations

from typing import Final
from urllib.parse import SplitResult, parse_qsl, unquote

import pyarrow as pa
from pyarrow import fs

from optimizer.domain.address import without_secrets
from optimizer.store.shared.address import bad_address, split_url
from optimizer.store.shared.object_place import ObjectPlace
from optimizer.store.shared.storage_words import away

_CONNECT: Final = 5.0  # s
_ANSWER: Final = 5.0  # s
_GCS_LIMIT: Final = "retry_limit_seconds"
_S3_OPTIONS: Final = ("region", "scheme", "endpoint_override", "tls_ca_file_path")


def open_objects(url: str) -> ObjectPlace:
    """
    Return the object storage that a URL names; credentials are found as its libraries find them.

    Raises
    ------
    BadInputError
        If the URL is wrong.
    StorageError
        If the storage cannot be reached.
    """
    parts = split_url(url)
    name = without_secrets(url).partition("?")[0].rstrip("/")
    if not parts.hostname:
        raise bad_address(url, "names no bucket", "Write SCHEME://BUCKET/FOLDER.")
    if parts.scheme.lower() == "s3":
        return _open_s3(url, parts, name)
    try:
        files, home = fs.FileSystem.from_uri(_impatient(url, parts))
    except (ValueError, NotImplementedError) as error:
        said = without_secrets(str(error)).splitlines()[0]
        raise bad_address(url, f"is not understood ({said})", "Correct the address.") from None
    except OSError as error:
        raise away(name, "cannot be opened", error, _passwords(parts)) from None
    return ObjectPlace(files, home, name, _passwords(parts))


def _impatient(url: str, parts: SplitResult) -> str:
    """Return the URL with a limit on how long Google Cloud is tried, where it states none."""
    if parts.scheme.lower() not in {"gs", "gcs"} or _GCS_LIMIT in parts.query:
        return url
    return f"{url}{'&' if parts.query else '?'}{_GCS_LIMIT}={_ANSWER * 2}"


def _open_s3(url: str, parts: SplitResult, name: str) -> ObjectPlace:
    """Open S3 itself: by its URL alone pyarrow would wait long for a server that is away."""
    options = dict(parse_qsl(parts.query))
    strange = [key for key in options if key not in _S3_OPTIONS]
    if strange:
        rule = f"has options that are not known: {', '.join(strange)}"
        raise bad_address(url, rule, f"Known are {', '.join(_S3_OPTIONS)}.")
    if parts.password is not None:
        options["access_key"] = unquote(parts.username or "")
        options["secret_key"] = unquote(parts.password)
    bucket = parts.hostname or ""
    try:
        if not {"region", "endpoint_override"} & options.keys():
            options["region"] = fs.resolve_s3_region(bucket)
        files = fs.S3FileSystem(
            **options,
            connect_timeout=_CONNECT,
            request_timeout=_ANSWER,
            retry_strategy=fs.AwsStandardS3RetryStrategy(max_attempts=3),
            allow_delayed_open=True,  # a small object in one request
        )
    except (OSError, pa.ArrowException) as error:
        raise away(name, "cannot be opened", error, _passwords(parts)) from None
    home = f"{bucket}/{unquote(parts.path).strip('/')}"
    return ObjectPlace(files, home, name, _passwords(parts))


def _passwords(parts: SplitResult) -> tuple[str, ...]:
    if parts.password is None:
        return ()
    return (parts.password, unquote(parts.password), unquote(parts.username or ""))
