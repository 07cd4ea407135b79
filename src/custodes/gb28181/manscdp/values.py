"""How the text of an element becomes a value and back: numbers within bounds, times, words of a list, IDs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from custodes.gb28181 import ids
from custodes.gb28181.beijing import read_time, written_time


class ValueKind(Protocol):
    """What an element's text stands for."""

    def read(self, text: str) -> Any:
        """The value. Raises ValueError with the rule in words."""
        ...

    def write(self, value: Any) -> str:
        """The text. Raises ValueError with the rule in words."""
        ...


@dataclass(frozen=True, slots=True)
class Text:
    """Any text, blanks around it dropped; longer than `most` it is cut on reading and refused on writing."""

    most: int = 1024

    def read(self, text: str) -> str:
        return text.strip()[: self.most]

    def write(self, value: str) -> str:
        if len(value) > self.most:
            raise ValueError(f"is longer than {self.most} characters")
        return value


_INTEGER = re.compile(r"[+-]?[0-9]{1,18}")
_DECIMAL = re.compile(r"[+-]?(?:[0-9]{1,18}(?:\.[0-9]{0,30})?|\.[0-9]{1,30})(?:[eE][+-]?[0-9]{1,2})?")


@dataclass(frozen=True, slots=True)
class Integer:
    """A whole number from `least` to `most`."""

    least: int = 0
    most: int = 2**31 - 1

    def read(self, text: str) -> int:
        text = text.strip()
        if not _INTEGER.fullmatch(text) or not self.least <= int(text) <= self.most:
            raise ValueError(f"is no whole number from {self.least} to {self.most}")
        return int(text)

    def write(self, value: int) -> str:
        if not self.least <= value <= self.most:
            raise ValueError(f"is no whole number from {self.least} to {self.most}")
        return str(int(value))


@dataclass(frozen=True, slots=True)
class Decimal:
    """A number from `least` to `most`."""

    least: float
    most: float

    def read(self, text: str) -> float:
        text = text.strip()
        if not _DECIMAL.fullmatch(text) or not self.least <= float(text) <= self.most:
            raise ValueError(f"is no number from {self.least:g} to {self.most:g}")
        return float(text)

    def write(self, value: float) -> str:
        if not self.least <= value <= self.most:
            raise ValueError(f"is no number from {self.least:g} to {self.most:g}")
        return f"{value:.7f}".rstrip("0").rstrip(".")


@dataclass(frozen=True, slots=True)
class Time:
    """A moment to the second, ``yyyy-MM-ddTHH:mm:ss`` of Beijing; one that names a zone is taken at its word."""

    def read(self, text: str) -> datetime:
        return read_time(text)

    def write(self, value: datetime) -> str:
        return written_time(value)


@dataclass(frozen=True, slots=True)
class WordChoice:
    """One word of a list, whatever its case; `also` are what vendors write for one of them, in lower case."""

    words: type[StrEnum]
    also: Mapping[str, StrEnum] = field(default_factory=dict)
    _read: Mapping[str, StrEnum] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_read", {**self.also, **{member.value.lower(): member for member in self.words}})

    def read(self, text: str) -> StrEnum:
        found = self._read.get(text.strip().lower())
        if found is not None:
            return found
        raise ValueError(f"is none of {', '.join(member.value for member in self.words)}")

    def write(self, value: StrEnum) -> str:
        return value.value


@dataclass(frozen=True, slots=True)
class Code:
    """The code of a device, a region or a platform."""

    def read(self, text: str) -> str:
        return ids.checked(text)

    def write(self, value: str) -> str:
        return ids.checked(value)


@dataclass(frozen=True, slots=True)
class Joined:
    """Words joined by a stroke (``a/b``), empty ones left out, at most `most`."""

    most: int = 16
    each: int = 128

    def read(self, text: str) -> tuple[str, ...]:
        words = [word.strip() for word in text.split("/", self.most * 4)]
        return tuple(word[: self.each] for word in words if word)[: self.most]

    def write(self, value: tuple[str, ...]) -> str:
        if len(value) > self.most or any("/" in word or not word or len(word) > self.each for word in value):
            raise ValueError(f"is more than {self.most} words, or a word with a stroke")
        return "/".join(value)


@dataclass(frozen=True, slots=True)
class Flag:
    """Yes or no, written as the standard writes it in this place; all usual ways are read."""

    yes: str = "1"
    no: str = "0"

    def read(self, text: str) -> bool:
        word = text.strip().lower()
        if word in (self.yes.lower(), "1", "on", "true", "yes"):
            return True
        if word in (self.no.lower(), "0", "off", "false", "no"):
            return False
        raise ValueError(f"is neither {self.yes} nor {self.no}")

    def write(self, value: bool) -> str:
        return self.yes if value else self.no


TEXT = Text()
CODE = Code()
TIME = Time()
LONGITUDE = Decimal(-180, 180)
LATITUDE = Decimal(-90, 90)
