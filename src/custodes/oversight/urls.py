"""Addresses of oversight's pages."""

from django.urls import path

from custodes.oversight.views import checkpoint, ledger

app_name = "oversight"

urlpatterns = [
    path("ledger/", ledger.ledger, name="ledger"),
    path("ledger/mine/", ledger.mine, name="mine"),
    path("ledger/<int:index>/", ledger.entry, name="entry"),
    path("ledger/<int:index>/proof", ledger.proof, name="proof"),
    path("ledger/checkpoint/", checkpoint.checkpoint, name="checkpoint"),
    path("ledger/checkpoint/note", checkpoint.note, name="note"),
    path("ledger/checkpoint/verify/", checkpoint.verify, name="verify"),
    path("ledger/checkpoint/checks/", checkpoint.checks, name="checks"),
    path("ledger/reconciliation/", checkpoint.reconciliation, name="reconciliation"),
]
