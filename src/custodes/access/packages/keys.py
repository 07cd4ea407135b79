"""The key that signs packages, and the keys that lie in one."""

from __future__ import annotations

from custodes.evidence.manifest import SIGNER_SUFFIX
from custodes.ledger.note import Signer, VerifierKey, parse_vkey
from custodes.ledger.witnessed import LogsError
from custodes.ledger.witnesses import read_witnesses
from custodes.places.keys import public_text, signing_key
from custodes.settings import get_settings

PACKAGES_KEY = "packages.key"


def log_key() -> VerifierKey:
    """The verifier key of this installation's log.

    Raises:
        KeyFileError: not there.
    """
    return parse_vkey(public_text("log.vkey"))


def witness_keys() -> tuple[VerifierKey, ...]:
    """The keys of the witnesses that cosign the log; none where a file of them can't be used: a package is no worse than without."""
    try:
        return tuple(one.key for one in read_witnesses(get_settings().witnesses_folder))
    except LogsError:
        return ()


def signer() -> Signer:
    """Signs the lists of packages; it is named after the log (docs/design/evidence.md, *Keys*).

    Raises:
        KeyFileError: not there or not usable: `custodes init` makes what is missing.
    """
    return Signer(f"{log_key().name}{SIGNER_SUFFIX}", signing_key(get_settings().keys_folder / "web" / PACKAGES_KEY))


def published() -> str:
    """Both verifier keys, a line each: what a court should have from elsewhere than the package.

    Raises:
        KeyFileError: one of them is not there.
    """
    return f"{log_key()}\n{signer().verifier}\n"
