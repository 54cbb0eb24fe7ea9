"""Options of the test run."""

from __future__ import annotations

import signal

import pytest
from hypothesis import settings

# A deadline would time the first call of a compiled function, compilation included.
settings.register_profile("ballast", deadline=None)
settings.load_profile("ballast")

# A run that a shell has put in the background would ignore the Ctrl-C that tests send.
signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden", action="store_true", help="rewrite tests/golden, to be read in review"
    )
