"""Which fields of the register's rows people change in forms: each change of one is on record and counts up `revision`."""

from __future__ import annotations

SITE_FIELDS = (
    *("name", "category", "decision", "address", "division", "unit", "basis", "necessity", "key_parts"),
    *("secret_near", "consent", "consent_paper", "key_target", "key_target_document"),
    *("state_owned", "agreed_builder", "agreement", "longitude", "latitude", "plate", "route"),
)
SYSTEM_FIELDS = (
    "site",
    "name",
    "unit",
    "network",
    "built_on",
    "classified",
    "mlps_level",
    "mlps_number",
    "norm_version",
)
CAMERA_FIELDS = (
    *("system", "number", "name", "place", "view", "screening_note", "node", "onvif_motion", "home_preset", "record"),
    *("retention_days", "grade", "state", "longitude", "latitude", "mount_height", "azimuth", "angle", "reach"),
    *("tilt_low", "tilt_high", "turns_pan", "turns_low", "turns_high", "presets_only", "voice_output"),
    *("overlap_reason", "mask_zone", "mask_paper", "sign_paper", "maker", "model"),
)
"""Apart from its address."""

ROLE_FIELDS = ("site", "unit", "role", "since", "until")
WORKS_FIELDS = ("name", "design", "build", "accept", "use")
