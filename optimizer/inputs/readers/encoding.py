"""Bytes to text: UTF-8, or a problem that says what the bytes look like."""

from __future__ import annotations

from typing import Final

from optimizer.errors import Problem
from optimizer.inputs.findings import Findings

SAVE_AS_UTF8: Final = 'Save it again as "CSV UTF-8 (comma delimited)".'

# First bytes of files that are not UTF-8 text, and what they are.
FOREIGN: Final = {
    b"\xff\xfe": "is UTF-16 text, not UTF-8",
    b"\xfe\xff": "is UTF-16 text, not UTF-8",
    b"PK\x03\x04": "is a workbook or zip file named as a CSV",
    b"PAR1": "is a Parquet file named as a CSV",
    b"\xd0\xcf\x11\xe0": "is an old (.xls) or password-protected workbook named as a CSV",
    b"\x1f\x8b": "is a gzip file named as a CSV",
}


def decoded(raw: bytes, file: str, findings: Findings) -> str | None:
    """Return the text without its byte order mark, or ``None`` if it is not UTF-8 text."""
    for beginning, rule in FOREIGN.items():
        if raw.startswith(beginning):
            findings.add(Problem(file=file, rule=rule, remedy=SAVE_AS_UTF8))
            return None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        findings.add(_not_utf8(raw, file, error))
        return None
    if not text.strip():
        rule = "is empty"
        findings.add(Problem(file=file, rule=rule, remedy="Add a header and rows, or remove it."))
        return None
    return text


def _not_utf8(raw: bytes, file: str, error: UnicodeDecodeError) -> Problem:
    mark = len(b"\xef\xbb\xbf") if raw.startswith(b"\xef\xbb\xbf") else 0
    offset = error.start + mark
    line = raw[raw.rfind(b"\n", 0, offset) + 1 :].split(b"\n", 1)[0]
    return Problem(
        file=file,
        row=raw.count(b"\n", 0, offset) + 1,
        value=line.decode("cp1252", errors="replace").strip(),
        rule=f"is not UTF-8: byte 0x{raw[offset]:02x} at offset {offset} "
        "(it looks like Windows-1252 or Latin-1)",
        remedy=SAVE_AS_UTF8,
    )
