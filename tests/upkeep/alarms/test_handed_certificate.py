"""Our certificate of the side channel ends: an alarm while there is time to hand another over, a graver one once it is over, none where nobody was handed it."""

from __future__ import annotations

import datetime

import pytest

from custodes.sharing.links import certificates
from custodes.sharing.models import Platform
from custodes.tls.authority import BACKDATE
from custodes.tls.pinned import gateway_statements
from custodes.upkeep.alarms.conditions import keys
from custodes.upkeep.alarms.evaluating import SourceWatch
from custodes.upkeep.alarms.words import title
from custodes.upkeep.models import Alarm, AlarmState
from custodes.web.doctor import processes
from custodes.web.doctor.finding import Examined
from tests.sharing.stage import in_force, second
from tests.upkeep.alarms.saying import BEGIN, standing
from tests.upkeep.alarms.test_kinds import DAY, certificate, settings_with

STEP = datetime.timedelta(minutes=11)


@pytest.fixture
def handed(cast, stage, tmp_path, monkeypatch):
    """A link with a platform that was handed it; answered with the certificate's path and the settings."""
    changed = settings_with(monkeypatch, keys, data=tmp_path, gateway_id="54010000002000000001", tls_cert=None)
    monkeypatch.setattr(certificates, "get_settings", lambda: changed)
    path = gateway_statements(changed.keys_folder).cert
    path.parent.mkdir(parents=True)
    in_force(cast, second(cast).person)
    Platform.objects.update(custodes=True)
    return path, changed


def test_it_is_an_alarm_ninety_days_before_its_end(handed):
    path, _settings = handed
    watch, at = SourceWatch([keys.SOURCE]), BEGIN
    for left, found in (
        (91, []), (89, ["statements.expiring"]), (-1, ["statements.expired"]), (300, []),
    ):  # fmt: skip
        certificate(path, BEGIN + left * DAY)
        for _look in range(3):
            at += STEP
            watch.round(at)
        assert standing() == found, left
        for alarm in Alarm.objects.filter(state=AlarmState.OPEN):
            assert title(alarm).startswith("说明通道证书 gateway-statements.crt")


def test_nobody_is_alarmed_for_one_that_nobody_was_handed(handed):
    path, _settings = handed
    certificate(path, BEGIN - DAY)
    Platform.objects.update(custodes=False)
    SourceWatch([keys.SOURCE]).round(BEGIN)
    assert standing() == []


def test_the_doctor_says_it_with_what_to_do_and_by_the_local_day(handed):
    path, settings = handed

    def said(at=BEGIN):
        found = [one for one in processes.check_gateway(Examined(settings, at, True)) if "rotate" in one.remedy]
        return [(one.state.value, one.text("zh-hans")) for one in found]

    certificate(path, BEGIN + 91 * DAY)
    assert said() == []
    certificate(path, BEGIN + 89 * DAY)
    assert said() == [("attention", "说明通道证书 gateway-statements.crt 还有 89 日到期。")]
    certificate(path, BEGIN - DAY)
    assert said() == [("fault", "说明通道证书 gateway-statements.crt 已经到期，上下级平台不再受理说明。")]
    certificate(path, BEGIN + 300 * DAY)
    evening = datetime.datetime(2026, 11, 1, 20, tzinfo=datetime.UTC) - BACKDATE
    certificate(path.with_name("gateway-statements-next.crt"), evening + 400 * DAY)
    assert said() == [("attention", "说明通道的新证书自 2026-11-02 起等待启用，还有 1 个平台没有登记。")]
