"""Parquet files: typed, checked, the same portfolio as CSV."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from optimizer.errors import BadInputError, Problem
from optimizer.inputs.read import read_portfolio

Write = Callable[[dict[str, str | bytes]], Path]

SKUS = {
    "sku": pa.array(["A1", "B2", "C3"]),
    "category": pa.array(["metal", None, "glass"]).dictionary_encode(),
    "unit_cost": pa.array([10, 20, 30]),
    "demand_mean": pa.array([5.0, 4.0, 0.0]),
    "demand_std": pa.array([2.0, 1.0, 0.0]),
}


def folder_with(columns: dict[str, pa.Array], sound: dict[str, str], write: Write) -> Path:
    folder = write({name: text for name, text in sound.items() if name != "skus.csv"})
    pq.write_table(pa.table(columns), folder / "skus.parquet", write_page_checksum=True)
    return folder


def problems_of(folder: Path) -> tuple[Problem, ...]:
    with pytest.raises(BadInputError) as refusal:
        read_portfolio(folder)
    return refusal.value.problems


def test_types_are_read_as_what_they_are(sound: dict[str, str], write: Write) -> None:
    """Proves: dictionaries are text, whole numbers are numbers, null is empty."""
    skus = read_portfolio(folder_with(SKUS, sound, write)).skus
    assert skus.category.tolist() == ["metal", "", "glass"]
    np.testing.assert_array_equal(skus.unit_cost, [10.0, 20.0, 30.0])


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("sku", pa.array([1, 2, 3])),
        ("unit_cost", pa.array(["10", "20", "30"])),
        ("unit_cost", pa.array([[10.0], [20.0], [30.0]])),
        ("unit_cost", pa.array([2**53 + 1, 20, 30])),
    ],
)
def test_wrong_types_are_refused(
    column: str, values: pa.Array, sound: dict[str, str], write: Write
) -> None:
    """Proves: a number as key, text or a list as cost, and 2^53 + 1 are refused by column."""
    found = problems_of(folder_with({**SKUS, column: values}, sound, write))
    assert ("skus.parquet", column) in {(p.file, p.column) for p in found}


def test_nan_is_not_missing(sound: dict[str, str], write: Write) -> None:
    """Proves: NaN in a number column is refused in its row, though null would be empty."""
    costs = pa.array([10.0, float("nan"), 30.0])
    [problem] = problems_of(folder_with({**SKUS, "unit_cost": costs}, sound, write))
    assert (problem.row, problem.column, problem.value) == (3, "unit_cost", "nan")


def test_flipped_bit_is_found(sound: dict[str, str], write: Write) -> None:
    """Proves: one bit flipped in a data page is refused by its checksum, not read as a number."""
    costs = pa.array(np.arange(1.0, 4.0))
    folder = write({name: text for name, text in sound.items() if name != "skus.csv"})
    path = folder / "skus.parquet"
    pq.write_table(
        pa.table({**SKUS, "unit_cost": costs}),
        path,
        write_page_checksum=True,
        compression="none",
        use_dictionary=False,
    )
    raw = bytearray(path.read_bytes())
    at = raw.index(np.array([1.0, 2.0, 3.0]).tobytes())
    raw[at + 6] ^= 1
    path.write_bytes(raw)
    [problem] = problems_of(folder)
    assert "damaged" in problem.rule


def test_what_a_small_file_unpacks_to_is_limited(sound: dict[str, str], write: Write) -> None:
    """
    Proves: 48 KB that hold one text of 1 MB six thousand times are refused by name, 6 GB unread.

    What is wrong with another file is told beside it.
    """
    one = pa.array(np.zeros(6_000, dtype=np.int32))
    sku = pa.DictionaryArray.from_arrays(one, pa.array(["x" * 1_000_000]))
    folder = folder_with({**SKUS, "category": pa.array([1, 2, 3])}, sound, write)
    (folder / "skus.parquet").rename(folder / "tags.parquet")
    numbers = dict.fromkeys(("unit_cost", "demand_mean", "demand_std"), np.ones(6_000))
    pq.write_table(pa.table({"sku": sku, **numbers}), folder / "skus.parquet")
    found = {p.file: p.rule for p in problems_of(folder)}
    assert "more than 4 GB of memory" in found["skus.parquet"]
    assert "supplier" not in found["skus.parquet"]
    assert "tags.parquet" in found


def test_text_that_is_not_utf8_is_refused_by_its_column(
    sound: dict[str, str], write: Write
) -> None:
    """Proves: bytes that are no text end in a message, not in a traceback."""
    raw = pa.array([b"metal", b"gl\xe4s", b"glass"])
    category = pa.Array.from_buffers(pa.string(), 3, raw.buffers())
    [problem] = problems_of(folder_with({**SKUS, "category": category}, sound, write))
    assert (problem.file, problem.column) == ("skus.parquet", "category")
    assert "not UTF-8" in problem.rule
