"""A release of the school's gate: 德吉 (lead) proposes, 央金 (approver) assesses and approves, 次仁 (caretaker) reviews."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from custodes.access.models import Release, ReleaseState
from custodes.access.release import deciding, masking, proposing
from custodes.access.release.masking import Finding
from custodes.access.release.proposing import Proposal
from custodes.access.release.sampling import samples_of
from custodes.access.release.sheet import document_of
from custodes.access.release.stepping import Taken
from custodes.access.release.tracks import look, save_track
from custodes.people.models import Person
from tests.access.release.node import FakeNode
from tests.places.stage import Stage

HOUR = datetime.timedelta(hours=1)
RULE = "中华人民共和国道路交通安全法第六条"
FINDINGS = (
    Finding("faces", "masked"),
    Finding("plates", "absent"),
    Finding("minors", "absent"),
    Finding("organisations", "absent"),
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

    def taken(self, by: Person, words: str = "") -> Taken:
        return Taken(by, timezone.now(), words)

    def proposal(self, **changed: Any) -> Proposal:
        end = timezone.now() - HOUR
        values: dict[str, Any] = {
            "title": "校门前闯红灯警示片", "camera": self.stage.gate, "span_from": end - datetime.timedelta(seconds=40),
            "span_to": end, "aim": "traffic", "purpose": "提醒学生和家长遵守信号灯", "basis_kind": "rule", "basis": RULE,
            "channel": "学校公众号",
        }  # fmt: skip
        return Proposal(**(values | changed))

    def proposed(self, **changed: Any) -> Release:
        return proposing.propose(self.proposal(**changed), self.stage.cast.units["a"], self.taken(self.proposer))

    def assessed(self, **changed: Any) -> Release:
        row = self.proposed(**changed)
        return deciding.assess(row, "必要", "熟人可能认出", "遮蔽人脸，公开一个月", self.taken(self.approver))

    def begun(self) -> Release:
        return masking.begin(self.assessed(), self.taken(self.reviewer))

    def masked(self) -> Release:
        row = self.begun()
        self.node.find(row.pk)
        return masking.take_tracks(row, self.taken(self.reviewer))

    def decided(self) -> Release:
        """Every track accepted, every sample looked at, every kind answered."""
        row = self.masked()
        for one in row.tracks.all():
            self.save(row, accepted(document_of(one)))
        for time in samples_of(row.times, row.source):
            row.refresh_from_db(fields=["version"])
            look(row, row.version, time, self.taken(self.reviewer))
        return masking.answer(row, FINDINGS, self.taken(self.reviewer))

    def written(self) -> Release:
        row = masking.write(self.decided(), "solid", self.taken(self.reviewer))
        self.node.finish(row.pk)
        return row

    def reviewed(self) -> Release:
        return self._reviewed(self.written())

    def approved(self) -> Release:
        row = self.reviewed()
        return deciding.second_review(row, self.seen(row), self.taken(self.approver))

    def published(self) -> Release:
        row = self.approved()
        return deciding.publish(row, "学校公众号 https://example.org/1", self.seen(row), self.taken(self.proposer))

    def withdrawn(self) -> Release:
        return deciding.withdraw(self.published(), "公众号文章已删除", self.taken(self.proposer, "家长提出异议"))

    def returned(self) -> Release:
        return deciding.give_back(self.proposed(), self.taken(self.approver, "请写明公开多久"))

    def refused(self) -> Release:
        return deciding.refuse(self.proposed(), self.taken(self.approver, "没有必要公开画面"))

    def dropped(self) -> Release:
        return proposing.drop(self.proposed(), self.taken(self.proposer, "不再需要"))

    def _reviewed(self, row: Release) -> Release:
        return masking.review(row, self.seen(row), self.taken(self.reviewer, "已看过全片"))

    def seen(self, row: Release) -> str:
        """The copy that a page would show now."""
        there = self.node.standings.get(row.pk)
        return row.output or (there.copy if there else None) or ""

    def save(self, row: Release, said: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        row.refresh_from_db()
        return save_track(row, row.version, said, self.taken(self.reviewer))

    def at(self, state: ReleaseState) -> Release:
        """One in this state."""
        return getattr(self, state.value)()  # type: ignore[no-any-return]
