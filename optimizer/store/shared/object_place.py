"""
Results folders in object storage (S3, Google Cloud, Azure) or HDFS, by pyarrow.

Below the address:

- ``RUN/…``, ``RUN.states.jsonl``, ``.inputs/…``: the entries as in any results folder.
- ``.ballast/entries/ENTRY/VERSION``: a mark, a small object whose name says that the entry has this
  version.  One listing tells all of them, a thousand a request.
- ``.ballast/new/ENTRY/VERSION/…``: an entry on its way.

A writer puts the files on their way, then its mark, then removes the mark it replaces: that one
step makes the new version the entry's.  Only then are the files copied to where other tools look
for them.  A reader takes the oldest mark's version from either place, whichever has that content,
so a writer who dies at any moment leaves the old version or the new one, whole.

Storage of this kind has no "write unless it is there".  A writer therefore looks once more after
its mark is written: if another one's is there, it takes its own back and reports it.  Two who
write the same name in the same second may both step back; never are both told that theirs is kept,
unless one of them pauses for minutes between two requests.  A mark whose writer died before it
removed the one it replaced is ignored after `_ABANDONED`.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from functools import partial
from importlib.metadata import version as version_installed
from pathlib import Path, PurePosixPath
from typing import Any, Final, NamedTuple

import pyarrow as pa
from pyarrow import fs

from optimizer.errors import BadInputError, Problem, StorageError
from optimizer.store.room import is_full
from optimizer.store.shared.in_threads import in_threads
from optimizer.store.shared.place import files_of, leads_out, version_of
from optimizer.store.shared.storage_words import away

_MARKS: Final = ".ballast/entries"
_NEW: Final = ".ballast/new"
_ABANDONED: Final = timedelta(minutes=10)
_FLAT: Final = ("s3", "gcs", "abfs")
"""Kinds of storage without folders to be made."""
_THREADS: Final = 4  # a folder's files at once


class _Mark(NamedTuple):
    """That an entry has a version, and since when by the clock of the place."""

    since: datetime
    version: str
    entry: str


class ObjectPlace:
    """Entries in object storage, see the module."""

    def __init__(self, files: Any, home: str, name: str, secrets: tuple[str, ...] = ()) -> None:
        """Keep entries below a path of a pyarrow file system; `secrets` are shown nowhere."""
        self._files = files
        self._is_flat = files.type_name in _FLAT
        self._home = home.rstrip("/")
        self._name = name
        self._secrets = tuple(filter(None, secrets))

    @property
    def name(self) -> str:
        """The address, without a password."""
        return self._name

    def entries(self) -> Mapping[str, str]:
        """Return the version of every entry."""
        with self._told("cannot be read"):
            marks = self._marks()
            if not marks:
                self._check_bucket()
        return {mark.entry: mark.version for mark in reversed(marks)}

    def fetch(self, entry: str, into: Path) -> None:
        """Write an entry to a path that does not exist; whole and unchanged, or an error."""
        with self._told(f"{entry} cannot be read"):
            for _ in range(2):
                for mark in self._marks(entry)[:1]:
                    for where in (entry, f"{_NEW}/{entry}/{mark.version}"):
                        self._download(where, into)
                        if into.exists() and version_of(into) == mark.version:
                            return
                        _discard(into)
        doing = f"{self.name}/{entry}: is being changed there, is damaged or was removed"
        remedy = f"Repeat in a minute; to forget it, remove {_MARKS}/{entry}/ there."
        raise StorageError(f"{doing}; nothing was taken. {remedy}")

    def put(self, entry: str, path: Path, replaces: str | None) -> str:
        """
        Keep an entry as it stands at a path, and return its version.

        Raises
        ------
        BadInputError
            If the place has another version than the one that is to be replaced.
        """
        version = version_of(path)
        with self._told(f"{entry} cannot be kept"):
            there = next((mark.version for mark in self._marks(entry)), None)
            if there == version:
                return version
            if there != replaces:
                raise self._overtaken(entry)
            self._upload(path, f"{_NEW}/{entry}/{version}")
            self._write(f"{_MARKS}/{entry}/{version}", _mark_text(entry, version))
            self._settle(entry, version, replaces, path)
            self._copy(entry, version, path)
        return version

    def _settle(self, entry: str, version: str, replaces: str | None, path: Path) -> None:
        """Make a version that is marked the entry's, or step back from another writer's."""
        marks = self._marks(entry)
        mine = next((mark for mark in marks if mark.version == version), None)
        others = [mark for mark in marks if mark.version not in {version, replaces}]
        if mine is None or any(mine.since - other.since < _ABANDONED for other in others):
            self._remove_file(f"{_MARKS}/{entry}/{version}")
            self._remove(f"{_NEW}/{entry}/{version}", path)
            raise self._overtaken(entry)
        for mark in marks:
            if mark.version != version:
                self._remove_file(f"{_MARKS}/{entry}/{mark.version}")

    def _copy(self, entry: str, version: str, path: Path) -> None:
        """Copy a version to where other tools look for it; what they find is compared."""
        new, sizes = f"{_NEW}/{entry}/{version}", _sizes(path)
        self._make_folders(entry, sizes)
        pairs = [(_below(new, name), _below(entry, name)) for name in sizes]
        in_threads(self._copy_one, pairs, _THREADS)
        found = self._found(entry)
        for name in found.keys() - sizes.keys():
            self._remove_file(_below(entry, name))
        if any(found.get(name) != size for name, size in sizes.items()):
            raise OSError("what was written is not what is found there")
        self._remove(new, path)

    def _copy_one(self, pair: tuple[str, str]) -> None:
        with suppress(FileNotFoundError):  # another writer of the very same has been faster
            self._files.copy_file(*map(self._path, pair))

    def _marks(self, entry: str = "") -> list[_Mark]:
        """Return the marks of an entry, or of all, oldest first."""
        home = self._path(f"{_MARKS}/{entry}".rstrip("/"))
        marks = []
        for info in self._listed(home):
            *above, version = info.path[len(home) + 1 :].split("/")
            named = "/".join([entry, *above] if entry else above)
            if named and (named == entry or not entry):
                marks.append(_Mark(info.mtime, version, named))
        return sorted(marks)

    def _check_bucket(self) -> None:
        """Tell storage that is empty from storage that is not there."""
        bucket = self._home.split("/")[0]
        is_there = True
        if self._is_flat:
            with suppress(OSError):  # who may list a folder may not always ask for its bucket
                is_there = _exists(self._files.get_file_info([bucket])[0])
        if not is_there:
            raise OSError(f"NO_SUCH_BUCKET: {bucket}")

    def _listed(self, home: str) -> list[Any]:
        """Return the files below a path."""
        below = fs.FileSelector(home, recursive=True, allow_not_found=True)
        return [info for info in self._files.get_file_info(below) if info.is_file]

    def _found(self, where: str) -> dict[str, int]:
        """Return the sizes of a folder's files by their names, or of one file by none."""
        home = self._path(where)
        below = self._listed(home) if self._is_flat else []
        if not below:
            info = self._files.get_file_info([home])[0]
            if info.is_file:
                return {"": info.size}
            below = self._listed(home) if _exists(info) else []
        return {one.path[len(home) + 1 :]: one.size for one in below}

    def _download(self, where: str, into: Path) -> None:
        """Write what is there into a folder, or a file, that does not exist; odd names refused."""
        found = self._found(where)
        if any(map(leads_out, filter(None, found))):
            return
        in_threads(partial(self._download_one, where, into), found, _THREADS)

    def _download_one(self, where: str, into: Path, name: str) -> None:
        path = into / name if name else into
        path.parent.mkdir(parents=True, exist_ok=True)
        with (
            suppress(FileNotFoundError),  # gone since it was listed: the content will not agree
            self._files.open_input_stream(self._path(_below(where, name))) as there,
            path.open("wb") as here,
        ):
            shutil.copyfileobj(there, here, 2**20)

    def _upload(self, path: Path, where: str) -> None:
        names = _sizes(path)
        self._make_folders(where, names)
        in_threads(lambda name: self._upload_one(path, where, name), names, _THREADS)

    def _upload_one(self, path: Path, where: str, name: str) -> None:
        to = self._path(_below(where, name))
        with (
            (path / name if name else path).open("rb") as here,
            self._files.open_output_stream(to) as there,
        ):
            shutil.copyfileobj(here, there, 2**20)

    def _write(self, where: str, text: str) -> None:
        self._make_folders(where, [""])
        with self._files.open_output_stream(self._path(where)) as there:
            there.write(text.encode())

    def _make_folders(self, where: str, names: Mapping[str, int] | list[str]) -> None:
        """Make the folders that files of these names need, where there are any."""
        if not self._is_flat:
            for folder in {str(PurePosixPath(_below(where, name)).parent) for name in names}:
                self._files.create_dir(self._path(folder), recursive=True)

    def _remove(self, where: str, like: Path) -> None:
        """Remove what has been uploaded from a folder, or from a file."""
        if like.is_file():
            self._remove_file(where)
            return
        with suppress(FileNotFoundError):
            self._files.delete_dir(self._path(where))

    def _remove_file(self, where: str) -> None:
        with suppress(FileNotFoundError):
            self._files.delete_file(self._path(where))

    def _path(self, where: str) -> str:
        return f"{self._home}/{where}"

    def _overtaken(self, entry: str) -> BadInputError:
        rule = "somebody else has written this there meanwhile"
        remedy = "It was left as it is."
        return BadInputError([Problem(file=f"{self.name}/{entry}", rule=rule, remedy=remedy)])

    @contextmanager
    def _told(self, failing: str) -> Iterator[None]:
        """Turn what the storage says into one line with its remedy."""
        try:
            yield
        except (OSError, pa.ArrowException) as error:
            if isinstance(error, OSError) and (error.filename is not None or is_full(error)):
                raise  # of this disk
            raise away(self.name, failing, error, self._secrets) from None


def _sizes(path: Path) -> dict[str, int]:
    """Return the sizes of a folder's files by their names, or of one file by none."""
    return {name: file.stat().st_size for name, file in files_of(path).items()}


def _below(where: str, name: str) -> str:
    return f"{where}/{name}" if name else where


def _exists(info: Any) -> bool:
    return bool(info.type != fs.FileType.NotFound)


def _discard(path: Path) -> None:
    shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)


def _mark_text(entry: str, version: str) -> str:
    said = {"entry": entry, "version": version, "ballast": version_installed("ballast")}
    return json.dumps(said) + "\n"
