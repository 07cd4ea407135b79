"""Many at once: of those who take the same step one takes it, and who takes two steps that lock the same rows waits for nobody for ever."""

from __future__ import annotations

import threading
from collections import Counter

import pytest
from django.db import connection

from custodes.cases.models import CaseStep
from custodes.people.lawful import StepRefused
from custodes.people.models import RecordOutbox
from custodes.places.models import UpgradeOrder, UpgradePaperSort, UpgradeState
from tests.patience import PATIENCE
from tests.places.changes.cases import taken
from tests.places.stage import Stage
from tests.places.upgrades.orders import ordered, step, with_paper

MANY = 30

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgresql]


def test_of_thirty_who_report_at_once_one_does_and_the_others_are_told(stage: Stage) -> None:
    order = with_paper(ordered(stage), stage, UpgradePaperSort.DONE)
    by, begin, outcomes = stage.cast.caretaker.person, threading.Barrier(MANY), Counter[str]()

    def report() -> None:
        begin.wait(PATIENCE)
        try:
            step(order, "report", taken(by))
        except StepRefused as refusal:
            outcomes[str(refusal)] += 1
        else:
            outcomes["taken"] += 1
        finally:
            connection.close()

    threads = [threading.Thread(target=report) for _ in range(MANY)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(max(PATIENCE, 120))
    assert outcomes == {"taken": 1, "现为“已报完成，待复查”，不能办理。": MANY - 1}
    assert UpgradeOrder.objects.get().state == UpgradeState.REPORTED
    assert CaseStep.objects.filter(event="report").count() == 1
    assert RecordOutbox.objects.filter(type="register.step", record__event="report").count() == 1
    assert list(CaseStep.objects.filter(case_id=order.pk).values_list("seq", flat=True)) == [1, 2, 3]
