"""The kinds of posts and what each may do: one plain table, deny by default.

A permission opens a *screen or an action*; which rows it reaches is `people/scope.py`, and which *footage* may be seen
is only ever decided by `access`. Other apps add their permissions here, so that one table tells who may do what.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _


class PostKind(models.TextChoices):
    """Kinds of posts. What each may do is the table `POST_PERMISSIONS`."""

    DUTY_OFFICER = "duty_officer", _("值班监看员")
    DUTY_LEAD = "duty_lead", _("值班长")
    CARETAKER = "caretaker", _("系统管理人")
    APPROVER = "approver", _("审批人")
    AGENCY_OFFICER = "agency_officer", _("办案人员")
    CLERK = "clerk", _("备案受理员")
    INSPECTOR = "inspector", _("监督检查员")
    SYSTEM_ADMIN = "system_admin", _("系统管理员")
    SECURITY_ADMIN = "security_admin", _("安全管理员")
    AUDIT_ADMIN = "audit_admin", _("审计管理员")


#: GB/T 22239: the three administrators, which one account never holds together.
ADMINISTRATORS: frozenset[str] = frozenset({PostKind.SYSTEM_ADMIN, PostKind.SECURITY_ADMIN, PostKind.AUDIT_ADMIN})

#: Posts that stand duty (S34(1)).
DUTY_POSTS: frozenset[str] = frozenset({PostKind.DUTY_OFFICER, PostKind.DUTY_LEAD})


class Permission(StrEnum):
    """Every permission there is: ``app.verb_object``."""

    VIEW_PEOPLE = "people.view_people"
    MANAGE_ACCOUNTS = "people.manage_accounts"
    MANAGE_POSTS = "people.manage_posts"
    CONFIRM_PEOPLE = "people.confirm_people"
    MANAGE_UNITS = "people.manage_units"
    VIEW_DUTY = "people.view_duty"
    STAND_DUTY = "people.stand_duty"
    MANAGE_CREDENTIALS = "people.manage_credentials"
    READ_PAPERS = "people.read_papers"
    CONFIRM_UNITS = "people.confirm_units"
    MANAGE_PROGRAMS = "people.manage_programs"
    APPROVE_PROGRAMS = "people.approve_programs"

    VIEW_PLACES = "places.view_places"
    MANAGE_PLACES = "places.manage_places"
    MANAGE_CAMERAS = "places.manage_cameras"
    REBOOT_DEVICES = "places.reboot_devices"
    CONFIGURE_DEVICES = "places.configure_devices"
    APPROVE_SOUND = "places.approve_sound"
    APPROVE_CHANGES = "places.approve_changes"
    HANDLE_FILINGS = "places.handle_filings"
    SUPERVISE_PLACES = "places.supervise_places"
    SETTLE_DOUBTS = "places.settle_doubts"
    MANAGE_CITY_PLANS = "places.manage_city_plans"

    WATCH = "access.watch"
    STEER = "access.steer"
    SPEAK = "access.speak"
    SET_PRESETS = "access.set_presets"
    CHECK_VIEWS = "access.check_views"
    VIEW_GRANTS = "access.view_grants"
    REVOKE_GRANTS = "access.revoke_grants"
    SUPERVISE_LOOKS = "access.supervise_looks"
    REVIEW_LOOKS = "access.review_looks"
    VIEW_LEDGER = "access.view_ledger"
    VIEW_HOLDS = "access.view_holds"
    PLACE_HOLDS = "access.place_holds"
    RELEASE_HOLDS = "access.release_holds"
    REQUEST_FOOTAGE = "access.request_footage"
    TAKE_REQUESTS = "access.take_requests"
    REFUSE_REQUESTS = "access.refuse_requests"
    APPROVE_REQUESTS = "access.approve_requests"
    VIEW_REQUESTS = "access.view_requests"
    HANDLE_MISSING = "access.handle_missing"
    REVIEW_MISSING = "access.review_missing"
    HANDLE_INDIVIDUAL = "access.handle_individual"
    PROPOSE_RELEASES = "access.propose_releases"
    REVIEW_RELEASES = "access.review_releases"
    APPROVE_RELEASES = "access.approve_releases"
    VIEW_RELEASES = "access.view_releases"

    VIEW_SHARING = "sharing.view_sharing"
    MANAGE_SHARING = "sharing.manage_sharing"
    ANSWER_SHARING = "sharing.answer_sharing"

    VIEW_COMPLETENESS = "upkeep.view_completeness"
    VIEW_STORE = "upkeep.view_store"
    ORDER_THINNING = "upkeep.order_thinning"
    MANAGE_VOLUMES = "upkeep.manage_volumes"
    VIEW_CHECKUP = "upkeep.view_checkup"
    VIEW_ALARMS = "upkeep.view_alarms"
    ACKNOWLEDGE_ALARMS = "upkeep.acknowledge_alarms"
    MANAGE_ALARMS = "upkeep.manage_alarms"
    ASK_PLANS = "upkeep.ask_plans"
    APPROVE_PLANS = "upkeep.approve_plans"


_P = Permission

#: What lets somebody see footage, decide who sees it, or give such power to others.
POWER_OVER_FOOTAGE: frozenset[Permission] = frozenset(
    {
        _P.WATCH,
        _P.CHECK_VIEWS,
        _P.REQUEST_FOOTAGE,
        _P.TAKE_REQUESTS,
        _P.APPROVE_REQUESTS,
        _P.HANDLE_MISSING,
        _P.HANDLE_INDIVIDUAL,
        _P.PROPOSE_RELEASES,
        _P.APPROVE_RELEASES,
        _P.RELEASE_HOLDS,
        _P.MANAGE_CAMERAS,
        _P.MANAGE_ACCOUNTS,
        _P.MANAGE_POSTS,
        _P.CONFIRM_PEOPLE,
    }
)

POST_PERMISSIONS: Mapping[PostKind, frozenset[Permission]] = {
    PostKind.DUTY_OFFICER: frozenset(
        {
            _P.TAKE_REQUESTS,
            _P.HANDLE_MISSING,
            _P.STAND_DUTY,
            _P.VIEW_DUTY,
            _P.WATCH,
            _P.STEER,
            _P.SPEAK,
            _P.VIEW_PLACES,
            _P.VIEW_COMPLETENESS,
            _P.VIEW_ALARMS,
            _P.ACKNOWLEDGE_ALARMS,
        }
    ),
    PostKind.DUTY_LEAD: frozenset(
        {
            _P.HANDLE_MISSING,
            _P.REVIEW_MISSING,
            _P.PROPOSE_RELEASES,
            _P.REVIEW_RELEASES,
            _P.VIEW_GRANTS,
            _P.REVOKE_GRANTS,
            _P.VIEW_HOLDS,
            _P.PLACE_HOLDS,
            _P.TAKE_REQUESTS,
            _P.REFUSE_REQUESTS,
            _P.STAND_DUTY,
            _P.VIEW_DUTY,
            _P.WATCH,
            _P.STEER,
            _P.SPEAK,
            _P.SET_PRESETS,
            _P.VIEW_PLACES,
            _P.VIEW_COMPLETENESS,
            _P.VIEW_STORE,
            _P.ORDER_THINNING,
            _P.ASK_PLANS,
            _P.APPROVE_PLANS,
            _P.VIEW_PEOPLE,
            _P.VIEW_ALARMS,
            _P.ACKNOWLEDGE_ALARMS,
        }
    ),
    PostKind.CARETAKER: frozenset(
        {
            _P.VIEW_GRANTS,
            _P.TAKE_REQUESTS,
            _P.REFUSE_REQUESTS,
            _P.HANDLE_INDIVIDUAL,
            _P.PROPOSE_RELEASES,
            _P.REVIEW_RELEASES,
            _P.VIEW_DUTY,
            _P.VIEW_PLACES,
            _P.MANAGE_PLACES,
            _P.MANAGE_CAMERAS,
            _P.CHECK_VIEWS,
            _P.REBOOT_DEVICES,
            _P.CONFIGURE_DEVICES,
            _P.VIEW_COMPLETENESS,
            _P.VIEW_STORE,
            _P.ASK_PLANS,
            _P.VIEW_PEOPLE,
            _P.MANAGE_CREDENTIALS,
            _P.READ_PAPERS,
            _P.VIEW_ALARMS,
            _P.ACKNOWLEDGE_ALARMS,
            _P.VIEW_SHARING,
            _P.ANSWER_SHARING,
        }
    ),
    PostKind.APPROVER: frozenset(
        {
            _P.CONFIRM_PEOPLE,
            _P.VIEW_PLACES,
            _P.APPROVE_REQUESTS,
            _P.APPROVE_RELEASES,
            _P.VIEW_GRANTS,
            _P.REVIEW_LOOKS,
            _P.VIEW_COMPLETENESS,
            _P.VIEW_DUTY,
            _P.APPROVE_PLANS,
            _P.APPROVE_SOUND,
            _P.APPROVE_CHANGES,
            _P.SETTLE_DOUBTS,
            _P.VIEW_HOLDS,
            _P.PLACE_HOLDS,
            _P.RELEASE_HOLDS,
        }
    ),
    PostKind.AGENCY_OFFICER: frozenset({_P.REQUEST_FOOTAGE}),
    PostKind.CLERK: frozenset(
        {
            _P.VIEW_PEOPLE,
            _P.VIEW_PLACES,
            _P.HANDLE_FILINGS,
            _P.MANAGE_CREDENTIALS,
            _P.READ_PAPERS,
            _P.CONFIRM_UNITS,
        }
    ),
    PostKind.INSPECTOR: frozenset(
        {
            _P.VIEW_PLACES,
            _P.HANDLE_FILINGS,
            _P.SUPERVISE_PLACES,
            _P.VIEW_RELEASES,
            _P.SETTLE_DOUBTS,
            _P.MANAGE_CITY_PLANS,
            _P.VIEW_PEOPLE,
            _P.READ_PAPERS,
            _P.VIEW_DUTY,
            _P.REVOKE_GRANTS,
            _P.VIEW_GRANTS,
            _P.SUPERVISE_LOOKS,
            _P.REVIEW_LOOKS,
            _P.VIEW_HOLDS,
            _P.PLACE_HOLDS,
            _P.RELEASE_HOLDS,
            _P.VIEW_LEDGER,
            _P.VIEW_COMPLETENESS,
            _P.VIEW_STORE,
            _P.VIEW_ALARMS,
            _P.VIEW_SHARING,
            _P.MANAGE_SHARING,
        }
    ),
    PostKind.SYSTEM_ADMIN: frozenset(
        {
            _P.VIEW_PEOPLE,
            _P.MANAGE_UNITS,
            _P.MANAGE_PROGRAMS,
            _P.MANAGE_CREDENTIALS,
            _P.READ_PAPERS,
            _P.VIEW_PLACES,
            _P.MANAGE_PLACES,
            _P.MANAGE_CAMERAS,
            _P.REBOOT_DEVICES,
            _P.CONFIGURE_DEVICES,
            _P.MANAGE_CITY_PLANS,
            _P.VIEW_COMPLETENESS,
            _P.VIEW_STORE,
            _P.ORDER_THINNING,
            _P.ASK_PLANS,
            _P.APPROVE_PLANS,
            _P.MANAGE_VOLUMES,
            _P.VIEW_CHECKUP,
            _P.VIEW_ALARMS,
            _P.ACKNOWLEDGE_ALARMS,
            _P.MANAGE_ALARMS,
            _P.VIEW_SHARING,
            _P.MANAGE_SHARING,
        }
    ),
    PostKind.SECURITY_ADMIN: frozenset(
        {
            _P.VIEW_PEOPLE,
            _P.MANAGE_ACCOUNTS,
            _P.MANAGE_POSTS,
            _P.APPROVE_PROGRAMS,
            _P.MANAGE_CREDENTIALS,
            _P.READ_PAPERS,
            _P.VIEW_DUTY,
        }
    ),
    PostKind.AUDIT_ADMIN: frozenset(
        {
            _P.CONFIRM_PEOPLE,
            _P.VIEW_PEOPLE,
            _P.VIEW_DUTY,
            _P.VIEW_PLACES,
            _P.VIEW_GRANTS,
            _P.SUPERVISE_LOOKS,
            _P.REVIEW_LOOKS,
            _P.VIEW_HOLDS,
            _P.VIEW_LEDGER,
            _P.VIEW_REQUESTS,
            _P.VIEW_RELEASES,
            _P.VIEW_COMPLETENESS,
            _P.VIEW_STORE,
            _P.VIEW_ALARMS,
            _P.ACKNOWLEDGE_ALARMS,
            _P.VIEW_SHARING,
        }
    ),
}


def allowed(kinds: frozenset[str]) -> frozenset[Permission]:
    """Permissions that these kinds of posts give together; an unknown kind gives none."""
    return frozenset().union(*(POST_PERMISSIONS.get(kind, frozenset()) for kind in kinds))  # type: ignore[call-overload]
