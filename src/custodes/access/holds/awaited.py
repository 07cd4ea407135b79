"""A hold that a request rests on is not released before the request was served: what was granted must be there to be handed over.

Of a request that was made smaller a hold of what remains keeps it as well; then the wider one may end (decision 0240).
"""

from __future__ import annotations

from django.db.models import CharField, Exists, F, OuterRef, Q, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext as _

from custodes.access.models import (
    AgencyRequest,
    AgencyState,
    Hold,
    HoldBasis,
    HoldState,
    Narrowing,
    NarrowingState,
    OwnImageRequest,
    OwnImageState,
    OwnOutcome,
)
from custodes.access.models.hold import OF_AGENCY, OF_OWN_IMAGE, bare, references_of, referred
from custodes.people.lawful import StepRefused

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
    key = referred(hold.request, OF_OWN_IMAGE) if hold.basis == HoldBasis.REQUEST else None
    return OwnImageRequest.objects.filter(pk=key).exclude(_DECIDED).first() if key is not None else None


def needless() -> Q:
    """Of holds that have their reference as `bare`: those that rest on a request for somebody's own image that needs them no more,
    withdrawn, refused or closed."""
    over = references_of(OwnImageRequest.objects.filter(_DECIDED), OF_OWN_IMAGE)
    return Q(basis=HoldBasis.REQUEST, request__startswith=f"{OF_OWN_IMAGE}:", bare__in=over)


def narrowed() -> Exists:
    """Of holds that have their reference as `bare`: those whose agency request was made smaller after they were placed."""
    refers = Concat(Value(f"{OF_AGENCY}:"), bare(Cast(F("request_id"), CharField())), output_field=CharField())
    rows = Narrowing.objects.filter(state=NarrowingState.DONE, ended_at__gte=OuterRef("placed_at"))
    waiting = rows.filter(request__state__in=[state.value for state in WAITING]).alias(refers=refers)
    return Exists(waiting.filter(refers=OuterRef("bare")))


def is_narrowed(hold: Hold) -> bool:
    """Whether it holds more than its request reaches now."""
    return hold.state == HoldState.HELD and Hold.objects.alias(bare=bare()).filter(narrowed(), pk=hold.pk).exists()


def beside() -> Exists:
    """Of holds those that have another in force for the same reference: only of these `kept_by_another` can have an answer."""
    others = Hold.objects.filter(request=OuterRef("request"), state=HoldState.HELD).exclude(pk=OuterRef("pk"))
    return Exists(others)


def kept_by_another(hold: Hold, row: AgencyRequest) -> Hold | None:
    """Another hold of the same request that keeps all that the request reaches now; one that every worker has goes first."""
    if row.span is None:
        return None
    others = Hold.objects.filter(request=hold.request, state=HoldState.HELD).exclude(pk=hold.pk)
    wanted = set(row.cameras.values_list("pk", flat=True))
    enough = [
        one
        for one in others.filter(span_from__lte=row.span[0], span_to__gte=row.span[1])
        if wanted <= set(one.cameras.values_list("pk", flat=True))
    ]
    return next((one for one in enough if one.in_effect), enough[0] if enough else None)


def shortens(hold: Hold) -> bool:
    """Whether this is its next step: the request reaches less than is held, and nothing else keeps what remains."""
    row = awaiting(hold)
    return row is not None and is_narrowed(hold) and kept_by_another(hold, row) is None


def words_before_handover(hold: Hold, *, confirms: bool = False) -> str:
    """Why it can't be released yet, and what to do; empty where it can.

    Args:
        confirms: by the second of two: what keeps the footage instead has to be in the index of every worker.
    """
    own = undecided(hold)
    if own is not None:
        return _(
            "该保全所依据的本人影像申请 %(number)s 现为“%(state)s”，录像须保全到办结为止，不能解除（PIPL45）。"
            "请先答复、办结该申请，再由两人解除。"
        ) % {"number": own.number, "state": own.get_state_display()}
    row = awaiting(hold)
    if row is None:
        return ""
    other = kept_by_another(hold, row)
    if other is not None and (other.in_effect or not confirms):
        return ""
    if other is not None:
        return _(
            "按缩小后的范围另设的保全尚未生效，原保全不能解除（S33.2a）。各工作进程答复、新的保全生效后，再由第二人确认。"
        )
    if is_narrowed(hold):
        return _(
            "该保全所依据的查阅调取申请 %(number)s 已经缩小范围，须先按缩小后的范围另设保全，原保全才能解除（S33.2a）。"
            "请使用本页的“缩小保全范围”。"
        ) % {"number": row.number}
    return _(
        "该保全所依据的查阅调取申请 %(number)s 现为“%(state)s”，录像须保全到交付为止，不能解除（S33.2a）。"
        "请先交付、办结或者收回该申请，再由两人解除。"
    ) % {"number": row.number, "state": row.get_state_display()}


def refuse_before_handover(hold: Hold, *, confirms: bool = False) -> None:
    """Guard of both steps of a release, in their transaction.

    Raises:
        StepRefused: the request waits for its hand-over.
    """
    words = words_before_handover(hold, confirms=confirms)
    if words:
        raise StepRefused(words)
