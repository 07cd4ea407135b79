"""A time stamp in an evidence package: a stranger checks it with OpenSSL; without a usable one the package is made all the same."""

from __future__ import annotations

import datetime
import io
import subprocess
import time
import uuid
import zipfile

import pytest
from django.utils import timezone

from custodes.access.models import EvidencePackage, PackageState
from custodes.access.packages import composing, making
from custodes.access.packages import signing as stamping
from custodes.ledger.checkpoint import parse_proof
from tests.access.agency.authority import Authority, authority
from tests.access.agency.test_packages import checked, granted, handing, made, trust

__all__ = ["granted", "handing"]  # fixtures
pytestmark = pytest.mark.real_clock  # the authority is OpenSSL's


def setting(monkeypatch, **changes) -> None:
    settings = making.get_settings().model_copy(update=changes)
    monkeypatch.setattr(making, "get_settings", lambda: settings)


@pytest.fixture
def tsa(tmp_path, monkeypatch):
    """One that is set, with its own certificate and its root."""
    folder = tmp_path / "tsa"
    folder.mkdir()
    with authority(folder) as one:
        setting(monkeypatch, tsa_url=one.url, tsa_certificates=one.both)
        yield one


def openssl(folder, proof: str, token: str, trusted) -> bool:
    command = ["openssl", "ts", "-verify", "-data", proof, "-in", token, "-CAfile", trusted, "-untrusted", trusted]
    return subprocess.run(command, cwd=folder, capture_output=True, check=False).returncode == 0


@pytest.mark.parametrize("known", [True, False])
def test_a_stranger_checks_the_stamp_with_openssl(asked, notary, granted, handing, tsa, tmp_path, monkeypatch, known):
    """Whether the authority's own certificate is set, or comes in its answer."""
    trusted_file = tsa.both if known else tsa.root
    setting(monkeypatch, tsa_certificates=trusted_file)
    package, whole = made(asked, granted)
    path, trusted, folder = tmp_path / "p.zip", tmp_path / "keys.txt", tmp_path / "out"
    path.write_bytes(whole)
    trusted.write_text(trust())
    done = checked(path, trusted)
    assert done.returncode == 0, done.stdout + done.stderr
    with zipfile.ZipFile(path) as archive:
        archive.extractall(folder)
        [token] = [name for name in archive.namelist() if name.endswith(".tsr")]
        assert archive.read("trust/tsa.pem") == trusted_file.read_bytes()
        proof = f"proofs/{token[6:10]}.tlog-proof"
        notes = {
            parse_proof(archive.read(name).decode()).note for name in archive.namelist() if name.endswith("-proof")
        }
        assert f"-data {proof} -in {token}" in archive.read("README.txt").decode("utf-8-sig")
    assert len(notes) == 1, "what is stamped is the log of every record in the package"
    assert openssl(folder, proof, token, trusted_file)
    assert not openssl(folder, "proofs/0000.json", token, trusted_file), "it is over that file and no other"
    assert len(tsa.asked) == 1
    package.refresh_from_db()
    assert package.state == PackageState.MADE
    assert abs((package.stamped_at - timezone.now()).total_seconds()) < 60
    assert package.stamp_failure == ""


def test_nothing_is_asked_where_none_is_set(asked, notary, granted, handing):
    package, whole = made(asked, granted)
    assert not [name for name in zipfile.ZipFile(io.BytesIO(whole)).namelist() if name.endswith(".tsr")]
    package.refresh_from_db()
    assert (package.stamped_at, package.stamp_failure) == (None, "")


def spoilt(tsa, how: str) -> None:
    """The authority, or what the set certificates say of it, made unusable."""
    if how == "another root":
        other = Authority(tsa.folder / "other")
        other.folder.mkdir()
        other.make()
        tsa.both.write_text(other.both.read_text())
    elif how == "another question":
        tsa.answer = tsa.stamp(stamping.TimestampRequestBuilder().data(b"something else").build().as_bytes())
    else:
        tsa.answer = {"no token": b"sorry", "nothing": b"", "too much": b"0" * (stamping.MOST_BYTES + 1)}[how]


@pytest.mark.parametrize(
    "how", ["no token", "nothing", "too much", "another question", "another root", "no file", "away"]
)
def test_without_a_believable_stamp_the_package_is_made_and_says_so(
    asked, notary, granted, handing, tsa, tmp_path, monkeypatch, how
):
    if how == "no file":
        tsa.both.unlink()
    elif how == "away":
        setting(monkeypatch, tsa_url="http://127.0.0.1:9/")
    else:
        spoilt(tsa, how)
    package, whole = made(asked, granted)
    path, trusted = tmp_path / "p.zip", tmp_path / "keys.txt"
    path.write_bytes(whole)
    trusted.write_text(trust())
    assert checked(path, trusted).returncode == 0
    assert b"trust/tsa.pem" not in whole
    package.refresh_from_db()
    assert package.state == PackageState.MADE
    assert package.stamped_at is None
    assert package.stamp_failure


def test_an_authority_that_drips_keeps_nobody_waiting(asked, notary, granted, handing, tsa, monkeypatch):
    tsa.drips = 0.05
    setting(monkeypatch, tsa_seconds=0.5)
    began = time.monotonic()
    made(asked, granted)
    assert time.monotonic() - began < 10
    row = EvidencePackage.objects.get()
    assert (row.stamped_at, row.stamp_failure) == (None, "the TSA took longer than 0.5 s")


def test_a_stamp_of_another_time_is_not_believed(asked, notary, granted, handing, tsa, monkeypatch):
    ahead = timezone.now() + datetime.timedelta(seconds=stamping.FAR_SECONDS + 60)
    monkeypatch.setattr(stamping.timezone, "now", lambda: ahead)
    made(asked, granted)
    assert "clock" in EvidencePackage.objects.get().stamp_failure


def test_the_page_says_when_it_was_stamped_and_why_not(asked, notary, granted, handing, tsa, client_of):
    package, _whole = made(asked, granted)
    page = client_of("caretaker").get(package.get_absolute_url()).content.decode()
    assert "证明包内各项存证记录不晚于这一时间" in page
    EvidencePackage.objects.filter(pk=package.pk).update(stamped_at=None, stamp_failure="the TSA did not answer: x")
    page = client_of("caretaker").get(package.get_absolute_url()).content.decode()
    assert "the TSA did not answer: x" in page
    assert "不影响其他证明" in page


@pytest.mark.parametrize(("times", "checkpoints"), [(1, 1), (99, 2)])
def test_proofs_that_a_checkpoint_parted_are_asked_for_again(
    asked, notary, granted, handing, monkeypatch, times, checkpoints
):
    """Where checkpoints come too fast they stay parted: each proof is good by itself."""
    ids = [record.id for record in notary.records][:3]
    proven, asked_for = notary.proven, []

    def parted(some):
        asked_for.append(len(some))
        answer = proven(some)
        if len(asked_for) % 2 and len(asked_for) < 2 * times:
            notary.append([{**granted.steps.first().record.record, "id": str(uuid.uuid4())}])
        return answer

    monkeypatch.setattr(notary, "proven", parted)
    monkeypatch.setattr(composing, "MAX_PROVEN", 2)
    found = composing.prove(ids)
    assert len({parse_proof(one.proof).note for one in found}) == checkpoints
    assert len(asked_for) == 2 * (2 if times == 1 else 1 + composing.SAME_TRIES)
