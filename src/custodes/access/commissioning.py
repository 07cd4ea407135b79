"""The one still on adding a camera: recorded as a grant first, fetched once, passed through and kept nowhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone

from custodes.access.ask import Ask, Granted, Refused
from custodes.access.grants import Denied, Opened, deny, record_and_sign, store
from custodes.access.models import Grant
from custodes.law.grounds import commissioning
from custodes.people.models import Person
from custodes.places.models import Camera, Probe, TrialAddress
from custodes.places.node_client import worker_client
from custodes.places.probing import FRESH_SECONDS, last_probe


@dataclass(frozen=True)
class Still:
    """The picture as it came from the node, and the ledger index under which it was looked at."""

    jpeg: bytes
    index: int
    watermark: str


def take_still(
    camera: Camera, trial: TrialAddress | None, person: Person, may_add: bool, at: datetime
) -> Still | Denied:
    """Look once at the camera that was just probed.

    Args:
        may_add: whether the person may add cameras to this system (`places.scope.editable_cameras`).

    Raises:
        NotaryDown: not recorded, so not looked at.
        NodeUnreachable, NodeBusy: recorded, but no picture came; the probe has to be repeated.
    """
    ask = Ask((camera,), False, None, "", "", at)
    claimed = _claim(camera, trial, may_add, at)
    if isinstance(claimed, Refused):
        return deny(person, ask, claimed, at)
    granted = Granted(commissioning.NAME, commissioning.CLAUSES, None, None, 0)
    grant = store(person, ask, granted, still=True, grant_id=claimed)
    opened: Opened = record_and_sign(grant, (camera,))
    try:
        jpeg = worker_client(camera.node, camera.worker).still(opened.sockets[0].token)
    finally:
        Grant.objects.filter(pk=grant.pk).update(ended_at=timezone.now())
    return Still(jpeg, opened.index, grant.watermark)


def _claim(camera: Camera, trial: TrialAddress | None, may_add: bool, at: datetime) -> UUID | Refused:
    """Decide, and give the probe's one look to a grant in the same transaction, so that two requests don't get two."""
    with transaction.atomic():
        probe = last_probe(camera, trial) if trial is not None else None
        if probe is not None:
            probe = Probe.objects.select_for_update().get(pk=probe.pk)
        facts = commissioning.CommissioningFacts(
            may_add=may_add,
            cameras=1,
            in_draft=trial is not None,
            probed_at=probe.at if probe is not None and probe.ok else None,
            still_taken=probe is not None and probe.still_grant is not None,
            fresh_seconds=FRESH_SECONDS,
        )
        unmet = commissioning.unmet(facts, at)
        if unmet or probe is None:
            return Refused(commissioning.NAME, unmet)
        probe.still_grant = uuid4()
        probe.save(update_fields=["still_grant"])
        return probe.still_grant
