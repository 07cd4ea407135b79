"""Two whole gateways, one above the other: what a node asks of the one above is kept by the one below first."""

from __future__ import annotations

import time
from contextlib import AsyncExitStack
from pathlib import Path
from uuid import uuid4

import httpx

from custodes.gateway.statements.listener import STATEMENTS
from custodes.gateway.statements.saying import STATING
from custodes.tls.pinned import gateway_statements
from custodes.video.wire.calls import CallAsk, RecordingsAsk
from custodes.video.wire.commands import GatewaySteer
from custodes.video.wire.seal import seal
from custodes.video.wire.statements import StatementAnswer, StatementsAt, Stating, StatingAsk, UpperStates
from custodes.video.wire.upper_platforms import GatewayUpper, GatewayUppers
from tests.gateway.statements.world import LOWER, UPPER, statement
from tests.gateway.test_whole import CHANNEL, client
from tests.gateway.world import NVR, PASSWORD, World, channel, running_device
from tests.patience import until_async
from tests.ports import free_port

START = int(time.time()) - 3600


async def test_what_a_node_asks_above_is_kept_below_first(tmp_path: Path) -> None:
    below, above = World(tmp_path / "below", gateway_statements_port=free_port()), World(tmp_path / "above")
    verdict = StatementAnswer(index=5)
    stated: list[UpperStates] = []

    async def of_below(request: httpx.Request) -> httpx.Response:
        if request.url.path == STATEMENTS:
            stated.append(UpperStates.model_validate_json(request.content))
            return httpx.Response(200, content=verdict.model_dump_json())
        if request.url.path == "/internal/gateway/uppers":
            upper = GatewayUpper(
                link=link, id=UPPER, own=LOWER, host="127.0.0.1", port=free_port(),
                sealed_password=seal(below.keys.seal.public_key(), PASSWORD), certificate=cert(above),
            )  # fmt: skip
            return httpx.Response(200, content=GatewayUppers(gateway="gateway-1", uppers=(upper,)).model_dump_json())
        return httpx.Response(404)

    async def of_above(request: httpx.Request) -> httpx.Response:
        if request.url.path != STATING:
            return httpx.Response(404)
        ask = StatingAsk.model_validate_json(request.content)
        span = {} if ask.verb == "steer" else {"from_us": ask.start * 1_000_000, "until_us": ask.end * 1_000_000}
        none = {"from_us": None, "until_us": None} if ask.verb == "steer" else {}
        said = statement(channel=ask.channel, verb=ask.verb, call_id=ask.call_id, **span, **none)
        return httpx.Response(200, content=Stating(statement=said).model_dump_json())

    link, camera, grant = uuid4(), uuid4(), uuid4()
    below.web.other, above.web.other = of_below, of_above  # type: ignore[method-assign]
    url = f"https://127.0.0.1:{below.settings.gateway_statements_port}"
    device = above.device(NVR, statements=StatementsAt(url=url, certificate=cert(below)))
    turning = channel(camera).model_copy(update={"turns": True})
    above.assign(device, channels=(turning,))
    below.assign()
    async with AsyncExitStack() as gateways, AsyncExitStack() as devices:
        lower = await gateways.enter_async_context(below.gateway())
        upper = await gateways.enter_async_context(above.gateway())
        device_there = await devices.enter_async_context(running_device(above.sip_port))
        await until_async(lambda: lower.listener._known and lower.listener.port and upper.context.reach(NVR))
        node, end = client(above), START + 60
        place = {"camera": camera, "device": NVR, "channel": CHANNEL}
        playback = CallAsk(
            **place, address="127.0.0.1", port=30_000, session="Playback", start=START, end=end, grant=grant
        )
        assert (await node.call(playback)).step == "refused", "the INVITE went out: nothing is recorded there"
        assert (await node.records(RecordingsAsk(**place, start=START, end=end, grant=grant))).failure == ""
        assert (await node.steer(GatewaySteer(**place, command="move", pan=20, grant=grant))).failure == ""
        assert [(one.link, one.statement.verb) for one in stated] == [
            (link, "history"), (link, "history"), (link, "steer"),
        ]  # fmt: skip
        assert stated[0].statement.call_id
        assert not stated[1].statement.call_id
        assert (await node.steer(GatewaySteer(**place, command="stop"))).failure == ""
        verdict = StatementAnswer(status=403, why="the link has no such grant")
        refused = await node.call(playback)
        assert refused.step == "not_stated"
        assert "(403): the link has no such grant" in refused.detail
        assert device_there.device is not None


def cert(world: World) -> str:
    """The certificate that is handed over."""
    return gateway_statements(world.folder / "keys").cert.read_text()
