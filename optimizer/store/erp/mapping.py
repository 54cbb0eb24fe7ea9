"""What an ERP imports: its files, their columns in order, what each holds and from which field."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from optimizer.errors import BadInputError, Problem

TEXTS: Final = ("sku", "description", "category", "site", "supplier", "policy", "row_id")
NUMBERS: Final = (
    *("order_level", "reorder_point", "reserve", "order_quantity", "order_up_to"),
    *("safety_stock", "order_multiple", "min_order_qty", "lead_time_days", "unit_cost"),
)
FIELDS: Final = (*TEXTS, *NUMBERS)
"""What a column can be filled from, see `fields_of`."""
_PRESETS: Final = files("optimizer.store.erp") / "presets"
FIELD: Final = re.compile(r"\{([^{}]*)\}")
"""A field in a template."""
_NUMBER: Final = re.compile(r"\d+(\.\d+)?")
_FILE_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._-]{0,99}")


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Column(_Table):
    """
    A column of a file.

    Attributes
    ----------
    value
        A constant, or text with fields in braces, as ``ballast_{row_id}``; a number has one field.
    on_demand
        The same for SKUs without stock; None: as for the others.
    length
        Of a text: most characters; of a number: most digits, decimals included.  None: any.
    decimals
        Most decimals of a number.
    blank
        Whether it may be empty.
    upper
        Whether the ERP turns small letters into capitals, so that it holds none.
    padded
        Whether the ERP takes numbers with and without leading zeros for the same key.
    """

    value: str
    on_demand: str | None = None
    type: Literal["text", "number"]
    length: Annotated[int, Field(ge=1)] | None = None
    decimals: Annotated[int, Field(ge=0, le=9)] = 0
    blank: bool = False
    upper: bool = False
    padded: bool = False

    @model_validator(mode="after")
    def _has_known_fields(self) -> Self:
        for template in (self.value, self.on_demand or ""):
            names = fields_in(template)
            for name in names:
                if name not in FIELDS:
                    known = ", ".join(FIELDS)
                    raise ValueError(f"there is no field {{{name}}}; the fields are {known}")
            if self.type == "number" and not _is_number(template, names):
                raise ValueError("a number is one field of numbers in braces, a constant or empty")
        return self


def _is_number(template: str, names: list[str]) -> bool:
    if names:
        return template == f"{{{names[0]}}}" and names[0] in NUMBERS
    return template == "" or _NUMBER.fullmatch(template) is not None


class ErpFile(_Table):
    """
    A file of a target.

    Attributes
    ----------
    unique
        Columns that together name a row; no two rows may have them alike.
    leave_out
        Columns of the base that this mapping has not.
    """

    columns: Annotated[dict[str, Column], Field(min_length=1)]
    unique: Annotated[tuple[str, ...], Field(min_length=1, strict=False)]
    leave_out: Annotated[tuple[str, ...], Field(strict=False)] = ()

    @model_validator(mode="after")
    def _names_own_columns(self) -> Self:
        for name in (*self.unique, *self.leave_out):
            if name not in self.columns:
                raise ValueError(f"there is no column {name}")
        if gone := set(self.unique) & set(self.leave_out):
            raise ValueError(f"{', '.join(sorted(gone))} cannot be left out: rows are told by it")
        return self

    @property
    def written(self) -> dict[str, Column]:
        """The columns that are written, in order."""
        return {name: one for name, one in self.columns.items() if name not in self.leave_out}


class ErpMapping(_Table):
    """
    What an ERP imports.

    Attributes
    ----------
    orders
        ``below``: the ERP orders when stock falls below the level it is given; ``at``: when it
        falls to it, as the plan does.
    quotes
        Whether the ERP reads values in quotes; if not, no value may need them.
    translate
        By field of text, what the ERP calls each of its values; a field not named stays as it is.
    """

    title: str
    orders: Literal["below", "at"]
    encoding: Literal["utf-8", "utf-8-sig", "utf-16", "cp1252", "iso8859-15"]
    separator: Literal[",", ";", "\t", "|"]
    decimal: Literal[".", ","]
    line_end: Literal["\n", "\r\n"]
    quotes: bool
    files: Annotated[dict[str, ErpFile], Field(min_length=1)]
    translate: dict[str, dict[str, str]] = {}

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        for name in self.files:
            if not _FILE_NAME.fullmatch(name) or name == EXPORT_NOTE:
                raise ValueError(f"{name} cannot be the name of a file of an export")
        for field in self.translate:
            if field not in FIELDS or field in NUMBERS:
                raise ValueError(f"there is no field of text called {field} to translate")
        for title in (title for file in self.files.values() for title in file.columns):
            if broken := self.cannot_write(title):
                raise ValueError(f"the column title {title!r} {broken}")
        return self

    def cannot_write(self, text: str) -> str:
        """Return why a text cannot be written in this format; empty: it can."""
        if not self.quotes and any(sign in text for sign in (self.separator, '"', "\n", "\r")):
            return "has a quotation mark, a line end or the separator, which the ERP does not read"
        try:
            text.encode(self.encoding)
        except UnicodeEncodeError as error:
            return f"has {error.object[error.start]!r}, which {self.encoding} has not"
        return ""


EXPORT_NOTE: Final = "export.json"
"""The file of an export that says what it was made from."""


def fields_in(template: str) -> list[str]:
    """Return the names of the fields in a template."""
    return FIELD.findall(template)


def targets() -> list[str]:
    """Return the names of the mappings that come with the package."""
    return sorted(path.name.removesuffix(".toml") for path in _PRESETS.iterdir())


def read_preset(target: str) -> tuple[ErpMapping, str]:
    """Return a mapping of the package, by its name, and its SHA-256."""
    content = (_PRESETS / f"{target}.toml").read_bytes()
    return _validated(tomllib.loads(content.decode()), target), _digest(content)


def read_mapping(path: Path) -> tuple[ErpMapping, str]:
    """
    Return an own mapping and its SHA-256; with a key ``base`` it states what differs from that.

    Raises
    ------
    BadInputError
        If it cannot be read, or says what no mapping can say; every problem is listed.
    """
    try:
        content = path.read_bytes()
        written: dict[str, Any] = tomllib.loads(content.decode("utf-8-sig"))
    except OSError as error:
        rule = f"cannot be read ({error.strerror or error})"
        raise BadInputError([_problem(path.name, rule, "Check the path.")]) from None
    except (ValueError, RecursionError) as error:
        rule = f"is not valid TOML in UTF-8: {error}"
        raise BadInputError([_problem(path.name, rule, "Correct this line.")]) from None
    base = written.pop("base", None)
    if base is not None:
        if base not in targets():
            remedy = f"Choose one of {', '.join(targets())}."
            raise BadInputError([_problem(path.name, "is no target", remedy, "base", f"{base}")])
        own = tomllib.loads((_PRESETS / f"{base}.toml").read_text("utf-8"))
        written = _merged(own, written)
    return _validated(written, path.name), _digest(content)


def _merged(base: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return a tree with changes in it; new keys come last."""
    both = {key: _merge_value(old, changes[key]) for key, old in base.items() if key in changes}
    return {**base, **changes, **both}


def _merge_value(old: Any, new: Any) -> Any:
    return _merged(old, new) if isinstance(old, dict) and isinstance(new, dict) else new


def _validated(tree: Mapping[str, Any], name: str) -> ErpMapping:
    try:
        return ErpMapping.model_validate(tree)
    except ValidationError as error:
        raise BadInputError(list(_problems(name, error))) from None


def _problems(name: str, error: ValidationError) -> Iterator[Problem]:
    for detail in error.errors(include_url=False):
        key = ".".join(str(part) for part in detail["loc"]) or None
        rule = detail["msg"].removeprefix("Value error, ")
        yield _problem(name, rule, "Correct it; docs/export.md shows the form of a mapping.", key)


def _problem(
    file: str, rule: str, remedy: str, column: str | None = None, value: str | None = None
) -> Problem:
    return Problem(file=file, column=column, value=value, rule=rule, remedy=remedy)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
