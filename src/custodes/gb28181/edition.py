"""The editions of GB/T 28181 and the number on the wire (``X-GB-Ver``, since 2022): 2016 is the base, what is newer is asked of newer peers alone."""

from __future__ import annotations

from enum import IntEnum


class Edition(IntEnum):
    """An edition, older ones smaller."""

    E2011 = 10
    E2014 = 11
    E2016 = 20
    E2022 = 30

    @property
    def wire(self) -> str:
        """The text in ``X-GB-Ver``."""
        return f"{self // 10}.{self % 10}"


BASE = Edition.E2016


def edition_of(header: str | None) -> Edition:
    """A peer's edition by its ``X-GB-Ver``. Without the header, or with one that says nothing known, the base; above 3.0 the newest that we know."""
    text = (header or "").strip()
    for edition in Edition:
        if text == edition.wire:
            return edition
    major, _, minor = text.partition(".")
    number = major.isascii() and major.isdigit() and len(major) <= 3 and minor.isascii() and minor.isdigit()
    return Edition.E2022 if number and int(major) >= 3 else BASE
