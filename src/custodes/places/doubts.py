"""Doubtful spots (S10, N8.1; R1): asked whenever a camera's words change and when it is connected, settled by a person of the county.

While a doubt waits, a camera that was never recorded is neither tried nor connected; one that is recorded goes on: a word in a
name is no finding. Found to be forbidden, it is out at once: the node is not told of it any more, running looks end, and an
alarm stands until it is gone.

Every camera's declared place is asked about, one at a time or a thousand: what is forbidden is refused; what is in doubt needs a person's
finding in writing before it goes on.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import forms
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.functional import lazystr
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from custodes.law.building.prohibited import BY_KEY, ZONES, PlaceJudgement, PlaceVerdict, Zone, judge
from custodes.law.clauses.registry import holds
from custodes.people.independence import why_not_independent
from custodes.people.lawful import in_english
from custodes.people.models import Person
from custodes.people.permissions import Permission
from custodes.people.records import record
from custodes.people.scope import scope_of
from custodes.places.assignment import bump
from custodes.places.fields import names
from custodes.places.models import Camera, CameraState, Doubt, DoubtState
from custodes.places.scope import exact_cameras, kinds_with, told_exactly, visible_cameras
from custodes.places.signals import camera_forbidden, camera_retired

__all__ = ["PlaceVerdict", "ScreenedPlace", "judgement_words", "screen", "zone_name", "zone_named"]

NOTE_LENGTH = 200


def screen(day: date, zone: str, *words: str) -> PlaceJudgement:
    """What comes of a place.

    Args:
        zone: key of the kind of forbidden place as which it was declared; empty for none.
        words: name, place and view as written.
    """
    return judge(day, kind=zone if zone in BY_KEY else "", words=" ".join(words))


def judgement_words(judgement: PlaceJudgement) -> str:
    """The judgement in the language of the page, with its clauses."""
    if in_english():
        said, clauses = judgement.en[:1].upper() + judgement.en[1:], ", ".join(judgement.clauses)
        return f"{said} ({clauses})" if clauses and clauses not in said else said
    clauses = "、".join(judgement.clauses)
    return f"{judgement.zh}（{clauses}）" if clauses and clauses not in judgement.zh else judgement.zh


def zone_named(name: str) -> str:
    """The key of the zone that a table names, by key, name or one of its words; empty for none."""
    wanted = name.strip()
    for zone in ZONES:
        if wanted in (zone.key, zone.zh, zone.en, *zone.words):
            return zone.key
    return ""


def zone_choices() -> list[tuple[str, Any]]:
    """Every kind of forbidden place, and none of them first."""
    return [("", gettext_lazy("不在下列部位")), *((zone.key, zone_name(zone)) for zone in ZONES)]


class ScreenedPlace(forms.Form):
    """Part of a form that declares a place: the forbidden kinds, and the finding where there is doubt.

    A subclass has `name`, `place` and `view` among its fields, or fewer of them.
    """

    zone = forms.ChoiceField(
        label=gettext_lazy("是否位于禁止安装的部位"),
        choices=zone_choices,
        required=False,
        help_text=gettext_lazy("旅馆客房、集体宿舍、公共浴室、更衣室、卫生间等禁止安装（第十条、条例第八条）。"),
    )
    screening_note = forms.CharField(
        label=gettext_lazy("核对说明"),
        max_length=NOTE_LENGTH,
        required=False,
        help_text=gettext_lazy("名称或者位置提到禁止部位的，在此写明采集范围为何不含其内部。"),
    )

    #: The judgement of the last `clean`.
    judgement: PlaceJudgement | None = None

    def clean(self) -> dict[str, Any]:
        """Refuse what is forbidden; ask for a finding where there is doubt."""
        data = super().clean() or {}
        self.judgement = screen(
            timezone.localdate(), data.get("zone") or "", *(data.get(key) or "" for key in ("name", "place", "view"))
        )
        words = judgement_words(self.judgement)
        if self.judgement.verdict == PlaceVerdict.FORBIDDEN:
            self.add_error("zone", gettext_lazy("%(words)s。该点位不能登记，请改到允许的部位。") % {"words": words})
        elif self.judgement.verdict == PlaceVerdict.DOUBTFUL and not data.get("screening_note"):
            self.fields["screening_note"].required = True
            self.add_error("screening_note", gettext_lazy("%(words)s。请核对后写明情况。") % {"words": words})
        return data


def zone_name(zone: Zone) -> Any:
    """Its name in the language of the page, decided when it is shown."""
    return lazystr(_BothNames(zone))


class _BothNames:
    def __init__(self, zone: Zone) -> None:
        self._zone = zone

    def __str__(self) -> str:
        return self._zone.en if in_english() else self._zone.zh


WORDS = frozenset(names(lambda field: field.doubted))
"""Fields of a camera that say where it stands and what it sees: the question is asked again when one of them changes."""


class SpotRefused(Exception):
    """The camera may not be connected; the text says why and what to do."""


def described(camera: Camera) -> str:
    """What is asked about."""
    return " · ".join(text for text in (camera.name, camera.place, camera.view) if text)


def judged(camera: Camera, at: datetime) -> PlaceJudgement:
    """What the law says of the words of a camera on the day of `at`."""
    return screen(timezone.localdate(at), "", camera.name, camera.place, camera.view)


def ask_again(camera: Camera, by: Person, at: datetime) -> Doubt | None:
    """Open a doubt where there is one to open, in the caller's transaction; the doubt that waits now, None for none.

    Words that a person has judged are not asked about again. A doubt that waits is not closed by other words: a person
    still looks, and is shown both.
    """
    words = described(camera)
    waiting = Doubt.objects.filter(camera=camera, state=DoubtState.WAITING).first()
    if waiting is not None and waiting.described == words:
        return waiting
    judgement = judged(camera, at)
    if waiting is not None:
        waiting.before = waiting.before or waiting.described
        _describe(waiting, camera, judgement)
        waiting.save()
        return waiting
    last = last_settled(camera)
    if last is not None and last.described == words:
        return None
    if judgement.verdict is PlaceVerdict.CLEAR and (last is None or last.state != DoubtState.FORBIDDEN):
        return None
    doubt = Doubt(camera=camera, by=by, at=at, before=last.described if last is not None else "")
    _describe(doubt, camera, judgement)
    doubt.save()
    _record(doubt, by, at, {"state": [None, doubt.state], "clauses": [None, list(judgement.clauses) or None]})
    return doubt


def doubtable(person: Person, at: datetime) -> QuerySet[Camera]:
    """Cameras whose spot this person may call in doubt: those about which they may settle, in use or on their way in."""
    scope = scope_of(person, at, kinds=kinds_with(Permission.SETTLE_DOUBTS))
    reach = Q(pk__in=[])
    for path in scope.division_paths:
        reach |= Q(system__site__division__path__startswith=path)
    return Camera.objects.filter(reach, state__in=[CameraState.DRAFT, CameraState.CONNECTED])


def call_in_doubt(camera: Camera, by: Person, at: datetime, why: str) -> Doubt:
    """Open a doubt that no word of the camera's raised: a person saw something there. Another person settles it.

    Raises:
        SpotRefused: without words, or one waits already.
    """
    if not why.strip():
        raise SpotRefused(_("请写明所见情况。"))
    with transaction.atomic():
        locked = Camera.objects.select_for_update().get(pk=camera.pk)
        if Doubt.objects.filter(camera=locked, state=DoubtState.WAITING).exists():
            raise SpotRefused(_("该点位已在核对中。"))
        judgement = judged(locked, at)
        doubt = Doubt(camera=locked, by=by, at=at)
        _describe(doubt, locked, judgement)
        doubt.note = why.strip()[:NOTE_LENGTH]
        doubt.clauses = doubt.clauses or [
            clause for clause in ("S10(4)", "N8.1(4)") if holds(clause, timezone.localdate(at))
        ]
        doubt.save()
        _record(doubt, by, at, {"state": [None, doubt.state], "note": [None, doubt.note]})
    return doubt


def _describe(doubt: Doubt, camera: Camera, judgement: PlaceJudgement) -> None:
    doubt.described, doubt.note = described(camera), camera.screening_note
    if judgement.verdict is PlaceVerdict.CLEAR:
        return  # what raised it stands: a person sees which words are gone
    doubt.zh, doubt.en, doubt.outside = judgement.zh, judgement.en, judgement.outside
    doubt.clauses, doubt.zones = list(judgement.clauses), [zone.key for zone in judgement.zones]


def last_settled(camera: Camera) -> Doubt | None:
    """What a person found last."""
    return Doubt.objects.filter(camera=camera).exclude(state=DoubtState.WAITING).order_by("-decided_at").first()


def check_spot(camera: Camera, by: Person, at: datetime) -> None:
    """Whether a camera may be tried and connected: asked at both.

    Raises:
        SpotRefused: a person found that nothing may be installed there, or has still to look. In that case the doubt is open.
    """
    last = last_settled(camera)
    if camera.state == CameraState.FORBIDDEN or (
        last is not None and last.state == DoubtState.FORBIDDEN and last.described == described(camera)
    ):
        raise SpotRefused(
            _("该点位已认定禁止安装，不得接入（第十条、条例第八条）。请拆除，或者改到允许的部位后重新登记位置。")
        )
    with transaction.atomic():
        doubt = ask_again(camera, by, at)
    if doubt is not None and camera.state != CameraState.CONNECTED:
        raise SpotRefused(_("该点位的描述涉及禁止安装的部位，须由公安机关或者审批人核对后才能接入。请等待核对结果。"))


def told(rows: QuerySet[Doubt], person: Person, at: datetime) -> QuerySet[Doubt]:
    """The same doubts, each with `exact`: whether the person may be told where the camera is mounted (S33.1).

    Whoever finds out about a division's spots is told, as whoever reads base data.
    """
    exact = exact_cameras(person, at).values("pk")
    found = Doubt.objects.filter(Q(camera__in=exact) | _found_out_by(person, at))
    return told_exactly(rows, found)


def _found_out_by(person: Person, at: datetime) -> Q:
    """Of the divisions about which they find out."""
    scope = scope_of(person, at, kinds=kinds_with(Permission.SETTLE_DOUBTS))
    reach = Q(pk__in=[])
    for path in scope.division_paths:
        reach |= Q(camera__system__site__division__path__startswith=path)
    return reach


def visible_doubts(person: Person, at: datetime) -> QuerySet[Doubt]:
    """Doubts about cameras that the person may see, or may settle."""
    cameras = visible_cameras(person, at).values("pk")
    return Doubt.objects.filter(Q(camera__in=cameras) | Q(pk__in=settleable(person, at).values("pk")))


def settleable(person: Person, at: datetime) -> QuerySet[Doubt]:
    """Doubts that this person may settle: police, inspectors and approvers of the division; never one of their own entry."""
    return Doubt.objects.filter(_found_out_by(person, at), state=DoubtState.WAITING).exclude(by=person)


def settle(doubt: Doubt, state: DoubtState, by: Person, at: datetime, finding: str) -> Doubt:
    """Write down what a person found, and what follows from it.

    Args:
        state: `CLEARED` or `FORBIDDEN`.
        finding: what was found, in words.

    Raises:
        SpotRefused: it is settled already, is not theirs to settle, or comes without words.
    """
    if not finding.strip():
        raise SpotRefused(_("请写明核对情况。"))
    with transaction.atomic():
        camera = Camera.objects.select_for_update().select_related("node").get(pk=doubt.camera_id)
        row = settleable(by, at).select_for_update(of=("self",)).filter(pk=doubt.pk).first()
        if row is None:
            raise SpotRefused(_("该核对已经办结，或者不由您办理。"))
        if why := why_not_independent(by, row.by_id, at):
            raise SpotRefused(why)
        if row.described != described(camera):
            raise SpotRefused(_("点位的描述刚刚变更，请重新查看后再认定。"))
        row.state, row.decided_by, row.decided_at, row.finding = state, by, at, finding.strip()
        row.save()
        _record(row, by, at, {"state": [DoubtState.WAITING.value, state.value], "finding": [None, row.finding]})
        if state == DoubtState.FORBIDDEN:
            _shut_out(camera, by, at)
        elif camera.state == CameraState.FORBIDDEN:
            # It comes back as one that has still to be tried: what stands there now is not known.
            _set_state(camera, CameraState.DRAFT, by, at)
    return row


def _shut_out(camera: Camera, by: Person, at: datetime) -> None:
    if camera.state == CameraState.FORBIDDEN:
        return
    recorded = camera.state == CameraState.CONNECTED
    camera_forbidden.send(sender=Camera, camera=camera, by=by, at=at)
    _set_state(camera, CameraState.FORBIDDEN, by, at)
    if recorded:
        bump(camera.node)
        camera_retired.send(sender=Camera, camera=camera, at=at)


def _set_state(camera: Camera, state: CameraState, by: Person, at: datetime) -> None:
    before, camera.state = camera.state, state
    camera.forbidden_at = at if state == CameraState.FORBIDDEN else None
    camera.save(update_fields=["state", "forbidden_at"])
    changes: dict[str, Any] = {"state": [before, state.value]}
    record("config.changed", at=at, by=by.uuid, object="places.camera", object_id=str(camera.pk), changes=changes)


def _record(doubt: Doubt, by: Person, at: datetime, changes: dict[str, Any]) -> None:
    record("config.changed", at=at, by=by.uuid, object="places.doubt", object_id=str(doubt.camera_id), changes=changes)
