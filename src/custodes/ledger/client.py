"""The notary's client: blocking calls over its Unix socket (wire.md §6), for the web and for the node's outbox thread.

Call it outside database transactions. `append` and `grant` may be repeated with the same record ids: the notary answers
with the first index.
"""

from __future__ import annotations

import json
import socket
import threading
from base64 import b64decode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from uuid import UUID

from custodes.ledger.records import Grant, Record, RecordError, encode_record, record_of

MAX_FRAME_BYTES = 16 << 20
MAX_RECORDS = 10_000
MAX_PROVEN = 200
"""Records that are proved at once: a proof of a large log is 2 kB."""


class NotaryUnavailable(Exception):
    """The notary could not be reached, was too slow, or is stopping: nothing is known about the call. Fail closed."""


class NotaryRefused(Exception):
    """The notary answered no; sending the same again will not help.

    Attributes:
        code: ``forbidden``, ``bad_request`` or ``unproven``.
        detail: what was wrong, for a log line.
    """

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail


@dataclass(frozen=True, slots=True)
class GrantAnswer:
    """What `grant` gives.

    Attributes:
        index: ledger index of the grant's record, durable.
        tokens: one compact JWS for each token asked for.
    """

    index: int
    tokens: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NotaryStatus:
    """The notary's own account of itself.

    Attributes:
        origin: of the log.
        size: durable entries.
        checkpoint_size: entries under the last signed checkpoint.
        separated: notary, web and node run as three different OS users.
        vkey: the log's verifier key.
        cosigned: what each witness of the log cosigned last.
    """

    origin: str
    size: int
    checkpoint_size: int
    separated: bool
    vkey: str
    cosigned: tuple[LastCosignature, ...] = ()


@dataclass(frozen=True, slots=True)
class LastCosignature:
    """A witness's last cosignature, verified by the notary.

    Attributes:
        name: of the witness.
        size: entries under the checkpoint that it cosigned; 0 where it has cosigned none.
        at: seconds since the Unix epoch, by the witness's clock.
    """

    name: str
    size: int
    at: int


@dataclass(frozen=True, slots=True)
class LogGrowth:
    """The last signed checkpoint, and what proves that it extends a smaller tree.

    Attributes:
        size: of the checkpoint.
        note: it, verbatim.
        proof: consistency proof; None where the smaller tree is not smaller: whoever has it has seen more than this log holds.
    """

    size: int
    note: str
    proof: tuple[bytes, ...] | None


@dataclass(frozen=True, slots=True)
class LoggedEntry:
    """One entry with its record.

    Attributes:
        index: in the log.
        entry: the entry, ``{"v", "t", "at", "c"}``.
        record: the record, or None when it has been deleted lawfully.
    """

    index: int
    entry: dict[str, Any]
    record: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class ProvenEntry:
    """A record with all that proves it to a stranger.

    Attributes:
        index: in the log.
        entry: the leaf.
        record, salt: what the leaf commits to.
        proof: ``tlog-proof@v1``; None while no checkpoint covers the entry.
    """

    index: int
    entry: bytes
    record: bytes
    salt: bytes
    proof: str | None


class NotaryClient:
    """One connection to the notary, opened when needed; safe to share between threads (calls take turns)."""

    def __init__(self, path: Path, timeout: float = 5.0) -> None:
        """
        Args:
            path: the notary's socket (`Settings.notary_socket_path`).
            timeout: seconds for one whole answer.
        """
        self._path = path
        self._timeout = timeout
        self._lock = threading.Lock()
        self._socket: socket.socket | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection; the next call opens a new one."""
        with self._lock:
            self._drop()

    def append(self, records: Sequence[Record | Mapping[str, Any]]) -> list[int]:
        """Append records; returns their indices once they are durable.

        Args:
            records: at most `MAX_RECORDS` at once; a mapping is checked as `records.record_of` does.

        Raises:
            NotaryUnavailable, NotaryRefused.
        """
        if not records:
            return []
        body = b'{"op":"append","records":[' + b",".join(map(_encoded, records)) + b"]}"
        return [int(index) for index in self._call(body)["indices"]]

    def grant(self, record: Grant, tokens: Sequence[Mapping[str, Any]]) -> GrantAnswer:
        """Record a grant, then get its tokens.

        Args:
            record: the grant's record.
            tokens: claims of each token without ``index``, ``iat`` and ``exp``, as JSON values.

        Raises:
            NotaryUnavailable, NotaryRefused.
        """
        body = b'{"op":"grant","record":' + _encoded(record) + b',"tokens":' + _dump(list(tokens)) + b"}"
        answer = self._call(body)
        return GrantAnswer(int(answer["index"]), tuple(answer["tokens"]))

    def renew(self, grant: UUID, tokens: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
        """Fresh tokens under a recorded grant; writes no entry.

        Raises:
            NotaryUnavailable, NotaryRefused: no such grant, revoked, or the claims go beyond it.
        """
        return tuple(self._call(_dump({"op": "renew", "grant": str(grant), "tokens": list(tokens)}))["tokens"])

    def status(self) -> NotaryStatus:
        """Raises: NotaryUnavailable, NotaryRefused."""
        answer = self._call(_dump({"op": "status"}))
        cosigned = tuple(LastCosignature(one["name"], one["size"], one["at"]) for one in answer.get("cosigned", ()))
        return NotaryStatus(
            answer["origin"], answer["size"], answer["checkpoint_size"], answer["separated"], answer["vkey"], cosigned
        )

    def consistency(self, old: int) -> LogGrowth:
        """The last signed checkpoint, to be cosigned, and the proof that it extends the tree of the first `old` entries.

        Raises:
            NotaryUnavailable, NotaryRefused: ``unproven`` when none has been signed yet.
        """
        answer = self._call(_dump({"op": "consistency", "old": old}))
        proof = answer["proof"]
        return LogGrowth(
            int(answer["size"]), str(answer["note"]), None if proof is None else tuple(map(b64decode, proof))
        )

    def cosigned(self, note: str, lines: Sequence[str]) -> int:
        """Hand in cosignatures of a checkpoint that `consistency` gave; how many are of witnesses that the notary knows.

        Args:
            note: the checkpoint.
            lines: signature lines, without newlines.

        Raises:
            NotaryUnavailable, NotaryRefused: a line does not verify.
        """
        text = note.partition("\n\n")[0]
        return int(self._call(_dump({"op": "cosigned", "text": text, "lines": list(lines)}))["kept"])

    def entries(self, start: int, count: int) -> list[LoggedEntry]:
        """Entries from `start`, at most `count` and at most 1,000; fewer at the end of the log.

        Raises:
            NotaryUnavailable, NotaryRefused.
        """
        answer = self._call(_dump({"op": "entries", "start": start, "count": count}))
        return [LoggedEntry(item["index"], item["entry"], item["record"]) for item in answer["entries"]]

    def checkpoint(self) -> str:
        """The last signed checkpoint, a C2SP note.

        Raises:
            NotaryUnavailable, NotaryRefused: ``unproven`` when none has been signed yet.
        """
        return str(self._call(_dump({"op": "checkpoint"}))["note"])

    def proof(self, index: int) -> str:
        """A ``tlog-proof@v1`` for one entry.

        Raises:
            NotaryUnavailable, NotaryRefused: ``unproven`` when no checkpoint covers it yet.
        """
        return str(self._call(_dump({"op": "proof", "index": index}))["proof"])

    def proven(self, ids: Sequence[UUID]) -> list[ProvenEntry | None]:
        """Records with all that proves them to a stranger, in the order of their ids; None where there is no such record.

        Args:
            ids: of records, at most `MAX_PROVEN`.

        Raises:
            NotaryUnavailable, NotaryRefused.
        """
        if not ids:
            return []
        answer = self._call(_dump({"op": "proven", "ids": [str(one) for one in ids]}))
        return [
            None
            if one is None
            else ProvenEntry(
                one["index"], one["entry"].encode(), one["record"].encode(), bytes.fromhex(one["salt"]), one["proof"]
            )
            for one in answer["proven"]
        ]

    def _call(self, body: bytes) -> dict[str, Any]:
        if len(body) > MAX_FRAME_BYTES:
            raise NotaryRefused("bad_request", f"the request is larger than {MAX_FRAME_BYTES} bytes")
        # Whoever waits for a turn waits no longer than for an answer: behind a notary that hangs, calls would queue up
        # and each page take as long as all before it together.
        if not self._lock.acquire(timeout=self._timeout):
            raise NotaryUnavailable("earlier calls still wait for the notary")
        try:
            answer = self._turn(body)
        finally:
            self._lock.release()
        if "error" in answer:
            code, detail = str(answer["error"]), str(answer.get("detail", ""))
            if code == "unavailable":
                raise NotaryUnavailable(detail)
            raise NotaryRefused(code, detail)
        return answer

    def _turn(self, body: bytes) -> dict[str, Any]:
        fresh = self._socket is None
        try:
            return self._exchange(body)
        except TimeoutError as error:
            self._drop()
            raise NotaryUnavailable("the notary did not answer in time") from error
        except (OSError, EOFError, ValueError) as error:
            self._drop()
            if fresh:
                raise NotaryUnavailable(f"the notary can't be reached: {error}") from error
            # A kept connection that the notary closed since (it restarted): every op may be sent again.
            return self._again(body)

    def _again(self, body: bytes) -> dict[str, Any]:
        try:
            return self._exchange(body)
        except (OSError, EOFError, ValueError) as error:
            self._drop()
            raise NotaryUnavailable(f"the notary can't be reached: {error}") from error

    def _exchange(self, body: bytes) -> dict[str, Any]:
        if self._socket is None:
            connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            connection.settimeout(self._timeout)
            try:
                connection.connect(str(self._path))
            except BaseException:
                connection.close()
                raise
            self._socket = connection
        self._socket.sendall(len(body).to_bytes(4) + body)
        length = int.from_bytes(self._receive(self._socket, 4))
        if length > MAX_FRAME_BYTES:
            raise ValueError("the answer is too large")
        answer = json.loads(self._receive(self._socket, length))
        if not isinstance(answer, dict):
            raise ValueError("the answer is not an object")
        return answer

    def _drop(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    @staticmethod
    def _receive(connection: socket.socket, length: int) -> bytes:
        data = bytearray()
        while len(data) < length:
            part = connection.recv(length - len(data))
            if not part:
                raise EOFError("the notary closed the connection")
            data += part
        return bytes(data)


def _encoded(record: Record | Mapping[str, Any]) -> bytes:
    try:
        return encode_record(record if isinstance(record, Record) else record_of(record))
    except RecordError as error:
        raise NotaryRefused("bad_request", str(error)) from error


def _dump(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
