"""Rows of a table that a phone shows as cards: each cell carries its column's word."""

from __future__ import annotations

from django.template import Context, Template

from custodes.web.templatetags.parts import labelled

HEADS = ("编号", "点位", "状态")


def test_each_cell_carries_its_columns_word_and_the_rows_own_name_none() -> None:
    rows = '<tr><td>A-1</td><th scope="row">校门</th><td class="number">3</td></tr>'
    assert labelled(rows, HEADS) == (
        '<tr><td data-label="编号">A-1</td><th scope="row">校门</th><td data-label="状态" class="number">3</td></tr>'
    )


def test_each_row_counts_anew_and_a_cell_across_columns_stands_for_itself() -> None:
    rows = '<tr><td colspan="2">没有</td><td>其他</td></tr><tr class="x"><td>A-2</td></tr>'
    assert labelled(rows, HEADS) == (
        '<tr><td colspan="2">没有</td><td>其他</td></tr><tr class="x"><td data-label="编号">A-2</td></tr>'
    )


def test_a_columns_word_is_escaped() -> None:
    assert labelled("<tr><td>1</td></tr>", ('a"b<',)) == '<tr><td data-label="a&quot;b&lt;">1</td></tr>'


def test_a_table_of_its_own_becomes_cards_with_the_words_of_its_head() -> None:
    page = Template(
        '{% load parts %}{% cards %}<table class="table"><thead><tr><th scope="col">时间 <i>起</i></th></tr></thead>'
        "<tbody><tr><td>1 &lt; 2</td></tr></tbody></table>{% endcards %}"
    ).render(Context())
    assert '<table class="table table--rows">' in page
    assert '<td data-label="时间 起">1 &lt; 2</td>' in page
