"""Editions of the standard by their number on the wire (``X-GB-Ver``, 2022 Annex I): what a peer may be asked for."""

from __future__ import annotations

from enum import Enum


class Edition(Enum):
    """1.0 is 2011, 1.1 its amendment of 2014, 2.0 is 2016, 3.0 is 2022."""

    E2011 = "1.0"
    E2014 = "1.1"
    E2016 = "2.0"
    E2022 = "3.0"

    @property
    def is_2022(self) -> bool:
        """What the 2022 edition brought may be used."""
        return self is Edition.E2022


BASE = Edition.E2016
"""What is assumed of a peer that states nothing."""


def edition_of(text: str) -> Edition:
    """The edition that a field states; `BASE` for none and for what is not known."""
    try:
        return Edition(text.strip())
    except ValueError:
        return BASE
