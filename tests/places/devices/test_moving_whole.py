"""The whole way of a place: from a device that moves, by SIP to a gateway, by its signed report to the web's own route, into the register and onto the pages."""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path as Folder
from typing import Any

import httpx
import pytest
from asgiref.sync import sync_to_async
from django.core.asgi import get_asgi_application
from django.db import connections
from django.test import Client
from django.urls import reverse

from custodes.gateway.process import GatewayProcess as Process
from custodes.gateway.web_client import GatewayWebClient
from custodes.gb28181.device.quirks import Quirk
from custodes.gb28181.device.settings import Path
from custodes.gb28181.edition import Edition
from custodes.places.devices import assignment
from custodes.places.devices.gateways import register_own_gateway
from custodes.places.models import Camera, GbChannel, GbDevice, GbMobile, Watch
from custodes.settings import get_settings
from custodes.video.clock import SystemClock
from tests.gateway.world import World, running_device
from tests.patience import until_async
from tests.places.devices.rows import NAME, RECORDER, recorder
from tests.places.stage import public
from tests.places.test_map import ask

pytestmark = pytest.mark.django_db(transaction=True)

STRANGER = "54010300021188000002"
"""A device of the register that moves and tells it to everybody, and that nobody entered as moving."""

FRONT, BACK = (f"{RECORDER[:10]}132000000{number}" for number in (1, 2))
EAST, WEST = 91.3111, 91.4222
FAR = [91.30, 29.80, 91.32, 29.82]


class WholeWorld(World):
    """A gateway whose web is the real one."""

    def client(self) -> GatewayWebClient:
        app: Any = get_asgi_application()
        transport = httpx.ASGITransport(app)
        return GatewayWebClient("http://testserver", NAME, self.keys.control, SystemClock(), transport=transport)


@pytest.fixture
def world(stage: Any, tmp_path: Folder, monkeypatch: pytest.MonkeyPatch) -> WholeWorld:
    """It stands in the register; devices may be on this machine."""
    here = get_settings().model_copy(update={"camera_networks": (ipaddress.ip_network("127.0.0.0/8"),)})
    monkeypatch.setattr(assignment, "get_settings", lambda: here)
    made = WholeWorld(tmp_path)
    url = f"http://127.0.0.1:{made.settings.gateway_port}"
    register_own_gateway(NAME, url, public(made.keys.control), public(made.keys.seal), sip_id=made.settings.gateway_id)
    return made


def device(world: World, id: str, password: str, along: float, **more: Any) -> Any:
    """A simulated device of which all channels move, north and back."""
    way = Path(((along, 29.81), (along, 29.815)), leg_s=60.0)
    return running_device(world.sip_port, id=id, password=password, path=way, **more)


async def comes(what: Callable[[], Any]) -> Any:
    """Wait until the register says so."""
    return await until_async(sync_to_async(what), every=0.05)


@pytest.mark.parametrize("edition", [Edition.E2016, Edition.E2022])
def test_a_place_comes_from_the_device_to_the_pages_of_what_was_entered_alone(
    stage: Any, client_of: Any, world: WholeWorld, edition: Edition
) -> None:
    car, password = recorder(stage)
    stranger, other = recorder(stage, gb_id=STRANGER, name="陌生车载")
    Camera.objects.filter(pk=stage.gate.pk).update(main_url=f"gb28181://{RECORDER}/{FRONT}")
    Camera.objects.filter(pk=stage.yard.pk).update(main_url=f"gb28181://{RECORDER}/{BACK}")
    browser = client_of("caretaker")

    async def way() -> None:
        async with AsyncExitStack() as running:
            running.push_async_callback(hang_up)
            process = await running.enter_async_context(world.gateway())
            await until_async(
                lambda: len(process.assigned) == 2
            )  # who registers before waits a while until the next time
            await running.enter_async_context(device(world, RECORDER, password, EAST, edition=edition))
            loud = frozenset({Quirk.POSITION_BY_MESSAGE})
            await running.enter_async_context(device(world, STRANGER, other, WEST, edition=edition, quirks=loud))
            await through(process)
        await sync_to_async(connections.close_all)()

    async def through(process: Process) -> None:
        await comes(lambda: GbChannel.objects.filter(device=car).count() == 3)
        await sync_to_async(entered)(browser, car)
        await comes(lambda: GbMobile.objects.filter(heard_at__isnull=False, watch=Watch.ACTIVE).exists())
        # The stranger told its own meanwhile, and was heard.
        await until_async(lambda: process.places.not_entered)
        before = process.places.taken
        await until_async(lambda: process.places.taken > before)

    asyncio.run(way())

    row = GbMobile.objects.get()
    assert (row.device, row.channel_id) == (car, FRONT)
    assert row.longitude == EAST
    assert row.latitude is not None
    assert 29.81 <= row.latitude <= 29.815
    assert row.said_at is not None
    assert row.heard_at is not None
    assert abs((row.heard_at - row.said_at).total_seconds()) < 30
    shown = f"{row.longitude:.5f}, {row.latitude:.5f}"
    for address in (car.get_absolute_url(), stage.gate.get_absolute_url()):
        page = browser.get(address).content.decode()
        assert shown in page
        assert "一分钟内的位置" in page
    told = ask(browser, FAR)
    (drawn,) = told["moving"]
    assert (drawn["name"], drawn["at"]) == (stage.gate.name, [row.longitude, row.latitude])
    assert drawn["moves"] == {"late": False, "age": "一分钟内的位置", "kind": "车载视频记录设备"}
    # What nobody entered has no place, whatever it told.
    for address in (stranger.get_absolute_url(), stage.yard.get_absolute_url()):
        page = browser.get(address).content.decode()
        assert f"{EAST:.5f}" not in page
        assert f"{WEST:.5f}" not in page
        assert "一分钟内的位置" not in page


async def hang_up() -> None:
    """End what the web still answers: a server tells it that the caller is gone, httpx's transport does not."""
    under_way = [one for one in asyncio.all_tasks() if "ASGIHandler" in repr(one.get_coro())]
    for one in under_way:
        one.cancel()
    await asyncio.gather(*under_way, return_exceptions=True)


def entered(browser: Client, car: GbDevice) -> None:
    """A person enters its first channel as moving."""
    told = {"channel_id": FRONT, "kind": 4, "interval_s": 5, "reason": "巡逻调度需要"}
    answer = browser.post(reverse("places:device_mobile_add", args=[car.pk]), told, follow=True)
    assert "已登记为移动设备" in answer.content.decode()
