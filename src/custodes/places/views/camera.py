"""One camera in the register: read, add, change. Its picture is elsewhere (`access`)."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from custodes.people.lawful import terms
from custodes.people.papers.kinds import takes_papers
from custodes.people.permissions import Permission
from custodes.people.viewer import Viewer, needs
from custodes.places.changes.editing import save_camera
from custodes.places.changes.gate import ChangeWanted, guarded
from custodes.places.changes.reach import visible_changes
from custodes.places.devices.assignment import tell_of
from custodes.places.devices.channel import PREFIX as GB_PREFIX
from custodes.places.devices.moving import mobile_of
from custodes.places.doubts import doubtable, last_settled
from custodes.places.fields import Group
from custodes.places.forms.address import AddressForm
from custodes.places.forms.camera import CameraForm
from custodes.places.keeping import keeping_of
from custodes.places.lifecycle.gathering import owed_by
from custodes.places.lifecycle.stepping import StepRefused
from custodes.places.models import Camera, CameraState, Decision, DoubtState, RecordingHours, TrialAddress
from custodes.places.models.recorded import CAMERA_FIELDS
from custodes.places.onvif import NotLooked, set_clock
from custodes.places.planning import plans_ahead
from custodes.places.probing import failure_words, grouped
from custodes.places.register import save_recorded
from custodes.places.retiring import may_take_out, needs_another, out_without_ground, retirement_of
from custodes.places.retiring import waiting_for as stop_waiting_for
from custodes.places.scope import built_systems, editable_cameras, exact_cameras, tended_systems, visible_cameras
from custodes.places.sound import order_of, waiting_for
from custodes.places.views.camera_field import base_facts, field_context, plain_facts
from custodes.places.views.device_words import channel_facts, words_of
from custodes.places.views.editing import edit_row
from custodes.places.views.steering import steering_words
from custodes.places.views.system import crumbs_of, owed_lines
from custodes.video.source.address import same_host


@needs(Permission.VIEW_PLACES)
def camera(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One camera's page. Its address is shown only to those who tend it (S33.1)."""
    now, person = timezone.now(), Viewer.of(request).person
    rows = visible_cameras(person, now).select_related("system__site", "system__unit", "node", "created_by")
    row = get_object_or_404(rows, pk=pk)
    may_edit = editable_cameras(person, now).filter(pk=pk).exists()
    exact = row.exact = exact_cameras(person, now).filter(pk=pk).exists()
    mobile = mobile_of(row) if exact else None
    kept = keeping_of(row, now)
    facts = [
        *plain_facts(row, Group.SPOT),
        (_("系统"), row.system),
        (_("责任单位"), row.system.unit),
        (_("录像安排"), _("持续录像") if row.record else _("计划内不录")),
        *plain_facts(row, Group.KEEPING),
        (_("存储期限"), _("%(days)s 日") % {"days": kept.days}),
    ]
    if row.keeping_purpose:
        facts.append((_("延长存储的目的"), row.keeping_purpose))
    if row.codec:
        facts.append((_("主码流"), f"{row.codec} · {row.width}×{row.height} · {row.frame_rate:g} fps"))
    facts.append((_("主码流地址"), row.main_url or _("未填写") if may_edit else row.masked_address or _("未填写")))
    if may_edit:
        facts += [
            (_("子码流地址"), row.sub_url or _("无")),
            (_("登录名"), row.username or _("无")),
            (_("密码"), _("已封存") if row.sealed_password else _("无")),
            (_("设备事件（ONVIF）"), _("接收") if row.onvif_port else _("未接收")),
            (_("媒体节点"), row.worker_name),
        ]
        if row.onvif_port:
            facts.append((_("云台（ONVIF）"), steering_words(row)))
        elif row.main_url.startswith(GB_PREFIX):
            facts.append((_("云台"), steering_words(row)))
        if row.steerable:
            facts.append((_("规定指向的预置位"), row.home_preset or _("设备的归位位置")))
        if row.presets_only:
            facts.append((_("手动转动"), _("只准转到预置位")))
        facts += channel_facts(row)
        if row.voice_output:
            facts.append((_("语音输出（喊话）"), row.voice_output))
        if row.main_url.startswith("rtsp:"):
            facts.append((_("传输方式"), row.get_transport_display()))
        if row.certificate:
            facts.append((_("设备证书指纹"), grouped(row.certificate)))
    if row.reencode:
        facts.append((_("转码"), _("Motion JPEG 转码为 H.264 后录像，不是设备原始画面")))
    facts += base_facts(row, exact=exact)
    facts += plain_facts(row, Group.FIELD, Group.SIGN, Group.TURNING, Group.DEVICE)
    sound = order_of(row)
    facts.append((_("声音"), _("采集") if sound else _("不采集（默认关闭）")))
    return render(
        request,
        "places/camera.html",
        {
            "camera": row,
            "mobile": words_of(mobile, now) if mobile is not None else None,
            "sound": sound,
            "sound_waiting": waiting_for(row),
            "facts": facts,
            "keeping_clauses": kept.clauses,
            "keeping_conflict": kept.conflict,
            "may_edit": may_edit,
            "may_look_at_turning": bool(row.onvif_port) or row.main_url.startswith(GB_PREFIX),
            "may_change": guarded(row) and built_systems(person, now).filter(pk=row.system_id).exists(),
            "changes": visible_changes(person, now).filter(cameras__camera=row)[:10],
            "planned": plans_ahead(row, now),
            "hours": RecordingHours.objects.filter(camera=row, state__in=[Decision.WAITING, Decision.APPROVED]),
            **field_context(row, person, now),
            "may_stop": may_edit and needs_another(row),
            "may_take_out": may_take_out(row, person, now),
            "stop_waiting": stop_waiting_for(row),
            "stopped": retirement_of(row),
            "without_ground": out_without_ground(row),
            "today": timezone.localdate(now),
            "owed": owed_lines(owed_by(row.system, timezone.localdate(now), terms(), row), timezone.localdate(now)),
            "doubt": row.doubts.filter(state=DoubtState.WAITING).first(),
            "may_doubt": doubtable(person, now).filter(pk=pk).exists(),
            "forbidden": last_settled(row) if row.state == CameraState.FORBIDDEN else None,
            "trial": TrialAddress.objects.filter(camera=row).exists() if may_edit else False,
            "crumbs": crumbs_of(row.system, (row.name, "")),
        },
    )


@takes_papers(2)
@needs(Permission.MANAGE_CAMERAS)
def camera_add(request: HttpRequest, system: UUID) -> HttpResponse:
    """Add a camera: its register data and the address to try. It is a draft until the address is adopted."""
    now, person = timezone.now(), Viewer.of(request).person
    rows = tended_systems(person, now).select_related("site", "unit")
    row = get_object_or_404(rows, pk=system)
    new = Camera(created_by=person)
    form = CameraForm(request.POST or None, request.FILES or None, instance=new, system=row, person=person, at=now)
    address = AddressForm(request.POST or None, system=row)
    if request.method == "POST" and form.is_valid() & address.is_valid():
        with transaction.atomic():
            new = form.save(commit=False)
            form.keep_papers(person, now)
            save_recorded(new, CAMERA_FIELDS, person, timezone.now())
            put_on_trial(new, address, request)
        return redirect("places:check", pk=new.pk)
    context = {"form": form, "address": address, "system": row, "crumbs": crumbs_of(row, (_("接入点位"), ""))}
    return render(request, "places/camera_add.html", context, status=400 if form.errors or address.errors else 200)


def put_on_trial(camera: Camera, address: AddressForm, request: HttpRequest) -> None:
    """Keep a validated address on trial; its password is sealed before it touches the database."""
    TrialAddress.objects.update_or_create(
        camera=camera,
        defaults={
            "main_url": address.cleaned_data["main_url"],
            "sub_url": address.cleaned_data["sub_url"],
            "username": address.cleaned_data["username"],
            "sealed_password": address.sealed_password(camera.node.seal_key),
            "transport": address.cleaned_data["transport"],
            "certificate": address.certificate(),
            "reencode": address.cleaned_data["reencode"],
            "onvif_port": _onvif_port(camera, address.cleaned_data["main_url"]),
            "by": Viewer.of(request).person,
            "at": timezone.now(),
        },
    )
    tell_of(address.cleaned_data["main_url"])


def _onvif_port(camera: Camera, main_url: str) -> int | None:
    """Events are heard at the same device as before; of another device nothing is known."""
    return camera.onvif_port if same_host(camera.main_url, main_url) else None


@takes_papers(2)
@needs(Permission.MANAGE_CAMERAS)
def camera_edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Change a camera's register data."""
    rows = editable_cameras(Viewer.of(request).person, timezone.now()).select_related("system__site", "node")
    return edit_row(request, rows, pk, lambda row: _edit(request, row))


def _edit(request: HttpRequest, row: Camera) -> HttpResponse:
    person, now = Viewer.of(request).person, timezone.now()
    form = CameraForm(
        request.POST or None, request.FILES or None, instance=row, system=row.system, person=person, at=now
    )
    if request.method == "POST" and form.is_valid():
        saved = form.save(commit=False)
        try:
            with transaction.atomic():
                form.keep_papers(person, now)
                changed, found = save_camera(saved, CAMERA_FIELDS, person, now, form.chosen())
        except (StepRefused, ChangeWanted) as refusal:
            form.add_error("basis" if "basis" in form.fields else None, str(refusal))
        else:
            if changed:
                messages.success(request, _("已保存，媒体节点将在片刻后按新的登记执行。"))
            if found is not None:
                messages.warning(request, _("已登记擅自改变，须恢复原状，或者由审批人决定保留并办理变更备案。"))
            return redirect(row)
    crumbs = crumbs_of(row.system, (row.name, row.get_absolute_url()), (_("修改点位"), ""))
    context = {"form": form, "title": _("修改点位"), "crumbs": crumbs, "submit": _("保存点位")}
    return render(request, "places/form_sections.html", context, status=400 if form.errors else 200)


@require_POST
@needs(Permission.MANAGE_CAMERAS)
def camera_clock(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Set the clock of a camera that is heard by ONVIF to its node's."""
    now, person = timezone.now(), Viewer.of(request).person
    rows = editable_cameras(person, now).filter(state=CameraState.CONNECTED, onvif_port__isnull=False)
    row = get_object_or_404(rows.select_related("node", "system"), pk=pk)
    try:
        done = set_clock(row, person, now)
        failure = done.failure
    except NotLooked as error:
        done, failure = None, error.failure
    if done is not None and done.ok:
        said = {"before": _off(done.before_s), "after": _off(done.after_s)}
        messages.success(request, _("设备时钟已校准：原先相差 %(before)s 秒，现在相差 %(after)s 秒。") % said)
    else:
        words = failure_words(failure)
        messages.error(request, f"{words.reason}。{words.remedy}")
    return redirect(row)


def _off(seconds: float | None) -> str:
    return "–" if seconds is None else f"{seconds:+.1f}"
