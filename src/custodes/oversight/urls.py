"""Addresses of oversight's pages."""

from django.urls import path

from custodes.oversight.views import checkpoint, ledger, looks, retention, witnessed

app_name = "oversight"

urlpatterns = [
    path("ledger/", ledger.ledger, name="ledger"),
    path("retention/", retention.retention, name="retention"),
    path("retention/next/", retention.next_pass, name="next_pass"),
    path("retention/exports/retention.<slug:form>", retention.EXPORT.view(), name="export_retention"),
    path("ledger/mine/", ledger.mine, name="mine"),
    path("ledger/<int:index>/", ledger.entry, name="entry"),
    path("ledger/<int:index>/proof", ledger.proof, name="proof"),
    path("viewings/<uuid:pk>/", looks.look, name="look"),
    path("ledger/checkpoint/", checkpoint.checkpoint, name="checkpoint"),
    path("ledger/checkpoint/note", checkpoint.note, name="note"),
    path("ledger/checkpoint/verify/", checkpoint.verify, name="verify"),
    path("ledger/checkpoint/checks/", checkpoint.checks, name="checks"),
    path("ledger/witnessed/", witnessed.overview, name="witnessed"),
    path("ledger/witnessed/<slug:key>/", witnessed.log, name="witnessed_log"),
    path("ledger/witnessed/<slug:key>/checkpoint", witnessed.note, name="witnessed_note"),
    path("ledger/witnessed/<slug:key>/<slug:digest>.zip", witnessed.evidence, name="witnessed_evidence"),
    path("ledger/reconciliation/", checkpoint.reconciliation, name="reconciliation"),
]
