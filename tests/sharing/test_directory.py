"""The directory (S25): what the register puts into it and what never, edited with reasons, approved by another, kept version by version."""

from __future__ import annotations

import csv
import hashlib
import io
import json

import pytest
from django.db import IntegrityError, transaction

from custodes.people.lawful import StepRefused
from custodes.people.models import RecordOutbox, Unit, UnitKind
from custodes.places.models import System, SystemRole, SystemRoleKind, SystemState
from custodes.sharing.directory.candidates import candidates
from custodes.sharing.directory.files import difference
from custodes.sharing.directory.secrecy import told_by
from custodes.sharing.models import Directory, DirectoryState
from tests.cast import SINCE
from tests.sharing import versions
from tests.sharing.stage import CITY, department, published, second, system, taken

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]


@pytest.fixture
def bureau(cast):
    """The county's education bureau, with one system of its own; the school stands under it."""
    unit = department(UnitKind.EDUCATION, "城关区教育局")
    school = Unit.objects.get(pk=cast.units["a"].pk)
    school.parent = unit
    school.save()
    system(unit, "教育局考务视频系统")
    return unit


def names(row):
    return [one.name for one in row.entries.all()]


def clauses(refused):
    return {one.clause for one in refused.value.unmet}


@pytest.mark.clause("S23", "S25")
def test_the_register_puts_in_what_departments_of_the_same_level_manage_and_nothing_else(cast, stage, by, bureau):
    system(department(UnitKind.TRANSPORT, "拉萨市交通运输局", CITY), "公交视频系统")
    system(department(UnitKind.FINANCE_DEPT, "城关区财政局"), "财政局视频系统")
    system(bureau, "在建系统", state=SystemState.BUILDING)
    row = versions.begin(cast.units["county"], taken(by))
    assert sorted(names(row)) == sorted(["教育局考务视频系统", stage.school.name])
    assert {one.clause for one in row.entries.all()} == {"S23"}
    assert [one.system.name for one in candidates(cast.units["city"], taken(by).on)] == ["公交视频系统"]


@pytest.mark.clause("S23")
def test_a_county_bureau_under_the_citys_connects_to_the_county_alone(cast, stage, by, bureau):
    above = department(UnitKind.EDUCATION, "拉萨市教育局", CITY)
    bureau.parent = above
    bureau.save()
    system(above, "拉萨市考务指挥系统")
    own = Unit.objects.create(name="拉萨市第九中学", kind=UnitKind.INSTITUTION, division=bureau.division, parent=above)
    system(own, "第九中学视频系统")
    helped = system(cast.units["b"], "代管宾馆视频系统")
    SystemRole.objects.create(system=helped, unit=bureau, role=SystemRoleKind.MANAGER, since=SINCE.date())
    found = {
        office: {one.system.name for one in candidates(cast.units[office], taken(by).on)}
        for office in ("city", "county")
    }
    assert found == {
        "city": {"拉萨市考务指挥系统", "第九中学视频系统"},
        "county": {"教育局考务视频系统", stage.school.name, "代管宾馆视频系统"},
    }


@pytest.mark.clause("S20", "S25")
def test_what_is_classified_or_of_state_security_is_in_no_directory(cast, by, bureau):
    system(bureau, "涉密系统", classified=True)
    organ = department(UnitKind.STATE_SECURITY, "国家安全机关")
    shared = system(bureau, "代管系统")
    SystemRole.objects.create(system=shared, unit=organ, role=SystemRoleKind.USER, since=SINCE.date())
    theirs = system(organ, "机关视频系统")
    row = versions.begin(cast.units["county"], taken(by))
    assert names(row) == ["教育局考务视频系统"]
    with pytest.raises(StepRefused, match="可以公布"):
        versions.add(row, theirs, "", "需要整合联网", taken(by))


@pytest.mark.clause("S20", "S25")
def test_one_that_is_classified_after_it_was_submitted_is_not_published(cast, by, other, bureau):
    row = versions.begin(cast.units["county"], taken(by))
    versions.submit(row, taken(by))
    System.objects.update(classified=True)
    with pytest.raises(StepRefused) as refused:
        versions.publish(row, taken(other))
    assert "S20" in clauses(refused)
    versions.send_back(row, taken(by, "已定密，须移出"))
    assert versions.refresh(row, taken(by)) == (0, 1)


@pytest.mark.clause("S25")
def test_left_out_and_added_want_a_reason(cast, stage, by, bureau):
    row = versions.begin(cast.units["county"], taken(by))
    entry = row.entries.get(name="教育局考务视频系统")
    for reason in ("", "。"):
        with pytest.raises(StepRefused, match="理由"):
            versions.decide(row, entry.pk, listed=False, name=entry.name, reason=reason, taken=taken(by))
    versions.decide(row, entry.pk, listed=False, name=entry.name, reason="正在报废", taken=taken(by))
    with pytest.raises(StepRefused, match="理由"):
        versions.add(row, stage.school, "", " ", taken(by))
    with pytest.raises(IntegrityError), transaction.atomic():
        row.entries.filter(pk=entry.pk).update(reason="")


@pytest.mark.clause("S24", "S25")
def test_a_system_is_added_for_public_safety_and_taken_out_again(cast, by, bureau):
    shop = Unit.objects.create(name="北郊商场", kind=UnitKind.ENTERPRISE, division=cast.units["county"].division)
    mall = system(shop, "商场视频系统")
    row = versions.begin(cast.units["county"], taken(by))
    entry = versions.add(row, mall, "北郊商场视频系统", "人员密集，重大活动安全保卫需要", taken(by))
    assert (entry.clause, entry.computed) == ("S24", False)
    with pytest.raises(StepRefused, match="已在"):
        versions.add(row, mall, "", "再加一次", taken(by))
    versions.take_out(row, entry.pk, taken(by))
    assert names(row) == ["教育局考务视频系统"]
    with pytest.raises(StepRefused, match="增列"):
        versions.take_out(row, row.entries.get().pk, taken(by))


@pytest.mark.clause("S23", "S24", "S25")
@pytest.mark.parametrize(
    ("kind", "clause", "department_key"),
    [
        (UnitKind.ENTERPRISE, "S24", ""),
        (UnitKind.INSTITUTION, "S24", ""),
        (UnitKind.SOCIAL, "S24", ""),
        (UnitKind.SECTOR_POWER, "S24", ""),
        (UnitKind.FINANCE_DEPT, "S23", "finance_dept"),
        (UnitKind.OTHER_DEPARTMENT, "S23", ""),
        (UnitKind.PUBLIC_SECURITY, "S21", ""),
    ],
)
def test_what_is_added_stands_under_the_clause_that_speaks_of_its_unit(
    kind, clause, department_key, cast, by, other, bureau
):
    added = system(department(kind, "某单位"), "增列视频系统")
    row = versions.begin(cast.units["county"], taken(by))
    entry = versions.add(row, added, "", "维护公共安全需要", taken(by))
    assert (entry.clause, entry.department) == (clause, department_key)
    assert row.steps.get(event="add").clauses == [clause, "S25"]
    versions.submit(row, taken(by))
    row = versions.publish(row, taken(other))
    words = {"S21": "第二十一条", "S23": "第二十三条", "S24": "第二十四条"}
    said = {one["system"]: one["basis"] for one in json.loads(row.document)["entries"]}
    assert said["增列视频系统"] == words[clause] == row.entries.get(system=added).clause_name
    later = versions.begin(cast.units["county"], taken(by))
    assert later.entries.get(system=added).clause == clause


@pytest.mark.clause("S23", "S24")
def test_what_no_clause_makes_connect_is_not_added_and_goes_where_it_was(cast, by, bureau):
    court = system(cast.units["court"], "法院视频系统")
    row = versions.begin(cast.units["county"], taken(by))
    with pytest.raises(StepRefused, match=r"没有规定其系统应当接入.*单位登记"):
        versions.add(row, court, "", "需要整合联网", taken(by))
    firm = Unit.objects.create(name="北郊商场", kind=UnitKind.ENTERPRISE, division=bureau.division)
    entry = versions.add(row, system(firm, "商场视频系统"), "", "需要整合联网", taken(by))
    firm.name, firm.kind = "北郊集贸市场服务中心", UnitKind.OTHER_DEPARTMENT
    firm.save()
    versions.refresh(row, taken(by))
    entry.refresh_from_db()
    assert (entry.unit_name, entry.clause, entry.reason) == (firm.name, "S23", "需要整合联网")
    Unit.objects.filter(pk=firm.pk).update(kind=UnitKind.GOVERNMENT)
    with pytest.raises(StepRefused) as refused:
        versions.submit(row, taken(by))
    assert "已不属于" in refused.value.unmet[0].reason_zh
    assert versions.refresh(row, taken(by)) == (0, 1)


@pytest.mark.clause("S23")
def test_the_city_adds_no_system_of_a_countys_department(cast, bureau):
    by = cast.system_admin.person
    row = versions.begin(cast.units["city"], taken(by))
    with pytest.raises(StepRefused, match=r"同级平台（第二十三条）.*城关区"):
        versions.add(row, System.objects.get(name="教育局考务视频系统"), "", "需要整合联网", taken(by))


@pytest.mark.clause("S30.1", "S33.1")
def test_the_name_of_a_unit_is_published_too(cast, by, bureau):
    row = versions.begin(cast.units["county"], taken(by))
    row.entries.update(unit_name="北京中路7号院业主委员会")
    with pytest.raises(StepRefused) as refused:
        versions.submit(row, taken(by))
    assert clauses(refused) == {"S30.1、S33.1"}
    assert "责任单位名称“北京中路7号院业主委员会”含有门牌地址" in refused.value.unmet[0].reason_zh


@pytest.mark.clause("S30.1", "S33.1")
@pytest.mark.parametrize(
    "name",
    [
        "北京中路七号",
        "北京中路7-1号院",
        "北京中路７－１号",
        "东经91°07′",
        "138 9891 1234",
        "0891-632 0001",
        "fe80::1",
        "2001:db8:0:1::5",
        "00:1a:2b:3c:4d:5e",
        "一楼大厅",
        "海康DS-2CD3T",
        "球机12台",
        "教学楼摄像头",
        "校门 10.1.2.3",
        "值班 0891-6320001",
        "北京中路 7 号视频",
        "东经91.1312北纬29.6512",
        "银行金库视频",
        "设备54010200001320000001",
    ],
)
def test_a_name_that_tells_more_is_not_published(name, cast, by, bureau):
    assert told_by(name)
    row = versions.begin(cast.units["county"], taken(by))
    row.entries.update(name=name)
    with pytest.raises(StepRefused) as refused:
        versions.submit(row, taken(by))
    assert clauses(refused) == {"S30.1、S33.1"}


@pytest.mark.parametrize(
    "name",
    [
        *(
            "教育局考务视频系统",
            "第3小学视频系统",
            "318 国道视频系统",
            "八廓街视频系统",
            "109国道1号卡口",
            "G318国道卡口系统",
        ),
        *(
            "第一人民医院视频系统",
            "八一镇视频系统",
            "拉萨市第八中学",
            "5A级景区视频系统",
            "2024-2025年改造系统",
            "T3航站楼视频系统",
        ),
        *("七一路沿线视频系统", "政务服务大厅视频系统", "百货大楼视频系统", "千层峡景区视频系统", "360度全景景区"),
    ],
)
def test_an_ordinary_name_is(name):
    assert told_by(name) == ()


@pytest.mark.clause("S25")
def test_who_took_part_in_compiling_it_does_not_approve_it(cast, by, other, bureau):
    row = versions.begin(cast.units["county"], taken(by))
    versions.refresh(row, taken(other))
    versions.submit(row, taken(by))
    for person in (by, other):
        with pytest.raises(StepRefused) as refused:
            versions.publish(row, taken(person))
        assert [one.reason_zh for one in refused.value.unmet] == ["批准人参与了本版目录的编制"]
    third = second(cast, "third").person
    assert versions.publish(row, taken(third)).state == DirectoryState.PUBLISHED


@pytest.mark.clause("S25")
def test_it_is_not_submitted_while_it_lacks_a_system_or_is_empty(cast, by, bureau):
    row = versions.begin(cast.units["county"], taken(by))
    system(bureau, "新建视频系统")
    with pytest.raises(StepRefused) as refused:
        versions.submit(row, taken(by))
    assert "新建视频系统" in refused.value.unmet[0].reason_zh
    assert versions.refresh(row, taken(by)) == (1, 0)
    for entry in row.entries.all():
        versions.decide(row, entry.pk, listed=False, name=entry.name, reason="暂不具备条件", taken=taken(by))
    with pytest.raises(StepRefused) as refused:
        versions.submit(row, taken(by))
    assert "没有列入任何系统" in refused.value.unmet[0].reason_zh


@pytest.mark.clause("S25")
def test_each_version_is_kept_and_says_what_it_changed(cast, by, other, bureau):
    first = published(cast, other)
    old = first.document
    row = versions.begin(cast.units["county"], taken(by))
    assert row.version == 2
    with pytest.raises(StepRefused, match="正在编制"):
        versions.begin(cast.units["county"], taken(by))
    new = system(bureau, "新建视频系统")
    versions.refresh(row, taken(by))
    entry = row.entries.get(name="教育局考务视频系统")
    versions.decide(row, entry.pk, listed=False, name=entry.name, reason="已移交", taken=taken(by))
    versions.submit(row, taken(by))
    row = versions.publish(row, taken(other))
    first.refresh_from_db()
    assert (first.state, first.document, row.previous) == (DirectoryState.SUPERSEDED, old, first)
    changed = difference(row, first)
    assert [one.system_id for one in changed.came] == [new.pk]
    assert [one.name for one in changed.went] == ["教育局考务视频系统"]
    third = versions.begin(cast.units["county"], taken(by))
    assert third.entries.get(name="教育局考务视频系统").reason == "已移交", "what people decided is carried over"
    with pytest.raises(StepRefused, match="现行"):
        versions.refresh(row, taken(by))


@pytest.mark.clause("S25", "S30.1")
def test_the_files_say_which_systems_and_nothing_of_where_they_are_and_the_log_has_their_hashes(
    cast, by, other, bureau
):
    found = system(bureau, "=HYPERLINK(1)")
    row = published(cast, other)
    said = json.loads(row.document)
    assert set(said["entries"][0]) == {"system", "unit", "department", "division", "category", "basis"}
    for text in (row.document, row.table):
        for secret in (found.site.address, "91.13", "29.65", found.site.name):
            assert secret not in text
    rows = list(csv.reader(io.StringIO(row.table.removeprefix("\ufeff"))))
    assert len(rows) == len(said["entries"]) + 1
    assert not any(cell.startswith("=") for line in rows for cell in line)
    record = RecordOutbox.objects.get(type="sharing.step", record__event="publish").record
    assert record["document"] == hashlib.sha256(row.document.encode()).hexdigest()
    assert record["table"] == hashlib.sha256(row.table.encode()).hexdigest()
    assert [one.event for one in row.steps.all()] == ["begin", "submit", "publish"]


def test_the_database_takes_no_approval_by_who_submitted_it(cast, by, other, bureau):
    row = published(cast, other)
    with pytest.raises(IntegrityError), transaction.atomic():
        Directory.objects.filter(pk=row.pk).update(approved_by=by)
