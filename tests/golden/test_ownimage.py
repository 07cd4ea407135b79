"""Records of the steps of a request for one's own image, and of the copy that its answer gives."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from custodes.access.models import OwnImageRequest, OwnOutcome, Release, SessionKind, SupervisedSession
from custodes.access.ownimage.checked import Looked
from custodes.access.supervised import sessions
from custodes.access.supervised.sessions import AtTheScreen, begin
from custodes.cases.step import StepInput
from custodes.places.models import Camera
from tests.access.notary import FakeNotary
from tests.access.ownimage import steps
from tests.access.ownimage.desk import HOUR
from tests.access.ownimage.desk import asked as asked_for
from tests.access.ownimage.steps import said
from tests.access.ownimage.test_own_image import VIEWER
from tests.access.release import node, orders
from tests.golden.access import PICTURES, CopyWalk, look
from tests.golden.asked import Seen, unseen
from tests.golden.conftest import Golden
from tests.golden.keys import counted_keys
from tests.golden.tour import BEGINS, Clock
from tests.places.stage import Stage

__all__ = ["counted_keys"]

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("counted_keys")]

CHECK = AtTheScreen(SessionKind.PREVIEW)


def test_each_step_of_a_request_for_ones_own_image(
    stage: Stage, notary: FakeNotary, monkeypatch: pytest.MonkeyPatch, golden: Golden
) -> None:
    monkeypatch.setattr(node, "TIMES", PICTURES)
    flow = CopyWalk(stage, node.install(monkeypatch))
    with golden("ownimage") as clock:
        walk(flow, clock)


def walk(flow: CopyWalk, clock: Clock, seen: Seen = unseen) -> None:
    """Every step of the kind; `seen` at each state."""
    stage = flow.stage
    staff, gate, yard = stage.cast.caretaker.person, stage.gate, stage.yard
    there = Looked((gate,), BEGINS - 3 * HOUR, BEGINS - 2 * HOUR)
    flow.clock = clock

    def by(words: str = "") -> StepInput:
        return said(staff, clock.later(), words)

    def session(row: OwnImageRequest, screen: AtTheScreen, *blank: Camera) -> SupervisedSession:
        made = begin(row, staff, screen, clock.later())
        look(made, clock, *blank)
        return made

    def checked(**more: str) -> OwnImageRequest:
        row = asked_for(stage, clock.later(), **more)
        seen(row, "asked")
        row = steps.look_up(row, there, by())
        seen(row, "asked, place and time entered")
        looking = session(row, CHECK)
        seen(row, "asked, staff look")
        sessions.end(looking, staff, clock.later(), sessions.OWN_END)
        seen(row, "asked, checked")
        return row

    def found(**more: str) -> OwnImageRequest:
        return steps.look_up(checked(**more), replace(there, found="yes", exception="none"), by())

    # Looked for at another place, found there, shown to who asked.
    row, wider = checked(), replace(there, cameras=(gate, yard), begin=BEGINS - 4 * HOUR)
    steps.look_up(row, wider, by("申请人补充了经过的地点"))
    sessions.end(session(row, CHECK, yard), staff, clock.later(), sessions.OWN_END)
    here = replace(wider, cameras=(gate,), found="yes", exception="none")
    steps.look_up(row, here, by("该点位没有录像"))
    steps.answer(row, OwnOutcome.LOOK, here, "", by())
    seen(row, "answered")
    session(row, VIEWER)
    seen(row, "answered, somebody looks")
    steps.close(row, "", by())
    seen(row, "closed")

    # Footage that runs out is held; answered while staff look: it does not show the person.
    old = Looked((gate,), BEGINS - timedelta(days=25), BEGINS - timedelta(days=25) + HOUR)
    row = steps.look_up(asked_for(stage, clock.later()), old, by())
    session(row, CHECK)
    steps.answer(row, OwnOutcome.REFUSED, replace(old, found="no"), "逐段核对，没有找到申请人", by())
    seen(row, "answered, with no")

    # A look in place of a copy, and an exception.
    row = found(wish="copy")
    seen(row, "asked for a copy, found")
    steps.answer(row, OwnOutcome.LOOK, flow.told(row), "本单位不能遮蔽其他人", by())
    secret = Looked(exception="applies", exception_law="保守国家秘密法第三十条")
    steps.answer(asked_for(stage, clock.later()), OwnOutcome.REFUSED, secret, "依法应当保密", by())

    # Withdrawn while staff look, with a copy under way.
    row = flow.request = found(wish="copy")
    flow.proposed()
    session(row, CHECK)
    steps.withdraw(row, by())

    # A copy: given, lost by the node, made and given again, handed over.
    row = flow.request = found(wish="copy")
    copy = flow.approved()
    seen(row, "asked, a copy is approved")
    flow.answered()
    copy = Release.objects.get(pk=copy.pk)
    seen(row, "answered, with a copy")
    orders.fetch(copy, flow.taken(staff))
    orders.fetched_whole(copy, flow.taken(staff))
    seen(row, "answered, the copy was fetched")
    session(row, VIEWER)
    flow.node.standings.clear()
    flow.node.made.clear()
    seen(row, "answered, the node has lost the copy")
    steps.reopen(row, by("下载时提示已没有复制件"))
    copy = orders.begin(Release.objects.get(pk=copy.pk), flow.taken(staff))
    flow.node.find(copy.pk)
    flow.again(copy)
    flow.show(copy)
    orders.second_review(copy, flow.seen(copy), flow.taken(flow.approver))
    flow.answered()
    orders.fetched_whole(orders.fetch(copy, flow.taken(staff)), flow.taken(staff))
    steps.close(row, "光盘一张，当面签收", by())
    orders.forget(Release.objects.get(pk=copy.pk), flow.taken(staff))
