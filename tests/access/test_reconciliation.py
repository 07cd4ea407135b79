"""Grants and viewings compared: what was seen without leave is found."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from custodes.access.reconciliation import reconcile

AT = datetime(2024, 6, 3, 8, 0, tzinfo=UTC)


def grant(name="g1", person="p1", cameras=("c1",), **more):
    return {"type": "grant", "grant": name, "person": person, "cameras": list(cameras), "at": AT.isoformat(), **more}


def viewing(name="g1", person="p1", camera="c1"):
    return {
        "type": "view.begun",
        "grant": name,
        "person": person,
        "camera": camera,
        "worker": "node-1/0",
        "at": AT.isoformat(),
    }


def hearing(**changes):
    return viewing() | {"type": "view.heard"} | changes


def found(*records, later=0):
    return reconcile(list(enumerate(records)), AT + timedelta(minutes=later))


def test_a_look_under_its_grant_is_clean():
    account = found(grant(), viewing())
    assert account.clean
    assert (account.grants, account.viewings) == (1, 1)


def test_a_viewing_with_no_grant_before_it_is_found():
    assert [item.index for item in found(viewing(), grant()).without_grant] == [0]
    assert [item.index for item in found(grant(), viewing("g2")).without_grant] == [1]


def test_another_camera_or_person_than_the_grant_names_is_found():
    assert [item.index for item in found(grant(), viewing(camera="c2")).beyond_grant] == [1]
    assert [item.index for item in found(grant(), viewing(person="p2")).beyond_grant] == [1]


def test_a_grant_that_nobody_used_is_named_after_a_while_and_a_still_never():
    assert found(grant(), later=1).never_used == []
    assert found(grant(), later=11).never_used == [(0, "g1")]
    assert found(grant(still=True), later=11).never_used == []
    assert found(grant(), viewing(), later=11).never_used == []


def test_other_records_are_passed_over():
    assert found({"type": "heartbeat", "size": 1}, {}).clean


def test_listening_is_compared_with_the_cameras_that_may_be_heard():
    assert found(grant(sound=["c1"]), viewing(), hearing()).clean
    assert [item.index for item in found(grant(), viewing(), hearing()).beyond_grant] == [2]
    assert [item.index for item in found(grant(sound=["c2"]), viewing(), hearing()).beyond_grant] == [2]
    assert [item.index for item in found(hearing()).without_grant] == [0]
    account = found(grant(sound=["c1"]), viewing(), hearing(), later=11)
    assert (account.viewings, account.hearings, account.never_used) == (1, 1, [])


def test_a_viewing_before_what_was_read_is_not_judged_for_a_grant_that_was_not_read():
    records = list(enumerate([viewing(), hearing()]))
    assert reconcile(records, AT, since=AT + timedelta(seconds=1)).clean
    assert len(reconcile(records, AT, since=AT).without_grant) == 2
