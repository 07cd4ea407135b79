"""Entries and commitments."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custodes.ledger import canonical
from custodes.ledger.entry import EntryError, LedgerEntry, commit, decode_entry
from custodes.ledger.merkle import leaf_hash
from custodes.ledger.records import encode_record
from tests.ledger.madelog import gap

GOOD = LedgerEntry("gap", "2026-11-24T15:05:11.000000Z", "ab" * 32)


def test_an_entry_is_canonical_json_and_reads_back() -> None:
    data = GOOD.encode()
    assert data == canonical.encode({"v": 1, "t": GOOD.type, "at": GOOD.at, "c": GOOD.commitment})
    assert decode_entry(data) == GOOD


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ('"v":1', '"v":2', "version"),
        ('"v":1', '"v":true', "version"),
        ('"v":1', '"v": 1', "canonical"),
        ('"t":"gap"', '"t":"Gap"', "form"),
        ('"t":"gap"', '"t":"gap."', "form"),
        ('"t":"gap",', "", "fields"),
        ('"v":1', '"v":1,"x":1', "fields"),
        ("2026-11-24", "2026-02-30", "time"),
        ("2026-11-24", "2026-W48-2", "form"),
        (".000000Z", "Z", "form"),
        ("abab", "ABab", "form"),
    ],
)
def test_anything_else_is_refused_with_its_reason(old: str, new: str, why: str) -> None:
    with pytest.raises(EntryError, match=why):
        decode_entry(GOOD.encode().decode().replace(old, new, 1).encode())


@given(st.binary(max_size=80))
def test_no_bytes_raise_anything_else(data: bytes) -> None:
    with pytest.raises(EntryError):
        decode_entry(data)


def test_the_commitment_is_the_one_of_the_design_note() -> None:
    """The test vector of docs/design/ledger.md."""
    record = encode_record(gap(0, "摄像机无信号"))
    salt = bytes(range(32))
    assert record.decode() == (
        '{"at":"2026-11-18T11:06:40.000000Z","camera":"00000000-0000-0000-0000-000000000007","detail":"摄像机无信号",'
        '"from_us":1795000000000000,"id":"00000000-0000-0000-0000-000000000001","reason":"silent",'
        '"to_us":1795000000000000,"type":"gap"}'
    )
    entry = LedgerEntry("gap", "2026-11-18T11:06:40.000000Z", commit(salt, record))
    assert entry.commitment == "bdf2318c2cd86e969b54b0afe8920b3dced4161404fc3b2380239b388eb04223"
    assert leaf_hash(entry.encode()).hex() == "34e8e751748522a2a0f80c458a53fa5897961eba894f014db49abe338f3fa5c0"


def test_a_salt_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        commit(b"short", b"{}")
