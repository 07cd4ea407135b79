"""The whole story of a site, the newest first: the lines of its systems, and of what else happened there (rows, papers, doubtful spots, plans).

Rooms above this one tell their kinds of lines by `tells`. A person is told of the steps of objects that they may see (S30.1, R9). Which
entry of the log an event has is found by the row and the moment of which its record tells.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, F, Model, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy

from custodes.cases.models import CaseStep
from custodes.cases.registry import registry
from custodes.people.models import Division, Person, RecordOutbox
from custodes.people.permissions import Permission
from custodes.people.viewer import Viewer
from custodes.places.changes.reach import told_systems, visible_changes
from custodes.places.cityplans.reach import visible as visible_plans
from custodes.places.fields import SITE, names
from custodes.places.filing.case import visible_filings
from custodes.places.lifecycle.story import KINDS_OF, NEWEST, Happening, told
from custodes.places.models import (
    DossierItem,
    Doubt,
    DoubtState,
    Plan,
    PlanningState,
    PlanningText,
    RowEdit,
    Site,
    System,
)
from custodes.places.scope import exact_systems, papered_systems


def about(row: Model) -> str:
    """A row as `RecordOutbox.about` names it."""
    return f"{row._meta.label_lower}:{row.pk}"


def with_entries(lines: Iterable[Happening]) -> list[Happening]:
    """The lines with the index of their records; one question for all of them. What is not on record stays without."""
    told = list(lines)
    wanted = [line for line in told if line.about]
    rows = RecordOutbox.objects.filter(
        about__in={line.about for line in wanted}, created_at__in={line.at for line in wanted}
    )
    # Of two records at one moment the one that has its entry counts, which comes last.
    told_of = rows.order_by(F("index").desc(nulls_first=True)).values_list("about", "created_at", "index")
    found = {(row, at): index for row, at, index in told_of}
    return [
        replace(line, index=found[line.about, line.at], kept=True) if (line.about, line.at) in found else line
        for line in told
    ]


def entered(row: Model, field: str) -> tuple[int | None, bool]:
    """Index of the record by which a row was entered, and whether there is one: the first that tells of it, if `field` was empty before."""
    first = RecordOutbox.objects.filter(about=about(row)).order_by("created_at").first()
    if first is None or first.record["changes"].get(field, [field])[0] is not None:
        return None, False
    return first.index, True


_SYSTEM, _FILING, _CHANGE = "places.system", "places.filing", "places.changecase"
_CAMERA, _DEVICE = "places.camera", "places.gbdevice"


def visible_steps(person: Person, at: datetime) -> QuerySet[CaseStep]:
    """Steps whose object does not say more than the person may know; which systems they see is asked elsewhere.

    A change and a correction say where cameras are and what they look at, an order says what the system lacks, a filing
    that was sent back what is wrong with it: their words are read by who may read the change, the order or the filing itself.
    The steps of a device name its ID, which is base data (S33.1). A declared kind says itself to whom its cases are shown, where they
    are about a system; of what is in none of these nobody is told.
    """
    told = (
        Q(kind=_SYSTEM)
        | Q(kind=_FILING, case_id__in=visible_filings(person, at).values("pk"))
        | Q(kind=_CHANGE, case_id__in=visible_changes(person, at).values("pk"))
        | Q(kind=_CAMERA, about__in=told_systems(person, at).values("pk"))
        | Q(kind=_DEVICE, about__in=exact_systems(person, at).values("pk"))
    )
    for kind in (one for one in registry if one.about):
        told |= Q(kind=kind.key, case_id__in=kind.shown_to(person, at).values("pk"))
    return CaseStep.objects.filter(told)


KINDS: dict[str, Any] = {
    "entry": pgettext_lazy("经过的类别", "登记"),
    "life": pgettext_lazy("经过的类别", "系统办理"),
    "filing": pgettext_lazy("经过的类别", "备案"),
    "change": pgettext_lazy("经过的类别", "变更"),
    "upgrade": pgettext_lazy("经过的类别", "限期升级改造"),
    "removal": pgettext_lazy("经过的类别", "拆除"),
    "paper": pgettext_lazy("经过的类别", "案卷材料"),
    "doubt": pgettext_lazy("经过的类别", "禁止部位核对"),
    "plan": pgettext_lazy("经过的类别", "规划和计划"),
    "incident": pgettext_lazy("经过的类别", "告警"),
}


@dataclass(frozen=True)
class StoryQuestion:
    """Whose story is told, to whom.

    Attributes:
        systems: of the site that the reader may see, or the one that is asked for.
        whole: nothing was asked for but the site itself.
        exact: the reader may know what lies beside the place and where it is (R9).
        most: lines of a kind.
    """

    site: Site
    systems: tuple[System, ...]
    whole: bool
    exact: bool
    viewer: Viewer
    most: int

    @property
    def reader(self) -> Person:
        """Who reads."""
        return self.viewer.person

    @property
    def at(self) -> datetime:
        """When."""
        return self.viewer.at


Teller = Callable[[StoryQuestion], Iterable[Happening]]
TELLERS: dict[str, list[Teller]] = {kind: [] for kind in KINDS}


def tells(kind: str, teller: Teller) -> None:
    """Let a room tell its lines of this kind; telling twice is telling once."""
    if teller not in TELLERS[kind]:
        TELLERS[kind].append(teller)


#: Of a site, told to nobody who may not know what lies beside it or where it is (R9).
_RESTRICTED = frozenset(names(lambda field: field.base_data or field.limited, SITE))


def story_of_site(asked: StoryQuestion, kind: str = "") -> list[Happening]:
    """All lines, or those of one kind, the newest first."""
    tellers = TELLERS[kind] if kind in TELLERS else [one for each in TELLERS.values() for one in each]
    lines = [line for teller in tellers for line in teller(asked)]
    return sorted(with_entries(lines), key=lambda line: line.at, reverse=True)


def _steps(label: str) -> Any:
    def teller(asked: StoryQuestion) -> Iterable[Happening]:
        rows = visible_steps(asked.reader, asked.at).filter(about__in=[one.pk for one in asked.systems], kind=label)
        return told(rows.order_by(*NEWEST), asked.most)

    return teller


def _entered(asked: StoryQuestion) -> Iterator[Happening]:
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


def _papers(asked: StoryQuestion) -> Iterator[Happening]:
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


def _doubts(asked: StoryQuestion) -> Iterator[Happening]:
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


def _interruptions(asked: StoryQuestion) -> Iterator[Happening]:
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


def _cityplans(asked: StoryQuestion) -> Iterator[Happening]:
    """Plans and norms that came into force where the site lies (S8, S12.2)."""
    if not asked.whole:
        return
    texts = visible_plans(asked.reader, asked.at).filter(
        division__in=Division.objects.above(asked.site.division).values("pk")
    )
    kind = PlanningText._meta.label_lower
    steps = CaseStep.objects.filter(kind=kind, case_id__in=texts.values("pk"), after=PlanningState.IN_FORCE)
    newest = steps.select_related("by__unit").order_by("-at")[: asked.most]
    told = PlanningText.objects.in_bulk([step.case_id for step in newest])
    for step in newest:
        text = told[step.case_id]
        yield _line(
            "plan",
            pgettext("经过", "规划、规范施行"),
            step.at,
            step.by,
            str(text),
            state=text.get_kind_display(),
            clauses=tuple(step.clauses),
            href=text.get_absolute_url(),
            about=about(text),
            on=step.on,
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
