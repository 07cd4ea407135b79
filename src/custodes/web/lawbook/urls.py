"""The law's pages: everybody who is signed in may read it."""

from __future__ import annotations

from django.urls import path

from custodes.web.lawbook import builder, deadline, examples, fine, late_fee, retention, texts
from custodes.web.lawbook.looking import page as looking

app_name = "lawbook"
urlpatterns = [
    path("", texts.book, name="book"),
    path("search/", texts.search, name="search"),
    path("deadline/", deadline.deadline, name="deadline"),
    path("deadline/calendar.ics", deadline.calendar_file, name="agenda"),
    path("fine/", fine.fine, name="fine"),
    path("late-fee/", late_fee.late_fee, name="late_fee"),
    path("retention/", retention.retention, name="retention"),
    path("builder/", builder.builder, name="builder"),
    path("looking/", looking.choose, name="looking"),
    path("looking/<str:name>/", looking.ground, name="ground"),
    path("examples/", examples.examples, name="examples"),
    path("<str:clause>/", texts.clause, name="clause"),
    path("<str:clause>/card/", texts.card, name="card"),
]
