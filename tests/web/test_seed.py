"""The demo's story, and the refusal that its log begins with."""

from __future__ import annotations

import datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from django.db import transaction
from django.utils import timezone

from custodes.access.agency.approvals import outlook_of
from custodes.access.looks.reach import disclosed_on, readable_looks
from custodes.access.looks.review import passing
from custodes.access.models import Grant, LookFinding
from custodes.cases.models import CaseStep
from custodes.cases.taking import actions_for
from custodes.demo import looks, platforms, sharing, story
from custodes.demo.alarms import acknowledge_known, add_disk_in_time
from custodes.demo.logins import PEOPLE
from custodes.demo.looks import leave_looks, leave_refusal
from custodes.demo.own_image import answer_own_images
from custodes.demo.plant import NotTraining, seed_demo
from custodes.demo.requests import LOOK_LETTER, leave_request_to_look_at
from custodes.law.duties.finding import LegalTerms
from custodes.people.entrusting import why_not
from custodes.people.independence import party
from custodes.people.lawful import terms
from custodes.people.models import Account, Entrustment, Post
from custodes.places import retiring
from custodes.places.cityplans.facts import facts_of, findings_of
from custodes.places.cityplans.guards import submit_unmet
from custodes.places.devices.moving import mobile_of
from custodes.places.doubts import settleable
from custodes.places.drafts.keeping import lapses_at
from custodes.places.keeping import keeping_of
from custodes.places.models import (
    BatchRow,
    Camera,
    Decision,
    Doubt,
    Draft,
    GbDevice,
    Node,
    Plan,
    PlanningText,
    Removal,
    Site,
    SoundOrder,
    TableImport,
    UnknownDevice,
    VolumeOrder,
)
from custodes.places.overlap import overlap_of
from custodes.places.sound import awaiting, heard
from custodes.settings import get_settings
from custodes.sharing.directory.case import DIRECTORY
from custodes.sharing.links.joined import device_of
from custodes.sharing.models import Directory, Link, LinkTrial
from custodes.upkeep.alarms.condition import Condition
from custodes.upkeep.alarms.keeping import keep
from custodes.upkeep.alarms.kinds.cameras import DOWN
from custodes.upkeep.dates.worklist import worklist_of
from custodes.upkeep.models import Alarm, VolumeStatus
from custodes.video.simcam.film import FILE
from custodes.web.workbench import MOST
from tests.web.seeding import stage, train


@pytest.fixture(scope="module")
def story_planted(django_db_setup, django_db_blocker):
    """The story, planted once: each test begins with it, in a savepoint of its own. Planting costs seconds."""
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch, transaction.atomic():
        stage(patch, X25519PrivateKey.generate())
        seed_demo(camera_port=28554, camera_user="admin", camera_password="simulated-only")
        with django_db_blocker.block():
            yield
        transaction.set_rollback(True)


@pytest.fixture
def planted(story_planted, db, monkeypatch):
    train(monkeypatch)


def test_the_story_is_planted_in_a_training_installation_alone(db):
    with pytest.raises(NotTraining):
        seed_demo(camera_port=28554, camera_user="admin", camera_password="x")


def test_each_login_of_the_story_has_one_post_and_a_password_of_its_own_kind(planted):
    for told in PEOPLE:
        account = Account.objects.get(username=told.username)
        assert account.check_password(story.PASSWORD)
        post = Post.objects.valid(timezone.now()).get(person=account.person)
        assert (account.person.name, post.get_kind_display(), post.unit.name) == (told.name, told.post, told.unit_name)


def test_planting_again_changes_nothing(planted):
    before = Account.objects.count()
    seed_demo(camera_port=28554, camera_user="admin", camera_password="simulated-only")
    assert Account.objects.count() == before == len(PEOPLE) + 1, "and somebody's that waits"


def test_a_new_officers_post_and_account_wait_for_whom_the_story_sends_there(planted):
    waiting = Entrustment.objects.filter(state="waiting")
    assert {one.kind for one in waiting} == {"post", "account"}
    assert not Account.objects.get(username=story.ENTRUSTED[3]).is_active
    for who in ("shenji", story.DECIDER):
        person = Account.objects.get(username=who).person
        assert [why_not(one, person, timezone.now()) for one in waiting] == ["", ""]


def test_a_removal_was_found_and_a_camera_that_is_out_of_order_shall_go_out_for_repair(planted):
    found = Removal.objects.get(state="found")
    assert (found.cameras.get().name, found.remover) == (story.GONE_CAMERA, "other_unit")
    [waiting] = retiring.awaiting(Account.objects.get(username=story.DECIDER).person, timezone.now())
    assert waiting.camera.name == story.REPORTED


def test_somebody_without_a_ground_is_refused_once_with_the_clause(planted, notary):
    assert leave_refusal(timezone.now())
    assert not leave_refusal(timezone.now())
    [refusal] = notary.of("refusal")
    assert refusal.person == str(Account.objects.get(username="banan").person.uuid)
    assert refusal.unmet[0].clause == "S34(1)"
    assert notary.of("grant") == []


def test_without_a_notary_nobody_asks(planted, notary):
    notary.down = True
    assert not leave_refusal(timezone.now())
    notary.down = False
    assert notary.records == []


def test_one_camera_each_is_taken_in_over_udp_tls_and_as_motion_jpeg(planted):
    seed_demo(camera_port=28554, camera_user="admin", camera_password="simulated-only", certificate="ab" * 32)
    udp = Camera.objects.get(transport="udp")
    assert udp.main_url == "rtsp://127.0.0.1:28554/cam-05/main"
    tls = Camera.objects.get(main_url__startswith="rtsps:")
    assert (tls.main_url, tls.certificate) == ("rtsps://127.0.0.1:28556/cam-06/main", "ab" * 32)
    jpeg = Camera.objects.get(reencode=True)
    assert (jpeg.main_url, jpeg.sub_url) == ("http://127.0.0.1:28557/cam-07.mjpg", "")


def test_one_camera_turns_and_has_a_declared_view(planted):
    [dome] = Camera.objects.exclude(steering=None)
    assert dome.steerable
    assert (dome.onvif_port, dome.home_preset, dome.name) == (28558, "1", "大昭寺广场东口")
    assert "规定指向" in dome.view
    seed_demo(camera_port=29554, camera_user="admin", camera_password="simulated-only")
    dome.refresh_from_db()
    assert dome.onvif_port == 29558, "the port of this start"


def test_one_camera_is_heard_for_a_listed_reason_that_two_persons_stand_for_and_a_request_waits(planted):
    given, waiting = SoundOrder.objects.order_by("state")
    assert heard(Camera.objects.all()) == {given.camera}
    assert given.camera.main_url == f"file:///{FILE}"
    assert given.law.key == "emergency"
    assert (given.asked_by.name, given.decided_by.name) == ("陈静", "李建国")
    assert waiting.state == Decision.WAITING
    assert awaiting(given.decided_by, timezone.now()) == [waiting]


def test_the_story_begins_with_an_alarm_that_is_over(planted):
    [alarm] = Alarm.objects.all()
    assert (alarm.kind, alarm.state) == ("notice.nobody", "cleared")


def test_the_broken_lines_alarm_is_acknowledged_once_it_is_there(planted):
    now = timezone.now()
    assert not acknowledge_known(now)
    for step in range(6):
        at = now + datetime.timedelta(seconds=15 * step)
        keep((DOWN,), [Condition(DOWN, "cameras:x", story.REPORTED, now)], at)
    assert acknowledge_known(at)
    assert acknowledge_known(at)
    alarm = Alarm.objects.get(kind="camera.down")
    assert alarm.acknowledged_words == story.REPORTED_WORDS
    assert alarm.events.filter(step="acknowledged").count() == 1


def test_the_new_disk_is_added_before_the_first_is_full_where_no_visitor_did(planted, tmp_path):
    node, now = Node.objects.get(), timezone.now()
    told = {
        "node": node,
        "path_name": "footage",
        "path": "/x/footage",
        "at": now,
        "state": "ok",
        "bytes_used": 3_000_000_000,
    }
    row = VolumeStatus.objects.create(
        worker=0, bytes_free=800_000 * 3600, rate_bytes_per_s=800_000, days_left=1 / 24, days_held=2 / 24, **told
    )
    assert not add_disk_in_time(tmp_path, now), "an hour is left: the visitor's to do"
    VolumeStatus.objects.filter(pk=row.pk).update(bytes_free=800_000 * 600)
    assert add_disk_in_time(tmp_path, now)
    assert add_disk_in_time(tmp_path, now), "once"
    order = VolumeOrder.objects.get()
    assert (order.path, order.shared_disk, order.by.posts.get().kind) == (
        str(tmp_path / "new-disk"),
        True,
        "system_admin",
    )


def test_a_window_repeats_each_week_and_a_change_to_it_waits_for_another_person(planted):
    now = timezone.now()
    weekly = Plan.objects.filter(series__isnull=False, replaces=None)
    assert set(weekly.values_list("state", flat=True)) == {Decision.APPROVED}
    assert weekly.filter(ends__lte=now).count() == 3
    assert weekly.filter(begins__gt=now).count() == 7
    [(first, state)] = {(row.replaces, row.state) for row in Plan.objects.filter(replaces__isnull=False)}
    assert state == Decision.WAITING
    assert first == weekly.filter(begins__gt=now).order_by("begins")[1]


def test_one_training_has_lapsed_one_ends_soon_and_the_workbench_says_so(planted):
    from custodes.law.duties.finding import DutyStatus
    from custodes.people import credentials
    from custodes.people.models import Credential, CredentialKind

    now = timezone.now()
    found = {
        name: credentials.training(Account.objects.get(username=name).person, now).status
        for name in (story.LAPSED, story.ENDING, "zhiban", "guanli")
    }
    assert found == {
        story.LAPSED: DutyStatus.LATE, story.ENDING: DutyStatus.DUE, "zhiban": DutyStatus.MET, "guanli": DutyStatus.MET,
    }  # fmt: skip
    firm = Credential.objects.get(kind=CredentialKind.MAINTENANCE)
    assert credentials.judge(firm, now).finding.status is DutyStatus.DUE


def test_one_unit_waits_to_be_let_in_and_one_was_returned(planted):
    from custodes.people.applying import applications_for, confirm
    from custodes.people.papers.serving import serve

    clerk = Account.objects.get(username=story.CLERK).person
    rows = {row.state: row for row in applications_for(clerk, timezone.now())}
    assert set(rows) == {"waiting", "returned"}
    assert rows["returned"].words == story.RETURNED_WORDS
    letter = rows["waiting"].letter
    serve(letter, by=clerk, at=timezone.now(), about=f"people.unitapplication:{rows['waiting'].uuid}")
    done = confirm(rows["waiting"], rows["waiting"].username, by=clerk, at=timezone.now())
    assert done.account.check_password(story.PASSWORD)


def test_the_register_has_gaps_a_key_target_an_overlap_with_its_reason_and_a_doubt(planted):
    gaps = Site.objects.filter(systems__isnull=True)
    imported = {row[0] for row in story.IMPORTED_PLACES[1:4]}
    assert {gap.name for gap in gaps} == {gap.name for gap in story.GAPS} | imported
    assert gaps.filter(plate="藏A00012").exists()
    coach = Camera.objects.filter(system__site__key_target=True).first()
    assert keeping_of(coach, timezone.now()).days == 90
    assert Site.objects.filter(systems__isnull=False, basis="").count() == 0
    square, bridge = (Camera.objects.get(name=name) for name in ("大昭寺广场东口", "北京中路人行天桥"))
    overlap = overlap_of(bridge.field, Camera.objects.all(), without=bridge.pk)
    assert overlap.share > 0.5
    assert overlap.cameras[0][0] == square
    assert bridge.overlap_reason
    doubt = Doubt.objects.get()
    assert doubt.camera.name == story.DOUBTED[0]
    assert doubt.by == Account.objects.get(username="guanli").person
    inspector = Account.objects.get(username="jiancha").person
    assert settleable(inspector, timezone.now()).get() == doubt


def test_the_story_has_a_citys_plan_in_force_and_a_countys_that_waits_for_two(planted):
    plan = PlanningText.objects.get(kind="city_plan")
    assert (plan.state, plan.approval_number) == ("in_force", story.CITY_PLAN_APPROVAL)
    assert plan.partners.filter(waived=True).count() == 1
    county = PlanningText.objects.get(kind="county_plan")
    assert (county.state, county.city_plan) == ("consulting", plan)
    today = timezone.localdate()
    assert len(submit_unmet(facts_of(county, today, LegalTerms()), today, today)) == 2
    draft = PlanningText.objects.get(version="1.1 草案")
    assert [found.line for found, words in findings_of(draft) if not words] == [4]


def test_one_system_is_filed_one_waits_one_was_sent_back_and_a_new_one_waits_for_its_builder(planted):
    from custodes.people.lawful import terms
    from custodes.places.models import System
    from tests.places.life.removals import first_day
    from tests.places.life.steps import unmet_of
    from tests.upkeep.dates.told import told

    now = timezone.now()
    states = dict(System.objects.filter(filings__isnull=False).values_list("name", "filings__state"))
    assert states == {
        "城区道路视频系统": "filed",
        "河滨公园视频系统": "submitted",
        "校园视频系统": "returned",
        "客运站视频系统": "filed",
    }
    new = System.objects.get(name=story.NEW_SYSTEM)
    assert new.state == "designed"
    unmet = unmet_of(new, "start", timezone.localdate(now), now, terms())
    assert [one.clause for one in unmet] == ["S13.1"]
    removal = Removal.objects.get(state="reported")
    assert first_day(removal, terms()) == removal.reported_on + datetime.timedelta(days=15)
    receiver = Account.objects.get(username=story.RECEIVER).person
    assert any("河滨公园视频系统" in one.label for one in told(receiver, now, terms()))
    caretaker = Account.objects.get(username=story.CARETAKER).person
    assert any(one.hint == story.SENT_BACK for one in told(caretaker, now, terms()))


def test_one_system_is_in_use_and_late_and_who_has_to_file_it_and_who_oversees_it_are_told(planted):
    from custodes.law.duties.finding import DutyStatus
    from custodes.people.lawful import terms
    from custodes.places.filing.clocks import clocks_of
    from custodes.places.filing.clocks import late as late_of
    from custodes.places.map.rows import standing
    from custodes.places.models import System
    from custodes.places.views.overview import offered, overview_of
    from custodes.upkeep.models import DateNotice
    from tests.upkeep.dates.told import told

    now, law = timezone.now(), terms()
    today = timezone.localdate(now)
    [late] = late_of(System.objects.all(), today, law)
    assert (late.name, late.state) == ("东城售票点视频系统", "in_use")
    assert list(System.objects.filter(standing(today, law.assumed).late)) == [late]
    clocks = clocks_of(late, today, law)
    assert [(clock.clause, clock.finding.status) for clock in clocks] == [
        ("S16.2a", DutyStatus.LATE),
        ("N14", DutyStatus.LATE),
    ]
    steps = CaseStep.objects.filter(case_id=late.pk).order_by("at").values_list("event", flat=True)
    assert list(steps) == [
        "enter", "screen", "design_ok", "start", "complete", "begin_trial", "accept", "put_in_use",
    ]  # fmt: skip

    caretaker = Account.objects.get(username=story.COACH_CARETAKER).person
    first = next(one for one in told(caretaker, now, law) if "东城售票点" in one.label)
    assert first.late
    assert first.due == clocks[0].finding.due
    assert DateNotice.objects.filter(person=caretaker, subject__contains=str(late.pk)).exists()
    inspector = Account.objects.get(username="jiancha").person
    among = offered(inspector, now)
    total = overview_of(inspector, now, law, among.first, among).total
    assert total["late"] == 1


def test_changes_and_orders_of_the_story_stand_where_they_are_told(planted):
    from custodes.people.lawful import terms
    from custodes.places.changes.clock import finding_of
    from custodes.places.models import ChangeCase, UpgradeOrder
    from custodes.places.upgrades.case import late

    today = timezone.localdate()
    assert sorted(ChangeCase.objects.values_list("state", flat=True)) == ["done", "found", "refused", "requested"]
    done = ChangeCase.objects.get(state="done")
    assert done.cameras.get().before["place"] != done.cameras.get().after["place"] == story.CHANGE_DONE[1]
    finding = finding_of(done, today, terms())
    assert finding is not None
    assert finding.status == "due"
    orders = {order.system.name: late(order, today) for order in UpgradeOrder.objects.select_related("system")}
    assert orders == {"校园视频系统": False, "客运站视频系统": True}


def test_two_drafts_lie_and_one_is_about_to_lapse(planted):
    drafts = {draft.kind: draft for draft in Draft.objects.all()}
    assert {kind: (draft.system.site.name, draft.reached) for kind, draft in drafts.items()} == {
        "filing": ("江苏路示范小学（训练）", "spots"),
        "removal": ("拉萨河滨公园（训练）", "why"),
    }
    assert lapses_at(drafts["removal"]) - timezone.now() < datetime.timedelta(days=6)


def test_the_story_has_an_import_with_refused_rows_and_one_that_waits(planted):
    done, waiting = TableImport.objects.get(kind="sites"), TableImport.objects.get(kind="cameras")
    assert (done.state, done.entered, done.faults.count()) == ("done", 3, 4)
    assert (waiting.state, waiting.ready, waiting.faulty, waiting.doubtful) == ("checked", 2, 2, 1)


def test_the_storys_devices_stand_each_in_another_way_and_a_catalogue_is_half_made_into_cameras(planted):
    assert dict(GbDevice.objects.values_list("standing", "gb_id")).keys() == {"online", "offline", "never"}
    online = GbDevice.objects.get(standing="online")
    assert online.channels.count() == 4
    assert online.findings.filter(settled_at=None).count() == 1
    assert BatchRow.objects.filter(main_url__startswith=f"gb28181://{online.gb_id}/", state="ready").count() == 2
    assert UnknownDevice.objects.get().tries == 212


def test_the_storys_car_has_a_camera_that_was_heard_of_and_one_whose_place_is_old(planted):
    now = timezone.now()
    rows = {mobile_of(camera): camera.name for camera in Camera.objects.filter(main_url__contains=story.GB_CAR.gb_id)}
    assert {row.late(now): name for row, name in rows.items()} == {False: "移动执法车", True: "执法记录仪 03"}
    assert {row.get_kind_display() for row in rows} == {"车载视频记录设备", "执法记录仪"}
    assert all(row.reason for row in rows)


def test_the_storys_holds_show_each_state_and_who_has_to_act(planted):
    from custodes.access.holds.reach import releasable_holds
    from custodes.access.models import Hold, HoldState

    rows = {row.case_name: row for row in Hold.objects.filter(request="")}
    assert len(rows) == 4
    assert Hold.objects.exclude(request="").exists(), "what a request may take away is held too"
    assert rows["步道摔伤（训练）"].state == HoldState.RELEASE_ASKED
    second = Account.objects.get(username="shenpi").person
    assert rows["步道摔伤（训练）"] in releasable_holds(second, timezone.now())
    assert rows["桥头车辆剐蹭（训练）"].review_due(timezone.localdate())
    lost = rows["人行天桥纠纷（训练）"]
    assert lost.deliveries.filter(worker=9, version=0).exists()


def test_the_story_has_requests_of_every_kind(planted):
    from custodes.access.models import AgencyRequest

    rows = AgencyRequest.objects.exclude(
        letter_number__in=(looks.KEPT_BACK, looks.TOLD)
    )  # those have a test of their own
    states = sorted(rows.values_list("state", flat=True))
    assert states == [
        *("checking", "draft", "granted_urgent", "refused", "refused", "registered", "served"),
    ]
    [overdue] = AgencyRequest.objects.filter(state="registered")
    assert overdue.escalated_at is not None
    assert overdue.approvals_needed == 2
    for row in rows.filter(state__in=("registered", "granted_urgent")):
        assert outlook_of(row, timezone.now()).enough_here, "what is offered can be done"
    letter = AgencyRequest.objects.get(state="refused", requester="organ")
    assert [one["clause"] for one in letter.missing] == ["S28.1(2)"]
    lawyer = AgencyRequest.objects.get(requester="lawyer")
    assert [one["clause"] for one in lawyer.missing] == ["S27"]


def test_what_two_officers_may_look_at_is_granted_once_its_footage_is_there(planted):
    from custodes.access.models import AgencyRequest
    from custodes.upkeep.models import CameraStatus, SourceState

    now = timezone.now()
    assert not leave_request_to_look_at(now)
    camera = Camera.objects.get(name="河滨公园步道")
    state = CameraStatus.objects.create(camera=camera, state=SourceState.RECORDING, since=now, at=now)
    assert not leave_request_to_look_at(now + datetime.timedelta(minutes=1)), "there are two minutes of it"
    later = now + datetime.timedelta(minutes=3)
    assert leave_request_to_look_at(later)
    assert leave_request_to_look_at(later)
    row = AgencyRequest.objects.get(letter_number=LOOK_LETTER)
    assert row.state == "granted"
    assert (row.span_from, list(row.cameras.all())) == (state.since, [camera])
    assert row.span_to <= later
    assert row.approvals.count() == 2


def test_the_story_has_a_look_that_the_school_does_not_see_yet_and_one_that_it_sees_since_today(planted, notary):
    now = timezone.now()
    assert leave_looks(now)
    school, auditor = (Account.objects.get(username=name).person for name in ("guanli", "shenji"))
    kept = Grant.objects.get(request__letter_number=looks.KEPT_BACK)
    told = Grant.objects.get(request__letter_number=looks.TOLD)
    assert set(readable_looks(school, now).filter(request__isnull=False)) == {told}
    assert disclosed_on(told.request_id, now) == timezone.localdate(now)
    assert {kept, told} <= set(readable_looks(auditor, now))
    assert readable_looks(school, now).filter(ground="commissioning").exists()
    states = sorted(LookFinding.objects.filter(kind="odd_hour").values_list("state", flat=True))
    assert states == ["in_order", "waiting"]


def test_a_pass_that_came_before_the_looks_of_the_story_takes_none_from_who_reviews_them(planted, notary):
    now = timezone.now()
    passing.go_through(now, {})
    assert leave_looks(now)
    auditor = Account.objects.get(username="shenji").person
    assert "look_review" in {one.what for one in worklist_of(auditor, now, terms(), most=MOST).waiting}


def test_who_put_a_link_in_force_is_told_of_the_directory_that_waits_for_them(planted):
    approver = Account.objects.get(username="xitong").person
    assert CaseStep.objects.filter(by=approver, event="put_in_force", kind="sharing.link").exists()
    assert "directory" in {one.what for one in worklist_of(approver, timezone.now(), terms(), most=10 * MOST).waiting}


def test_the_looks_of_the_story_are_recorded_once_and_wait_for_the_notary(planted, notary):
    notary.down = True
    assert not leave_looks(timezone.now())
    notary.down = False
    assert leave_looks(timezone.now())
    count = Grant.objects.recorded().count()
    assert leave_looks(timezone.now())
    assert Grant.objects.recorded().count() == count


def test_of_ones_own_image_two_are_answered_on_a_look_and_a_copy_can_be_made_and_approved(planted, notary):
    from custodes.access.models import OwnImageRequest, OwnOutcome
    from custodes.access.ownimage import copies
    from custodes.access.ownimage.checked import Looked
    from custodes.upkeep.models import CameraStatus, SourceState
    from tests.access.ownimage import steps
    from tests.access.ownimage.desk import look_at
    from tests.access.ownimage.steps import said
    from tests.access.release import orders

    now = timezone.now()
    notary.down = True
    assert not answer_own_images(now)
    assert set(OwnImageRequest.objects.values_list("state", flat=True)) == {"asked"}
    notary.down = False
    camera = Camera.objects.get(name="小学校门")
    CameraStatus.objects.create(camera=camera, state=SourceState.RECORDING, since=now, at=now)
    assert not answer_own_images(now), "there are two minutes of it"
    for _ in range(2):
        later = now + datetime.timedelta(minutes=3)
        assert answer_own_images(later)
    rows = {row.document_number[-1]: row for row in OwnImageRequest.objects.all()}
    assert [rows[n].outcome for n in "1234"] == ["", "", OwnOutcome.REFUSED, OwnOutcome.LOOK]
    looks_of = Grant.objects.recorded().filter(ground="own_image")
    assert {one.session.own_image for one in looks_of} == {rows["3"], rows["4"]}
    row, caretaker = rows["1"], Account.objects.get(username="guanli").person
    assert (row.wish, list(row.cameras.all())) == ("copy", [camera])
    assert now < row.span_from < row.span_to <= later
    look_at(row, caretaker, later)
    told = Looked((camera,), *row.span, "yes", "none")
    row = steps.look_up(row, told, said(caretaker, later))
    copy = copies.prepare(row, camera, *row.span, said(caretaker, later))
    approver = Account.objects.get(username="xiaozhang").person
    orders.assess(copy, "必要", "小", "遮蔽", said(approver, later))
    assert approver.pk not in party(caretaker, later)


def test_releases_wait_were_given_back_were_reviewed_are_public_and_were_taken_down(planted):
    from custodes.access.models import Release
    from custodes.access.release.reach import awaiting
    from custodes.people.permissions import Permission

    rows = {row.state: row for row in Release.objects.all()}
    assert set(rows) == {"proposed", "returned", "reviewed", "published", "withdrawn"}
    second = Account.objects.get(username="shenpi").person
    now = timezone.now()
    assert rows["reviewed"] in awaiting(second, now, frozenset({Permission.APPROVE_RELEASES}))
    assert rows["reviewed"].due > timezone.localdate(now)
    assert len(rows["published"].published_where.splitlines()) == 2
    assert rows["returned"].steps.get(event="give_back").words
    assert rows["withdrawn"].takedown
    for state in ("published", "withdrawn"):
        row = rows[state]
        assert row.approved_by not in (row.reviewed_by, row.proposed_by)
        assert row.forgotten_at, "no node has its film"


def test_one_version_of_the_directory_is_current_and_one_waits_for_another_person(planted):
    waiting, current = Directory.objects.order_by("-version")
    assert (current.state, waiting.state) == ("published", "submitted")
    assert [one.name for one in current.entries.all()] == [sharing.ADDED[0]]
    assert {one.name for one in waiting.entries.all()} == {sharing.ADDED[0], sharing.LATER[0]}
    assert {one.name: one.clause for one in waiting.entries.all()} == {
        sharing.ADDED[0]: "S21",
        sharing.LATER[0]: "S24",
    }, "the police's own, and a firm's"
    other = Account.objects.get(username=sharing.APPROVES).person
    for person, may in ((other, True), (waiting.submitted_by, False)):
        offered = actions_for(DIRECTORY, waiting, waiting.revision, person, timezone.now(), terms())
        assert [one.unmet == () for one in offered if one.event.name == "publish"] == [may]


def test_three_platforms_below_wait_for_their_test_and_what_came_of_a_trial_is_planted_nowhere(planted):
    links = Link.objects.filter(platform__role="lower").order_by("number")
    assert [(one.platform.gb_id, one.state) for one in links] == [
        (one.gb_id, "examined") for one in platforms.BELOW_CITY
    ]
    assert not LinkTrial.objects.exists()
    assert [device_of(one) for one in links] == [None] * 3, "nobody simulates them here"


def test_where_nobody_is_simulated_nothing_is_tried(planted):
    assert sharing.try_links(timezone.now())
    assert not LinkTrial.objects.exists()


def test_one_camera_of_the_story_is_spoken_through_where_its_device_is_played_and_somebody_did_yesterday(
    planted, notary
):
    from custodes.demo.speaking import leave_speech, plant_speaking
    from custodes.places.assignment import build_assignment
    from custodes.places.models import System
    from tests.places.stage import make_key_folders

    make_key_folders(get_settings().keys_folder)
    node, now, told = Node.objects.get(), timezone.now(), story.SPEAKING_DEVICE
    park = System.objects.get(name="河滨公园视频系统")
    plant_speaking(park, node, now, {})
    assert leave_speech(now), "nothing of it without the device"
    assert notary.of("grant") == []
    plant_speaking(park, node, now, {told.gb_id: "p" * 16})
    camera = Camera.objects.get(name=story.SPEAKING_CAMERA[1])
    assert camera.speaks
    assert [one.speaker for one in build_assignment(node).cameras if one.id == camera.pk] == [(story.SPEAKING_CHANNEL,)]
    notary.down = True
    assert not leave_speech(now)
    notary.down = False
    assert leave_speech(now)
    assert leave_speech(now)
    [leave] = notary.of("speech.begun")
    [look] = notary.of("grant")
    assert (leave.grant, leave.camera, leave.reason) == (look.grant, camera.pk, story.SPOKEN[1])
