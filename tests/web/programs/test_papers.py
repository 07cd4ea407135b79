"""Papers of programs: taken as on the pages, referred to by their id, fetched by who may, gone when nothing refers to them."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from custodes.people import program_writes
from custodes.people.models import Paper, ProgramPaper, RecordOutbox
from custodes.people.papers import kinds as limits
from custodes.people.papers import store
from custodes.people.papers.keeping import keep_paper
from custodes.places.models import DossierItem
from custodes.settings import get_settings
from custodes.web.body_limit import PAGE_BYTES, _limit
from tests.people.papers.samples import pdf, picture
from tests.places.life.papers import item
from tests.places.stage import Stage
from tests.web.programs.conftest import Caller

pytestmark = pytest.mark.django_db
Make = Callable[..., Caller]
ADDRESS = "/api/register/v1/papers"


def hand_in(
    caller: Caller, data: bytes, name: str = "设计方案.pdf", kind: str = "application/pdf", **headers: str
) -> Any:
    client = Client(headers={"Authorization": f"Bearer {caller.secret}", **headers})
    return client.post(ADDRESS, {"file": SimpleUploadedFile(name, data, kind)})


def hand_in_bytes(caller: Caller, data: bytes, name: str = "设计方案.pdf", **headers: str) -> Any:
    client = Client(headers={"Authorization": f"Bearer {caller.secret}", **headers})
    query = {"name": name} if name else {}
    return client.post(ADDRESS, data, content_type="application/octet-stream", query_params=query)


def leaf(stage: Stage, paper: str, **more: Any) -> dict[str, Any]:
    today = timezone.localdate().isoformat()
    return {
        "system": str(stage.school.pk),
        "paper": paper,
        "kind": "design",
        "title": "设计方案",
        "dated": today,
        **more,
    }


@pytest.mark.parametrize("way", [hand_in, hand_in_bytes])
def test_a_paper_is_handed_in_referred_to_and_fetched_as_it_was(way: Any, stage: Stage, program_of: Make) -> None:
    caller, data = program_of("caretaker"), pdf()
    given = way(caller, data)
    assert given.status_code == 201, given.content
    told = given.json()
    assert (told["name"], told["media_type"], told["size"]) == ("设计方案.pdf", "application/pdf", len(data))
    assert told["sha256"] == hashlib.sha256(data).hexdigest()
    filed = caller("post", "/dossier", leaf(stage, told["id"]))
    assert filed.status_code == 201, filed.content
    row = DossierItem.objects.get(pk=filed.json()["id"])
    assert (str(row.paper_id), row.by, row.system) == (told["id"], stage.cast.caretaker.person, stage.school)
    assert not ProgramPaper.objects.exists()
    fetched = caller.get(f"/papers/{told['id']}")
    assert (fetched.status_code, fetched.content) == (200, data)
    assert fetched.headers["Content-Disposition"].startswith("attachment;")
    assert fetched.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in fetched.headers["Content-Security-Policy"]
    kinds = set(RecordOutbox.objects.values_list("type", flat=True))
    assert {"paper.kept", "paper.read", "program.called", "config.changed"} <= kinds
    read = RecordOutbox.objects.get(type="paper.read").record
    assert (read["paper"], read["person"]) == (told["id"], str(stage.cast.caretaker.person.uuid))


@pytest.mark.parametrize(
    ("data", "name", "status"),
    [
        (b"", "空.pdf", 422),
        (b"MZ\x90\x00", "程序.exe", 422),
        (picture("PNG"), "方案.pdf", 422),
        (b"<html><script>alert(1)</script>", "说明.txt", 422),
    ],
)
def test_what_is_no_paper_is_refused_with_rule_and_remedy_and_nothing_of_it_stays(
    data: bytes, name: str, status: int, stage: Stage, program_of: Make
) -> None:
    caller = program_of("caretaker")
    # Without a body the test's client says no type.
    for way in (hand_in, hand_in_bytes) if data else (hand_in,):
        answer = way(caller, data, name)
        assert answer.status_code == status, answer.content
        wrong = answer.json()["errors"][0]
        assert (wrong["field"], wrong["rule"]) == ("file", "R10")
        assert wrong["what"]
        assert wrong["remedy"]
    assert not Paper.objects.exists()


def test_a_paper_that_is_too_large_is_refused_while_it_comes(
    stage: Stage, program_of: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    caller = program_of("caretaker")
    monkeypatch.setattr(limits, "get_settings", lambda: get_settings().model_copy(update={"paper_bytes": 1 << 20}))
    answer = hand_in_bytes(caller, b"a" * ((1 << 20) + 1), "长.txt")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "file")
    assert not Paper.objects.exists()


def test_the_address_takes_bodies_as_large_as_a_paper_and_no_other_of_the_interface_does() -> None:
    def limit(path: str) -> int:
        return _limit({"path": path, "headers": [(b"content-length", str(PAGE_BYTES + 1).encode())]})

    assert limit(ADDRESS) == PAGE_BYTES + get_settings().paper_bytes
    for other in ("dossier", "places", "filing-drafts"):
        assert limit(f"/api/register/v1/{other}") == PAGE_BYTES, other


@pytest.mark.parametrize("name", ["..", "/", "../../etc/passwd", "a\x00.pdf", "长" * 150 + ".pdf", "." + "长" * 190])
def test_a_name_is_only_a_name(name: str, stage: Stage, program_of: Make) -> None:
    answer = hand_in_bytes(program_of("caretaker"), pdf(), name)
    assert answer.status_code in (201, 422), answer.content
    for paper in Paper.objects.all():
        assert "/" not in paper.name
        assert paper.name.endswith(".pdf")


def test_what_comes_in_another_way_is_told_how_it_should(stage: Stage, program_of: Make) -> None:
    caller = program_of("caretaker")
    assert caller("post", "/papers", {"file": "x"}).status_code == 415
    assert hand_in_bytes(caller, pdf(), "").json()["errors"][0]["field"] == "name"
    client = Client(headers={"Authorization": f"Bearer {caller.secret}"})
    two = {"file": SimpleUploadedFile("a.pdf", pdf()), "other": SimpleUploadedFile("b.pdf", pdf())}
    assert client.post(ADDRESS, two).status_code == 422
    broken = client.post(ADDRESS, b"--x\r\n", content_type="multipart/form-data")
    assert broken.status_code == 400
    assert not Paper.objects.exists()


@pytest.mark.parametrize("member", ["outside_caretaker", "officer", "operator"])
def test_somebody_elses_paper_is_not_there(member: str, stage: Stage, program_of: Make) -> None:
    mine, data = program_of("caretaker"), pdf()
    waiting = hand_in(mine, data).json()["id"]
    filed = item(stage.school, "design", "方案", stage.cast.caretaker.person, timezone.now())  # type: ignore[arg-type]
    caller = program_of(member)
    for paper in (waiting, filed.paper_id):
        assert caller.get(f"/papers/{paper}").status_code == 404
    assert caller.get(f"/dossier/{filed.pk}").status_code == 404
    own = program_of("outside_caretaker")
    taken = own("post", "/dossier", leaf(stage, waiting, system=str(stage.hotel.pk)))
    assert (taken.status_code, taken.json()["errors"][0]["field"]) == (422, "paper")
    foreign = own("post", "/dossier", leaf(stage, hand_in(own, data).json()["id"]))
    assert (foreign.status_code, foreign.json()["errors"][0]["field"]) == (422, "system")
    assert DossierItem.objects.count() == 1


def test_another_program_of_the_same_person_does_not_see_what_waits(stage: Stage, program_of: Make) -> None:
    one, other = program_of("caretaker"), program_of("caretaker")
    paper = hand_in(one, pdf()).json()["id"]
    assert one.get(f"/papers/{paper}").status_code == 200
    assert other.get(f"/papers/{paper}").status_code == 404
    assert other("post", "/dossier", leaf(stage, paper)).status_code == 422


def test_a_letter_of_a_person_is_no_paper_of_the_register(stage: Stage, program_of: Make) -> None:
    """What hangs at something else than systems, such as a certificate, is not fetched this way, whoever handed it in."""
    upload = SimpleUploadedFile("证书.pdf", pdf(), "application/pdf")
    paper = keep_paper(upload, by=stage.cast.caretaker.person, at=timezone.now())
    assert program_of("caretaker").get(f"/papers/{paper.pk}").status_code == 404


def test_a_paper_is_referred_to_once_and_what_is_wrong_with_the_reference_leaves_it_waiting(
    stage: Stage, program_of: Make
) -> None:
    caller = program_of("caretaker")
    paper = hand_in(caller, pdf()).json()["id"]
    late = (timezone.localdate() + datetime.timedelta(days=2)).isoformat()
    for change, field in (({"dated": late}, "dated"), ({"kind": "novel"}, "kind"), ({"title": ""}, "title")):
        answer = caller("post", "/dossier", leaf(stage, paper, **change))
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)
    assert ProgramPaper.objects.count() == 1
    first = caller("post", "/dossier", leaf(stage, paper)).json()
    assert caller("post", "/dossier", leaf(stage, paper)).json()["errors"][0]["field"] == "paper"
    newer = leaf(stage, hand_in(caller, pdf()).json()["id"], replaces=first["id"])
    assert caller("post", "/dossier", newer).json()["version"] == 2
    again = leaf(stage, hand_in(caller, pdf()).json()["id"], replaces=first["id"])
    assert caller("post", "/dossier", again).json()["errors"][0]["field"] == "replaces"


def test_what_says_that_it_is_classified_is_not_kept(stage: Stage, program_of: Make) -> None:
    caller = program_of("caretaker")
    answer = hand_in(caller, pdf(), "机密级机房布局.pdf")
    assert (answer.status_code, answer.json()["errors"][0]["rule"]) == (403, "S20")
    assert not Paper.objects.exists()
    paper = hand_in(caller, pdf()).json()["id"]
    assert caller("post", "/dossier", leaf(stage, paper, title="涉密机房方案")).status_code == 403
    assert not DossierItem.objects.exists()
    assert "涉密机房" not in str([row.record for row in RecordOutbox.objects.all()])


def test_papers_that_nothing_refers_to_are_deleted_in_time_and_those_that_are_used_stay(
    stage: Stage, program_of: Make
) -> None:
    caller, now = program_of("caretaker"), timezone.now()
    left = hand_in(caller, pdf(), "一.pdf").json()
    used = hand_in(caller, picture("PNG"), "二.png", "image/png").json()
    caller("post", "/dossier", leaf(stage, used["id"]))
    hours = datetime.timedelta(hours=get_settings().program_paper_hours)
    assert program_writes.sweep_papers(now + hours - datetime.timedelta(minutes=5)) == 0
    assert program_writes.sweep_papers(now + hours + datetime.timedelta(minutes=5)) == 1
    assert set(Paper.objects.values_list("pk", flat=True)) == {DossierItem.objects.get().paper_id}
    removed = RecordOutbox.objects.get(type="paper.removed").record
    assert removed["paper"] == left["id"]
    assert store.read(used["sha256"], used["size"]) is not None
    assert caller.get(f"/papers/{left['id']}").status_code == 404


def test_a_program_does_not_fill_the_disk_with_what_it_refers_to_nowhere(
    stage: Stage, program_of: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    caller = program_of("caretaker")
    monkeypatch.setattr(program_writes, "MOST_PAPERS_WAITING", 2)
    assert [hand_in(caller, pdf()).status_code for _each in range(3)] == [201, 201, 409]
    assert Paper.objects.count() == 2
