"""The seeds of the three cascaded platforms: links in force and grants by two persons each, a password that is handed down once."""

from __future__ import annotations

import datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from custodes.cases.models import CaseStep
from custodes.demo.levels import plant as planting
from custodes.demo.levels.joining import (
    enter_below,
    enter_dome,
    enter_platforms,
    hand_out,
    join_upper,
    share,
    shown,
    try_below,
)
from custodes.demo.levels.plant import plant
from custodes.demo.levels.story import CAMERAS, DOME, DOME_DEVICE, KEEPS, LINKS, PEOPLE, STARTS, below_of, by_key
from custodes.demo.levels.taking import TakingStage, source_of, take_on
from custodes.demo.people import person
from custodes.demo.plant import NotTraining
from custodes.people.models import Account, Post, PostKind
from custodes.places.devices import entering
from custodes.places.devices.gateways import register_own_gateway
from custodes.places.models import BatchRow, Camera, CameraState, GbChannel, GbDevice, Node, RowState, Standing
from custodes.settings import get_settings
from custodes.sharing.links import passwords
from custodes.sharing.links.serving import may_serve
from custodes.sharing.models import GrantState, Link, LinkState, LinkTrial, Platform, Verb
from custodes.sharing.offices import offices
from custodes.sharing.tree import changing
from custodes.video.simcam.cast import PASSWORD, USER
from custodes.video.wire.seal import unseal
from tests.places.stage import public
from tests.sharing import grants as granting
from tests.sharing import joining
from tests.sharing.said import certificate

pytestmark = pytest.mark.django_db

ADDRESSES = {role: ("127.0.0.1", 15_060 + at) for at, role in enumerate(("own", "upper", "lower"))}
KEY = X25519PrivateKey.generate()


@pytest.fixture
def training(monkeypatch):
    on = get_settings().model_copy(update={"training": True})
    for module in (planting, entering):
        monkeypatch.setattr(module, "get_settings", lambda: on)
    monkeypatch.setattr(passwords, "gateway_key", lambda: public(KEY))
    Node.objects.create(
        name=get_settings().node_name, public_key="x", seal_key=public(X25519PrivateKey.generate()), workers=1
    )
    register_own_gateway("gateway-1", "http://127.0.0.1:8090", "x", public(KEY))


def made(key, now, password="from-above"):
    told = by_key(key)
    plant(told, now, camera_port=28_554, user=USER, password=PASSWORD)
    enter_platforms(told, ADDRESSES, now)
    handed = hand_out(told, now, joined=False)
    if key == "county":
        enter_dome(told, "of-the-dome", now)
    join_upper(told, password if key != "region" else "", now)
    share(told, shown(told), now)
    return told, handed


def test_they_are_planted_in_a_training_installation_alone(db):
    with pytest.raises(NotTraining):
        plant(by_key("county"), timezone.now(), camera_port=1, user=USER, password=PASSWORD)


def test_the_people_have_one_post_each_of_a_kind_that_there_is(training):
    made("city", timezone.now())
    for username, kind in PEOPLE:
        assert kind in PostKind.values
        account = Account.objects.get(username=username)
        assert [post.kind for post in Post.objects.valid(timezone.now()).filter(person=account.person)] == [kind]


def test_the_county_is_joined_with_the_city_by_two_persons_and_grants_what_it_shows(training):
    now = timezone.now()
    told, handed = made("county", now)
    assert handed == "", "there is nobody below"
    link = Link.objects.get(platform__role="upper")
    assert link.state == LinkState.IN_FORCE
    assert (link.tested_by, link.put_by) == (person(LINKS), person(STARTS))
    assert unseal(KEY, link.sealed_password) == "from-above"
    events = list(link.steps.values_list("event", flat=True))
    assert events[:5] == ["ask", "examine", "secret", "pass_test", "put_in_force"]
    assert set(link.grants.values_list("verb", flat=True)) == {"live", "history", "download", "steer"}
    assert link.alarms
    assert (link.alarms_asked_by, link.alarms_by) == (person(LINKS), person(STARTS))
    grant = link.grants.get(verb=Verb.LIVE)
    assert (grant.proposed_by, grant.approved_by) == (person(LINKS), person(STARTS))
    served = {one.name: may_serve(link, one, Verb.LIVE, timezone.now()).may for one in Camera.objects.all()}
    assert served == {name: name in told.shown for name, _place in CAMERAS}
    history = Camera.objects.get(name=told.shown[0])
    assert not may_serve(link, history, Verb.HISTORY, timezone.now()).may


def test_a_second_start_changes_nothing_and_another_port_is_tested_and_put_in_force_again(training):
    now = timezone.now()
    told, _handed = made("county", now)
    link = Link.objects.get()
    before = CaseStep.objects.count()
    later = now + datetime.timedelta(hours=1)
    plant(told, later, camera_port=28_600, user=USER, password=PASSWORD)
    enter_platforms(told, ADDRESSES, later)
    join_upper(told, "", later)
    share(told, shown(told), later)
    assert CaseStep.objects.count() == before
    assert {one.main_url.split("/")[2] for one in Camera.objects.all()} == {"127.0.0.1:28600"}

    enter_platforms(told, ADDRESSES | {"upper": ("127.0.0.1", 16_000)}, later)
    link.refresh_from_db()
    assert link.state == LinkState.SUSPENDED
    join_upper(told, "", later)
    link.refresh_from_db()
    assert (link.state, link.put_by) == (LinkState.IN_FORCE, person(STARTS))
    assert Platform.objects.get(role="upper").port == 16_000


def test_where_who_asks_is_stated_is_entered_as_it_was_handed_over(training):
    now = timezone.now()
    told, _handed = made("city", now)
    region, county = certificate(), certificate()
    handed = {"upper": ("https://127.0.0.1:1", region), "lower": ("https://127.0.0.1:2", county)}
    enter_platforms(told, ADDRESSES, now + datetime.timedelta(hours=1), handed)
    rows = Platform.objects.values_list("role", "statements_url", "statements_certificate")
    assert set(rows) == {
        ("own", "", ""), ("upper", "", region), ("lower", "https://127.0.0.1:2", county),
    }  # fmt: skip
    before = CaseStep.objects.count()
    enter_platforms(told, ADDRESSES, now + datetime.timedelta(hours=2), handed)
    assert CaseStep.objects.count() == before


def test_what_a_person_stopped_stays_stopped_at_the_next_start(training):
    now = timezone.now()
    told, _handed = made("county", now)
    link = Link.objects.get()
    for grant in link.grants.all():
        granting.end(grant, joining.given(person(STARTS), now, "训练：试看终止"))
    joining.stop_alarms(link, joining.given(person(STARTS), now, "训练：试看停止报警上报"))
    changing.take_out(link, [Camera.objects.get(name=told.shown[0]).pk], joining.given(person(LINKS), now))
    joining.suspend(link, joining.given(person(STARTS), now, "训练：试看暂停"))
    later = now + datetime.timedelta(hours=1)
    enter_platforms(told, ADDRESSES, later)
    join_upper(told, "", later)
    share(told, shown(told), later)
    link.refresh_from_db()
    assert link.state == LinkState.SUSPENDED
    assert [grant.state for grant in link.grants.all()] == [GrantState.ENDED] * 4
    assert not link.alarms
    assert link.shared.filter(node__isnull=False).count() == len(told.shown) - 2, "the dome is no camera yet"
    enter_platforms(told, ADDRESSES | {"upper": ("127.0.0.1", 45065)}, later + datetime.timedelta(hours=1))
    join_upper(told, "", later + datetime.timedelta(hours=1))
    link.refresh_from_db()
    assert (link.platform.port, link.state) == (45065, LinkState.SUSPENDED), (
        "also where the upper listens elsewhere now"
    )


def test_the_city_makes_the_countys_password_once_and_another_where_it_was_lost(training):
    now = timezone.now()
    told, first = made("city", now)
    device = GbDevice.objects.get()
    assert (device.gb_id, unseal(KEY, device.sealed_password)) == (by_key("county").gb_id, first)
    assert hand_out(told, now, joined=True) == ""
    second = hand_out(told, now + datetime.timedelta(minutes=1), joined=False)
    device.refresh_from_db()
    assert second not in ("", first)
    assert unseal(KEY, device.sealed_password) == second
    assert {link.state for link in Link.objects.all()} == {LinkState.IN_FORCE}


def test_the_regions_people_keep_its_platform_and_links_and_no_directory(training):
    now = timezone.now()
    made("region", now)
    assert {(one.role, one.level) for one in Platform.objects.all()} == {("own", "region"), ("lower", "city")}
    by = person(LINKS)
    assert list(Link.handled_by(by, now)) == list(Link.visible_to(by, now)) == list(Link.objects.all())
    assert Link.objects.get().state == LinkState.IN_FORCE
    assert list(offices(by, now)) == []
    browser = Client()
    browser.force_login(by.account)
    page = browser.get(reverse("sharing:links")).content.decode()
    assert reverse("sharing:platform_new") in page
    for row in (Platform.objects.get(role="own"), Link.objects.get()):
        assert browser.get(row.get_absolute_url()).status_code == 200
    for name in ("sharing:platform_new", "sharing:directories", "sharing:who"):
        assert browser.get(reverse(name)).status_code == 200
    joining.suspend(Link.objects.get(), joining.given(by, timezone.now(), "训练：试看暂停"))
    assert Link.objects.get().get_absolute_url() in browser.get("/").content.decode(), "it waits on the workbench"


def test_what_the_county_shows_becomes_cameras_of_the_city_and_one_is_shown_to_the_region(training):
    now = timezone.now()
    told, _handed = made("city", now)
    registered(told, now)
    assert BatchRow.objects.count() == 3, "they are picked once"
    assert {(row.state, row.batch.connect) for row in BatchRow.objects.select_related("batch")} == {
        (RowState.QUEUED, True)
    }
    BatchRow.objects.update(state=RowState.FAILED, failure="no_picture")
    assert take_on(told, now) == TakingStage.NO_PICTURE
    assert {row.state for row in BatchRow.objects.all()} == {RowState.QUEUED}, "what failed is tried again"
    connect()
    assert take_on(told, now) == TakingStage.DONE
    assert {(one.state, one.record) for one in Camera.objects.all()} == {(CameraState.CONNECTED, False)}
    link = Link.objects.get(platform__role="upper")
    served = {one.name for one in Camera.objects.all() if may_serve(link, one, Verb.LIVE, timezone.now()).may}
    assert served == set(told.shown)
    assert [one.name for one in Camera.objects.all() if one.steerable] == [DOME], "as its catalogue says"


def test_the_countys_own_device_becomes_a_camera_that_turns_is_recorded_and_is_shown_to_the_city(training):
    now = timezone.now()
    told, _handed = made("county", now)
    device = registered(told, now)
    assert unseal(KEY, device.sealed_password) == "of-the-dome"
    connect()
    assert take_on(told, now) == TakingStage.DONE
    camera = Camera.objects.get(main_url__startswith=f"gb28181://{DOME_DEVICE}/")
    assert (camera.name, camera.record, camera.steerable) == (DOME, True, True)
    link = Link.objects.get()
    verbs = (Verb.LIVE, Verb.STEER)
    assert [may_serve(link, camera, verb, timezone.now()).may for verb in verbs] == [True, False], "for nobody unstated"
    enter_dome(told, "another", now)
    assert GbDevice.objects.count() == 1


def registered(told, now):
    """The platform below, or the county's device, with the catalogue that it tells; picked, and not tried yet."""
    device, source = GbDevice.objects.get(), source_of(told)
    assert take_on(told, now) == TakingStage.UNREGISTERED
    device.standing = Standing.ONLINE
    device.save()
    assert take_on(told, now) == TakingStage.NO_CATALOGUE
    for order, name in enumerate(source.names):
        turns = 1 if name == source.names[-1] else None
        GbChannel.objects.create(
            device=device, channel_id=f"5401020000132000000{order + 1}", name=name, order=order, ptz=turns
        )
    assert take_on(told, now) == take_on(told, now) == TakingStage.NO_PICTURE
    return device


def connect():
    """What was tried showed a picture."""
    for row in BatchRow.objects.select_related("camera"):
        row.camera.main_url, row.camera.state = row.main_url, CameraState.CONNECTED
        row.camera.save()


def test_below_the_region_wait_three_simulated_platforms_of_which_two_are_tried_once(training):
    now = timezone.now()
    told, _handed = made("region", now)
    passwords_of = {one.gb_id: f"of {one.gb_id}" for one in below_of("region")}
    enter_below(told, passwords_of, now)
    links = {one.platform.gb_id: one for one in Link.objects.filter(platform__gb_id__in=passwords_of)}
    assert {one.state for one in links.values()} == {LinkState.EXAMINED}
    assert {one.asked_by for one in links.values()} == {person(LINKS)}
    for gb_id, password in passwords_of.items():
        device = GbDevice.objects.get(gb_id=gb_id)
        assert (unseal(KEY, device.sealed_password), device.entered_by) == (password, person(KEEPS))

    try_below(told, now)
    tried = {one.link.platform.gb_id for one in LinkTrial.objects.all()}
    assert tried == {one.gb_id for one in below_of("region") if one.asked}
    assert tried != set(passwords_of), "one is left to whoever looks"

    before = CaseStep.objects.count()
    later = now + datetime.timedelta(hours=2)
    enter_below(told, passwords_of, later)
    try_below(told, later)
    assert CaseStep.objects.count() == before, "another start changes nothing"


def test_a_link_below_that_a_person_refused_is_not_tried_and_does_not_come_back(training):
    now = timezone.now()
    told, _handed = made("region", now)
    made_up = {one.gb_id: "of-it" for one in below_of("region")}
    enter_below(told, made_up, now)
    first = below_of("region")[0].gb_id
    joining.refuse(Link.objects.get(platform__gb_id=first), joining.given(person(LINKS), now, "不需要"))
    enter_below(told, made_up, now)
    try_below(told, now)
    assert [one.state for one in Link.objects.filter(platform__gb_id=first)] == [LinkState.REFUSED]
    assert not LinkTrial.objects.filter(link__platform__gb_id=first).exists()


def test_city_and_county_have_no_simulated_platforms_below(training):
    now = timezone.now()
    told, _handed = made("city", now)
    before = Platform.objects.count()
    enter_below(told, {}, now)
    try_below(told, now)
    assert (Platform.objects.count(), LinkTrial.objects.count()) == (before, 0)
    assert below_of("county") == ()
