"""A browser with a grant sees the live picture, and the node writes down what it saw."""

from uuid import UUID

from custodes.video.mp4.parse import parse_fragment
from custodes.video.wire.token import sign_token
from tests.node.support import Browser, FakeNotary, Installation, RunningWorker, browse
from tests.patience import until

CAMERA = UUID(int=1)


async def test_a_grant_opens_the_live_picture_from_a_key_frame(
    worker: RunningWorker, installation: Installation, notary: FakeNotary
) -> None:
    claims = installation.claims(CAMERA)
    async with browse(installation) as connection:
        browser = Browser(connection)
        await browser.say("token", token=sign_token(claims, installation.grant_key))
        granted = await browser.text("granted")
        assert granted["index"] == 42
        assert granted["watermark"] == "卓玛 · 城关分局"
        await browser.say("open", channel=7, camera=str(CAMERA), stream="main", at=None, codecs=["avc1.640028"])
        init = await browser.text("init")
        assert init["mime"].startswith('video/mp4; codecs="avc1.')
        assert (init["channel"], init["epoch"], init["live"], init["width"]) == (7, 1, True, 160)
        media = await browser.media(30)
    kind, epoch, channel, _, _, payload = browser.fragments[0]
    assert (kind, epoch, channel) == (0, 1, 7)
    assert payload[4:8] == b"ftyp"
    parsed = [parse_fragment(fragment[5]) for fragment in media]
    assert parsed[0].key
    assert [p.decode_time for p in parsed] == [n * 3600 for n in range(30)]
    assert [fragment[3] for fragment in media] == list(range(1, 31))
    begun = until(lambda: [r for r in notary.of_type("view.begun") if r["grant"] == str(claims.grant)])[0]
    ended = until(lambda: [r for r in notary.of_type("view.ended") if r["grant"] == str(claims.grant)])[0]
    assert begun["at_us"] is None
    assert begun["stream"] == "main"
    assert (ended["camera"], ended["person"], ended["worker"]) == (str(CAMERA), "person-1", "node-1/0")
    assert ended["bytes"] >= sum(len(fragment[5]) for fragment in media)
    [[start, end]] = ended["shown"]
    assert start == media[0][4]
    assert end >= media[-1][4]


async def test_one_socket_carries_several_channels_and_seven_stay_when_one_closes(
    worker: RunningWorker, installation: Installation
) -> None:
    cameras = UUID(int=1), UUID(int=2)
    async with browse(installation) as connection:
        browser = Browser(connection)
        await browser.say("token", token=installation.token(*cameras))
        for channel in range(8):
            await browser.say("open", channel=channel, camera=str(cameras[channel % 2]))
        seen: set[int] = set()
        while len(seen) < 8:
            seen |= {fragment[2] for fragment in await browser.media(1)}
        await browser.say("close", channel=3)
        await browser.say("seek", channel=3, at=None)
        error = await browser.text("error")
        assert error["channel"] == 3
        seen = set()
        while len(seen) < 7:
            seen |= {fragment[2] for fragment in await browser.media(1)}
        assert 3 not in seen


async def test_a_browser_without_the_codec_is_told_which_and_gets_nothing(
    worker: RunningWorker, installation: Installation
) -> None:
    async with browse(installation) as connection:
        browser = Browser(connection)
        await browser.say("token", token=installation.token(CAMERA))
        await browser.say("open", channel=0, camera=str(CAMERA), codecs=['video/mp4; codecs="hvc1.1.6.L93.B0"'])
        message = await browser.text("codec")
        assert "avc1" in message["mime"]
        assert message["sub"] is False, "the page offers a sub-stream where there is one"
        await browser.say("pause", channel=0)
        assert (await browser.text("error"))["channel"] == 0
        assert browser.fragments == []


async def test_a_paused_live_channel_gets_nothing_and_goes_on_at_the_edge(
    worker: RunningWorker, installation: Installation
) -> None:
    async with browse(installation) as connection:
        browser = Browser(connection)
        await browser.say("token", token=installation.token(CAMERA, UUID(int=2)))
        await browser.say("open", channel=0, camera=str(CAMERA))
        await browser.media(3)
        await browser.say("pause", channel=0)
        # The other channel tells the time: when it has got 30 pictures, this one would have as well.
        await browser.say("open", channel=1, camera=str(UUID(int=2)))
        others = 0
        while others < 40:
            others += (await browser.media(1))[0][2]
        late = [fragment for fragment in browser.fragments[-20:] if fragment[2] == 0]
        assert late == []
        before = max(fragment[4] for fragment in browser.fragments if fragment[2] == 0)
        await browser.say("resume", channel=0)
        init = await browser.text("init")
        assert init["epoch"] == 2
        [after] = [f for f in await browser.media(30) if f[2] == 0][:1]
        assert after[4] > before
        assert parse_fragment(after[5]).key


async def test_the_state_of_a_camera_is_said_on_its_live_channel(
    worker: RunningWorker, installation: Installation
) -> None:
    async with browse(installation) as connection:
        browser = Browser(connection)
        await browser.say("token", token=installation.token(CAMERA))
        await browser.say("open", channel=0, camera=str(CAMERA))
        state = await browser.text("state")
        assert (state["channel"], state["state"]) == (0, "recording")
