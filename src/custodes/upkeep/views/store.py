"""存储预测: how long the volumes last at the present rate, how short the disks of each node are, and the order by which key frames only
are kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from custodes.people.forms import PlainText
from custodes.people.models import Person
from custodes.people.permissions import Permission
from custodes.people.viewer import Viewer, needs
from custodes.places.models import Grade, Node, ThinningOrder
from custodes.places.volumes import OrderRefused, end_thinning, may_order, order_thinning
from custodes.settings import get_settings
from custodes.upkeep.health import forecasts
from custodes.upkeep.models import WorkerStatus
from custodes.upkeep.models.status import STALE

_STEPS = ("clear", "forecast", "thin", "stop")


@dataclass(frozen=True)
class NodeShortage:
    """One node.

    Attributes:
        step: the highest of its workers' (`clear`, `forecast`, `thin`, `stop`).
        hours_left: the least of its workers'; None when none is short.
        thinned, stopped: grades, in words.
        waiting: the lowest grade that would be thinned if a person ordered it, in words; empty for none.
        order: the order that stands.
        may_order: whether this person may give or end one.
    """

    node: Node
    step: str
    hours_left: float | None
    thinned: tuple[str, ...]
    stopped: tuple[str, ...]
    waiting: str
    order: ThinningOrder | None
    may_order: bool

    @property
    def short(self) -> bool:
        """Whether somebody has to know."""
        return self.step != "clear"


def shortages(person: Person, at: datetime) -> list[NodeShortage]:
    """Every node that has reported lately, the shortest first."""
    reports: dict[int, list[dict[str, object]]] = {}
    for worker in WorkerStatus.objects.filter(at__gte=at - STALE):
        reports.setdefault(worker.node_id, []).append(worker.shortage)
    found = [_of(node, reports[node.pk], person, at) for node in Node.objects.filter(pk__in=reports)]
    return sorted(found, key=lambda one: (-_STEPS.index(one.step), one.node.name))


def _of(node: Node, reports: list[dict[str, object]], person: Person, at: datetime) -> NodeShortage:
    order = ThinningOrder.objects.filter(node=node, ended_at__isnull=True).select_related("by__unit").first()
    hours = [float(hours) for one in reports if isinstance(hours := one.get("hours_left"), int | float)]
    waiting = [grade for one in reports if isinstance(grade := one.get("waiting"), int)]
    return NodeShortage(
        node=node,
        step=max((str(one.get("step", "clear")) for one in reports), key=_STEPS.index),
        hours_left=min(hours, default=None),
        thinned=_words(reports, "thinned"),
        stopped=_words(reports, "stopped"),
        waiting=str(Grade(min(waiting)).label) if waiting else "",
        order=order if order is not None and order.holds(at) else None,
        may_order=may_order(person, node, at),
    )


def _words(reports: list[dict[str, object]], name: str) -> tuple[str, ...]:
    grades = {grade for one in reports if isinstance(many := one.get(name), list) for grade in many}
    return tuple(str(Grade(grade).label) for grade in sorted(grades))


STANDING = "standing"
_HOURS = ((24, _("24 小时")), (72, _("3 天")), (168, _("7 天")))


class ThinningForm(PlainText, forms.ModelForm):  # type: ignore[type-arg]
    """Up to which grade, for how long, and why."""

    hours = forms.ChoiceField(
        label=_("有效期"),
        choices=[*((str(hours), words) for hours, words in _HOURS), (STANDING, _("常备指令，收回前一直有效"))],
    )

    class Meta:
        model = ThinningOrder
        fields = ["grade", "reason"]
        help_texts = {
            "grade": _("该等级及以下的点位可以只留关键帧；未到期的录像不受影响。"),
            "reason": _("写入存证日志，例如：新硬盘周五到货。"),
        }

    def __init__(self, *args: object, at: datetime, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self._at = at
        field = self.fields["grade"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = Grade.choices

    def save(self, commit: bool = True) -> ThinningOrder:
        """The order with its end; it is given by `places.volumes.order_thinning`, not saved here."""
        order: ThinningOrder = super().save(commit=False)
        hours = self.cleaned_data["hours"]
        order.until = None if hours == STANDING else self._at + timedelta(hours=int(hours))
        return order


@needs(Permission.VIEW_STORE)
def forecast(request: HttpRequest) -> HttpResponse:
    """Volumes and workers. Volumes hold the footage of many units, so that the figures are the installation's."""
    viewer = Viewer.of(request)
    settings = get_settings()
    floor_days = settings.training_retention_minutes / 1440 if settings.training else float(settings.retention_days)
    volumes = [
        (volume, volume.under_floor(floor_days), viewer.at - volume.at > STALE)
        for volume in forecasts(settings.volume_cap_bytes > 0)
    ]
    workers = [(worker, viewer.at - worker.at > STALE) for worker in WorkerStatus.objects.select_related("node")]
    return render(
        request,
        "upkeep/forecast.html",
        {
            "shortages": shortages(viewer.person, viewer.at),
            "volumes": volumes,
            "workers": workers,
            "floor_days": floor_days,
            "floor_hours": round(floor_days * 24),
            "training": settings.training,
            "under": [volume for volume, under, _stale in volumes if under],
            "braked": [f"{volume.node.name}/{volume.name}" for volume, _under, _stale in volumes if volume.braked],
        },
    )


@needs(Permission.ORDER_THINNING)
def order(request: HttpRequest, pk: int) -> HttpResponse:
    """The form, and the order."""
    viewer = Viewer.of(request)
    node = get_object_or_404(Node, pk=pk)
    form = ThinningForm(request.POST or None, instance=ThinningOrder(node=node), at=viewer.at)
    if request.method == "POST" and form.is_valid():
        try:
            order_thinning(form.save(), viewer.person, viewer.at)
        except OrderRefused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("已批准。空间不足时，媒体节点按此执行，并逐段登记。"))
            return redirect("upkeep:forecast")
    context = {
        "form": form,
        "node": node,
        "crumbs": [(_("存储预测"), reverse("upkeep:forecast")), (_("批准降级录像"), "")],
    }
    return render(request, "upkeep/thinning.html", context, status=400 if form.errors else 200)


@require_POST
@needs(Permission.ORDER_THINNING)
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the order back."""
    viewer = Viewer.of(request)
    node = get_object_or_404(Node, pk=pk)
    try:
        ended = end_thinning(node, viewer.person, viewer.at)
    except OrderRefused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("已收回，全部点位恢复完整录像。") if ended else _("没有有效的指令。"))
    return redirect("upkeep:forecast")
