"""Takes this installation's checkpoints to its witnesses, and their cosignatures to the notary; and a witness that was put back to an older
state, as a source of alarms: the one that is run here, and those that cosign the own log.

The notary reaches no network; the web does already (mail, web hooks), can make no checkpoint and forge no cosignature: what it
could do is to bring none, and that is seen here and above (decision 0363). Above, the rewound witness met its own signature
(`witness.service`); below, it remembered less than its key had signed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import ClassVar

import httpx
import structlog

from custodes.keyfile import KeyFileError
from custodes.ledger.checkpoint import parse_proof, parse_size
from custodes.ledger.client import LogGrowth, NotaryClient, NotaryRefused, NotaryStatus, NotaryUnavailable
from custodes.ledger.note import NoteError, parse_note
from custodes.ledger.witness import format_request
from custodes.ledger.witnessed import Rewound, StateError, Witness, read_rewound, read_witnesses
from custodes.places.keys import public_text
from custodes.settings import Settings, get_settings
from custodes.tls.files import TlsFiles
from custodes.tls.handed_client import AnswerTooLarge, HandedAnswer, client_context
from custodes.tls.handed_client import post as send
from custodes.tls.pinned import witness_client
from custodes.upkeep.alarms.condition import CannotTell, Condition, ConditionSource
from custodes.upkeep.alarms.kinds.trust import WITNESS_REWOUND

EXCHANGE_SECONDS = 20.0
"""One exchange with a witness at the most, whatever it sends and however slowly: the others wait meanwhile."""
MAX_LOG_SIZE = 2**53 - 1
"""The notary's numbers end there (`ledger.records.Count`): no log has so many entries."""
MAX_ANSWER_BYTES = 65_536
FIRST_REST = timedelta(seconds=5)
LONGEST_REST = timedelta(minutes=5)
TRIES = 3
"""One to hear what the witness has, one to extend it; one more where it moved on meanwhile."""

log = structlog.get_logger(__name__)


class CosignWhy(StrEnum):
    """Why there is no cosignature; pages have words for each (`views.witnessed`)."""

    AWAY = "away"
    ANSWER = "answer"
    SAW_MORE = "saw-more"
    REFUSED = "refused"
    FORGOT = "forgot"
    KEY = "key"
    LOG = "log"
    STOPPED = "stopped"


class NotCosigned(Exception):
    """The witness gave no cosignature; the message says why, in words for a log line."""

    why: ClassVar[CosignWhy] = CosignWhy.ANSWER


class WitnessAway(NotCosigned):
    """It can't be reached, or not in time."""

    why = CosignWhy.AWAY


class SawMore(NotCosigned):
    """The witness has cosigned more entries than this log holds: the log was taken back, or another signs under its name."""

    why = CosignWhy.SAW_MORE


class CosignRefused(NotCosigned):
    """The witness holds that this log does not extend what it saw."""

    why = CosignWhy.REFUSED


class Forgot(NotCosigned):
    """Its own key has cosigned more than it says that it has: it was put back, and nothing more is asked of that key."""

    why = CosignWhy.FORGOT


class KeyUnknown(NotCosigned):
    """It does not know the key that signed."""

    why = CosignWhy.KEY


class LogUnknown(NotCosigned):
    """It does not know this log, or not with this certificate."""

    why = CosignWhy.LOG


class WitnessStopped(NotCosigned):
    """It cosigns nothing: what it keeps can't be used or was put back."""

    why = CosignWhy.STOPPED


@dataclass(frozen=True, slots=True)
class CosignOutcome:
    """How the last attempt went.

    Attributes:
        at: when.
        words: why there is no cosignature; empty where there is one.
        why: the same for pages; None where there is a cosignature.
        rest: how long nothing is tried after a failure.
    """

    at: datetime
    words: str = ""
    why: CosignWhy | None = None
    rest: timedelta = timedelta(0)


Post = Callable[[Witness, bytes], tuple[int, str, str]]
"""Status, content type and body of an ``add-checkpoint``; raises `NotCosigned`."""


_outcomes: dict[str, CosignOutcome] = {}


def outcomes() -> dict[str, CosignOutcome]:
    """How the last attempt with each witness went, of this process; empty before the first."""
    return dict(_outcomes)


class Cosigning:
    """One for the process; its thread alone calls `tick`."""

    def __init__(self, notary: NotaryClient, folder: Path, post: Post) -> None:
        """
        Args:
            folder: of the witnesses' files.
        """
        self._notary = notary
        self._folder = folder
        self._post = post
        self._had: dict[str, int] = {}
        self.outcomes: dict[str, CosignOutcome] = {}

    def tick(self, now: datetime) -> None:
        """Take the last checkpoint to every witness that lacks it and is not resting.

        Raises:
            NotaryUnavailable, NotaryRefused, LogsError: nothing of a witness's making; that goes into its outcome.
        """
        witnesses = read_witnesses(self._folder)
        if not witnesses:
            return
        status = self._notary.status()
        for witness in witnesses:
            if self._due(witness, status, now):
                self._try(witness, _last(witness, status), now)
        _outcomes.clear()
        _outcomes.update(self.outcomes)

    def _due(self, witness: Witness, status: NotaryStatus, now: datetime) -> bool:
        last = _last(witness, status)
        outcome = self.outcomes.get(witness.name)
        resting = outcome is not None and timedelta(0) <= now - outcome.at < outcome.rest
        if last:
            self._had.setdefault(witness.name, last)
        return last < status.checkpoint_size and not resting

    def _try(self, witness: Witness, last: int, now: datetime) -> None:
        before = self.outcomes.get(witness.name)
        try:
            self._guarded(witness, last)
        except NotCosigned as error:
            rest = min(LONGEST_REST, max(FIRST_REST, (before.rest if before else timedelta(0)) * 2))
            outcome = CosignOutcome(now, str(error), error.why, rest)
            if before is None or before.words != outcome.words:
                log.warning("witness.not_cosigned", witness=witness.name, reason=str(error))
        else:
            outcome = CosignOutcome(now)
            if before is None or before.words:
                log.info("witness.cosigned", witness=witness.name, size=self._had[witness.name])
        self.outcomes[witness.name] = outcome

    def _guarded(self, witness: Witness, last: int) -> None:
        """What one witness answers is that witness's matter alone: nothing of it keeps the others from their turn."""
        try:
            self._cosigned(witness, last)
        except (NotCosigned, NotaryUnavailable):
            raise
        except NotaryRefused as error:
            self._had.pop(witness.name, None)
            raise NotCosigned(f"the notary refused what followed from its answer: {error.detail}") from error
        except Exception as error:
            log.exception("witness.unexpected", witness=witness.name)
            raise NotCosigned(f"something unexpected came of it: {type(error).__name__}") from error

    def _cosigned(self, witness: Witness, last: int) -> None:
        for _ in range(TRIES):
            growth = self._notary.consistency(self._had.get(witness.name, 0))
            old = self._had.get(witness.name, 0) if growth.proof is not None else 0
            # To whom has seen more, this log's checkpoint is shown all the same: that it is smaller is what the witness must know.
            body = format_request(old, growth.proof or (), parse_note(growth.note))
            status, content_type, answer = self._post(witness, body)
            if status == 200:
                self._take(witness, growth, answer)
                return
            if status != 409 or not content_type.startswith("text/x.tlog.size"):
                raise _refusal(status)
            said = _size(answer)
            if said < last:
                self._remind(witness, last, said)
                raise Forgot(f"its key has cosigned {last} entries and it remembers {said}: it was put back")
            self._had[witness.name] = said
            if self._had[witness.name] > growth.size:
                raise SawMore(
                    f"it has cosigned {self._had[witness.name]} entries and this log has signed {growth.size}"
                )
        raise NotCosigned("it answers with another size each time")

    def _remind(self, witness: Witness, last: int, said: int) -> None:
        """Show it its own cosignature: it then stops for everybody (`witness.service`), whatever they submit. Where the proof that is
        at hand bears another witness's line alone, this side stops all the same."""
        try:
            note = parse_note(parse_proof(self._notary.proof(last - 1)).note)
        except (NotaryRefused, ValueError, NoteError):
            return
        if any(witness.key.matches(one) for one in note.signatures):
            self._post(witness, format_request(said, (), note))

    def _take(self, witness: Witness, growth: LogGrowth, answer: str) -> None:
        try:
            kept = self._notary.cosigned(growth.note, answer.removesuffix("\n").split("\n")[:8])
        except NotaryRefused as error:
            raise NotCosigned(f"its answer is no cosignature of this checkpoint: {error.detail}") from error
        if not kept:
            raise NotCosigned("its answer bears no cosignature of the key that was handed over")
        self._had[witness.name] = growth.size


def _last(witness: Witness, status: NotaryStatus) -> int:
    """Entries under the last checkpoint that the witness's present key cosigned; 0 for none."""
    return next((one.size for one in status.cosigned if one.name == witness.name), 0)


def _size(answer: str) -> int:
    try:
        size = parse_size(answer.removesuffix("\n"))
    except ValueError as error:
        raise NotCosigned("it answers 409 without a size") from error
    if size > MAX_LOG_SIZE:
        raise NotCosigned("it answers 409 with a size that no log has")
    return size


def _refusal(status: int) -> NotCosigned:
    known: dict[int, NotCosigned] = {
        403: KeyUnknown("it does not know the key that signed: hand it this log's new key"),
        404: LogUnknown("it does not know this log, or not with this certificate"),
        422: CosignRefused("it was given a proof that this log extends what it saw, and refuses it"),
        503: WitnessStopped("it cosigns nothing: what it keeps can't be used, or was put back to an older state"),
    }
    return known.get(status, NotCosigned(f"it answered {status}"))


def posting(files: TlsFiles) -> Post:
    """Over HTTPS, with the certificate that the witness was given, to the server that it gave and to no other.

    Args:
        files: our certificate and key, as `custodes witness join` made them; read at each request.

    Returns:
        A `Post`. It raises `NotCosigned` where the witness can't be reached, our certificate or its own can't be read, or its answer is
        longer than `MAX_ANSWER_BYTES` or no UTF-8.
    """

    def post(witness: Witness, body: bytes) -> tuple[int, str, str]:
        try:
            answer = asyncio.run(_exchange(witness, files, body))
            return answer.status, answer.content_type, answer.body.decode()
        except AnswerTooLarge as error:
            raise NotCosigned("its answer is too large") from error
        except TimeoutError as error:
            raise WitnessAway(f"its answer was not whole after {EXCHANGE_SECONDS:g} seconds") from error
        except (httpx.HTTPError, httpx.InvalidURL, OSError, UnicodeDecodeError) as error:
            raise WitnessAway(f"it can't be reached: {type(error).__name__}") from error

    return post


async def _exchange(witness: Witness, files: TlsFiles, body: bytes) -> HandedAnswer:
    context = client_context(witness.certificate, files, pinned=witness.pinned)
    url = f"{witness.url}/add-checkpoint"
    return await send(context, url, body, seconds=EXCHANGE_SECONDS, most_bytes=MAX_ANSWER_BYTES)


def cosigning_of(settings: Settings, notary: NotaryClient) -> Cosigning:
    """As the settings have it."""
    return Cosigning(notary, settings.witnesses_folder, posting(witness_client(settings.keys_folder)))


VKEY = "witness.vkey"


def own_rewound(settings: Settings) -> Rewound | None:
    """Whether the witness that is run here was put back since it has its key.

    Raises:
        StateError: what it says of it can't be read.
    """
    if not settings.witness_name:
        return None
    try:
        key = public_text(VKEY)
    except KeyFileError:
        return None
    return read_rewound(settings.witness_folder / "evidence", key)


def look(now: datetime) -> Iterator[Condition]:
    """What is so."""
    settings = get_settings()
    try:
        own = own_rewound(settings)
    except StateError as error:
        raise CannotTell from error
    if own is not None:
        facts = {"seen_size": own.signed, "shown_size": own.kept}
        at = min(now, datetime.fromtimestamp(own.at, UTC))
        yield Condition(WITNESS_REWOUND, "witness:own", settings.witness_name, at, facts)
    for name, outcome in outcomes().items():
        if outcome.why is CosignWhy.FORGOT:
            yield Condition(WITNESS_REWOUND, f"witness:above:{name}"[:200], name[:200], min(now, outcome.at), {})


SOURCE = ConditionSource("rewound witnesses", (WITNESS_REWOUND,), look)
