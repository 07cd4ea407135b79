"""Steps of a device, each by a person and on record: entered, changed, its password renewed, retired.

Its ID is 20 digits of the division, the kind and the next number that is free (GB/T 28181-2016 Annex D.1).

Cameras out of channels: the channels that a person picks become rows of a batch, which that person fills in and confirms (`bulk`). Name,
place and position are proposals from the catalogue. What no device can say, category and basis, reason, field of view, sign, is stated by
the person as with any other camera; nothing is registered here.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Max, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from custodes.gb28181 import ids
from custodes.gb28181.ids import PROVINCES, TYPES
from custodes.gb28181.refused import Gb28181Refused
from custodes.people.lawful import bilingual
from custodes.people.models import Person
from custodes.people.records import record_language
from custodes.places.bulk.reading import WrittenCamera
from custodes.places.bulk.registering import take_lines
from custodes.places.devices.assignment import bump_gateways
from custodes.places.devices.channel import PREFIX, Channel
from custodes.places.devices.gateways import own_gateway
from custodes.places.lifecycle.stepping import StepRefused, Taken, enter, note
from custodes.places.models import (
    PREVIEW,
    Batch,
    BatchRow,
    Camera,
    CameraState,
    CatalogueTaking,
    GbChannel,
    GbDevice,
    Network,
    Node,
    Standing,
    System,
    TakingState,
    TrialAddress,
)
from custodes.places.network import refuse_classified
from custodes.places.register import keep_edit
from custodes.settings import get_settings
from custodes.video.wire.seal import seal, seal_key_from_base64

KINDS = (132, 118, 111, 130, 113, 122, 200)
"""Types that are entered, the commonest first."""

_INSIDE_A_UNIT = 2
_NETWORKS = {Network.VIDEO: 0, Network.LOCAL: 8, Network.INTERNET: 7, Network.ISOLATED: 0}


def kinds() -> list[tuple[str, Any]]:
    """To choose from: code and what it is called, in the language of the page."""
    return [(str(code), bilingual(TYPES[code].zh, TYPES[code].en)) for code in KINDS]


def next_id(system: System, kind: int) -> str:
    """The next free ID of this kind at the system's division; empty where its division has no code of GB/T 2260.

    Args:
        kind: type code, digits 11 to 13.
    """
    code = system.site.division.code
    centre = code[:8] if len(code) >= 8 else code[:6]
    if not ids.is_digits(centre) or len(centre) not in (6, 8) or centre[:2] not in PROVINCES:
        return ""
    try:
        start = ids.make(centre, _INSIDE_A_UNIT, kind, _NETWORKS[Network(system.network)], 1).text
    except Gb28181Refused:
        return ""
    # Those that were retired keep their number: what stands in records of one is not to be read of another.
    # Only digits count: an ID that a person entered as an odd one sorts behind them all.
    taken = GbDevice.objects.filter(gb_id__startswith=start[:14], gb_id__regex=r"^[0-9]{20}$")
    last = taken.aggregate(last=Max("gb_id"))["last"]
    serial = int(last[14:20]) + 1 if last and ids.is_standard(last) else 1
    return f"{start[:14]}{serial:06}" if serial <= 999_999 else ""


PASSWORD_LENGTH = 12
"""Characters: 70 bits, and no longer than the fields of devices take."""

_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789"
"""Without those that are taken for one another on a label."""

REASON = 200
FIELDS = ("name", "edition", "charset", "media", "speech", "keepalive_s", "misses", "follow_port")
"""That may be changed afterwards; another ID or another system is another device."""


def enter_device(device: GbDevice, by: Person, at: datetime, *, simulated: str = "") -> str:
    """Enter a device, with a password of the house's making; it is returned once and readable to nobody afterwards.

    Args:
        device: new, with its ID, name, system and wishes.
        simulated: the password that a simulated device has already; in a training installation alone.

    Raises:
        ClassifiedRefused: the system is classified (S20): nothing of it is shown to a network.
        StepRefused: there is no gateway, or the ID is entered already.
        ValueError: `simulated` where there may be real devices.
    """
    if simulated and not get_settings().training:
        raise ValueError("a password is made here, except for a simulated device of a training installation")
    refuse_classified(device.system.classified)
    if device.system.classified:
        raise StepRefused(_("涉密系统的设备不得接入国标网关。"), clause="S20")
    password = _sealed(device, simulated)
    device.entered_by, device.entered_at, device.password_at = by, at, at
    try:
        with transaction.atomic():
            device.save(force_insert=True)
            enter(device, device.system, "enter", _taken(by, at, device.gb_id), ())
            bump_gateways()
    except IntegrityError as error:
        raise StepRefused(_("该设备编号已经登记。请核对编号，或者另取一个。")) from error
    return password


def renew_password(device: GbDevice, by: Person, at: datetime, seen: str) -> str:
    """Give a device another password; with the one that it has it stays only until it has to register again.

    Args:
        seen: `password_mark` of the password that the person wants replaced.

    Raises:
        StepRefused: it is retired, there is no gateway, or somebody replaced it meanwhile: theirs would be dead on their page.
    """
    with transaction.atomic():
        row = _locked(device)
        if seen != password_mark(row):
            raise StepRefused(_("他人刚刚更换了该设备的密码。请先向其核对；仍要更换的，请重新打开本页再办理。"))
        password = _sealed(row)
        row.password_at = at
        row.save(update_fields=["sealed_password", "sealed_to", "password_at"])
        note(row, row.system, "renew_password", _taken(by, at), ())
        bump_gateways()
    return password


def password_mark(device: GbDevice) -> str:
    """Names the password that it has, without a word of it: when it was made."""
    return f"{device.password_at.timestamp():.6f}"


def change_device(device: GbDevice, by: Person, at: datetime) -> bool:
    """Keep what a form changed of `FIELDS`, with what stood there before; whether anything did.

    The form has told its editor what others changed since it was opened (`places.forms.revised`), and its row is under a lock.

    Raises:
        StepRefused: it is retired.
    """
    with transaction.atomic():
        row = _locked(device)
        changed = [name for name in FIELDS if getattr(row, name) != getattr(device, name)]
        if not changed:
            return False
        changes = {name: [getattr(row, name), getattr(device, name)] for name in changed}
        with record_language():
            words = "；".join(f"{_label(row, name)}：{_shown(row, name)} → {_shown(device, name)}" for name in changed)
        for name in changed:
            setattr(row, name, getattr(device, name))
        row.revision += 1
        row.save(update_fields=[*changed, "revision"])
        keep_edit(row, changes, by, at)
        note(row, row.system, "change", _taken(by, at, words[:500]), ())
        bump_gateways()
    return True


def retire_device(device: GbDevice, reason: str, by: Person, at: datetime) -> None:
    """Take a device out: it may not register any more. What it was, and its steps, stay.

    Raises:
        StepRefused: it is retired already, there is no reason, or channels of it are cameras in use (S34(6)).
    """
    if not reason.strip():
        raise StepRefused(_("请写明停用理由。"))
    with transaction.atomic():
        row = _locked(device)
        used = cameras_of(row).filter(state=CameraState.CONNECTED).count()
        if used:
            raise StepRefused(
                _("该设备有 %(count)s 个通道是已接入的点位。请先停用这些点位，或者为其更换地址。") % {"count": used},
                clause="S34(6)",
            )
        row.retired_at, row.standing, row.since, row.why = at, Standing.OFFLINE, at, ""
        # A retired device opens nothing any more, whoever still holds its password.
        row.sealed_password = row.sealed_to = ""
        row.save(update_fields=["retired_at", "standing", "since", "why", "sealed_password", "sealed_to"])
        row.mobiles.all().delete()
        TrialAddress.objects.filter(main_url__startswith=f"{PREFIX}{row.gb_id}/", camera__system=row.system_id).delete()
        CatalogueTaking.objects.filter(device=row, state=TakingState.COMING).update(
            state=TakingState.SHORT, ended_at=at
        )
        note(row, row.system, "retire", _taken(by, at, reason.strip()[:REASON]), (), before="entered")
        bump_gateways()


def made_cameras(device: GbDevice, names: Iterable[str], by: Person, at: datetime) -> None:
    """Keep that cameras were begun of channels. Called in the transaction in which they were."""
    listed = list(names)
    words = "、".join(listed[:20]) + ("…" if len(listed) > 20 else "")
    note(device, device.system, "make_cameras", _taken(by, at, f"{len(listed)} 个通道：{words}"[:500]), ())


def cameras_of(device: GbDevice) -> QuerySet[Camera]:
    """Cameras of the device's system whose address is one of its channels."""
    return Camera.objects.filter(main_url__startswith=f"{PREFIX}{device.gb_id}/", system=device.system_id)


def _locked(device: GbDevice) -> GbDevice:
    row = GbDevice.objects.select_for_update(of=("self",)).select_related("system").get(pk=device.pk)
    if row.retired_at is not None:
        raise StepRefused(_("该设备已经停用。"))
    return row


def _label(device: GbDevice, name: str) -> str:
    return str(device._meta.get_field(name).verbose_name)  # type: ignore[union-attr]


def _shown(device: GbDevice, name: str) -> str:
    """A value in the words of its form."""
    value = getattr(device, name)
    if isinstance(value, bool):
        return "是" if value else "否"
    return str(dict(getattr(device._meta.get_field(name), "flatchoices", ())).get(value, value))


def sealed_to_another(device: GbDevice) -> bool:
    """Whether the gateway can't open its password any more: it was sealed to a key that the gateway no longer has."""
    gateway = own_gateway()
    return bool(device.sealed_password) and gateway is not None and device.sealed_to != gateway.seal_key


def _sealed(device: GbDevice, password: str = "") -> str:
    """Make a password and seal it to the gateway; only the caller's answer has it in clear."""
    gateway = own_gateway()
    if gateway is None:
        raise StepRefused(_("本装置没有国标网关，不能登记国标设备。请由系统管理员启用网关。"))
    password = password or "".join(secrets.choice(_LETTERS) for _each in range(PASSWORD_LENGTH))
    device.sealed_password = seal(seal_key_from_base64(gateway.seal_key), password)
    device.sealed_to = gateway.seal_key
    return password


def _taken(by: Person, at: datetime, words: str = "") -> Taken:
    return Taken(by, at, timezone.localdate(at), words)


MOST = 200
"""Channels that are picked at once."""


def url_of(device: GbDevice, channel: GbChannel) -> str:
    """The address of a camera of this channel."""
    return Channel(device.gb_id, channel.channel_id).url


def cameras_by_url(device: GbDevice, urls: Sequence[str]) -> dict[str, Camera]:
    """Which of these addresses are cameras of the device's system, in use or with the address on trial."""
    rows = Camera.objects.filter(system=device.system_id).exclude(state=CameraState.RETIRED)
    tried = rows.filter(trial__main_url__in=urls).select_related("trial")
    found = {row.trial.main_url: row for row in tried}
    return found | {row.main_url: row for row in rows.filter(main_url__in=urls)}


def batches_by_url(device: GbDevice, urls: Sequence[str]) -> dict[str, UUID]:
    """Which of these addresses are rows of a batch that nobody has confirmed yet."""
    rows = BatchRow.objects.filter(main_url__in=urls, state__in=PREVIEW, batch__system=device.system_id)
    return dict(rows.values_list("main_url", "batch"))


def begin_cameras(device: GbDevice, channels: Iterable[GbChannel], node: Node, person: Person, at: datetime) -> Batch:
    """Make a batch of these channels, on record; the caller has asked whether the person tends the device's system."""
    picked = list(channels)
    lines = [WrittenCamera(number, _texts(device, channel)) for number, channel in enumerate(picked, start=1)]
    with transaction.atomic():
        batch = take_lines(lines, device.system, node, person, at)
        made_cameras(device, [channel.channel_id for channel in picked], person, at)
    return batch


def _texts(device: GbDevice, channel: GbChannel) -> dict[str, str]:
    texts = {
        "name": (channel.name or channel.channel_id)[:120],
        "place": channel.address[:200],
        "main_url": url_of(device, channel),
    }
    if channel.longitude is not None and channel.latitude is not None:
        texts |= {"longitude": f"{channel.longitude:.6f}", "latitude": f"{channel.latitude:.6f}"}
    return texts
