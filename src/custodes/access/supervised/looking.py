"""A look in a supervised session: the ground of its case asked at this moment, and what the session reaches: cameras × span, never live.

Asked at the start and again at each renewal, so that a case that was closed, a proof that ran out and a post that ended stop the
picture with the next token at the latest; what is known at once stops it at once (`ending`).
"""

from __future__ import annotations

from datetime import datetime

from custodes.access.ask import Ask, Granted, Refused
from custodes.access.models import SupervisedSession
from custodes.access.supervised.rooms import room_of
from custodes.law.grounds.ground import Unmet
from custodes.law.grounds.stating import says_something
from custodes.law.grounds.trial import ON_TRIAL
from custodes.people.models import Person
from custodes.places.lifecycle.trial import closed_trials


def decide(person: Person, ask: Ask, at: datetime) -> Granted | Refused:
    """Whether this may be seen in the session that `ask` names, at this moment."""
    assert ask.supervised is not None
    row = SupervisedSession.objects.select_related(
        "missing__unit", "individual__unit", "own_image__unit", "officer"
    ).get(pk=ask.supervised.pk)
    room = room_of(row.case)
    found: list[Unmet] = []
    if row.officer_id != person.pk:
        found.append(NOT_ITS_OFFICER)
    if not row.is_open:
        found.append(OVER)
    if not says_something(row.viewer_name):
        found.append(NO_NAME)
    found += room.unmet(row, at, ask.live)
    found += _reach(row, ask)
    if closed_trials(person, ask.cameras, at, ask.span):
        found.append(ON_TRIAL)
    if found:
        return Refused(room.kind, tuple(found))
    post = room.post(row.officer, row.case, at)
    return Granted(room.kind, room.clauses, post, None, 0, burnt=row.viewer_name)


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
