"""The verifier that opens from disk, in a browser without a network: what it says of a package is what the other program says."""

from __future__ import annotations

import io
import random
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from custodes.evidence.package import Proven
from custodes.evidence.writing import write
from tests.evidence.forged import cases as forged
from tests.evidence.forged import incomplete, older, repacked, without
from tests.evidence.made import PACKER, SPAN, TRUST, deletion, outage, package, rewritten
from tests.evidence.test_package import checked, said
from tests.frontend.conftest import patient
from tests.ledger.madelog import SIGNER

pytestmark = pytest.mark.e2e

NAMES = "() => [...document.querySelectorAll('#answer li code')].map((each) => each.textContent)"


@pytest.fixture(scope="module")
def whole() -> bytes:
    return b"".join(write(package(), PACKER))


@pytest.fixture
def verifier(browser: Browser, whole: bytes, tmp_path: Path) -> Iterator[Page]:
    """The page as it lies in the package, opened from disk with the network off."""
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        archive.extract("verify.html", tmp_path)
    context = patient(browser.new_context(offline=True, locale="zh-CN"))
    page = context.new_page()
    wrong: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: wrong.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto((tmp_path / "verify.html").as_uri())
    yield page
    assert not wrong, wrong
    assert {url.split(":")[0] for url in asked} == {"file"}, "it asks nobody for anything"
    context.close()


def told(page: Page, data: bytes, trust: str | None = TRUST) -> tuple[int, list[str]]:
    """What the page says: the code that the other program would end with, and the files that it names as wrong."""
    page.locator("#package").set_input_files({"name": "package.zip", "mimeType": "application/zip", "buffer": data})
    if trust is None:
        page.locator("#trust").set_input_files([])
    else:
        page.locator("#trust").set_input_files({"name": "keys.txt", "mimeType": "text/plain", "buffer": trust.encode()})
    page.locator("#go").click()
    page.locator("#answer[data-code]").wait_for()
    code = int(page.locator("#answer").get_attribute("data-code") or "")
    return code, page.evaluate(NAMES) if code == 1 else []


def test_it_says_what_is_proven_and_what_is_not(verifier: Page, whole: bytes) -> None:
    assert told(verifier, whole) == (0, [])
    answer = verifier.locator("#answer")
    for words in (
        "核验通过",
        "不能证明",
        "大昭寺广场东口",
        "2026-11-18 19:06:42.000",
        "-1.2 毫秒",
        "witness.example/w1",
        "扎西",
    ):
        expect(answer).to_contain_text(words)
    assert told(verifier, whole, None) == (3, [])
    expect(answer).to_contain_text("密钥是从包里取的")


def test_it_says_who_cosigned_who_did_not_and_what_it_could_not_check(verifier: Page) -> None:
    def bare(one: Proven) -> Proven:
        return replace(one, proof=re.sub(r"— witness\.example/w1 .*\n", "", one.proof))

    made, answer = package(), verifier.locator("#answer")
    assert told(verifier, b"".join(write(made, PACKER))) == (0, [])
    expect(answer).to_contain_text("见证：witness.example/w1，2026-11-18 19:06:40.000，7 条")
    expect(answer).to_contain_text("见证不证明记录的内容属实")
    own = f"{SIGNER.verifier}\n{PACKER.verifier}\n"
    assert told(verifier, b"".join(write(made, PACKER)), own) == (0, [])
    expect(answer).to_contain_text("witness.example/w1：密钥不在可信之列，没有核对")
    parts = tuple(replace(one, sealed=bare(one.sealed)) for one in made.parts)
    some = replace(made, parts=parts)
    assert told(verifier, b"".join(write(some, PACKER))) == (0, [])
    expect(answer).to_contain_text("只有一部分证明有它的签名（4/7）")
    none = replace(some, grant=bare(made.grant), listed=bare(made.listed), chain=tuple(map(bare, made.chain)))
    assert told(verifier, b"".join(write(none, PACKER))) == (0, [])
    expect(answer).to_contain_text("witness.example/w1：没有它的签名")
    expect(answer).not_to_contain_text("A cosignature proves")


def test_both_programs_name_the_same_of_whatever_was_changed(verifier: Page, whole: bytes, tmp_path: Path) -> None:
    chance = random.Random(21)
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        rows = [
            (info.filename, info.header_offset + 30 + len(info.filename), info.file_size) for info in archive.infolist()
        ]
        files = {name: archive.read(name) for name in archive.namelist()}
    names = [name for name, _start, _size in rows]
    cases: dict[str, bytes] = {}
    for name, start, size in rows:
        changed = bytearray(whole)
        changed[start + chance.randrange(size)] ^= 1 << chance.randrange(8)
        cases[f"a bit of {name}"] = bytes(changed)
        cases[f"without {name}"] = rewritten(whole, {name: None})
        cases[f"other {name}"] = rewritten(whole, {name: b"[]"})
    inside = {at for _name, start, size in rows for at in range(start, start + size)}
    for place in chance.sample(sorted(set(range(len(whole))) - inside), 60):
        changed = bytearray(whole)
        changed[place] ^= 1 << chance.randrange(8)
        cases[f"byte {place} of the container"] = bytes(changed)
    cases["added"] = rewritten(whole, {}, {"docs/03-more.pdf": b"more"})
    cases["exchanged"] = rewritten(whole, {names[1]: files[names[2]], names[2]: files[names[1]]})
    cases["order"] = rewritten(whole, {}, order=[names[2], names[1], *names[3:], names[0]])
    cases |= {
        "before": b"x" + whole,
        "behind": whole + b"x",
        "cut": whole[:-1],
        "half": whole[: len(whole) // 2],
        "nothing": b"",
    }
    cases["beyond"] = b"".join(write(package(granted=(SPAN[0] + 1, SPAN[1])), PACKER))
    cases |= forged()
    for name, data in cases.items():
        theirs = checked(tmp_path, data)
        assert theirs[0] == 1, name
        assert told(verifier, data) == theirs, name


def test_both_programs_say_what_is_missing_what_was_zipped_again_and_what_was_not_checked(
    verifier: Page, tmp_path: Path
) -> None:
    answer = verifier.locator("#answer")
    cases = incomplete() | {
        "an outage": b"".join(write(package(numbers=(0, 2), why=[outage(6, 9), deletion(9, 12)]), PACKER)),
        "trimmed": b"".join(write(package((SPAN[0] + 100_000, SPAN[1] + 999_000)), PACKER)),
        "older": without(change=older),
        "zipped again": repacked(),
        "zipped again in a folder": repacked(zipfile.ZIP_STORED, "evidence/"),
    }
    for name, data in cases.items():
        theirs = checked(tmp_path, data)
        assert told(verifier, data) == theirs, name
        page, text = answer.inner_text(), said(tmp_path, data)
        assert re.findall(r"缺 ([\d. :-]+ – [\d. :-]+)（", page) == re.findall(
            r"missing ([\d. :-]+ – [\d. :-]+)（", text
        ), name
        assert ("NOT COMPLETE" in page) is (theirs[0] == 4)
        assert ("REPACKED" in page) is (theirs[0] == 5)
        assert ("can't be known" in page) is ("can't be known" in text)
        assert "trust/0000.tsr：没有核对" in page
    assert told(verifier, incomplete()["the middle left out"], None)[0] == 4
    expect(answer).to_contain_text("密钥是从包里取的")
    expect(answer).to_contain_text("3 pieces there, 2 here")


def test_what_a_device_recorded_itself_is_not_said_to_be_sealed_when_it_was_recorded(verifier: Page) -> None:
    data = b"".join(write(package(of_device=frozenset({1})), PACKER))
    assert told(verifier, data) == (0, [])
    answer = verifier.locator("#answer")
    expect(answer).to_contain_text("补入时才封存")
    expect(answer).not_to_contain_text("录制时封存的原始字节")
