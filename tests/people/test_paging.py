"""A long list is counted up to a bound; its pages hold the same rows as if it were counted to its end."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from custodes.people.models import Division, Unit, UnitKind
from custodes.people.table import LongPaginator

pytestmark = pytest.mark.postgresql

PER_PAGE = 4


@pytest.fixture
def units(db):
    division = Division.objects.get(code="540102")
    for number in range(22):
        Unit.objects.create(name=f"单位 {number:02}", kind=UnitKind.ENTERPRISE, division=division)
    return Unit.objects.filter(name__startswith="单位 ").order_by("-name", "-pk")


def pages(units, counted):
    return LongPaginator(units, PER_PAGE, counted)


@pytest.mark.parametrize("counted", [1, 8, 21, 22, 100])
def test_every_page_holds_the_rows_that_stand_there(units, counted):
    keys = list(units.values_list("pk", flat=True))
    for number in range(1, 7):
        page = pages(units, counted).get_page(str(number))
        assert list(page) == keys[(number - 1) * PER_PAGE : number * PER_PAGE]
        assert (page.number, page.has_previous(), page.has_next()) == (number, number > 1, number < 6)


@pytest.mark.parametrize("counted", [8, 100])
@pytest.mark.parametrize("beyond", ["7", "8", "1000", str(10**30)])
def test_a_number_beyond_the_end_leads_to_the_last_page(units, counted, beyond):
    page = pages(units, counted).get_page(beyond)
    assert page.number == 6
    assert list(page) == list(units.values_list("pk", flat=True))[20:]
    assert not page.has_next()


@pytest.mark.parametrize("strange", [None, "", "x", "-3", "0", "1.5", "\x00"])
def test_what_is_no_number_is_the_first_page(units, strange):
    assert pages(units, 8).get_page(strange).number == 1


def test_a_list_says_how_many_rows_it_has_or_more_than_how_many(units):
    assert (pages(units, 22).count, pages(units, 22).more, pages(units, 22).num_pages) == (22, False, 6)
    assert (pages(units, 21).count, pages(units, 21).more) == (21, True)


def test_no_row_is_counted_when_the_first_page_holds_all(units):
    few = units.filter(name__lte="单位 03")
    paginator = pages(few, 100)
    with CaptureQueriesContext(connection) as asked:
        assert len(paginator.get_page("1")) == 4
        assert (paginator.count, paginator.more, paginator.num_pages) == (4, False, 1)
    assert len(asked) == 1


def test_the_last_page_of_a_list_that_was_not_counted_says_how_many_there_are(units):
    paginator = pages(units, 8)
    paginator.get_page("6")
    assert (paginator.count, paginator.more) == (8, True)
    whole = pages(units, 100)
    with CaptureQueriesContext(connection) as asked:
        whole.get_page("6")
        assert (whole.count, whole.more) == (22, False)
    assert len(asked) == 1


def test_an_empty_list_has_one_empty_page(units):
    page = pages(units.none(), 8).get_page("3")
    assert (list(page), page.number, page.paginator.count, page.has_other_pages()) == ([], 1, 0, False)
