"""The pages that belong to no room, and those of signing in."""

from __future__ import annotations

from custodes.web.programs.kinds import KINDS
from tests.cast import EVERYBODY
from tests.web.registry import Keyed, Opens, Public, members

_NOTHING = "the library asks for the name; nothing is there"

_ROW = "00000000-0000-4000-8000-000000000000"

VIEWS: dict[str, Opens | Public | Keyed] = {
    "programs:reference": Opens(EVERYBODY),
    "programs:openapi": Opens(EVERYBODY),
    **{
        f"register:{many}": Keyed(methods=methods)
        for many, methods in {
            "units": ("get",),
            "places": ("get", "post"),
            "systems": ("get", "post"),
            "cameras": ("get", "post"),
            "filings": ("get",),
            "filing_drafts": ("get", "post"),
            "dossier": ("get", "post"),
            "removals": ("get", "post"),
            "acceptances": ("get", "post"),
            "firms": ("get", "post"),
            "products": ("get", "post"),
            "changes": ("get", "post"),
            "changes_found": ("post",),
            "upgrades": ("get",),
            "plans": ("get", "post"),
            "worklist": ("get",),
            "papers": ("post",),
            **{f"{kind.name.replace('-', '_')}_export": ("get",) for kind in KINDS},
        }.items()
    },
    **{
        f"register:{one}": Keyed({"id": _ROW}, methods)
        for one, methods in {
            "unit": ("get",),
            "place": ("get", "patch"),
            "system": ("get", "patch"),
            "place_roles": ("post",),
            "system_steps": ("get", "post"),
            "system_works": ("get", "put"),
            "system_interface": ("post",),
            "camera": ("get", "patch"),
            "camera_retire": ("post",),
            "acceptance": ("get",),
            "firm": ("get",),
            "product": ("get",),
            "change": ("get", "put"),
            **{f"change_{event}": ("post",) for event in ("pictures", "withdraw", "carry_out", "restore")},
            "upgrade": ("get",),
            **{f"upgrade_{event}": ("post",) for event in ("papers", "plan", "report")},
            "plan": ("get",),
            "plan_withdraw": ("post",),
            "filing": ("get",),
            "filing_withdraw": ("post",),
            "filing_draft": ("get", "put", "delete"),
            "filing_draft_submit": ("post",),
            "dossier_item": ("get",),
            "removal": ("get",),
            **{f"removal_{event}": ("post",) for event in ("report", "put_off", "cancel", "carry_out")},
            "paper": ("get",),
        }.items()
    },
    "home": Opens(EVERYBODY),
    "set_language": Public("the sign-in page has the switch too", 302, "post"),
    "checkup": Opens(members("system_admin")),
    # The test's installation has no authority; test_certificate_page.py has one.
    "certificate:page": Public("whoever has to trust the authority can't sign in before", 404),
    "certificate:der": Public("the authority's certificate, which is public", 404),
    "certificate:pem": Public("the same in PEM", 404),
    "health": Public("says that the process answers, and nothing else", 200),
    # For developers: in a training installation or with DEBUG, and this is neither.
    "parts": Opens(frozenset()),
    "account_login": Public("the sign-in page", 200),
    "account_logout": Public("without a session it leads to the sign-in page", 302),
    "account_inactive": Public("says why a closed account can't sign in", 200),
    "account_signup": Public(_NOTHING, 404),
    "account_set_password": Public(_NOTHING, 404),
    "account_reset_password": Public(_NOTHING, 404),
    "mfa_authenticate": Public("the second step of signing in; without the first it leads to the sign-in page", 302),
    "mfa_login_webauthn": Public("signing in with a passkey; a plain GET leads to the sign-in page", 302),
    "account_reauthenticate": Opens(EVERYBODY),
    "account_change_password": Opens(EVERYBODY),
    # The law is public; who is signed in reads it here.
    "lawbook:book": Opens(EVERYBODY),
    "lawbook:search": Opens(EVERYBODY),
    "lawbook:deadline": Opens(EVERYBODY),
    "lawbook:fine": Opens(EVERYBODY),
    "lawbook:clause": Opens(EVERYBODY, lambda cast: {"clause": "S16.2a"}),
    "lawbook:agenda": Opens(EVERYBODY),
    "lawbook:late_fee": Opens(EVERYBODY),
    "lawbook:retention": Opens(EVERYBODY),
    "lawbook:builder": Opens(EVERYBODY),
    "lawbook:examples": Opens(EVERYBODY),
    "lawbook:looking": Opens(EVERYBODY),
    "lawbook:ground": Opens(EVERYBODY, lambda cast: {"name": "agency"}),
    "lawbook:card": Opens(EVERYBODY, lambda cast: {"clause": "S16.2a"}),
    "mfa_index": Opens(EVERYBODY),
    "mfa_reauthenticate": Opens(EVERYBODY),
    "mfa_activate_totp": Opens(EVERYBODY),
    "mfa_deactivate_totp": Opens(frozenset({"auditor", "system_admin", "security_admin"})),
    "mfa_view_recovery_codes": Opens(frozenset()),
    "mfa_generate_recovery_codes": Opens(EVERYBODY),
    "mfa_download_recovery_codes": Opens(frozenset()),
    "mfa_list_webauthn": Opens(EVERYBODY),
    "mfa_add_webauthn": Opens(EVERYBODY),
    "mfa_reauthenticate_webauthn": Opens(EVERYBODY),
    "mfa_edit_webauthn": Opens(EVERYBODY, lambda cast: {"pk": 0}),
    "mfa_remove_webauthn": Opens(EVERYBODY, lambda cast: {"pk": 0}),
}
