"""A release of the school's gate: 德吉 (lead) proposes, 央金 (approver) assesses and approves, 次仁 (caretaker) reviews."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from custodes.access.models import OwnImageRequest, OwnOutcome, Release, ReleaseState
from custodes.access.ownimage import copies
from custodes.access.ownimage.checked import Looked
from custodes.access.release.masking import Finding
from custodes.access.release.proposing import Proposal
from custodes.access.release.sheet import document_of, pictures_of
from custodes.access.release.tracks import SampleReview, TrackChange, look, save_track
from custodes.cases.step import StepInput
from custodes.people.models import Person
from tests.access.ownimage import steps
from tests.access.ownimage.desk import asked, checked
from tests.access.release import orders
from tests.access.release.node import FakeNode
from tests.places.stage import Stage

HOUR = datetime.timedelta(hours=1)
RULE = "中华人民共和国道路交通安全法第六条"
FINDINGS = (
    Finding("faces", "masked"),
    Finding("plates", "absent"),
    Finding("minors", "absent"),
    Finding("organisations", "absent"),
    Finding("overlay", "absent"),
)


def accepted(track: dict[str, Any], **changed: Any) -> dict[str, Any]:
    review = {"acquaintance": "no", "remark": ""} | changed.pop("review", {})
    return track | {"state": "accepted", "review": review} | changed


@dataclass
class Flow:
    """Brings a release as far as a test needs it."""

    stage: Stage
    node: FakeNode

    @property
    def proposer(self) -> Person:
        return self.stage.cast.lead.person

    @property
    def reviewer(self) -> Person:
        return self.stage.cast.caretaker.person

    @property
    def approver(self) -> Person:
        return self.stage.cast.approver.person

    def taken(self, by: Person, words: str = "") -> StepInput:
        at = timezone.now()
        return StepInput(by, at, timezone.localdate(at), words)

    def proposal(self, **changed: Any) -> Proposal:
        end = timezone.now() - HOUR
        values: dict[str, Any] = {
            "title": "校门前闯红灯警示片", "camera": self.stage.gate, "span_from": end - datetime.timedelta(seconds=40),
            "span_to": end, "aim": "traffic", "purpose": "提醒学生和家长遵守信号灯", "basis_kind": "rule", "basis": RULE,
            "channel": "学校公众号",
        }  # fmt: skip
        return Proposal(**(values | changed))

    def proposed(self, **changed: Any) -> Release:
        return orders.propose(self.proposal(**changed), self.stage.cast.units["a"], self.taken(self.proposer))

    def assessed(self, **changed: Any) -> Release:
        row = self.proposed(**changed)
        return orders.assess(row, "必要", "熟人可能认出", "遮蔽人脸，公开一个月", self.taken(self.approver))

    def begun(self) -> Release:
        return orders.begin(self.assessed(), self.taken(self.reviewer))

    def masked(self) -> Release:
        row = self.begun()
        self.node.find(row.pk)
        return orders.take_tracks(row, self.taken(self.reviewer))

    def decided(self) -> Release:
        """Every track accepted, every sample looked at, every kind answered."""
        row = self.masked()
        for one in row.tracks.all():
            self.save(row, accepted(document_of(one)))
        for time in pictures_of(row):
            self.look(row, time)
        return orders.answer(row, FINDINGS, self.taken(self.reviewer))

    def written(self) -> Release:
        row = orders.write(self.decided(), "solid", self.taken(self.reviewer))
        self.node.finish(row.pk)
        return row

    def reviewed(self) -> Release:
        return self._reviewed(self.written())

    def approved(self) -> Release:
        row = self.shown()
        return orders.second_review(row, self.seen(row), self.taken(self.approver))

    def shown(self) -> Release:
        """Reviewed, and the copy shown to who approves it."""
        row = self.reviewed()
        self.show(row)
        return row

    def show(self, row: Release) -> None:
        """The copy, to its end, to who approves it."""
        orders.shown_whole(orders.show(row, self.taken(self.approver)), timezone.now())

    def again(self, row: Release) -> None:
        """Written and reviewed once more, behind a change."""
        row.refresh_from_db()
        orders.write(row, "solid", self.taken(self.reviewer))
        self.node.finish(row.pk)
        row.refresh_from_db()
        self._reviewed(row)
        row.refresh_from_db()

    def published(self) -> Release:
        row = self.approved()
        return orders.publish(row, "学校公众号 https://example.org/1", self.seen(row), self.taken(self.proposer))

    def withdrawn(self) -> Release:
        return orders.withdraw(self.published(), "公众号文章已删除", self.taken(self.proposer, "家长提出异议"))

    def given(self) -> Release:
        """A copy of somebody's own image that the answer gave."""
        return CopyFlow(self.stage, self.node).given()

    def handed(self) -> Release:
        """The same, handed over."""
        return CopyFlow(self.stage, self.node).handed()

    def returned(self) -> Release:
        return orders.give_back(self.proposed(), self.taken(self.approver, "请写明公开多久"))

    def refused(self) -> Release:
        return orders.refuse(self.proposed(), self.taken(self.approver, "没有必要公开画面"))

    def dropped(self) -> Release:
        return orders.drop(self.proposed(), self.taken(self.proposer, "不再需要"))

    def _reviewed(self, row: Release) -> Release:
        return orders.review(row, self.seen(row), self.taken(self.reviewer, "已看过全片"))

    def seen(self, row: Release) -> str:
        """The copy that a page would show now."""
        there = self.node.standings.get(row.pk)
        return row.output or (there.copy if there else None) or ""

    def save(self, row: Release, said: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        kept = self.saved(row, said)
        return kept.version, kept.track

    def saved(self, row: Release, said: dict[str, Any]) -> TrackChange:
        row.refresh_from_db()
        return save_track(row, row.version, said, self.taken(self.reviewer))

    def look(
        self, row: Release, time: int, answer: str = "", remark: str = "", kinds: tuple[str, ...] = ("faces",)
    ) -> None:
        """Answer a sample picture; the detector's faces are in the first second."""
        row.refresh_from_db(fields=["version"])
        said = answer or ("masked" if time <= 90_000 else "none")
        look(
            row,
            row.version,
            SampleReview(time, said, remark, kinds if said == "left" else ()),
            self.taken(self.reviewer),
        )

    def at(self, state: ReleaseState) -> Release:
        """One in this state."""
        return getattr(self, state.value)()  # type: ignore[no-any-return]


@dataclass
class CopyFlow(Flow):
    """A masked copy of somebody's own image: 次仁 finds the person, has it made, masks and reviews it; 央金 assesses and approves."""

    request: OwnImageRequest | None = None

    def found(self) -> OwnImageRequest:
        """The picture was checked and shows the person."""
        if self.request is None:
            row = checked(self.stage, row=asked(self.stage, wish="copy"))
            self.request = steps.look_up(row, self.told(row), self.taken(self.reviewer))
        return OwnImageRequest.objects.get(pk=self.request.pk)

    def told(self, row: OwnImageRequest, **changed: Any) -> Looked:
        """What was found, of the request's own cameras and span."""
        assert row.span is not None
        values = {"cameras": tuple(row.cameras.all()), "begin": row.span[0], "end": row.span[1], "found": "yes"}
        return Looked(**(values | {"exception": "none"} | changed))

    def proposed(self, **_changed: Any) -> Release:
        row = self.found()
        assert row.span is not None
        end = row.span[0] + datetime.timedelta(seconds=40)
        taken = self.taken(self.reviewer)
        return copies.prepare(row, self.stage.gate, row.span[0], end, steps.said(taken.by, taken.at))

    def answered(self, outcome: OwnOutcome = OwnOutcome.COPY, reason: str = "") -> OwnImageRequest:
        row = self.found()
        return steps.answer(row, outcome, self.told(row), reason, self.taken(self.reviewer))

    def given(self) -> Release:
        row = self.approved()
        self.answered()
        return Release.objects.get(pk=row.pk)

    def handed(self) -> Release:
        row = orders.fetch(self.given(), self.taken(self.reviewer))
        orders.fetched_whole(row, self.taken(self.reviewer))
        steps.close(self.found(), "光盘一张，当面签收", self.taken(self.reviewer))
        return Release.objects.get(pk=row.pk)
