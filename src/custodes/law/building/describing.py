"""What a text says: of a place (itself, beside it, denied), and whether it prescribes a brand, a seller or a firm (S13.2; a person looks at it)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

_SIMPLE = str.maketrans(
    "廁間內門臥寢衛櫃檯員選舉療診體館廳賓飯換試無設營廠區號樓會點處場員課廣宮醫貨單戶線",
    "厕间内门卧寝卫柜台员选举疗诊体馆厅宾饭换试无设营厂区号楼会点处场员课广宫医货单户线",
)
"""Traditional characters that occur in the words below, to the simplified ones."""
_SPACE = re.compile(r"(?<=[\u3400-\u9fff])\s+(?=[\u3400-\u9fff])")


def comparable(text: str) -> str:
    """The text in one width, one case and simplified characters, without blanks between Chinese ones."""
    folded = unicodedata.normalize("NFKC", text).casefold().translate(_SIMPLE)
    return _SPACE.sub("", " ".join(folded.split()))


class MentionedPlace(StrEnum):
    """What a mention says of the camera's place."""

    AT = "at"
    """It names the room itself, or nothing beside it."""
    OUTSIDE = "outside"
    """It names what lies before or beside it, or says that it is kept out of view."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A word that was found, and what it says."""

    word: str
    where: MentionedPlace


_DENIED = re.compile(r"(?:不是|并非|非|没有|没设|未设置?|不设置?|无|not an?|no|without an?)\s*(?:任何|有)?$")
"""Directly before a word: there is none. 无障碍卫生间 is one all the same."""
_KEPT_OUT = re.compile(
    r"(?:不含|不包括|不拍摄|不采集|不覆盖|避开|除去?|遮蔽|不朝向|不得拍摄|靠近|邻近|紧邻|毗邻|近|excluding|except|outside|near|opposite)\s*(?:the\s*)?$"
)
_OUTSIDE = re.compile(
    r"^(?:区域?|楼|房|间|的|入口|里){0,2}"
    r"(?:门口|门外|门前|大门|正门|外(?!科|卖|来|地|籍|国)|出入口|入口|出口|走廊|过道|通道|前厅|楼道|楼下|楼前|对面|隔壁|旁|附近|周边"
    r"|\s*(?:entrance|door|corridor|hallway|exit|lobby))"
)
_AREA = re.compile(
    r"^(?:区|园区|楼|大院|院)(?:域)?内?的?(?:[东南西北]侧?)?(?:大门|正门|[东南西北]门|围墙|停车场|道路|操场|广场|主干道|院门)"
)
"""The gate or grounds of a whole block: no room is near enough to be in view."""
_BUSINESS = re.compile(
    r"^(?:柜|镜|帘|用品|设备|洁具|产品|器材|器械|仪器?|隔断|隔板|门窗|材料|家具|设施){0,2}"
    r"(?:有限)?(?:公司|厂|店|专卖|门市|批发|经营部|市场|仓库|展厅|销售|生产|制造)"
)
"""Somebody who makes or sells it."""
_OFFICE = re.compile(r"^(?:部|楼|区)?(?:管理|服务)?(?:委员会|办公室|管理处|管理站|服务中心|登记处|前台|大堂|监督岗)")
"""An office that is named after it."""
_LONGEST_BEFORE = 16


def mentions(text: str, words: Sequence[str]) -> tuple[Mention, ...]:
    """The places in which one of `words` is said of the place, each with what it says; denied ones are left out.

    Args:
        text: as `comparable` returns it.
        words: regular expressions, Chinese, English or Tibetan; English ones match whole words.
    """
    found = []
    for match in re.finditer("|".join(f"(?:{_bounded(word)})" for word in words), text):
        before, after = text[max(0, match.start() - _LONGEST_BEFORE) : match.start()], text[match.end() :]
        if _DENIED.search(before) or any(rule.match(after) for rule in (_AREA, _BUSINESS, _OFFICE)):
            continue
        outside = _KEPT_OUT.search(before) or _OUTSIDE.match(after)
        found.append(Mention(match[0], MentionedPlace.OUTSIDE if outside else MentionedPlace.AT))
    return tuple(dict.fromkeys(found))


def _bounded(word: str) -> str:
    return rf"(?<![a-z]){word}s?(?![a-z])" if word.isascii() else word


_PRESCRIBES = (
    "指定(?:的)?(?:品牌|产品|厂家|供应商|单位|经销商|代理商)",
    "(?:仅限|只能|限用|必须|应当|须)(?:选用|采用|使用|采购)?[^，。；\n]{0,12}(?:品牌|牌|厂家|公司)(?!不限)",
    "(?:唯一|独家)(?:的)?(?:供应商?|授权|代理|品牌)",
    "不接受(?:其他|同类)[^，。；\n]{0,6}(?:品牌|产品)",
    "(?:入围|推荐)(?:的)?(?:品牌|厂家|企业|供应商)(?:名录|名单|库)?",
    "原厂授权",
    "only (?:the )?brand",
    "sole (?:supplier|source)",
    "(?:designated|approved|recommended) (?:brand|supplier|vendor|contractor)s?",
)
_FORBIDS = re.compile(
    r"(?:不得|禁止|严禁|不应|不准|must not|may not|shall not)[^，。；;\n]{0,6}"
    r"(?:指定|限定|要求|prescribe|designate|name)"
)
"""A sentence that forbids prescribing quotes the clause."""
_SENTENCES = re.compile(r"[。；;\n！!]")


def prescribing(text: str, names: Iterable[str]) -> tuple[str, ...]:
    """Words of `text` that may prescribe: known names and phrases, as they stand in its comparable form.

    Args:
        names: brands, sellers and firms that are known; Latin ones match whole words.
    """
    found: list[str] = []
    known = [comparable(name).strip() for name in names]
    for sentence in _SENTENCES.split(comparable(text)):
        if _FORBIDS.search(sentence):
            continue
        found += [name for name in known if name and re.search(_whole(name), sentence)]
        found += [match[0] for phrase in _PRESCRIBES for match in re.finditer(phrase, sentence)]
    return tuple(dict.fromkeys(found))


def _whole(name: str) -> str:
    return rf"(?<![a-z0-9]){re.escape(name)}(?![a-z0-9])" if name.isascii() else re.escape(name)
