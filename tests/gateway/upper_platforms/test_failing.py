"""What fails costs itself alone: a disk, a proxy's 404, one report, one look."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from structlog.testing import capture_logs

from custodes.gateway.upper_platforms import room
from custodes.gateway.upper_platforms.link import UpperLink
from custodes.video.wire.upper_platforms import LinksHeard
from tests.gateway.upper_platforms.world import OWN, UNHURRIED, Above, Below, Pair, entries, pair
from tests.patience import until_async


async def items(both: Pair, count: int) -> None:
    """So many are shown."""
    lower = both.link.lower
    assert lower is not None
    await until_async(lambda: len(lower._shown.items) == count)


async def test_a_disk_that_takes_nothing_keeps_no_link_from_ending_or_beginning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "more").mkdir()
    other = Above(tmp_path / "more")
    async with pair(tmp_path, pace=UNHURRIED) as both, other.world.gateway() as theirs:
        had: list[bool] = []

        def save(*_: Any) -> None:
            had.append(both.upper.link in both.ours.uppers._links)
            raise RuntimeError("no disk")

        monkeypatch.setattr(room, "save_uppers", save)
        both.web.uppers = []
        second = both.below.link(other)
        await until_async(lambda: both.theirs.context.reach(OWN) is None)
        await until_async(lambda: theirs.context.reach(OWN))
        assert [link.upper.link for link in both.ours.uppers.links] == [second.link]
        # It is tried again, and looks go on: one that ends has ended before the disk is asked.
        await until_async(lambda: len(had) > 1)
        assert not any(had)
        both.web.uppers = []
        await until_async(lambda: theirs.context.reach(OWN) is None)


async def test_a_link_that_ends_gives_its_port_to_one_that_begins(tmp_path: Path) -> None:
    (tmp_path / "more").mkdir()
    other = Above(tmp_path / "more")
    never = {"open": 3_600.0}  # a port that was taken is tried again when nobody waits any more
    async with pair(tmp_path, pace=never) as both, other.world.gateway() as theirs:
        ports = both.ours.uppers._ports
        ports._range = range(both.link.port or 0, (both.link.port or 0) + 1)
        both.web.uppers = []
        second = both.below.link(other)
        await until_async(lambda: theirs.context.reach(OWN))
        assert both.link.upper.link == second.link
        assert both.link.trouble == ""


@pytest.mark.parametrize("path", ["/internal/gateway/shown", "/internal/gateway/shown/off"])
async def test_a_404_that_is_not_the_web_s_word_leaves_what_is_shown(tmp_path: Path, path: str) -> None:
    async with pair(tmp_path) as both:
        await items(both, 5)
        answer = both.web.other
        answers = [
            httpx.Response(404),
            httpx.Response(404, json={"error": "nginx"}),
            httpx.Response(404, json=["link"]),
            httpx.Response(404, content=b"\xff"),
        ]
        left = list(answers)

        async def lost(request: httpx.Request) -> httpx.Response:
            if request.url.path == path and left:
                return left.pop()
            return await answer(request)

        both.web.other = lost  # type: ignore[method-assign]
        both.below.show(both.upper, entries(4), "2")
        await until_async(lambda: not left)
        assert both.link.lower is not None
        assert len(both.link.lower._shown.items) >= 5
        await items(both, 6)

        async def over(request: httpx.Request) -> httpx.Response:
            if request.url.path == path:
                return httpx.Response(404, json={"error": "link", "detail": "no such link is in force"})
            return await answer(request)

        both.web.other = over  # type: ignore[method-assign]
        both.below.show(both.upper, entries(3), "3")
        await items(both, 0)


async def test_a_look_that_fails_is_logged_and_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with pair(tmp_path) as both:
        await items(both, 5)
        showing, failed = both.ours.uppers.showing, 0
        put = showing._put

        def fail(link: UpperLink, shown: Any) -> None:
            nonlocal failed
            failed += 1
            if failed == 1:
                raise RuntimeError
            put(link, shown)

        monkeypatch.setattr(showing, "_put", fail)
        with capture_logs() as logs:
            both.below.show(both.upper, entries(4), "2")
            await items(both, 6)
        assert failed == 2
        assert any(line["event"] == "upper.tree_failed" for line in logs)


async def test_looks_at_what_is_off_that_fail_are_logged_and_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with pair(tmp_path) as both:
        await items(both, 5)
        failed = 0

        async def fail(_link: UpperLink) -> None:
            nonlocal failed
            failed += 1
            raise RuntimeError

        monkeypatch.setattr(both.ours.uppers.showing, "_take_off", fail)
        await until_async(lambda: failed >= 2)


async def test_a_report_is_told_in_parts_and_one_that_fails_costs_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "below").mkdir()
    below = Below(tmp_path / "below")
    told: list[int] = []
    monkeypatch.setattr(room, "MOST_TOLD", 2)
    heard = room.heard
    bad: set[UUID] = set()

    def hear(link: Any, clock: Any) -> Any:
        if link.upper.link in bad:
            raise RuntimeError
        return heard(link, clock)

    monkeypatch.setattr(room, "heard", hear)
    async with below.running() as ours:
        uppers, post = ours.uppers, ours.uppers._web.post

        async def note(path: str, body: str, *rest: Any) -> None:
            if path == room.LINKS:
                told.append(len(LinksHeard.model_validate_json(body).links))
            await post(path, body, *rest)

        await until_async(lambda: below.web.heard == {})
        object.__setattr__(uppers._web, "post", note)
        await until_async(lambda: told[-1:] == [0])
        above = Above(tmp_path / "below")
        links = [below.link(above, transport="tcp", port=9) for _ in range(3)]
        await until_async(lambda: len(ours.uppers) == 3)
        await until_async(lambda: told[-2:] == [2, 1])
        bad.add(links[0].link)
        await until_async(lambda: told[-3:] == [1, 1, 1])
