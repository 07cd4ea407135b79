"""Each document shows what it is given, is headed, numbered, sealed and rests on its clauses."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from custodes.documents.forms.agency import OutsiderRefusal, UnmetRow
from custodes.documents.forms.document import PaperRow
from custodes.documents.provenance import Provenance
from custodes.documents.rendering import render
from tests.documents import samples
from tests.documents.reading import pages, text

FILLED, BLANK = samples.filled(), samples.blank()

SHOWS = {
    "filing": (
        "■新建系统备案",
        "□已建成系统备案",
        "□变更备案",
        "12540102MB0X00001K",
        "30日",
        "2026年11月2日",
        "设计方案",
        "检验报告",
        "□未交",
    ),
    "receipt": ("540102-2026-0012", "2026年11月26日", "（期限内）", "检验报告（JY-2026-118）", "城关区公安局（训练）"),
    "change": ("操场东侧原立柱", "新看台北端立柱", "2026年11月20日", "操场东侧看台改建"),
    "acceptance": (
        "一、设计",
        "二、施工",
        "三、检验",
        "四、验收",
        "五、档案",
        "■合格",
        "□不合格",
        "同意通过验收",
        "扎西顿珠",
    ),
    "removal": ("■场所、部位改变用途", "2026年12月14日", "18日", "2027年1月13日", "SCHOOL-003"),
    "retention": ("校园视频系统", "不足3日", "校门口纠纷", "#29", "扎西顿珠"),
    "dossier": ("卷内目录", "AJ-2026-0012", "施工图纸6", "高原示范设计院（训练）", "洛桑"),
    "request": ("■复制", "司法工作需要", "法执0017", "0101", "央金", "已准予", "2026年12月25日"),
    "request_refusal": ("未出示单位介绍信函", "请出示介绍信函并登记文号", "第二十八条第一款第二项", "次仁"),
    "undertaking": ("不翻拍、不外传", "两人同时在场", "次旺", "2026年12月25日"),
    "extraction": ("完整性校验值", "见证人", "东门", "（2026）藏0102介字第18号"),
    "copy_note": ("未作剪辑、修改", "制作人", "东门"),
    "upgrade": ("录像实际保存21日", "补设标识", "2027年2月26日", "县（区）公安机关指导下"),
    "missing_sheet": ("旦珠", "大昭寺广场东口", "八廓街北口", "按指印", "多吉", "先作声明"),
    "missing_pledge": ("只为寻找旦珠", "不翻拍", "朗读人"),
    "release": ("交通安全宣传", "第六条", "2029-06-04", "次仁已核对原文", "a" * 20, "example.org/1", "已公开"),
    "individual_notice": ("多布杰", "■不同意查阅", "正在办理的案件", "可报警"),
    "own_image_reply": ("卓玛", "■不予提供", "没有找到申请人", "向人民法院提起诉讼", "第五十条"),
    "link_notice": ("教育考试视频系统", "2026年8月20日", "2026年12月31日", "54010200002000000001", "应当接入目录第3版"),
    "link_urging": ("校园视频系统", "联通〔2026〕0001号", "2026年10月31日", "26日", "期限已过"),
    "cooperation_request": ("元旦庆祝活动", "临街入口", "2026年11月18日", "前次同意后没有接入"),
    "cooperation_urging": ("2026年11月3日", "逾期8日", "第2次催办", "宾馆公共区域视频系统"),
    "directory": ("校园视频系统4", "第3版", "公布日期：2026年11月26日", "c4" * 32, "第二十三条"),
    "authorization": ("城关区第一小学", "居民身份证号码", "受托人签名"),
    "password": ("请本人亲启", "格桑", "gesang", "abcde-FGHJK-mnpqr-23456", "向内折"),
}


@pytest.mark.parametrize("name", sorted(FILLED))
def test_it_shows_what_it_is_given(name: str) -> None:
    shown = text(render(FILLED[name], templates=None, provenance=samples.PROVENANCE))
    assert [words for words in SHOWS[name] if words not in shown] == []
    assert FILLED[name].TITLE in shown
    assert "盖章处" in shown


@pytest.mark.parametrize("name", sorted(FILLED))
def test_every_page_has_its_number_and_the_first_quotes_the_clauses_and_the_log(name: str) -> None:
    document = FILLED[name]
    shown = pages(render(document, templates=None, provenance=samples.PROVENANCE))
    for at, page in enumerate(shown, start=1):
        assert f"第{at}页共{len(shown)}页" in page
        assert ("存证序号4711" in page) is document.RECORDED
    if document.RECORDED:
        assert f"检查点：5120条，根哈希{samples.ROOT}" in shown[0]
    else:
        assert "不是存证日志的记录" in shown[0]
    assert (
        "依据《拉萨市公共安全视频图像信息系统管理办法》第" in shown[0]
        or "依据《公共安全视频图像信息系统管理条例》第" in shown[0]
        or "依据《个人信息保护法》第" in shown[0]
    )
    assert shown[0].count("依据《") == len(document.clauses)


def test_only_the_regulations_own_words_are_given_as_words() -> None:
    shown = text(render(FILLED["filing"], templates=None, provenance=samples.PROVENANCE))
    assert "管理办法》第十六条第二款：建设单位应当自验收合格之日起三十日内" in shown
    assert "管理条例》第十四条（摘要）：" in shown


@pytest.mark.parametrize("name", sorted(BLANK))
def test_an_empty_form_says_nothing_in_place_of_what_is_missing(name: str) -> None:
    shown = text(render(BLANK[name], templates=None, provenance=samples.PROVENANCE))
    assert "none" not in shown.lower()
    assert "■" not in shown.replace("■是", "")
    assert "年月日" in shown


def test_what_is_not_in_the_log_yet_says_so() -> None:
    early = Provenance("训练", "log.example/lhasa", None, None)
    shown = text(render(FILLED["receipt"], templates=None, provenance=early))
    assert "尚未写入存证日志" in shown
    assert "检查点：尚无" in shown
    assert "存证序号4711" not in shown


@pytest.mark.parametrize("name", sorted(FILLED))
def test_the_same_document_gives_the_same_bytes(name: str) -> None:
    again = samples.filled()[name]
    first = render(FILLED[name], templates=None, provenance=samples.PROVENANCE)
    assert render(again, templates=None, provenance=samples.PROVENANCE) == first


@pytest.mark.parametrize(("count", "expected"), [(0, 2), (1, 3), (12, 3), (200, 8)])
def test_a_list_runs_over_pages_with_its_head_on_each(count: int, expected: int) -> None:
    shown = pages(render(samples.filing(count), templates=None, provenance=samples.PROVENANCE))
    assert len(shown) == expected
    annex = shown[2:]
    assert all("序号设备编号安装位置" in page for page in annex)
    assert sum(page.count("SCHOOL-") for page in annex) == count


def test_the_five_parts_stand_in_their_order() -> None:
    shown = text(render(FILLED["acceptance"], templates=None, provenance=samples.PROVENANCE))
    places = [shown.index(words) for words in ("一、设计", "二、施工", "三、检验", "四、验收", "五、档案", "验收结论")]
    assert places == sorted(places)


def test_a_late_filing_says_by_how_much() -> None:
    late = samples.filing(days_late=9)
    assert "（逾期9日）" in text(render(late, templates=None, provenance=samples.PROVENANCE))


def _changed(changes: int, papers: int) -> list[str]:
    change, picture = samples.change(), PaperRow("变更前，校门", day=date(2026, 11, 20), sha256="ab" * 32)
    document = replace(change, changes=change.changes[:1] * changes, materials=(picture,) * papers)
    return pages(render(document, templates=None, provenance=samples.PROVENANCE))


def test_the_form_of_a_usual_change_is_one_page_with_its_seals() -> None:
    (page,) = _changed(1, 2)
    assert page.count("盖章处") == 2


@pytest.mark.parametrize(("changes", "papers"), [(6, 2), (9, 3), (12, 6)])
def test_seals_of_a_longer_change_have_the_papers_beside_them(changes: int, papers: int) -> None:
    shown = _changed(changes, papers)
    assert len(shown) == 2
    assert "材料名称" in shown[1]
    assert shown[1].count("盖章处") == 2


def test_who_is_no_organ_is_told_article_27_and_not_the_managers_right_to_refuse() -> None:
    told = "第二十八条第二款"
    organ = text(render(FILLED["request_refusal"], templates=None, provenance=samples.PROVENANCE))
    lawyer = OutsiderRefusal(
        unit="高原示范律师事务所",
        holder="城关区第一小学",
        missing=(UnmetRow("第二十七条", "申请人不是律师", "请按可行途径办理"),),
    )
    outside = text(render(lawyer, templates=None, provenance=samples.PROVENANCE))
    assert told in organ
    assert told not in outside
    assert "不属于其列" in outside


def test_a_draft_of_the_directory_is_marked_on_each_page_and_says_no_day() -> None:
    draft = replace(FILLED["directory"], draft=True, issued=None, sha256="", entries=samples.listed(60))
    shown = pages(render(draft, templates=None, provenance=samples.PROVENANCE))
    assert len(shown) > 1
    assert all("草稿" in page for page in shown)
    assert "尚未公布" in shown[0]
    assert "草稿" not in text(render(FILLED["directory"], templates=None, provenance=samples.PROVENANCE))


def test_a_letter_whose_systems_may_not_be_named_any_more_says_how_many() -> None:
    shown = text(render(replace(FILLED["link_notice"], gone=2), templates=None, provenance=samples.PROVENANCE))
    assert "另有2个系统依法不再列出" in shown


@pytest.mark.parametrize("name", ["change", "directory"])
def test_what_one_did_that_takes_two_says_so_on_paper(name: str) -> None:
    marked = text(render(replace(FILLED[name], alone=True), templates=None, provenance=samples.PROVENANCE))
    assert "一人办理本单位没有第二人" in marked
    assert "一人办理" not in text(render(FILLED[name], templates=None, provenance=samples.PROVENANCE))
