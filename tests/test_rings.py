"""What is left to `make test-all` is there to be left."""

from __future__ import annotations

from tests import rings


def test_each_entry_names_a_folder_a_file_or_a_test() -> None:
    assert rings.unknown() == []
