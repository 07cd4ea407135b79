"""A warning that hinders nothing: footage for an administrative penalty has to come from a camera that was made known (PL41)."""

from __future__ import annotations

from custodes.access.models import AgencyRequest
from custodes.places.models import Camera


def unannounced(row: AgencyRequest) -> tuple[Camera, ...]:
    """Cameras without a photograph of their sign, where the purpose is a penalty. Publication of places is not registered here."""
    if not row.penalty or row.base_data:
        return ()
    return tuple(row.cameras.filter(sign_paper__isnull=True).order_by("number"))
