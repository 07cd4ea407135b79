"""Who may state at the gateway below, what of it reaches its web, and what hostile clients are answered."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from custodes.gateway.calls.needs import NotStated
from custodes.gateway.statements import listener
from custodes.gateway.statements.listener import STATEMENTS
from custodes.gateway.statements.saying import send
from custodes.tls.files import TlsFiles
from custodes.tls.handed_client import HandedAnswer, client_context, post
from custodes.tls.handed_server import HandedBounds, trust
from custodes.tls.pinned import make_pinned
from custodes.video.wire.statements import Statement, StatementAnswer, StatementsAt
from tests.gateway.statements.world import ELSE, HOST, Lower, Webs, certified, lower, quick, statement, told
from tests.patience import PATIENCE, until_async
from tests.witness.running import NOW


async def say(below: Lower, files: TlsFiles, body: Statement | bytes) -> HandedAnswer:
    """Send a body as the client that has these files."""
    octets = body if isinstance(body, bytes) else body.model_dump_json().encode()
    context = client_context(below.at.certificate, files)
    return await post(context, f"{below.at.url}/statements", octets, seconds=10, most_bytes=65_536)


async def test_what_is_stated_is_kept_with_the_link_of_its_certificate(tmp_path: Path) -> None:
    upper, webs = certified(tmp_path / "u"), Webs()
    async with lower(tmp_path / "l", webs, upper) as below:
        said = statement()
        kept = await send(said, below.at, upper, 10)
        assert (kept.id, kept.index) == (said.id, 41)
        assert [(one.link, one.statement) for one in webs.stated] == [(below.uppers[0].link, said)]


async def test_another_s_certificate_gets_no_connection(tmp_path: Path) -> None:
    upper, stranger, webs = certified(tmp_path / "u"), certified(tmp_path / "s"), Webs()
    async with lower(tmp_path / "l", webs, upper) as below:
        with pytest.raises(NotStated, match=r"does not take our certificate|connection"):
            await send(statement(), below.at, stranger, 10)
        assert not webs.stated


async def test_a_certificate_that_tls_does_not_take_keeps_no_other_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    upper, strange, webs = certified(tmp_path / "u"), certified(tmp_path / "s"), Webs()
    bad = strange.cert.read_text()

    def choosy(context: ssl.SSLContext, certificates: Any) -> None:
        if any(one.public_bytes(Encoding.PEM).decode() == bad for one in certificates):
            raise ssl.SSLError("no such key")
        trust(context, certificates)

    monkeypatch.setattr(listener, "trust", choosy)
    async with lower(tmp_path / "l", webs, strange, upper) as below:
        assert (await send(statement(), below.at, upper, 10)).index == 41
        with pytest.raises(NotStated):
            await send(statement(), below.at, strange, 10)


async def test_a_certificate_of_a_client_of_the_same_name_is_another(tmp_path: Path) -> None:
    upper, webs = certified(tmp_path / "u"), Webs()
    forged = TlsFiles(tmp_path / "f.crt", tmp_path / "f.key")
    make_pinned(forged, "Custodes gateway", (), NOW, serves=True, calls=True)
    async with lower(tmp_path / "l", webs, upper) as below:
        with pytest.raises(NotStated):
            await send(statement(), below.at, forged, 10)
        assert not webs.stated


async def test_no_certificate_is_not_served(tmp_path: Path) -> None:
    upper, webs = certified(tmp_path / "u"), Webs()
    async with lower(tmp_path / "l", webs, upper) as below:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.load_verify_locations(cadata=below.at.certificate)
        with pytest.raises((httpx.HTTPError, OSError)):
            await post(context, f"{below.at.url}/statements", b"{}", seconds=10, most_bytes=100)
        assert not webs.stated


async def test_tls_1_2_is_not_spoken(tmp_path: Path) -> None:
    upper, webs = certified(tmp_path / "u"), Webs()
    async with lower(tmp_path / "l", webs, upper) as below:
        context = client_context(below.at.certificate, upper)
        context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_2
        with pytest.raises((httpx.HTTPError, OSError)):
            await post(context, f"{below.at.url}/statements", b"{}", seconds=10, most_bytes=100)


async def test_a_server_that_shows_another_certificate_is_told_nothing(tmp_path: Path) -> None:
    upper, webs = certified(tmp_path / "u"), Webs()
    other = certified(tmp_path / "o").cert.read_text()
    async with lower(tmp_path / "l", webs, upper) as below:
        with pytest.raises(NotStated, match="another certificate than was handed over"):
            await send(statement(), StatementsAt(url=below.at.url, certificate=other), upper, 10)
        assert not webs.stated


async def test_another_link_s_names_are_refused(tmp_path: Path) -> None:
    one, two, webs = certified(tmp_path / "u"), certified(tmp_path / "v"), Webs()
    async with lower(tmp_path / "l", webs, one) as below:
        below.link(two, ELSE)
        await until_async(lambda: len(below.listener._known) == 2)
        for files, wrong in ((two, {}), (one, {"upper": ELSE}), (one, {"lower": ELSE})):
            answer = await say(below, files, statement(**wrong))
            assert (answer.status, told(answer.body)["error"]) == (403, "link")
        assert not webs.stated
        assert (await say(below, two, statement(upper=ELSE))).status == 201


async def test_a_link_that_ended_states_nothing_any_more(tmp_path: Path) -> None:
    upper, webs = certified(tmp_path / "u"), Webs()
    async with lower(tmp_path / "l", webs, upper) as below:
        below.uppers.clear()
        await until_async(lambda: not below.listener._known)
        answer = await say(below, upper, statement())
        assert (answer.status, told(answer.body)["error"]) == (403, "certificate")
        assert not webs.stated


async def test_a_certificate_that_comes_later_counts_without_a_restart(tmp_path: Path) -> None:
    upper, webs = certified(tmp_path / "u"), Webs()
    async with lower(tmp_path / "l", webs) as below:
        with pytest.raises(NotStated):
            await send(statement(), below.at, upper, 10)
        below.link(upper)
        await until_async(lambda: below.listener._known)
        assert (await send(statement(), below.at, upper, 10)).index == 41


@pytest.mark.parametrize(
    "text", ["", "no certificate", "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n"]
)
async def test_a_certificate_that_can_t_be_read_costs_nobody_else(tmp_path: Path, text: str) -> None:
    upper, webs = certified(tmp_path / "u"), Webs()
    async with lower(tmp_path / "l", webs) as below:
        below.link(upper)
        below.uppers.insert(0, below.uppers[0].model_copy(update={"id": ELSE, "certificate": text}))
        await until_async(lambda: below.listener._known)
        assert (await say(below, upper, statement())).status == 201


async def test_the_same_again_is_the_web_s_to_know(tmp_path: Path) -> None:
    upper, webs = certified(tmp_path / "u"), Webs()
    async with lower(tmp_path / "l", webs, upper) as below:
        said = statement()
        assert [(await say(below, upper, said)).status for _ in range(2)] == [201, 201]
        assert [one.statement.id for one in webs.stated] == [said.id, said.id]
        webs.verdict = StatementAnswer(status=409, why="another stands under this id")
        answer = await say(below, upper, statement(id=said.id, person="次仁"))
        assert (answer.status, told(answer.body)) == (
            409,
            {"error": "refused", "detail": "another stands under this id"},
        )


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"\xff\xfe", b'{"id": 1}', b"{" + b'"a":' * 3000, b"null", b'"' + b"x" * 9000 + b'"'],
)
async def test_what_is_no_statement_is_answered_400(tmp_path: Path, body: bytes) -> None:
    upper, webs = certified(tmp_path / "u"), Webs()
    async with lower(tmp_path / "l", webs, upper) as below:
        answer = await say(below, upper, body)
        assert (answer.status, told(answer.body)["error"]) == (400, "shape")
        assert not webs.stated


@pytest.mark.parametrize(
    "wrong",
    [
        {"counts_until_us": 10**18},
        {"verb": "live"},
        {"verb": "steer"},
        {"person": ""},
        {"reason": "x" * 501},
        {"clauses": ()},
        {"from_us": None},
        {"call_id": "x" * 257},
    ],
)
async def test_a_statement_out_of_its_shape_is_answered_400(tmp_path: Path, wrong: dict[str, Any]) -> None:
    upper, webs = certified(tmp_path / "u"), Webs()
    async with lower(tmp_path / "l", webs, upper) as below:
        said = statement().model_copy(update=wrong)
        assert (await say(below, upper, said.model_dump_json().encode())).status == 400
        assert not webs.stated


async def test_a_huge_body_is_cut_off(tmp_path: Path) -> None:
    upper, webs = certified(tmp_path / "u"), Webs()
    async with lower(tmp_path / "l", webs, upper) as below:
        answer = await say(below, upper, b"x" * 16_385)
        assert answer.status == 413
        assert not webs.stated


async def connected(below: Lower, files: TlsFiles) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A connection whose handshake is done."""
    return await asyncio.open_connection(
        HOST, below.listener.port, ssl=client_context(below.at.certificate, files), server_hostname="x"
    )


async def test_a_slow_body_is_answered_and_ends(tmp_path: Path) -> None:
    upper, webs = certified(tmp_path / "u"), Webs()
    pace = quick(heard=HandedBounds(body_s=0.2, connection_s=3_600.0))
    async with lower(tmp_path / "l", webs, upper, pace=pace) as below:
        reader, writer = await connected(below, upper)
        writer.write(b"POST /statements HTTP/1.1\r\nHost: l\r\nContent-Length: 500\r\n\r\n{")
        async with asyncio.timeout(PATIENCE):
            assert (await reader.readline()).startswith(b"HTTP/1.1 408")
            await reader.read()
        writer.close()


async def test_a_connection_ends_whatever_the_client_does(tmp_path: Path) -> None:
    upper, webs = certified(tmp_path / "u"), Webs()
    pace = quick(heard=HandedBounds(connection_s=0.3))
    async with lower(tmp_path / "l", webs, upper, pace=pace) as below:
        reader, writer = await connected(below, upper)
        writer.write(b"POST /state")
        async with asyncio.timeout(PATIENCE):
            with contextlib.suppress(ConnectionError):
                assert await reader.read() == b""
        writer.close()


async def test_one_certificate_takes_no_more_than_its_connections(tmp_path: Path) -> None:
    upper, other, webs = certified(tmp_path / "u"), certified(tmp_path / "v"), Webs()
    pace = quick(heard=HandedBounds(of_client=2))
    async with lower(tmp_path / "l", webs, upper, pace=pace) as below:
        below.link(other, ELSE)
        await until_async(lambda: len(below.listener._known) == 2)
        held = []
        for _ in range(2):
            reader, writer = await connected(below, upper)
            writer.write(b"GET / HTTP/1.1\r\nHost: l\r\n\r\n")
            assert await reader.readline()
            held.append(writer)
        with pytest.raises((httpx.HTTPError, OSError)):
            await say(below, upper, statement())
        assert (await say(below, other, statement(upper=ELSE))).status == 201
        for writer in held:
            writer.close()


async def test_too_many_wait(tmp_path: Path) -> None:
    upper, other, webs = certified(tmp_path / "u"), certified(tmp_path / "v"), Webs()
    async with lower(tmp_path / "l", webs, upper, pace=quick(a_minute=3)) as below:
        below.link(other, ELSE)
        await until_async(lambda: len(below.listener._known) == 2)
        answers = [(await say(below, upper, statement())).status for _ in range(4)]
        assert answers == [201, 201, 201, 429]
        assert (await say(below, other, statement(upper=ELSE))).status == 201


async def test_while_the_web_is_away_it_may_be_said_again(tmp_path: Path) -> None:
    upper, webs = certified(tmp_path / "u"), Webs()
    async with lower(tmp_path / "l", webs, upper) as below:
        webs.away = True
        async with httpx.AsyncClient(verify=client_context(below.at.certificate, upper), trust_env=False) as client:
            answer = await client.post(f"{below.at.url}/statements", content=statement().model_dump_json())
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
        webs.away = False
        assert (await say(below, upper, statement())).status == 201


@pytest.mark.parametrize("raw", [httpx.Response(404), httpx.Response(500), httpx.Response(200, content=b"{}x")])
async def test_what_the_web_never_says_is_no_yes(tmp_path: Path, raw: httpx.Response) -> None:
    upper, webs = certified(tmp_path / "u"), Webs()
    webs.raw[STATEMENTS] = raw
    async with lower(tmp_path / "l", webs, upper) as below:
        assert (await say(below, upper, statement())).status == 503


@pytest.mark.parametrize(
    ("verdict", "status"),
    [
        (StatementAnswer(status=201), 503),
        (StatementAnswer(status=200, index=1), 503),
        (StatementAnswer(status=403), 403),
    ],
)
async def test_only_a_yes_with_its_record_is_one(tmp_path: Path, verdict: StatementAnswer, status: int) -> None:
    upper, webs = certified(tmp_path / "u"), Webs()
    webs.verdict = verdict
    async with lower(tmp_path / "l", webs, upper) as below:
        assert (await say(below, upper, statement())).status == status
