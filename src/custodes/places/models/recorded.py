"""Which fields of the register's rows people change in forms: each change of one is on record and counts up `revision`."""

from __future__ import annotations

from custodes.places.fields import SITE, SYSTEM, names

SITE_FIELDS = names(lambda field: field.recorded, SITE)
SYSTEM_FIELDS = names(lambda field: field.recorded, SYSTEM)
CAMERA_FIELDS = names(lambda field: field.recorded)
"""Apart from its address."""

ROLE_FIELDS = ("site", "unit", "role", "since", "until")
WORKS_FIELDS = ("name", "design", "build", "accept", "use")
