"""Records of a hold: placed, in effect, looked at again, released by two; what is offered and refused on its page."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from custodes.access.agency import narrowing
from custodes.access.agency.deciding import holds_of
from custodes.access.agency.narrowing import Smaller
from custodes.access.models import Hold, HoldBasis
from custodes.people.models import Paper, Person, PostKind
from custodes.people.papers.keeping import keep_paper
from custodes.places.models import Camera
from tests.access import hold_steps as stepping
from tests.access.agency.asked import Asked, colleague
from tests.access.agency.asking import given
from tests.access.hold_steps import Said
from tests.access.holding import place, push_here
from tests.golden.asked import Act, Seen, to, unseen
from tests.golden.conftest import AskedOf, Golden
from tests.golden.keys import counted_keys
from tests.golden.test_agency import COPY, Walk
from tests.golden.tour import BEGINS, Clock
from tests.people.papers.samples import pdf, upload
from tests.places.stage import Stage

__all__ = ["counted_keys"]

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("counted_keys")]

DAY = datetime.timedelta(days=1)
MINUTE = datetime.timedelta(minutes=1)
Capturing = DjangoCaptureOnCommitCallbacks
PAPER = {"words": "案件已办结", "number": "解字〔2026〕3号"}


def _placed(camera: Camera) -> dict[str, object]:
    """A hold as the form sends it."""
    case = {"basis": "case", "case_name": "校门口纠纷", "number": "城公调字1号", "asked_by": "城关区公安分局"}
    span = {"begins": "2026-11-19T08:00", "ends": "2026-11-19T09:00:30"}
    return {"cameras": [str(camera.pk)], **span, **case, "reason": "取证", "review_on": "2027-02-01", "q": ""}


PLACE = {"place": Act("approver", lambda _camera: reverse("access:hold_place"), _placed)}
ACTS = {
    "review": Act("approver", to("access:hold_review"), lambda _row: {"words": "仍在审理", "review_on": "2027-02-01"}),
    "ask_release": Act("approver", to("access:hold_ask_release"), lambda _row: PAPER),
    "decline_release": Act("approver2", to("access:hold_decline_release"), lambda _row: {"words": "仍在审理"}),
    "confirm_release": Act("approver2", to("access:hold_confirm_release"), lambda _row: PAPER),
    "shorten": Act("approver", to("access:hold_shorten"), lambda _row: PAPER),
}


def test_each_step_of_a_hold(
    stage: Stage, golden: Golden, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Capturing
) -> None:
    push_here(monkeypatch)
    whole = Whole.on(stage)
    with golden("hold") as clock:
        walk(whole, clock, django_capture_on_commit_callbacks)


def test_what_is_offered_and_refused(
    stage: Stage, asked: AskedOf, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Capturing
) -> None:
    push_here(monkeypatch)
    whole = Whole.on(stage)
    with asked("hold", stage.cast, ACTS) as one:

        def seen(row: Hold, name: str = "") -> None:
            one.at(row, name)
            if not name and row.state == "held":
                one.guard(row, "review", "no words", words=" ")
                one.guard(row, "review", "today", review_on="2026-11-20")
                one.guard(row, "review", "more than a year ahead", review_on="2028-01-01")
                one.guard(row, "ask_release", "no document", number="")
                one.guard(row, "ask_release", "no words", words="")
            elif not name and row.state == "release_asked":
                one.guard(row, "decline_release", "no words", words="")
                one.guard(row, "confirm_release", "no document", number="")
            elif name == "held, its request waits for its hand-over":
                one.guard(row, "ask_release", "its request waits for its hand-over")

        one.at(stage.gate, "none", acts=PLACE, page=PLACE["place"].address)
        for name, said in LACKING.items():
            one.guard(stage.gate, "place", name, acts=PLACE, **said)
        one.guard(stage.gate, "place", "another unit's camera", acts=PLACE, cameras=[str(stage.lobby.pk)])
        walk(whole, one.clock, django_capture_on_commit_callbacks, seen)


LACKING: dict[str, dict[str, object]] = {
    "no camera": {"cameras": []},
    "an end before its beginning": {"ends": "2026-11-19T07:00"},
    "a case without a document": {"number": ""},
    "a case that nobody has": {"asked_by": ""},
    "no words": {"reason": ""},
    "looked at again today": {"review_on": "2026-11-20"},
    "looked at again in more than a year": {"review_on": "2028-01-01"},
}


@dataclass
class Whole:
    """Who takes part, a paper, and a hold that is wider than its request."""

    stage: Stage
    first: Person
    second: Person
    paper: Paper
    wide: Hold

    @classmethod
    def on(cls, stage: Stage) -> Whole:
        asked = Asked.on(stage)
        first, second = asked.approver, colleague(stage, "白玛", "approver2", "a", PostKind.APPROVER).person
        paper = keep_paper(upload(pdf(), "通知.pdf", "application/pdf"), by=first, at=BEGINS)
        before = Walk(asked, Clock(BEGINS - DAY))
        wide = narrowed(before)
        return cls(stage, first, second, paper, wide)


def walk(whole: Whole, clock: Clock, capturing: Capturing, seen: Seen = unseen) -> None:
    """Every step of the kind; `seen` at each state."""
    stage, first, second, wide = whole.stage, whole.first, whole.second, whole.wide

    def said(by: Person, reason: str, number: str = "", *papers: Paper) -> Said:
        return Said(by, clock.later(), reason, number, papers)

    def done(act: Callable[[], Hold]) -> Hold:
        """A minute later the workers are told, and answer."""
        with capturing() as told:
            row = act()
        clock.later()
        for one in told:
            one()
        return row

    row = done(lambda: place(stage, [stage.gate, stage.yard], papers=(whole.paper,), clauses=("S27",)))
    row = done(lambda: place(stage, kind=HoldBasis.SPAN, number="", asked_by="", review_on=timezone.localdate() + DAY))
    seen(row)
    row = stepping.review(row, timezone.localdate() + 30 * DAY, said(first, "仍在审理"))
    row = stepping.ask_release(row, said(first, "案件已办结", "解字〔2026〕3号", whole.paper))
    seen(row)
    row = stepping.decline_release(row, said(second, "仍在审理"))
    row = stepping.ask_release(row, said(first, "案件已办结", "解字〔2026〕4号"))
    seen(done(lambda: stepping.confirm_release(row, said(second, "同意解除"))))

    seen(wide, "held, its request was made smaller")
    smaller = done(lambda: stepping.shorten(wide, said(first, "申请已经缩小范围", "缩字〔2026〕1号")))
    seen(smaller, "held, its request waits for its hand-over")
    seen(wide, "release_asked, in favour of a smaller one")
    done(lambda: stepping.confirm_release(wide, said(second, "同意解除")))


def narrowed(walk: Walk) -> Hold:
    """The hold of a request that was granted for two cameras, and then made smaller to one."""
    stage, staff = walk.asked.stage, walk.asked.staff
    row = walk.granted(cameras=[stage.gate, stage.yard], **COPY)
    assert row.span is not None
    smaller = Smaller(frozenset({stage.gate.pk}), row.span[0] + 10 * MINUTE, row.span[1])
    narrowing.propose(row, smaller, given(walk.taken(staff, "只需校门一处")), row.officers.all())
    return holds_of(row).get()
