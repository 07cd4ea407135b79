"""The story's public releases (S30.2, N22): one that waits for its assessment, one given back, one that waits for the second reviewer, one that is
public, one that was taken down.

Of the last three the node is not asked: their films are of a time before this installation recorded, and it keeps nothing of them.
"""

from __future__ import annotations

import datetime
import hashlib
from typing import Any

from django.utils import timezone

from custodes.access.models import PictureAnswer, Release, ReleaseLook, ReleaseTrack
from custodes.access.release import deciding
from custodes.access.release.case import RELEASE
from custodes.access.release.desk import AtNode
from custodes.access.release.masking import Finding
from custodes.access.release.proposing import Proposal
from custodes.access.release.sheet import digest_of, pictures_of
from custodes.access.release.working import WorkProgress
from custodes.cases.step import StepInput
from custodes.cases.taking import begin, take
from custodes.demo.people import DAY, HOUR, person
from custodes.people.lawful import terms
from custodes.people.models import Person
from custodes.places.models import Camera
from custodes.video.mask.sidecar import Sidecar
from custodes.video.mask.tracks import MaskedKind

ROAD_LAW = "中华人民共和国道路交通安全法第六条"
POLICE_LAW = "中华人民共和国人民警察法第六条"
PLACES = "城关公安政务新媒体账号（训练） https://example.org/chengguan/2026-017\n城关区政府网站 https://example.org/chengguan/safety"
WITH_TRACKS = {
    "faces": "masked",
    "plates": "masked",
    "minors": "absent",
    "organisations": "masked",
    "overlay": "masked",
}
DRAWN = {
    "face": (700, 300, 760, 380),
    "plate": (900, 600, 1060, 660),
    "sign": (1300, 80, 1700, 200),
    "overlay": (40, 30, 620, 90),
}
"""What was drawn by hand, through the whole film: left, top, right, bottom in pixels."""
TIMES = tuple(range(0, 45 * 90_000, 3_600))


def plant_releases(now: datetime.datetime) -> None:
    """Each as its people would have done it."""
    lead, other, approver = person("zhibanzhang"), person("jieban"), person("shenpi")
    gone = _propose(
        ("柳梧大桥剐蹭事故征集线索", "柳梧大桥南端", "witness", "查找剐蹭后离开的车辆，征集目击线索"),
        *(ROAD_LAW, "城关公安政务新媒体账号", other, now - 29 * DAY, now - 30 * DAY),
    )
    _carry(gone, lead, approver, other, now - 28 * DAY)
    told = "政务新媒体账号已删除该条视频，转载的两家媒体已书面要求删除并回复办结（训练）"
    _take(gone, "withdraw", other, now - 24 * DAY, "线索已查实，当事人已到案，不再需要公开", takedown=told)
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
    _take(returned, "give_back", approver, now - 2 * DAY + 3 * HOUR, words)
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
    step = StepInput(by, at, timezone.localdate(at), data={"proposal": proposal})
    row: Release = begin(RELEASE, "propose", by.unit, step, terms())
    return row


def _take(
    row: Release,
    event: str,
    by: Person,
    at: datetime.datetime,
    words: str = "",
    at_node: AtNode | None = None,
    **data: Any,
) -> Release:
    """A step, with what the node would have told."""
    step = StepInput(by, at, timezone.localdate(at), words, data=data, outside=at_node)
    done: Release = take(RELEASE, row, event, step, terms())
    return done


def _carry(row: Release, reviewer: Person, approver: Person, publisher: Person, at: datetime.datetime) -> None:
    """From the assessment to the publication, an hour a step."""
    row = _review(row, reviewer, approver, at)
    shown = at + 5 * HOUR - datetime.timedelta(minutes=2)
    showing = deciding.show(row, StepInput(approver, shown, timezone.localdate(shown)))
    deciding.shown_whole(showing, shown + datetime.timedelta(seconds=50))
    seen = AtNode(_written(row), digest=row.output)
    _take(row, "second_review", approver, at + 5 * HOUR, "已看成品，同意公开", seen, copy=row.output)
    _take(row, "publish", publisher, at + 6 * HOUR, "", seen, copy=row.output, where=PLACES)
    _take(row, "forget", publisher, at + 6 * HOUR, "", AtNode())


def _review(row: Release, reviewer: Person, approver: Person, at: datetime.datetime) -> Release:
    """From the assessment to the review."""
    assessment = {
        "necessity": "画面能让人看清手法和位置，文字说明达不到同样的提醒作用。",
        "risks": "画面中有路人和车辆；遮蔽后，熟人仍可能从衣着认出个别路人，转发后难以收回。",
        "measures": "遮蔽人脸、号牌和店招，必要时遮蔽全身；公开三十日，由值班长负责撤回。",
    }
    _take(row, "assess", approver, at, "", None, **assessment)
    Release.objects.filter(pk=row.pk).update(begun_at=at + HOUR, forgotten_at=at + 6 * HOUR)
    found = Sidecar(_digest(row, "source"), 1920, 1080, (), ())
    by_hand = tuple(MaskedKind(one) for one in ("face", "plate", "sign", "licence"))
    read = WorkProgress("found", source=found.source, times=TIMES, by_hand=by_hand)
    _take(row, "mask", reviewer, at + HOUR, "", AtNode(read, found))
    row.refresh_from_db()
    _answer(row, reviewer, at + 2 * HOUR)
    findings = [Finding(key, answer) for key, answer in WITH_TRACKS.items()]
    _take(row, "find", reviewer, at + 2 * HOUR, findings=findings)
    _take(row, "write", reviewer, at + 3 * HOUR, "", AtNode(marked=digest_of(row)), way="solid")
    written = _written(row)
    words = "本机没有检测模型，全部由人工画出；已把成品从头看到尾两遍。"
    return _take(row, "review", reviewer, at + 4 * HOUR, words, AtNode(written), copy=written.copy)


def _written(row: Release) -> WorkProgress:
    """What the node told of the copy."""
    return WorkProgress("written", source=row.source, copy=_digest(row, "copy"), copy_bytes=9_437_184)


def _answer(row: Release, reviewer: Person, at: datetime.datetime) -> None:
    """Each drawn track accepted, each sample picture answered."""
    for number, (kind, box) in enumerate(DRAWN.items(), 1):
        corners = [16 * side for side in box]
        frames = [[TIMES[0], "drawn", *corners], [TIMES[-1], "filled", *corners]]
        ReleaseTrack.objects.create(
            release=row,
            number=number,
            kind=kind,
            origin="hand",
            state="accepted",
            by=reviewer,
            acquaintance="no",
            frames=frames,
        )
    for time in pictures_of(row):
        ReleaseLook.objects.create(
            release=row, time=time, answer=PictureAnswer.MASKED, masks=len(DRAWN), by=reviewer, at=at
        )


def _digest(row: Release, name: str) -> str:
    return hashlib.sha256(f"{row.number} {name}".encode()).hexdigest()
