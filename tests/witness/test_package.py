"""Evidence packages of an installation whose log a real witness cosigns: what a court reads of the cosignature, and of one that is not there."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from typer.testing import CliRunner

from custodes.cli import app
from custodes.evidence.package import Package, Proven
from custodes.evidence.writing import write
from custodes.ledger.checkpoint import cosign, parse_proof, verifier_of
from custodes.ledger.client import NotaryClient
from custodes.ledger.note import VerifierKey, parse_note, parse_vkey
from custodes.notary.protocol import TokenClaims
from tests.evidence.made import PACKER, SPAN, leave, listed, package, part, prove, segment
from tests.ledger.madelog import CAMERA, gap
from tests.patience import until
from tests.witness.pairs import Pair, later
from tests.witness.running import NAME

OTHER = Ed25519PrivateKey.from_private_bytes(b"o" * 32)
Change = Callable[[str], str]


class Court:
    """Who has keys from elsewhere and a package; runs `custodes verify package`."""

    def __init__(self, folder: Path, log: VerifierKey, witness: VerifierKey) -> None:
        self._folder = folder
        self.log, self.witness = log, witness

    def reads(self, made: Package, *keys: VerifierKey) -> tuple[int, str]:
        """Exit code, and what is printed, with these keys beside those of the log and of packages; without trust where none is given."""
        path, trust = self._folder / "package.zip", self._folder / "keys.txt"
        path.write_bytes(b"".join(write(made, PACKER)))
        trust.write_text("".join(f"{key}\n" for key in (self.log, PACKER.verifier, *keys)))
        result = CliRunner().invoke(app, ["verify", "package", str(path), "--trust", str(trust), "--quiet"])
        return result.exit_code, result.stdout


def fill(client: NotaryClient) -> list[UUID]:
    """The leave, three sealed segments and two further records, in the lower log; their ids."""
    granted = leave(span=SPAN)
    claims = TokenClaims(
        aud="node-1/0", jti=UUID(int=99), grant=granted.grant, sub=granted.person, cameras=(CAMERA,), live=False,
        back_seconds=0, span=SPAN, still=False, watermark=granted.watermark, handover=True,
    )  # fmt: skip
    client.grant(granted, [msgspec.to_builtins(claims)])
    before = prove([granted, *(segment(number).record for number in range(3))])
    parts = [part(segment(number), before[1 + number], SPAN) for number in range(3)]
    records = [*(segment(number).record for number in range(3)), listed(granted, parts, before[0]), gap(1), gap(2)]
    client.append(records)
    until(lambda: client.status().checkpoint_size == client.status().size, "the checkpoint")
    return [granted.id, *(one.id for one in records)]


def composed(client: NotaryClient, ids: list[UUID], log: VerifierKey, witness: VerifierKey) -> Package:
    """As the web makes it: of what the notary proves."""
    proven = [
        Proven(one.record, one.salt, one.entry, one.proof)
        for one in client.proven(ids)
        if one is not None and one.proof is not None
    ]
    assert len(proven) == len(ids)
    parts = tuple(part(segment(number), proven[1 + number], SPAN) for number in range(3))
    return package(
        grant=proven[0],
        parts=parts,
        listed=proven[4],
        chain=tuple(proven[5:]),
        keys=(log, PACKER.verifier),
        witnesses=(witness,),
    )


def changed(made: Package, change: Change, only: int | None = None) -> Package:
    """The package as the lower installation itself could make it, with other proofs; `only`: of the part of this number."""

    def other(one: Proven) -> Proven:
        return replace(one, proof=change(one.proof))

    parts = tuple(
        replace(one, sealed=other(one.sealed)) if only in (None, number) else one
        for number, one in enumerate(made.parts)
    )
    if only is not None:
        return replace(made, parts=parts)
    return replace(
        made, parts=parts, grant=other(made.grant), listed=other(made.listed), chain=tuple(map(other, made.chain))
    )


def stripped(proof: str) -> str:
    """Without the witness's line."""
    return re.sub(rf"— {re.escape(NAME)} .*\n", "", proof)


def under(name: str, key: Ed25519PrivateKey, proof: str) -> str:
    """With a cosignature that holds, of somebody else's key, in the witness's place."""
    text = parse_note(parse_proof(proof).note).text
    return stripped(proof) + cosign(text, name, key, 1_795_000_000).line()


def forged(proof: str) -> str:
    """With the witness's line taken from another checkpoint, that is to say one that does not hold for this one."""
    line = re.search(rf"— {re.escape(NAME)} (\S+)\n", proof)
    assert line is not None
    last = "A" if line[1][-5] != "A" else "B"
    return proof.replace(line[1], f"{line[1][:-5]}{last}{line[1][-4:]}")


@pytest.fixture
def court(pair: Pair, tmp_path: Path) -> Court:
    """One that was given the keys by hand."""
    return Court(tmp_path, parse_vkey((pair.lower / "keys/public/log.vkey").read_text()), pair.upper.key)


def test_a_court_reads_who_cosigned_and_tells_a_stripped_and_a_forged_one_apart(pair: Pair, court: Court) -> None:
    with pair.notary() as (one, cosigning), one.client() as client:
        ids = fill(client)
        before = composed(client, ids, court.log, court.witness)
        cosigning.tick(later(0))
        assert cosigning.outcomes[NAME].words == ""
        made = composed(client, ids, court.log, court.witness)
        size = pair.state.size
    named = f"见证 witness: {NAME}"

    code, told = court.reads(made, court.witness)
    assert (code, told.count(named)) == (0, 1)
    assert re.search(rf"{re.escape(named)}，20\d\d-\d\d-\d\d [\d:.]+，{size} 条 entries", told)
    assert "A cosignature proves" in told
    assert "见证不证明记录的内容属实" in told

    # The package is as good as before the witness answered: what it lacks is said, and is no fault of it.
    for lacking in (before, changed(made, stripped)):
        code, told = court.reads(lacking, court.witness)
        assert code == 0
        assert f"{named}：没有它的签名" in told
        assert "A cosignature proves" not in told

    code, told = court.reads(changed(made, stripped, only=1), court.witness)
    assert code == 0
    assert f"{named}：只有一部分证明有它的签名" in told

    code, told = court.reads(changed(made, forged), court.witness)
    assert code == 1
    assert "见证签名不成立" in told

    # In the witness's name with a key of somebody's own: no key of the package counts beside those from elsewhere.
    own = changed(made, lambda proof: under(NAME, OTHER, proof))
    own = replace(own, witnesses=(verifier_of(NAME, OTHER),))
    code, told = court.reads(own, court.witness)
    assert code == 0
    assert f"{named}：没有它的签名" in told
    assert f"{named}：另有以它为名、密钥不可信的签名，没有核对" in told
    assert "A cosignature proves" not in told

    # Who was not given the witness's key reads that nothing was checked.
    code, told = court.reads(made)
    assert code == 0
    assert f"{named}：密钥不在可信之列，没有核对" in told
    assert "A cosignature proves" not in told
