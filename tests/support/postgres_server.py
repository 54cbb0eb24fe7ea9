"""A PostgreSQL server of the tests' own: a fresh cluster on a free port of this machine."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ADMIN: Final = "postgres"
PASSWORD: Final = "a test's own secret"  # noqa: S105
_DEBIAN: Final = Path("/usr/lib/postgresql")


@dataclass(frozen=True, slots=True)
class Server:
    """A running server; its superuser is `ADMIN` with `PASSWORD`."""

    port: int
    data: Path

    def url(self, database: str = ADMIN, *, user: str = ADMIN) -> str:
        """Return the address of a database, without a password."""
        return f"postgresql://{user}@127.0.0.1:{self.port}/{database}"

    def stop(self) -> None:
        """Take the database away, as a failing machine does."""
        _run("pg_ctl", "stop", "-D", str(self.data), "-m", "immediate")

    def start(self) -> None:
        """Bring it back, with what was committed."""
        _run(*_start(self.data, self.port))


@contextmanager
def postgres_server() -> Iterator[Server]:
    """Yield a server with password authentication; stop it and remove its files at the end."""
    with tempfile.TemporaryDirectory(prefix="pg") as scratch:
        home = Path(scratch)
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            shutil.chown(home, ADMIN)
        secret = home / "secret"
        secret.write_text(PASSWORD, encoding="utf-8")
        secret.chmod(0o644)
        server = Server(_free_port(), home / "data")
        asked = ("-U", ADMIN, "-A", "scram-sha-256", f"--pwfile={secret}", "-E", "UTF8", "-N")
        _run("initdb", "-D", str(server.data), *asked, "--locale=C.UTF-8")
        server.start()
        try:
            yield server
        finally:
            subprocess.run(
                [_program("pg_ctl"), "stop", "-D", server.data, "-m", "immediate"],
                user=_user(),
                capture_output=True,
                check=False,
            )


def _start(data: Path, port: int) -> tuple[str, ...]:
    options = f"-p {port} -h 127.0.0.1 -k {data.parent} -F"
    return ("pg_ctl", "start", "-w", "-D", str(data), "-o", options, "-l", f"{data.parent}/log")


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port


def _run(program: str, *arguments: str) -> None:
    command = [_program(program), *arguments]
    ended = subprocess.run(
        command,
        user=_user(),
        cwd="/",
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr.decode()


def _user() -> str | None:
    return ADMIN if os.geteuid() == 0 else None


def _program(name: str) -> str:
    """Return a server program: Debian keeps them outside the path, by version."""
    by_version = sorted(_DEBIAN.glob(f"*/bin/{name}"), key=lambda path: int(path.parts[-3]))
    found = str(by_version[-1]) if by_version else shutil.which(name)
    assert found is not None, f"{name} is missing: install Debian's postgresql"
    return found
