"""The lists of the register as files: what each of them has for columns. Rows and filters are the pages' own."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from custodes.law.building.builder import responsible_builder
from custodes.people.exporting import ExportedList, ExportField
from custodes.people.permissions import Permission
from custodes.people.viewer import Viewer
from custodes.places.columns import camera_table, site_table, system_table
from custodes.places.fields import CAMERA, Group
from custodes.places.fields import Field as CameraField
from custodes.places.filing import pages as filing
from custodes.places.models import Camera, DossierItem, Site, System
from custodes.places.removal import pages as removal
from custodes.places.scope import exact_cameras, exact_sites, told_exactly, visible_systems
from custodes.places.siteduties import place_of, with_county
from custodes.places.views import cityplan, dossier, doubts, gaps, lists
from custodes.places.views.camera_field import in_words
from custodes.places.views.site import told_builder


def _cameras(request: HttpRequest) -> QuerySet[Camera]:
    rows = lists.cameras_asked(request).rows.select_related("system__site__division", "system__unit")
    exact = exact_cameras(Viewer.of(request).person, timezone.now())
    return camera_table(request).order(told_exactly(rows, exact))


def _sites(request: HttpRequest) -> QuerySet[Site]:
    exact = exact_sites(Viewer.of(request).person, timezone.now())
    return site_table(request).order(told_exactly(lists.sites_asked(request), exact))


def _systems(request: HttpRequest) -> QuerySet[System]:
    return system_table(request).order(lists.systems_asked(request))


def _dossiers(request: HttpRequest) -> QuerySet[DossierItem]:
    """The newest version of each paper of the systems that the person may see, or of one of them."""
    viewer = Viewer.of(request)
    systems = visible_systems(viewer.person, viewer.at)
    if chosen := request.GET.get("system", ""):
        one = lists.chosen_system(viewer, chosen)
        systems = systems.filter(pk=one.pk) if one is not None else systems.none()
    rows = DossierItem.objects.filter(system__in=systems.values("pk"), replaced_by__isnull=True)
    return rows.select_related("system__site", "paper", "by").order_by("system__name", "system", "kind", "dated", "pk")


def _builder(site: Any) -> str:
    return told_builder(responsible_builder(place_of(site, site.held_now, site.county or ""))).name


def _told(of: Callable[[CameraField], bool]) -> tuple[ExportField, ...]:
    """Columns of the camera's own fields, in the table's order."""
    return tuple(
        ExportField(gettext_lazy(one.label), partial(in_words, name=one.name), exact=one.base_data)
        for one in CAMERA
        if one.exported and of(one)
    )


_SEES = (Permission.VIEW_PLACES,)
_STATE = ExportField(_("状态"), lambda row: row.get_state_display())

EXPORTS: tuple[ExportedList, ...] = (
    ExportedList(
        "cameras",
        pgettext_lazy("列表", "点位"),
        _SEES,
        _cameras,
        (
            ExportField(_("系统名称"), lambda row: row.system.name),
            ExportField(_("场所名称"), lambda row: row.system.site.name),
            *_told(lambda field: field.group is Group.SPOT),
            ExportField(_("责任单位"), lambda row: row.system.unit.name),
            ExportField(_("行政区划"), lambda row: row.system.site.division.name),
            _STATE,
            *_told(lambda field: field.group is Group.KEEPING),
            ExportField(_("已有标识照片"), lambda row: row.sign_paper_id is not None),
            *_told(lambda field: field.group not in (Group.SPOT, Group.KEEPING)),
        ),
    ),
    ExportedList(
        "systems",
        pgettext_lazy("列表", "系统"),
        _SEES,
        _systems,
        (
            ExportField(_("场所名称"), lambda row: row.site.name),
            ExportField(_("行政区划"), lambda row: row.site.division.name),
            ExportField(_("系统名称"), lambda row: row.name),
            ExportField(_("责任单位"), lambda row: row.unit.name),
            _STATE,
            ExportField(_("所在网络"), lambda row: row.get_network_display()),
            ExportField(_("建成日期"), lambda row: row.built_on),
            ExportField(_("等级保护级别"), lambda row: row.mlps_level),
            ExportField(_("等级保护备案编号"), lambda row: row.mlps_number),
            ExportField(_("技术规范版本"), lambda row: row.norm_version),
            ExportField(_("点位数"), lambda row: row.number),
        ),
    ),
    ExportedList(
        "sites",
        pgettext_lazy("列表", "场所"),
        _SEES,
        _sites,
        (
            ExportField(_("场所名称"), lambda row: row.name),
            ExportField(_("场所类别"), lambda row: row.category),
            ExportField(_("类别名称"), lambda row: row.get_category_display()),
            ExportField(_("地址"), lambda row: row.address),
            ExportField(_("行政区划"), lambda row: row.division.name),
            ExportField(pgettext_lazy("登记的单位", "登记单位"), lambda row: row.unit.name),
            ExportField(_("安装依据"), lambda row: row.basis),
            ExportField(_("国家所有"), lambda row: row.state_owned),
            ExportField(_("号牌"), lambda row: row.plate),
            ExportField(_("运营线路"), lambda row: row.route),
            ExportField(_("系统数"), lambda row: row.number),
            ExportField(_("周边涉密单位"), lambda row: row.get_secret_near_display(), exact=True),
            ExportField(_("经度"), lambda row: row.longitude, exact=True),
            ExportField(_("纬度"), lambda row: row.latitude, exact=True),
        ),
    ),
    ExportedList(
        "gaps",
        _("应建未建"),
        _SEES,
        lambda request: with_county(gaps.gap_table(request).order(gaps.gaps_asked(request))),
        (
            ExportField(_("场所名称"), lambda row: row.name),
            ExportField(_("类别名称"), lambda row: row.get_category_display()),
            ExportField(_("地址"), lambda row: row.address),
            ExportField(_("行政区划"), lambda row: row.division.name),
            ExportField(pgettext_lazy("登记的单位", "登记单位"), lambda row: row.unit.name),
            ExportField(_("建设主体（第十一条）"), _builder),
        ),
    ),
    ExportedList(
        "filings",
        _("备案"),
        _SEES,
        lambda request: filing.filing_table(request).order(filing.filings_asked(request)),
        (
            ExportField(_("系统名称"), lambda row: row.system.name),
            ExportField(_("场所名称"), lambda row: row.system.site.name),
            ExportField(_("责任单位"), lambda row: row.system.unit.name),
            ExportField(_("所在县（区）"), lambda row: row.system.site.division.name),
            ExportField(_("备案事项"), lambda row: row.get_kind_display()),
            _STATE,
            ExportField(_("提交日期"), lambda row: row.submitted_on),
            ExportField(_("备案日期"), lambda row: row.filed_on),
            ExportField(_("回执编号"), lambda row: row.receipt),
            ExportField(_("全国备案平台回执号"), lambda row: row.national_number),
        ),
    ),
    ExportedList(
        "removals",
        _("拆除"),
        _SEES,
        lambda request: removal.removal_table(request).order(removal.removals_asked(request)),
        (
            ExportField(_("系统名称"), lambda row: row.system.name),
            ExportField(_("场所名称"), lambda row: row.system.site.name),
            ExportField(_("责任单位"), lambda row: row.system.unit.name),
            ExportField(_("拆除整个系统"), lambda row: row.whole),
            ExportField(_("拆除理由"), lambda row: row.ground_told()),
            ExportField(_("情况说明"), lambda row: row.why),
            _STATE,
            ExportField(_("报告日期"), lambda row: row.reported_on),
            ExportField(_("拟拆除日期"), lambda row: row.planned),
            ExportField(_("拆除日期"), lambda row: row.removed_on),
        ),
    ),
    ExportedList(
        "dossiers",
        _("案卷"),
        _SEES,
        _dossiers,
        (
            ExportField(_("系统名称"), lambda row: row.system.name),
            ExportField(_("场所名称"), lambda row: row.system.site.name),
            ExportField(_("材料类别"), lambda row: row.get_kind_display()),
            ExportField(_("材料种类"), lambda row: row.get_sort_display()),
            ExportField(_("题名"), lambda row: row.title),
            ExportField(_("文号"), lambda row: row.number),
            ExportField(_("日期"), lambda row: row.dated),
            ExportField(_("页数"), lambda row: row.pages),
            ExportField(_("版本"), lambda row: row.version),
            ExportField(_("加入人"), lambda row: row.by.name),
            ExportField(_("SHA-256"), lambda row: row.paper.sha256),
        ),
    ),
    ExportedList(
        "products",
        _("产品合格证明"),
        _SEES,
        lambda request: dossier.product_table(request).order(dossier.products_asked(request)),
        (
            ExportField(_("生产厂家"), lambda row: row.maker),
            ExportField(_("型号"), lambda row: row.model),
            ExportField(_("证书或者报告编号"), lambda row: row.certificate),
            ExportField(_("出具机构"), lambda row: row.issuer),
            ExportField(_("出具日期"), lambda row: row.issued),
            ExportField(_("有效期至"), lambda row: row.valid_until),
        ),
    ),
    ExportedList(
        "doubts",
        _("待核对"),
        _SEES,
        lambda request: doubts.doubt_table(request).order(doubts.doubts_asked(request)),
        (
            ExportField(_("点位名称"), lambda row: row.camera.name),
            ExportField(_("系统名称"), lambda row: row.camera.system.name),
            ExportField(_("场所名称"), lambda row: row.camera.system.site.name),
            ExportField(_("描述"), lambda row: row.described_told),
            ExportField(_("疑点"), lambda row: row.zh),
            ExportField(_("核对说明"), lambda row: row.note),
            ExportField(_("提出时间"), lambda row: row.at),
            _STATE,
            ExportField(_("核对情况"), lambda row: row.finding),
        ),
    ),
    ExportedList(
        "city-plans",
        _("规划和技术规范"),
        _SEES,
        lambda request: cityplan.city_plan_table(request).order(cityplan.city_plans_asked(request)),
        (
            ExportField(_("名称"), lambda row: row.title),
            ExportField(_("版本"), lambda row: row.version),
            ExportField(_("类别"), lambda row: row.get_kind_display()),
            _STATE,
            ExportField(_("施行日期"), lambda row: row.in_force_from),
            ExportField(_("行政区划"), lambda row: row.division.name if row.division else ""),
        ),
    ),
)
