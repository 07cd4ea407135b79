"""Logs of platforms below: how they stand, what a rewritten one looks like, the alarms and the record of it."""

from __future__ import annotations

import datetime
import io
import json
import shutil
import subprocess
import sys
import time
import zipfile

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.urls import reverse
from django.utils import timezone

from custodes.ledger.checkpoint import cosign, verifier_of
from custodes.ledger.client import LastCosignature, NotaryStatus
from custodes.ledger.note import Signer
from custodes.ledger.records import record_of
from custodes.ledger.witness import format_request
from custodes.oversight import cosigning, witnessing
from custodes.oversight.cosigning import CosignOutcome, CosignWhy
from custodes.oversight.views import witnessed as page
from custodes.oversight.witnessing import WitnessedStanding, witnessed
from custodes.people.models import RecordOutbox
from custodes.settings import get_settings
from custodes.upkeep.alarms.condition import CannotTell
from tests.oversight import below

MINUTE = datetime.timedelta(minutes=1)


@pytest.fixture
def folder(monkeypatch):
    """The witness's folder, empty before and after, with a witness switched on."""
    settings = get_settings().model_copy(update={"witness_name": below.NAME})
    for module in (witnessing, page):
        monkeypatch.setattr(module, "get_settings", lambda: settings)
    shutil.rmtree(settings.witness_folder, ignore_errors=True)
    yield settings.witness_folder
    shutil.rmtree(settings.witness_folder, ignore_errors=True)


@pytest.fixture
def line(stage, notary):
    """A notary whose log two witnesses cosign, one of them not yet."""
    cosigned = (LastCosignature("city.example/w1", 3, 1_795_000_000), LastCosignature("region.example/w1", 0, 0))
    notary.status = lambda: NotaryStatus("t.local/log", 5, 3, False, "t.local/log+0+x", cosigned)
    return notary


def said(now):
    """What the source says, as (kind, facts)."""
    return [(one.kind.key, dict(one.facts)) for one in witnessing.look(now)]


def standing(now):
    """The one log's."""
    (row,) = witnessed(witnessing.get_settings(), now)
    return row.standing


@pytest.mark.parametrize(
    ("minutes", "expected", "kinds"),
    [
        (1, WitnessedStanding.FINE, []),
        (20, WitnessedStanding.LATE, []),
        (40, WitnessedStanding.SILENT, ["lower.silent"]),
    ],
)
def test_a_log_that_stops_coming_is_late_and_then_an_alarm(folder, db, minutes, expected, kinds):
    below.stand(folder)
    now = timezone.now() + minutes * MINUTE
    assert standing(now) is expected
    assert [kind for kind, _ in said(now)] == kinds


def test_a_log_that_was_taken_back_is_suspected_until_it_goes_on(folder, db):
    began = time.time()
    below.stand(folder, began)
    below.submit(folder, below.lower().request(0, 7), began + 5)
    assert standing(timezone.now()) is WitnessedStanding.FINE, "an old checkpoint that was on its way"
    below.submit(folder, below.lower().request(0, 7), began + 500)
    assert standing(timezone.now()) is WitnessedStanding.DOUBTED
    assert said(timezone.now()) == [("lower.rewritten", {"seen_size": 21, "shown_size": 7})]
    assert below.submit(folder, below.lower().request(21, 30), began + 600) == 200
    assert standing(timezone.now()) is WitnessedStanding.FINE


def test_the_last_honest_checkpoint_again_shows_no_log_that_goes_on(folder, db):
    """Who rewrote a log can still show what was cosigned, for ever: only growth counts, and clears what was said of it."""
    began = time.time()
    below.stand(folder, began)
    below.submit(folder, below.lower().request(0, 7), began + 500)
    for minutes in range(10, 60, 10):
        assert below.submit(folder, below.lower().request(21, 21), began + 60 * minutes) == 200
    now = timezone.now() + 51 * MINUTE
    assert standing(now) is WitnessedStanding.DOUBTED
    assert [kind for kind, _ in said(now)] == ["lower.rewritten", "lower.silent"]
    assert below.submit(folder, below.lower().request(21, 30), began + 51 * 60) == 200
    assert standing(now) is WitnessedStanding.FINE
    assert below.submit(folder, below.lower().request(30, 30), began + 91 * 60) == 200
    assert standing(timezone.now() + 91 * MINUTE) is WitnessedStanding.SILENT


def test_a_state_of_before_growth_was_kept_is_read_by_its_last_cosignature(folder, db):
    began = time.time()
    below.stand(folder, began)
    (path,) = (folder / "state").glob("*.json")
    state = json.loads(path.read_bytes())
    del state["grown_at"]
    path.write_text(json.dumps(state))
    assert standing(timezone.now()) is WitnessedStanding.FINE
    assert below.submit(folder, below.lower().request(21, 21), began + 40 * 60) == 200
    assert standing(timezone.now() + 40 * MINUTE) is WitnessedStanding.SILENT


def test_a_proof_outlives_the_keys_that_it_was_signed_with(folder, line, client_of):
    """Who forked a log and then renews its keys has not taken the proof away."""
    key = below.stand(folder)
    kept = below.contradict(folder)
    then = str(below.lower().signer.verifier)
    after = str(Signer(below.ORIGIN, Ed25519PrivateKey.from_private_bytes(b"n" * 32)).verifier)
    path = folder / "logs/liuwu.toml"
    path.write_text(path.read_text().replace(then, after))
    assert standing(timezone.now()) is WitnessedStanding.FORKED
    assert said(timezone.now()) == [("lower.rewritten", {"seen_size": 21, "shown_size": 30})]
    browser = client_of("auditor")
    assert "密钥已经更换" in browser.get(reverse("oversight:witnessed_log", args=[key])).content.decode()
    answer = browser.get(reverse("oversight:witnessed_evidence", args=[key, kept.digest]))
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.read("keys.txt").decode() == then + "\n"


def test_a_rewritten_log_is_one_alarm_and_one_record_however_often_it_is_seen(folder, db):
    below.stand(folder)
    first = below.contradict(folder)
    below.submit(folder, below.lower().rewritten(3).request(21, 33))
    assert standing(timezone.now()) is WitnessedStanding.FORKED
    for _ in range(2):
        assert said(timezone.now()) == [("lower.rewritten", {"seen_size": 21, "shown_size": 30})]
    rows = RecordOutbox.objects.filter(type="witness.contradicted")
    assert sorted((row.record["seen"], row.record["shown"], row.record["doubt"]) for row in rows) == [
        (21, 30, "forked"),
        (21, 33, "forked"),
    ]
    assert first.digest in {row.record["evidence"] for row in rows}
    for row in rows:
        record_of(row.record)


def test_evidence_that_the_log_did_not_sign_is_none(folder, db):
    """Who can write the witness's files can't make a log below a forger."""
    below.stand(folder)
    below.contradict(folder)
    (path,) = (folder / "evidence").rglob("*.json")
    path.write_bytes(path.read_bytes().replace(b"\\n30\\n", b"\\n31\\n"))
    assert standing(timezone.now()) is WitnessedStanding.FINE
    assert said(timezone.now()) == []


def test_a_file_that_can_t_be_used_is_said(folder, db):
    (folder / "logs").mkdir(parents=True)
    (folder / "logs/a.toml").write_text('name = "x"\n')
    ((kind, facts),) = said(timezone.now())
    assert kind == "lower.unreadable"
    assert "a.toml" in facts["detail"]
    assert "origin" in facts["detail"]


def rewound_said(now):
    """What the source of witnesses that were put back says, as (subject, name)."""
    return [(one.subject, one.name) for one in cosigning.look(now)]


@pytest.fixture
def key(folder, monkeypatch):
    """The key of the witness, published; and how attempts with witnesses above went: none was made."""
    monkeypatch.setattr(cosigning, "public_text", lambda name: str(verifier_of(below.NAME, below.KEY)))
    monkeypatch.setattr(cosigning, "get_settings", witnessing.get_settings)
    tried: dict[str, CosignOutcome] = {}
    for module in (cosigning, page):
        monkeypatch.setattr(module, "outcomes", lambda: tried)
    return tried


def forget(folder):
    """The witness cosigns 21 entries, is put back to 7, and is shown its own line over the 21."""
    (folder / "logs").mkdir(parents=True, exist_ok=True)
    (folder / "logs/liuwu.toml").write_text(below.lower().toml("柳梧公安分局"))
    assert below.submit(folder, below.lower().request(0, 7)) == 200
    (state,) = (folder / "state").glob("*.json")
    old = state.read_bytes()
    assert below.submit(folder, below.lower().request(7, 21)) == 200
    state.write_bytes(old)
    note = below.lower().note(21)
    note = note.with_signatures([cosign(note.text, below.NAME, below.KEY, 1_795_000_000)])
    assert below.submit(folder, format_request(7, (), note)) == 503


def test_a_witness_that_was_put_back_is_an_alarm_and_a_notice_until_it_has_another_key(
    folder, key, line, client_of, monkeypatch
):
    assert rewound_said(timezone.now()) == []
    forget(folder)
    assert rewound_said(timezone.now()) == [("witness:own", below.NAME)]
    opened = client_of("auditor").get(reverse("oversight:witnessed")).content.decode()
    assert "本见证被退回到较早的状态，已停止联署" in opened
    assert "它只记得 7 条" in opened
    assert below.submit(folder, below.lower().request(7, 21)) == 503
    monkeypatch.setattr(cosigning, "public_text", lambda name: "another")
    assert rewound_said(timezone.now()) == []
    assert "本见证被退回" not in client_of("auditor").get(reverse("oversight:witnessed")).content.decode()


def test_a_file_about_it_that_can_t_be_read_is_no_good_news(folder, key, db):
    (folder / "evidence").mkdir(parents=True)
    (folder / "evidence/rewound.json").write_text("{")
    with pytest.raises(CannotTell):
        rewound_said(timezone.now())


def test_why_a_witness_above_has_not_cosigned_is_said_in_chinese(folder, key, line, client_of):
    name = "city.example/w1"
    for why in CosignWhy:
        key[name] = CosignOutcome(timezone.now(), "words for a log line", why)
        line.status = lambda: NotaryStatus(
            "t.local/log", 5, 3, False, "t.local/log+0+x", (LastCosignature(name, 2, 1_795_000_000),)
        )
        opened = client_of("auditor").get(reverse("oversight:witnessed")).content.decode()
        assert str(page.UNCOSIGNED[why]) in opened
        assert "words for a log line" not in opened
        assert rewound_said(timezone.now()) == ([(f"witness:above:{name}", name)] if why is CosignWhy.FORGOT else [])
    assert "超过 12 分钟没有联署的" in opened
    line.status = lambda: NotaryStatus(
        "t.local/log", 5, 3, False, "t.local/log+0+x", (LastCosignature(name, 3, 1_795_000_000),)
    )
    assert str(page.UNCOSIGNED[why]) not in client_of("auditor").get(reverse("oversight:witnessed")).content.decode()


def test_nothing_is_looked_at_where_no_witness_runs(folder, db, monkeypatch):
    below.stand(folder)
    below.contradict(folder)
    off = get_settings().model_copy(update={"witness_name": ""})
    monkeypatch.setattr(witnessing, "get_settings", lambda: off)
    assert said(timezone.now()) == []


def test_the_page_shows_both_directions(folder, line, client_of):
    below.stand(folder)
    text = client_of("auditor").get(reverse("oversight:witnessed")).content.decode()
    for words in ("柳梧公安分局", "正常", "city.example/w1", "已联署最近的检查点", "region.example/w1", "尚无联署"):
        assert words in text


def test_a_fork_is_shown_by_both_checkpoints_and_leaves_as_evidence_that_convinces_elsewhere(
    folder, line, client_of, tmp_path
):
    key = below.stand(folder)
    kept = below.contradict(folder)
    browser = client_of("auditor")
    assert "已证实改写" in browser.get(reverse("oversight:witnessed")).content.decode()
    text = browser.get(reverse("oversight:witnessed_log", args=[key])).content.decode()
    for words in (
        "两份相互矛盾的检查点",
        str(below.lower().note(21)).split("\n")[2],
        str(below.lower().rewritten(3).note(30)).split("\n")[2],
    ):
        assert words in text
    note = browser.get(reverse("oversight:witnessed_note", args=[key])).content.decode()
    assert note == str(below.lower().note(21))
    answer = browser.get(reverse("oversight:witnessed_evidence", args=[key, kept.digest]))
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        archive.extractall(tmp_path)
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "custodes.cli",
            "verify",
            "contradiction",
            str(tmp_path / "contradiction.json"),
            "--key",
            str(below.lower().signer.verifier),
            "--json",
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    facts = json.loads(done.stdout)
    assert (facts["proven"], facts["seen"]["size"], facts["shown"]["size"]) == (True, 21, 30)


def test_what_is_not_there_is_not_found(folder, line, client_of):
    key = below.stand(folder)
    browser = client_of("auditor")
    assert browser.get(reverse("oversight:witnessed_log", args=["0" * 64])).status_code == 404
    assert browser.get(reverse("oversight:witnessed_evidence", args=[key, "0" * 64])).status_code == 404
