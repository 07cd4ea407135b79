"""Links that come, change and go; what is shown; what the web is told; what is kept."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx

from custodes.gateway.calls.book import DialogFile
from custodes.gateway.figures import GatewayFigures
from custodes.gateway.process import GatewayProcess
from custodes.gateway.upper_platforms.kept import UPPERS, Ports, load_uppers
from custodes.gateway.upper_platforms.left_over import FOLDER
from custodes.gateway.upper_platforms.link import heard
from custodes.gb28181.cascade.events import UpperState
from custodes.gb28181.sip.message import Request
from custodes.video.clock import SystemClock
from custodes.video.wire.upper_platforms import ShownEntry
from tests.gateway.upper_platforms.world import GROUP, OWN, UNHURRIED, Above, Below, camera, entries, pair
from tests.gateway.world import PASSWORD
from tests.patience import until_async


async def test_an_upper_takes_the_tree_and_sees_it_change(tmp_path: Path) -> None:
    async with pair(tmp_path) as both:
        await until_async(lambda: len(both.above.catalogue()) == 5)
        assert both.web.pages == 3, "five entries in pages of two"
        known = both.above.catalogue()
        assert (known[camera(1)].name, known[camera(1)].parent, known[camera(1)].ptz) == ("机位1", GROUP, 1)
        assert known[GROUP].parent == OWN
        # Another tree: one camera less, one more.
        shown = [one for one in entries(4) if one.id != camera(2)]
        both.below.show(both.upper, shown, "2")
        await until_async(lambda: set(both.above.catalogue()) == {OWN, GROUP, camera(1), camera(3), camera(4)})
        answer = await both.above.look(2)
        assert (answer.step, answer.status) == ("refused", 404)
        assert not both.web.wants


async def test_a_camera_without_pictures_is_off_and_on_again(tmp_path: Path) -> None:
    async with pair(tmp_path) as both:
        await until_async(lambda: len(both.above.catalogue()) == 5)
        both.web.off = {camera(3), "54010200001320009999"}
        await until_async(lambda: not both.above.catalogue()[camera(3)].online)
        lower = both.link.lower
        assert lower is not None
        assert lower._shown.dark == (camera(3),)
        assert (await both.above.look(3)).status == 480
        both.web.off = set()
        await until_async(lambda: lower._shown.dark == ())


async def test_a_page_that_fails_leaves_what_is_shown_and_a_link_not_in_force_shows_nothing(tmp_path: Path) -> None:
    async with pair(tmp_path) as both:
        lower = both.link.lower
        assert lower is not None
        await until_async(lambda: len(lower._shown.items) == 5)
        assert (await both.above.look(1)).step == ""
        both.web.broken.add("/internal/gateway/shown")
        both.below.show(both.upper, entries(4), "2")
        pages = both.web.pages
        await until_async(lambda: both.link.upper.tree == "2")
        await asyncio.sleep(0)
        assert len(lower._shown.items) == 5
        both.web.broken.clear()
        await until_async(lambda: len(lower._shown.items) == 6)
        assert both.web.pages > pages
        assert both.calls == 1
        del both.web.entries[both.upper.link]
        both.below.web.uppers = [both.link.upper.model_copy(update={"tree": "3"})]
        await until_async(lambda: not lower._shown.items)
        await until_async(lambda: both.theirs_calls() == 0)
        assert both.ours.uppers.calls.outcomes == {"hidden": 1}
        # In force again, with the tree that it had.
        both.below.show(both.upper, entries(4), "2")
        await until_async(lambda: len(lower._shown.items) == 6)


async def test_a_tree_with_one_id_twice_is_not_shown_and_said(tmp_path: Path) -> None:
    async with pair(tmp_path) as both:
        lower = both.link.lower
        assert lower is not None
        await until_async(lambda: len(lower._shown.items) == 5)
        twice = [*entries(1), ShownEntry(kind="camera", id=camera(1), name="again")]
        both.below.show(both.upper, twice, "2")
        await until_async(lambda: both.ours.uppers.showing.refused)
        assert len(lower._shown.items) == 5


async def test_links_come_change_and_go_without_disturbing_others(tmp_path: Path) -> None:
    (tmp_path / "above").mkdir()
    (tmp_path / "more").mkdir()
    (tmp_path / "below").mkdir()
    one, other, below = Above(tmp_path / "above"), Above(tmp_path / "more"), Below(tmp_path / "below")
    first = below.link(one)
    async with (
        one.world.gateway() as a,
        other.world.gateway() as b,
        below.node.running(),
        below.running(**UNHURRIED) as ours,
    ):
        await until_async(lambda: a.context.reach(OWN))
        second = below.link(other, keepalive_s=7)
        await until_async(lambda: b.context.reach(OWN))
        assert (await one.look()).step == ""
        assert (await other.look()).step == ""
        links = {link.upper.link: link for link in ours.uppers.links}
        assert links[first.link].port != links[second.link].port
        # Another term: this link alone is made anew, on its port.
        below.web.uppers = [first, second.model_copy(update={"keepalive_s": 9})]
        await until_async(lambda: ours.uppers.links[-1] not in links.values() and ours.uppers.registered == 2)
        assert ours.uppers.links[-1].port == links[second.link].port
        assert b.endpoint.counts["calls"] == 0
        # The same password, sealed anew, is no change.
        sealed = below.link(one).sealed_password
        below.web.uppers = [first.model_copy(update={"sealed_password": sealed}), below.web.uppers[1]]
        await until_async(lambda: ours.uppers.links[0].upper.sealed_password == sealed)
        assert ours.uppers.links[0] is links[first.link]
        below.web.uppers = [below.web.uppers[0]]
        await until_async(lambda: b.context.reach(OWN) is None)
        assert b.context.registrar.find(OWN) is None or not b.context.registration(OWN)
        assert a.context.reach(OWN) is not None
        assert a.endpoint.counts["calls"] == 1
        assert len(ours.uppers) == 1


async def test_it_starts_without_the_web_with_what_is_on_disk_and_without_a_password_in_the_clear(
    tmp_path: Path,
) -> None:
    (tmp_path / "above").mkdir()
    (tmp_path / "below").mkdir()
    above, below = Above(tmp_path / "above"), Below(tmp_path / "below")
    upper = below.link(above)
    async with above.world.gateway() as theirs:
        async with below.running(**UNHURRIED) as ours:
            await until_async(lambda: theirs.context.reach(OWN))
            port = ours.uppers.links[0].port
        assert theirs.context.reach(OWN) is None, "it left in order"
        path = below.world.settings.gateway_folder / UPPERS
        assert path.stat().st_mode & 0o777 == 0o600
        assert PASSWORD not in path.read_text()
        below.web.away = True
        async with below.running(**UNHURRIED) as ours:
            await until_async(lambda: theirs.context.reach(OWN))
            assert ours.uppers.links[0].port == port
            answer = await above.look()
            assert (answer.step, answer.status) == ("refused", 404), "nothing is shown before the web says so"
            # It came back, and the link is over.
            below.web.uppers, below.web.away = [], False
            await until_async(lambda: theirs.context.reach(OWN) is None)
    kept = load_uppers(below.world.settings.gateway_folder)
    assert kept is not None
    assert kept.uppers.uppers == ()
    assert kept.ports == {upper.link: port}


async def test_the_web_is_told_how_links_stand(tmp_path: Path) -> None:
    async with pair(tmp_path, keepalive_s=5) as both:
        await until_async(lambda: both.web.heard)
        await until_async(lambda: both.web.heard[both.upper.link].up)
        told = both.web.heard[both.upper.link]
        assert abs(told.since_us - SystemClock().wall_us()) < 20_000_000
        assert (told.fault, told.fault_at_us) == ("", None)
        assert both.ours.health()["uppers_registered"] == 1
        assert (await both.above.look()).step == ""
        assert (await both.above.look(2)).step == ""
        figures = {
            sample.name: sample.value
            for family in GatewayFigures(both.ours).collect()
            for sample in family.samples
            if sample.name.startswith("custodes_gateway_upper") and not sample.labels
        }
        assert figures["custodes_gateway_uppers"] == figures["custodes_gateway_uppers_registered"] == 1
        assert figures["custodes_gateway_upper_calls"] == figures["custodes_gateway_upper_calls_ready"] == 2
        url = f"http://127.0.0.1:{both.below.world.settings.gateway_port}/healthz"
        async with httpx.AsyncClient(trust_env=False) as client:
            assert (await client.get(url)).json()["uppers"] == 1


async def test_what_is_wrong_is_told_in_words_without_addresses(tmp_path: Path) -> None:
    (tmp_path / "above").mkdir()
    (tmp_path / "below").mkdir()
    above, below = Above(tmp_path / "above"), Below(tmp_path / "below")
    wrong = below.link(above, sealed_password=below.link(above).sealed_password[:-8] + "AAAAAAA=")
    below.web.uppers = [wrong]
    nobody = below.link(above, transport="tcp", port=9)
    nameless = below.link(above, host="no.such.name.invalid")
    refused = below.link(above, own="54010200002000000099")
    left_over = below.link(above)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", below.world.settings.gateway_upper_ports[0] + 2))
        taken.listen()
        async with above.world.gateway(), below.running():
            await until_async(lambda: len(below.web.heard) == 5 and all(one.fault for one in below.web.heard.values()))
            faults = {id: one.fault for id, one in below.web.heard.items()}
    assert "does not open" in faults[wrong.link]
    assert "no connection" in faults[nobody.link]
    assert faults[nameless.link] in (
        "its name leads to no address",
        "its port is taken by another program on the gateway's machine",
    )
    assert "refuses our ID" in faults[refused.link] or "does not know our ID" in faults[refused.link]
    assert "no port of the gateway is left" in faults[left_over.link]
    assert not any("127.0.0.1" in fault or str(above.world.sip_port) in fault for fault in faults.values())
    assert not any(one.up for one in below.web.heard.values())


async def test_where_an_upper_sends_us_is_not_told(tmp_path: Path) -> None:
    async with pair(tmp_path) as both:
        lower = both.link.lower
        assert lower is not None
        lower.standing.fault = "it sends us to sip:540102@192.0.2.9; whether we go there is for a person to decide"
        lower.standing.state = UpperState.REFUSED
        told = heard(both.link, SystemClock())
        assert "192.0.2.9" not in told.fault
        assert "another address" in told.fault
        lower.standing.state = UpperState.REGISTERED


async def test_strangers_get_no_answer_and_no_connection(tmp_path: Path) -> None:
    async with pair(tmp_path) as both:
        port, lower, line = both.link.port, both.link.lower, both.link._line
        assert port is not None
        assert lower is not None
        assert line is not None
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
            stranger.bind(("127.0.0.9", 0))
            stranger.sendto(b"OPTIONS sip:x SIP/2.0\r\n\r\n", ("127.0.0.1", port))
            await until_async(lambda: lower.endpoint.dropped["stranger"])
        reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=("127.0.0.9", 0))
        assert await reader.read() == b""
        writer.close()
        assert line.dropped["stranger"] == 1


def test_a_link_keeps_its_port_and_one_that_is_gone_gives_it_up_last() -> None:
    one, two, three = uuid4(), uuid4(), uuid4()
    ports = Ports(5070, 5071, {one: 5071, two: 4000})
    assert ports.of(one, {one}) == 5071
    assert ports.of(two, {one, two}) == 5070
    assert ports.of(three, {one, two, three}) is None
    assert ports.of(three, {two, three}) == 5071
    assert ports.known == {two: 5070, three: 5071}


async def test_a_call_that_stood_when_the_gateway_died_gets_its_bye(tmp_path: Path) -> None:
    (tmp_path / "above").mkdir()
    (tmp_path / "below").mkdir()
    above, below = Above(tmp_path / "above"), Below(tmp_path / "below")
    below.link(above)
    book = below.world.settings.gateway_folder / FOLDER
    async with above.world.gateway() as theirs, below.node.running():
        async with below.running() as ours:
            await until_async(lambda: theirs.context.reach(OWN))
            assert (await above.look()).step == ""
            await until_async(lambda: below.node.of("start"))
            await until_async(lambda: DialogFile(book).left())
            await die(ours)
        (wants,) = below.web.wants
        assert theirs.endpoint.counts["calls"] == 1
        assert [row.call_id for row in DialogFile(book).left()] == [wants.call_id]
        byes: list[str] = []
        receive = theirs.endpoint.receive

        def note(message: Any, *rest: Any) -> None:
            if isinstance(message, Request) and message.method == "BYE":
                byes.append(message.call_id)
            receive(message, *rest)

        theirs.endpoint.receive = note  # type: ignore[method-assign, assignment]
        async with below.running():
            await until_async(lambda: byes == [wants.call_id])
            await until_async(lambda: not DialogFile(book).left())
        assert theirs.endpoint.counts["calls"] == 0


async def die(gateway: GatewayProcess) -> None:
    """All of its uppers fall silent, and nobody is told anything."""
    uppers = gateway.uppers
    for kept in uppers._links.values():
        for task in kept.tasks:
            task.cancel()
        await asyncio.gather(*kept.tasks, return_exceptions=True)
        kept.link._closed = True
        assert kept.link._line is not None
        await kept.link._line.close()
    uppers._links.clear()
