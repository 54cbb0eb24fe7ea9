"""A server on loopback that speaks S3, to be an object store of tests."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import boto3
import pytest
from moto.server import ThreadedMotoServer

BUCKET: Final = "plans"
_REGION: Final = "us-east-1"
_KEY: Final = "testing"


@dataclass(frozen=True, slots=True)
class ObjectStore:
    """A running server with an empty bucket, and a client of another make to look into it."""

    host: str
    client: Any

    def url(self, folder: str = "ours", bucket: str = BUCKET, user: str = "") -> str:
        """Return the address of a results folder."""
        return (
            f"s3://{user}{bucket}/{folder}"
            f"?endpoint_override={self.host}&scheme=http&region={_REGION}"
        )

    def keys(self, folder: str = "ours") -> list[str]:
        """Return what there is below a folder, without the placeholders of empty folders."""
        pages = self.client.get_paginator("list_objects_v2").paginate(
            Bucket=BUCKET, Prefix=f"{folder}/"
        )
        found = (one["Key"] for page in pages for one in page.get("Contents", ()))
        return [key.removeprefix(f"{folder}/") for key in found if not key.endswith("/")]

    def write(self, key: str, content: bytes) -> None:
        """Write an object as anybody can."""
        self.client.put_object(Bucket=BUCKET, Key=key, Body=content)

    def remove(self, *keys: str) -> None:
        """Remove objects as anybody can."""
        for key in keys:
            self.client.delete_object(Bucket=BUCKET, Key=key)


@contextmanager
def object_store(monkeypatch: pytest.MonkeyPatch) -> Iterator[ObjectStore]:
    """Run a server with an empty bucket, with credentials for it in the environment."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", _KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", _KEY)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        client = boto3.client("s3", endpoint_url=f"http://{host}:{port}", region_name=_REGION)
        client.create_bucket(Bucket=BUCKET)
        yield ObjectStore(f"{host}:{port}", client)
        client.close()
    finally:
        server.stop()
