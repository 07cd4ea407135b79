"""The guard of each event: what it lets through, and each thing that holds it up, with its clause."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from custodes.law.building.simultaneous import Pair
from custodes.law.duties.building import ClassifiedFacts, NeighbourFacts, SpotFacts, n10_consent
from custodes.law.duties.finding import DutyFinding, LegalTerms
from custodes.law.duties.planning import Installer, InstallerFacts, OverlapFacts, PlaceKind, n7_3_installer
from custodes.places.lifecycle.facts import KEYS, DeclaredSpot, Firm, LastAcceptance, Leaving, SystemFacts
from custodes.places.lifecycle.guards import GUARDS

TODAY = date(2026, 11, 20)


def installer(place: PlaceKind, who: Installer, necessity: str) -> DutyFinding:
    return n7_3_installer(InstallerFacts(place, who, necessity), TODAY, TODAY, LegalTerms())


def neighbour(near: bool) -> DutyFinding:
    return n10_consent(NeighbourFacts(near), TODAY, TODAY, LegalTerms())


TRIAL = TODAY - timedelta(days=31)
GATE = DeclaredSpot(
    "校门",
    SpotFacts(words="校门外侧立柱 校门及人行道"),
    overlap=OverlapFacts(0.0, ""),
    connected=True,
    signed=True,
    field=True,
    reasoned=True,
    product="某厂 X1",
    certified=date(2028, 1, 1),
)
READY = SystemFacts(
    spots=(GATE,),
    site=(installer(PlaceKind.N7_2, Installer.MANAGING_UNIT, "上下学时段人流密集，须掌握校门秩序"), neighbour(False)),
    papers=frozenset({"assessment", "standards", "interface"}),
    protection=True,
    norm=True,
    firms=(Firm("design", "甲设计院", date(2027, 6, 30)), Firm("construction", "乙公司", date(2027, 6, 30))),
    trial_began=TRIAL,
    acceptance=LastAcceptance(TODAY, True, KEYS, report=True),
    interface_tested=TODAY,
    leaving=Leaving(TODAY - timedelta(days=15)),
)
TOILET = DeclaredSpot("卫生间", SpotFacts(kind="toilet", words="卫生间内"))
DOUBT = DeclaredSpot("走廊", SpotFacts(words="更衣室门口走廊"), connected=True, signed=True, field=True)


def clauses(event: str, facts: SystemFacts, day: date = TODAY) -> list[str]:
    return [one.clause for one in GUARDS[event](facts, day, TODAY, LegalTerms())]


@pytest.mark.parametrize("event", [name for name in GUARDS if name != "fail"])
def test_a_system_that_has_everything_may_take_any_step(event: str) -> None:
    assert clauses(event, READY) == []


@pytest.mark.parametrize(
    ("event", "facts", "clause"),
    [
        pytest.param("screen", replace(READY, spots=(TOILET,)), "S10(1)", id="立项：点位在卫生间"),
        pytest.param("screen", replace(READY, spots=(DOUBT,)), "S10(1)", id="立项：位置有疑义未经核对"),
        pytest.param(
            "screen",
            replace(READY, site=(installer(PlaceKind.N7_1, Installer.OTHER, "看管财物，防止丢失"),)),
            "N7.3",
            id="立项：道路上由其他单位安装",
        ),
        pytest.param(
            "screen",
            replace(READY, site=(installer(PlaceKind.N7_2, Installer.MANAGING_UNIT, ""),)),
            "N7.3",
            id="立项：没有必要性说明",
        ),
        pytest.param("screen", replace(READY, site=(neighbour(True),)), "N10", id="立项：周边涉密单位未同意"),
        pytest.param(
            "screen", replace(READY, spots=(replace(GATE, forbidden=True),)), "S10", id="立项：点位已认定禁止安装"
        ),
        pytest.param(
            "accept", replace(READY, spots=(replace(GATE, mask_missing=True),)), "S10(2)", id="验收：没有遮挡的证明"
        ),
        pytest.param(
            "screen",
            replace(READY, classified=ClassifiedFacts(True, frozenset({"internet"}))),
            "S20",
            id="立项：涉密系统接入互联网",
        ),
        pytest.param("screen", replace(READY, papers=frozenset()), "PIPL55", id="立项：没有影响评估"),
        pytest.param(
            "screen",
            replace(READY, spots=(replace(GATE, overlap=OverlapFacts(0.9, "")),)),
            "S8.3",
            id="立项：重复建设未说明理由",
        ),
        pytest.param("design_ok", replace(READY, papers=frozenset({"interface"})), "S12.1", id="设计：没有标准清单"),
        pytest.param("design_ok", replace(READY, papers=frozenset({"standards"})), "S12.1", id="设计：没有接口说明"),
        pytest.param("design_ok", replace(READY, protection=False), "S12.1", id="设计：没有等保定级"),
        pytest.param("design_ok", replace(READY, norm=False), "S12.1", id="设计：没有规范版本"),
        pytest.param("start", replace(READY, firms=READY.firms[:1]), "S13.1", id="施工：没有施工单位"),
        pytest.param(
            "start",
            replace(READY, firms=(READY.firms[0], Firm("construction", "乙公司", date(2026, 11, 19)))),
            "S13.1",
            id="施工：资质昨天到期",
        ),
        pytest.param(
            "start",
            replace(READY, firms=(READY.firms[0], Firm("construction", "乙公司", None))),
            "S13.1",
            id="施工：单位没有资质证书",
        ),
        pytest.param(
            "start",
            replace(READY, firms=(Firm("construction", "丙公司", None), *READY.firms)),
            "S13.1",
            id="施工：两个施工单位，其中一个没有资质",
        ),
        *(
            pytest.param(event, replace(READY, firms=READY.firms[1:]), "S13.1", id=f"{event}：没有设计单位")
            for event in ("design_ok", "start")
        ),
        pytest.param(
            "put_in_use", replace(READY, spots=(replace(GATE, reasoned=False),)), "S15", id="启用：没有位置合理性说明"
        ),
        pytest.param(
            "screen",
            replace(READY, classified=ClassifiedFacts(True, frozenset({"isolated"}), frozenset({"opinion", "entry"}))),
            "S20",
            id="立项：涉密系统缺少产品和队伍",
        ),
        pytest.param(
            "start", replace(READY, spots=(replace(GATE, certified=None),)), "S13.1", id="施工：产品没有合格证明"
        ),
        pytest.param(
            "accept", replace(READY, spots=(replace(GATE, certified=None),)), "S13.1", id="验收：产品没有合格证明"
        ),
        pytest.param(
            "accept",
            replace(READY, spots=(replace(GATE, certified=TODAY - timedelta(days=1)),)),
            "S13.1",
            id="验收：合格证明昨天到期",
        ),
        pytest.param(
            "accept",
            replace(READY, spots=(GATE, replace(GATE, name="后门", product=""))),
            "S13.1",
            id="验收：有一个点位未登记型号",
        ),
        *(
            pytest.param(
                event,
                replace(READY, spots=(replace(GATE, overlap=OverlapFacts(0.9, "")),)),
                "S8.3",
                id=f"{event}：重叠未说明理由",
            )
            for event in ("begin_trial", "accept", "put_in_use")
        ),
        pytest.param("complete", replace(READY, spots=()), "S16.1", id="竣工：没有点位"),
        pytest.param(
            "begin_trial", replace(READY, spots=(replace(GATE, connected=False),)), "GB55029", id="试运行：没有接入"
        ),
        pytest.param("begin_trial", replace(READY, spots=(GATE, TOILET)), "S10(1)", id="试运行：有一个在卫生间"),
        pytest.param(
            "accept", replace(READY, trial_began=TODAY - timedelta(days=29)), "GB55029", id="验收：试运行只有二十九天"
        ),
        pytest.param("accept", replace(READY, trial_began=None), "GB55029", id="验收：没有试运行"),
        pytest.param(
            "accept", replace(READY, trial_began=TODAY + timedelta(days=1)), "GB55029", id="验收：日期早于本次试运行"
        ),
        pytest.param(
            "begin_trial", replace(READY, spots=(replace(GATE, doubted=True),)), "S10", id="试运行：位置正在核对"
        ),
        pytest.param(
            "put_in_use", replace(READY, spots=(replace(GATE, mask_missing=True),)), "S10(2)", id="使用：没有遮挡的证明"
        ),
        pytest.param("accept", replace(READY, acceptance=None), "S16.1", id="验收：没有结论"),
        pytest.param(
            "accept",
            replace(READY, acceptance=LastAcceptance(TODAY, False, KEYS, True)),
            "S16.1",
            id="验收：结论不合格",
        ),
        pytest.param(
            "accept",
            replace(READY, acceptance=LastAcceptance(TODAY, True, KEYS - {"archive"}, True)),
            "N11",
            id="验收：缺档案部分",
        ),
        pytest.param(
            "accept",
            replace(READY, acceptance=LastAcceptance(TODAY, True, KEYS, False)),
            "S16.1",
            id="验收：没有验收报告",
        ),
        pytest.param(
            "accept",
            replace(READY, acceptance=LastAcceptance(TRIAL - timedelta(days=1), True, KEYS, True)),
            "S16.1",
            id="验收：结论早于本次试运行",
        ),
        pytest.param(
            "accept",
            replace(READY, acceptance=LastAcceptance(TODAY - timedelta(days=1), True, KEYS, True)),
            "S16.2a",
            id="验收：日期不是验收合格之日",
        ),
        pytest.param("accept", replace(READY, interface_tested=None), "S12.1", id="验收：没有测接口"),
        pytest.param(
            "accept",
            replace(READY, interface_tested=TRIAL - timedelta(days=1)),
            "S12.1",
            id="验收：接口测试是上次试运行的",
        ),
        pytest.param("accept", replace(READY, spots=(TOILET,)), "S10(1)", id="验收：点位在卫生间"),
        pytest.param("fail", READY, "S16.1", id="不合格：结论是合格"),
        pytest.param("fail", replace(READY, acceptance=None), "S16.1", id="不合格：没有结论"),
        pytest.param("put_in_use", replace(READY, acceptance=None), "S16.1", id="使用：没有验收"),
        pytest.param(
            "put_in_use", replace(READY, spots=(replace(GATE, signed=False),)), "S15", id="使用：没有标志照片"
        ),
        pytest.param("put_in_use", replace(READY, spots=(replace(GATE, field=False),)), "S15", id="使用：没有采集范围"),
        pytest.param("put_in_use", replace(READY, spots=(TOILET,)), "S10(1)", id="使用：点位在卫生间"),
        pytest.param("remove", replace(READY, leaving=None), "S18b", id="拆除：没有报告"),
        pytest.param("remove", replace(READY, leaving=Leaving(None)), "S18b", id="拆除：拟拆除而没有报告"),
        pytest.param(
            "remove",
            replace(READY, leaving=Leaving(TODAY - timedelta(days=14))),
            "S18b",
            id="拆除：报告后只有十四日",
        ),
    ],
)
def test_each_thing_that_is_missing_holds_the_step_up_with_its_clause(
    event: str, facts: SystemFacts, clause: str
) -> None:
    assert clause in clauses(event, facts)


def test_a_failed_acceptance_of_this_trial_sends_it_back() -> None:
    assert clauses("fail", replace(READY, acceptance=LastAcceptance(TODAY, False, frozenset(), False))) == []


def test_before_it_is_built_nobody_has_to_know_the_models() -> None:
    assert clauses("start", replace(READY, spots=(replace(GATE, product="", certified=None),))) == []


def test_each_model_is_named_once() -> None:
    spots = tuple(replace(GATE, name=name, certified=None) for name in ("校门", "后门"))
    found = GUARDS["accept"](replace(READY, spots=spots), TODAY, TODAY, LegalTerms())
    assert [one.reason_zh.partition("：")[0] for one in found] == ["某厂 X1"]


def test_a_trial_of_thirty_days_is_long_enough() -> None:
    assert clauses("accept", replace(READY, trial_began=TODAY - timedelta(days=30), interface_tested=TODAY)) == []


def test_lagging_behind_the_main_works_holds_nothing_up() -> None:
    works = {"build": Pair(TODAY - timedelta(days=10), None)}
    assert clauses("complete", replace(READY, works=works)) == []


def test_a_doubt_that_a_person_settled_holds_nothing_up() -> None:
    settled = replace(DOUBT, place=SpotFacts(words="更衣室门口走廊", cleared_by="镜头朝向走廊尽头，更衣室门不在画面内"))
    assert clauses("begin_trial", replace(READY, spots=(settled,))) == []


def test_every_unmet_condition_says_what_and_what_to_do_in_both_languages() -> None:
    bare = SystemFacts(spots=(TOILET, replace(GATE, forbidden=True, mask_missing=True)), site=(neighbour(True),))
    for event, guard in GUARDS.items():
        for one in guard(bare, TODAY, TODAY, LegalTerms()):
            assert all((one.reason_zh, one.reason_en, one.remedy_zh, one.remedy_en)), event
