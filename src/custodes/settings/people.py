"""Settings of people: their papers, letting units in, lapsed training, notices and programs, and their requests to look (S27)."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Self

from pydantic import AnyHttpUrl, UrlConstraints, model_validator
from pydantic_settings import BaseSettings

from custodes.settings.setting import setting


class AccessSettings(BaseSettings):
    """The part of `custodes.settings.Settings` that agency requests read; no clause names any of these numbers."""

    agency_grant_days: int = setting(
        30, "days", "How long what a granted agency request names may be looked at; it can be extended.", ge=1, le=365
    )
    agency_approve_hours: int = setting(
        24,
        "hours",
        "An agency request whose approvals of the holder are missing for so long is put to the approvers of the unit above.",
        ge=1,
        le=720,
    )
    agency_review_hours: int = setting(
        24,
        "hours",
        "What was granted in a hurry has to be reviewed by another person within this time; later it is an incident.",
        ge=1,
        le=720,
    )
    agency_draft_days: int = setting(
        30, "days", "An agency request that was begun and not gone on with lapses after this time.", ge=7, le=400
    )
    agency_away_seconds: int = setting(
        10,
        "seconds",
        "An officer whose page has not been heard of for so long counts as having left (S28.1(1)): the picture stops.",
        ge=5,
        le=30,
    )
    embargo_most_days: int = setting(
        90,
        "days",
        "The longest for which looks under an agency request may be kept from the units whose cameras they are of, at once or at one extension; our number.",
        ge=1,
        le=365,
    )
    embargo_warn_days: int = setting(
        7, "days", "An embargo that ends within so many days stands on the work list; our number.", ge=1, le=60
    )
    looks_odd_from: int = setting(
        23,
        "hour",
        "From this local hour on a look that is not part of a duty session is looked into; our number.",
        ge=0,
        le=23,
    )
    looks_odd_to: int = setting(
        6,
        "hour",
        "Up to this local hour, which is not part of it; equal to the beginning for no such hours; our number.",
        ge=0,
        le=23,
    )
    looks_an_hour: int = setting(
        40, "looks", "More looks by one person within an hour are looked into; our number.", ge=2, le=10000
    )
    looks_cameras_an_hour: int = setting(
        120,
        "cameras",
        "More different cameras seen by one person within an hour are looked into; our number.",
        ge=2,
        le=100000,
    )
    looks_hours_a_day: int = setting(
        14, "hours", "More hours of looking by one person on a local day are looked into; our number.", ge=1, le=24
    )
    looks_same_camera: int = setting(
        12,
        "looks",
        "More looks by one person at one camera alone on a local day are looked into; our number.",
        ge=2,
        le=10000,
    )
    looks_refused: int = setting(
        5, "refusals", "More refused looks of one person on a local day are looked into; our number.", ge=1, le=10000
    )
    looks_own_images: int = setting(
        3,
        "requests",
        "More requests for somebody's own image whose picture one person checked and that were then withdrawn or answered with not found, within 30 days, are looked into; our number.",
        ge=1,
        le=10000,
    )
    looks_matter_minutes: int = setting(
        60,
        "minutes",
        "A look of the past that names a case or event is looked into when it lies more than so long before or behind it; our number.",
        ge=0,
        le=10080,
    )
    looks_review_days: int = setting(
        7,
        "days",
        "Within so many days a finding about looks is to be judged; later it stands on the work list as late; our number.",
        ge=1,
        le=90,
    )
    release_step_days: int = setting(
        7,
        "days",
        "A public release whose next step is not taken within so many days stands on the work list as late; our number.",
        ge=1,
        le=90,
    )

    tsa_url: Annotated[AnyHttpUrl, UrlConstraints(max_length=500)] | None = setting(
        None,
        "URL",
        "Time stamping authority (RFC 3161) that stamps the proofs in each evidence package; none: packages have no time stamp.",
    )
    tsa_certificates: Path | None = setting(
        None,
        "path",
        "Certificates of that authority in PEM, its root and best its own among them: its tokens are checked by them, and they go into the package.",
    )
    tsa_seconds: float = setting(
        10.0, "seconds", "How long the time stamping authority may take; then the package is made without.", gt=0, le=60
    )

    @model_validator(mode="after")
    def _stamps_can_be_checked(self) -> Self:
        if self.tsa_url is not None and self.tsa_certificates is None:
            raise ValueError(
                "CUSTODES_TSA_URL is set without CUSTODES_TSA_CERTIFICATES: name the file with the authority's certificates,"
                " its root among them, or its time stamps can't be checked"
            )
        return self


_MIB = 1 << 20


class PeopleSettings(BaseSettings):
    """The part of `custodes.settings.Settings` that `people` reads."""

    paper_bytes: int = setting(
        20 * _MIB, "bytes", "Largest file that may be handed in as a paper (S17).", ge=_MIB, le=200 * _MIB
    )
    paper_unpacked_bytes: int = setting(
        64 * _MIB,
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
    paper_seconds: float = setting(
        0.2,
        "seconds",
        "Processor time that examining one handed-in file may use; what needs more is refused. More lets a slow machine take larger files.",
        ge=0.05,
        le=30,
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
    independent_days: int = setting(
        30,
        "days",
        "Whom one has entered, appointed, opened an account for or given a password within so many days is no other person for them: where two have to act, one of the two has to be somebody else.",
        ge=1,
        le=365,
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
