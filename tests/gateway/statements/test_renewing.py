"""A gateway's certificate is followed by another: what is heard before the other side has it, while it has both, and afterwards."""

from __future__ import annotations

import datetime
import uuid
from contextlib import nullcontext
from pathlib import Path

import pytest

from custodes.gateway.calls.needs import NotStated
from custodes.gateway.statements.saying import send
from custodes.tls.files import TlsFiles
from custodes.tls.succession import Succession, gateway_statements_succession
from custodes.video.wire.statements import StatementsAt
from tests.gateway.statements.world import HOST, Lower, Webs, certified, lower, statement
from tests.patience import until_async


def made(folder: Path) -> Succession:
    """The pair of this folder's gateway, with one that follows."""
    certified(folder)
    pair = gateway_statements_succession(folder / "keys")
    pair.make(datetime.datetime.now(datetime.UTC), nullcontext())
    return pair


def both(pair: Succession) -> str:
    return pair.now.cert.read_text() + pair.next.cert.read_text()


def replace(pair: Succession) -> None:
    pair.take_place(nullcontext(), nullcontext())


async def said(below: Lower, by: TlsFiles, certificate: str = "") -> bool:
    """Whether it is kept below."""
    at = StatementsAt(url=f"https://{HOST}:{below.listener.port}", certificate=certificate or below.at.certificate)
    try:
        await send(statement(id=uuid.uuid4()), at, by, 5.0)
    except NotStated:
        return False
    return True


async def becomes(below: Lower, by: TlsFiles, certificate: str) -> None:
    """Wait until it is kept: a listener takes another certificate up while it runs."""
    await until_async(lambda: said(below, by, certificate), every=0.05)


def knows(below: Lower, certificate: str) -> None:
    below.uppers[:] = [one.model_copy(update={"certificate": certificate}) for one in below.uppers]


async def test_the_one_above_replaces_its_certificate_and_is_heard_all_the_time(tmp_path: Path) -> None:
    pair = made(tmp_path / "above")
    old = TlsFiles(tmp_path / "old.crt", tmp_path / "old.key")
    old.cert.write_bytes(pair.now.cert.read_bytes())
    old.key.write_bytes(pair.now.key.read_bytes())
    async with lower(tmp_path / "below", Webs(), pair.now) as below:
        assert await said(below, pair.now)
        assert not await said(below, pair.next), "nobody has entered it yet"
        knows(below, both(pair))
        await becomes(below, pair.next, below.at.certificate)
        assert await said(below, pair.now)
        replace(pair)
        assert await said(below, pair.now)
        knows(below, pair.now.cert.read_text())

        async def refused() -> bool:
            return not await said(below, old)

        await until_async(refused, every=0.05)
        assert await said(below, pair.now)


async def test_replaced_before_it_was_handed_over_it_is_not_heard(tmp_path: Path) -> None:
    pair = made(tmp_path / "above")
    async with lower(tmp_path / "below", Webs(), pair.now) as below:
        replace(pair)
        assert not await said(below, pair.now)


async def test_the_one_below_replaces_its_certificate_and_is_believed_all_the_time(tmp_path: Path) -> None:
    above = certified(tmp_path / "above")
    pair = made(tmp_path / "below")
    one, two = pair.now.cert.read_text(), both(pair)
    new = pair.next.cert.read_text()
    async with lower(tmp_path / "below", Webs(), above) as below:
        assert await said(below, above, one)
        assert await said(below, above, two), "the old one is still shown"
        assert not await said(below, above, new)
        replace(pair)
        await becomes(below, above, new)
        assert await said(below, above, two)
        assert not await said(below, above, one), "who was not handed it is not deceived"


def test_stopped_between_its_two_files_it_goes_on(tmp_path: Path) -> None:
    pair = made(tmp_path)
    certificate, key = pair.next.cert.read_bytes(), pair.next.key.read_bytes()
    pair.next.key.rename(pair.now.key)
    replace(pair)
    assert (pair.now.cert.read_bytes(), pair.now.key.read_bytes()) == (certificate, key)
    assert not pair.waits


def test_undone_nothing_is_left_of_it(tmp_path: Path) -> None:
    pair = made(tmp_path)
    before = pair.now.cert.read_bytes(), pair.now.key.read_bytes()
    pair.drop(nullcontext(), nullcontext())
    assert not pair.waits
    assert not pair.next.key.exists()
    assert (pair.now.cert.read_bytes(), pair.now.key.read_bytes()) == before


def test_a_certificate_whose_key_is_gone_takes_no_place(tmp_path: Path) -> None:
    pair = made(tmp_path)
    before = pair.now.cert.read_bytes()
    pair.next.key.unlink()
    with pytest.raises(Exception, match="begin anew"):
        replace(pair)
    assert pair.now.cert.read_bytes() == before
