"""告警接收: how I am told, and, for the administrator, a division's mailboxes and programs; and whom an alarm that nobody acknowledges is
told again (无人确认时), division by division, in plain words.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from custodes.people.models import Division
from custodes.people.permissions import Permission
from custodes.people.viewer import Viewer, needs
from custodes.upkeep.alarms import escalation
from custodes.upkeep.alarms.delivery import recipients as ways
from custodes.upkeep.alarms.delivery.recipients import unanswered
from custodes.upkeep.alarms.delivery.sending import send_due
from custodes.upkeep.alarms.escalation import DEFAULTS, in_words, steps_of
from custodes.upkeep.alarms.words import BADGES
from custodes.upkeep.forms.alarms import (
    ChainForm,
    DivisionRecipientForm,
    OwnRecipientForm,
    PreferenceForm,
    divisions_of,
)
from custodes.upkeep.models import AlarmDelivery, AlarmPreference, AlarmSubscription, Channel, EscalationChain, Severity

SHOWN_DELIVERIES = 20
BETWEEN_TESTS = timedelta(seconds=20)


def _own(viewer: Viewer) -> QuerySet[AlarmSubscription]:
    return AlarmSubscription.objects.filter(post__person=viewer.person, ended_at__isnull=True)


def _of_divisions(viewer: Viewer) -> QuerySet[AlarmSubscription]:
    """Those without a post, of the divisions that the administrator tends."""
    if not viewer.may(Permission.MANAGE_ALARMS):
        return AlarmSubscription.objects.none()
    divisions = divisions_of(viewer.scope(Permission.MANAGE_ALARMS))
    return AlarmSubscription.objects.filter(post__isnull=True, division__in=divisions, ended_at__isnull=True)


def _reachable(viewer: Viewer) -> QuerySet[AlarmSubscription]:
    rows = AlarmSubscription.objects.filter(
        Q(pk__in=_own(viewer).values("pk")) | Q(pk__in=_of_divisions(viewer).values("pk"))
    )
    return rows.select_related("post__person__account", "division")


@require_safe
@needs(Permission.VIEW_ALARMS)
def recipients(request: HttpRequest) -> HttpResponse:
    """Both lists."""
    return _page(request, Viewer.of(request))


def _page(request: HttpRequest, viewer: Viewer, *, status: int = 200, **forms: Any) -> HttpResponse:
    preference = AlarmPreference.objects.filter(pk=viewer.person.pk).first() or AlarmPreference()
    manages = viewer.may(Permission.MANAGE_ALARMS)
    scope = viewer.scope(Permission.MANAGE_ALARMS)
    context: dict[str, Any] = {
        "own": _own(viewer).select_related("post__unit", "division"),
        "own_form": OwnRecipientForm(person=viewer.person, at=viewer.at, auto_id="id_own_%s"),
        "preference_form": PreferenceForm(initial={"sound": preference.sound, "sound_from": preference.sound_from}),
        "manages": manages,
        "crumbs": [(_("告警"), reverse("upkeep:alarms")), (_("告警接收"), "")],
    }
    if manages:
        divisions = _of_divisions(viewer).select_related("division")
        context |= {
            "of_divisions": divisions,
            "division_form": DivisionRecipientForm(scope=scope, auto_id="id_division_%s"),
            "deliveries": AlarmDelivery.objects.filter(subscription__in=divisions.values("pk"))
            .select_related("subscription", "alarm")
            .order_by("-created_at")[:SHOWN_DELIVERIES],
            "unanswered": Division.objects.filter(
                pk__in=unanswered(viewer.at).values("site__division"), path__in=divisions_of(scope).values("path")
            ),
        }
    return render(request, "upkeep/alarms/recipients.html", {**context, **forms}, status=status)


@require_POST
@needs(Permission.VIEW_ALARMS)
def preference(request: HttpRequest) -> HttpResponse:
    """Choose the sound."""
    viewer = Viewer.of(request)
    form = PreferenceForm(request.POST)
    if not form.is_valid():
        return _page(request, viewer, status=422, preference_form=form)
    AlarmPreference.objects.update_or_create(person=viewer.person, defaults=form.cleaned_data)
    messages.success(request, _("提示音已保存。"))
    return redirect("upkeep:alarm_recipients")


@require_POST
@needs(Permission.VIEW_ALARMS)
def add_own(request: HttpRequest) -> HttpResponse:
    """Be told oneself."""
    viewer = Viewer.of(request)
    form = OwnRecipientForm(request.POST, person=viewer.person, at=viewer.at, auto_id="id_own_%s")
    if form.is_valid():
        try:
            ways.add(form.build(viewer.at, viewer.person), by=viewer.person, at=viewer.at)
        except ways.RecipientRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("已添加接收方式。"))
            return redirect("upkeep:alarm_recipients")
    return _page(request, viewer, status=422, own_form=form)


@require_POST
@needs(Permission.MANAGE_ALARMS)
def add_division(request: HttpRequest) -> HttpResponse:
    """Have a division's mailbox or program told; a program's secret is on this one answer and nowhere else."""
    viewer = Viewer.of(request)
    form = DivisionRecipientForm(request.POST, scope=viewer.scope(Permission.MANAGE_ALARMS), auto_id="id_division_%s")
    if form.is_valid():
        try:
            secret = ways.add(form.build(viewer.at, viewer.person), by=viewer.person, at=viewer.at)
        except ways.RecipientRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            if secret:
                return _page(request, viewer, secret=secret)
            messages.success(request, _("已添加接收方式。"))
            return redirect("upkeep:alarm_recipients")
    return _page(request, viewer, status=422, division_form=form)


@require_POST
@needs(Permission.VIEW_ALARMS)
def end(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Drop one."""
    viewer = Viewer.of(request)
    row = get_object_or_404(_reachable(viewer), pk=pk)
    try:
        ways.end(row, by=viewer.person, at=viewer.at)
    except ways.RecipientRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("已停用该接收方式。"))
    return redirect("upkeep:alarm_recipients")


@require_POST
@needs(Permission.VIEW_ALARMS)
def test(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Send a test now, and say what came of it."""
    viewer = Viewer.of(request)
    row = get_object_or_404(_reachable(viewer).exclude(channel=Channel.PAGE), pk=pk)
    if row.deliveries.filter(step="test", created_at__gt=viewer.at - BETWEEN_TESTS).exists():
        messages.error(request, _("刚刚发送过，请稍等再试。"))
        return redirect("upkeep:alarm_recipients")
    delivery = AlarmDelivery.objects.create(subscription=row, step="test", created_at=viewer.at, due_at=viewer.at)
    send_due(viewer.at, only=row)
    delivery.refresh_from_db()
    if delivery.delivered_at is not None:
        messages.success(request, _("测试通知已送出。"))
    else:
        AlarmDelivery.objects.filter(pk=delivery.pk, delivered_at__isnull=True).update(given_up_at=viewer.at)
        messages.error(request, _("测试通知没有送到：%(why)s") % {"why": delivery.last_error})
    return redirect("upkeep:alarm_recipients")


def _own_chains(viewer: Viewer) -> QuerySet[EscalationChain]:
    """Chains of the divisions that the administrator tends."""
    divisions = divisions_of(viewer.scope(Permission.MANAGE_ALARMS))
    rows = EscalationChain.objects.filter(division__in=divisions, ended_at__isnull=True)
    return rows.select_related("division", "created_by")


@require_safe
@needs(Permission.MANAGE_ALARMS)
def rules(request: HttpRequest) -> HttpResponse:
    """What holds everywhere, and what divisions have set for themselves."""
    viewer = Viewer.of(request)
    return _rules_page(request, viewer, ChainForm(scope=viewer.scope(Permission.MANAGE_ALARMS)))


def _rules_page(request: HttpRequest, viewer: Viewer, form: ChainForm, status: int = 200) -> HttpResponse:
    context = {
        "defaults": [
            (severity.label, BADGES[severity], in_words(DEFAULTS[severity], severity))
            for severity in reversed(Severity)
        ],
        "rules": [
            (row, BADGES[Severity(row.severity)], in_words(steps_of(row), row.severity)) for row in _own_chains(viewer)
        ],
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
            escalation.set_chain(asked["division"], asked["severity"], form.chain, by=viewer.person, at=viewer.at)
        except escalation.ChainRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("再次通知规则已保存，写入存证日志。"))
            return redirect("upkeep:alarm_escalation")
    return _rules_page(request, viewer, form, 422)


@require_POST
@needs(Permission.MANAGE_ALARMS)
def end_rule(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a division's own chain back."""
    viewer = Viewer.of(request)
    row = get_object_or_404(_own_chains(viewer), pk=pk)
    try:
        escalation.end_chain(row, by=viewer.person, at=viewer.at)
    except escalation.ChainRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("已恢复通用规则。"))
    return redirect("upkeep:alarm_escalation")
