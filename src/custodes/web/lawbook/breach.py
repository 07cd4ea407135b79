"""What is asked of a breach: which clause and whom, then the facts that this clause needs, then what another clause has of its own."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from custodes.law.clauses.registry import find
from custodes.law.fines.table import BY_CLAUSE, ROWS, FineRow
from custodes.web.lawbook.asking import UNSAID, FieldGroup, date_field, english, today, yes_no
from custodes.web.lawbook.words import RESPONDENTS

MOST = 3
"""So many other clauses are asked for at most."""
_CHOOSE = {"required": _("请选择一项。"), "invalid_choice": _("请从所列各项中选择。")}
_ORDER = ("ordered", "term_ends", "complied")
#: What a clause asks beside the days, where it or the norm that meets it asks more than the order.
_OF_CLAUSE = {
    "S38": ("item", "place_public"),
    "S40": ("n7_system", "building_or_using_unit", "grave"),
    "N27": ("item", "place_public"),
    "N27.2": ("item", "place_public"),
    "N30": ("grave",),
}
#: Norms of which another has a first step, though they have none themselves.
_MEETS = {"S40": "N30"}


class BreachForm(forms.Form):
    """The first question: which clause, and whom."""

    clause = forms.ChoiceField(label=_("违反的规定"), widget=forms.RadioSelect, error_messages=_CHOOSE)
    respondent = forms.ChoiceField(
        label=_("处罚对象"), choices=RESPONDENTS, widget=forms.RadioSelect, error_messages=_CHOOSE
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        clause = self.fields["clause"]
        assert isinstance(clause, forms.ChoiceField)
        clause.choices = _clauses()


class FactsForm(forms.Form):
    """The second question: the facts, as far as the clause asks for them."""

    conduct_from = date_field(_("行为开始之日"), required=True)
    conduct_to = date_field(
        _("行为终了之日"), _("一次完成的，与开始之日相同；仍在继续的，填写查获之日。"), required=True
    )
    discovered = date_field(_("发现之日"), _("用于计算处罚时效；不填写的，按决定之日计算。"))
    decided = date_field(_("拟作出决定之日"), required=True)
    item = forms.TypedChoiceField(
        label=_("属于第十条的哪一项"), required=False, coerce=int, empty_value=None, widget=forms.RadioSelect
    )
    place_public = yes_no(_("是否公共场所"))
    n7_system = yes_no(_("是否条例第七条规定的系统"))
    building_or_using_unit = yes_no(_("处罚对象是否该系统的建设单位、使用单位"), _("未说明的，按是计算。"))
    ordered = date_field(_("责令送达之日"), _("尚未责令的不填写。"))
    term_ends = date_field(_("责令期限届满之日"))
    complied = yes_no(_("期满复查是否已改正"), _("尚未复查的不选。"))
    grave = forms.BooleanField(label=_("造成严重后果"), required=False)
    harmed = forms.BooleanField(label=_("危害公民生命健康安全"), required=False)
    fined_before = forms.BooleanField(label=_("同一行为已经罚款"), required=False)

    def __init__(self, row: FineRow, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asked = questions(row)
        self.fields = {name: field for name, field in self.fields.items() if name in asked}
        self.fields["decided"].initial = today
        if isinstance(item := self.fields.get("item"), forms.ChoiceField):
            item.choices = [UNSAID, *((str(n), _place(n)) for n in range(1, 5))]

    def groups(self) -> list[FieldGroup]:
        """The fields by what they are about."""
        wanted = (
            (_("行为和决定"), ("conduct_from", "conduct_to", "discovered", "decided")),
            (_("场所、系统和对象"), ("item", "place_public", "n7_system", "building_or_using_unit")),
            (_("责令和复查"), _ORDER),
            (_("情节和时效"), ("grave", "harmed", "fined_before")),
        )
        groups = [FieldGroup(legend, [self[name] for name in names if name in self.fields]) for legend, names in wanted]
        return [group for group in groups if group.fields]


class PickForm(forms.Form):
    """Which other clause the same act breaks."""

    clause = forms.ChoiceField(label=_("同时违反的规定"), error_messages=_CHOOSE)
    asked = forms.CharField(required=False, widget=forms.HiddenInput, initial="")

    def __init__(self, taken: Collection[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        clause = self.fields["clause"]
        assert isinstance(clause, forms.ChoiceField)
        clause.choices = [("", _("请选择")), *((name, words) for name, words in _clauses() if name not in taken)]


class AlsoForm(FactsForm):
    """What another clause of the same act has of its own; everything else is the act's and is not asked again."""

    def __init__(self, row: FineRow, known: Collection[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(row, *args, **kwargs)
        own = own_questions(row) - frozenset(known)
        self.fields = {name: field for name, field in self.fields.items() if name in own}
        for name in ("conduct_from", "conduct_to"):
            self.fields[name].required = False
            self.fields[name].help_text = _("与第一项相同的不填写。")
        marks = {"clause": row.clause, "asked": row.clause}
        for name, value in marks.items():
            self.fields[name] = forms.CharField(widget=forms.HiddenInput, initial=value)


@dataclass(frozen=True)
class Also:
    """Another clause of the act on the page.

    Attributes:
        number: 1 for the first after the main one.
        row: which clause, None until it is chosen.
    """

    number: int
    row: FineRow | None
    form: PickForm | AlsoForm

    @property
    def ready(self) -> bool:
        """Whether what it needs was asked, so that there may be an answer."""
        return self.row is not None and self.form.is_bound


def also_of(asked: Mapping[str, str], main: FineRow) -> list[Also]:
    """The other clauses that the address names, as far as they were asked for."""
    taken, known = [main.clause], set(_OF_CLAUSE.get(main.clause, ()))
    found = []
    for number in range(1, MOST + 1):
        prefix = f"also{number}"
        if f"{prefix}-clause" not in asked:
            continue
        clause = asked[f"{prefix}-clause"]
        row = None if clause in taken else BY_CLAUSE.get(clause)
        data = asked if f"{prefix}-asked" in asked else None
        if row is None:
            found.append(Also(number, None, PickForm(tuple(taken), data, prefix=prefix)))
            continue
        data = asked if asked.get(f"{prefix}-asked") == clause else None
        found.append(Also(number, row, AlsoForm(row, tuple(known - {"item"}), data, prefix=prefix)))
        taken.append(clause)
        known |= set(_OF_CLAUSE.get(clause, ()))
    return found


def _clauses() -> list[tuple[str, str]]:
    return [(row.clause, f"{row.clause} · {row.en if english() else row.zh}") for row in ROWS]


def _place(number: int) -> str:
    clause = find(f"S10({number})")
    return f"{clause.id} {clause.en if english() else clause.zh.rstrip('；;。')}"


def questions(row: FineRow) -> frozenset[str]:
    """The fields that the answer for this clause depends on."""
    first = row.first or (_MEETS.get(row.clause) and BY_CLAUSE[_MEETS[row.clause]].first)
    always = ("conduct_from", "conduct_to", "discovered", "decided", "harmed", "fined_before")
    return frozenset((*always, *_OF_CLAUSE.get(row.clause, ()), *(_ORDER if first else ())))


def own_questions(row: FineRow) -> frozenset[str]:
    """Of these, what is the clause's own when another clause of the same act was asked about already."""
    act = ("discovered", "decided", "harmed", "fined_before")
    return questions(row) - frozenset(act)
