"""Settings of requests to look: how long a grant under S27 reaches, when a missing approval is put further, when a draft lapses."""

from __future__ import annotations

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
