"""The log on the page: who reads what, in plain words, with its proof."""

from __future__ import annotations

import datetime
import json

import pytest
from django.urls import reverse
from django.utils import timezone

from custodes.ledger.client import NotaryRefused, NotaryStatus
from custodes.ledger.records import new_id
from custodes.oversight import mirror, verification
from custodes.oversight.kinds import TYPES
from custodes.oversight.log_phrases import LedgerNames, tell
from custodes.oversight.models import EntryRow, Verification
from tests.cast import EVERYBODY

pytestmark = pytest.mark.postgresql

AT = "2024-06-03T00:00:00.000000Z"


def login(member):
    return {
        "type": "login",
        "id": str(new_id()),
        "at": AT,
        "account": member.name,
        "person": str(member.person.uuid),
        "method": "password",
        "address": "127.0.0.1",
        "reason": "",
    }


def gap(camera):
    return {
        "type": "gap",
        "id": str(new_id()),
        "at": AT,
        "camera": str(camera.pk),
        "from_us": 1_717_372_800_000_000,
        "to_us": 1_717_372_860_000_000,
        "reason": "network",
        "detail": "",
    }


@pytest.fixture
def log(stage, notary, monkeypatch):
    """Entries about A's operator, B's duty officer, a camera of each, and the log itself."""
    notary.status = lambda: NotaryStatus("t.local/log", len(notary.records), 3, False, "t.local/log+0+x")
    notary.checkpoint = lambda: "t.local/log\n3\nx\n\n— sig\n"

    def proof(index):
        if index >= 3:
            raise NotaryRefused("unproven", "")
        return "c2sp.org/tlog-proof@v1\n"

    notary.proof = proof
    notary.append(
        [
            login(stage.cast.operator),
            login(stage.cast.outsider),
            gap(stage.gate),
            gap(stage.lobby),
            {"type": "heartbeat", "id": str(new_id()), "at": AT, "size": 4},
        ]
    )
    return notary


READS = {"auditor": {0, 1, 2, 3, 4}, "inspector": {0, 2, 4}}
OWN = {"operator": {0}, "outsider": {1}}


@pytest.mark.parametrize("member", sorted(EVERYBODY))
def test_each_reads_the_entries_of_their_division_and_their_own(log, client_of, member):
    browser = client_of(member)
    answer = browser.get(reverse("oversight:ledger"))
    assert answer.status_code == (200 if member in READS else 403)
    if member in READS:
        assert {line.row.index for line in answer.context["lines"]} == READS[member]
    mine = browser.get(reverse("oversight:mine"))
    assert {line.row.index for line in mine.context["lines"]} == OWN.get(member, set())
    readable = READS.get(member, set()) | OWN.get(member, set())
    for index in range(5):
        status = browser.get(reverse("oversight:entry", args=[index])).status_code
        assert status == (200 if index in readable else 404), index
    assert browser.get(reverse("oversight:entry", args=[99])).status_code == 404
    assert browser.get(f"/ledger/{2**80}/").status_code == 404


@pytest.mark.clause("N25")
def test_entries_are_told_in_plain_words_and_filtered_by_type(log, client_of):
    browser = client_of("auditor")
    answer = browser.get(reverse("oversight:ledger"), {"type": "gap"})
    words = {line.row.index: line.words for line in answer.context["lines"]}
    assert set(words) == {2, 3}
    assert words[2] == "校门 · 2024-06-03 08:00:00–2024-06-03 08:01:00 · 网络中断"
    assert browser.get(reverse("oversight:ledger"), {"type": "'; drop"}).status_code == 200


def test_an_entry_shows_commitment_record_and_proof(log, client_of):
    browser = client_of("auditor")
    text = browser.get(reverse("oversight:entry", args=[0])).content.decode()
    assert "00" * 32 in text
    assert "检查点已涵盖" in text
    assert "扎西 · 城关区第一小学" in text
    proof = browser.get(reverse("oversight:proof", args=[0]))
    assert proof.content.startswith(b"c2sp.org/tlog-proof@v1")
    assert "attachment" in proof["Content-Disposition"]
    assert browser.get(reverse("oversight:proof", args=[4])).status_code == 302


def test_with_the_notary_down_the_pages_say_so_and_still_open(log, client_of):
    browser = client_of("auditor")
    browser.get(reverse("oversight:ledger"))
    log.down = True

    def down(*_arguments):
        log._alive()

    log.status = log.checkpoint = log.proof = down
    for url in (
        reverse("oversight:ledger"),
        reverse("oversight:entry", args=[0]),
        reverse("oversight:checkpoint"),
        reverse("oversight:reconciliation"),
    ):
        answer = browser.get(url)
        assert answer.status_code == 200
        assert "存证服务不可用" in answer.content.decode()


def test_the_finding_aid_catches_up_in_pieces_and_never_twice(log, monkeypatch):
    monkeypatch.setattr(mirror, "PIECE", 2)
    assert not mirror.catch_up(pieces=1)
    assert EntryRow.objects.count() == 2
    assert mirror.catch_up()
    assert mirror.catch_up()
    assert list(EntryRow.objects.order_by("index").values_list("index", flat=True)) == [0, 1, 2, 3, 4]


def test_scattered_entries_are_fetched_in_few_requests(log):
    assert list(mirror.fetch([4, 0, 2, 2, 77])) == [0, 2, 4]


@pytest.mark.parametrize("kind", sorted(TYPES))
def test_no_record_however_odd_breaks_the_telling(kind, db):
    names = LedgerNames()
    for record in ({"type": kind}, {"type": kind, "cameras": None, "span": [1], "shown": [[1]], "unmet": [{}]}):
        assert isinstance(tell(record, names), str)
    assert tell(None, names)


def test_a_look_at_a_device_s_own_recording_is_told_apart_from_one_at_ours():
    shown = {"type": "view.ended", "camera": "1", "shown": [[0, 5_000_000]]}
    begun = {"type": "view.begun", "camera": "1", "at_us": 1_700_000_000_000_000}
    for record in (shown, begun):
        assert "设备录像" not in tell(record, LedgerNames())
        assert "设备录像，不是本系统的录像" in tell(record | {"source": "device"}, LedgerNames())


@pytest.mark.parametrize("us", [253_402_300_799_000_000, 10**30, -(10**17)])
def test_a_time_that_no_calendar_has_is_told_and_breaks_no_list(us):
    assert tell({"type": "grant", "cameras": [], "span": [us, us]}, LedgerNames()).count("无法显示的时间") == 2
    assert tell({"type": "view.ended", "camera": "1", "shown": [[0, 10**400]]}, LedgerNames()) == "记录格式无法识别"


def test_the_checkpoint_page_gives_the_exact_command_and_what_is_unproven(log, client_of):
    answer = client_of("inspector").get(reverse("oversight:checkpoint"))
    text = answer.content.decode()
    assert answer.context["unproven"] == 2
    assert "custodes verify ledger" in text
    assert "没有分开运行" in text
    note = client_of("inspector").get(reverse("oversight:note"))
    assert note.content.decode().startswith("t.local/log")


def test_a_check_that_finds_no_log_says_what_to_do(stage, client_of):
    run = Verification.objects.create(by=stage.cast.auditor.person, begun_at=timezone.now())
    verification.check(run.pk)
    run.refresh_from_db()
    assert run.ok is None
    assert run.error
    assert run.ended_at


def test_two_checks_never_run_at_once(stage):
    first = verification.begin(stage.cast.auditor.person)
    assert verification.begin(stage.cast.inspector.person) == first
    Verification.objects.update(begun_at=timezone.now() - datetime.timedelta(hours=1))
    assert verification.begin(stage.cast.inspector.person) != first


def test_a_check_tells_its_finding_on_the_page(log, stage, client_of):
    Verification.objects.create(
        by=stage.cast.auditor.person,
        begun_at=timezone.now(),
        ended_at=timezone.now(),
        ok=False,
        report={
            "first_bad": 17,
            "findings_total": 2,
            "findings": [
                {"index": 17, "detail": "an older check"},
                {"index": 18, "detail": "entry 18 is not", "code": "entry_changed", "facts": {}},
            ],
        },
    )
    text = client_of("auditor").get(reverse("oversight:checks")).content.decode()
    assert "#17" in text
    assert '<span lang="en">an older check</span>' in text
    assert "#18 本条不是签署时的条目。" in text
    assert "entry 18 is not" not in text
    assert "发现不符" in text


def test_a_viewing_without_a_grant_is_shown_as_an_incident(log, stage, client_of):
    log.append(
        [
            {
                "type": "view.begun",
                "id": str(new_id()),
                "at": timezone.now().astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
                "grant": str(new_id()),
                "index": 0,
                "person": str(stage.cast.operator.person.uuid),
                "camera": str(stage.gate.pk),
                "stream": "main",
                "at_us": None,
                "worker": "node-1/0",
            }
        ]
    )
    answer = client_of("inspector").get(reverse("oversight:reconciliation"))
    assert [viewing.index for viewing in answer.context["account"].without_grant] == [5]
    assert "安全事件" in answer.content.decode()
    assert json.dumps(answer.context["account"].grants) == "0"
