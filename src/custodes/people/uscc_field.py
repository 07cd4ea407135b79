"""The unified social credit code on forms: normalised, and its mistakes told one by one."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from custodes.people import uscc


def valid_uscc(value: str) -> None:
    """A validator for the code in its normal form.

    Raises:
        ValidationError: one message for each problem.
    """
    found = [words(problem) for problem in uscc.problems(value)]
    if found:
        raise ValidationError(found)


def words(problem: uscc.Problem) -> str:
    """What a person reads of a problem: which character, and what to do."""
    match problem:
        case uscc.WrongLength(count):
            return _("统一社会信用代码为十八位，现在是 %(count)d 位。请对照证书重新填写。") % {"count": count}
        case uscc.WrongCharacter(place, found, meant) if meant:
            return _("第 %(place)d 位“%(found)s”不是代码用字（代码不用字母 I、O、Z、S、V），可能应为“%(meant)s”。") % {
                "place": place, "found": found, "meant": meant,
            }  # fmt: skip
        case uscc.WrongCharacter(place, found, _meant):
            return _("第 %(place)d 位“%(found)s”不是代码用字。代码只有数字和大写字母。") % {
                "place": place,
                "found": found,
            }
    return _("最后一位校验码与前十七位不符（GB 32100）：可能抄错一位，或者两位颠倒。请对照证书逐位核对。")


class UsccField(models.CharField):  # type: ignore[type-arg]
    """The code, or nothing; what was entered before the check existed is kept until somebody edits it."""

    default_validators = [valid_uscc]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["max_length"] = uscc.LENGTH
        super().__init__(*args, **kwargs)

    def to_python(self, value: Any) -> Any:
        """In normal form."""
        return uscc.normal(value) if isinstance(value, str) else super().to_python(value)

    def formfield(self, **kwargs: Any) -> Any:
        """With room for spaces and hyphens that people type."""
        return super().formfield(**{"max_length": 40, **kwargs})
