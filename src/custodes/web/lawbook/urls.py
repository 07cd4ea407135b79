"""The law's pages: everybody who is signed in may read it."""

from __future__ import annotations

from django.urls import path

from custodes.web.lawbook import calculators, texts

app_name = "lawbook"
urlpatterns = [
    path("", texts.book, name="book"),
    path("search/", texts.search, name="search"),
    path("deadline/", calculators.deadline, name="deadline"),
    path("fine/", calculators.fine, name="fine"),
    path("<str:clause>/", texts.clause, name="clause"),
    path("<str:clause>/card/", texts.card, name="card"),
]
