"""One camera step by step: where it looks, its address (found, by template, by ONVIF, by hand), its picture, its name."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET

from custodes.law.building.prohibited import ZONES
from custodes.people.lawful import terms
from custodes.people.permissions import Permission
from custodes.people.viewer import Viewer, needs
from custodes.places.bulk.checking import next_number
from custodes.places.devices.assignment import media_ways, tell_of
from custodes.places.doubts import SpotRefused, zone_name
from custodes.places.forms.address import AddressForm
from custodes.places.forms.wizard import NameForm, OnvifForm, PlaceForm, TemplateForm
from custodes.places.lifecycle.gathering import owed_by
from custodes.places.makers import makers, without_template
from custodes.places.models import Camera, CameraState, OnvifLook, Transport, TrialAddress
from custodes.places.models.recorded import CAMERA_FIELDS
from custodes.places.onvif import NotLooked, look, search
from custodes.places.probing import failure_words, fresh_probe, probe_trial
from custodes.places.register import adopt_trial, save_recorded
from custodes.places.scope import editable_cameras, tended_systems
from custodes.places.steps import ADDRESS, NAME, PLACE, wizard_steps
from custodes.places.views.system import crumbs_of, owed_lines
from custodes.settings import get_settings
from custodes.video.wire.seal import seal, seal_key_from_base64


def _camera(request: HttpRequest, pk: UUID) -> Camera:
    rows = editable_cameras(Viewer.of(request).person, timezone.now())
    return get_object_or_404(rows.select_related("system__site", "system__unit", "node"), pk=pk)


def _draft(request: HttpRequest, pk: UUID) -> Camera:
    """A camera that is still on its way in; one that is recorded changes its address elsewhere (decision 0060)."""
    camera = _camera(request, pk)
    return get_object_or_404(
        Camera.objects.select_related("system__site", "node"), pk=camera.pk, state=CameraState.DRAFT
    )


def _page(request: HttpRequest, camera: Camera, template: str, step: int, **more: Any) -> HttpResponse:
    form = more.get("form")
    context = {
        "camera": camera,
        "steps": wizard_steps(step),
        "crumbs": crumbs_of(camera.system, (_("接入点位"), "")),
        **more,
    }
    return render(request, template, context, status=400 if isinstance(form, Form) and form.errors else 200)


@needs(Permission.MANAGE_CAMERAS)
def place(request: HttpRequest, system: UUID) -> HttpResponse:
    """First: where it stands and what it looks at. From here on there is a draft, with a number for the time being."""
    person, now = Viewer.of(request).person, timezone.now()
    row = get_object_or_404(tended_systems(person, now).select_related("site", "unit"), pk=system)
    form = PlaceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        camera = Camera(
            system=row,
            node=data["node"],
            number=next_number(set(row.cameras.values_list("number", flat=True))),
            name=data["place"][:120],
            place=data["place"],
            view=data["view"],
            screening_note=data["screening_note"],
            created_by=person,
        )
        save_recorded(camera, CAMERA_FIELDS, person, now)
        return redirect("places:source", pk=camera.pk)
    context = {
        "form": form,
        "system": row,
        "zones": [zone_name(zone) for zone in ZONES],
        "steps": wizard_steps(PLACE),
        "crumbs": crumbs_of(row, (_("接入点位"), "")),
    }
    return render(request, "places/wizard_place.html", context, status=400 if form.errors else 200)


@needs(Permission.MANAGE_CAMERAS)
def source(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Second: the ways to an address. A search (POST) lists the devices that answered."""
    camera = _draft(request, pk)
    found, failure = None, None
    if request.method == "POST":
        try:
            found = search(camera, Viewer.of(request).person, timezone.now())
        except NotLooked as error:
            failure = failure_words(error.failure)
    return _page(request, camera, "places/wizard_source.html", ADDRESS, found=found, failure=failure)


@sensitive_post_parameters("password")
@needs(Permission.MANAGE_CAMERAS)
def source_template(request: HttpRequest, pk: UUID) -> HttpResponse:
    """An address out of a maker's template; it is shown as it will be before it is tried."""
    camera = _draft(request, pk)
    form = TemplateForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        address = form.address
        return _try(request, camera, address.main, address.sub, form.cleaned_data)
    return _page(
        request,
        camera,
        "places/wizard_template.html",
        ADDRESS,
        form=form,
        makers=makers(get_settings().training),
        without=without_template(),
    )


@sensitive_post_parameters("password")
@needs(Permission.MANAGE_CAMERAS)
def source_hand(request: HttpRequest, pk: UUID) -> HttpResponse:
    """An address by hand."""
    camera = _draft(request, pk)
    trial = TrialAddress.objects.filter(camera=camera).first()
    form = AddressForm(request.POST or None, camera=trial, system=camera.system)
    if request.method == "POST" and form.is_valid():
        data, sealed = form.cleaned_data, form.sealed_password(camera.node.seal_key)
        _put(request, camera, data["main_url"], data["sub_url"], data["username"], sealed)
        return _probe(request, camera)
    return _page(request, camera, "places/wizard_hand.html", ADDRESS, form=form)


@sensitive_post_parameters("password")
@needs(Permission.MANAGE_CAMERAS)
def source_onvif(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Look at an ONVIF device; its channels are chosen from on the next page."""
    camera = _draft(request, pk)
    start = {key: request.GET[key] for key in ("host", "port") if key in request.GET}
    form = OnvifForm(request.POST or None, initial=start)
    failure = None
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        sealed = _sealed(camera, data)
        person = Viewer.of(request).person
        try:
            kept = look(camera, data["host"], data["port"], data["username"], sealed, person, timezone.now())
        except NotLooked as error:
            failure = failure_words(error.failure)
        else:
            if kept.device.ok:
                return redirect("places:source_channel", pk=camera.pk)
            failure = failure_words(_onvif_failure(kept.device.failure))
    return _page(request, camera, "places/wizard_onvif.html", ADDRESS, form=form, failure=failure)


def _onvif_failure(failure: str) -> str:
    """An ONVIF device fails in words of its own where those of an RTSP address would mislead."""
    return {"path": "onvif", "protocol": "onvif", "refused": "onvif_port"}.get(failure, failure)


@needs(Permission.MANAGE_CAMERAS)
def source_channel(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Choose one of the channels that the device has."""
    camera = _draft(request, pk)
    kept = OnvifLook.objects.filter(camera=camera).first()
    if kept is None or not kept.fresh(timezone.now()) or not kept.device.ok:
        messages.info(request, _("设备的读取结果已过期，请重新读取。"))
        return redirect("places:source_onvif", pk=camera.pk)
    if request.method == "POST":
        streams = kept.streams_of(request.POST.get("source", ""))
        if streams is not None:
            main, sub = streams
            sub_url = sub.url if sub else ""
            _put(request, camera, main.url, sub_url, kept.username, kept.sealed_password, kept.port)
            return _probe(request, camera)
        messages.error(request, _("请选择一个通道。"))
    return _page(request, camera, "places/wizard_channel.html", ADDRESS, look=kept, device=kept.device)


@needs(Permission.MANAGE_CAMERAS)
def naming(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Last: its name and number; with this it is connected and recorded."""
    camera = _draft(request, pk)
    trial = get_object_or_404(TrialAddress, camera=camera)
    now, person = timezone.now(), Viewer.of(request).person
    probe = fresh_probe(camera, trial, now)
    if probe is None:
        messages.error(request, _("请先检测地址。检测成功后十分钟内可以确认接入。"))
        return redirect("places:check", pk=camera.pk)
    form = NameForm(request.POST or None, instance=camera)
    if request.method == "POST" and form.is_valid():
        named = form.save(commit=False)
        save_recorded(named, ("name", "number"), person, now)
        try:
            with transaction.atomic():
                adopt_trial(named, trial, probe, person, now)
        except SpotRefused as refused:
            # The name is kept, and the doubt that it raised waits for a person.
            messages.error(request, str(refused))
            return redirect(named)
        return redirect("places:added", pk=camera.pk)
    return _page(request, camera, "places/wizard_name.html", NAME, form=form)


@require_GET
@needs(Permission.MANAGE_CAMERAS)
def added(request: HttpRequest, pk: UUID) -> HttpResponse:
    """It is in; the next one."""
    camera, today = _camera(request, pk), timezone.localdate()
    owed = owed_lines(owed_by(camera.system, today, terms(), camera), today)
    return render(
        request,
        "places/wizard_added.html",
        {"camera": camera, "owed": owed, "crumbs": crumbs_of(camera.system, (_("接入点位"), ""))},
    )


def _try(request: HttpRequest, camera: Camera, main: str, sub: str, data: dict[str, Any]) -> HttpResponse:
    _put(request, camera, main, sub, data["username"], _sealed(camera, data))
    return _probe(request, camera)


def _sealed(camera: Camera, data: dict[str, Any]) -> str:
    return seal(seal_key_from_base64(camera.node.seal_key), data["password"]) if data["password"] else ""


def _put(
    request: HttpRequest,
    camera: Camera,
    main: str,
    sub: str,
    username: str,
    sealed: str,
    onvif_port: int | None = None,
) -> None:
    TrialAddress.objects.update_or_create(
        camera=camera,
        defaults={
            "main_url": main,
            "sub_url": sub,
            "username": username,
            "sealed_password": sealed,
            "transport": media_ways(camera.system, [main]).get(main, Transport.TCP),
            "by": Viewer.of(request).person,
            "at": timezone.now(),
            "onvif_port": onvif_port,
            "naming": True,
        },
    )
    tell_of(main)
    OnvifLook.objects.filter(camera=camera).delete()


def _probe(request: HttpRequest, camera: Camera) -> HttpResponse:
    """Try it at once: whoever gave an address wants to know."""
    trial = TrialAddress.objects.get(camera=camera)
    result = probe_trial(camera, trial, Viewer.of(request).person, timezone.now())
    if result.failure == "rate":
        words = failure_words("rate")
        messages.warning(request, f"{words.reason}。{words.remedy}")
    return redirect("places:check", pk=camera.pk)
