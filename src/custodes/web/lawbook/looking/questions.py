"""From the facts that a ground asks for to questions in plain words: the type says how it is asked, the words say what.

Nothing of a person is asked: where the ground wants a name, a number or a reason, the question is whether there is one.
"""

from __future__ import annotations

import types
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Union, get_args, get_origin, get_type_hints

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from custodes.web.lawbook.asking import UNSAID, YES_NO, answered

_MOST = 999
_HOUR = timedelta(hours=1)
_WRONG_NUMBER = {"invalid": _("请填写整数。"), "min_value": _("不能小于 0。"), "max_value": _("数字过大，请核对。")}


@dataclass(frozen=True)
class Question:
    """One question.

    Attributes:
        name: of the field of the facts; of a field of one of its parts, or a question of ours, any other name.
        label, hint: in plain words.
        kind: how it is asked, where it is no field of the facts.
        initial: what stands there before anybody answers.
        choices: words of an enumeration's values, or of the keys of a set.
        stated: what stands in the facts for a text that there is.
    """

    name: str
    label: Any
    hint: Any = ""
    kind: Any = None
    initial: Any = None
    choices: tuple[tuple[str, Any], ...] = ()
    stated: Any = "1"


@dataclass(frozen=True)
class QuestionStep:
    """Questions about one thing, asked together."""

    label: Any
    questions: tuple[Question, ...]


def kinds_of(facts: type[Any]) -> dict[str, Any]:
    """The types of the facts by field."""
    return get_type_hints(facts)


def form_field(question: Question, kind: Any) -> forms.Field:
    """How a question of this type is asked.

    Raises:
        TypeError: nothing is known about the type.
    """
    kind, optional = _without_none(kind)
    said: dict[str, Any] = {"label": question.label, "help_text": question.hint, "required": False}
    if kind is bool and optional:
        return forms.ChoiceField(choices=YES_NO, widget=forms.RadioSelect, initial="", **said)
    if kind in (bool, str):
        return forms.BooleanField(**said)
    if kind in (int, timedelta):
        return forms.IntegerField(
            min_value=0, max_value=_MOST, initial=question.initial, error_messages=_WRONG_NUMBER, **said
        )
    if kind is datetime:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        errors = {"invalid": _("请填写日期和时刻，例如 2026-03-01 08:00。")}
        return forms.DateTimeField(widget=widget, initial=question.initial, error_messages=errors, **said)
    if get_origin(kind) is frozenset:
        return forms.MultipleChoiceField(choices=question.choices, widget=forms.CheckboxSelectMultiple, **said)
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        choices = (*((UNSAID,) if optional else ()), *question.choices)
        initial = question.initial if question.initial is not None else choices[0][0]
        said["required"] = not optional
        return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, initial=initial, **said)
    raise TypeError(f"{question.name}: {kind}")


def fact_of(question: Question, kind: Any, answer: Any) -> Any:
    """What stands in the facts for an answer."""
    kind, optional = _without_none(kind)
    if kind is bool:
        return answered(answer) if optional else bool(answer)
    if kind is str:
        return str(question.stated) if answer else ""
    if kind is int:
        return answer if answer is not None or optional else 0
    if kind is timedelta:
        return timedelta(minutes=answer or 0)
    if get_origin(kind) is frozenset:
        return frozenset(answer)
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return kind(answer) if answer else None
    return answer


def facts_of(
    facts: type[Any], steps: Iterable[QuestionStep], answers: Mapping[str, Any], own: Mapping[str, Any]
) -> Any:
    """The facts: `own` where a field takes more than one answer, else the answer; what nobody asks keeps its default."""
    kinds = kinds_of(facts)
    values = dict(own)
    for question in (one for step in steps for one in step.questions):
        if question.name in kinds and question.name not in own:
            values[question.name] = fact_of(question, kinds[question.name], answers.get(question.name))
    return facts(**{one.name: values[one.name] for one in fields(facts) if one.name in values})


def last_hours(before: int) -> Any:
    """A full hour of today, `before` hours ago: a span that has passed, to begin with."""

    def full_hour() -> datetime:
        return timezone.localtime().replace(minute=0, second=0, microsecond=0) - before * _HOUR

    return full_hour


def _without_none(kind: Any) -> tuple[Any, bool]:
    if get_origin(kind) not in (Union, types.UnionType):
        return kind, False
    [only] = [one for one in get_args(kind) if one is not type(None)]
    return only, True


SCOPE = (
    Question("cameras", _("点位数"), kind=int, initial=1),
    Question("begin", _("录像起"), kind=datetime | None, initial=last_hours(3)),
    Question("end", _("录像止"), kind=datetime | None, initial=last_hours(2)),
)
PURPOSE = Question("purpose", _("已写明事由"))
CONTENT = Question("content", _("已写明要看的内容"))
COPY = Question("copy", _("要求复制"))
N9 = Question(
    "n9",
    _("点位都属于条例第九条的场所"),
    _("道路等公共场所和条例第七条第二款所列场所以外的其他公共场所。有一个点位不是的，不勾选。"),
)
