"""What is not sent: other tokens, other sessions, addresses that are no receiver's."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from custodes.node.gb28181.sending.sending import Cutter
from custodes.node.gb28181.sending.ways import NoWay, way_for
from custodes.video.wire.sending import SendAsk
from custodes.video.wire.token import sign_token
from tests.node.gb28181.sending.room import CAMERA, Upper, room
from tests.node.test_gate import claims
from tests.ports import free_port
from tests.video.footage import units

SPAN = (1, 2)


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": "node-1/1"},
        {"cameras": (CAMERA, uuid.UUID(int=2))},
        {"cameras": ()},
        {"live": False, "back_seconds": 3600},
        {"live": False, "span": SPAN},
        {"live": False, "span": SPAN, "burnt": "a name"},
        {"live": False, "span": SPAN, "handover": True},
        {"live": False, "span": SPAN, "masking": True},
        {"still": True},
        {"upper": ""},
        {"live": False, "upper": "steer"},
        {"live": False, "span": SPAN, "upper": "list"},
        {"iat": 1, "exp": 60},
    ],
    ids=lambda changes: ",".join(changes),
)
async def test_a_token_for_anything_else_opens_nothing(tmp_path: Path, changes: dict[str, Any]) -> None:
    async with room(tmp_path) as here:
        here.play(1)
        with Upper("udp") as upper:
            ready = await here.desk.make_ready(upper.ask(here.token(**changes)))
            assert (ready.step, ready.port) == ("not_granted", 0)
            assert not len(here.desk)


async def test_a_token_counts_once_and_only_of_the_notary(tmp_path: Path) -> None:
    async with room(tmp_path) as here:
        here.play(1)
        token = here.token()
        with Upper("udp") as upper, Upper("udp") as other:
            assert not (await here.desk.make_ready(upper.ask(token))).step
            assert (await here.desk.make_ready(other.ask(token))).step == "not_granted"
            again = await here.desk.make_ready(upper.ask(here.token()))
            assert (again.step, again.detail) == ("not_granted", "a call of this id was made before")
            forged = sign_token(claims(iat=int(here.now), exp=int(here.now) + 60), Ed25519PrivateKey.generate())
            assert (await here.desk.make_ready(other.ask(forged))).step == "not_granted"
            assert (await here.desk.make_ready(other.ask("no token"))).step == "not_granted"


async def test_a_camera_of_another_worker_is_not_here(tmp_path: Path) -> None:
    async with room(tmp_path) as here:
        with Upper("udp") as upper:
            ready = await here.desk.make_ready(upper.ask(here.token(cameras=(uuid.UUID(int=2),))))
            assert ready.step == "not_here"


@pytest.mark.parametrize(
    ("address", "port"),
    [
        *(("224.0.0.9", 5000), ("0.0.0.0", 5000), ("255.255.255.255", 5000), ("169.254.1.1", 5000)),
        *(
            ("127.0.0.1", 5000),
            ("::1", 5000),
            ("::ffff:127.0.0.1", 5000),
            ("upper.example", 5000),
            ("", 5000),
            ("192.0.2.1", 0),
        ),
    ],
)
def test_nothing_goes_to_what_is_no_receiver(address: str, port: int) -> None:
    ask = SendAsk(call=uuid.uuid4(), token="t", address=address, port=port, ssrc=1)
    with pytest.raises(NoWay):
        way_for(ask, (free_port(), 65_535), allow_loopback=False)


async def test_without_a_port_of_ours_nothing_is_sent(tmp_path: Path) -> None:
    async with room(tmp_path) as here:
        here.play(1)
        here.desk.ports = (20_002, 20_001)
        with Upper("udp") as upper:
            ready = await here.desk.make_ready(upper.ask(here.token()))
            assert ready.step == "port"
            assert "widen" in ready.detail
            assert not len(here.desk)


def test_a_clock_that_was_set_anew_goes_on_by_the_wall_clock() -> None:
    cutter = Cutter(1)
    first, second = list(units(10))[:5], list(units(10, media=-(1 << 40), wall_us=first_wall() + 3_000_000))[:5]
    times = [int.from_bytes(cutter.packets(unit)[0][4:8], "big") for unit in (*first, *second)]
    assert times[:5] == [90_000 + 3600 * number for number in range(5)]
    assert times[5] == 90_000 + 3 * 90_000
    assert times[6] - times[5] == 3600


def first_wall() -> int:
    """When the first picture of `units` came."""
    return next(units(1)).wall_us
