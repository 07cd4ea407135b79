"""What is offered and refused on the pages of a public release."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from custodes.access.models import Release
from custodes.access.models.release import LOOKED_AT, ReleaseState
from custodes.people.models import PostKind
from custodes.places.models import Camera
from tests.access.agency.asked import colleague
from tests.access.notary import FakeNotary
from tests.access.release import node, orders
from tests.access.release.flow import FINDINGS, RULE
from tests.golden import asked as asking
from tests.golden.access import PICTURES, Walk, without
from tests.golden.asked import Act, Seen, to, unseen
from tests.golden.conftest import AskedOf
from tests.golden.keys import counted_keys
from tests.golden.test_release import papers_of, walk
from tests.places.stage import Stage

__all__ = ["counted_keys"]

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("counted_keys")]


def _proposed(**said: str) -> Any:
    """A release as its form sends it."""

    def data(_row: Any) -> dict[str, str]:
        end = timezone.localtime() - timedelta(hours=1)
        span = {"span_from": end - timedelta(seconds=40), "span_to": end}
        told = {name: at.strftime("%Y-%m-%dT%H:%M:%S") for name, at in span.items()}
        told |= {"title": "校门前闯红灯警示片", "camera": str(Camera.objects.get(number="0101").pk), "aim": "traffic"}
        told |= {"purpose": "提醒学生和家长遵守信号灯", "basis_kind": "rule", "basis": RULE, "channel": "学校公众号"}
        return told | {"q": ""} | said

    return data


def _act(by: str, event: str, **said: str) -> Act:
    return Act(by, to(f"access:release_{event}"), lambda _row: said)


def _of_the_copy(by: str, event: str, **said: str) -> Act:
    """With the copy that the page tells of."""

    def data(row: Release) -> dict[str, str]:
        return said | {"copy": row.output or COPY_SHA256}

    return Act(by, to(f"access:release_{event}"), data)


COPY_SHA256 = hashlib.sha256(node.COPY).hexdigest()


FOUND = {f"{one.key}-answer": one.answer for one in FINDINGS}
ASSESSED = {"necessity": "必要", "risks": "熟人可能认出", "measures": "遮蔽人脸，公开一个月"}
PROPOSE = {"propose": Act("lead", lambda _unit: reverse("access:release_propose"), _proposed())}
ACTS = {
    "give_back": _act("approver", "give_back", words="请写明公开多久"),
    "propose_again": Act("lead", to("access:release_complete"), _proposed(channel="学校公众号，公开一个月")),
    "assess": _act("approver", "assess", **ASSESSED),
    "refuse": _act("approver", "refuse", words="没有必要公开画面"),
    "begin": _act("caretaker", "begin"),
    "mask": _act("caretaker", "mask"),
    "find": Act("caretaker", to("access:release_find"), lambda _row: FOUND),
    "write": _act("caretaker", "write", way="solid"),
    "review": _of_the_copy("caretaker", "review", words="已看过全片"),
    "remask": _act("approver", "remask", words="左侧还有一人"),
    "second_review": _of_the_copy("approver", "second_review"),
    "publish": _of_the_copy("lead", "publish", where="学校公众号 https://example.org/1"),
    "withdraw": _act("lead", "withdraw", words="家长提出异议", takedown="公众号文章已删除"),
    "drop": _act("lead", "drop", words="不再需要"),
    "forget": _act("lead", "forget"),
}


def pages(row: Release) -> tuple[str, ...]:
    """The page, what it loads of the node's work, and the page of publication."""
    names = ["release", *(["release_progress"] if row.state in LOOKED_AT else [])]
    out = (ReleaseState.APPROVED, ReleaseState.PUBLISHED, ReleaseState.WITHDRAWN)
    return tuple(
        reverse(f"access:{name}", args=[row.pk])
        for name in (*names, *(["release_publication"] if row.state in out else []))
    )


@dataclass
class Stops(Walk):
    """A tour that stops wherever a release has come further."""

    stop: Seen = unseen

    def _met(self, row: Release, name: str) -> Release:
        self.stop(row, name)
        return row

    def assessed(self, **changed: Any) -> Release:
        return self._met(super().assessed(**changed), "assessed")

    def begun(self) -> Release:
        return self._met(super().begun(), "assessed, being read")

    def masked(self) -> Release:
        row = self.begun()
        self.node.find(row.pk)
        self._met(row, "assessed, read")
        return self._met(orders.take_tracks(row, self.taken(self.reviewer)), "masked")

    def decided(self) -> Release:
        return self._met(super().decided(), "masked, decided and answered")

    def written(self) -> Release:
        return self._met(super().written(), "masked, written")

    def reviewed(self) -> Release:
        return self._met(super().reviewed(), "reviewed")


def test_what_is_offered_and_refused(
    stage: Stage, notary: FakeNotary, monkeypatch: pytest.MonkeyPatch, asked: AskedOf
) -> None:
    monkeypatch.setattr(node, "TIMES", PICTURES)
    flow = Stops(stage, node.install(monkeypatch))
    papers = papers_of(flow)
    colleague(stage, "白玛", "approver2", "a", PostKind.APPROVER)
    monkeypatch.setattr(asking, "apart", _with(flow.node, asking.apart))
    cast = without(stage.cast, "officer", "outside_caretaker", "system_admin", "security_admin")
    with asked("release", cast, ACTS, page=pages) as one:

        def seen(row: Release, name: str) -> None:
            one.at(row, name, sent=SENT.get(name))
            for event, lacks, said in LACKING.get(name, ()):
                one.guard(row, event, lacks, **said)

        one.at(stage.school.unit, "none", acts=PROPOSE, page=PROPOSE["propose"].address)
        for lacks, said in UNPROPOSED.items():
            one.guard(stage.school.unit, "propose", lacks, acts=PROPOSE, **said)
        flow.stop = seen
        walk(flow, papers, one.clock, seen)


SENT = {
    "assessed, being read": ("mask", "begin"),
    "assessed, read": ("mask",),
    "masked, decided and answered": ("find", "write", "review"),
    "masked, written": ("write", "review"),
    "reviewed, shown": ("second_review",),
    "approved, fetched": ("publish",),
}
"""Stops within a state at which not every step is sent."""
UNPROPOSED = {
    "no camera": {"camera": ""},
    "no use for public safety": {"aim": "fun"},
    "a basis that is no rule": {"basis": "领导同意"},
    "a consent without its paper": {"basis_kind": "consent", "basis": "监护人同意"},
    "a span to come": {"span_to": "2026-11-21T10:00:00"},
    "a span too long": {"span_from": "2026-11-01T10:00:00"},
}
LACKING: dict[str, tuple[tuple[str, str, dict[str, Any]], ...]] = {
    "proposed": (
        ("assess", "no word of the risks", {"risks": ""}),
        ("give_back", "no words", {"words": "——"}),
        ("refuse", "no words", {"words": ""}),
        ("drop", "no words", {"words": "——"}),
    ),
    "masked, decided and answered": (
        ("find", "a kind without its answer", {"faces-answer": ""}),
        ("find", "no law for what stays in sight", {"plates-answer": "exempt", "plates-law": "", "plates-read": "on"}),
        ("find", "the law was not read", {"plates-answer": "exempt", "plates-law": RULE}),
    ),
    "masked, written": (("review", "the page showed another copy", {"copy": "a" * 64}),),
    "reviewed, shown": (("second_review", "the page showed another copy", {"copy": "a" * 64}),),
    "approved, fetched": (
        ("publish", "the page showed another copy", {"copy": "a" * 64}),
        ("publish", "nowhere", {"where": ""}),
    ),
    "published": (("withdraw", "nothing was done", {"takedown": ""}),),
}


def _with(worker: node.FakeNode, apart: Any) -> Any:
    """`asked.apart`, that puts back what the node did too."""

    @contextmanager
    def both() -> Iterator[None]:
        names = ("begun", "standings", "sidecars", "ways", "forgotten", "copies", "made")
        kept = {name: copy(getattr(worker, name)) for name in names}
        with apart():
            yield
        for name, value in kept.items():
            setattr(worker, name, value)

    return both
