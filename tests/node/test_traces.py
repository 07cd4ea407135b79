"""A view that was traced: in the trace of its grant, with ids alone."""

from uuid import UUID

from custodes import traces
from custodes.video.wire.token import sign_token
from tests.node.support import Browser, FakeNotary, Installation, RunningWorker, browse
from tests.patience import until
from tests.traces.collector import attributes, collecting

CAMERA = UUID(int=1)


async def test_a_view_is_a_span_in_the_trace_of_its_grant(
    worker: RunningWorker, installation: Installation, notary: FakeNotary
) -> None:
    claims = installation.claims(CAMERA)
    with collecting("worker") as collector:
        async with browse(installation) as connection:
            browser = Browser(connection)
            await browser.say("token", token=sign_token(claims, installation.grant_key))
            await browser.text("granted")
            await browser.say("open", channel=7, camera=str(CAMERA), stream="main", at=None, codecs=["avc1.640028"])
            await browser.media(2)
        until(lambda: [r for r in notary.of_type("view.ended") if r["grant"] == str(claims.grant)])
        traces.end()
    [view] = collector.of("node.view")
    assert attributes(view) == {"custodes.grant": str(claims.grant), "custodes.index": claims.index}
    assert int.from_bytes(view.trace_id, "big") == traces._trace_id(claims.grant)
    sent = b"".join(collector.bodies)
    for secret in (str(CAMERA), "person-1", "卓玛", "avc1"):
        assert secret.encode() not in sent, secret
