"""Who may ask the notary for what."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from typing import Any

import pytest

from custodes.ledger.records import NODE_TYPES, TYPES, WEB_TYPES
from custodes.notary.peers import Peers, Role, check_allowed
from custodes.notary.protocol import NotaryRefused, parse_request
from tests.ledger.test_records import sample

WEB, NODE, OWN, STRANGER = 1001, 1002, 1000, 1003
PEERS = Peers(OWN, WEB, NODE)
CLAIMS = {
    "aud": "node-1/0",
    "jti": "00000000-0000-0000-0000-000000000009",
    "grant": "00000000-0000-0000-0000-000000000001",
    "sub": "p",
    "cameras": ["00000000-0000-0000-0000-000000000001"],
    "watermark": "w",
}


def allowed(uid: int, request: dict[str, Any]) -> bool:
    """Whether this user may ask this."""
    parsed = parse_request(json.dumps(request).encode())
    try:
        check_allowed(PEERS.roles(uid), parsed)
    except NotaryRefused:
        return False
    return True


def appending(kinds: Iterable[str]) -> dict[str, Any]:
    """An append of one record of each type."""
    return {"op": "append", "records": [sample(kind) for kind in kinds]}


@pytest.mark.parametrize("kind", TYPES)
def test_each_type_may_be_appended_by_its_writer_alone(kind: str) -> None:
    assert allowed(WEB, appending([kind])) == (kind in WEB_TYPES and kind != "grant")
    assert allowed(NODE, appending([kind])) == (kind in NODE_TYPES)


def test_one_forbidden_record_spoils_the_whole_request() -> None:
    assert allowed(NODE, appending(["gap", "purge"]))
    assert not allowed(NODE, appending(["gap", "login"]))


@pytest.mark.parametrize(
    "request_",
    [
        {"op": "grant", "record": sample("grant"), "tokens": [CLAIMS]},
        {"op": "renew", "grant": CLAIMS["grant"], "tokens": [CLAIMS]},
        {"op": "entries", "start": 0, "count": 10},
        {"op": "proven", "ids": []},
    ],
)
def test_grants_and_records_are_for_the_web_alone(request_: dict[str, Any]) -> None:
    assert allowed(WEB, request_)
    assert not allowed(NODE, request_)


@pytest.mark.parametrize("request_", [{"op": "status"}, {"op": "checkpoint"}, {"op": "proof", "index": 0}])
def test_what_holds_no_record_is_for_both(request_: dict[str, Any]) -> None:
    assert allowed(WEB, request_)
    assert allowed(NODE, request_)


def test_a_stranger_and_even_root_have_no_role() -> None:
    assert PEERS.roles(STRANGER) == PEERS.roles(0) == PEERS.roles(OWN) == frozenset()


def test_unset_users_mean_the_notarys_own_and_that_is_called_no_separation() -> None:
    peers = Peers.of(None, None)
    assert peers.roles(os.geteuid()) == {Role.WEB, Role.NODE}
    assert not peers.separated


@pytest.mark.parametrize(
    ("own", "web", "node", "separated"),
    [
        (1000, 1001, 1002, True),
        (0, 1001, 1002, True),
        (1000, 1001, 1001, False),
        (1000, 1000, 1002, False),
        (1000, 0, 1002, False),
        (1000, 1001, 0, False),
    ],
)
def test_separation_is_three_users_of_whom_none_is_root(own: int, web: int, node: int, separated: bool) -> None:
    assert Peers(own, web, node).separated is separated


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xff",
        b"[]",
        b"null",
        b"{}",
        b'{"op":"rm"}',
        b'{"op":"append"}',
        b'{"op":"append","records":[{}]}',
        b'{"op":"append","records":[],"more":1}',
        b'{"op":"entries","start":0,"count":1001}',
        b'{"op":"entries","start":-1,"count":1}',
        b'{"op":"proof","index":1.0}',
        b'{"op":"append","records":' + b"[" * 100_000,
        json.dumps({"op": "grant", "record": sample("gap"), "tokens": [CLAIMS]}).encode(),
        json.dumps({"op": "grant", "record": sample("grant"), "tokens": []}).encode(),
        json.dumps({"op": "grant", "record": sample("grant"), "tokens": [CLAIMS | {"exp": 99}]}).encode(),
        json.dumps({"op": "grant", "record": sample("grant"), "tokens": [CLAIMS | {"index": 1}]}).encode(),
        json.dumps({"op": "grant", "record": sample("grant"), "tokens": [CLAIMS | {"cameras": []}]}).encode(),
    ],
)
def test_what_is_no_request_is_refused(body: bytes) -> None:
    with pytest.raises(NotaryRefused) as refused:
        parse_request(body)
    assert refused.value.code == "bad_request"
