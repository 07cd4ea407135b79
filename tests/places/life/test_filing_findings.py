"""What of a filing does not agree with the register is said to whoever hands it in and to whoever takes it, and refuses nobody; what is
still to be supplied afterwards waits for the unit."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from custodes.law.duties.finding import LegalTerms
from custodes.people.models import Post, PostKind
from custodes.places.doubts import ask_again, settle
from custodes.places.drafts.filing import FILING
from custodes.places.filing.fields import OPTIONAL, FilingAnswers
from custodes.places.filing.findings import findings_of, number_of, stated_cameras
from custodes.places.filing.spots import content_of
from custodes.places.models import Camera, CameraState, DoubtState, Filing, FilingKind, FilingState, PaperKind, System
from custodes.upkeep.dates.worklist import worklist_of
from tests.cast import SINCE
from tests.places.changes.cases import submitted, taken
from tests.places.life import filings as workflow
from tests.places.life.answers import ANSWERS
from tests.places.life.filling import begin, hand_in, send, unclear
from tests.places.life.papers import item
from tests.places.stage import Stage

pytestmark = pytest.mark.django_db
Clients = Callable[[str], Client]
HEADING = "与登记核对发现的问题"
BLIND = ANSWERS | unclear() | {"places": "0101　校门　入口东侧，距地 3 米\n0109　后门　围墙", "devices": "枪机 4 台"}
SAID = (
    "列了 2 个点位，“设备数量及类型”写的是摄像机 4 台",
    "1 行的编号不是本系统登记的点位编号：“0109",
    "登记的 1 个点位不在清单中：0102 操场",
    "1 个点位疑似位于禁止安装的部位，尚待核对认定：0101 校门",
    "没有随备案报送任何材料",
)


@pytest.mark.parametrize(
    ("devices", "cameras"),
    [
        ("摄像机 5 台：H264 1920×1080 4 台，类型未登记 1 台", 5),
        ("枪式摄像机 4 台，半球摄像机2台，录像机 1 台", 6),
        ("枪机 4 台、球机 2 台，共 6 台摄像机；录像机 1 台", 6),
        ("摄像头：１２个", 12),
        ("6 台摄像机", 6),
        ("录像机 1 台", None),
        ("摄像机若干", None),
        ("", None),
    ],
)
def test_how_many_cameras_an_answer_states(devices: str, cameras: int | None) -> None:
    assert stated_cameras(devices) == cameras


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("0101　校门　入口", "0101"),
        ("０１０１，校门", "0101"),
        ("0101", "0101"),
        ("A 1 北门", "A 1"),
        ("01012 校门", None),
        ("校门 0101", None),
    ],
)
def test_a_line_is_that_of_the_camera_with_whose_number_it_begins(line: str, number: str | None) -> None:
    assert number_of(line, {"0101", "A 1"}) == number


def doubtful(stage: Stage) -> None:
    """The gate is said to be beside a women's toilet, and nobody has looked."""
    Camera.objects.filter(pk=stage.gate.pk).update(place="女厕所门外")
    assert ask_again(Camera.objects.get(pk=stage.gate.pk), stage.cast.caretaker.person, timezone.now())


def blind(stage: Stage, client: Client) -> str:
    """The page on which a filing that says other things than the register is looked through before it is handed in."""
    draft = begin(client, FILING, stage.school)
    for page in FILING.pages:
        send(client, draft, page.key, BLIND)
    return client.get(reverse("places:draft", args=[draft.pk, "check"])).content.decode()


def test_it_is_said_before_it_is_handed_in_and_before_it_is_taken_and_to_nobody_else(
    stage: Stage, client_of: Clients
) -> None:
    doubtful(stage)
    caretaker, clerk = client_of("caretaker"), client_of("bystander")
    check = blind(stage, caretaker)
    for said in SAID:
        assert said in check
    assert "请每行以登记的编号开头" in check
    assert hand_in(caretaker, begin(caretaker, FILING, stage.school)).status_code == 302
    filing = Filing.objects.get()
    assert filing.state == FilingState.SUBMITTED, "a notice is taken all the same"
    county = stage.cast.units["county"]
    Post.objects.create(person=stage.cast.bystander.person, unit=county, kind=PostKind.CLERK, valid_from=SINCE)
    page = clerk.get(filing.get_absolute_url()).content.decode()
    assert page.index(HEADING) < page.index("出具备案回执")
    for said in SAID:
        assert said in page
    assert HEADING in client_of("inspector").get(filing.get_absolute_url()).content.decode()
    assert HEADING in caretaker.get(filing.get_absolute_url()).content.decode()
    assert client_of("outside_caretaker").get(filing.get_absolute_url()).status_code == 404
    for member in ("operator", "approver", "auditor", "officer"):
        assert HEADING not in client_of(member).get(filing.get_absolute_url()).content.decode(), member
    clerk.post(reverse("places:filing_receive", args=[filing.pk]), {"on": timezone.localdate().isoformat()})
    assert Filing.objects.get().state == FilingState.FILED
    assert HEADING not in clerk.get(filing.get_absolute_url()).content.decode(), "what was taken is not asked any more"


def test_of_what_the_register_itself_says_nothing_is_found_until_it_changes(stage: Stage) -> None:
    school = System.objects.get(pk=stage.school.pk)
    content = content_of(school)

    def clauses(kind: FilingKind = FilingKind.LEGACY) -> list[str]:
        return [one.clause for one in findings_of(school, kind, content, papers=True)]

    assert clauses() == []
    for camera in ({"number": "0103", "name": "东墙"}, {"number": "0104", "name": "西墙"}):
        Camera.objects.create(system=school, place="围墙", node=stage.node, **camera)
    [added] = findings_of(school, FilingKind.CHANGE, content, papers=True)
    assert (added.clause, added.reason_zh) == ("N14", "登记的 2 个点位不在清单中：0103 东墙、0104 西墙")
    Camera.objects.filter(number__in=["0103", "0104"]).update(state=CameraState.RETIRED)
    assert clauses() == []
    Camera.objects.filter(pk=stage.yard.pk).update(state=CameraState.RETIRED)
    assert clauses() == ["S16.2b"], "a camera that is out of use is in no list"


def test_a_spot_is_found_until_a_person_has_settled_it(stage: Stage) -> None:
    doubtful(stage)
    school = System.objects.get(pk=stage.school.pk)

    def found() -> list[tuple[str, str]]:
        content = content_of(school)
        return [(one.clause, one.reason_zh) for one in findings_of(school, FilingKind.LEGACY, content, papers=True)]

    [(clause, reason)] = found()
    assert clause == "S10"
    assert "尚待核对认定：0101 校门" in reason
    doubt = stage.gate.doubts.get()
    settle(doubt, DoubtState.FORBIDDEN, stage.cast.inspector.person, timezone.now(), "正对女厕所门")
    [(clause, reason)] = found()
    assert "已认定禁止安装，尚未拆除：0101 校门" in reason
    Camera.objects.filter(pk=stage.gate.pk).update(place="走廊东端")
    again = ask_again(Camera.objects.get(pk=stage.gate.pk), stage.cast.caretaker.person, timezone.now())
    assert again is not None
    settle(again, DoubtState.CLEARED, stage.cast.inspector.person, timezone.now(), "已移到走廊东端")
    assert found() == []


def test_papers_that_go_with_it_are_enough(stage: Stage, client_of: Clients) -> None:
    paper = item(stage.school, PaperKind.OTHER, "平面图", stage.cast.caretaker.person, timezone.now())
    client = client_of("caretaker")
    draft = begin(client, FILING, stage.school)
    check = reverse("places:draft", args=[draft.pk, "check"])
    send(client, draft, "papers", {"items": []})
    assert SAID[-1] in client.get(check).content.decode()
    send(client, draft, "papers", {"items": [str(paper.pk)]})
    assert SAID[-1] not in client.get(check).content.decode()


def supplies(stage: Stage, member: str) -> list[tuple[str, str, str]]:
    """Lines of their work list about what a receipt calls 尚需补充."""
    found = worklist_of(stage.cast.members[member].person, timezone.now(), LegalTerms()).waiting
    return [(one.name, one.note, one.href) for one in found if one.what == "supply"]


@pytest.mark.postgresql
def test_what_the_receipt_calls_to_be_supplied_waits_for_its_unit_until_it_is_handed_in(
    stage: Stage, client_of: Clients
) -> None:
    submitted(stage)
    assert supplies(stage, "caretaker") == [], "it waits for the police"
    filing = workflow.receive(Filing.objects.get(), taken(stage.cast.inspector.person))
    begins = reverse("places:filing_begin", args=[stage.school.pk])
    [(name, note, href)] = supplies(stage, "caretaker")
    assert (name, href) == ("补充备案内容：校门和操场", begins)
    assert note.startswith("尚需补充：单位地址、所在网络")
    assert note.endswith(f"等 {len(filing.unclear)} 项")
    for member in ("inspector", "outside_caretaker", "operator", "approver"):
        assert supplies(stage, member) == [], member
    assert client_of("caretaker").get(begins).status_code == 200
    draft = workflow.begin(stage.school, stage.cast.caretaker.person, timezone.now())
    assert supplies(stage, "caretaker") == [], "it is being filled in"
    whole = {field.key: "有" for field in OPTIONAL} | {"accepted": "2026-01-05", "used": "2026-02-05"}
    draft = workflow.save(draft, FilingAnswers(ANSWERS | {"places": draft.content["places"]} | whole))
    workflow.receive(workflow.submit(draft, taken(stage.cast.caretaker.person)), taken(stage.cast.inspector.person))
    assert supplies(stage, "caretaker") == []


@pytest.mark.postgresql
def test_a_camera_that_came_after_the_filing_waits_for_the_filing_that_lists_it(stage: Stage) -> None:
    filing = workflow.receive(submitted(stage), taken(stage.cast.inspector.person))
    Filing.objects.filter(pk=filing.pk).update(unclear=[])
    Camera.objects.filter(pk=stage.gate.pk).update(connected_at=timezone.now())
    assert supplies(stage, "caretaker") == [], "it is listed, whenever it was connected again"
    new = Camera.objects.create(system=stage.school, number="0103", name="东墙", place="围墙", node=stage.node)
    assert supplies(stage, "caretaker") == [], "it is not connected yet"
    Camera.objects.filter(pk=new.pk).update(state=CameraState.CONNECTED, connected_at=timezone.now())
    assert [note for _name, note, _href in supplies(stage, "caretaker")] == ["尚需补充：点位 0103 东墙"]
    assert supplies(stage, "outside_caretaker") == []
    workflow.receive(submitted(stage), taken(stage.cast.inspector.person))
    assert not any("0103" in note for _name, note, _href in supplies(stage, "caretaker"))
