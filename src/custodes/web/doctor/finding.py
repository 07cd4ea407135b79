"""What the doctor says of one thing: fine, worth a look, or broken; and what to do about it."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import override

from custodes.settings import Settings


class State(StrEnum):
    """How bad it is."""

    OK = "ok"
    ATTENTION = "attention"
    FAULT = "fault"


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        subject: the file of this package that looked, ``disks``.
        state: how bad it is.
        words: what is so, a lazy translation.
        remedy: a command to call, or a setting to make, that mends it; empty when nothing has to be done.
    """

    subject: str
    state: State
    words: Any
    remedy: str = ""

    def text(self, language: str) -> str:
        """`words` in ``zh-hans`` or ``en``."""
        with override(language):
            return str(self.words)


@dataclass(frozen=True)
class Patient:
    """What is looked at.

    Attributes:
        settings: of the installation.
        at: now, aware.
        on_server: whether a person called it on the machine; a page of the web sees less than root does.
    """

    settings: Settings
    at: datetime.datetime
    on_server: bool


Check = Callable[[Patient], Iterable[Finding]]


def ok(subject: str, words: Any, **values: Any) -> Finding:
    """It is as it should be."""
    return Finding(subject, State.OK, format_lazy(words, **values))


def attention(subject: str, words: Any, remedy: str, **values: Any) -> Finding:
    """It works, and somebody should see to it."""
    return Finding(subject, State.ATTENTION, format_lazy(words, **values), remedy)


def fault(subject: str, words: Any, remedy: str, **values: Any) -> Finding:
    """It does not work, or footage or evidence is at risk."""
    return Finding(subject, State.FAULT, format_lazy(words, **values), remedy)
