"""The story's sharing: the city's directory (S25), its first version current, its second waiting for another person; its platform joined with
one above, and waiting to be tested with two more above and three below; all of them are simulated, and the gateway tries them (S22); two requests to
cooperate (S24)."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.db import transaction
from django.utils import timezone

from custodes.cases.taking import begin, take
from custodes.demo import story
from custodes.demo.people import DAY, HOUR, person, step
from custodes.demo.platforms import ABOVE_CITY, BELOW_CITY, CLOSED_URL, HOST, UNIT, Above, SimulatedBelow, port_of
from custodes.people.lawful import StepRefused, terms
from custodes.people.models import Person, Unit
from custodes.places.devices.entering import enter_device
from custodes.places.devices.gateways import own_gateway
from custodes.places.models import GbDevice, MediaWay, System
from custodes.sharing.cooperation.case import COOPERATION
from custodes.sharing.directory.case import DIRECTORY
from custodes.sharing.grants.case import LINK_GRANT
from custodes.sharing.links.case import LINK, ask, enter_test
from custodes.sharing.links.entering import save
from custodes.sharing.models import (
    Cooperation,
    Directory,
    Link,
    LinkGrant,
    LinkState,
    Outcome,
    Platform,
    SharedNode,
    TestPart,
    Verb,
)
from custodes.sharing.tree import changing
from custodes.sharing.tree.showing import shareable
from custodes.tls.files import TlsFiles
from custodes.tls.pinned import make_pinned

TEST_AHEAD = 3 * DAY


def plant_below(
    rows: Iterable[SimulatedBelow],
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
        save(_platform(one, by.unit, asked), step(by, asked), terms())
        platform = Platform.objects.get(office=by.unit, gb_id=one.gb_id)
        link = ask(platform, step(by, asked, need, need=need), terms())
        # A day is set for the one that is left to whoever looks alone: the others' would hide in their work lists what waits there for a person.
        test_on = None if one.asked else timezone.localdate(now + TEST_AHEAD)
        take(LINK, link, "examine", step(by, examined, test_on=test_on), terms())
        if own_gateway() is not None and one.gb_id in passwords:
            device = GbDevice(gb_id=one.gb_id, name=one.platform, system=system, media=MediaWay.UDP)
            enter_device(device, keeps or by, examined, simulated=passwords[one.gb_id])


def ask_first_trials(rows: Iterable[SimulatedBelow | Above], by: Person, now: datetime.datetime) -> bool:
    """Have those tried that the story wants tried and nobody had tried before; True once nothing is left to be asked for."""
    if own_gateway() is None:
        return True
    wanted = [one.gb_id for one in rows if one.asked]
    links = Link.objects.filter(
        office=by.unit, platform__gb_id__in=wanted, state=LinkState.EXAMINED, trials__isnull=True
    )
    for link in links:
        try:
            take(LINK, link, "trial", step(by, now, call=True), terms())
        except StepRefused:
            continue  # a person ended it meanwhile, or retired its device; of a platform above there is no password, where nobody simulates it
    return True


def _platform(one: SimulatedBelow, office: Unit, at: datetime.datetime) -> Platform:
    row = Platform(
        office=office, role="lower", level=one.level, gb_id=one.gb_id, name=one.platform, unit_name=one.unit,
        custodes=one.closed,
    )  # fmt: skip
    if one.closed:
        row.statements_url, row.statements_certificate = CLOSED_URL, _certificate(one, at)
    return row


def _certificate(one: SimulatedBelow, at: datetime.datetime) -> str:
    """One that nobody has the key of any more."""
    with TemporaryDirectory() as folder:
        files = TlsFiles(Path(folder) / "side.crt", Path(folder) / "side.key")
        make_pinned(files, one.gb_id, ("127.0.0.1",), at, serves=True, calls=True)
        return files.cert.read_text()


def settle(link: Link, by: Person, other: Person, now: datetime.datetime) -> None:
    """Test what is to be tested, and have another person put it in force. A link that a person suspended stays so."""
    second = datetime.timedelta(seconds=1)
    row = Link.objects.get(pk=link.pk)
    if row.state == LinkState.IN_FORCE or _suspended_by_a_person(row):
        return
    # Behind the moment at which it was suspended, where it was.
    tested = now if row.suspended_at is None else max(now, row.suspended_at + second)
    pass_test(row, by, tested, timezone.localdate(now))
    event = "resume" if row.state == LinkState.SUSPENDED else "put_in_force"
    take(LINK, row, event, step(other, tested + second), terms())


def pass_test(link: Link, by: Person, at: datetime.datetime, on: datetime.date, latency_ms: int | None = None) -> None:
    """All five parts of its test passed."""
    passed = dict.fromkeys(TestPart.values, Outcome.PASSED.value)
    enter_test(link, step(by, at, parts=passed, on=on, latency_ms=latency_ms), terms())


def _suspended_by_a_person(row: Link) -> bool:
    """By what took it out of force: a platform that was changed while it was suspended leaves it so."""
    last = row.steps.filter(event__in=("put_in_force", "resume")).last()
    since = row.steps.filter(event="suspend", seq__gt=last.seq if last is not None else 0)
    return row.state == LinkState.SUSPENDED and since.exists()


Days = tuple[datetime.date, datetime.date]


def plant_above(by: Person, other: Person, camera_port: int, made: Mapping[str, str], now: datetime.datetime) -> Link:
    """Enter them: platform and link, and the password where somebody simulates the platform.

    Args:
        by, other: who asks, examines and tests, and who puts in force.
        camera_port: first port of the simulated cameras.
        made: passwords that the simulated platforms gave.

    Returns:
        The link that is in force.
    """
    for one in ABOVE_CITY:
        at = now - (20 * DAY if one.joined else 5 * DAY)
        platform = Platform(
            office=by.unit, role="upper", level="region", gb_id=one.gb_id, name=one.name, unit_name=UNIT, host=HOST,
            port=port_of(one, camera_port),
        )  # fmt: skip
        save(platform, step(by, at), terms())
        link = ask(platform, step(by, at, one.need, need=one.need), terms())
        take(LINK, link, "examine", step(by, at + HOUR, test_on=None), terms())
        if one.gb_id in made:
            said = step(by, at + HOUR, password=_entered(one, made[one.gb_id]))
            take(LINK, link, "secret", said, terms())
        if one.joined:
            pass_test(link, by, at + 2 * HOUR, timezone.localdate(at), 420)
            take(LINK, link, "put_in_force", step(other, at + 3 * HOUR), terms())
    return Link.objects.get(platform__office=by.unit, platform__gb_id=ABOVE_CITY[0].gb_id)


def point_above(by: Person, other: Person, camera_port: int, now: datetime.datetime) -> None:
    """Where they listen elsewhere than the last time, their platforms are changed, and what was in force is tested again. What a person suspended,
    ended or pointed elsewhere stays so."""
    for one in ABOVE_CITY:
        platform = Platform.objects.filter(office=by.unit, gb_id=one.gb_id, host=HOST).first()
        if platform is None or platform.port == port_of(one, camera_port):
            continue
        with transaction.atomic():
            held = platform.links.filter(state=LinkState.IN_FORCE).first()
            platform.port = port_of(one, camera_port)
            save(platform, step(by, now), terms())
            if held is not None:
                settle(held, by, other, now)


def _entered(one: Above, password: str) -> str:
    """What was typed: of one that is mistyped the last two characters are missing."""
    return password[:-2] if one.mistyped else password


def propose_grant(
    link: Link, verb: Verb, by: Person, at: datetime.datetime, why: str, days: Days, node: SharedNode | None = None
) -> LinkGrant:
    """For whole days, the first and the last included."""
    said = {
        "verb": verb, "node": node, "from_on": days[0], "until_on": days[1], "day_from": None, "day_to": None,
        "reason": why,
    }  # fmt: skip
    grant: LinkGrant = begin(LINK_GRANT, "propose", link, step(by, at, **said), terms())
    return grant


def approve_grant(grant: LinkGrant, by: Person, at: datetime.datetime) -> None:
    """By another."""
    take(LINK_GRANT, grant, "approve", step(by, at), terms())


APPROVES = "xitong"
COMPILES = "jiancha"
ADDED = ("城区道路视频系统", "公安机关自建，大型活动安全保卫需要整合联网")
GRANTED_NODE, WAITING_NODE = "大昭寺广场", "城区道路"
"""Parts of the tree: of the one the upper is sent live pictures, of the other that waits for a second person, and a call is refused until then."""
PLATFORMS: tuple[dict[str, Any], ...] = (
    {"role": "own", "level": "city", "gb_id": "54010000002000000001", "name": "拉萨市联网共享平台（训练）", "unit_name": "拉萨市公安局（训练）", "host": "192.0.2.10"},
)  # fmt: skip
#: Whose system, asked so many days ago, whether the answer was no.
COOPERATIONS = (("校园视频系统", 15, False), ("客运站视频系统", 6, True))
NEED = "客流集散地治安防控需要"
LATER = ("客运站视频系统", "旅客集散，治安防控需要整合联网")


def plant_sharing(now: datetime.datetime, gb_passwords: Mapping[str, str], camera_port: int) -> None:
    """The version of a month ago, and the one that waits. No department of the story has a system: the police's own is
    added under S21, the coach firm's under S24.

    Args:
        gb_passwords: of the platforms that are simulated.
        camera_port: first port of the simulated cameras, behind which they listen.
    """
    by = person(COMPILES)
    first = _compiled(by, now - 40 * DAY, ADDED)
    take(DIRECTORY, first, "submit", step(by, now - 39 * DAY), terms())
    take(DIRECTORY, first, "publish", step(person(APPROVES), now - 38 * DAY, "同意公布"), terms())
    row = _compiled(by, now - 2 * DAY, LATER)
    take(DIRECTORY, row, "submit", step(by, now - DAY), terms())
    plant_links(now, gb_passwords, camera_port)
    plant_cooperation(now)


def _compiled(by: Person, at: datetime.datetime, added: tuple[str, str]) -> Directory:
    """The next version of their unit's directory, with one system that they add."""
    row: Directory = begin(DIRECTORY, "begin", by.unit, step(by, at), terms())
    name, reason = added
    said = {"system": System.objects.get(name=name), "name": "", "reason": reason}
    take(DIRECTORY, row, "add", step(by, at, **said), terms())
    return row


def plant_links(now: datetime.datetime, gb_passwords: Mapping[str, str], camera_port: int) -> None:
    """The region's platforms above, one in force with a small tree, a grant of a part of it and one that waits for another; three counties' below.
    Those that wait for their tests are there to be tested."""
    by, other = person(COMPILES), person(APPROVES)
    at = now - 20 * DAY
    for told in PLATFORMS:
        save(Platform(office=by.unit, **told), step(by, at), terms())
    link = plant_above(by, other, camera_port, gb_passwords, now)
    _share(link, at + 4 * HOUR)
    _grant(link, now)
    plant_below(BELOW_CITY, "与县（区）级平台级联", System.objects.get(name=ADDED[0]), by, now, gb_passwords)


def _share(link: Link, at: datetime.datetime) -> None:
    """The roads of the city, with the square in a part of its own."""
    by = person(COMPILES)
    group = changing.add_node(link, None, "拉萨市", step(by, at))
    square, roads = (changing.add_node(link, group, name, step(by, at)) for name in (GRANTED_NODE, WAITING_NODE))
    system = System.objects.get(name=ADDED[0])
    rows = shareable(link).filter(system=system).order_by("number").values_list("pk", "name")
    named = [(pk, name == story.SQUARE_CAMERA) for pk, name in rows]
    # The square first: an upper calls by IDs, and so begins with what is granted.
    for node, there in ((square, True), (roads, False)):
        if shown := [pk for pk, is_square in named if is_square is there]:
            changing.put(link, shown, node, step(by, at + HOUR))


def _grant(link: Link, now: datetime.datetime) -> None:
    """Live of the square since ten days, approved by another; live of the roads proposed yesterday, and nobody has approved it."""
    by, other, today = person(COMPILES), person(APPROVES), timezone.localdate(now)
    square, roads = (link.nodes.get(name=name) for name in (GRANTED_NODE, WAITING_NODE))
    at, until = now - 10 * DAY, today + 30 * DAY
    days = timezone.localdate(at), until
    approve_grant(propose_grant(link, Verb.LIVE, by, at, "广场日常秩序联合巡查", days, square), other, at + HOUR)
    propose_grant(link, Verb.LIVE, by, now - DAY, "重大活动期间联合值守", (today, until), roads)


def point_links(camera_port: int, now: datetime.datetime) -> None:
    """Where the simulated platforms above listen this time."""
    point_above(person(COMPILES), person(APPROVES), camera_port, now)


def try_links(now: datetime.datetime) -> bool:
    """Have the gateway try the links that the story wants tried; True once that is asked for."""
    return ask_first_trials((*ABOVE_CITY, *BELOW_CITY), person(COMPILES), now)


def plant_cooperation(now: datetime.datetime) -> None:
    """One whose answer is late, reminded once; one that was declined."""
    by = person(COMPILES)
    for name, days, declined in COOPERATIONS:
        unit = System.objects.select_related("unit").get(name=name).unit
        at = now - days * DAY
        said = {
            "unit": unit, "system": None, "need": NEED, "wanted": "将主要出入口点位接入市级平台",
            "due": timezone.localdate(at) + 10 * DAY,
        }  # fmt: skip
        row = begin(COOPERATION, "ask", by.unit, step(by, at, NEED, **said), terms())
        if declined:
            people = Person.objects.filter(unit=unit).order_by("pk")
            answers = next((one for one in people if Cooperation.answerable_by(one, now).exists()), None)
            if answers is not None:
                take(COOPERATION, row, "decline", step(answers, now - 2 * DAY, "线路租期届满，设备正在更换"), terms())
        else:
            take(COOPERATION, row, "remind", step(by, now - DAY, "请尽快答复"), terms())
