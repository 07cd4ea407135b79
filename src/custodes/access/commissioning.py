"""The one still on adding a camera: recorded as a grant first, fetched once, passed through and kept nowhere."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from custodes.access.ask import Ask, Granted, Refused
from custodes.access.decision import GatheredFacts, decide, gathers
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


@dataclass(frozen=True, slots=True)
class Adding:
    """What the still rests on.

    Attributes:
        trial: the address that is being tried; None where the camera is no draft.
        may_add: whether the person may add cameras to this system (`places.scope.editable_cameras`).
        probe: the last probe of that address, locked by who decides.
    """

    trial: TrialAddress | None
    may_add: bool
    probe: Probe | None

    @property
    def ground(self) -> str:
        """That of commissioning."""
        return commissioning.NAME


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
    grant = _claim(person, ask, Adding(trial, may_add, None), at)
    if isinstance(grant, Refused):
        return deny(person, ask, grant, at)
    opened: Opened = record_and_sign(grant, (camera,))
    try:
        jpeg = worker_client(camera.node, camera.worker).still(opened.sockets[0].token)
    finally:
        Grant.objects.filter(pk=grant.pk).update(ended_at=timezone.now())
    return Still(jpeg, opened.index, grant.watermark)


def _claim(person: Person, ask: Ask, adding: Adding, at: datetime) -> Grant | Refused:
    """Decide, and give the one look of the probe that was judged to a grant in the same transaction, so that two requests don't get two."""
    with transaction.atomic():
        probe = None if adding.trial is None else last_probe(ask.cameras[0], adding.trial)
        if probe is not None:
            probe = Probe.objects.select_for_update().get(pk=probe.pk)
        ask = replace(ask, basis=replace(adding, probe=probe))
        verdict = decide(person, ask, at)
        if isinstance(verdict, Refused) or probe is None:
            return verdict if isinstance(verdict, Refused) else Refused(commissioning.NAME, ())
        grant = store(person, ask, verdict, still=True)
        probe.still_grant = grant.pk
        probe.save(update_fields=["still_grant"])
        return grant


def gather(person: Person, ask: Ask, at: datetime) -> GatheredFacts:
    """The facts of the camera that is added, and of its probe."""
    adding = ask.basis
    assert isinstance(adding, Adding)
    probe = adding.probe
    facts = commissioning.CommissioningFacts(
        may_add=adding.may_add,
        cameras=len(ask.cameras),
        in_draft=adding.trial is not None,
        probed_at=probe.at if probe is not None and probe.ok else None,
        still_taken=probe is not None and probe.still_grant is not None,
        fresh_seconds=FRESH_SECONDS,
    )
    return GatheredFacts(facts, lambda: Granted(commissioning.NAME, commissioning.CLAUSES, None, None, 0))


gathers(commissioning.NAME, gather)
