"""Which dialogs are kept, and that what is forgotten leaves nothing behind."""

from __future__ import annotations

from custodes.gb28181.sip.dialog import Dialog, Dialogs
from custodes.gb28181.sip.message import Request, read_datagram
from tests.gb28181.sip.examples import HOME, request


def invite(call_id: str = "c") -> Request:
    found = read_datagram(request("INVITE", call_id=call_id))
    assert isinstance(found, Request)
    return found


def test_a_dialog_of_the_same_tags_takes_the_place_of_the_first_and_nothing_is_left_of_either() -> None:
    dialogs = Dialogs()
    first, second = (Dialog.of_request(invite(), "t", HOME) for _ in range(2))
    assert dialogs.add(first)
    assert dialogs.add(second)
    assert len(dialogs) == 1
    # A request without our tag is found by its Call-ID, where that names one dialog alone.
    assert dialogs.find(invite(), HOME) is second
    dialogs.drop(second)
    assert len(dialogs) == 0
    assert dialogs.find(invite(), HOME) is None


def test_no_more_are_kept_than_there_is_room_for() -> None:
    dialogs = Dialogs(most=1)
    assert dialogs.add(Dialog.of_request(invite("a"), "t", HOME))
    assert not dialogs.add(Dialog.of_request(invite("b"), "t", HOME))
    assert dialogs.add(Dialog.of_request(invite("a"), "t", HOME))
