"""A server on loopback that speaks S3, to be an object store of tests."""

from __future__ import annotations

import http.client
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

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

    def listed(self, folder: str = "ours") -> list[str]:
        """Return what there is below a folder, without the placeholders of empty folders."""
        pages = self.client.get_paginator("list_objects_v2").paginate(
            Bucket=BUCKET, Prefix=f"{folder}/"
        )
        found = (one["Key"] for page in pages for one in page.get("Contents", ()))
        return [key.removeprefix(f"{folder}/") for key in found if not key.endswith("/")]

    def write(self, key: str, content: bytes) -> None:
        """Write an object as anybody can."""
        self.client.put_object(Bucket=BUCKET, Key=key, Body=content)

    def reader(self) -> str:
        """
        Return the credentials of somebody who may read only, for a URL.

        From now on the server checks credentials, as it did not before.
        """
        iam = boto3.client("iam", endpoint_url=f"http://{self.host}", region_name=_REGION)
        iam.create_user(UserName="reader")
        allowed = {"Effect": "Allow", "Action": ["s3:Get*", "s3:List*"], "Resource": "*"}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
        iam.put_user_policy(UserName="reader", PolicyName="read", PolicyDocument=policy)
        key = iam.create_access_key(UserName="reader")["AccessKey"]
        iam.close()
        self._check_credentials("0")
        return f"{key['AccessKeyId']}:{quote(key['SecretAccessKey'], safe='')}@"

    def open_to_all(self) -> None:
        """Check credentials no more."""
        self._check_credentials("inf")

    def empty(self) -> None:
        """Remove every bucket and user: the server keeps them as long as the process lasts."""
        self._ask("reset")

    def _check_credentials(self, after: str) -> None:
        self._ask("reset-auth", after)

    def _ask(self, what: str, body: str = "") -> None:
        there = http.client.HTTPConnection(self.host)
        there.request("POST", f"/moto-api/{what}", body, {"Content-Type": "text/plain"})
        assert there.getresponse().read()
        there.close()

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
        store = ObjectStore(f"{host}:{port}", client)
        store.empty()
        client.create_bucket(Bucket=BUCKET)
        yield store
        store.open_to_all()
        client.close()
    finally:
        server.stop()
