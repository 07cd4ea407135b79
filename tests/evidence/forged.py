"""Packages that whoever holds the key for packages could make, or anybody who knows the format: none of them may be proven."""

from __future__ import annotations

import functools
import hashlib
import io
import json
import uuid
import zipfile
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from custodes.evidence.manifest import NOTE_HEADER
from custodes.evidence.writing import write
from custodes.ledger import canonical
from custodes.ledger.checkpoint import cosign, parse_proof, verifier_of
from custodes.ledger.merkle import leaf_hashes, tree_root
from custodes.ledger.note import parse_note
from custodes.ledger.records import Record
from custodes.video.mp4.fragment import Sample, fragment
from tests.evidence.made import (
    FRAGMENTS,
    INIT,
    PACKAGE,
    PACKER,
    SECOND,
    SPAN,
    WITNESS,
    Segment,
    leave,
    listed,
    outage,
    package,
    part,
    prove,
    rewritten,
    segment,
)
from tests.ledger.madelog import CAMERA, START_US, grant

Change = Callable[[dict[str, Any]], object]


@functools.cache
def whole() -> bytes:
    """The honest package."""
    return b"".join(write(package(), PACKER))


def resigned(
    change: Change | None = None, files: dict[str, bytes] | None = None, told: Callable[[bytes], bytes] | None = None
) -> bytes:
    """The package with other files and another list, hashed and signed anew by the key for packages.

    Args:
        change: of the list's value; runs after the hashes were taken.
        told: of the list's bytes, for what no value can say.
    """
    honest, files = whole(), files or {}
    with zipfile.ZipFile(io.BytesIO(honest)) as archive:
        here = {name: archive.read(name) for name in archive.namelist()}
    value = json.loads(here["manifest.json"])
    for row in value["files"]:
        data = files.get(row["name"], here[row["name"]])
        row |= {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    if change is not None:
        change(value)
    data = canonical.encode(value)
    if told is not None:
        data = told(data)
    text = f"{NOTE_HEADER}\n{value['package']}\n{len(data)}\n{hashlib.sha256(data).hexdigest()}\n"
    new = {"manifest.json": data, "manifest.note": str(PACKER.sign(text)).encode()}
    return rewritten(honest, {**files, **new})


def without(*numbers: int, change: Change | None = None, honest: bytes | None = None) -> bytes:
    """Pieces of footage left out, from 0, and the list signed anew: what whoever holds the key for packages can do alone."""
    honest = honest or whole()
    with zipfile.ZipFile(io.BytesIO(honest)) as archive:
        value = json.loads(archive.read("manifest.json"))
    names = {value["parts"][number]["file"] for number in numbers}
    value["parts"] = [row for row in value["parts"] if row["file"] not in names]
    value["files"] = [row for row in value["files"] if row["name"] not in names]
    if change is not None:
        change(value)
    return signed_list(honest, value, dict.fromkeys(names))


def signed_list(honest: bytes, value: dict[str, Any], files: dict[str, bytes | None]) -> bytes:
    """The package with another list, signed, and other files."""
    data = canonical.encode(value)
    text = f"{NOTE_HEADER}\n{value['package']}\n{len(data)}\n{hashlib.sha256(data).hexdigest()}\n"
    return rewritten(honest, {**files, "manifest.json": data, "manifest.note": str(PACKER.sign(text)).encode()})


def older(value: dict[str, Any]) -> None:
    """The list as it was before the log was told what is in a package."""
    value["format"] = "custodes-evidence/1"
    for name in ("asked", "gaps", "holes", "listed"):
        del value[name]


def shortened() -> bytes:
    """The last fragment of the last piece left out: no longer than what cutting to whole fragments leaves out at an end."""
    honest = whole()
    with zipfile.ZipFile(io.BytesIO(honest)) as archive:
        value = json.loads(archive.read("manifest.json"))
        row = value["parts"][-1]
        data = archive.read(row["file"])[: -row["sizes"].pop()]
    row["to_us"] -= SECOND
    file = next(one for one in value["files"] if one["name"] == row["file"])
    file |= {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    value["holes"] = [hole(row["to_us"], row["to_us"] + SECOND, "trimmed")]
    return signed_list(honest, value, {row["file"]: data})


def hole(from_us: int, to_us: int, why: str, reason: str = "") -> dict[str, Any]:
    """A row of the list's holes."""
    return {"camera": str(CAMERA), "from_us": from_us, "to_us": to_us, "why": why, "reason": reason}


@functools.cache
def incomplete() -> dict[str, bytes]:
    """Packages whose pieces are all proven, and from which something is missing that nobody explained."""
    middle = (START_US + 6 * SECOND, START_US + 12 * SECOND)
    explained = b"".join(write(package(numbers=(0, 2), why=[outage(6, 12)]), PACKER))
    return {
        "the middle left out": without(1),
        "the middle left out and the hole told": without(1, change=lambda told: told.update(holes=[hole(*middle, "")])),
        "the middle left out and called an outage": without(
            1, change=lambda told: told.update(holes=[hole(*middle, "gap", "network")])
        ),
        "the first left out": without(0),
        "the last left out": without(2),
        "all but one left out": without(0, 2),
        "a fragment left out at the end": shortened(),
        "the middle left out, in the older form": without(1, change=older),
        "the record of an outage left out": without(honest=explained, change=lambda told: told.update(gaps=[])),
        "an outage that is not all of the hole": b"".join(write(package(numbers=(0, 2), why=[outage(6, 9)]), PACKER)),
        "an outage of another camera": b"".join(
            write(package(numbers=(0, 2), why=[outage(6, 12, camera=uuid.UUID(int=8))]), PACKER)
        ),
        "a hole that nobody knows of": b"".join(write(package(numbers=(0, 2)), PACKER)),
        "another span said to be asked": resigned(lambda told: told.update(asked=[SPAN[0] + SECOND, SPAN[1]])),
    }


def repacked(way: int = zipfile.ZIP_DEFLATED, folder: str = "", change: dict[str, bytes | None] | None = None) -> bytes:
    """The honest package unzipped and zipped again by another program, in another order."""
    out, change = io.BytesIO(), change or {}
    with zipfile.ZipFile(io.BytesIO(whole())) as archive, zipfile.ZipFile(out, "w", way) as again:
        if folder:
            again.mkdir(folder.rstrip("/"))
        for name in sorted(archive.namelist()):
            data = change.get(name, archive.read(name))
            if data is not None:
                again.writestr(folder + name, data)
        for name in change.keys() - set(archive.namelist()):
            again.writestr(folder + name, change[name] or b"")
    return out.getvalue()


def with_file(name: str, data: bytes, before: str) -> bytes:
    """The package with one file more, listed and signed."""
    honest = resigned(
        lambda told: told["files"].insert(
            [row["name"] for row in told["files"]].index(before),
            {"name": name, "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()},
        )
    )
    with zipfile.ZipFile(io.BytesIO(honest)) as archive:
        names = archive.namelist()
    names.insert(names.index(before), name)
    return rewritten(honest, {name: data}, order=names)


def beyond(end_said: int) -> bytes:
    """A fragment more than the leave covers, its end said as if it were within."""
    segments = [segment(number) for number in range(3)]
    records: list[Record] = [leave(span=SPAN), *(one.record for one in segments)]
    proven = prove(records)
    parts = [part(one, sealed, SPAN) for one, sealed in zip(segments, proven[1:4], strict=True)]
    more = part(segments[2], proven[3], (SPAN[0], SPAN[1] + SECOND))
    parts[2] = replace(more, to_us=end_said)
    return b"".join(write(replace(package(), grant=proven[0], parts=tuple(parts), chain=()), PACKER))


def stepped() -> bytes:
    """A segment whose clock was two hours ahead in its middle: those fragments are not of the leave's time."""
    fragments = []
    for second, at in enumerate((0, 1, 7200, 7201, 4, 5)):
        datas = [bytes([second, picture]) * 40 for picture in range(5)]
        samples = [Sample(len(data), 18_000, 0, not place) for place, data in enumerate(datas)]
        fragments.append(fragment(second + 1, second * 90_000, samples, datas, START_US + at * SECOND))
    made = Segment(0, tuple(fragments), CAMERA)
    span = (START_US, START_US + FRAGMENTS * SECOND)
    given = leave(span=span)
    before = prove([given, made.record])
    proven = prove([given, made.record, listed(given, [part(made, before[1], span)], before[0])])
    parts = (part(made, proven[1], span),)
    return b"".join(write(replace(package(), grant=proven[0], parts=parts, listed=proven[2], chain=()), PACKER))


def leave_of(**changes: object) -> bytes:
    """A package that rests on a leave that does not cover it."""
    segments = [segment(number) for number in range(3)]
    proven = prove([leave(span=SPAN, **changes), *(one.record for one in segments)])
    parts = tuple(part(one, sealed, SPAN) for one, sealed in zip(segments, proven[1:4], strict=True))
    return b"".join(write(replace(package(), grant=proven[0], parts=parts, chain=()), PACKER))


def other_list() -> bytes:
    """A package whose list names another package's record of what is in it."""
    made = package()
    return b"".join(write(replace(made, id=uuid.UUID(int=PACKAGE.int + 1)), PACKER))


def to_look() -> bytes:
    """A package that rests on leave to look, which is no leave to hand out."""
    segments = [segment(number) for number in range(3)]
    proven = prove([grant(span=SPAN, live=False, back_seconds=0), *(one.record for one in segments)])
    parts = tuple(part(one, sealed, SPAN) for one, sealed in zip(segments, proven[1:4], strict=True))
    made = replace(package(), parts=parts, chain=())
    object.__setattr__(made, "grant", proven[0])  # the program itself makes none
    return b"".join(write(made, PACKER))


def swapped_root() -> bytes:
    """Other footage under the list's own hashes, which are not those that were sealed."""

    def change(told: dict[str, Any]) -> None:
        told["parts"][1]["leaves"][1:] = [leaf.hex() for leaf in leaf_hashes([b"x" * 9] * FRAGMENTS)]

    assert tree_root(leaf_hashes([INIT, b"x"]))
    return resigned(change)


def noted(more: str) -> bytes:
    """Lines behind the signature of the list, which nobody signs."""
    honest = whole()
    with zipfile.ZipFile(io.BytesIO(honest)) as archive:
        note = archive.read("manifest.note").decode()
        last = note.splitlines(keepends=True)[-1]
    return rewritten(honest, {"manifest.note": (note + (last if more == "again" else more)).encode()})


def first(told: dict[str, Any]) -> dict[str, Any]:
    row: dict[str, Any] = told["parts"][0]
    return row


def text_of(name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(whole())) as archive:
        return archive.read(name).decode()


def replaced(name: str, old: str, new: str) -> bytes:
    """One text of a file for another, listed and signed."""
    before = text_of(name)
    assert old in before
    return resigned(files={name: before.replace(old, new, 1).encode()})


def timeless() -> bytes:
    """A proof that the witness's own key cosigned, at a time past all calendars."""
    proof = text_of("proofs/0001.tlog-proof")
    return (
        proof + cosign(parse_note(parse_proof(proof).note).text, "witness.example/w1", WITNESS, 2**62).line()
    ).encode()


@functools.cache
def cases() -> dict[str, bytes]:
    """All of them, by what is wrong."""
    chain = text_of("chain.jsonl")
    line = chain.splitlines()[0]
    record = json.loads(text_of("proofs/0001.json"))
    deep = b"[" * 200_000
    return {
        "a fragment beyond the leave, its end said to be within": beyond(SPAN[1]),
        "a fragment beyond the leave, honestly said": beyond(SPAN[1] + SECOND),
        "fragments of another time in the middle": stepped(),
        "leave to look": to_look(),
        "a camera outside of the leave": leave_of(cameras=(uuid.UUID(int=8),)),
        "other footage under hashes of its own": swapped_root(),
        "a signature line of nobody": noted("\u2014 evil.example aGlkZGVuIHdvcmRz\n"),
        "a signature line without a name": noted("\u2014  aGlkZGVuIHdvcmRz\n"),
        "the signature twice": noted("again"),
        "words behind the chain": resigned(files={"chain.jsonl": (chain + '{"proof":"x"}').encode()}),
        "a chain of words alone": resigned(lambda told: told.update(chain=[]), {"chain.jsonl": b"nothing was done"}),
        "a false record before the true one": resigned(
            files={"chain.jsonl": chain.replace('"record":', '"record":{},"record":', 1).encode()}
        ),
        "a word more in a line of the chain": resigned(files={"chain.jsonl": chain.replace(line, line[:-1] + ',"x":1}', 1).encode()}),
        "a number as a boolean": resigned(lambda told: first(told).update(first=False)),
        "a negative number": resigned(lambda told: first(told).update(first=-1)),
        "a number beyond all segments": resigned(lambda told: first(told).update(first=10**9)),
        "hashes in capitals": resigned(lambda told: first(told).update(leaves=[one.upper() for one in first(told)["leaves"]])),
        "sizes that differ": resigned(lambda told: first(told).update(sizes=[1, *first(told)["sizes"][1:]])),
        "a size of nothing": resigned(lambda told: first(told).update(sizes=[])),
        "another proof": resigned(lambda told: first(told).update(proof="proofs/0002")),
        "the grant as footage": resigned(lambda told: first(told).update(proof="proofs/0000")),
        "another beginning": resigned(lambda told: first(told).update(from_us=first(told)["from_us"] + 5)),
        "another end": resigned(lambda told: first(told).update(to_us=first(told)["to_us"] - 5000)),
        "another camera": resigned(lambda told: first(told).update(camera=str(uuid.UUID(int=8)))),
        "no footage told": resigned(lambda told: told.update(parts=[])),
        "a file told twice": resigned(lambda told: told["files"].append(told["files"][0])),
        "a file without its hash": resigned(lambda told: told["files"][0].pop("sha256")),
        "a word more in the list": resigned(lambda told: told.update(more=1)),
        "another version": resigned(lambda told: told.update(format="custodes-evidence/3")),
        "a word more in a list of the older form": resigned(lambda told: told.update(format="custodes-evidence/1")),
        "no record of what is in it": resigned(lambda told: told.update(listed="proofs/0005")),
        "the record of what is in another package": other_list(),
        "footage as a reason": resigned(lambda told: told.update(gaps=["proofs/0001"])),
        "a hole of no form": resigned(lambda told: told.update(holes=[{}])),
        "repacked with another record": repacked(change={"proofs/0001.json": b"{}"}),
        "repacked with other footage": repacked(change={"media/0001-C0001-20261118T110642Z.mp4": b"x"}),
        "repacked without a file": repacked(change={"docs/01-list.pdf": None}),
        "repacked with a file more": repacked(change={"docs/09-more.pdf": b"x"}),
        "another grant": resigned(lambda told: told.update(grant="proofs/0001")),
        "a day that does not exist": resigned(lambda told: told.update(made="2026-02-30T00:00:00.000000Z")),
        "a day long ago": resigned(lambda told: told.update(made="1970-01-01T00:00:00.000000Z")),
        "the end of days": resigned(lambda told: told.update(made="9999-12-31T23:59:59.000000Z")),
        "a list with spaces": resigned(told=lambda listed: listed.replace(b":", b": ", 1)),
        "a list with a key twice": resigned(told=lambda listed: b'{"chain":[],' + listed[1:]),
        "a number with a point": resigned(told=lambda listed: listed.replace(b'"first":0', b'"first":0.0').replace(b'"first":2', b'"first":2.0')),
        "minus nothing": resigned(told=lambda listed: listed.replace(b'"first":0', b'"first":-0').replace(b'"first":2', b'"first":2e0')),
        "a lone surrogate": resigned(told=lambda listed: listed.replace("城关区公安分局".encode(), rb"\ud800")),
        "a list without end": resigned(told=lambda listed: deep),
        "a record without end": resigned(files={"proofs/0001.json": deep}),
        "a chain without end": resigned(files={"chain.jsonl": deep}),
        "a salt with spaces": replaced("proofs/0001.json", record["salt"], record["salt"][:2] + " " + record["salt"][2:]),
        "a record twice": replaced("proofs/0001.json", '"record":', '"record":"{}","record":'),
        "an index with a sign": replaced("proofs/0001.tlog-proof", "index 1", "index +1"),
        "an index with a nought": replaced("proofs/0001.tlog-proof", "index 1", "index 01"),
        "another index": replaced("proofs/0001.tlog-proof", "index 1", "index 2"),
        "a proof of something else": resigned(files={"proofs/0001.tlog-proof": text_of("proofs/0002.tlog-proof").encode()}),
        "a cosignature of a time that no clock shows": resigned(files={"proofs/0001.tlog-proof": timeless()}),
        "a witness among the keys": resigned(
            files={"trust/keys.txt": (text_of("trust/keys.txt") + str(verifier_of("witness.example/w1", WITNESS)) + "\n").encode()}
        ),
        "a file that climbs": with_file("docs/../../../evil.bat", b"x", "trust/keys.txt"),
        "footage among the documents": with_file("docs/03.mp4", INIT, "trust/keys.txt"),
        "footage that nothing proves": with_file("media/0004-C0001-20261118T110652Z.mp4", INIT, "proofs/0000.json"),
    }  # fmt: skip
