"""What the notary answers to each request; no socket in here."""

from __future__ import annotations

import asyncio
import sqlite3
from base64 import b64encode
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from uuid import UUID

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from custodes.ledger.checkpoint import Proof
from custodes.ledger.tiles import TileError, TileTree
from custodes.notary.entry_reader import EntryReader, RecordedGrant
from custodes.traces import span
from custodes.video.clock import HostClock

from .appender import GroupAppender
from .cosigned import LogCosignatures
from .grants import check_record, check_within, sign_claims
from .peers import Role, check_allowed
from .protocol import (
    AnyRequest,
    AppendRequest,
    ConsistencyRequest,
    CosignedRequest,
    EntriesRequest,
    GrantRequest,
    NotaryRefused,
    ProofRequest,
    ProvenRequest,
    RenewRequest,
    StatusRequest,
    TokenClaims,
    error_answer,
    parse_request,
)
from .recovery import OpenLog
from .signing import Published


@dataclass(frozen=True, slots=True)
class Identity:
    """What `status` says besides sizes.

    Attributes:
        origin, vkey: of the log.
        separated: whether notary, web and node are different OS users.
    """

    origin: str
    vkey: str
    separated: bool


class NotaryService:
    """Answers requests. Reading happens in a thread of its own, so that a slow disk never stops the socket."""

    def __init__(
        self,
        log: OpenLog,
        tree: TileTree,
        appender: GroupAppender,
        grant_key: Ed25519PrivateKey,
        grant_seconds: int,
        identity: Identity,
        clock: HostClock,
        cosigned: LogCosignatures,
        publishing: Executor,
        reached: Callable[[str], None] = lambda _: None,
    ) -> None:
        """
        Args:
            tree: for proofs, over the ledger folder; used by the reading thread alone.
            grant_seconds: life of a token.
            cosigned: the log's cosignatures.
            publishing: the thread in which the publisher is used.
            reached: told the steps of a grant, for tests that stop there.
        """
        self._log = log
        self._tree = tree
        self._appender = appender
        self._grant_key = grant_key
        self._grant_seconds = grant_seconds
        self._identity = identity
        self._clock = clock
        self._cosigned = cosigned
        self._publishing = publishing
        self._reached = reached
        self._reading = ThreadPoolExecutor(1, "reading")

    def close(self) -> None:
        """End the reading thread."""
        self._reading.shutdown()

    async def answer(self, roles: frozenset[Role], body: bytes) -> bytes:
        """The answer to one request body; never raises for what a peer sent."""
        try:
            request = parse_request(body)
            check_allowed(roles, request)
            return await self._answer(request)
        except NotaryRefused as refused:
            return error_answer(refused)
        except (TileError, OSError, sqlite3.Error) as error:
            return error_answer(NotaryRefused("unavailable", f"the log could not be read: {type(error).__name__}"))

    async def _answer(self, request: AnyRequest) -> bytes:
        if isinstance(request, AppendRequest):
            indices = await self._appender.append(request.records) if request.records else []
            return msgspec.json.encode({"indices": indices})
        if isinstance(request, GrantRequest):
            with span("notary.grant", grant=request.record.grant, custodes_cameras=len(request.record.cameras)):
                return await self._grant(request)
        if isinstance(request, RenewRequest):
            return await self._renew(request)
        if isinstance(request, StatusRequest):
            return msgspec.json.encode(self._status())
        if isinstance(request, EntriesRequest):
            return await self._read(self._entries, request.start, request.count)
        if isinstance(request, ProofRequest):
            return await self._read(self._proof, request.index)
        if isinstance(request, ProvenRequest):
            return await asyncio.get_running_loop().run_in_executor(self._reading, self._proven, request.ids)
        if isinstance(request, ConsistencyRequest):
            return await self._read(self._consistency, request.old)
        if isinstance(request, CosignedRequest):
            taking = asyncio.get_running_loop().run_in_executor(
                self._publishing, self._cosigned.take, request.text, request.lines
            )
            return msgspec.json.encode({"kept": await taking})
        return msgspec.json.encode({"note": self._published().note})

    def _published(self) -> Published:
        published = self._log.publisher.published
        if published is None:
            raise NotaryRefused("unproven", "no checkpoint has been signed yet")
        return published

    def _consistency(self, old: int) -> bytes:
        """The last checkpoint and what proves to a witness that it extends what that saw; no proof for one who saw more."""
        published = self._published()
        self._cosigned.offer(published)
        self._tree.size = published.size
        proof = None if old > published.size else [b64encode(one).decode() for one in self._tree.consistency(old)]
        return msgspec.json.encode({"size": published.size, "note": published.note, "proof": proof})

    async def _read(self, call: Callable[..., bytes], *arguments: int) -> bytes:
        return await asyncio.get_running_loop().run_in_executor(self._reading, call, *arguments)

    async def _grant(self, request: GrantRequest) -> bytes:
        if request.record.still and (len(request.tokens) != 1 or len(request.record.cameras) != 1):
            raise NotaryRefused("bad_request", "a grant of one still is for one camera and has one token")
        check_record(request.record)
        for claims in request.tokens:
            check_within(claims, request.record)
        (index,) = await self._appender.append([request.record])
        self._reached("grant.durable")
        # What is signed is what is on record: a repeated id answers with the record of the first time.
        granted = await self._granted(request.record.grant)
        if granted.index != index:
            raise NotaryRefused("bad_request", "the record id belongs to another record")
        return msgspec.json.encode({"index": index, "tokens": self._sign(granted, request.tokens)})

    async def _renew(self, request: RenewRequest) -> bytes:
        granted = await self._granted(request.grant)
        if granted.record.still:
            raise NotaryRefused("forbidden", "a grant of one still is not renewed")
        return msgspec.json.encode({"tokens": self._sign(granted, request.tokens)})

    async def _granted(self, grant: UUID) -> RecordedGrant:
        found = await asyncio.get_running_loop().run_in_executor(
            self._reading, EntryReader.granted, self._log.shelf, grant
        )
        if found is None:
            raise NotaryRefused("forbidden", "no such grant is on record here")
        if found.revoked:
            raise NotaryRefused("forbidden", "the grant has been revoked")
        return found

    def _sign(self, granted: RecordedGrant, tokens: Sequence[TokenClaims]) -> list[str]:
        check_record(granted.record)
        for claims in tokens:
            check_within(claims, granted.record)
        now = self._clock.wall_us() // 1_000_000
        return [sign_claims(claims, granted.index, now, self._grant_seconds, self._grant_key) for claims in tokens]

    def _status(self) -> dict[str, object]:
        published = self._log.publisher.published
        return {
            "origin": self._identity.origin,
            "size": self._log.store.size,
            "checkpoint_size": published.size if published else 0,
            "separated": self._identity.separated,
            "vkey": self._identity.vkey,
            "cosigned": self._cosigned.last(),
        }

    def _entries(self, start: int, count: int) -> bytes:
        rows = self._log.shelf.with_records(start, count)
        return msgspec.json.encode(
            {"entries": [{"index": i, "entry": _stored(i, e), "record": r and _stored(i, r)} for i, e, r in rows]}
        )

    def _proof(self, index: int) -> bytes:
        proof = self._proof_of(index)
        if proof is None:
            raise NotaryRefused("unproven", "no checkpoint covers this entry yet")
        return msgspec.json.encode({"proof": proof})

    def _proven(self, ids: Sequence[UUID]) -> bytes:
        """For each id what a stranger needs, as it is stored; None where there is no such record, or it was deleted lawfully."""
        found = self._log.shelf.by_id(ids)
        # Under one checkpoint they are one statement.
        newest = max((row.index for row in found.values()), default=0)
        return msgspec.json.encode(
            {
                "proven": [
                    {
                        "index": row.index,
                        "entry": row.entry.decode(),
                        "record": row.record.decode(),
                        "salt": row.salt.hex(),
                        "proof": self._proof_of(row.index, newest),
                    }
                    if (row := found.get(one)) is not None
                    else None
                    for one in ids
                ]
            }
        )

    def _proof_of(self, index: int, newest: int | None = None) -> str | None:
        """The proof under a checkpoint, cosigned where it can be, that covers the entry and `newest`; else under the last. None
        while that does not cover the entry.
        """
        published = self._cosigned.covering(index if newest is None else newest)
        if published is None or index >= published.size:
            return None
        self._tree.size = published.size
        return str(Proof(index, self._tree.inclusion(index), published.note))


def _stored(index: int, data: bytes) -> object:
    """JSON from the record book; damaged content must not become a damaged answer."""
    try:
        value: object = msgspec.json.decode(data)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise NotaryRefused("unavailable", f"entry {index} of the record book is damaged") from error
    return value
