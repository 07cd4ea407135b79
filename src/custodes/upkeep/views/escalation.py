"""无人确认时: whom an alarm that nobody acknowledges is told again, division by division, in plain words."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from custodes.people.permissions import Permission
from custodes.people.viewer import Viewer, needs
from custodes.upkeep.alarms.escalation import change
from custodes.upkeep.alarms.escalation.chain import DEFAULTS, in_words, steps_of
from custodes.upkeep.alarms.words import BADGES
from custodes.upkeep.forms.escalation import ChainForm
from custodes.upkeep.forms.recipients import divisions_of
from custodes.upkeep.models import EscalationChain, Severity


def _own(viewer: Viewer) -> QuerySet[EscalationChain]:
    """Chains of the divisions that the administrator tends."""
    divisions = divisions_of(viewer.scope(Permission.MANAGE_ALARMS))
    rows = EscalationChain.objects.filter(division__in=divisions, ended_at__isnull=True)
    return rows.select_related("division", "created_by")


@require_safe
@needs(Permission.MANAGE_ALARMS)
def rules(request: HttpRequest) -> HttpResponse:
    """What holds everywhere, and what divisions have set for themselves."""
    viewer = Viewer.of(request)
    return _page(request, viewer, ChainForm(scope=viewer.scope(Permission.MANAGE_ALARMS)))


def _page(request: HttpRequest, viewer: Viewer, form: ChainForm, status: int = 200) -> HttpResponse:
    context = {
        "defaults": [
            (severity.label, BADGES[severity], in_words(DEFAULTS[severity], severity))
            for severity in reversed(Severity)
        ],
        "rules": [(row, BADGES[Severity(row.severity)], in_words(steps_of(row), row.severity)) for row in _own(viewer)],
        "form": form,
        "crumbs": [
            (_("告警"), reverse("upkeep:alarms")),
            (_("告警接收"), reverse("upkeep:alarm_recipients")),
            (_("无人确认时"), ""),
        ],
    }
    return render(request, "upkeep/alarms/escalation.html", context, status=status)


@require_POST
@needs(Permission.MANAGE_ALARMS)
def set_rule(request: HttpRequest) -> HttpResponse:
    """Set a division's chain for one severity."""
    viewer = Viewer.of(request)
    form = ChainForm(request.POST, scope=viewer.scope(Permission.MANAGE_ALARMS))
    if form.is_valid():
        asked = form.cleaned_data
        try:
            change.set_chain(asked["division"], asked["severity"], form.chain, by=viewer.person, at=viewer.at)
        except change.ChainRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("再次通知规则已保存，写入存证日志。"))
            return redirect("upkeep:alarm_escalation")
    return _page(request, viewer, form, 422)


@require_POST
@needs(Permission.MANAGE_ALARMS)
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a division's own chain back."""
    viewer = Viewer.of(request)
    row = get_object_or_404(_own(viewer), pk=pk)
    try:
        change.end_chain(row, by=viewer.person, at=viewer.at)
    except change.ChainRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("已恢复通用规则。"))
    return redirect("upkeep:alarm_escalation")
