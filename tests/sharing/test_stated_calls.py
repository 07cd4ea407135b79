"""What an upper gets with a statement: which wish it opens, once, for how long; what the leaves say; and what is refused without."""

from __future__ import annotations

import datetime
import threading
import uuid

import pytest
from django.db import connection, connections
from django.utils import timezone

from custodes.access.control.reconciliation import reconcile_steering
from custodes.access.reconciliation import reconcile
from custodes.people.models import RecordOutbox
from custodes.sharing.models import Platform, Served, Stated, Verb
from custodes.sharing.serving import ending
from custodes.sharing.stated import keeping
from tests.patience import PATIENCE
from tests.places.devices.rows import NAME, us
from tests.sharing import grants as granting
from tests.sharing import joining
from tests.sharing.said import CALL_ID, MINUTE, kept, statement, states
from tests.sharing.stage import granted, taken

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]
HOUR = 60 * MINUTE


def of(row, **more):
    """The wish that a statement is of."""
    return {"call_id": row.call_id, "from_us": us(row.span_from), "until_us": us(row.span_to)} | more


def standing(gate, link, *calls, verb="steer"):
    channel = link.shared.first().channel
    rows = [{"call": str(call), "link": str(link.pk), "channel": channel, "verb": verb} for call in calls]
    body = {"gateway": NAME, "calls": rows}
    return gate.send("POST", "/internal/gateway/wanted/standing", body).json()["ended"]


@pytest.mark.clause("S28.1(3)", "S33.1", "S22")
@pytest.mark.parametrize("verb", ["history", "download"])
def test_footage_is_had_with_a_statement_and_its_leaf_says_who_and_why(verb, gate, stating, by, other, wants, notary):
    grant = granted(stating, Verb(verb), by, other)
    begin, end = us(timezone.now() - 2 * HOUR), us(timezone.now() - HOUR)
    assert wants(verb, call_id=CALL_ID, from_us=begin, until_us=end)["status"] == 403
    (refused,) = notary.of("refusal")
    assert ([one.clause for one in refused.unmet], refused.stated) == (["S28.1(3)"], None)
    said = kept(gate, stating, verb)
    told = wants(verb, **of(said))
    assert told["status"] == 0
    assert told["token"].startswith("token-")
    (leaf,) = notary.of("grant")
    assert (leaf.person, leaf.person_name, leaf.unit) == (f"link:{stating.pk}", said.person, said.unit)
    assert (leaf.purpose, leaf.document, leaf.stated_ground) == (said.reason, said.document, "agency")
    assert (leaf.stated, leaf.unknown, leaf.ground) == (said.statement, False, "upper_platform")
    assert (leaf.link_grant, leaf.span) == (grant.pk, (us(said.span_from), us(said.span_to)))
    row = Served.objects.get(status=0)
    said.refresh_from_db()
    assert (row.stated, said.call) == (said, row.call)


def test_a_call_goes_on_behind_the_statements_ten_minutes(gate, stating, by, other, wants, notary):
    granted(stating, Verb.HISTORY, by, other)
    said, call = kept(gate, stating), uuid.uuid4()
    told = wants(call=str(call), **of(said))
    assert told["until_us"] > us(timezone.now() + 11 * HOUR)
    Stated.objects.update(until=timezone.now() - MINUTE)
    assert standing(gate, stating, call, verb="history") == {}
    assert wants(call=str(call), **of(said))["token"].startswith("again-"), "the same call"
    assert wants(**of(said))["status"] == 403, "another one"


def test_a_statement_is_used_for_one_call(gate, stating, by, other, wants, notary):
    granted(stating, Verb.HISTORY, by, other)
    said, call = kept(gate, stating), str(uuid.uuid4())
    assert wants(call=call, **of(said))["status"] == 0
    assert wants(call=call, **of(said))["status"] == 0
    assert wants(**of(said))["status"] == 403, "a replay of the INVITE"
    (leaf,) = notary.of("refusal")
    assert leaf.stated is None
    assert len(notary.of("grant")) == 1


def test_a_statement_that_was_refused_is_named_and_not_used(gate, stating, by, other, wants, notary):
    said = kept(gate, stating)
    assert wants(**of(said))["status"] == 403, "no link grant"
    (leaf,) = notary.of("refusal")
    assert (leaf.stated, leaf.person_name) == (said.statement, said.person)
    assert [one.clause for one in leaf.unmet] == ["S33.1"]
    granted(stating, Verb.HISTORY, by, other)
    assert wants(**of(said))["status"] == 0


@pytest.mark.parametrize(
    "off",
    [
        "another call",
        "no call",
        "longer",
        "earlier",
        "another verb",
        "expired",
        "not on record",
        "other link",
        "no list",
    ],
)
def test_it_opens_nothing_else(off, gate, stating, by, other, wants, notary):
    for verb in (Verb.HISTORY, Verb.DOWNLOAD, Verb.STEER):
        granted(stating, verb, by, other)
    said = kept(gate, stating)
    wish, verb = of(said), "history"
    if off == "another call":
        wish["call_id"] = "other@192.0.2.10"
    elif off == "no call":
        wish["call_id"] = ""
    elif off == "longer":
        wish["until_us"] += 1
    elif off == "earlier":
        wish["from_us"] -= 1
    elif off == "another verb":
        verb = "download"
    elif off == "expired":
        Stated.objects.update(until=timezone.now())
    elif off == "not on record":
        Stated.objects.update(index=None)
    elif off == "no list":
        wish["address"] = ""
    else:
        twin = _twin(stating)
        Stated.objects.update(link=twin)
    assert wants(verb, **wish)["status"] == 403
    assert notary.of("grant") == []


def _twin(link):
    """Another link, with another platform, that stated the same."""
    platform = Platform.objects.get(pk=link.platform_id)
    platform.pk, platform.gb_id, platform._state.adding = uuid.uuid4(), "54010000002000000077", True
    platform.save()
    row = type(link).objects.get(pk=link.pk)
    row.pk, row.number, row.platform, row._state.adding = uuid.uuid4(), "另一联网", platform, True
    row.save()
    return row


def test_a_list_of_recordings_rests_on_a_statement_without_a_call(gate, stating, by, other, wants, notary):
    granted(stating, Verb.HISTORY, by, other)
    said = kept(gate, stating, call_id="")
    wish = of(said, address="", call_id="17")
    for _each in range(2):
        told = wants(**wish)
        assert (told["status"], bool(told["token"])) == (0, True), "as often as is asked within its span"
    assert wants(**wish | {"until_us": wish["until_us"] + 1})["status"] == 403
    assert wants(**wish | {"address": "192.0.2.10"})["status"] == 403, "but no pictures"
    first, _second = notary.of("grant")
    assert (first.stated, first.span, first.receiver) == (said.statement, (wish["from_us"], wish["until_us"]), "")
    assert {row.ended_why for row in Served.objects.filter(status=0)} == {"done"}
    entries = [(entry.index, entry.record) for entry in notary.entries(0, 10)]
    assert reconcile(entries, timezone.now() + HOUR).never_used == [], "nobody looks at what is listed"
    sent = {
        "type": "view.begun", "id": str(uuid.uuid4()), "grant": str(first.grant), "index": 1, "person": first.person,
        "camera": str(first.cameras[0]), "stream": "main", "at_us": wish["from_us"], "worker": "node-1/0", "at": first.at,
    }  # fmt: skip
    account = reconcile([*entries, (99, sent)], timezone.now() + HOUR)
    assert [one.index for one in account.beyond_grant] == [99], "pictures that went out under leave to list"


@pytest.mark.clause("S33.1")
def test_a_hand_on_the_helm_stands_until_its_statement_ends(gate, stating, by, other, wants, notary):
    granted(stating, Verb.STEER, by, other)
    assert wants("steer")["status"] == 403
    assert [one.clause for one in notary.of("refusal")[0].unmet] == ["S33.1"]
    said, call = kept(gate, stating, "steer"), uuid.uuid4()
    told = wants("steer", call=str(call))
    above = stating.platform
    assert (told["status"], told["name"], told["unit"]) == (0, above.number, above.unit_name), (
        "whoever stands at the helm here, and the leaf of who takes it over, is told the platform and no officer (decision 0381)"
    )
    assert told["token"].startswith("token-")
    (leaf,) = notary.of("grant")
    assert (leaf.live, leaf.span, leaf.verb, leaf.stated_ground) == (False, None, "steer", "duty")
    row = Served.objects.get(status=0)
    assert (row.until, row.ended_at, row.media) == (said.until, None, False)
    assert us(row.term) == told["until_us"] > us(said.until)
    assert standing(gate, stating, call) == {}
    Served.objects.filter(pk=row.pk).update(until=timezone.now())
    assert standing(gate, stating, call) == {str(call): "its term is over"}
    assert wants("steer", call=str(call))["status"] == 403, "it does not come back"


@pytest.mark.parametrize(
    ("more", "goes_on"),
    [({}, True), ({"person": "达娃"}, False), ({"unit": "另一支队"}, False), ({"number": "9"}, False)],
)
def test_who_states_anew_keeps_the_helm_and_nobody_else_does_it_for_them(
    more, goes_on, gate, stating, by, other, wants, notary
):
    granted(stating, Verb.STEER, by, other)
    early = us(timezone.now() + 2 * MINUTE)
    first, call = kept(gate, stating, "steer", counts_until_us=early), uuid.uuid4()
    wants("steer", call=str(call))
    assert Served.objects.get().until == first.until
    anew = kept(gate, stating, "steer", **more)
    assert Served.objects.get().until == (anew.until if goes_on else first.until)


def test_stated_anew_no_hand_outlasts_its_grant(gate, stating, by, other, wants):
    granted(stating, Verb.STEER, by, other)
    early = us(timezone.now() + 2 * MINUTE)
    kept(gate, stating, "steer", counts_until_us=early)
    wants("steer")
    term = timezone.now() + 5 * MINUTE
    Served.objects.update(term=term)
    kept(gate, stating, "steer")
    assert Served.objects.get().until == term


def test_a_hand_that_loses_its_grant_is_taken_off_at_once(
    stage, gate, stating, by, other, wants, monkeypatch, django_capture_on_commit_callbacks
):
    told = []
    monkeypatch.setattr(ending, "push_soon", lambda *what: told.append(what))
    grant = granted(stating, Verb.STEER, by, other)
    kept(gate, stating, "steer")
    call = uuid.uuid4()
    wants("steer", call=str(call))
    with django_capture_on_commit_callbacks(execute=True):
        granting.end(grant, taken(by, "不再需要"))
    ((node, worker, grants, _reason, clause),) = told
    assert (node, worker, grants, clause) == (stage.node, stage.gate.worker, [Served.objects.get().pk], "S33.1")
    (revoked,) = RecordOutbox.objects.filter(type="revocation")
    assert revoked.record["grants"] == [str(Served.objects.get().pk)]
    assert standing(gate, stating, call) == {str(call): "it ended: closed"}


def test_stated_and_unstated_calls_are_held_each_against_its_own(gate, stating, by, other, wants):
    """A platform that states nothing any more keeps what was stated, and nothing beside."""
    granted(stating, Verb.HISTORY, by, other)
    said, first, second = kept(gate, stating), uuid.uuid4(), uuid.uuid4()
    wants(call=str(first), **of(said))
    assert standing(gate, stating, first, verb="history") == {}
    # As if it had been given under a decision about unknown purposes, which has ended since.
    row = Served.objects.get()
    row.pk, row.call, row.stated, row.record, row._state.adding = uuid.uuid4(), second, None, uuid.uuid4(), True
    row.save()
    assert list(standing(gate, stating, first, second, verb="history")) == [str(second)]


def test_suspending_the_link_ends_stated_calls(gate, stating, by, other, wants):
    granted(stating, Verb.HISTORY, by, other)
    said, call = kept(gate, stating), uuid.uuid4()
    wants(call=str(call), **of(said))
    joining.suspend(stating, taken(by, "对方设备检修"))
    assert list(standing(gate, stating, call, verb="history")) == [str(call)]


def test_a_statement_that_another_call_took_meanwhile_opens_nothing(
    gate, stating, by, other, wants, monkeypatch, notary
):
    granted(stating, Verb.HISTORY, by, other)
    said = kept(gate, stating)
    found = keeping.find

    def slow(*args):
        row = found(*args)
        Stated.objects.filter(pk=said.pk).update(call=uuid.uuid4())
        return row

    monkeypatch.setattr(keeping, "find", slow)
    assert wants(**of(said))["status"] == 403
    assert notary.of("grant") == []
    assert not Served.objects.filter(status=0).exists()


def test_the_nodes_account_of_an_uppers_hand_is_held_against_its_leaf(gate, stating, by, other, wants, notary):
    granted(stating, Verb.STEER, by, other)
    kept(gate, stating, "steer")
    wants("steer")
    entries = [(entry.index, entry.record) for entry in notary.entries(0, 10)]
    leaf = notary.of("grant")[0]
    index = next(at for at, record in entries if record["type"] == "grant")
    told = {
        "steering": str(leaf.grant), "person": f"link:{stating.pk}", "camera": str(leaf.cameras[0]), "index": index,
        "worker": "node-1/0", "at": leaf.at,
    }  # fmt: skip
    commands = told | {"type": "control.commands", "commands": [{}, {}]}
    ended = told | {"type": "control.ended", "commands": 2}
    account = reconcile_steering([*entries, (8, commands), (9, ended)])
    assert (account.clean, account.leaves, account.commands) == (True, 1, 2)
    assert reconcile(entries, timezone.now() + HOUR).never_used == [], "who moves a camera is shown nothing"
    without = reconcile_steering([(8, commands), *[(20 + at, record) for at, record in entries]])
    assert [one.index for one in without.without_leave] == [8]
    for wrong in ({"person": f"link:{uuid.uuid4()}"}, {"camera": str(uuid.uuid4())}, {"index": index + 1}):
        account = reconcile_steering([*entries, (8, commands | wrong)])
        assert [one.index for one in account.beyond_leave] == [8]
    counted = reconcile_steering([*entries, (8, commands), (9, ended | {"commands": 3})])
    assert [one.index for one in counted.unaccounted] == [9]
    looked = [*entries[:index], (index, entries[index][1] | {"verb": "live"})]
    assert reconcile_steering([*looked, (8, commands)]).without_leave, "leave to look is none to move"


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer: nothing races")
def test_of_two_invites_with_one_statement_one_is_given(gate, stating, by, other, wants, notary, monkeypatch):
    granted(stating, Verb.HISTORY, by, other)
    said = kept(gate, stating)
    both, found, answers = threading.Barrier(2, timeout=PATIENCE), keeping.find, []

    def together(*args):
        row = found(*args)
        both.wait()
        return row

    monkeypatch.setattr(keeping, "find", together)

    def ask():
        try:
            answers.append(wants(**of(said))["status"])
        finally:
            connections.close_all()

    threads = [threading.Thread(target=ask) for _each in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(PATIENCE)
    assert sorted(answers) == [0, 403]
    assert len(notary.of("grant")) == Served.objects.filter(status=0).count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer: nothing races")
def test_the_same_statement_twice_at_one_moment_is_one(gate, stating, notary, monkeypatch):
    both, answers = threading.Barrier(2, timeout=PATIENCE), []
    said = statement(timezone.now(), stating.shared.get().channel)
    from custodes.sharing.stated import keeping

    checked = keeping.wrong

    def together(*args):
        both.wait()
        return checked(*args)

    monkeypatch.setattr(keeping, "wrong", together)

    def state():
        try:
            answers.append(states(gate, stating, said)["index"])
        finally:
            connections.close_all()

    threads = [threading.Thread(target=state) for _each in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(PATIENCE)
    assert answers == [0, 0]
    assert len(notary.of("platform.statement")) == Stated.objects.count() == 1


def test_hours_of_the_grant_bind_what_is_stated(gate, stating, by, other, wants):
    now = timezone.localtime()
    begin, end = now - datetime.timedelta(hours=1), (now + datetime.timedelta(hours=1)).replace(microsecond=0)
    granted(stating, Verb.HISTORY, by, other, hours=(begin.time(), end.time()))
    assert wants(**of(kept(gate, stating)))["until_us"] == us(end)
