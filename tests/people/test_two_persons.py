"""Every step that takes two persons, walked by its table: whom one has made is no second at any; and what one may do on a declaration."""

from __future__ import annotations

import ast
import datetime
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

import custodes
from custodes.access.agency import presence
from custodes.access.ask import Ask, Refused
from custodes.access.decision import decide
from custodes.access.looks.review import passing
from custodes.access.models import LookFinding
from custodes.people import confirming, posts, programs, waiting_changes
from custodes.people.entrusting import EntrustmentRefused
from custodes.people.independence import BOUND
from custodes.people.lawful import terms
from custodes.people.models import (
    Division,
    DoneAlone,
    Entrustment,
    EntrustmentKind,
    EntrustmentState,
    Person,
    Post,
    PostKind,
    RecordOutbox,
    Unit,
)
from custodes.people.two_persons import ALONE, MARK, STEPS, declaration_for, declare, end
from custodes.people.viewer import Viewer
from custodes.places.changes.case import Wanted
from custodes.places.deciding import RequestRefused
from custodes.places.documents import change_form
from custodes.places.doubts import SpotRefused, settle
from custodes.places.lifecycle.stepping import StepRefused
from custodes.places.models import ChangeCase, ChangeKind, Doubt, DoubtState
from custodes.sharing.directory.files import published
from custodes.sharing.models import Link, Verb
from custodes.upkeep.alarms.conditions import people
from custodes.upkeep.alarms.evaluating import SourceWatch
from custodes.upkeep.alarms.visible import visible_alarms
from custodes.upkeep.alarms.words import title, where_to_look
from custodes.upkeep.models import Alarm
from tests.access import hold_steps as holds
from tests.access.agency import deciding as agency
from tests.access.agency.asked import Asked
from tests.access.holding import place
from tests.access.looks import embargoes as embargo
from tests.access.looks import judging
from tests.access.looks.platform import Platform
from tests.access.missing import steps as missing
from tests.access.missing.desk import make_desk
from tests.access.release import orders
from tests.access.release.flow import Flow
from tests.access.release.node import install
from tests.access.taken import Taken as AtTheDesk
from tests.cast import SINCE
from tests.places import plans
from tests.places.changes import steps as changes
from tests.places.changes.cases import requested, taken
from tests.places.life import removals as removal
from tests.places.life.test_found_removal import found
from tests.places.stage import Stage
from tests.sharing import grants as granting
from tests.sharing import joining, versions
from tests.sharing import stage as sharing

pytestmark = pytest.mark.django_db
Clients = Callable[[str], Client]
DAY = datetime.timedelta(days=1)
REFUSALS = (
    StepRefused,
    EntrustmentRefused,
    programs.ProgramRefused,
    SpotRefused,
    RequestRefused,
)


@dataclass
class Walk:
    """A step brought to where the second person takes it.

    Attributes:
        first, second: who took it so far, and who is to go on.
        go: lets a person go on; raises where it is refused.
    """

    first: Person
    second: Person
    go: Callable[[Person], Any]


@dataclass
class Ground:
    """What the walks stand on."""

    stage: Stage
    client_of: Clients
    monkeypatch: pytest.MonkeyPatch
    now: datetime.datetime

    def approver_of(self, unit: str) -> Person:
        person = Person.objects.create(name="白玛", unit=self.stage.cast.units[unit])
        Post.objects.create(person=person, unit=person.unit, kind=PostKind.APPROVER, valid_from=SINCE)
        return person


def _entrust(on: Ground) -> Walk:
    cast = on.stage.cast
    posts.assign(
        cast.bystander.person, cast.units["a"], PostKind.DUTY_OFFICER, by=cast.security_admin.person, at=on.now
    )
    row = Entrustment.objects.get(kind="post")
    return Walk(
        cast.security_admin.person, cast.approver.person, lambda by: confirming.confirm(row, by=by, at=timezone.now())
    )


def _move(on: Ground) -> Walk:
    cast, person = on.stage.cast, Person.objects.get(pk=on.stage.cast.bystander.person.pk)
    person.unit = cast.units["b"]
    row = waiting_changes.save_person(person, by=cast.security_admin.person, at=on.now)
    assert row is not None
    return Walk(
        cast.security_admin.person, cast.approver.person, lambda by: confirming.confirm(row, by=by, at=timezone.now())
    )


def _program(on: Ground) -> Walk:
    cast, county = on.stage.cast, Division.objects.get(code="540102")
    wanted = programs.ProgramWish(
        name="校务系统", person=cast.caretaker.person, division=county, scopes=("systems:read",), why="同步"
    )
    row = programs.ask(wanted, cast.system_admin.person, on.now)
    return Walk(
        cast.system_admin.person,
        cast.security_admin.person,
        lambda by: programs.decide(row, approve=True, words="", by=by, at=on.now),
    )


def _request(on: Ground) -> Walk:
    asked = Asked.on(on.stage)
    row = asked.registered()
    return Walk(asked.staff, asked.approver, lambda by: agency.approve(row, asked.taken(by)))


def _sitting(on: Ground) -> Walk:
    asked = Asked.on(on.stage)
    row = asked.granted("online")
    for name in ("officer", "second"):
        on.client_of(name).post(f"/api/requests/{row.pk}/present", {}, content_type="application/json")
    assert len(presence.there(row, timezone.now())) == 2

    def look(by: Person) -> None:
        ask = Ask(
            tuple(row.cameras.all()), live=False, span=row.span, purpose="", content="", asked_at=on.now, basis=row
        )
        answer = decide(by, ask, timezone.now())
        if isinstance(answer, Refused):
            raise StepRefused("", answer.unmet)

    return Walk(asked.first, asked.second.person, look)


def _embargo(on: Ground) -> Walk:
    platform = Platform.on(on.stage)
    row = platform.ask(platform.registered())
    return Walk(
        platform.officer.person,
        platform.approver.person,
        lambda by: embargo.approve(row, agency_taken(by, platform.at)),
    )


def agency_taken(by: Person, at: datetime.datetime, words: str = "有值班记录") -> Any:
    return AtTheDesk(by, at, words)


def _look_review(on: Ground) -> Walk:
    platform = Platform.on(on.stage)
    noon = timezone.localtime(on.now).replace(hour=12)
    night = noon.replace(hour=3)
    platform.look(who=on.stage.cast.operator.person, asked_at=night, ended_at=night + DAY / 24)
    passing.go_through(noon, {})
    row = LookFinding.objects.get()
    return Walk(
        on.stage.cast.operator.person,
        on.stage.cast.approver.person,
        lambda by: judging.in_order(row, agency_taken(by, noon)),
    )


def _missing_review(on: Ground) -> Walk:
    desk = make_desk(on.stage)
    row = missing.stop(desk.ready(), agency_taken(desk.officer, timezone.now(), "孩子已自行回家"))
    return Walk(desk.officer, desk.lead, lambda by: missing.review(row, agency_taken(by, timezone.now())))


def _hold_release(on: Ground) -> Walk:
    hold, first = place(on.stage), on.stage.cast.approver.person
    holds.ask_release(hold, holds.Said(first, on.now, "不再需要", "文〔2026〕1号"))
    return Walk(
        first, on.approver_of("a"), lambda by: holds.confirm_release(hold, holds.Said(by, timezone.now(), "同意"))
    )


def _release(on: Ground) -> Walk:
    flow = Flow(on.stage, install(on.monkeypatch))
    row = flow.proposed()
    return Walk(flow.proposer, flow.approver, lambda by: orders.assess(row, "必要", "小", "遮蔽人脸", flow.taken(by)))


def _plan(on: Ground) -> Walk:
    row = plans.make(on.stage, at=on.now)
    return Walk(
        on.stage.cast.caretaker.person, on.stage.cast.approver.person, lambda by: plans.approve(row, by, on.now)
    )


def _doubt(on: Ground) -> Walk:
    cast = on.stage.cast
    on.client_of("inspector").post(
        reverse("places:doubt_raise", args=[on.stage.gate.pk]), {"why": "现场看到朝向更衣室门内"}
    )
    row = Doubt.objects.get()
    return Walk(
        cast.inspector.person,
        on.approver_of("county"),
        lambda by: settle(row, DoubtState.CLEARED, by, timezone.now(), "现场查看，门内不可见"),
    )


def _removal(on: Ground) -> Walk:
    row = found(on.stage, on.client_of("caretaker"))
    return Walk(
        on.stage.cast.caretaker.person,
        on.stage.cast.approver.person,
        lambda by: removal.confirm(row, taken(by, words="道路已拓宽，原位不能恢复")),
    )


def _change_recorded(on: Ground) -> Walk:
    cast = on.stage.cast
    wish = Wanted(ChangeKind.RETENTION, (), "九十日", "存储扩容", "三十日")
    row = changes.request(on.stage.school, wish, cast.caretaker.person, on.now)
    return Walk(
        cast.caretaker.person,
        cast.approver.person,
        lambda by: changes.decide(row, "approve", 0, taken(by, words="同意")),
    )


def _change(on: Ground) -> Walk:
    row = requested(on.stage)
    return Walk(
        on.stage.cast.caretaker.person,
        on.stage.cast.approver.person,
        lambda by: changes.decide(row, "approve", 0, taken(by, words="同意")),
    )


def _link(on: Ground) -> Walk:
    row, second = sharing.passed_test(on.stage.cast), sharing.second(on.stage.cast).person
    return Walk(on.stage.cast.inspector.person, second, lambda by: joining.put_in_force(row, sharing.taken(by)))


def _in_force(on: Ground) -> tuple[Link, Person, Person]:
    first, second = on.stage.cast.inspector.person, sharing.second(on.stage.cast).person
    return sharing.in_force(on.stage.cast, second), first, second


def _link_grant(on: Ground) -> Walk:
    link, first, second = _in_force(on)
    today = timezone.localdate()
    row = granting.propose(link, Verb.LIVE, sharing.taken(first, sharing.NEED), from_on=today, until_on=today + 9 * DAY)
    return Walk(first, second, lambda by: granting.approve(row, sharing.taken(by)))


def _link_report(on: Ground) -> Walk:
    link, first, second = _in_force(on)
    row = joining.ask_alarms(link, sharing.taken(first, "重点时段联动处置"))
    return Walk(first, second, lambda by: joining.tell_alarms(row, sharing.taken(by)))


def _directory(on: Ground) -> Walk:
    cast, first = on.stage.cast, on.stage.cast.inspector.person
    bureau = sharing.department("education", "城关区教育局")  # type: ignore[arg-type]
    sharing.system(bureau, "教育局考务视频系统")
    row = versions.submit(versions.begin(cast.units["county"], sharing.taken(first)), sharing.taken(first))
    return Walk(first, sharing.second(cast).person, lambda by: versions.publish(row, sharing.taken(by)))


WALKS: dict[str, Callable[[Ground], Walk]] = {
    "entrust": _entrust,
    "move": _move,
    "program": _program,
    "request": _request,
    "sitting": _sitting,
    "embargo": _embargo,
    "look_review": _look_review,
    "missing_review": _missing_review,
    "hold_release": _hold_release,
    "release": _release,
    "plan": _plan,
    "doubt": _doubt,
    "removal": _removal,
    "change_recorded": _change_recorded,
    "link": _link,
    "link_grant": _link_grant,
    "link_report": _link_report,
    "change": _change,
    "directory": _directory,
}


@pytest.fixture
def ground(stage: Stage, notary: object, client_of: Clients, monkeypatch: pytest.MonkeyPatch) -> Ground:
    return Ground(stage, client_of, monkeypatch, timezone.now())


def _handed(person: Person, by: Person) -> Entrustment:
    """`by` has made the person's account: the two are one party for the days of the setting."""
    return Entrustment.objects.create(
        kind=EntrustmentKind.ACCOUNT,
        person=person,
        made_by=by,
        made_at=timezone.now(),
        state=EntrustmentState.CONFIRMED,
    )


def _declared(person: Person, *units: Unit) -> None:
    """Whatever units they like, confirmed; behind `declare`, which would refuse it."""
    for unit in units:
        Entrustment.objects.create(
            kind=EntrustmentKind.ALONE,
            person=person,
            made_by=person,
            made_at=timezone.now(),
            unit=unit,
            until=timezone.localdate() + 9 * DAY,
            state=EntrustmentState.CONFIRMED,
        )


def _refused(walk: Walk, person: Person) -> Exception:
    """The refusal, of whichever kind the room has; in a savepoint, as a view has it."""
    with pytest.raises(REFUSALS) as caught, transaction.atomic():
        walk.go(person)
    return caught.value


def _for_the_bond(refusal: Exception) -> bool:
    return BOUND in getattr(refusal, "unmet", ()) or "不视为相互独立的两人" in str(refusal)


@pytest.mark.parametrize("key", STEPS)
def test_at_no_step_is_whom_one_has_made_the_second(ground: Ground, key: str) -> None:
    """Footage least of all: a declaration that a unit has no second changes nothing where the table has none."""
    walk = WALKS[key](ground)
    bond = _handed(walk.second, walk.first)
    assert _for_the_bond(_refused(walk, walk.second))
    units = ground.stage.cast.units.values()
    _declared(walk.second, *units)
    _declared(walk.first, *units)
    _refused(walk, walk.first)
    if key not in ALONE:
        assert _for_the_bond(_refused(walk, walk.second)), "nobody declares this away"
        bond.delete()
        walk.go(walk.second)
        assert not DoneAlone.objects.exists()
        return
    # Where one may act alone, it is while nobody else holds such a post at the unit.
    other = Post.objects.filter(person=walk.second).get()
    other = Post.objects.create(
        person=ground.stage.cast.bystander.person, unit=other.unit, kind=other.kind, valid_from=SINCE
    )
    assert _for_the_bond(_refused(walk, walk.second))
    Post.objects.filter(pk=other.pk).update(ended_at=timezone.now())
    Post.objects.filter(person=walk.first).update(ended_at=timezone.now())
    row = walk.go(walk.second)
    assert row.alone
    [told] = [one.record for one in RecordOutbox.objects.all() if one.record.get("words", "").startswith(MARK)]
    assert told["by"] == str(walk.second.uuid)
    assert DoneAlone.objects.get().step == key
    if key == "directory":
        assert published(row).alone
        page = Client().get(reverse("sharing:public_version", args=[row.pk])).content.decode()
        assert "一人办理" in page, "said to everybody who reads it"


def test_the_table_names_every_module_that_asks_for_another_person() -> None:
    """A new guard finds its line in the table, and so its walk above."""
    asks = {"why_not_independent", "bound", "BOUND", "party", "independent"}
    root = Path(custodes.__file__).parent
    found = set()
    for file in root.rglob("*.py"):
        source = file.read_text()
        if "people.independence" not in source:
            continue
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.ImportFrom) and node.module == "custodes.people.independence":
                assert {one.name for one in node.names} <= asks | {"CLAUSE"}
                found.add(".".join(file.relative_to(root).with_suffix("").parts))
    found.remove("cases.taking")  # for every kind that declares `not_by`
    assert found == {guard for step in STEPS.values() for guard in step.guards}
    assert set(WALKS) == set(STEPS)


@pytest.mark.postgresql
def test_one_acts_alone_after_a_declaration_that_another_confirmed_and_it_says_so_everywhere(
    stage: Stage, client_of: Clients
) -> None:
    """The caretaker of a small unit also approves its changes; nobody else does."""
    cast, now = stage.cast, timezone.now()
    one, unit = cast.caretaker.person, cast.units["a"]
    browser, form = client_of("caretaker"), reverse("people:entrustment_alone")
    until = timezone.localdate(now) + 90 * DAY
    typed = {"unit": unit.pk, "reason": "编制一名，审批人休产假", "until": until.isoformat()}
    assert browser.get(form).status_code == 403, "no post of theirs is asked for two"
    Post.objects.create(person=one, unit=unit, kind=PostKind.APPROVER, valid_from=SINCE)
    assert "不需要声明" in browser.get(form).content.decode(), "the unit has another approver"
    with pytest.raises(EntrustmentRefused, match="还有其他人员可以办理"):
        declare(one, unit, "人少", until, at=now)
    Post.objects.filter(person=cast.approver.person).update(ended_at=now)
    case = requested(stage)
    page = browser.get(case.get_absolute_url()).content.decode()
    assert "申请人、登记人不能审批自己的变更" in page
    assert "批准变更" not in page
    for wrong, why in (
        ({"reason": " . "}, "请写明本单位为什么没有第二人"),
        ({"until": timezone.localdate(now).isoformat()}, "应当在今天以后"),
        ({"until": (until + 365 * DAY).isoformat()}, "365 日以内"),
    ):
        assert why in browser.post(form, typed | wrong).content.decode()
    assert "声明一人办理" in browser.get(reverse("people:entrustment_list")).content.decode()
    assert "由审计管理员" in browser.post(form, typed, follow=True).content.decode()
    assert "正在等待确认" in browser.post(form, typed).content.decode()
    row = Entrustment.objects.get(kind="alone")
    confirm = reverse("people:entrustment_confirm", args=[row.uuid])

    # It counts from the confirmation of somebody else on: not of whoever declares, nor of whom they have made.
    answer = browser.post(confirm)
    assert "不能确认给自己的授权事项" in answer.content.decode()
    assert declaration_for("change", one, unit, timezone.now()) is None
    with pytest.raises(StepRefused):
        changes.decide(case, "approve", 0, taken(one, words="同意"))
    client_of("auditor").post(confirm)
    page = browser.get(case.get_absolute_url()).content.decode()
    assert "按已确认的声明由您一人办理" in page
    assert "批准变更" in page
    browser.post(reverse("places:change_approve", args=[case.pk]), {"revision": 0, "words": "同意"})

    # Said on the page, in the print, in the record of the step and in one of its own; an alarm for those who audit alone.
    case = ChangeCase.objects.get(pk=case.pk)
    assert (case.state, case.alone, case.decided_by) == ("approved", True, one)
    page = browser.get(case.get_absolute_url()).content.decode()
    assert "一人办理" in page
    assert "（一人办理）同意" in page
    assert change_form(case, timezone.localdate(), terms()).alone
    records = [row.record for row in RecordOutbox.objects.all()]
    assert [told["words"] for told in records if told.get("event") == "approve"] == ["（一人办理）同意"]
    [told] = [told for told in records if told.get("object") == "people.donealone"]
    assert told["changes"]["declaration"] == [None, str(row.uuid)]
    assert told["changes"]["object_id"] == [None, str(case.pk)]
    watch = SourceWatch([people.ENTRUSTED, people.ALONE])
    watch.round(timezone.now())
    alarm = Alarm.objects.get(kind="alone.done")
    assert title(alarm) == "一人办理：次仁 · 城关区第一小学 · 其他变更的审批 · 校门和操场 · 移动点位"
    assert where_to_look(alarm, Viewer(cast.auditor.account, timezone.now())) == (
        "打开授权事项",
        row.get_absolute_url(),
    )
    assert Alarm.objects.filter(kind="alone.declared").count() == 1
    seen = {name for name, one in cast.members.items() if visible_alarms(one.person, timezone.now()).exists()}
    assert seen == {"auditor", "inspector"}
    assert "校门和操场 · 移动点位" in client_of("auditor").get(row.get_absolute_url()).content.decode()

    # It ends with its last day, with whoever comes as the second, and by a word of those who could confirm it.
    assert declaration_for("change", one, unit, now) == row
    assert declaration_for("change", one, unit, now + 91 * DAY) is None
    assert declaration_for("change", one, cast.units["b"], now) is None
    assert declaration_for("change_recorded", one, unit, now) is None
    Post.objects.create(person=cast.bystander.person, unit=unit, kind=PostKind.APPROVER, valid_from=SINCE)
    assert declaration_for("change", one, unit, now) is None
    Post.objects.filter(person=cast.bystander.person).update(ended_at=timezone.now())
    assert declaration_for("change", one, unit, timezone.now()) == row
    part = Unit.objects.create(name="分校", kind=unit.kind, division=unit.division, parent=unit)
    assert declaration_for("change", one, part, timezone.now()) == row
    Post.objects.create(person=cast.bystander.person, unit=part, kind=PostKind.APPROVER, valid_from=SINCE)
    assert declaration_for("change", one, part, timezone.now()) is None, "the part has an approver of its own"
    again = Entrustment.objects.get(pk=row.pk)
    again.pk, again.uuid, again._state.adding = None, uuid4(), True
    again.save()
    finish = reverse("people:entrustment_end", args=[row.uuid])
    assert client_of("inspector").post(finish).status_code == 404
    with pytest.raises(EntrustmentRefused, match="由声明人、审计管理员"):
        end(row, by=cast.inspector.person, at=timezone.now())
    assert "终止声明" in client_of("auditor").get(row.get_absolute_url()).content.decode()
    client_of("auditor").post(finish)
    assert declaration_for("change", one, unit, timezone.now()) is None
    assert "不需要终止" in client_of("auditor").post(finish).content.decode()
