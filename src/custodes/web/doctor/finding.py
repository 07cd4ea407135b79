"""What the doctor says of one thing: fine, worth a look, or broken; and what to do about it."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import override

from custodes.settings import Settings

BOOTED = Path("/run/systemd/system")
UNITS = tuple(Path(folder, "systemd/system") for folder in ("/etc", "/run", "/usr/local/lib", "/usr/lib"))


class FindingState(StrEnum):
    """How bad it is."""

    OK = "ok"
    ATTENTION = "attention"
    FAULT = "fault"


@dataclass(frozen=True)
class DoctorFinding:
    """One thing that was looked at.

    Attributes:
        subject: a key of `examination.SUBJECTS`, ``disks``.
        state: how bad it is.
        words: what is so, a lazy translation.
        remedy: a command to call, or a setting to make, that mends it; empty when nothing has to be done.
    """

    subject: str
    state: FindingState
    words: Any
    remedy: str = ""

    def text(self, language: str) -> str:
        """`words` in ``zh-hans`` or ``en``."""
        with override(language):
            return str(self.words)


@dataclass(frozen=True)
class Examined:
    """What is looked at.

    Attributes:
        settings: of the installation.
        at: now, aware.
        on_server: whether a person called it on the machine; a page of the web sees less than root does.
    """

    settings: Settings
    at: datetime.datetime
    on_server: bool


Check = Callable[[Examined], Iterable[DoctorFinding]]


def ok(subject: str, words: Any, **values: Any) -> DoctorFinding:
    """It is as it should be."""
    return DoctorFinding(subject, FindingState.OK, format_lazy(words, **values))


def attention(subject: str, words: Any, remedy: str, **values: Any) -> DoctorFinding:
    """It works, and somebody should see to it."""
    return DoctorFinding(subject, FindingState.ATTENTION, format_lazy(words, **values), remedy)


def fault(subject: str, words: Any, remedy: str, **values: Any) -> DoctorFinding:
    """It does not work, or footage or evidence is at risk."""
    return DoctorFinding(subject, FindingState.FAULT, format_lazy(words, **values), remedy)


def status_of(patient: Examined, process: str, about: str = "") -> str:
    """The command that shows how a process does, or what it said of `about`: of its unit where systemd runs it, of its log under
    `custodes up`; where there is neither it was never started here.
    """
    unit, log = f"custodes-{process}", patient.settings.data / "log" / f"{process}.log"
    if under_systemd():
        return f"journalctl -u {unit} | grep {about}" if about else f"systemctl status {unit}"
    if not log.exists():
        return "custodes up"
    return f"grep {about} {log}" if about else f"tail -n 20 {log}"


def under_systemd() -> bool:
    """Whether systemd is this machine's service manager (sd_booted(3)) and has our units."""
    return BOOTED.is_dir() and any((folder / "custodes.target").exists() for folder in UNITS)
