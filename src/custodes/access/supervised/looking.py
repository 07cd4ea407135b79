"""A look in a supervised session: the ground of its case asked at this moment, and what the session reaches: cameras × span, never live.

Asked at the start and again at each renewal, so that a case that was closed, a proof that ran out and a post that ended stop the
picture with the next token at the latest; what is known at once stops it at once (`ending`).
"""

from __future__ import annotations

from datetime import datetime

from custodes.access.ask import Ask, Granted
from custodes.access.decision import GatheredFacts, gathers
from custodes.access.models import SupervisedSession
from custodes.access.supervised.rooms import ROOMS
from custodes.law.grounds import individual, missing_person, own_image
from custodes.law.grounds.ground import ON_TRIAL, Unmet
from custodes.law.grounds.stating import says_something
from custodes.people.models import Person
from custodes.people.models.account import read_once
from custodes.places.lifecycle.trial import closed_trials


def gather(person: Person, ask: Ask, at: datetime) -> GatheredFacts:
    """The facts of the case of the session that `ask` names."""
    assert ask.supervised is not None
    room = ROOMS[ask.ground]
    row = SupervisedSession.objects.select_related(f"{room.field}__unit", "officer").get(pk=ask.supervised.pk)
    read_once(row.officer)  # this very row is asked for the facts and for the post of the grant, and goes no further
    before: list[Unmet] = []
    if row.officer_id != person.pk:
        before.append(NOT_ITS_OFFICER)
    if not row.is_open:
        before.append(OVER)
    if not says_something(row.viewer_name):
        before.append(NO_NAME)
    facts, besides = room.gather(row, at, ask.live)
    after = [*besides, *_reach(row, ask)]
    if closed_trials(person, ask.cameras, at, ask.span):
        after.append(ON_TRIAL)

    def granted() -> Granted:
        post = room.post(row.officer, row.case, at)
        return Granted(room.kind, room.clauses, post, None, 0, burnt=row.viewer_name)

    return GatheredFacts(facts, granted, tuple(before), tuple(after))


def _reach(row: SupervisedSession, ask: Ask) -> list[Unmet]:
    found: list[Unmet] = []
    if not {camera.pk for camera in ask.cameras} <= set(row.cameras.values_list("pk", flat=True)):
        found.append(OTHER_CAMERA)
    if ask.span is None or not row.span_from <= ask.span[0] < ask.span[1] <= row.span_to:
        found.append(OTHER_SPAN)
    return found


NOT_ITS_OFFICER = Unmet(
    "S33.1",
    "您不是本次查看的在场人员",
    "you are not the officer of this session",
    "请由登记的在场人员打开画面，或者另行开始查看",
    "its officer opens it; or begin another session",
)
OVER = Unmet(
    "S33.1",
    "本次查看已经结束",
    "this session is over",
    "需要再看的，在办理页面另行开始查看",
    "begin another from the case's page",
)
NO_NAME = Unmet(
    "S33.1",
    "本次查看没有登记查看人姓名，画面无法印上姓名",
    "the session names nobody, so that no picture can bear a name",
    "请结束本次查看，登记查看人后重新开始",
    "end it, enter who looks, and begin anew",
)
OTHER_CAMERA = Unmet(
    "S29",
    "所选点位不在选定的范围内",
    "the camera is not among those that were chosen",
    "需要其他点位的，先在办理页面重新选定",
    "choose it on the case's page first",
)
OTHER_SPAN = Unmet(
    "S29",
    "所选时段不在选定的范围内",
    "the span is not within the one that was chosen",
    "需要其他时段的，先在办理页面重新选定",
    "choose it on the case's page first",
)


for _name in (missing_person.NAME, individual.NAME, own_image.NAME):
    gathers(_name, gather)
