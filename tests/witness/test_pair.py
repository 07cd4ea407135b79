"""Two installations: a lower one with a real notary and book, an upper one with a real witness, TLS between them."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime

import pytest

from custodes.ledger import canonical
from custodes.ledger.checkpoint import parse_proof, verify_cosignatures, verify_proof
from custodes.ledger.client import LogGrowth, NotaryRefused
from custodes.ledger.merkle import leaf_hash
from custodes.ledger.note import Signature, parse_note, parse_signature, parse_vkey
from custodes.ledger.verify import verify_ledger
from custodes.ledger.witness import CheckpointDoubt, check, format_request
from custodes.ledger.witnessed import read_witnesses
from custodes.oversight.cosigning import posting
from custodes.tls.pinned import witness_client
from tests.ledger.madelog import ORIGIN
from tests.witness.pairs import Pair, later
from tests.witness.running import NAME


def test_checkpoints_come_back_cosigned_and_proofs_carry_it(pair: Pair) -> None:
    with pair.notary() as (one, cosigning), one.client() as client:
        size = pair.fill(one, 0, 20)
        cosigning.tick(later(0))
        assert cosigning.outcomes[NAME].words == ""
        assert (pair.state.size, client.status().cosigned[0].size) == (size, size)
        log_key = parse_vkey((pair.lower / "keys/public/log.vkey").read_text())
        proof = client.proof(3)
        entry = client.entries(3, 1)[0]
        (found,) = verify_cosignatures(parse_note(parse_proof(proof).note), [pair.upper.key])
        assert found.witness == NAME
        assert verify_proof(proof, leaf_hash(canonical.encode(entry.entry)), [log_key]).size == size
        # A checkpoint that nobody has cosigned yet takes the cosigned one's place only for what that does not cover.
        larger = pair.fill(one, 20, 7)
        assert parse_proof(client.proof(3)).note == parse_proof(proof).note
        assert verify_cosignatures(parse_note(parse_proof(client.proof(larger - 1)).note), [pair.upper.key]) == ()
        cosigning.tick(later(0))
        assert pair.state.size == larger
        # Taken before the restart: the notary writes that it began, and signs a checkpoint over that when its time comes.
        seen = client.checkpoint().encode()
    with pair.notary() as (one, cosigning), one.client() as client:
        # After a restart too; and a fresh client that knows nothing goes on from what the witness says.
        assert verify_cosignatures(parse_note(parse_proof(client.proof(3)).note), [pair.upper.key])
        assert client.status().cosigned[0].size == larger
        report = verify_ledger(pair.lower / "ledger", log_key, datetime.now(UTC), [seen])
        assert report.ok
        assert larger in report.seen_confirmed
        again = pair.fill(one, 40, 3)
        cosigning._had.clear()
        cosigning.tick(later(0))
        assert pair.state.size == again


def test_a_rewritten_lower_log_is_found_and_shown_by_both_checkpoints(pair: Pair) -> None:
    with pair.notary() as (one, cosigning):
        pair.fill(one, 0, 10)
    for name in ("ledger", "keys"):
        shutil.copytree(pair.lower / name, pair.lower / "before" / name)
    with pair.notary() as (one, cosigning):
        cosigned = pair.fill(one, 10, 11)
        cosigning.tick(later(0))
        assert pair.state.size == cosigned
    # Who holds the machine puts everything back, what was signed included, and lets another history follow.
    for name in ("ledger", "keys"):
        shutil.rmtree(pair.lower / name)
        shutil.copytree(pair.lower / "before" / name, pair.lower / name)
    with pair.notary() as (one, cosigning):
        smaller = pair.fill(one, 100, 3, "另一段经过")
        assert smaller < cosigned
        cosigning.tick(later(0))
        assert "has cosigned" in cosigning.outcomes[NAME].words
        assert (pair.state.size, pair.state.behind_size) == (cosigned, smaller)
        assert pair.evidence == []
        larger = pair.fill(one, 110, 40, "另一段经过")
        cosigning.tick(later(600))
        assert "refuses" in cosigning.outcomes[NAME].words
        assert pair.state.size == cosigned
    (found,) = pair.evidence
    shown = check(found, (parse_vkey((pair.lower / "keys/public/log.vkey").read_text()),))
    assert (found.doubt, shown.proven) == (CheckpointDoubt.FORKED, True)
    assert (shown.seen.size, shown.shown.size) == (cosigned, larger)


def test_a_witness_that_is_away_holds_up_nothing_and_is_asked_less_and_less(pair: Pair) -> None:
    pair.upper.stop()
    with pair.notary() as (one, cosigning), one.client() as client:
        pair.fill(one, 0, 5)
        for _ in range(3):
            cosigning.tick(datetime(2026, 11, 24, tzinfo=UTC))
        outcome = cosigning.outcomes[NAME]
        assert "can't be reached" in outcome.words
        cosigning.tick(datetime(2026, 11, 24, 0, 1, tzinfo=UTC))
        assert cosigning.outcomes[NAME].rest > outcome.rest
        assert pair.fill(one, 5, 5) > 5
        assert client.status().cosigned[0].size == 0


def test_the_notary_believes_no_cosignature_that_does_not_verify(pair: Pair) -> None:
    with pair.notary() as (one, _), one.client() as client:
        pair.fill(one, 0, 5)
        growth = client.consistency(0)
        status, _, answer = posting(witness_client(pair.lower / "keys"))(
            read_witnesses(pair.lower / "witnesses")[0], witnesses_request(growth)
        )
        assert status == 200
        line = answer.removesuffix("\n")
        with pytest.raises(NotaryRefused, match="does not verify"):
            client.cosigned(growth.note, [forged(line)])
        with pytest.raises(NotaryRefused, match="offered"):
            client.cosigned(growth.note.replace("\n5\n", "\n6\n").replace(ORIGIN, "other.example/log", 1), [line])
        assert client.cosigned(growth.note, ["— stranger.example/w " + line.rsplit(" ", 1)[1]]) == 0
        assert client.cosigned(growth.note, [line]) == 1
        assert client.cosigned(growth.note, [line]) == 1
        assert client.checkpoint().count("\n— ") == 2


def forged(line: str) -> str:
    """The line with its last byte changed."""
    one = parse_signature(line)
    return Signature(one.name, one.key_id, one.data[:-1] + bytes([one.data[-1] ^ 1])).line().removesuffix("\n")


def witnesses_request(growth: LogGrowth) -> bytes:
    """The first submission of a log."""
    return format_request(0, (), parse_note(growth.note))
