"""A package is written as a stream, opens in any ZIP program, and is proven by the program that stands in it; anything that is changed,
removed, added or exchanged afterwards is found and named."""

from __future__ import annotations

import io
import json
import random
import re
import subprocess
import sys
import tracemalloc
import zipfile
from collections.abc import Callable
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import get_args

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from custodes.evidence import completeness, writing
from custodes.evidence.package import Cut, Package, PackageError, PackageFootage, PackagePart, Proven, cut
from custodes.evidence.readme import WHY
from custodes.evidence.verifiers import verify
from custodes.evidence.writing import write
from custodes.ledger import canonical
from custodes.ledger.entry import commit, encode_entry
from custodes.ledger.merkle import leaf_hashes, tree_root
from custodes.ledger.note import Signer
from custodes.ledger.records import GapReason, at_text
from tests.evidence.forged import cases, incomplete, older, repacked, without
from tests.evidence.made import PACKER, SECOND, SPAN, TRUST, deletion, outage, package, rewritten
from tests.ledger.madelog import ORIGIN, START_US


@pytest.fixture(scope="module")
def whole() -> bytes:
    return b"".join(write(package(), PACKER))


def checked(folder: Path, data: bytes, trust: str | None = TRUST) -> tuple[int, list[str]]:
    """Exit code of the verifier, and the files that it names as wrong."""
    path, keys = folder / "package.zip", folder / "keys.txt"
    path.write_bytes(data)
    keys.write_text(trust or "")
    out = io.StringIO()
    with path.open("rb") as file:
        trusted = verify.read_keys(trust, "keys.txt") if trust is not None else None
        try:
            check = verify.Check(verify.Container(file), trusted, lambda name: None)
        except verify.Wrong as found:
            return 1, [verify.plain(found.file)]
        check.run()
    code = verify.report(check, out)
    return code, [verify.plain(found.file) for found in check.wrong]  # as they are printed


def test_it_is_proven_with_keys_from_elsewhere_and_only_whole_with_its_own(whole: bytes, tmp_path: Path) -> None:
    assert checked(tmp_path, whole) == (0, [])
    assert checked(tmp_path, whole, None) == (3, [])


def test_the_program_in_the_package_runs_alone_and_says_what_is_proven_and_what_is_not(
    whole: bytes, tmp_path: Path
) -> None:
    path = tmp_path / "包.zip"
    path.write_bytes(whole)
    (tmp_path / "keys.txt").write_text(TRUST)
    with zipfile.ZipFile(path) as archive:
        archive.extract("verify.py", tmp_path)
    # -I and -S: nothing of this project, nothing that is installed.
    command = [sys.executable, "-I", "-S", "verify.py", path.name]
    proven = subprocess.run(
        [*command, "--trust", "keys.txt"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (proven.returncode, proven.stderr) == (0, "")
    for words in (
        "已证明",
        "不能证明",
        "NOT PROVEN by this",
        "大昭寺广场东口",
        "2026-11-18 19:06:42.000",
        "-1.2 ms",
        "witness.example/w1",
        "扎西",
    ):
        assert words in proven.stdout
    own = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert own.returncode == 3
    assert "警告" in own.stdout
    missing = subprocess.run([*command[:-1], "none.zip"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert missing.returncode == 2


@pytest.mark.parametrize("of_device", [frozenset(), frozenset({1}), frozenset({0, 1, 2})])
def test_what_a_device_recorded_itself_is_nowhere_said_to_be_sealed_when_it_was_recorded(
    tmp_path: Path, of_device: frozenset[int]
) -> None:
    path = tmp_path / "package.zip"
    path.write_bytes(b"".join(write(package(of_device=of_device), PACKER)))
    out = io.StringIO()
    with path.open("rb") as file:
        check = verify.Check(verify.Container(file), verify.read_keys(TRUST, "keys.txt"), lambda name: None)
        check.run()
    assert verify.report(check, out) == 0
    with zipfile.ZipFile(path) as archive:
        readme = archive.read("README.txt").decode("utf-8-sig")
    said = out.getvalue()
    assert said.count(verify.FROM_DEVICE[1]) == len(of_device)
    for text in (readme, said):
        assert ("录制时封存的原始字节" in text) is (not of_device)
        assert ("that were sealed when it was recorded" in text) is (not of_device)
        assert ("补入时才封存" in text) is bool(of_device)
    assert (f"其中 {len(of_device)} 段" in readme) is bool(of_device)


def test_both_programs_say_the_same_of_what_a_device_recorded_itself() -> None:
    page = files("custodes.evidence.verifiers").joinpath("verify.html").read_text(encoding="utf-8")
    for words in (verify.PROVEN, verify.PROVEN_LATER):
        for line in words.strip().split("\n")[:2]:
            assert line in page
    assert "? PROVEN_LATER : PROVEN" in page


def test_every_zip_program_opens_it_in_its_order(whole: bytes, tmp_path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
    assert names[0] == "README.txt"
    assert names[1:4] == [
        "media/0001-C0001-20261118T110642Z.mp4", "media/0002-C0001-20261118T110646Z.mp4", "media/0003-C0001-20261118T110652Z.mp4",
    ]  # fmt: skip
    assert names[4] == "manifest.json"
    assert names[-3:] == ["manifest.note", "verify.py", "verify.html"]
    (tmp_path / "package.zip").write_bytes(whole)
    subprocess.run(["unzip", "-tqq", "package.zip"], cwd=tmp_path, check=True)


def test_each_flipped_bit_is_found(whole: bytes, tmp_path: Path) -> None:
    """Bits of every file and of everything between files; a file's own bits are told by its name."""
    chance = random.Random(5)
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        rows = [
            (info.filename, info.header_offset + 30 + len(info.filename), info.file_size) for info in archive.infolist()
        ]
    inside = {at: name for name, start, size in rows for at in range(start, start + size)}
    places = [chance.randrange(start, start + size) for _name, start, size in rows for _ in range(3)]
    places += chance.sample(sorted(set(range(len(whole))) - inside.keys()), 250)
    for place in places:
        changed = bytearray(whole)
        changed[place] ^= 1 << chance.randrange(8)
        code, wrong = checked(tmp_path, bytes(changed))
        assert code == 1, f"byte {place} of {inside.get(place, 'the container')}"
        if place in inside:
            assert inside[place] in wrong, (inside[place], wrong)


@pytest.mark.parametrize("name", ["README.txt", "media/0002-C0001-20261118T110646Z.mp4", "proofs/0002.json", "proofs/0002.tlog-proof", "chain.jsonl", "docs/02-note.pdf", "verify.html"])  # fmt: skip
def test_a_file_that_is_removed_changed_or_added_is_named(whole: bytes, tmp_path: Path, name: str) -> None:
    assert name in checked(tmp_path, rewritten(whole, {name: None}))[1]
    assert name in checked(tmp_path, rewritten(whole, {name: b"other"}))[1]
    assert "docs/03-more.pdf" in checked(tmp_path, rewritten(whole, {}, {"docs/03-more.pdf": b"more"}))[1]


def test_exchanged_files_are_named(whole: bytes, tmp_path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        first, second = archive.namelist()[1:3]
        one, two = archive.read(first), archive.read(second)
    code, wrong = checked(tmp_path, rewritten(whole, {first: two, second: one}))
    assert code == 1
    assert {first, second} <= set(wrong)


def test_files_in_another_order_are_refused(whole: bytes, tmp_path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        names = archive.namelist()
    code, wrong = checked(tmp_path, rewritten(whole, {}, order=[names[2], names[1], *names[3:], names[0]]))
    assert (code, wrong) == (1, ["ZIP"])


def test_bytes_before_behind_and_cut_off_are_found(whole: bytes, tmp_path: Path) -> None:
    for data in (b"x" + whole, whole + b"x", whole[:-1], whole[: len(whole) // 2], b"", b"PK\5\6" + bytes(18)):
        assert checked(tmp_path, data)[0] == 1


def test_a_package_that_another_system_signed_is_refused(tmp_path: Path) -> None:
    forger = Signer(ORIGIN, Ed25519PrivateKey.from_private_bytes(b"f" * 32))
    packer = Signer(f"{ORIGIN}/packages", Ed25519PrivateKey.from_private_bytes(b"g" * 32))
    forged = package(signer=forger, keys=(forger.verifier, packer.verifier))
    code, wrong = checked(tmp_path, b"".join(write(forged, packer)))
    assert (code, wrong) == (1, ["manifest.note"])
    assert checked(tmp_path, b"".join(write(forged, packer)), None)[0] == 3, (
        "whole in itself, which is all its own keys can show"
    )


def test_who_signs_packages_can_sign_no_log(tmp_path: Path) -> None:
    """The web's key is trusted for packages; a log that it makes itself is none."""
    own = Signer(f"{ORIGIN}/packages", PACKER.key)
    forged = package(signer=own, keys=(own.verifier, PACKER.verifier))
    code, wrong = checked(tmp_path, b"".join(write(forged, PACKER)))
    assert code == 1
    assert "proofs/0000.tlog-proof" in wrong


@pytest.mark.parametrize(("from_us", "to_us"), [(SPAN[0] + 1, SPAN[1]), (SPAN[0], SPAN[1] - 1001)])
def test_what_goes_beyond_the_leave_is_named(tmp_path: Path, from_us: int, to_us: int) -> None:
    code, wrong = checked(tmp_path, b"".join(write(package(granted=(from_us, to_us)), PACKER)))
    assert code == 1
    assert wrong == [
        f"media/000{1 if from_us > SPAN[0] else 3}-C0001-{'20261118T110642' if from_us > SPAN[0] else '20261118T110652'}Z.mp4"
    ]


@pytest.mark.parametrize("name", sorted(cases()))
def test_no_forgery_is_proven(tmp_path: Path, name: str) -> None:
    """Made by who holds the key for packages, or by anybody: with keys from elsewhere and with those in the package."""
    forged = cases()[name]
    code, wrong = checked(tmp_path, forged)
    assert code == 1, name
    assert wrong
    assert checked(tmp_path, forged, None)[0] == 1


@pytest.mark.parametrize("name", sorted(incomplete()))
def test_footage_that_is_left_out_is_said(tmp_path: Path, name: str) -> None:
    """By who holds the key for packages: every piece that is there is proven, and the whole is not complete."""
    assert checked(tmp_path, incomplete()[name]) == (4, [])
    assert checked(tmp_path, incomplete()[name], None)[0] == 4
    assert "NOT COMPLETE" in said(tmp_path, incomplete()[name])


def said(folder: Path, data: bytes) -> str:
    """What the verifier prints."""
    path, out = folder / "package.zip", io.StringIO()
    path.write_bytes(data)
    with path.open("rb") as file:
        check = verify.Check(verify.Container(file), verify.read_keys(TRUST, "keys.txt"), lambda name: None)
        check.run()
        verify.report(check, out)
    return out.getvalue()


def test_the_hole_that_was_made_is_named(tmp_path: Path) -> None:
    text = said(tmp_path, without(1))
    assert "span asked: 2026-11-18 19:06:42.000 – 2026-11-18 19:06:55.000" in text
    assert "missing 2026-11-18 19:06:46.000 – 2026-11-18 19:06:52.000（6.000 秒 s）：未说明原因 unexplained" in text
    assert "3 pieces there, 2 here" in text


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (lambda: package(numbers=(0, 2), why=[outage(6, 12)]), ["6.000 秒 s）：没有录像，有存证记录", "network 网络中断"]),
        (lambda: package(numbers=(0, 2), why=[deletion(0, 12)]), ["6.000 秒 s）：已依规删除", "retention"]),
        (lambda: package(numbers=(0, 2), why=[outage(6, 9), deletion(9, 12)]), ["3.000 秒 s）：没有录像", "3.000 秒 s）：已依规删除"]),
        (lambda: package((SPAN[0] + 100_000, SPAN[1])), ["19:06:42.100", "（0.900 秒 s）：按视频片段向内裁切"]),
        (lambda: package((SPAN[0], SPAN[1] + 999_000)), ["（0.999 秒 s）：按视频片段向内裁切"]),
    ],
)  # fmt: skip
def test_what_is_missing_for_a_reason_is_said_with_it_everywhere(
    tmp_path: Path, made: Callable[[], Package], words: list[str]
) -> None:
    data = b"".join(write(made(), PACKER))
    assert checked(tmp_path, data) == (0, [])
    text = said(tmp_path, data)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        first = archive.read("README.txt").decode("utf-8-sig")
        told = json.loads(archive.read("manifest.json"))
    for word in words:
        assert word in text
    assert "COMPLETE: nothing of the span is missing without a reason" in text
    assert told["holes"]
    assert told["asked"] == list(completeness.span_of(made().grant))
    for one in told["holes"]:
        assert f"（{(one['to_us'] - one['from_us']) / 1_000_000:.3f} 秒 s）：{WHY[one['why']]}" in first


def test_cutting_inward_explains_no_more_than_it_leaves_out() -> None:
    """Three seconds before a picture that can be shown alone, within one segment; not four seconds of a segment that is not there."""
    made = package()
    first = made.parts[0]
    for parts, why in (
        ([replace(first, from_us=first.from_us + 3 * SECOND), *made.parts[1:]], "trimmed"),
        (made.parts[1:], ""),
    ):
        assert [one.why for one in completeness.holes_of(made.grant, parts, ())] == [why]


def test_a_package_of_the_older_form_is_proven_and_says_what_cannot_be_known(tmp_path: Path) -> None:
    data = without(change=older)
    assert checked(tmp_path, data) == (0, [])
    assert "the log does not say what was to be in it" in said(tmp_path, data)


@pytest.mark.parametrize(
    ("way", "folder"), [(zipfile.ZIP_DEFLATED, ""), (zipfile.ZIP_STORED, "证据".encode().hex() + "/")]
)
def test_what_was_zipped_again_is_repacked_and_not_changed(tmp_path: Path, way: int, folder: str) -> None:
    data = repacked(way, folder)
    assert checked(tmp_path, data) == (5, [])
    assert checked(tmp_path, data, None)[0] == 3
    text = said(tmp_path, data)
    assert "重新打包" in text
    assert "没有改动" in text


def test_a_token_is_called_unchecked(whole: bytes, tmp_path: Path) -> None:
    """One that was exchanged, and the list signed again, proves nothing and nothing is said to rest on it."""
    assert re.search(r"trust/0000\.tsr：没有核对.* NOT checked", said(tmp_path, whole))


def test_every_reason_of_the_log_has_words() -> None:
    assert set(get_args(GapReason)) == set(verify.REASONS)
    page = files("custodes.evidence.verifiers").joinpath("verify.html").read_text(encoding="utf-8")
    assert all(f'{reason}: "{words}"' in page for reason, words in verify.REASONS.items())


def test_what_is_wrong_with_a_leave_is_named_at_each_piece(tmp_path: Path) -> None:
    made = cases()
    media = [f"media/000{number}-C0001-20261118T1106{second}Z.mp4" for number, second in ((1, 42), (2, 46), (3, 52))]
    assert checked(tmp_path, made["a camera outside of the leave"])[1] == media
    assert checked(tmp_path, made["a fragment beyond the leave, its end said to be within"])[1] == media[2:]
    assert checked(tmp_path, made["fragments of another time in the middle"])[1] == [
        "media/0001-C0001-20261118T110640Z.mp4"
    ]


def test_words_of_the_holder_move_and_hide_nothing(tmp_path: Path) -> None:
    made = package()
    first = replace(made.parts[0], camera_name="东口\x1b[2K\n\u2713 media/9999.mp4\u202e\x1b[8m")
    path = tmp_path / "package.zip"
    path.write_bytes(b"".join(write(replace(made, parts=(first, *made.parts[1:])), PACKER)))
    done = subprocess.run(
        [sys.executable, "-I", verify.__file__, str(path)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 3
    assert not {"\x1b", "\u202e"} & set(done.stdout)
    assert "\n\u2713 media/9999" not in done.stdout
    assert "警告" in done.stdout


def test_footage_that_is_not_what_was_sealed_is_never_written_whole() -> None:
    made = package()
    first = made.parts[0]
    given = first.open()
    good = b"".join(given.pieces)
    for bad in (good[:-1], good + b"x", good[:-1] + bytes([good[-1] ^ 1]), b""):
        broken = replace(
            made, parts=(replace(first, open=lambda bad=bad: replace(given, pieces=[bad])), *made.parts[1:])
        )
        written: list[bytes] = []
        with pytest.raises(PackageError):
            written.extend(write(broken, PACKER))
        assert b"PK\5\6" not in b"".join(written), "what was written opens nowhere"


def test_progress_tells_the_bytes_of_footage() -> None:
    told: list[tuple[int, int]] = []
    made = package()
    for _ in write(made, PACKER, lambda done, whole: told.append((done, whole))):
        pass
    size = sum(sum(part.sizes) for part in made.parts)
    assert told[-1] == (size, size)
    assert [done for done, _ in told] == sorted({done for done, _ in told})


def sealed(first: PackagePart, count: int, leaves: tuple[bytes, ...]) -> Proven:
    """A record of a longer segment; nothing here asks whether the log has it."""
    record = canonical.encode({**first.sealed.fields, "fragments": count, "root": tree_root(leaves).hex()})
    return Proven(record, bytes(32), encode_entry("segment.sealed", at_text(START_US), commit(bytes(32), record)), "")


def test_memory_stays_flat_however_long_the_footage_is() -> None:
    block = bytes(1 << 20)
    made = package()
    first = made.parts[0]
    counts = (2, 60)
    peaks = []
    for count in counts:
        leaves = (*leaf_hashes([b"i", *[block] * count]),)
        long = replace(
            first, sealed=sealed(first, count, leaves), first=0, sizes=(1, *[len(block)] * count),
            open=lambda count=count, leaves=leaves: PackageFootage(leaves, iter([b"i", *[block] * count])),
        )  # fmt: skip
        tracemalloc.start()
        for _ in write(replace(made, parts=(long,)), PACKER):
            pass
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] + (4 << 20), peaks


def test_far_files_are_reached_by_zip64() -> None:
    far = [writing.Stored("a", 0, 4, 1), writing.Stored("b", 1 << 33, 4, 2)]
    end = writing.ending(far, (1 << 33) + 60, START_US)
    assert b"PK\6\6" in end
    assert b"PK\6\7" in end
    assert b"PK\6\6" not in writing.ending(far[:1], 60, START_US)


@pytest.mark.parametrize(
    "changes",
    [
        {"parts": ()},
        {"documents": {"../x": b""}},
        {"documents": {"": b""}},
        {"documents": {"x.mp4": b""}},
        {"tokens": {"keys.txt": b""}},
    ],
)
def test_a_package_that_could_not_be_read_is_not_made(changes: dict[str, object]) -> None:
    with pytest.raises(PackageError):
        package(**changes)  # type: ignore[arg-type]


def test_only_a_key_that_is_named_for_it_signs() -> None:
    other = Signer("custodes.example/else", Ed25519PrivateKey.generate())
    for made in (package(), package(keys=(other.verifier,))):
        with pytest.raises(PackageError):
            write(made, other)


def fragments(*starts: int, key: int = 1) -> list[tuple[int, int, bool]]:
    return [(at * SECOND, (at + 1) * SECOND, number % key == 0) for number, at in enumerate(starts)]


@pytest.mark.parametrize(
    ("made", "span", "found"),
    [
        (fragments(0, 1, 2, 3), (0, 4 * SECOND), Cut(0, 4, 0, 4 * SECOND)),
        (fragments(0, 1, 2, 3), (1, 4 * SECOND - 1), Cut(1, 2, SECOND, 3 * SECOND)),
        (fragments(0, 1, 2, 3, key=2), (SECOND, 4 * SECOND), Cut(2, 2, 2 * SECOND, 4 * SECOND)),
        (fragments(0, 1, 2, 3), (SECOND + 1, 2 * SECOND + 1), None),
        (fragments(0, 1), (5 * SECOND, 6 * SECOND), None),
        ([], (0, SECOND), None),
    ],
)  # fmt: skip
def test_cut_inward_to_what_can_be_played(
    made: list[tuple[int, int, bool]], span: tuple[int, int], found: Cut | None
) -> None:
    assert cut(made, span) == found


def test_nothing_that_comes_as_a_package_breaks_the_verifier(whole: bytes, tmp_path: Path) -> None:
    """Rubbish in any file: a finding, never an error of the program."""
    chance = random.Random(11)
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        names = archive.namelist()
    for name in names:
        for body in (b"", b"{}", b"[]", b"\xff\xfe", b'{"made":1,"package":[]}', chance.randbytes(300)):
            assert checked(tmp_path, rewritten(whole, {name: body}))[0] == 1, (name, body)
