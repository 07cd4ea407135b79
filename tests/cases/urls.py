"""The program's routes, and those of drills."""

from custodes.cases.views import Around, CasePages
from custodes.web.urls import urlpatterns as of_the_program
from tests.cases.drill import DRILL

PAGES = CasePages(
    DRILL,
    Around(
        above_parent=lambda unit: [],
        above=lambda drill: [],
        above_list=[],
    ),
)
urlpatterns = [*PAGES.urls("drills/", {"plan": "units/<int:pk>/drill/"}), *of_the_program]
