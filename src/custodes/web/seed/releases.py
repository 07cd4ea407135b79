"""The story's public releases (S30.2, N22): one that waits for its assessment, one given back, one that waits for the second reviewer, one that is
public, one that was taken down.

The last three are told as they went: their films are of a time before this installation recorded, and the node keeps nothing of them.
"""

from __future__ import annotations

import datetime
import hashlib

from django.db import transaction

from custodes.access.models import Release, ReleaseFinding
from custodes.access.release import deciding, proposing
from custodes.access.release.proposing import Proposal
from custodes.access.release.stepping import Taken, keep, locked, move
from custodes.people.models import Person
from custodes.places.models import Camera
from custodes.web.seed.acting import DAY, person

HOUR = datetime.timedelta(hours=1)
ROAD_LAW = "中华人民共和国道路交通安全法第六条"
POLICE_LAW = "中华人民共和国人民警察法第六条"
PLACES = "城关公安政务新媒体账号（训练） https://example.org/chengguan/2026-017\n城关区政府网站 https://example.org/chengguan/safety"
WITH_TRACKS = {"faces": "masked", "plates": "masked", "minors": "absent", "organisations": "masked"}


def plant_releases(now: datetime.datetime) -> None:
    """Each as its people would have done it."""
    lead, other, approver = person("zhibanzhang"), person("jieban"), person("shenpi")
    gone = _propose(
        ("柳梧大桥剐蹭事故征集线索", "柳梧大桥南端", "witness", "查找剐蹭后离开的车辆，征集目击线索"),
        *(ROAD_LAW, "城关公安政务新媒体账号", other, now - 29 * DAY, now - 30 * DAY),
    )
    _carry(gone, lead, approver, other, now - 28 * DAY)
    deciding.withdraw(
        gone,
        "政务新媒体账号已删除该条视频，转载的两家媒体已书面要求删除并回复办结（训练）",
        Taken(other, now - 24 * DAY, "线索已查实，当事人已到案，不再需要公开"),
    )
    shown = _propose(
        ("大昭寺广场扒窃防范提醒", "大昭寺广场东口", "warning", "节前提醒游客看管随身财物"),
        *(POLICE_LAW, "城关公安政务新媒体账号", lead, now - 20 * DAY, now - 23 * DAY),
    )
    _carry(shown, other, approver, lead, now - 19 * DAY)
    returned = _propose(
        ("河滨公园步道夜间摔伤提醒", "河滨公园步道", "warning", "提醒夜间步道湿滑"),
        *(POLICE_LAW, "公园入口电子屏", other, now - 2 * DAY, now - 4 * DAY),
    )
    words = "电子屏前都是附近居民，熟人容易认出摔倒的人。请写明公开几天、由谁撤下，并说明能否用文字提醒代替画面。"
    deciding.give_back(returned, Taken(approver, now - 2 * DAY + 3 * HOUR, words))
    seen = _propose(
        ("柳梧大桥非机动车道逆行提醒", "柳梧大桥南端", "traffic", "提醒骑行人不要在桥上逆行"),
        *(ROAD_LAW, "城关公安政务新媒体账号", lead, now - 4 * DAY, now - 5 * DAY),
    )
    _review(seen, other, approver, now - 3 * DAY)
    _propose(
        ("药王山路口电动车闯红灯警示片", "药王山路口", "traffic", "提醒骑行人遵守信号灯，减少路口剐蹭"),
        *(ROAD_LAW, "城关公安政务新媒体账号", lead, now - 5 * HOUR, now - DAY),
    )


def _propose(
    what: tuple[str, str, str, str],
    basis: str,
    channel: str,
    by: Person,
    at: datetime.datetime,
    begins: datetime.datetime,
) -> Release:
    title, camera, aim, purpose = what
    proposal = Proposal(
        title=f"{title}（训练）",
        camera=Camera.objects.get(name=camera),
        span_from=begins,
        span_to=begins + datetime.timedelta(seconds=45),
        aim=aim,
        purpose=purpose,
        basis_kind="rule",
        basis=basis,
        channel=channel,
    )
    return proposing.propose(proposal, by.unit, Taken(by, at))


def _carry(row: Release, reviewer: Person, approver: Person, publisher: Person, at: datetime.datetime) -> None:
    """From the assessment to the publication, an hour a step."""
    _review(row, reviewer, approver, at)
    with transaction.atomic():
        row = locked(row)
        row.approved_by, row.approved_at = approver, at + 5 * HOUR
        move(row, "second_review", Taken(approver, at + 5 * HOUR, "已看成品，同意公开"), ("S30.2", "N22"))
        row.published_by, row.published_at = publisher, at + 6 * HOUR
        row.published_where = PLACES
        move(row, "publish", Taken(publisher, at + 6 * HOUR), ("S30.2", "N22", "PIPL25", "S33.2a"))
        keep(row, "forget", str(row.state), Taken(publisher, at + 6 * HOUR), ("S30.2",))


def _review(row: Release, reviewer: Person, approver: Person, at: datetime.datetime) -> None:
    """From the assessment to the review."""
    deciding.assess(
        row,
        "画面能让人看清手法和位置，文字说明达不到同样的提醒作用。",
        "画面中有路人和车辆；遮蔽后，熟人仍可能从衣着认出个别路人，转发后难以收回。",
        "遮蔽人脸、号牌和店招，必要时遮蔽全身；公开三十日，由值班长负责撤回。",
        Taken(approver, at),
    )
    with transaction.atomic():
        row = locked(row)
        row.begun_at, row.forgotten_at = at + HOUR, at + 6 * HOUR
        row.source, row.marked, row.output = (_digest(row, name) for name in ("source", "tracks", "copy"))
        row.width, row.height, row.way, row.written_at = 1920, 1080, "solid", at + 3 * HOUR
        row.by_hand = ["face", "plate", "sign", "licence"]
        move(row, "mask", Taken(reviewer, at + HOUR), ("S30.2", "N22"))
        for key, answer in WITH_TRACKS.items():
            ReleaseFinding.objects.create(release=row, key=key, answer=answer, by=reviewer, at=at + 2 * HOUR)
        keep(row, "write", str(row.state), Taken(reviewer, at + 3 * HOUR), ("S30.2", "N22"))
        row.output_bytes, row.leaks = 9_437_184, {"finds": 0, "pictures": 0, "tracks": 0, "shown": 0}
        row.reviewed_by, row.reviewed_at = reviewer, at + 4 * HOUR
        words = "本机没有检测模型，全部由人工画出；已把成品从头看到尾两遍。"
        move(row, "review", Taken(reviewer, at + 4 * HOUR, words), ("S30.2", "N22", "PIPL28"))


def _digest(row: Release, name: str) -> str:
    return hashlib.sha256(f"{row.number} {name}".encode()).hexdigest()
