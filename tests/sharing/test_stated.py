"""An upper's officer states who asks and why: what is kept, what is refused, in which words, and that it is on record before the answer."""

from __future__ import annotations

import datetime
import uuid

import pytest
from django.utils import timezone

from custodes.sharing.models import Link, LinkState, Platform, Stated
from custodes.sharing.stated import keeping
from custodes.sharing.stated.checking import FROM_ABOVE
from custodes.sharing.tree import changing
from tests.places.devices.rows import NAME, us
from tests.sharing import joining
from tests.sharing.said import MINUTE, certificate, statement, states
from tests.sharing.stage import taken

pytestmark = pytest.mark.django_db


@pytest.fixture
def said(stating, notary):
    """A statement that is in order, with what a test changes."""
    return lambda verb="history", **more: statement(timezone.now(), stating.shared.get().channel, verb, **more)


@pytest.mark.clause("S28.1(3)")
def test_it_is_on_record_before_it_is_answered(gate, stating, said, notary):
    one = said()
    assert states(gate, stating, one) == {"status": 201, "why": "", "index": 0}
    (leaf,) = notary.of("platform.statement")
    assert (str(leaf.statement), leaf.link, leaf.person) == (one["id"], stating.pk, f"link:{stating.pk}")
    assert (leaf.person_name, leaf.unit, leaf.number) == ("扎西次仁", "拉萨市公安局刑侦支队", "010203")
    assert (leaf.purpose, leaf.document, leaf.ground) == (one["reason"], one["document"], "agency")
    assert (leaf.span, leaf.clauses, leaf.theirs) == ((one["from_us"], one["until_us"]), ("S27", "S28.1(3)"), 41)
    row = Stated.objects.get()
    assert (row.index, row.record, row.call) == (0, leaf.id, None)


def test_where_the_link_asks_for_a_number_none_is_taken_without(gate, stating, said, notary):
    assert states(gate, stating, said(number=""))["status"] == 201
    Platform.objects.filter(pk=stating.platform_id).update(asks_number=True)
    told = states(gate, stating, said(number=" "))
    assert (told["status"], "work number" in told["why"]) == (400, True)
    assert states(gate, stating, said(number="010386"))["status"] == 201
    assert len(notary.of("platform.statement")) == 2


def test_said_again_it_is_the_same_and_another_under_its_id_is_refused(gate, stating, said, notary):
    one = said()
    for _each in range(3):
        assert states(gate, stating, one)["index"] == 0
    assert states(gate, stating, one | {"reason": "另一个事由"})["status"] == 409
    assert len(notary.records) == Stated.objects.count() == 1


def test_while_the_log_cannot_be_written_nothing_is_kept_that_counts(gate, stating, said, notary, wants):
    one = said()
    notary.down = True
    assert states(gate, stating, one)["status"] == 503
    notary.down = False
    assert wants(call_id=one["call_id"], from_us=one["from_us"], until_us=one["until_us"])["status"] == 403
    assert states(gate, stating, one)["status"] == 201
    assert len(notary.of("platform.statement")) == Stated.objects.count() == 1


def test_one_that_was_never_written_is_not_written_after_its_term(gate, stating, said, notary):
    one = said()
    notary.down = True
    states(gate, stating, one)
    notary.down = False
    Stated.objects.update(until=timezone.now() - MINUTE)
    assert states(gate, stating, one)["status"] == 400
    assert notary.records == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"said": -3},
        {"said": 3},
        {"said": -1.5, "until": -0.5},
        {"ground": "nothing"},
        {"ground": "maintenance", "clauses": ["S31.2a"]},
        {"ground": "individual", "clauses": ["N21"]},
        {"ground": "own_image", "clauses": ["PIPL45"]},
        {"ground": "duty", "clauses": ["S34(1)"], "verb": "download"},
        {"ground": "missing_person", "clauses": ["S29"], "verb": "download"},
        {"clauses": ["S999"]},
        {"clauses": ["S27", "S999"]},
        {"clauses": ["S34(1)"]},
        {"document": ""},
        {"document": " 。 "},
        {"reason": "　。"},
        {"person": "…"},
        {"unit": "-"},
        {"person": "扎西\u202e次仁"},
        {"reason": "办案\x00"},
        {"index": 2**53},
        {"from_us": 1, "until_us": 2},
        {"until_us": 4_102_444_800_000_000},
    ],
)
def test_what_is_wrong_by_itself_is_refused_and_writes_nothing(wrong, gate, stating, said, notary):
    changed = dict(wrong)
    now = timezone.now()
    if "said" in changed:
        begin = now + changed.pop("said") * MINUTE
        until = now + changed.pop("until") * MINUTE if "until" in changed else begin + 5 * MINUTE
        changed |= {"said_us": us(begin), "counts_until_us": us(until)}
    told = states(gate, stating, said(**changed))
    assert told["status"] == 400
    assert told["why"]
    assert (notary.records, Stated.objects.count()) == ([], 0)


@pytest.mark.parametrize(
    "shape",
    [
        {"verb": "live"},
        {"verb": "unknown"},
        {"reason": "字" * 501},
        {"person": ""},
        {"clauses": []},
        {"counts_until_us": 0},
        {"from_us": None},
        {"from_us": -1},
        {"channel": "1' OR 1=1"},
        {"said_us": 10**30, "counts_until_us": 10**30 + 1},
        {"id": "1"},
    ],
)
def test_a_hostile_shape_is_a_bad_request_or_refused(shape, gate, stating, said, notary):
    body = {"gateway": NAME, "link": str(stating.pk), "statement": said() | shape}
    answer = gate.send("POST", "/internal/gateway/statements", body)
    assert answer.status_code == 400 or answer.json()["status"] in (400, 403)
    assert (notary.records, Stated.objects.count()) == ([], 0)


def test_steering_has_neither_span_nor_call(gate, stating, said):
    assert states(gate, stating, said("steer"))["status"] == 201
    body = {"gateway": NAME, "link": str(stating.pk), "statement": said("steer", call_id="a@b")}
    assert gate.send("POST", "/internal/gateway/statements", body).status_code == 400


def test_it_counts_ten_minutes_from_now_though_the_other_clock_be_before_ours(gate, stating, said):
    ahead = timezone.now() + 1.5 * MINUTE
    one = said(said_us=us(ahead), counts_until_us=us(ahead + 10 * MINUTE))
    assert states(gate, stating, one)["status"] == 201
    row = Stated.objects.get()
    assert row.until == row.came_at + 10 * MINUTE


WAYS = (
    "no link", "suspended", "not of this program", "no certificate", "expired certificate", "another upper",
    "another lower", "not shown", "taken out",
)  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
def test_what_is_not_shown_is_told_in_the_same_words_whatever_the_reason(way, stage, gate, stating, said, by, notary):
    one = said()
    platform = Platform.objects.filter(pk=stating.platform_id)
    row = stating
    if way == "no link":
        row = Link(pk=uuid.uuid4())
    elif way == "suspended":
        joining.suspend(stating, taken(by, "对方设备检修"))
    elif way == "not of this program":
        platform.update(custodes=False)
    elif way == "no certificate":
        platform.update(statements_certificate="")
    elif way == "expired certificate":
        platform.update(statements_certificate=certificate(days=1, begins=datetime.timedelta(days=-2)))
    elif way == "another upper":
        one |= {"upper": "54010000002000000002"}
    elif way == "another lower":
        one |= {"lower": "54010200002000000002"}
    elif way == "not shown":
        one |= {"channel": "54010200001319999999"}
    else:
        changing.take_out(stating, [stage.gate.pk], taken(by))
    assert states(gate, row, one) == {"status": 403, "why": keeping.ELSEWHERE, "index": None}
    assert (notary.of("platform.statement"), Stated.objects.count()) == ([], 0)


def test_another_links_statements_are_no_matter_of_this_one(cast, gate, stating, said):
    """The same id over two links: neither learns of the other's."""
    one = said()
    assert states(gate, stating, one)["status"] == 201
    twin = Link.objects.get(pk=stating.pk)
    twin.pk, twin.number = uuid.uuid4(), "另一联网"
    platform = Platform.objects.get(pk=stating.platform_id)
    platform.pk, platform.gb_id = uuid.uuid4(), "54010000002000000077"
    platform.save()
    twin.platform, twin._state.adding = platform, True
    twin.save()
    assert LinkState(twin.state) == LinkState.IN_FORCE
    told = states(gate, twin, one | {"upper": platform.gb_id, "reason": "另一个事由"})
    assert told["status"] == 403, "it is shown no such channel; not 409, which would tell of the other's"


def test_there_is_room_for_some_and_no_more(gate, stating, said, monkeypatch, notary):
    monkeypatch.setattr(keeping, "OPEN", 3)
    for _each in range(3):
        assert states(gate, stating, said())["status"] == 201
    assert states(gate, stating, said())["status"] == 429
    Stated.objects.filter(pk=Stated.objects.first().pk).update(call=uuid.uuid4())
    assert states(gate, stating, said())["status"] == 201, "one was used"
    Stated.objects.update(until=timezone.now())
    assert states(gate, stating, said())["status"] == 201, "the others count no more"
    assert len(notary.records) == 5


def test_there_are_so_many_in_a_second_and_no_more(gate, stating, said, monkeypatch):
    monkeypatch.setattr(keeping, "EACH_SECOND", 2)
    now = timezone.now()
    monkeypatch.setattr("custodes.sharing.serving.internal.timezone.now", lambda: now)
    assert [states(gate, stating, said())["status"] for _each in range(3)] == [201, 201, 429]
    now += datetime.timedelta(seconds=1.5)
    assert states(gate, stating, said())["status"] == 201


def test_what_may_come_from_above_is_known_with_its_articles():
    assert set(FROM_ABOVE) == {"duty", "agency", "missing_person", "inspection"}
    copying = {name for name, one in FROM_ABOVE.items() if "download" in one.verbs}
    assert copying == {"agency"}, "S27 alone lets retrieve and copy"
    assert {name for name, one in FROM_ABOVE.items() if "steer" in one.verbs} == {"duty"}
