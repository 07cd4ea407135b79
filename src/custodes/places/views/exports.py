"""The lists of the register as files: what each of them has for columns. Rows and filters are the pages' own."""

from __future__ import annotations

from typing import Any

from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from custodes.law.building.builder import responsible_builder
from custodes.people.exporting.serving import ExportedList, Field
from custodes.people.permissions import Permission
from custodes.people.viewer import Viewer
from custodes.places.columns import camera_table, site_table, system_table
from custodes.places.models import Camera, DossierItem, Site, System
from custodes.places.scope import exact_cameras, exact_sites, visible_systems
from custodes.places.siteduties import place_of, with_county
from custodes.places.views import cityplan, doubts, filing, gaps, lists, product, removal
from custodes.places.views.site_words import told_builder


def _exact(rows: QuerySet[Any], those: QuerySet[Any]) -> QuerySet[Any]:
    """Rows that say whether the person reads their base data exactly (R9); asked once for all rows."""
    marked: QuerySet[Any] = rows.annotate(
        exact=ExpressionWrapper(Q(pk__in=those.values("pk")), output_field=BooleanField())
    )
    return marked


def _cameras(request: HttpRequest) -> QuerySet[Camera]:
    rows = lists.cameras_asked(request).rows.select_related("system__site__division", "system__unit")
    exact = exact_cameras(Viewer.of(request).person, timezone.now())
    return camera_table(request).order(_exact(rows, exact))


def _sites(request: HttpRequest) -> QuerySet[Site]:
    exact = exact_sites(Viewer.of(request).person, timezone.now())
    return site_table(request).order(_exact(lists.sites_asked(request), exact))


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


_SEES = (Permission.VIEW_PLACES,)
_STATE = Field(_("状态"), lambda row: row.get_state_display())

EXPORTS: tuple[ExportedList, ...] = (
    ExportedList(
        "cameras",
        pgettext_lazy("列表", "点位"),
        _SEES,
        _cameras,
        (
            Field(_("系统名称"), lambda row: row.system.name),
            Field(_("场所名称"), lambda row: row.system.site.name),
            Field(_("点位编号"), lambda row: row.number),
            Field(_("点位名称"), lambda row: row.name),
            Field(_("安装位置"), lambda row: row.place),
            Field(_("采集范围"), lambda row: row.view),
            Field(_("责任单位"), lambda row: row.system.unit.name),
            Field(_("行政区划"), lambda row: row.system.site.division.name),
            _STATE,
            Field(_("录像"), lambda row: row.record),
            Field(_("存储期限"), lambda row: row.retention_days),
            Field(_("录像保障等级"), lambda row: row.get_grade_display()),
            Field(_("已有标识照片"), lambda row: row.sign_paper_id is not None),
            Field(_("经度"), lambda row: row.longitude, exact=True),
            Field(_("纬度"), lambda row: row.latitude, exact=True),
            Field(_("安装高度"), lambda row: row.mount_height, exact=True),
            Field(_("方位角"), lambda row: row.azimuth, exact=True),
            Field(_("水平视角"), lambda row: row.angle, exact=True),
            Field(_("可视距离"), lambda row: row.reach, exact=True),
            Field(_("俯仰角下限"), lambda row: row.tilt_low, exact=True),
            Field(_("俯仰角上限"), lambda row: row.tilt_high, exact=True),
            Field(_("水平转动范围"), lambda row: row.turns_pan, exact=True),
            Field(_("垂直转动下限"), lambda row: row.turns_low, exact=True),
            Field(_("垂直转动上限"), lambda row: row.turns_high, exact=True),
            Field(_("只准转到预置位"), lambda row: row.presets_only),
            Field(_("设备厂家"), lambda row: row.maker, exact=True),
            Field(_("设备型号"), lambda row: row.model, exact=True),
            Field(_("语音输出编码"), lambda row: row.voice_output, exact=True),
        ),
    ),
    ExportedList(
        "systems",
        pgettext_lazy("列表", "系统"),
        _SEES,
        _systems,
        (
            Field(_("场所名称"), lambda row: row.site.name),
            Field(_("行政区划"), lambda row: row.site.division.name),
            Field(_("系统名称"), lambda row: row.name),
            Field(_("责任单位"), lambda row: row.unit.name),
            _STATE,
            Field(_("所在网络"), lambda row: row.get_network_display()),
            Field(_("建成日期"), lambda row: row.built_on),
            Field(_("等级保护级别"), lambda row: row.mlps_level),
            Field(_("等级保护备案编号"), lambda row: row.mlps_number),
            Field(_("技术规范版本"), lambda row: row.norm_version),
            Field(_("点位数"), lambda row: row.number),
        ),
    ),
    ExportedList(
        "sites",
        pgettext_lazy("列表", "场所"),
        _SEES,
        _sites,
        (
            Field(_("场所名称"), lambda row: row.name),
            Field(_("场所类别"), lambda row: row.category),
            Field(_("类别名称"), lambda row: row.get_category_display()),
            Field(_("地址"), lambda row: row.address),
            Field(_("行政区划"), lambda row: row.division.name),
            Field(pgettext_lazy("登记的单位", "登记单位"), lambda row: row.unit.name),
            Field(_("安装依据"), lambda row: row.basis),
            Field(_("国家所有"), lambda row: row.state_owned),
            Field(_("号牌"), lambda row: row.plate),
            Field(_("运营线路"), lambda row: row.route),
            Field(_("系统数"), lambda row: row.number),
            Field(_("周边涉密单位"), lambda row: row.get_secret_near_display(), exact=True),
            Field(_("经度"), lambda row: row.longitude, exact=True),
            Field(_("纬度"), lambda row: row.latitude, exact=True),
        ),
    ),
    ExportedList(
        "gaps",
        _("应建未建"),
        _SEES,
        lambda request: with_county(gaps.gap_table(request).order(gaps.gaps_asked(request))),
        (
            Field(_("场所名称"), lambda row: row.name),
            Field(_("类别名称"), lambda row: row.get_category_display()),
            Field(_("地址"), lambda row: row.address),
            Field(_("行政区划"), lambda row: row.division.name),
            Field(pgettext_lazy("登记的单位", "登记单位"), lambda row: row.unit.name),
            Field(_("建设主体（第十一条）"), _builder),
        ),
    ),
    ExportedList(
        "filings",
        _("备案"),
        _SEES,
        lambda request: filing.filing_table(request).order(filing.filings_asked(request)),
        (
            Field(_("系统名称"), lambda row: row.system.name),
            Field(_("场所名称"), lambda row: row.system.site.name),
            Field(_("责任单位"), lambda row: row.system.unit.name),
            Field(_("所在县（区）"), lambda row: row.system.site.division.name),
            Field(_("备案事项"), lambda row: row.get_kind_display()),
            _STATE,
            Field(_("提交日期"), lambda row: row.submitted_on),
            Field(_("备案日期"), lambda row: row.filed_on),
            Field(_("回执编号"), lambda row: row.receipt),
            Field(_("全国备案平台回执号"), lambda row: row.national_number),
        ),
    ),
    ExportedList(
        "removals",
        _("拆除"),
        _SEES,
        lambda request: removal.removal_table(request).order(removal.removals_asked(request)),
        (
            Field(_("系统名称"), lambda row: row.system.name),
            Field(_("场所名称"), lambda row: row.system.site.name),
            Field(_("责任单位"), lambda row: row.system.unit.name),
            Field(_("拆除整个系统"), lambda row: row.whole),
            Field(_("拆除理由"), lambda row: row.get_ground_display()),
            Field(_("情况说明"), lambda row: row.why),
            _STATE,
            Field(_("报告日期"), lambda row: row.reported_on),
            Field(_("拟拆除日期"), lambda row: row.planned),
            Field(_("拆除日期"), lambda row: row.removed_on),
        ),
    ),
    ExportedList(
        "dossiers",
        _("案卷"),
        _SEES,
        _dossiers,
        (
            Field(_("系统名称"), lambda row: row.system.name),
            Field(_("场所名称"), lambda row: row.system.site.name),
            Field(_("材料类别"), lambda row: row.get_kind_display()),
            Field(_("材料种类"), lambda row: row.get_sort_display()),
            Field(_("题名"), lambda row: row.title),
            Field(_("文号"), lambda row: row.number),
            Field(_("日期"), lambda row: row.dated),
            Field(_("页数"), lambda row: row.pages),
            Field(_("版本"), lambda row: row.version),
            Field(_("加入人"), lambda row: row.by.name),
            Field(_("SHA-256"), lambda row: row.paper.sha256),
        ),
    ),
    ExportedList(
        "products",
        _("产品合格证明"),
        _SEES,
        lambda request: product.product_table(request).order(product.products_asked(request)),
        (
            Field(_("生产厂家"), lambda row: row.maker),
            Field(_("型号"), lambda row: row.model),
            Field(_("证书或者报告编号"), lambda row: row.certificate),
            Field(_("出具机构"), lambda row: row.issuer),
            Field(_("出具日期"), lambda row: row.issued),
            Field(_("有效期至"), lambda row: row.valid_until),
        ),
    ),
    ExportedList(
        "doubts",
        _("待核对"),
        _SEES,
        lambda request: doubts.doubt_table(request).order(doubts.doubts_asked(request)),
        (
            Field(_("点位名称"), lambda row: row.camera.name),
            Field(_("系统名称"), lambda row: row.camera.system.name),
            Field(_("场所名称"), lambda row: row.camera.system.site.name),
            Field(_("描述"), lambda row: row.described),
            Field(_("疑点"), lambda row: row.zh),
            Field(_("核对说明"), lambda row: row.note),
            Field(_("提出时间"), lambda row: row.at),
            _STATE,
            Field(_("核对情况"), lambda row: row.finding),
        ),
    ),
    ExportedList(
        "city-plans",
        _("规划和技术规范"),
        _SEES,
        lambda request: cityplan.city_plan_table(request).order(cityplan.city_plans_asked(request)),
        (
            Field(_("名称"), lambda row: row.title),
            Field(_("版本"), lambda row: row.version),
            Field(_("类别"), lambda row: row.get_kind_display()),
            _STATE,
            Field(_("施行日期"), lambda row: row.in_force_from),
            Field(_("行政区划"), lambda row: row.division.name if row.division else ""),
        ),
    ),
)
