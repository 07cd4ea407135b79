"""Numbers as people write them: the credit code of a unit, telephone numbers, the number on a badge."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
USCC_LENGTH = 18
USCC_MODULUS = 31
#: Weight of each of the first seventeen characters: powers of 3 (GB 32100-2015, annex A).
USCC_WEIGHTS = tuple(pow(3, place, USCC_MODULUS) for place in range(USCC_LENGTH - 1))
#: Letters that the standard leaves out, and what was probably meant.
LOOKS_LIKE = {"I": "1", "O": "0", "Z": "2", "S": "5", "V": "U"}
_SPACES = re.compile(r"[\s\-‐-―]+")


@dataclass(frozen=True)
class WrongLength:
    """Not eighteen characters."""

    count: int


@dataclass(frozen=True)
class WrongCharacter:
    """A character that no code has.

    Attributes:
        place: counted from 1.
        found: what stands there.
        meant: what it looks like; empty when it looks like nothing.
    """

    place: int
    found: str
    meant: str


@dataclass(frozen=True)
class WrongCheck:
    """Every character could stand there, and together they are no code: one is wrong, or two have changed places."""


UsccProblem = WrongLength | WrongCharacter | WrongCheck


def normal_uscc(text: str) -> str:
    """The code as it is kept: half-width, capital, without spaces and hyphens."""
    return _SPACES.sub("", unicodedata.normalize("NFKC", text)).upper()


def check_character(body: str) -> str:
    """The eighteenth character of these seventeen.

    Raises:
        ValueError: they are not seventeen of the table.
    """
    if len(body) != USCC_LENGTH - 1:
        raise ValueError("a code has seventeen characters before its check character")
    total = sum(USCC_ALPHABET.index(char) * weight for char, weight in zip(body, USCC_WEIGHTS, strict=True))
    return USCC_ALPHABET[-total % USCC_MODULUS]


def uscc_problems(code: str) -> tuple[UsccProblem, ...]:
    """What is wrong with a code in its normal form; empty when nothing is."""
    wrong = tuple(
        WrongCharacter(place, char, LOOKS_LIKE.get(char, ""))
        for place, char in enumerate(code, 1)
        if char not in USCC_ALPHABET
    )
    if wrong:
        return wrong
    if len(code) != USCC_LENGTH:
        return (WrongLength(len(code)),)
    return () if check_character(code[:-1]) == code[-1] else (WrongCheck(),)


def valid_uscc(value: str) -> None:
    """A validator for the code in its normal form.

    Raises:
        ValidationError: one message for each problem.
    """
    found = [uscc_problem_text(problem) for problem in uscc_problems(value)]
    if found:
        raise ValidationError(found)


def uscc_problem_text(problem: UsccProblem) -> str:
    """What a person reads of a problem: which character, and what to do."""
    match problem:
        case WrongLength(count):
            return _("统一社会信用代码为十八位，现在是 %(count)d 位。请对照证书重新填写。") % {"count": count}
        case WrongCharacter(place, found, meant) if meant:
            return _("第 %(place)d 位“%(found)s”不是代码用字（代码不用字母 I、O、Z、S、V），可能应为“%(meant)s”。") % {
                "place": place, "found": found, "meant": meant,
            }  # fmt: skip
        case WrongCharacter(place, found, _meant):
            return _("第 %(place)d 位“%(found)s”不是代码用字。代码只有数字和大写字母。") % {
                "place": place,
                "found": found,
            }
    return _("最后一位校验码与前十七位不符（GB 32100）：可能抄错一位，或者两位颠倒。请对照证书逐位核对。")


class UsccField(models.CharField):  # type: ignore[type-arg]
    """The code, or nothing; what was entered before the check existed is kept until somebody edits it."""

    default_validators = [valid_uscc]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["max_length"] = USCC_LENGTH
        super().__init__(*args, **kwargs)

    def to_python(self, value: Any) -> Any:
        """In normal form."""
        return normal_uscc(value) if isinstance(value, str) else super().to_python(value)

    def formfield(self, **kwargs: Any) -> Any:
        """With room for spaces and hyphens that people type."""
        return super().formfield(**{"max_length": 40, **kwargs})


_DIALLED = re.compile(r"\+?[0-9]{7,15}(?:[x#][0-9]{1,6})?")
_BETWEEN = re.compile(r"[\s()\-‐-―]+")


def phone_digits(text: str) -> str:
    """The number without what stands between its digits, to compare two: ``0891-632 1100`` → ``08916321100``."""
    return _BETWEEN.sub("", unicodedata.normalize("NFKC", text)).replace("转", "x").lower()


def valid_phone(value: str) -> None:
    """A validator.

    Raises:
        ValidationError: nobody could dial it.
    """
    if not _DIALLED.fullmatch(phone_digits(value)):
        raise ValidationError(_("电话号码应为七至十五位数字，可以带区号和分机，例如 0891-6321100 转 12。"))


WORK_NUMBER_LENGTH = 40
"""Characters; a statement between platforms holds as many (docs/design/wire.md §9)."""
_WRITTEN = re.compile(r"[0-9A-Za-z\u4e00-\u9fff()〔〕\-·/]+")
_IDENTITY = re.compile(r"[1-9][0-9]{16}[0-9Xx]")


def normal_work_number(text: str) -> str:
    """In one form: no spaces, digits and brackets of one width, so that one number is not two."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def valid_work_number(value: str) -> None:
    """A validator.

    Raises:
        ValidationError: it is none, or it is an identity number, which has no business here (PIPL 6).
    """
    found = normal_work_number(value)
    if _IDENTITY.fullmatch(found):
        raise ValidationError(_("警号或者工作证号：不得填写居民身份证号码（个人信息保护法第六条）。请按工作证件填写。"))
    if len(found) > WORK_NUMBER_LENGTH:  # one width for all may take more characters than were typed
        raise ValidationError(
            _("警号或者工作证号：最多 %(count)d 个字符。请按工作证件填写。") % {"count": WORK_NUMBER_LENGTH}
        )
    if not _WRITTEN.fullmatch(found) or not any(char.isdecimal() for char in found):
        raise ValidationError(
            _("警号或者工作证号：应当含有数字，只能使用数字、字母、汉字、括号、横线和斜线。请按工作证件填写。")
        )
