"""A pyarrow file system on this disk in which something happens at a given request."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pyarrow import fs

from optimizer.store.shared.object_place import ObjectPlace


class Killed(Exception):  # noqa: N818  it is no error of the storage
    """The writer is no more."""


class WatchedFiles(fs.FileSystemHandler):  # type: ignore[misc]  pyarrow has no types
    """The local file system; `on_request` is called with the number of every request, from 0."""

    def __init__(self, on_request: Callable[[int], None]) -> None:
        self._on_request = on_request
        self._lock = threading.Lock()
        self._local = fs.LocalFileSystem()
        self.requests = 0

    def _there(self) -> Any:
        with self._lock:
            number, self.requests = self.requests, self.requests + 1
        self._on_request(number)
        return self._local

    def get_type_name(self) -> str:
        return "watched"

    def normalize_path(self, path: str) -> str:
        return path

    def get_file_info(self, paths: list[str]) -> Any:
        return self._there().get_file_info(paths)

    def get_file_info_selector(self, selector: Any) -> Any:
        return self._there().get_file_info(selector)

    def create_dir(self, path: str, recursive: bool) -> None:
        self._there().create_dir(path, recursive=recursive)

    def delete_dir(self, path: str) -> None:
        self._there().delete_dir(path)

    def delete_file(self, path: str) -> None:
        self._there().delete_file(path)

    def copy_file(self, src: str, dest: str) -> None:
        self._there().copy_file(src, dest)

    def open_input_stream(self, path: str) -> Any:
        return self._there().open_input_stream(path)

    def open_output_stream(self, path: str, metadata: Any) -> Any:
        return self._there().open_output_stream(path)

    def delete_dir_contents(self, path: str, missing_dir_ok: bool = False) -> None:
        raise NotImplementedError

    def delete_root_dir_contents(self) -> None:
        raise NotImplementedError

    def move(self, src: str, dest: str) -> None:
        raise NotImplementedError

    def open_input_file(self, path: str) -> Any:
        raise NotImplementedError

    def open_append_stream(self, path: str, metadata: Any) -> Any:
        raise NotImplementedError


def place_in(folder: Path) -> ObjectPlace:
    """Return a place whose storage is a folder of this disk."""
    return ObjectPlace(fs.LocalFileSystem(), str(folder), "there")


def watched_place(folder: Path, on_request: Callable[[int], None]) -> ObjectPlace:
    """Return the same, to be watched."""
    return ObjectPlace(fs.PyFileSystem(WatchedFiles(on_request)), str(folder), "there")


def killed_at(request: int) -> Callable[[int], None]:
    """Return what kills a writer at a request: neither that nor a later one is made."""

    def on_request(number: int) -> None:
        if number >= request:
            raise Killed

    return on_request


def write_folder(folder: Path, **files: str) -> Path:
    """Write a folder with just these files; a name's double underscore is a folder in it."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        path = folder / name.replace("__", "/")
        path.parent.mkdir(exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return folder


def content_of(folder: Path) -> dict[str, str]:
    """Return the files of a folder by name."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in files}
