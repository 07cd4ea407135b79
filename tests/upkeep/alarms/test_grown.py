"""An alarm about room on disks names the cameras whose bit rate rose, to each reader those that they may see."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone

from custodes.upkeep.alarms.delivery.message import mail_of
from custodes.upkeep.growth import grown_words
from custodes.upkeep.models import Alarm, AlarmDelivery, AlarmStep, AlarmSubscription, HourRollup, Severity

pytestmark = pytest.mark.django_db

HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def short(stage):
    """The node's store is short; gate and lobby write more than two weeks ago, the yard does not."""
    now = timezone.now().replace(minute=0, second=0, microsecond=0)
    for camera, growth in ((stage.gate, 1.6), (stage.lobby, 1.3), (stage.yard, 1.0)):
        for back in (24, 48, 8 * 24, 9 * 24):
            size = round(10**9 * (growth if back < 7 * 24 else 1))
            HourRollup.objects.create(
                camera=camera, hour=now - back * HOUR, recorded_us=0, owed_us=0, roots="", worker=0, received_at=now,
                bytes=size,
            )  # fmt: skip
    return Alarm.objects.create(
        kind="store.short", severity=Severity.SERIOUS, subject=f"store:{stage.node.name}", name=stage.node.name,
        since=now, first_seen=now, last_seen=now, raised_at=now, state="open",
    )  # fmt: skip


def test_the_page_names_them_under_what_to_do_with_by_how_much(stage, short, client_of):
    page = client_of("lead").get(short.get_absolute_url()).content.decode()
    assert "最近七天写入增长最多：校门（每天多 14.4 GB，增长 60%）" in page
    assert "操场" not in page.split("怎么办")[1].split("经过")[0]


def test_each_reader_is_told_of_their_own_cameras_and_of_the_others_that_there_are_some(stage, short):
    now = timezone.now()
    at_school = grown_words(short, stage.cast.lead.person, now)
    assert "大堂" not in at_school
    assert "其他单位的 1 个点位" in at_school
    everywhere = grown_words(short, stage.cast.system_admin.person, now)
    assert "校门" in everywhere
    assert "大堂" in everywhere
    assert "其他单位" not in everywhere


def test_a_mail_says_it_to_a_posts_holder_and_not_to_a_mailbox_of_nobody(stage, short):
    texts = []
    for post, division in ((stage.cast.lead.post, None), (None, stage.cast.lead.person.unit.division)):
        to = AlarmSubscription.objects.create(
            post=post, division=division, channel="mail", address="duty@lhasa.example", created_at=timezone.now()
        )
        row = AlarmDelivery.objects.create(
            subscription=to, alarm=short, step=AlarmStep.RAISED, created_at=timezone.now(), due_at=timezone.now()
        )
        texts.append(mail_of([row], "zh-hans").text)
    assert "校门" in texts[0]
    assert "大堂" not in texts[0]
    assert "校门" not in texts[1]


def test_other_alarms_and_a_store_that_nothing_grew_on_say_nothing_of_it(stage, short):
    now = timezone.now()
    HourRollup.objects.update(bytes=10**9)
    assert grown_words(short, stage.cast.lead.person, now) == ""
    short.kind = "camera.down"
    assert grown_words(short, stage.cast.lead.person, now) == ""
