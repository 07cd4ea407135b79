"""What is offered and refused on the pages of a request for footage, at the counter and online."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

import pytest
from django.urls import reverse

from custodes.access.agency import presence
from custodes.access.models import AgencyRequest, HolderApprovals
from custodes.cases import clocks
from custodes.people.models import PostKind, Unit
from custodes.people.papers.keeping import keep_paper
from custodes.places.models import Camera
from tests.access.agency import asking, deciding
from tests.access.agency.asked import Asked as People
from tests.access.agency.asked import colleague
from tests.access.agency.rows import pack
from tests.access.notary import FakeNotary
from tests.golden.access import without
from tests.golden.asked import Act, to
from tests.golden.conftest import AskedOf
from tests.golden.keys import counted_keys
from tests.golden.test_agency import ARTICLE, COPY, ONLINE, Walk
from tests.golden.test_agency_sittings import look, propose
from tests.golden.tour import BEGINS, Clock
from tests.people.papers.samples import pdf, upload
from tests.places.stage import Stage

__all__ = ["counted_keys"]

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("counted_keys")]

NONE = UUID(int=0)


def _act(event: str, by: str, **said: str) -> Act:
    return Act(by, to(f"access:request_{event}"), lambda _row: said)


def _what(row: AgencyRequest) -> dict[str, Any]:
    told = {"basis": row.basis, "law": row.law, "way": row.way, "security": "no", "content": row.content}
    return told | {"purpose": "刑事案件取证", "revision": row.revision, "aside": "1"}


def _cameras(row: AgencyRequest) -> dict[str, Any]:
    yard = Camera.objects.get(number="0102")
    return {"revision": row.revision, "camera": [str(yard.pk)], "aside": "1"}


def _smaller(row: AgencyRequest) -> dict[str, Any]:
    begin, end = row.span or (BEGINS, BEGINS)
    span = {"span_from": (begin + datetime.timedelta(minutes=10)).isoformat(), "span_to": end.isoformat()}
    gate = str(Camera.objects.get(number="0101").pk)
    return {"cameras": [gate], **span, "words": "只需校门一处", "officers": _officers(row)}


def _officers(row: AgencyRequest) -> list[str]:
    return [str(one.pk) for one in row.officers.all()]


def _narrowing(answer: str) -> Any:
    def address(row: AgencyRequest) -> str:
        made = row.narrowings.last()
        return reverse("access:request_narrow_answer", args=[row.pk, made.pk if made else NONE, answer])

    return address


def _paper(_row: Any) -> dict[str, Any]:
    return {"kind": "letter", "file": upload(pdf(), "介绍信.pdf", "application/pdf")}


def _holder(_unit: Unit) -> dict[str, Any]:
    return {"holder": Unit.objects.get(name="城关区第一小学").pk}


BEGIN = {
    "begin": Act("caretaker", lambda _unit: reverse("access:request_begin"), _holder),
    "begin online": Act("officer", lambda _unit: reverse("access:request_begin"), _holder),
}
ACTS = {
    "state": Act("caretaker", to("access:request_fill", "what"), _what, quiet=True),
    "state online": Act("officer", to("access:request_fill", "what"), _what, quiet=True),
    "cameras": Act("caretaker", to("access:request_cameras"), _cameras, quiet=True),
    "submit": Act("caretaker", to("access:request_submit")),
    "submit online": Act("officer", to("access:request_submit")),
    "confirm": Act("second", to("access:request_confirm"), lambda _row: {"card": "法执0021"}),
    "again": Act("caretaker", to("access:request_again")),
    "paper": Act("caretaker", to("access:request_paper_add"), _paper),
    "give_back": _act("give_back", "caretaker", words="请补介绍信"),
    "review_law": _act("review_law", "caretaker"),
    "register": _act("register", "caretaker", originals="on"),
    "refuse": _act("refuse", "lead", words="缺少介绍信函"),
    "refuse for want of power": Act(
        "lead", to("access:request_refuse"), lambda _row: {"words": "条款没有规定", "no_power": "1"}
    ),
    "approve": _act("approve", "approver"),
    "send_back": _act("send_back", "approver", words="请再核对条款"),
    "grant_urgent": _act("grant_urgent", "lead", words="嫌疑人正在逃跑"),
    "review": _act("review", "approver"),
    "extend": _act("extend", "approver", days="60", words="案件尚未审结"),
    "sit": Act("caretaker", to("access:request_sit"), lambda row: {"officer": _officers(row)}),
    "rise": Act("caretaker", to("access:request_rise")),
    "serve": _act("serve", "caretaker", words="移交基础信息光盘一张"),
    "close": _act("close", "caretaker", words="不再需要"),
    "take_back": _act("take_back", "approver", words="案件撤销"),
    "narrow": Act("caretaker", to("access:request_narrow"), _smaller),
    "narrow_agree": Act("officer", _narrowing("agree")),
    "narrow_decline": Act("officer", _narrowing("decline")),
    "narrow_withdraw": Act("caretaker", _narrowing("withdraw")),
}
PACKAGE = {
    "hand": Act(
        "caretaker",
        lambda row: reverse("access:package_hand", args=[row.pk, row.packages.get().pk]),
        lambda row: {"officers": _officers(row), "medium": "光盘 2026-017", "signed": upload(pdf(), "清单.pdf")},
    )
}
LACKING: dict[str, tuple[tuple[str, str, dict[str, Any]], ...]] = {
    "draft": (("state", "somebody changed it meanwhile", {"revision": 99}),),
    "checking": (
        ("register", "nobody has seen the originals", {"originals": ""}),
        ("cameras", "another unit's camera", {}),
    ),
    "checking, the letter is missing, online": (("give_back", "no words", {"words": "——"}),),
    "registered": (
        ("grant_urgent", "no words", {"words": "——"}),
        ("send_back", "no words", {"words": ""}),
        ("narrow", "no words", {"words": "——"}),
        ("narrow", "an officer is missing", {"officers": []}),
    ),
    "granted": (
        ("sit", "one officer alone", {"officer": []}),
        ("extend", "no day", {"days": "0"}),
        ("close", "no words", {"words": ""}),
        ("take_back", "no words", {"words": "——"}),
    ),
    "registered, approved once": (("approve", "approved already", {}),),
    "draft, on a letter that was used": (("submit", "the letter was used", {}),),
}


def test_what_is_offered_and_refused(stage: Stage, notary: FakeNotary, asked: AskedOf) -> None:
    people = People.on(stage)
    colleague(stage, "罗布", "approver2", "a", PostKind.APPROVER)
    colleague(stage, "洛桑", "boss", "city", PostKind.APPROVER)
    cast = without(stage.cast, "inspector", "system_admin", "security_admin", "bystander")
    with asked("agency", cast, ACTS) as one:
        one.at(stage.school.unit, "none", acts=BEGIN, page=BEGIN["begin"].address)
        for name, row, sent in stops(Walk(people, one.clock), one.clock):
            one.at(row, name, sent=sent)
            for event, lacks, said in LACKING.get(name, ()):
                more = {"camera": [str(stage.lobby.pk)]} if event == "cameras" else {}
                one.guard(row, event, lacks, **said, **more)
            if name == "granted, for a copy":
                pack(people, row, keep_paper(upload(pdf(), "清单.pdf"), by=people.staff, at=one.clock.at))
                one.at(row, "granted, a package is made", acts=PACKAGE, page=to_package(row))
                one.guard(row, "hand", "one officer alone", acts=PACKAGE, officers=_officers(row)[:1])
                one.guard(row, "hand", "no signed list", acts=PACKAGE, signed="")


def to_package(row: AgencyRequest) -> Any:
    return lambda _row: reverse("access:package", args=[row.pk, row.packages.get().pk])


def stops(walk: Walk, clock: Clock) -> Iterator[tuple[str, AgencyRequest, Iterable[str]]]:
    """States in the order of a request's life, and the steps that are sent there."""
    asked, units = walk.asked, walk.asked.stage.cast.units
    yield "draft", walk.draft(), ACTS
    yield "draft, online", walk.draft(ONLINE), ("state", "state online", "submit", "submit online", "confirm")
    checking = walk.checking()
    yield "checking", checking, ACTS
    letter = checking.letter_number
    yield "draft, on a letter that was used", walk.draft(letter_number=letter), ()
    lacks = walk.checking(letter_number="")
    yield "checking, the letter is missing", lacks, ("register", "refuse", "give_back")
    yield "checking, the letter is missing, online", walk.checking(ONLINE, letter_number=""), ("give_back", "refuse")
    yield (
        "checking, online, on an article",
        walk.checking(ONLINE, **ARTICLE),
        ("review_law", "register", "refuse for want of power", "state online"),
    )
    draft = walk.draft(ONLINE)
    yield (
        "checking, online, not confirmed",
        asking.submit(draft, draft.begun_by, clock.later()),
        ("confirm", "register"),
    )
    yield "checking, of no organ", walk.checking(requester="lawyer"), ()
    yield "refused", deciding.refuse(lacks, walk.taken(asked.staff)), ACTS
    yield "registered", walk.registered(), ACTS
    row = walk.granted(cameras=[asked.stage.gate, asked.stage.yard])
    yield "granted", row, ACTS
    presence.sit(row, asked.staff, list(row.officers.all()), clock.later())
    look(walk, row)
    yield "granted, looked at", row, ("sit", "rise", "serve")
    yield "served", deciding.serve(row, walk.taken(asked.staff)), ACTS
    yield "closed", deciding.close(row, walk.taken(asked.staff, "已归还")), ACTS
    online = walk.granted(ONLINE, cameras=[asked.stage.gate, asked.stage.yard])
    yield "granted, online", online, ()
    propose(walk, online, 10)
    yield (
        "granted, online, a smaller scope waits",
        online,
        ("narrow", "narrow_agree", "narrow_decline", "narrow_withdraw"),
    )
    yield "revoked", deciding.take_back(walk.granted(), walk.taken(asked.staff, "案件撤销")), ACTS
    yield "granted, for a copy", walk.granted(**COPY), ()
    yield "granted, of basic information", walk.granted(base_data=True, **COPY), ()
    yield "granted_urgent", walk.urgent(), ACTS
    HolderApprovals.objects.create(unit=units["a"], count=2)
    row = deciding.approve(walk.registered(), walk.taken(asked.approver))
    yield "registered, approved once", row, ()
    units["a"].parent = units["city"]
    units["a"].save()
    late = walk.checking()
    forgotten = walk.draft(letter_number="")  # what lacks nothing does not lapse
    clock.later(days=2)
    clocks.sweep(clock.at)
    yield "checking, late", late, ()
    yield "registered, late", row, ()
    clock.later(days=31)
    clocks.sweep(clock.at)
    yield "lapsed", forgotten, ACTS
