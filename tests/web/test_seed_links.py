"""The story's links with platforms, where their devices are simulated."""

from __future__ import annotations

import datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from django.utils import timezone

from custodes.demo import platforms, sharing, story
from custodes.demo.plant import seed_demo
from custodes.people.models import Account
from custodes.places.devices.gateways import own_gateway
from custodes.places.models import GbDevice
from custodes.sharing.links import passwords
from custodes.sharing.links.certificates import bad_certificate
from custodes.sharing.models import Link, LinkTrial, Platform
from custodes.sharing.serving.trials import trials_of
from custodes.video.wire.seal import unseal
from tests.places.stage import public
from tests.sharing import joining
from tests.web.seeding import stage


@pytest.fixture
def gateway_key(db, monkeypatch):
    key = X25519PrivateKey.generate()
    stage(monkeypatch, key)
    return key


def test_platforms_below_that_are_simulated_have_the_password_that_they_use(gateway_key):
    seed_demo(
        camera_port=28554,
        camera_user="admin",
        camera_password="simulated-only",
        gb_passwords={one.gb_id: f"of {one.gb_id}" for one in platforms.BELOW_CITY},
    )
    for one in platforms.BELOW_CITY:
        device = GbDevice.objects.get(gb_id=one.gb_id)
        assert unseal(gateway_key, device.sealed_password) == f"of {one.gb_id}"
    [closed] = Platform.objects.exclude(statements_url="")
    assert (closed.custodes, closed.statements_url) == (True, platforms.CLOSED_URL)
    assert bad_certificate(closed.statements_certificate, timezone.now()) == ""


def test_the_demo_has_some_of_them_tried_once_and_leaves_one_to_whoever_looks(gateway_key):
    now = timezone.now()
    seed_demo(
        camera_port=28554,
        camera_user="admin",
        camera_password="simulated-only",
        gb_passwords={one.gb_id: f"of {one.gb_id}" for one in platforms.BELOW_CITY},
    )
    assert sharing.try_links(now)
    waiting = {one.device: one.call for one in trials_of(own_gateway(), now).lowers}
    assert waiting == {one.gb_id: not one.closed for one in platforms.BELOW_CITY if one.asked}
    assert sharing.try_links(now + datetime.timedelta(hours=2))
    assert LinkTrial.objects.count() == len(waiting), "another start asks for nothing"


def test_platforms_above_are_tried_used_and_pointed_at_where_they_listen(gateway_key, monkeypatch):
    monkeypatch.setattr(passwords, "gateway_key", lambda: public(gateway_key))
    made, now = {one.gb_id: f"password of {one.gb_id}" for one in platforms.ABOVE_CITY}, timezone.now()

    def start(port):
        seed_demo(camera_port=port, camera_user="admin", camera_password="simulated-only", gb_passwords=made)
        return {link.platform.gb_id: link for link in Link.objects.filter(platform__role="upper")}

    links = start(28554)
    wrong = {id for id, link in links.items() if unseal(gateway_key, link.sealed_password) != made[id]}
    assert wrong == {one.gb_id for one in platforms.ABOVE_CITY if one.mistyped}
    assert {id: link.state for id, link in links.items()} == {
        one.gb_id: "in_force" if one.joined else "examined" for one in platforms.ABOVE_CITY
    }
    joined = links[platforms.ABOVE_CITY[0].gb_id]
    assert set(joined.grants.values_list("node__name", "state")) == {
        (sharing.GRANTED_NODE, "in_force"), (sharing.WAITING_NODE, "proposed"),
    }  # fmt: skip
    shown = joined.shared.values_list("camera__name", "node__name")
    assert [name for name, node in shown if node == sharing.GRANTED_NODE] == [story.SQUARE_CAMERA]
    [granted] = joined.shared.filter(node__name=sharing.GRANTED_NODE)
    assert granted.channel == min(joined.shared.values_list("channel", flat=True)), "it is called first"
    assert sharing.try_links(now)
    assert {one.upper.id for one in trials_of(own_gateway(), now).trials} == {
        one.gb_id for one in platforms.ABOVE_CITY if one.asked
    }
    links = start(29554)
    assert {id: (link.platform.host, link.platform.port) for id, link in links.items()} == {
        one.gb_id: (platforms.HOST, platforms.port_of(one, 29554)) for one in platforms.ABOVE_CITY
    }
    joined = links[platforms.ABOVE_CITY[0].gb_id]
    assert joined.state == "in_force"
    events = list(joined.steps.values_list("event", flat=True))
    assert events[-3:] == ["repoint", "test", "resume"]
    joining.suspend(joined, joining.given(Account.objects.get(username="xitong").person, timezone.now(), "线路检修"))
    assert start(28554)[joined.platform.gb_id].state == "suspended", "what a person suspended stays so"
