"""GB/T 28181 devices: the list, one device, and what a person does with it.

Unknown devices, who tried to register and may not, are listed by address. Nothing that they say of themselves is believed.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from custodes.people.permissions import Permission
from custodes.people.table import long_page
from custodes.people.viewer import Viewer, needs
from custodes.places.columns import device_table, unknown_table
from custodes.places.devices.catalogue import open_findings, settle
from custodes.places.devices.configured import differences, is_below, reading_of
from custodes.places.devices.entering import (
    change_device,
    enter_device,
    kinds,
    next_id,
    password_mark,
    renew_password,
    retire_device,
    sealed_to_another,
)
from custodes.places.devices.gateways import GatewayClient, GatewayUnreachable, NotRegistered, own_gateway
from custodes.places.devices.reporting import FORGOTTEN, MOST_UNKNOWN, refused_tries
from custodes.places.forms.device import DeviceChangeForm, DeviceForm
from custodes.places.lifecycle.stepping import StepRefused
from custodes.places.lifecycle.story import story_of_object
from custodes.places.models import DeviceFinding, GbDevice, Standing, System, TakingState, UnknownDevice, UnknownWhy
from custodes.places.narrowing import Narrowing
from custodes.places.network import keeps_nothing_classified
from custodes.places.scope import (
    exact_devices,
    exact_systems,
    sees_unknown,
    tended_devices,
    tended_systems,
    visible_devices,
)
from custodes.places.views.device_channels import channels_shown, mobiles_shown
from custodes.places.views.device_words import (
    alarms_shown,
    badge_of,
    device_crumbs,
    facts_of,
    gateway_context,
    tended_device,
    typed_in,
)
from custodes.places.views.editing import edit_row
from custodes.places.views.lists import chosen_system, search_of


@needs(Permission.MANAGE_CAMERAS)
def unknown_devices(request: HttpRequest) -> HttpResponse:
    """The list, for whoever manages a whole division: these devices are nobody's yet."""
    now, person = timezone.now(), Viewer.of(request).person
    if not sees_unknown(person, now):
        raise Http404
    table, query = unknown_table(request), search_of(request)
    rows = UnknownDevice.objects.filter(last_at__gt=now - FORGOTTEN)
    if query:
        rows = rows.filter(address__icontains=query) | rows.filter(said_id__icontains=query)
    page = Paginator(table.order(rows), PER_PAGE).get_page(request.GET.get("page"))
    known = {
        row.gb_id: row
        for row in visible_devices(person, now).filter(gb_id__in={one.said_id for one in page}, retired_at__isnull=True)
    }
    context = {
        "table": table,
        "page": page,
        "rows": [(row, known.get(row.said_id), row.why == UnknownWhy.UNKNOWN) for row in page],
        "query": query,
        "days": FORGOTTEN.days,
        "most": MOST_UNKNOWN,
        **gateway_context(now),
        "crumbs": device_crumbs((_("未知设备"), "")),
    }
    return render(request, "places/unknown_devices.html", context)


PER_PAGE = 50
RETIRED = "retired"
STATES = [*Standing.choices, (RETIRED, pgettext_lazy("国标设备", "已停用"))]
ALARMS_SHOWN = 20
FINDINGS_SHOWN = 50


@needs(Permission.VIEW_PLACES)
def device_list(request: HttpRequest) -> HttpResponse:
    """Every device that the person may see."""
    now, viewer = timezone.now(), Viewer.of(request)
    query, state = search_of(request), request.GET.get("state", "")
    system = chosen_system(viewer, request.GET.get("system", ""))
    narrowing = Narrowing.of(viewer, request.GET)
    table = device_table(request)
    rows = narrowing.at(visible_devices(viewer.person, now), "system__site__")
    rows = rows.filter(retired_at__isnull=state != RETIRED)
    if state in Standing.values:
        rows = rows.filter(standing=state)
    if system is not None:
        rows = rows.filter(system=system)
    if query:
        named = System.objects.filter(Q(name__icontains=query) | Q(site__name__icontains=query))
        # An ID is base data (S33.1): who may not read it finds nothing by it.
        by_id = Q(gb_id__icontains=query, system__in=exact_systems(viewer.person, now).values("pk"))
        rows = rows.filter(Q(name__icontains=query) | by_id | Q(system__in=named.values("pk")))
    page = long_page(request, table.order(rows), PER_PAGE, _devices)
    exact = set(exact_devices(viewer.person, now).filter(pk__in=[row.pk for row in page]).values_list("pk", flat=True))
    return render(
        request,
        "places/device_list.html",
        {
            "tab": "devices",
            "table": table,
            "page": page,
            "rows": [(row, *badge_of(row), row.pk in exact) for row in page],
            "query": query,
            "state": state,
            "states": STATES,
            "system": system,
            "narrowing": narrowing,
            "filtered": bool(query or state or system or narrowing),
            "may_add": viewer.may(Permission.MANAGE_CAMERAS),
            "sees_unknown": sees_unknown(viewer.person, now),
            **gateway_context(now),
            "crumbs": [(pgettext_lazy("列表", "点位"), "")],
        },
    )


def _devices(keys: Any) -> dict[Any, GbDevice]:
    return GbDevice.objects.select_related("system__site", "system__unit").order_by().in_bulk(keys)


@needs(Permission.MANAGE_CAMERAS)
def device_choose(request: HttpRequest) -> HttpResponse:
    """To which system a new device belongs; what was known of it goes along."""
    now, person, query = timezone.now(), Viewer.of(request).person, search_of(request)
    rows = tended_systems(person, now).filter(classified=False).select_related("site", "unit")
    if query:
        rows = rows.filter(Q(name__icontains=query) | Q(site__name__icontains=query) | Q(unit__name__icontains=query))
    shown = list(rows.order_by("name", "pk")[: PER_PAGE + 1])
    context = {
        "systems": shown[:PER_PAGE],
        "more": len(shown) > PER_PAGE,
        "query": query,
        "gb_id": _said_id(request),
        "crumbs": device_crumbs((_("登记设备"), "")),
    }
    return render(request, "places/device_choose.html", context)


def _said_id(request: HttpRequest) -> str:
    """What somebody called themselves, as a proposal; only what can be an ID."""
    text = request.GET.get("id", "")[:32]
    return text if text and all(one.isascii() and (one.isalnum() or one in "._-") for one in text) else ""


@keeps_nothing_classified
@never_cache
@needs(Permission.MANAGE_CAMERAS)
def device_add(request: HttpRequest, system: UUID) -> HttpResponse:
    """Enter a device; the answer shows its password, once."""
    now, person = timezone.now(), Viewer.of(request).person
    row = get_object_or_404(tended_systems(person, now).select_related("site__division", "unit"), pk=system)
    kind = request.GET.get("kind", "")
    chosen = int(kind) if kind in dict(kinds()) else 0
    said = _said_id(request)
    start = {"gb_id": said or (next_id(row, chosen) if chosen else ""), "name": ""}
    form = DeviceForm(request.POST or None, instance=GbDevice(system=row), initial=start)
    if request.method == "POST" and form.is_valid():
        device = form.save(commit=False)
        try:
            password = enter_device(device, person, now)
        except StepRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            return _secret(request, device, password, _("设备已登记"))
    context = {
        "form": form,
        "system": row,
        "kinds": kinds(),
        "kind_code": str(chosen),
        "said": said,
        **gateway_context(now),
        "crumbs": device_crumbs((_("登记设备"), "")),
    }
    return render(request, "places/device_add.html", context, status=400 if form.errors else 200)


def _secret(request: HttpRequest, device: GbDevice, password: str, title: Any) -> HttpResponse:
    """The one page on which a password stands; nothing keeps it."""
    gateway = own_gateway()
    assert gateway is not None
    context = {
        "title": title,
        "device": device,
        "lines": typed_in(device, password, gateway),
        "crumbs": device_crumbs((device.name, device.get_absolute_url()), (_("密码"), "")),
    }
    answer = render(request, "places/device_secret.html", context)
    answer["Cache-Control"] = "no-store"
    return answer


@needs(Permission.VIEW_PLACES)
def device(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One device: how it stands, what it says of itself, what it has, what differs."""
    now, person = timezone.now(), Viewer.of(request).person
    rows = visible_devices(person, now).select_related("system__site", "system__unit", "entered_by")
    row = get_object_or_404(rows, pk=pk)
    exact = exact_devices(person, now).filter(pk=pk).exists()
    context: dict[str, Any] = {
        "device": row,
        "badge": badge_of(row),
        "facts": facts_of(row, exact=exact),
        "exact": exact,
        "sealed_to_another": row.retired_at is None and sealed_to_another(row),
        "password_mark": password_mark(row),
        "may_edit": row.retired_at is None and tended_devices(person, now).filter(pk=pk).exists(),
        "configures": exact and not is_below(row),
        "may_reboot": Viewer.of(request).may(Permission.REBOOT_DEVICES),
        **gateway_context(now),
        "crumbs": device_crumbs((row.name, "")),
    }
    if exact:
        context |= {
            **channels_shown(request, row),
            "findings": open_findings(row)[:FINDINGS_SHOWN],
            "takings": (takings := list(row.takings.all()[:3])),
            "not_taken_over": bool(takings) and takings[0].state in (TakingState.SHORT, TakingState.LONG),
            "alarms": alarms_shown(row, ALARMS_SHOWN),
            "refused": list(refused_tries(row, now)),
            "refused_days": FORGOTTEN.days,
            "mobiles": mobiles_shown(row, now),
            "story": story_of_object(row),
            "configured": [] if is_below(row) else differences(row, reading_of(row, row.gb_id)),
        }
    return render(request, "places/device.html", context)


@needs(Permission.MANAGE_CAMERAS)
def device_edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Change its name and how it is spoken to."""
    rows = tended_devices(Viewer.of(request).person, timezone.now()).select_related("system__site", "system__unit")
    return edit_row(request, rows, pk, lambda row: _edit(request, row))


def _edit(request: HttpRequest, row: GbDevice) -> HttpResponse:
    form = DeviceChangeForm(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        try:
            change_device(form.save(commit=False), Viewer.of(request).person, timezone.now())
        except StepRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("已保存，网关将在片刻后按新的登记执行。"))
            return redirect(row)
    context = {
        "form": form,
        "title": _("修改国标设备"),
        "submit": _("保存设备"),
        "crumbs": device_crumbs((row.name, row.get_absolute_url()), (_("修改国标设备"), "")),
    }
    return render(request, "places/form.html", context, status=400 if form.errors else 200)


@never_cache
@require_POST
@needs(Permission.MANAGE_CAMERAS)
def device_password(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Give it another password; the answer shows it, once."""
    row = tended_device(request, pk)
    try:
        password = renew_password(row, Viewer.of(request).person, timezone.now(), request.POST.get("seen", ""))
    except StepRefused as refusal:
        messages.error(request, str(refusal))
        return redirect(row)
    return _secret(request, row, password, _("密码已更换"))


@require_POST
@needs(Permission.MANAGE_CAMERAS)
def device_catalogue(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Have the gateway ask the device for its catalogue now."""
    row, gateway = tended_device(request, pk), own_gateway()
    if row.retired_at is not None or gateway is None:
        messages.error(request, _("设备已经停用，或者本装置没有国标网关。"))
        return redirect(row)
    try:
        GatewayClient(gateway).take_catalogue(row.gb_id)
    except NotRegistered:
        messages.warning(request, _("设备没有注册，现在取不到目录。请检查设备后再试。"))
    except GatewayUnreachable:
        messages.error(request, _("国标网关没有应答。请由系统管理员检查网关是否运行。"))
    else:
        messages.success(request, _("已向设备查询目录，收齐后显示在本页。"))
    return redirect(row)


@require_POST
@needs(Permission.MANAGE_CAMERAS)
def device_retire(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take it out: it may not register any more."""
    row = tended_device(request, pk)
    try:
        retire_device(row, request.POST.get("reason", ""), Viewer.of(request).person, timezone.now())
    except StepRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("设备已停用，不再准许注册。"))
    return redirect(row)


@require_POST
@needs(Permission.MANAGE_CAMERAS)
def device_finding(request: HttpRequest, pk: UUID, finding: int) -> HttpResponse:
    """A person has looked at a difference and says what came of it."""
    row = tended_device(request, pk)
    found = get_object_or_404(_findings(row), pk=finding)
    try:
        settle(found, Viewer.of(request).person, request.POST.get("words", ""), timezone.now())
    except StepRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("已记录核对情况。"))
    return redirect(row)


def _findings(device: GbDevice) -> QuerySet[DeviceFinding]:
    return DeviceFinding.objects.filter(device=device).select_related("device__system")
