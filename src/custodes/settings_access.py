"""Settings of requests to look: how long a grant under S27 reaches, when a missing approval is put further, when a draft lapses."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Self

from pydantic import AnyHttpUrl, UrlConstraints, model_validator
from pydantic_settings import BaseSettings

from custodes.setting import setting


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
