"""What this room tells of a site: entering and changing rows, steps, papers, doubtful spots, plans. Newest first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from custodes.people.models import Division
from custodes.people.permissions import Permission
from custodes.places.cityplans.reach import visible as visible_plans
from custodes.places.lifecycle.story import KINDS_OF, NEWEST, Happening, told
from custodes.places.models import (
    DossierItem,
    Doubt,
    DoubtState,
    Plan,
    PlanningState,
    PlanningStep,
    RowEdit,
    Site,
    System,
)
from custodes.places.scope import papered_systems
from custodes.places.telling.kinds import TELLERS, Asked, tells
from custodes.places.telling.reach import visible_steps
from custodes.places.telling.recorded import about, entered, with_entries

#: Of a site, told to nobody who may not know what lies beside it or where it is (R9).
_RESTRICTED = frozenset({"secret_near", "consent", "consent_paper", "longitude", "latitude"})


def story_of_site(asked: Asked, kind: str = "") -> list[Happening]:
    """All lines, or those of one kind, the newest first."""
    tellers = TELLERS[kind] if kind in TELLERS else [one for each in TELLERS.values() for one in each]
    lines = [line for teller in tellers for line in teller(asked)]
    return sorted(with_entries(lines), key=lambda line: line.at, reverse=True)


def _steps(label: str) -> Any:
    def teller(asked: Asked) -> Iterable[Happening]:
        rows = visible_steps(asked.reader, asked.at).filter(system__in=asked.systems, object=label)
        return told(rows.order_by(*NEWEST), asked.most)

    return teller


def _entered(asked: Asked) -> Iterator[Happening]:
    if asked.whole:
        site = asked.site
        what, (index, kept) = pgettext("经过", "登记场所"), entered(site, "name")
        common: dict[str, Any] = {"clauses": ("S9",), "index": index, "kept": kept}
        yield _line("entry", what, site.created_at, site.created_by, site.name, **common)
    rows = Q(object="places.system", object_id__in=[one.pk for one in asked.systems])
    if asked.whole:
        rows |= Q(object="places.site", object_id=asked.site.pk)
    by_pk = {one.pk: one for one in asked.systems}
    edits = RowEdit.objects.filter(rows).select_related("by__unit").order_by("-at")
    for edit in edits[: asked.most]:
        model = Site if edit.object == "places.site" else System
        names = [name for name in edit.changes if asked.exact or name not in _RESTRICTED]
        if not names:
            continue
        words = _("、").join(str(model._meta.get_field(name).verbose_name) for name in names)  # type: ignore[union-attr]
        what = pgettext("经过", "修改场所登记") if model is Site else pgettext("经过", "修改系统登记")
        of = f"{edit.object}:{edit.object_id}"
        yield _line("entry", what, edit.at, edit.by, words, system=by_pk.get(edit.object_id), about=of)


def _papers(asked: Asked) -> Iterator[Happening]:
    """For who may read them alone; others learn not even that there is one."""
    mine = papered_systems(asked.reader, asked.at).filter(pk__in=[one.pk for one in asked.systems])
    items = DossierItem.objects.filter(system__in=mine).select_related("by__unit", "system").order_by("-at")
    for item in items[: asked.most]:
        words = item.title if item.version == 1 else _("%(title)s（第 %(version)d 版）") % {
            "title": item.title, "version": item.version,
        }  # fmt: skip
        yield _line(
            "paper",
            pgettext("经过", "加入案卷"),
            item.at,
            item.by,
            words,
            state=item.get_kind_display(),
            clauses=("S17",),
            system=item.system,
            href=reverse("places:dossier", args=[item.system_id]),
            about=about(item),
        )


def _doubts(asked: Asked) -> Iterator[Happening]:
    rows = Doubt.objects.filter(camera__system__in=asked.systems)
    rows = rows.select_related("camera__system", "by__unit", "decided_by__unit").order_by("-at")
    for doubt in rows[: asked.most]:
        common: dict[str, Any] = {
            "clauses": tuple(doubt.clauses), "system": doubt.camera.system, "href": doubt.get_absolute_url(),
            "about": f"{doubt._meta.label_lower}:{doubt.camera_id}",  # its records are of the camera
        }  # fmt: skip
        what = pgettext("经过", "疑似禁止安装的部位")
        yield _line("doubt", what, doubt.at, doubt.by, f"{doubt.camera.name}　{doubt.words}", **common)
        if doubt.decided_at is not None:
            state = DoubtState(doubt.state).label
            words = f"{doubt.camera.name}　{doubt.finding}"
            yield _line(
                "doubt",
                pgettext("经过", "核对禁止部位"),
                doubt.decided_at,
                doubt.decided_by,
                words,
                state=state,
                **common,
            )


def _interruptions(asked: Asked) -> Iterator[Happening]:
    """Planned interruptions of its cameras (S34(6)), for who sees plans at all; what repeats is told once."""
    if not asked.viewer.may(Permission.VIEW_COMPLETENESS):
        return
    earlier = Plan.objects.filter(series=OuterRef("series"), state=OuterRef("state"), begins__lt=OuterRef("begins"))
    rows = Plan.objects.filter(~Exists(earlier), cameras__system__in=asked.systems).distinct()
    firsts = list(rows.select_related("asked_by__unit").order_by("-asked_at")[: asked.most])
    times = {
        (one["series"], one["state"]): one["times"]
        for one in Plan.objects.filter(series__in=[plan.series for plan in firsts if plan.series])
        .values("series", "state")
        .annotate(times=Count("pk"))
    }
    for plan in firsts:
        begins, ends = timezone.localtime(plan.begins), timezone.localtime(plan.ends)
        words = f"{plan.get_cause_display()} {begins:%Y-%m-%d %H:%M} – {ends:%Y-%m-%d %H:%M}　{plan.words}"
        if (many := times.get((plan.series, plan.state), 1)) > 1:
            repeated = {"repeat": plan.get_repeat_display(), "number": many}
            words += "　" + _("（%(repeat)s一次，共 %(number)d 次，所示为第一次）") % repeated
        yield _line(
            "plan",
            pgettext("经过", "提出计划"),
            plan.asked_at,
            plan.asked_by,
            words,
            state=plan.get_state_display(),
            clauses=("S34(6)",),
            href=plan.get_absolute_url(),
            about=about(plan),
        )


def _cityplans(asked: Asked) -> Iterator[Happening]:
    """Plans and norms that came into force where the site lies (S8, S12.2)."""
    if not asked.whole:
        return
    texts = visible_plans(asked.reader, asked.at).filter(
        division__in=Division.objects.above(asked.site.division).values("pk")
    )
    steps = PlanningStep.objects.filter(text__in=texts.values("pk"), after=PlanningState.IN_FORCE)
    for step in steps.select_related("text", "by__unit").order_by("-at")[: asked.most]:
        yield _line(
            "plan",
            pgettext("经过", "规划、规范施行"),
            step.at,
            step.by,
            str(step.text),
            state=step.text.get_kind_display(),
            clauses=(step.clause,) if step.clause else (),
            href=step.text.get_absolute_url(),
            about=about(step.text),
            on=step.day,
        )


def _line(
    kind: str, what: Any, at: datetime, by: Any, words: Any, *, state: Any = "", on: Any = None, **more: Any
) -> Happening:
    clauses = more.pop("clauses", ())
    return Happening(what, state, on or timezone.localdate(at), at, by, words, clauses, kind=kind, **more)


tells("entry", _entered)
for _label, _kind in KINDS_OF.items():
    tells(_kind, _steps(_label))
tells("paper", _papers)
tells("doubt", _doubts)
tells("plan", _interruptions)
tells("plan", _cityplans)
