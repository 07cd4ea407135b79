"""Our own certificate of the side channel is replaced: which platforms have to be handed the next one, and which have entered it (decision 0404)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from custodes.sharing.links.certificates import fingerprints, own_certificate, read_each
from custodes.sharing.links.platforms import clauses_of
from custodes.sharing.links.repointing import STANDING
from custodes.sharing.models import Platform, PlatformRole
from custodes.sharing.stepping import StepRefused, Taken, as_seen, keep
from custodes.tls.succession import made_at

NEXT_FILE = "gateway-statements-next.crt"
"""In ``keys/public`` from `custodes rotate gateway-statements` until it takes the place of the present one, or is undone."""


@dataclass(frozen=True, slots=True)
class Next:
    """The certificate that follows ours.

    Attributes:
        pem, sha256: what is handed over; since: when it was made.
    """

    pem: str
    sha256: str
    since: datetime


def next_one() -> Next | None:
    """None where nothing is being replaced."""
    pem = own_certificate(NEXT_FILE)
    prints = fingerprints(pem)
    return Next(pem, prints[0], made_at(read_each(pem)[0])) if prints else None


def speaking() -> QuerySet[Platform]:
    """Platforms that hold a certificate of ours: they run this program, and a link with them may be in force."""
    rows = Platform.objects.filter(custodes=True, links__state__in=STANDING).exclude(role=PlatformRole.OWN)
    return rows.select_related("office__division").order_by("name", "pk").distinct()


def owed(told: Next) -> QuerySet[Platform]:
    """Those that have not entered it, as far as anybody said."""
    return speaking().exclude(handed_certificate=told.sha256)


def hand(row: Platform, taken: Taken) -> Platform:
    """Keep that the platform has entered our next certificate, as one of its people said.

    Raises:
        StepRefused: nothing is being replaced, or somebody changed the platform since `taken.seen`.
    """
    told = next_one()
    if told is None:
        raise StepRefused(_("本级没有正在更换的说明通道证书，不必登记。"))
    with transaction.atomic():
        kept = Platform.objects.select_for_update(of=("self",)).select_related("office").get(pk=row.pk)
        as_seen(kept, taken.seen)
        if kept.handed_certificate != told.sha256:
            kept.handed_certificate = told.sha256
            keep(kept, "hand", Taken(taken.by, taken.at, told.sha256), clauses_of(kept))
    return kept
