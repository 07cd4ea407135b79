"""What lies about on the stage, so that every address leads to something that exists: roles, an address on trial with its
probe, the operator on duty who looks at the gate, the log's entries about that, and a session of theirs elsewhere.
"""

from __future__ import annotations

import datetime
import uuid

from allauth.usersessions.models import UserSession
from django.db import transaction
from django.test import Client
from django.utils import timezone

from custodes.access.holds.placing import PlacingBasis, hold
from custodes.access.looks.review.passing import note
from custodes.access.models import FindingKind, Grant, HoldBasis
from custodes.ledger.client import NotaryStatus
from custodes.oversight.mirror import catch_up
from custodes.people import posts
from custodes.people.credentials import enter
from custodes.people.models import CredentialKind, PostKind, ProgramKey
from custodes.people.papers.keeping import keep_paper
from custodes.people.programs import ProgramWish
from custodes.people.programs import ask as ask_for_program
from custodes.places.cityplans.case import add_partner
from custodes.places.lifecycle.stepping import Taken
from custodes.places.models import (
    Batch,
    BatchRow,
    Camera,
    Doubt,
    ImportFault,
    ImportState,
    PlaceRole,
    PlanningKind,
    Probe,
    Product,
    SoundOrder,
    SystemRole,
    SystemRoleKind,
    TableImport,
    TrialAddress,
    VolumeOrder,
)
from custodes.places.models.site import PlaceRoleKind
from custodes.places.sound import ask as ask_for_sound
from custodes.upkeep.alarms.condition import CameraSince, Condition
from custodes.upkeep.alarms.keeping import keep
from custodes.upkeep.alarms.kinds.cameras import DEGRADED, UNEXPLAINED
from custodes.upkeep.models import AlarmSubscription, Channel, DeclaredView, EscalationChain, PictureFault, VolumeStatus
from tests.access.agency import rows as requests
from tests.access.notary import FakeNotary
from tests.access.release import rows as releases
from tests.people.applications import apply
from tests.people.papers.samples import pdf, upload
from tests.places import cityplans, plans
from tests.places.devices import rows as devices
from tests.places.life import rows as life
from tests.places.life.filings import Receipt, take_over
from tests.places.stage import Stage
from tests.sharing import rows as sharing

SINCE = datetime.date(2024, 6, 1)
ELSEWHERE = "a-session-elsewhere"


def furnish(stage: Stage, notary: FakeNotary) -> None:
    """Lay it all out. Everything is unit A's or its operator's."""
    answer_as_a_whole_notary(notary)
    unit, operator = stage.cast.units["a"], stage.cast.operator
    PlaceRole.objects.create(site=stage.school.site, unit=unit, role=PlaceRoleKind.OWNER, since=SINCE)
    SystemRole.objects.create(system=stage.school, unit=unit, role=SystemRoleKind.USER, since=SINCE)
    _put_on_trial(stage)
    Camera.objects.filter(pk=stage.yard.pk).update(onvif_port=80)
    Camera.objects.filter(pk=stage.gate.pk).update(
        onvif_port=80, onvif_profile="p1", steering={"move": True, "zoom": True, "presets": 8}
    )
    draft = Camera.objects.create(
        system=stage.school, node=stage.node, number="0199", name="后门", place="后门立柱", view="后门内外"
    )
    TrialAddress.objects.create(
        camera=draft,
        main_url="rtsp://10.1.2.5/main",
        by=stage.cast.caretaker.person,
        at=timezone.now(),
        naming=True,
    )
    batch = Batch.objects.create(
        system=stage.school, node=stage.node, by=stage.cast.caretaker.person, at=timezone.now()
    )
    BatchRow.objects.create(
        batch=batch, line=2, number="0110", name="东墙", place="灯杆", main_url="rtsp://10.1.2.9/main"
    )
    table = TableImport.objects.create(
        kind="sites", name="places.csv", sha256="0" * 64, size=1, by=stage.cast.caretaker.person, at=timezone.now(),
        state=ImportState.CHECKED, rows=2, done=2, ready=1, faulty=1,
    )  # fmt: skip
    ImportFault.objects.create(table=table, line=2, texts={"name": "北门幼儿园"}, faults=[["category", "category", {}]])
    Doubt.objects.create(
        camera=stage.gate, by=stage.cast.caretaker.person, at=timezone.now(), described="更衣室门外", clauses=["S10(1)"]
    )
    UserSession.objects.create(user=operator.account, ip="127.0.0.1", session_key=ELSEWHERE, user_agent="elsewhere")
    _look(stage)
    catch_up()
    _alarm(stage)
    now = timezone.now()
    plans.make(stage, at=now)
    plans.hours(stage, now)
    ask_for_sound(
        SoundOrder(camera=stage.gate, reason="emergency", why="求助人可能说不出位置"), stage.cast.caretaker.person, now
    )
    _volume(stage)
    _picture(stage)
    life.make(stage, now)
    _papers(stage)
    _filed_elsewhere(stage)
    _county_plan(stage)
    _program(stage)
    _entrustment(stage)
    requests.make(stage)
    releases.make(stage)
    _hold(stage)
    _find_a_look(stage)
    sharing.make(stage)
    devices.make(stage)


def _find_a_look(stage: Stage) -> None:
    """What the operator has to explain."""
    look, at = Grant.objects.get(person=stage.cast.operator.person), timezone.now()
    with transaction.atomic():
        note(
            FindingKind.ODD_HOUR, "odd", at=at, day=timezone.localdate(at), person=look.person,
            unit=look.unit, grant=look, facts={"looks": 1, "hour": "03:00", "leaves": [look.index]},
        )  # fmt: skip


def _hold(stage: Stage) -> None:
    """The school holds an hour of its gate's footage, with a letter."""
    now, approver = timezone.now(), stage.cast.approver.person
    paper = keep_paper(upload(pdf()), by=approver, at=now)
    why = PlacingBasis(HoldBasis.CASE, "校门口纠纷", "取证", "城公调字1号", "城关区公安分局", papers=(paper,))
    hold([stage.gate], (now - datetime.timedelta(hours=1), now), why, approver, now)


def _program(stage: Stage) -> None:
    """A program of the school's that waits for the security administrator, with a key (as of one that was let in)."""
    now, cast = timezone.now(), stage.cast
    wanted = ProgramWish("校务系统", cast.caretaker.person, cast.units["a"].division, ("systems:read",), "同步点位")
    row = ask_for_program(wanted, cast.system_admin.person, now)
    ProgramKey.objects.create(
        program=row,
        prefix="abcd1234",
        digest="0" * 64,
        issued_by=cast.system_admin.person,
        issued_at=now,
        expires_at=now + datetime.timedelta(days=1),
    )


def _entrustment(stage: Stage) -> None:
    """The security administrator appoints the bystander, and nobody has confirmed it yet."""
    cast = stage.cast
    person, by = cast.bystander.person, cast.security_admin.person
    posts.assign(person, cast.units["a"], PostKind.DUTY_OFFICER, by=by, at=timezone.now())


def _papers(stage: Stage) -> None:
    """The operator's training with its certificate, a product's certificate, and a unit's application in the same county."""
    caretaker, now = stage.cast.caretaker.person, timezone.now()
    values = {"kind": CredentialKind.SKILLS, "number": "", "issuer": "", "issued": now.date(), "valid_until": None}
    enter(stage.cast.operator.person, values, by=caretaker, at=now, paper=upload(pdf()))
    paper = keep_paper(upload(pdf()), by=caretaker, at=now)
    dates = {"issued": now.date(), "valid_until": now.date()}
    Product.objects.create(
        maker="某厂", model="X1", certificate="1", issuer="某中心", **dates, paper=paper, by=caretaker, at=now
    )
    apply(stage.cast.units["a"].division, at=now)


def _filed_elsewhere(stage: Stage) -> None:
    """Unit B's hotel was filed before it was entered here."""
    by, now = stage.cast.outside_caretaker.person, timezone.now()
    receipt = Receipt("2024-0017", "堆龙德庆区公安分局", datetime.date(2024, 6, 20))
    take_over(stage.hotel, receipt, keep_paper(upload(pdf()), by=by, at=now), Taken(by, now, now.date()))


def _county_plan(stage: Stage) -> None:
    """A draft of the county's plan, with a partner."""
    row = cityplans.draft(stage.cast, PlanningKind.COUNTY_PLAN)
    partner = add_partner(row, "城关区财政局", stage.cast.inspector.person, timezone.now())
    partner.paper = keep_paper(upload(pdf()), by=stage.cast.inspector.person, at=timezone.now())
    partner.save()


def _put_on_trial(stage: Stage) -> None:
    caretaker = stage.cast.caretaker.person
    now = timezone.now()
    trial = TrialAddress.objects.create(
        camera=stage.gate, main_url="rtsp://10.1.2.4:554/gate", username="viewer", by=caretaker, at=now
    )
    Probe.objects.create(
        camera=stage.gate.pk, person=caretaker, system=stage.school, at=now, address=trial.digest, ok=True, codec="H264"
    )


def _alarm(stage: Stage) -> None:
    """An alarm about the gate's gap, which a person closes; the operator is told in the page, the city by a program."""
    now = timezone.now()
    about = (CameraSince(stage.gate.pk, now),)
    keep((UNEXPLAINED,), [Condition(UNEXPLAINED, "gap:gate", stage.gate.name, now, {"count": 1}, about)], now)
    post, city = stage.cast.operator.post, stage.cast.units["city"].division
    EscalationChain.objects.create(division=city, severity=3, steps=[{"after": 5, "post": "duty_lead"}], created_at=now)
    AlarmSubscription.objects.create(post=post, channel=Channel.PAGE, created_at=now)
    AlarmSubscription.objects.create(
        division=city, channel=Channel.HOOK, address="https://192.0.2.1/", secret="x", created_at=now
    )


def _volume(stage: Stage) -> None:
    """A volume of the school's node, and an order about another that waits."""
    now = timezone.now()
    VolumeStatus.objects.create(
        node=stage.node, worker=0, path_name="one", path="/mnt/one", identity=str(uuid.UUID(int=1)), stands="recording",
        bytes_used=0, bytes_free=1, rate_bytes_per_s=0.0, at=now,
    )  # fmt: skip
    VolumeOrder.objects.create(
        node=stage.node, action="add", path="/mnt/two", reason="新盘", by=stage.cast.system_admin.person, at=now
    )


def _picture(stage: Stage) -> None:
    """The gate looks elsewhere than its caretaker declared; the alarm about it is open."""
    now = timezone.now()
    view = DeclaredView.objects.create(
        id=uuid.uuid4(), camera=stage.gate, label="day", reason="验收", by=stage.cast.caretaker.person, at=now,
        picture_at=now, place=stage.gate.place, field=stage.gate.view,
    )  # fmt: skip
    PictureFault.objects.create(
        camera=stage.gate, fault="moved", state="faulty", measure=12.5, threshold=2.0, unit="% of the width", severe=False,
        first_seen=now, last_seen=now, reference=str(view.pk), details={"right": 12.0, "down": -1.0, "overlap": 85.0},
    )  # fmt: skip
    about = (CameraSince(stage.gate.pk, now),)
    seen = Condition(DEGRADED, "picture:gate:moved", stage.gate.name, now, {"count": 1, "fault": "moved"}, about)
    see_long_enough(seen, now)


def see_long_enough(condition: Condition, now: datetime.datetime) -> None:
    """Look again and again until `now`, so that the alarm is raised."""
    step, lasting = datetime.timedelta(seconds=30), condition.kind.lasting
    for number in range(lasting // step + 1):
        keep((condition.kind,), [condition], now - lasting + number * step)


def _look(stage: Stage) -> None:
    stage.on_duty()
    browser = Client()
    browser.force_login(stage.cast.operator.account)
    body = {"cameras": [str(stage.gate.pk)], "live": True}
    assert browser.post("/api/views", body, content_type="application/json").status_code == 201
    assert Grant.objects.get().index is not None


def answer_as_a_whole_notary(notary: FakeNotary) -> None:
    size = len(notary.records)
    notary.status = lambda: NotaryStatus("t.local/log", size, size, False, "t.local/log+0+x")  # type: ignore[attr-defined]
    notary.checkpoint = lambda: "t.local/log\n1\nx\n\n— sig\n"  # type: ignore[attr-defined]
    notary.proof = lambda index: "c2sp.org/tlog-proof@v1\n"  # type: ignore[attr-defined]
