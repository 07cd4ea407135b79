"""Settings of joining systems and platforms: how long a link grant reaches, when an answer is asked for, when a listed system counts as late."""

from __future__ import annotations

from pydantic_settings import BaseSettings

from custodes.setting import setting


class SharingSettings(BaseSettings):
    """The part of `custodes.settings.Settings` that links and cooperation requests read; no clause names any of these numbers."""

    link_grant_days: int = setting(
        366,
        "days",
        "The longest for which an upper platform may be granted anything at once; our number.",
        ge=1,
        le=1096,
    )
    upper_call_hours: int = setting(
        12,
        "hours",
        "The longest that an upper platform is sent a camera on one decision; it may ask again. Our number.",
        ge=1,
        le=72,
    )
    cooperation_days: int = setting(
        15,
        "days",
        "By when a unit that is asked to cooperate (S24) is to answer, where the office says no other day; our number.",
        ge=1,
        le=180,
    )
    connect_days: int = setting(
        90,
        "days",
        "A system that the directory has listed for so long without a link counts as late; the clause gives no term, this is ours.",
        ge=1,
        le=1096,
    )
