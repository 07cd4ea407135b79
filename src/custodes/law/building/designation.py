"""Whether a text prescribes a brand, a seller or a firm (S13.2): words that a person looks at, never a finding of a breach.

What this can't see: parameters cut to fit one product, model numbers that nobody has entered as names, a brand behind an
abbreviation, a picture. A text without any such word is therefore no proof that nothing is prescribed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from custodes.law.building.describing import comparable

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
