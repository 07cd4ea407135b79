"""How much memory an index takes, however large it grows."""

import _sqlite3
import ctypes
import os
from contextlib import closing
from pathlib import Path

import pytest

from custodes.video.archive.schema import connect

MIB = 1 << 20


def sqlite_bytes() -> int:
    """What SQLite holds in this process."""
    try:
        asked = ctypes.CDLL(getattr(_sqlite3, "__file__", None)).sqlite3_memory_used
    except AttributeError:
        pytest.skip("SQLite is built in where it can't be asked")
    asked.restype = ctypes.c_int64
    return int(asked())


def test_a_growing_index_keeps_few_of_its_pages_in_memory(tmp_path: Path) -> None:
    before = sqlite_bytes()
    with closing(connect(tmp_path / "worker-0.sqlite3")) as connection:
        for _ in range(16):
            connection.execute("BEGIN")
            rows = ((os.urandom(512).hex(),) for _ in range(1024))
            connection.executemany("INSERT INTO outbox (record) VALUES (?)", rows)
            connection.execute("COMMIT")
        assert (tmp_path / "worker-0.sqlite3").stat().st_size > 12 * MIB
        assert sqlite_bytes() - before < 4 * MIB
