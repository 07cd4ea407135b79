"""Links with simulated platforms below, examined and not in force; and the first trials of some, above and below, asked of the gateway once it runs."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from django.utils import timezone

from custodes.people.models import Person, Unit
from custodes.places.devices.entering import enter_device
from custodes.places.devices.gateways import own_gateway
from custodes.places.models import GbDevice, MediaWay, System
from custodes.sharing.links import platforms, steps, trying
from custodes.sharing.models import Link, LinkState, Platform
from custodes.sharing.stepping import StepRefused, Taken
from custodes.tls.files import TlsFiles
from custodes.tls.pinned import make_pinned
from custodes.web.seed.above import Above
from custodes.web.seed.acting import DAY
from custodes.web.seed.below import CLOSED_URL, Below

TEST_AHEAD = 3 * DAY


def plant_below(
    rows: Iterable[Below],
    need: str,
    system: System,
    by: Person,
    now: datetime.datetime,
    passwords: Mapping[str, str],
    *,
    keeps: Person | None = None,
) -> None:
    """Enter those that are not there: platform, link, and the device by which it registers; asked for and examined days ago.

    Args:
        keeps: who enters the devices; None: `by` as well.
        passwords: of the simulated devices; without one of its own no device is entered, and its link says what is missing.
    """
    asked, examined = now - 5 * DAY, now - 4 * DAY
    for one in rows:
        if Platform.objects.filter(office=by.unit, gb_id=one.gb_id).exists():
            continue
        platforms.save(_platform(one, by.unit, asked), Taken(by, asked))
        platform = Platform.objects.get(office=by.unit, gb_id=one.gb_id)
        link = steps.ask_platform(platform, need, Taken(by, asked, need))
        # A day is set for the one that is left to whoever looks alone: the others' would hide in their work lists what waits there for a person.
        steps.examine(link, None if one.asked else timezone.localdate(now + TEST_AHEAD), Taken(by, examined))
        if own_gateway() is not None and one.gb_id in passwords:
            device = GbDevice(gb_id=one.gb_id, name=one.platform, system=system, media=MediaWay.UDP)
            enter_device(device, keeps or by, examined, simulated=passwords[one.gb_id])


def ask_first_trials(rows: Iterable[Below | Above], by: Person, now: datetime.datetime) -> bool:
    """Have those tried that the story wants tried and nobody had tried before; True once nothing is left to be asked for."""
    if own_gateway() is None:
        return True
    wanted = [one.gb_id for one in rows if one.asked]
    links = Link.objects.filter(
        office=by.unit, platform__gb_id__in=wanted, state=LinkState.EXAMINED, trials__isnull=True
    )
    for link in links:
        try:
            trying.ask_trial(link, Taken(by, now), call=True)
        except StepRefused:
            continue  # a person ended it meanwhile, or retired its device; of a platform above there is no password, where nobody simulates it
    return True


def _platform(one: Below, office: Unit, at: datetime.datetime) -> Platform:
    row = Platform(
        office=office, role="lower", level=one.level, gb_id=one.gb_id, name=one.platform, unit_name=one.unit,
        custodes=one.closed,
    )  # fmt: skip
    if one.closed:
        row.statements_url, row.statements_certificate = CLOSED_URL, _certificate(one, at)
    return row


def _certificate(one: Below, at: datetime.datetime) -> str:
    """One that nobody has the key of any more."""
    with TemporaryDirectory() as folder:
        files = TlsFiles(Path(folder) / "side.crt", Path(folder) / "side.key")
        make_pinned(files, one.gb_id, ("127.0.0.1",), at, serves=True, calls=True)
        return files.cert.read_text()
