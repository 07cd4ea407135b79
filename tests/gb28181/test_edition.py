"""Editions by what a peer states."""

from __future__ import annotations

import pytest

from custodes.gb28181.edition import Edition, edition_of


@pytest.mark.parametrize(
    ("header", "edition"),
    [
        (None, 20),
        ("", 20),
        ("1.0", 10),
        ("1.1", 11),
        ("2.0", 20),
        ("3.0", 30),
        ("3.1", 30),
        ("9.9", 30),
        ("x.y", 20),
        ("2.7", 20),
        ("９.0", 20),
    ],
)
def test_an_edition_is_read_from_its_header(header: str | None, edition: int) -> None:
    assert edition_of(header) == edition
    assert edition_of(Edition(edition).wire) == edition
