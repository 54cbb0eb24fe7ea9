"""Why storage elsewhere refuses, in words with a remedy."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from optimizer.domain.address import without_secrets
from optimizer.errors import StorageError

_REASONS: Final = (
    (
        r"libjvm|libhdfs",
        "HDFS needs Java and Hadoop's client",
        "Install them, and set JAVA_HOME, HADOOP_HOME and CLASSPATH.",
    ),
    (
        r"NO_SUCH_BUCKET|ContainerNotFound|bucket does not exist",
        "there is no such bucket",
        "Create it, or correct the address.",
    ),
    (
        r"NETWORK|curlCode|[Cc]ould not (connect|resolve)|UNAVAILABLE|[Tt]imed? ?out",
        "it cannot be reached",
        "Check the network and the address, then repeat.",
    ),
    (
        "ACCESS_DENIED|INVALID_ACCESS|SIGNATURE|[Cc]redential|Forbidden|TOKEN|UNAUTH|code:? 40[13]",
        "access is denied",
        "Check the credentials and what they allow (docs/shared-results.md).",
    ),
)
"""What is found in a storage's own words, what it means, and the remedy."""


def away(name: str, failing: str, error: Exception, secrets: Sequence[str] = ()) -> StorageError:
    """Return the error for a place that refuses; secrets are taken out of what it says."""
    said = str(error)
    for secret in secrets:
        said = said.replace(secret, "…")
    reason, remedy = _reason(without_secrets(said))
    return StorageError(f"{name}: {failing} ({reason}). {remedy}")


def _reason(said: str) -> tuple[str, str]:
    """Return why storage refuses, in words, and the remedy."""
    for pattern, meaning, remedy in _REASONS:
        if re.search(pattern, said):
            return meaning, remedy
    line = (said.splitlines() or ["for no stated reason"])[0]
    return line, "Check the address and what it allows, then repeat."
