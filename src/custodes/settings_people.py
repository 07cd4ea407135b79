"""Settings of people and their papers: what an uploaded file may be, letting units in, what lapsed training does, notices, programs."""

from __future__ import annotations

from pydantic_settings import BaseSettings

from custodes.setting import setting

_MIB = 1 << 20


class PeopleSettings(BaseSettings):
    """The part of `custodes.settings.Settings` that `people` reads."""

    paper_bytes: int = setting(
        20 * _MIB, "bytes", "Largest file that may be handed in as a paper (S17).", ge=_MIB, le=200 * _MIB
    )
    paper_unpacked_bytes: int = setting(
        200 * _MIB,
        "bytes",
        "Largest total size of what is inside a handed-in OFD, DOCX or XLSX; one that holds more is refused as a trap.",
        ge=_MIB,
        le=2048 * _MIB,
    )
    paper_pixels: int = setting(
        100_000_000,
        "pixels",
        "Largest picture that may be handed in, width times height.",
        ge=1_000_000,
        le=500_000_000,
    )
    application_letter_bytes: int = setting(
        5 * _MIB, "bytes", "Largest letter that a unit may hand in when it lets itself in, signed in or not.", ge=_MIB
    )
    application_days: int = setting(
        30,
        "days",
        "A unit's application that nobody has confirmed lapses after this time; its letter is deleted.",
        ge=7,
    )
    applications_waiting: int = setting(
        500,
        "count",
        "Applications from the public page that may wait at once; beyond it units are sent to the counter.",
        ge=10,
    )
    draft_days: int = setting(
        60,
        "days",
        "A filing or a removal report that was begun and not gone on with lapses after this time; what was typed is deleted.",
        ge=7,
        le=400,
    )
    training_blocks: bool = setting(
        False,
        "yes/no",
        "Whoever lacks valid training in work and secrecy (S34(5)) can't begin duty; off, it is a reminder.",
    )
    reminder_hour: int = setting(
        8,
        "hour",
        "Local hour from which the daily round writes notices of what is due; how many days before is `CUSTODES_LAW_REMINDER_DAYS`, `CUSTODES_LAW_SHORT_REMINDER_DAYS`, `CUSTODES_LAW_REMOVAL_WARN_DAYS` and `CUSTODES_LAW_EXPIRY_WARN_DAYS`.",
        ge=0,
        le=23,
    )
    program_key_days: int = setting(
        365, "days", "Longest life of a key with which a partner's program calls the register.", ge=1, le=1095
    )
    program_answer_hours: int = setting(
        24,
        "hours",
        "How long the answer to a program's write with an `Idempotency-Key` is kept and given again.",
        ge=1,
        le=168,
    )
    program_paper_hours: int = setting(
        72,
        "hours",
        "A paper that a program has handed in and that nothing refers to is deleted after this time.",
        ge=1,
        le=720,
    )
