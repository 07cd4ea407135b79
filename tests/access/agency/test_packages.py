"""Evidence packages: what is granted and no more, proven to a stranger, made while both are there, handed over once."""

from __future__ import annotations

import datetime
import hashlib
import io
import json
import re
import subprocess
import sys
import tracemalloc
import uuid
import zipfile
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone
from msgspec import structs

from custodes.access import leave
from custodes.access.agency import looking, presence
from custodes.access.ask import Granted
from custodes.access.decision import decide
from custodes.access.grants import NotaryDown, ViewClosed
from custodes.access.leave import LeaveRefused
from custodes.access.models import EvidencePackage, Grant, PackageState
from custodes.access.packages import composing, making, signing
from custodes.access.packages.handing import hand
from custodes.evidence.verifiers import verify
from custodes.ledger.merkle import leaf_hashes
from custodes.ledger.note import Signer
from custodes.ledger.records import record_of
from custodes.people.models import PostKind, RecordOutbox
from custodes.people.papers.keeping import keep_paper
from custodes.places.lifecycle.stepping import StepRefused
from custodes.web.printing import evidence
from tests.access.agency import deciding
from tests.access.agency.asked import colleague
from tests.evidence.made import FRAGMENTS, INIT, SECOND, Segment, deletion, outage, segment
from tests.ledger.madelog import SIGNER, START_US
from tests.people.papers.samples import pdf, upload

pytestmark = pytest.mark.postgresql

SEGMENTS = 3


def moment(us: int) -> datetime.datetime:
    return datetime.datetime.fromtimestamp(us / 1_000_000, datetime.UTC)


SPAN = (START_US + 2 * SECOND, START_US + 15 * SECOND)


@dataclass
class Handing:
    """A worker that has three segments of one camera."""

    segments: list[Segment]
    tokens: list[str] = field(default_factory=list)
    asked: list[Any] = field(default_factory=list)
    before: Any = None
    gaps: list[Any] = field(default_factory=list)
    gaps_at_once: int = 1000
    harm: bytes = b""
    refuses: int = 0

    def __call__(self, path: str, body: Any) -> httpx.Response:
        assert body["token"] not in self.tokens, "each question has a token of its own"
        self.tokens.append(body["token"])
        if self.refuses:
            return httpx.Response(self.refuses)
        if path == "/internal/segments":
            return httpx.Response(200, json=self._answer(body["from_us"]))
        self.asked.append(body)
        if self.before is not None:
            self.before(len(self.asked))
        made = next(one for one in self.segments if one.number == body["sequence"])
        given = [INIT, *made.fragments[body["first"] : body["first"] + body["count"]]]
        head = json.dumps({"leaves": [leaf.hex() for leaf in leaf_hashes([INIT, *made.fragments])]}).encode()
        return httpx.Response(200, content=head + b"\n" + b"".join(given) + self.harm)

    def _answer(self, from_us: int) -> dict[str, Any]:
        listed = [self._listed(one) for one in self.segments]
        gaps = [one for one in self.gaps if one.to_us > from_us]
        more = {"gaps_from": gaps[self.gaps_at_once].from_us} if len(gaps) > self.gaps_at_once else {}
        return {"segments": listed, "more": False, "gaps": [str(one.id) for one in gaps[: self.gaps_at_once]], **more}

    @staticmethod
    def _listed(made: Segment) -> dict[str, Any]:
        return {
            "record": str(made.record.id),
            "sequence": made.number,
            "start_us": made.start_us,
            "end_us": made.start_us + FRAGMENTS * SECOND,
            "init_size": len(INIT),
            "fragments": [
                (len(one), made.start_us + n * SECOND, made.start_us + (n + 1) * SECOND, True)
                for n, one in enumerate(made.fragments)
            ],
        }


@pytest.fixture(autouse=True)
def day():
    """The one after that of the footage."""
    with time_machine.travel(moment(START_US) + datetime.timedelta(days=1)):
        yield


@pytest.fixture
def handing(asked, notary, monkeypatch):
    """The gate's three segments, sealed on record, on a node that hands them out."""
    made = Handing([segment(number, asked.stage.gate.pk) for number in range(SEGMENTS)])
    notary.append([one.record for one in made.segments])
    asked.stage.worker.handing = made
    private = signing.signing_key(signing.get_settings().keys_folder / "web" / "packages.key")
    monkeypatch.setattr(composing, "signer", lambda: Signer(f"{SIGNER.name}/packages", private))
    monkeypatch.setattr(making, "signer", lambda: Signer(f"{SIGNER.name}/packages", private))
    monkeypatch.setattr(composing, "log_key", lambda: SIGNER.verifier)
    monkeypatch.setattr(composing.time, "sleep", lambda seconds: None)
    told = making._listed

    def at_once(*arguments: Any) -> RecordOutbox:
        row = told(*arguments)
        notary.append([row.record])
        return row

    monkeypatch.setattr(making, "_listed", at_once)
    return made


def deliver(notary) -> None:
    """Steps wait in the outbox for the notary; here it has them at once."""
    notary.append([row.record for row in RecordOutbox.objects.order_by("created_at")])


@pytest.fixture
def granted(asked, notary, handing):
    """A copy that was granted, with both officers at the counter."""
    row = asked.granted(way="copy", security_organ=False, span_from=moment(SPAN[0]), span_to=moment(SPAN[1]))
    presence.sit(row, asked.staff, list(row.officers.all()), timezone.now())
    deliver(notary)
    return row


def made(asked, row) -> tuple[EvidencePackage, bytes]:
    package = making.begin(asked.staff, row, timezone.now())
    return package, b"".join(making.stream(package, {"01-form.pdf": b"%PDF-1.7 form"}))


def broken_records() -> list[dict[str, Any]]:
    return [row.record for row in RecordOutbox.objects.filter(type="evidence.broken").order_by("created_at")]


def trust() -> str:
    return f"{SIGNER.verifier}\n{composing.signer().verifier}\n"


def checked(path, trusted) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-I", verify.__file__, str(path), "--trust", str(trusted)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.clause("S27", "S28.1(4)")
def test_a_package_holds_what_was_granted_and_is_proven_to_a_stranger(asked, notary, granted, handing, tmp_path):
    package, whole = made(asked, granted)
    path, trusted = tmp_path / "p.zip", tmp_path / "keys.txt"
    path.write_bytes(whole)
    trusted.write_text(trust())
    done = checked(path, trusted)
    assert done.returncode == 0, done.stdout + done.stderr
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        told = json.loads(archive.read("manifest.json"))
        assert archive.read("docs/01-form.pdf").startswith(b"%PDF")
        chain = [json.loads(line)["record"] for line in archive.read("chain.jsonl").splitlines()]
    assert [(part["first"], len(part["sizes"]) - 1) for part in told["parts"]] == [(2, 4), (0, 6), (0, 3)]
    assert told["parts"][0]["from_us"] >= SPAN[0]
    assert told["parts"][-1]["to_us"] <= SPAN[1]
    assert [step.get("event") for step in chain][:3] == ["begin", "submit", "register"]
    assert [step["type"] for step in chain].count("hold.placed") == 1, "held from the grant on"
    package.refresh_from_db()
    assert package.state == PackageState.MADE
    assert package.sha256 == hashlib.sha256(whole).hexdigest()
    assert package.bytes == len(whole)
    assert package.listed == hashlib.sha256(zipfile.ZipFile(io.BytesIO(whole)).read("manifest.json")).hexdigest()
    assert package.parts == 3
    [grant] = [one for one in notary.of("grant") if one.handover]
    assert grant.request == granted.pk
    assert not grant.live
    assert grant.span == SPAN
    assert package.grant.ended_at is not None, "the leave ends with it"
    record = package.made_record.record
    assert (record["type"], record["sha256"]) == ("evidence.made", package.sha256)


def test_leave_is_on_record_before_anything_is_asked_of_a_node(asked, notary, granted, handing):
    notary.down = True
    with pytest.raises(making.NotaryDown):
        making.begin(asked.staff, granted, timezone.now())
    assert handing.tokens == []
    assert not EvidencePackage.objects.exists()


@pytest.mark.clause("S28.1(1)")
def test_nothing_is_made_when_they_are_not_both_there(asked, notary, handing):
    row = asked.granted(way="copy", security_organ=False, span_from=moment(SPAN[0]), span_to=moment(SPAN[1]))
    with pytest.raises(LeaveRefused) as refused:
        making.begin(asked.staff, row, timezone.now())
    assert refused.value.refused.unmet[0].clause == "S28.1(1)"
    assert handing.tokens == []
    assert notary.of("refusal")


@pytest.mark.clause("S27")
def test_a_request_to_consult_yields_no_file(asked, notary, handing):
    row = asked.granted(span_from=moment(SPAN[0]), span_to=moment(SPAN[1]))
    presence.sit(row, asked.staff, list(row.officers.all()), timezone.now())
    with pytest.raises(LeaveRefused) as refused:
        making.begin(asked.staff, row, timezone.now())
    assert refused.value.refused.unmet[-1].clause == "S27"
    assert handing.tokens == []


@pytest.mark.clause("S28.1(1)", "S33.1")
@pytest.mark.parametrize("how", ["leaves", "taken back", "stopped"])
def test_what_ends_meanwhile_breaks_it_off(asked, notary, granted, handing, how):
    package = making.begin(asked.staff, granted, timezone.now())

    def before(number: int) -> None:
        if number < 2:
            return
        if how == "leaves":
            presence.rise(granted, asked.staff, timezone.now())
        elif how == "taken back":
            deciding.take_back(granted, asked.taken(asked.staff, "案件撤销"))
        else:
            Grant.objects.filter(pk=package.grant_id).update(revoked_at=timezone.now())

    handing.before = before
    got: list[bytes] = []
    with pytest.raises(making.MakingFailed):
        got.extend(making.stream(package, {}))
    assert len(handing.asked) == 2, "the third part was not even asked for"
    package.refresh_from_db()
    assert package.state == PackageState.FAILED
    assert package.failure
    assert package.made_record is None
    with pytest.raises(zipfile.BadZipFile):
        zipfile.ZipFile(io.BytesIO(b"".join(got)))
    [broken] = broken_records()
    assert broken["bytes"] == package.bytes == len(b"".join(got)) > 0, "what was sent can be read all the same"
    assert (broken["parts"], broken["reason"]) == (2, package.failure)
    assert broken["package"] == str(package.pk)
    assert record_of(broken).type == "evidence.broken"


def test_footage_that_is_not_what_was_sealed_breaks_it_off(asked, granted, handing):
    package = making.begin(asked.staff, granted, timezone.now())
    handing.harm = b"x"
    with pytest.raises(making.MakingFailed):
        b"".join(making.stream(package, {}))
    package.refresh_from_db()
    assert package.state == PackageState.FAILED


@pytest.mark.parametrize(("status", "word"), [(409, "校验值不一致"), (500, "没有应答"), (403, "没有应答")])
def test_a_node_that_refuses_is_said_in_words(asked, granted, handing, status, word):
    package = making.begin(asked.staff, granted, timezone.now())
    handing.refuses = status
    with pytest.raises(making.MakingFailed):
        b"".join(making.stream(package, {}))
    package.refresh_from_db()
    assert word in package.failure


def test_it_waits_for_the_checkpoint_and_says_so_when_none_comes(asked, notary, granted, handing, monkeypatch):
    waits: list[float] = []

    def sleep(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 3:
            notary.unproven = 0

    monkeypatch.setattr(composing.time, "sleep", sleep)
    monkeypatch.setattr(composing.prove, "__defaults__", (sleep,))
    package = making.begin(asked.staff, granted, timezone.now())
    notary.unproven = 1
    b"".join(making.stream(package, {}))
    assert len(waits) == 3
    second = making.begin(asked.staff, granted, timezone.now())
    notary.unproven = 1
    monkeypatch.setattr(composing.prove, "__defaults__", (lambda seconds: None,))
    with pytest.raises(making.MakingFailed):
        b"".join(making.stream(second, {}))
    second.refresh_from_db()
    assert "检查点" in second.failure


def test_who_stops_the_download_leaves_a_row_that_says_so(asked, granted, handing, client_of):
    package = making.begin(asked.staff, granted, timezone.now())
    pieces = making.stream(package, {})
    next(pieces)
    pieces.close()
    package.refresh_from_db()
    assert package.state == PackageState.FAILED
    assert "中断" in package.failure
    assert package.grant.ended_at is not None
    page = client_of("caretaker").get(package.get_absolute_url()).content.decode()
    assert "不能作为证据" in page
    [broken] = broken_records()
    assert broken["bytes"] == package.bytes > 0


@pytest.mark.clause("S33.1")
def test_what_was_granted_in_a_hurry_yields_no_file_before_it_was_reviewed(asked, notary, granted, handing, client_of):
    type(granted).objects.filter(pk=granted.pk).update(state="granted_urgent")
    with pytest.raises(LeaveRefused) as refused:
        making.begin(asked.staff, granted, timezone.now())
    [unmet] = refused.value.refused.unmet
    assert unmet.clause == "S33.1"
    assert "补审" in unmet.reason_zh
    ask = looking.ask_for(granted, timezone.now())
    assert isinstance(decide(asked.staff, ask, timezone.now()), Granted), "looking goes on"
    page = client_of("caretaker").get(reverse("access:request_look", args=[granted.pk])).content.decode()
    assert "补审后可以制作证据包" in page
    assert reverse("print:evidence", args=[granted.pk]) not in page


@pytest.mark.clause("S28.1(1)")
def test_the_officers_make_none_themselves(asked, notary, handing, client_of):
    row = asked.granted("online", way="copy", security_organ=False, span_from=moment(SPAN[0]), span_to=moment(SPAN[1]))
    for one in (asked.first, asked.second.person):
        presence.beat(row, one, timezone.now())
    assert isinstance(decide(asked.first, looking.ask_for(row, timezone.now()), timezone.now()), Granted)
    with pytest.raises(LeaveRefused) as refused:
        making.begin(asked.first, row, timezone.now())
    assert [one.clause for one in refused.value.refused.unmet] == ["S28.1(1)"]
    assert handing.tokens == []
    page = client_of("officer").get(reverse("access:request_look", args=[row.pk])).content.decode()
    assert reverse("print:evidence", args=[row.pk]) not in page


def test_one_is_made_at_a_time_and_a_stalled_one_gives_way(asked, granted, handing, client_of):
    first = making.begin(asked.staff, granted, timezone.now())
    pieces = making.stream(first, {})
    for _ in range(12):
        next(pieces)
    with pytest.raises(making.AlreadyMaking, match="正在制作"):
        making.begin(asked.staff, granted, timezone.now())
    answer = client_of("caretaker").post(reverse("print:evidence", args=[granted.pk]), follow=True)
    assert "正在制作证据包" in answer.content.decode()
    assert answer.redirect_chain[-1][0] == first.get_absolute_url(), "it is shown the first"
    assert EvidencePackage.objects.count() == 1
    EvidencePackage.objects.update(seen_at=timezone.now() - datetime.timedelta(minutes=3))
    second = making.begin(asked.staff, granted, timezone.now())
    first.refresh_from_db()
    assert (first.state, first.grant.ended_at is None) == (PackageState.FAILED, False)
    with pytest.raises(making.MakingFailed):
        b"".join(pieces)  # it wakes up again
    first.refresh_from_db()
    assert first.state == PackageState.FAILED
    assert [one["package"] for one in broken_records()] == [str(first.pk)] * 2
    b"".join(making.stream(second, {}))
    second.refresh_from_db()
    assert second.state == PackageState.MADE


def test_of_two_who_press_at_once_one_makes_it_and_no_leave_is_opened_for_nothing(
    asked, notary, granted, handing, monkeypatch
):
    first = []

    def slow(*arguments):
        verdict = decide(*arguments)
        if not first:  # while this one is decided about, the other press goes all the way
            first.append(None)
            first.append(making.begin(asked.staff, granted, timezone.now()))
        return verdict

    monkeypatch.setattr(leave, "decide", slow)
    with pytest.raises(making.AlreadyMaking) as refused:
        making.begin(asked.staff, granted, timezone.now())
    assert refused.value.package == first[1] == EvidencePackage.objects.get()
    assert [one.grant for one in notary.of("grant")] == [first[1].grant.pk]
    assert Grant.objects.get(handover=True) == first[1].grant


def test_a_press_that_the_log_does_not_take_leaves_nothing_and_may_come_again(asked, notary, granted, handing):
    named = uuid.uuid4()
    notary.down = True
    with pytest.raises(NotaryDown):
        making.begin(asked.staff, granted, timezone.now(), named)
    assert not EvidencePackage.objects.exists()
    notary.down = False
    assert making.begin(asked.staff, granted, timezone.now(), named).pk == named


def test_a_second_press_makes_no_second_one_and_is_shown_the_first(asked, granted, handing, client_of):
    browser, url = client_of("caretaker"), reverse("print:evidence", args=[granted.pk])
    look = reverse("access:request_look", args=[granted.pk])
    page = browser.get(look).content.decode()
    [named] = re.findall(r'name="package" value="([0-9a-f-]{36})"', page)
    assert f"custodes-evidence-{named}.zip" in page, "where it will be found"
    progress = reverse("access:package_progress", args=[granted.pk, named])
    assert browser.get(progress).status_code == 204, "before its row is there"
    b"".join(browser.post(url, {"package": named}).streaming_content)
    again = browser.post(url, {"package": named})
    assert (again.status_code, again["Location"]) == (302, EvidencePackage.objects.get().get_absolute_url())
    assert EvidencePackage.objects.get().state == PackageState.MADE
    page = browser.get(look).content.decode()
    assert "已制作，待交付" in page
    assert named not in re.findall(r'name="package" value="([0-9a-f-]{36})"', page), "another one is another one"
    assert client_of("outsider").get(progress).status_code in (403, 404)


def test_a_number_that_a_package_of_another_request_has_is_not_taken(asked, granted, handing):
    """It would be an error behind the leave, which nothing would end."""
    first, _ = made(asked, granted)
    other = type(granted).objects.get(pk=granted.pk)
    other.pk, other._state.adding = uuid.uuid4(), True
    other.number, other.letter_key = "2", "2"
    other.save()
    EvidencePackage.objects.filter(pk=first.pk).update(request=other)
    assert making.begin(asked.staff, granted, timezone.now(), first.pk).pk != first.pk


def test_who_waits_for_the_log_and_then_for_its_checkpoint_is_not_called_stalled(asked, granted, handing, monkeypatch):
    """Each may take a minute and a half, and two without a word count as stalled."""
    found = []

    def slow(*given, logged=composing.logged):
        EvidencePackage.objects.update(seen_at=timezone.now() - datetime.timedelta(seconds=90))
        return logged(*given)

    def looking(*given, prove=composing.prove):
        found.append(EvidencePackage.objects.get().seen_at)
        return prove(*given)

    monkeypatch.setattr(composing, "logged", slow)
    monkeypatch.setattr(composing, "prove", looking)
    made(asked, granted)
    assert timezone.now() - found[0] < datetime.timedelta(seconds=60)


def without_the_middle(notary, handing, *why: Any) -> None:
    """The node has nothing of the second segment, and these records say why."""
    del handing.segments[1]
    notary.append(why)
    handing.gaps = [one for one in why if one.type == "gap"]


@pytest.mark.parametrize("told", ["gap", "purge", "nothing", "late"])
def test_what_is_missing_is_in_package_log_and_page_with_the_nodes_reason(
    asked, notary, granted, handing, client_of, tmp_path, told
):
    gate = asked.stage.gate.pk
    reason = {
        "gap": structs.replace(outage(6, 12), camera=gate),
        "purge": structs.replace(deletion(6, 12), camera=gate),
    }.get(told)
    without_the_middle(notary, handing, *([reason] if reason else []))
    if told == "late":
        handing.gaps = [
            structs.replace(outage(6, 12), id=uuid.UUID(int=5))
        ]  # a node's record that does not reach the log in time
    package = making.begin(asked.staff, granted, timezone.now())
    deletions = lambda cameras, span: [reason.id] if told == "purge" else []  # noqa: E731
    whole = b"".join(making.stream(package, {}, deletions))
    path, trusted = tmp_path / "p.zip", tmp_path / "keys.txt"
    path.write_bytes(whole)
    trusted.write_text(trust())
    done = checked(path, trusted)
    known = reason is not None
    assert done.returncode == (0 if known else 4), done.stdout
    assert ("unexplained" in done.stdout) is not known
    package.refresh_from_db()
    assert [one["why"] for one in package.holes] == [told if known else ""]
    [listed] = notary.of("evidence.listed")
    assert (listed.parts, listed.gaps, listed.span, listed.contents) == (2, int(known), SPAN, package.contents)
    assert package.made_record.record["contents"] == listed.contents
    page = client_of("caretaker").get(package.get_absolute_url()).content.decode()
    assert ("核验为“不完整”" in page) is not known
    assert {"gap": "网络中断", "purge": "到期已删除"}.get(told, "未说明原因") in page


def test_nothing_that_a_record_explains_is_unexplained_however_many_there_are(
    asked, notary, granted, handing, tmp_path
):
    """A node names so many gaps in one answer; the others were called unexplained by package and verifiers."""
    camera = asked.stage.gate.pk
    gaps = [outage(begin, begin + 1, camera=camera) for begin in range(6, 12)]
    without_the_middle(notary, handing, *gaps)
    handing.gaps_at_once = 2
    package, whole = made(asked, granted)
    path, trusted = tmp_path / "p.zip", tmp_path / "keys.txt"
    path.write_bytes(whole)
    trusted.write_text(trust())
    done = checked(path, trusted)
    assert (done.returncode, "unexplained" in done.stdout) == (0, False), done.stdout
    package.refresh_from_db()
    assert [one["why"] for one in package.holes] == ["gap"] * len(gaps)


def test_the_page_finds_what_was_deleted_before_it_was_asked_for(
    asked, notary, granted, handing, client_of, monkeypatch
):
    monkeypatch.setattr(evidence, "DELETIONS_AT_ONCE", 1)
    passes = [
        structs.replace(deletion(begin, begin + 3), camera=asked.stage.gate.pk, id=uuid.UUID(int=begin))
        for begin in (6, 9)
    ]
    without_the_middle(notary, handing, *passes)
    b"".join(client_of("caretaker").post(reverse("print:evidence", args=[granted.pk])).streaming_content)
    assert [one["why"] for one in EvidencePackage.objects.get().holes] == ["purge", "purge"]


def test_a_leave_that_ends_while_the_notary_signs_gives_no_token(asked, notary, granted, handing):
    package = making.begin(asked.staff, granted, timezone.now())
    notary.before_answer = lambda: Grant.objects.filter(pk=package.grant_id).update(revoked_at=timezone.now())
    with pytest.raises(ViewClosed):
        leave.piece_token(
            package.grant, looking.ask_for(granted, timezone.now(), handover=True), asked.stage.gate, timezone.now()
        )


def test_a_browser_that_stalls_gets_no_more_of_a_piece(asked, granted, handing, monkeypatch):
    package = making.begin(asked.staff, granted, timezone.now())
    monkeypatch.setattr(composing, "PIECE_SECONDS", 0.0)
    with pytest.raises(making.MakingFailed):
        b"".join(making.stream(package, {}))
    package.refresh_from_db()
    assert "一分钟" in package.failure
    assert len(handing.asked) == 1


@pytest.mark.parametrize(
    ("limit", "most"),
    [("MOST_SEGMENTS", SEGMENTS - 1), ("MOST_FRAGMENTS", SEGMENTS * FRAGMENTS - 1), ("MOST_REASONS", 0)],
)
def test_more_than_a_package_takes_is_said_before_any_of_it_is_asked_for(
    asked, notary, granted, handing, monkeypatch, limit, most
):
    if limit == "MOST_REASONS":
        without_the_middle(notary, handing, outage(6, 12, camera=asked.stage.gate.pk))
    package = making.begin(asked.staff, granted, timezone.now())
    monkeypatch.setattr(composing, limit, most)
    with pytest.raises(making.MakingFailed):
        b"".join(making.stream(package, {}))
    package.refresh_from_db()
    assert "分开" in package.failure
    assert (handing.asked, package.bytes) == ([], 0)


def test_what_is_kept_of_many_long_segments_is_small(asked, monkeypatch):
    """As many as a package takes, of an hour each, with a fragment a second."""
    from custodes.video.wire.archive import ListedSegment

    fragments, second = 3600, SECOND
    camera = asked.stage.gate

    def listed(_camera, span, _token_for, _gaps):
        for number in range(composing.MOST_SEGMENTS // 25):
            start = span[0] + number * fragments * second
            yield ListedSegment.model_construct(
                record=uuid.uuid4(),
                sequence=number,
                start_us=start,
                end_us=start + fragments * second,
                init_size=800,
                fragments=[(400_000 + n, start + n * second, start + (n + 1) * second, True) for n in range(fragments)],
            )

    monkeypatch.setattr(composing, "_listed", listed)
    monkeypatch.setattr(composing, "MOST_FRAGMENTS", 1 << 30)
    span = (START_US, START_US + 400 * 3600 * second)
    grant = Grant(span_from=moment(span[0]), span_to=moment(span[1]))
    tracemalloc.start()
    try:
        found, _gaps = composing.find(grant, [camera], lambda _camera: "token")
        kept, _peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert [len(found), found[0].count, sum(found[0].sizes) > 0] == [200, fragments, True]
    each = kept / (len(found) * fragments)
    assert each < 10, f"{each:.1f} bytes a fragment: its size and nothing else"


def test_a_span_without_footage_makes_no_package(asked, notary, handing):
    later = SPAN[1] + 3600 * SECOND
    row = asked.granted(way="copy", security_organ=False, span_from=moment(later), span_to=moment(later + 60 * SECOND))
    presence.sit(row, asked.staff, list(row.officers.all()), timezone.now())
    deliver(notary)
    package = making.begin(asked.staff, row, timezone.now())
    with pytest.raises(making.MakingFailed):
        b"".join(making.stream(package, {}))
    package.refresh_from_db()
    assert "没有已封存的录像" in package.failure


@pytest.mark.clause("S28.1(1)")
def test_the_counter_makes_it_and_hands_it_over_before_both(asked, notary, granted, handing, client_of):
    browser = client_of("caretaker")
    answer = browser.post(reverse("print:evidence", args=[granted.pk]))
    assert answer.status_code == 200
    assert "attachment" in answer["Content-Disposition"]
    whole = b"".join(answer.streaming_content)
    assert {"docs/01-request.pdf", "docs/03-extraction.pdf"} <= set(zipfile.ZipFile(io.BytesIO(whole)).namelist())
    package = EvidencePackage.objects.get()
    page = browser.get(package.get_absolute_url()).content.decode()
    assert package.sha256 in page
    first, second = granted.officers.all()
    hand = reverse("access:package_hand", args=[granted.pk, package.pk])

    def post(*officers: Any) -> Any:
        scan = upload(pdf(), "清单.pdf", "application/pdf")
        return browser.post(
            hand, {"officers": [str(one.pk) for one in officers], "medium": "光盘 2026-017", "signed": scan}
        )

    alone = post(first)
    assert alone.status_code == 422
    assert "少于二人" in alone.content.decode()
    assert post(first, second).status_code == 302
    package.refresh_from_db()
    assert package.state == PackageState.HANDED
    assert [one["name"] for one in package.receivers] == ["王芳", "次旺"]
    record = package.handed_record.record
    assert record["sha256"] == package.sha256
    assert len(record["receivers"]) == 2
    granted.refresh_from_db()
    assert granted.state == "served"
    assert post(first, second).status_code == 422, "once"


def test_what_is_refused_is_told_on_the_requests_page(asked, notary, handing, client_of):
    row = asked.granted(way="copy", security_organ=False, span_from=moment(SPAN[0]), span_to=moment(SPAN[1]))
    answer = client_of("caretaker").post(reverse("print:evidence", args=[row.pk]), follow=True)
    assert "S28.1(1)" in answer.content.decode() or "第二十八条" in answer.content.decode()
    assert handing.tokens == []


def test_a_package_is_of_its_request_alone(asked, granted, handing, client_of):
    package, _whole = made(asked, granted)
    other = reverse("access:package", args=[uuid.uuid4(), package.pk])
    assert client_of("caretaker").get(other).status_code == 404


@pytest.mark.clause("S28.1(1)")
def test_who_asks_online_takes_nothing_away_by_themselves(asked, notary, handing, client_of):
    row = asked.granted("online", way="copy", security_organ=False, span_from=moment(SPAN[0]), span_to=moment(SPAN[1]))
    for name in ("officer", "second"):
        client_of(name).post(f"/api/requests/{row.pk}/present", {}, content_type="application/json")
    officer, url = client_of("officer"), reverse("print:evidence", args=[row.pk])
    assert officer.post(url).status_code == 403
    look = reverse("access:request_look", args=[row.pk])
    assert "制作证据包" not in officer.get(look).content.decode()
    staff = client_of("caretaker")
    presence.sit(row, asked.staff, list(row.officers.all()), timezone.now())
    assert "制作证据包" in staff.get(look).content.decode()
    assert client_of("lead").post(url, follow=True).redirect_chain, "the sitting is the one colleague's"
    assert not EvidencePackage.objects.exists()


@pytest.mark.clause("S33.1")
def test_in_a_hurry_nothing_is_handed_out_before_the_review(asked, notary, handing, client_of):
    row = asked.urgent(way="copy", security_organ=False, span_from=moment(SPAN[0]), span_to=moment(SPAN[1]))
    presence.sit(row, asked.staff, list(row.officers.all()), timezone.now())
    deliver(notary)
    assert [one.clause for one in looking.handing_unmet(row)] == ["S33.1"]
    browser, url = client_of("caretaker"), reverse("print:evidence", args=[row.pk])
    assert "紧急准予尚未补审" in browser.post(url, follow=True).content.decode()
    assert url not in browser.get(reverse("access:request_look", args=[row.pk])).content.decode(), "no button"
    assert handing.tokens == []
    row = deciding.review(row, asked.taken(asked.approver))
    assert looking.handing_unmet(row) == ()
    deliver(notary)
    answer = browser.post(url)
    assert "attachment" in answer["Content-Disposition"]
    b"".join(answer.streaming_content)
    package = EvidencePackage.objects.get()
    type(row).objects.filter(pk=row.pk).update(state="granted_urgent")
    signed = keep_paper(upload(pdf(), "清单.pdf", "application/pdf"), by=asked.staff, at=asked.at, about="x")
    with pytest.raises(StepRefused, match="补审"):
        hand(package, asked.staff, list(row.officers.all()), "光盘", signed, asked.at)


def test_who_asks_hands_nothing_over_by_account_or_by_name_and_unit(asked, granted, handing):
    package, _whole = made(asked, granted)
    namesake = colleague(asked.stage, "王芳", "wangfang", "a", PostKind.CARETAKER)
    type(granted).objects.filter(pk=granted.pk).update(unit_name="城关区第一小学")
    signed = keep_paper(upload(pdf(), "清单.pdf", "application/pdf"), by=asked.staff, at=asked.at, about="x")
    with pytest.raises(StepRefused, match="不能办理交付"):
        hand(package, namesake.person, list(granted.officers.all()), "光盘", signed, asked.at)
    handed = hand(package, asked.staff, list(granted.officers.all()), "光盘", signed, asked.at)
    row = deciding.close(handed.request, asked.taken(asked.staff, "已归还"))
    assert row.returned_on, "it was handed over"
