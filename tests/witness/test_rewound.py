"""A witness that was put back to an older state under the same key: neither a smaller nor another history is cosigned silently."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from custodes.keyfile import load_signing_key, publish
from custodes.ledger.checkpoint import verifier_of
from custodes.ledger.witnessed import read_rewound
from custodes.oversight.cosigning import CosignWhy, outcomes
from custodes.witness.keys import KEY
from tests.witness import running as witnesses
from tests.witness.pairs import Pair, later
from tests.witness.running import NAME, Lower


@contextmanager
def again(pair: Pair) -> Iterator[None]:
    """The witness started once more on its folder, at another port, which the lower is told."""
    with witnesses.witness(pair.upper.folder) as one:
        pair.upper = one
        (pair.lower / "witnesses/upper.toml").write_text(pair.toml())
        yield


def put_back(pair: Pair, old: Path) -> None:
    """Everything that the witness remembers is as it was."""
    state = pair.upper.folder / "witness/state"
    shutil.rmtree(state)
    shutil.copytree(old, state)


def test_a_lower_that_holds_more_than_the_witness_remembers_stops_it_for_everybody(pair: Pair, tmp_path: Path) -> None:
    other = Lower.make(tmp_path / "other", "other.example/log")
    (pair.upper.folder / "witness/logs/other.toml").write_text(other.toml())
    key = str(pair.upper.key)
    with pair.notary() as (one, cosigning), one.client() as client:
        pair.fill(one, 0, 10)
        cosigning.tick(later(0))
        shutil.copytree(pair.upper.folder / "witness/state", tmp_path / "old")
        before = pair.state.size
        cosigned = pair.fill(one, 10, 11)
        cosigning.tick(later(0))
        assert pair.state.size == cosigned
        pair.upper.stop()
        put_back(pair, tmp_path / "old")
        with again(pair):
            pair.fill(one, 30, 5)
            cosigning.tick(later(600))
            assert cosigning.outcomes[NAME].why is CosignWhy.FORGOT
            assert outcomes()[NAME].why is CosignWhy.FORGOT
            assert (pair.state.size, client.status().cosigned[0].size) == (before, cosigned), "nothing was cosigned"
            found = read_rewound(pair.upper.folder / "witness/evidence", key)
            assert found is not None
            assert (found.kept, found.signed) == (before, cosigned)
            # What another platform would never notice is refused to it as well: nobody knows what was forgotten of its log.
            assert pair.upper.submit(other, 0, 5)[0] == 503
            assert "witness.rewound" in pair.upper.log_text()
            pair.upper.stop()
        with again(pair):
            assert pair.upper.submit(other, 0, 5)[0] == 503, "a restart changes nothing"
            cosigning.tick(later(6000))
            assert client.status().cosigned[0].size == cosigned
            pair.upper.stop()
        # Only another key, which every platform below is handed, begins anew.
        private = pair.upper.folder / "keys/witness" / KEY
        private.unlink()
        (pair.upper.folder / "keys/public/witness.vkey").unlink()
        with witnesses_keys(pair):
            cosigning.tick(later(60_000))
            assert cosigning.outcomes[NAME].why is None, cosigning.outcomes[NAME].words
            assert client.status().cosigned[0].size == pair.state.size > cosigned
            assert pair.upper.submit(other, 0, 5)[0] == 200


@contextmanager
def witnesses_keys(pair: Pair) -> Iterator[None]:
    """The witness with a new key, handed to the lower."""
    from custodes.witness.keys import make_keys

    make_keys(pair.upper.folder / "keys", NAME, "127.0.0.1", witnesses.NOW)
    key = load_signing_key(pair.upper.folder / "keys/witness" / KEY)
    publish(pair.upper.folder / "keys/public/witness.vkey", str(verifier_of(NAME, key)))
    with again(pair):
        yield


def test_another_history_under_a_witness_that_was_put_back_is_refused_once_the_honest_one_was_seen(
    tmp_path: Path,
) -> None:
    lower = Lower.make(tmp_path / "a", "a.example/log")
    with witnesses.data_folder(lower) as folder:
        with witnesses.witness(folder) as running:
            assert running.submit(lower, 0, 5)[0] == 200
            shutil.copytree(folder / "witness/state", tmp_path / "old")
            status, line = running.submit(lower, 5, 21)
            assert status == 200
            running.stop()
        shutil.rmtree(folder / "witness/state")
        shutil.copytree(tmp_path / "old", folder / "witness/state")
        with witnesses.witness(folder) as running:
            note = str(lower.note(21)) + line
            body = f"old 5\n\n{note}".encode()
            assert running.post(lower.files, body.replace(line.encode(), (line[:-9] + "AAAAAAA=\n").encode()))[0] != 200
            assert running.submit(lower, 5, 7)[0] == 200, "a line in its name that is none stops nothing"
            assert running.post(lower.files, body)[0] == 503
            assert running.submit(lower.rewritten(6), 5, 30)[0] == 503
