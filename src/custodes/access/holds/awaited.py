"""A hold that a request rests on is not released before the request was served: what was granted must be there to be handed over."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from custodes.access.holds.placing import HoldRefused
from custodes.access.holds.references import OWN_IMAGE, reference, referred
from custodes.access.models import (
    AgencyRequest,
    AgencyState,
    Hold,
    HoldBasis,
    OwnImageRequest,
    OwnImageState,
    OwnOutcome,
)

WAITING = (AgencyState.CHECKING, AgencyState.REGISTERED, AgencyState.GRANTED_URGENT, AgencyState.GRANTED)
"""States of a request in which it may still be handed over for the first time."""
_DECIDED = Q(state=OwnImageState.CLOSED) | Q(outcome=OwnOutcome.REFUSED)


def awaiting(hold: Hold) -> AgencyRequest | None:
    """The request that the hold rests on, while it is not served, closed, refused or taken back."""
    key = referred(hold.request) if hold.basis == HoldBasis.REQUEST else None
    if key is None:
        return None
    return AgencyRequest.objects.filter(pk=key, state__in=[state.value for state in WAITING]).first()


def undecided(hold: Hold) -> OwnImageRequest | None:
    """The request for somebody's own image that the hold rests on, while it is not answered, or given and not looked at."""
    key = referred(hold.request, OWN_IMAGE) if hold.basis == HoldBasis.REQUEST else None
    return OwnImageRequest.objects.filter(pk=key).exclude(_DECIDED).first() if key is not None else None


def decided(holds: QuerySet[Hold]) -> QuerySet[Hold]:
    """Of these holds those that rest on a request for somebody's own image that needs them no more: withdrawn, refused or closed."""
    named = holds.filter(basis=HoldBasis.REQUEST, request__startswith=f"{OWN_IMAGE}:").values_list("request", flat=True)
    keys = [key for said in named if (key := referred(said, OWN_IMAGE)) is not None]
    over = OwnImageRequest.objects.filter(_DECIDED, pk__in=keys).values_list("pk", flat=True)
    return holds.filter(request__in=[reference(key, OWN_IMAGE) for key in over])


def words_before_handover(hold: Hold) -> str:
    """Why it can't be released yet, and what to do; empty where it can."""
    own = undecided(hold)
    if own is not None:
        return _(
            "该保全所依据的本人影像申请 %(number)s 现为“%(state)s”，录像须保全到办结为止，不能解除（PIPL45）。"
            "请先答复、办结该申请，再由两人解除。"
        ) % {"number": own.number, "state": own.get_state_display()}
    row = awaiting(hold)
    if row is None:
        return ""
    return _(
        "该保全所依据的查阅调取申请 %(number)s 现为“%(state)s”，录像须保全到交付为止，不能解除（S33.2a）。"
        "请先交付、办结或者收回该申请，再由两人解除。"
    ) % {"number": row.number, "state": row.get_state_display()}


def refuse_before_handover(hold: Hold) -> None:
    """Guard of both steps of a release, in their transaction.

    Raises:
        HoldRefused: the request waits for its hand-over.
    """
    words = words_before_handover(hold)
    if words:
        raise HoldRefused(words)
