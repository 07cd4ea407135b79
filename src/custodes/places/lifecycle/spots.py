"""What is asked of one camera: that it may be there (S10), is no needless second (S8.3), is masked where it must be, and has sign and field (S15)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from custodes.law.duties.building import SignFacts, s10_spot, s15_sign_and_field
from custodes.law.duties.finding import Finding, Status
from custodes.law.duties.planning import s8_3_overlap
from custodes.law.duties.terms import Terms
from custodes.law.grounds.ground import Unmet
from custodes.places.lifecycle.facts import Spot

FINE = (Status.MET, Status.NOT_APPLICABLE)


def declared(spot: Spot, day: date, today: date, terms: Terms, *, n9: bool) -> list[Unmet]:
    """What has to be shown of a camera in use: mask, reason of an overlap, sign and field (S8.3, S10(2), S15)."""
    found = [mask(spot.name)] if spot.mask_missing else []
    found += overlaps(spot, day, today, terms)
    held = {"place_reason"} | ({"sign_photo"} if spot.signed else set()) | ({"field"} if spot.field else set())
    finding = s15_sign_and_field(SignFacts(frozenset(held), n9=n9), day, today, terms)
    return found + unless(
        finding,
        "请在点位页面补充标志照片和采集范围",
        "add the picture of the sign and the field on the camera's page",
        about=spot.name,
    )


def overlaps(spot: Spot, day: date, today: date, terms: Terms) -> list[Unmet]:
    """What others see already has its reason (S8.3)."""
    if spot.overlap is None:
        return []
    finding = s8_3_overlap(spot.overlap, day, today, terms)
    return unless(finding, "请在点位页面写明重复建设的理由", "give the reason on the camera's page", about=spot.name)


def place(spot: Spot, day: date, today: date, terms: Terms) -> list[Unmet]:
    """Whether it may be where it is (S10, R1)."""
    if spot.forbidden:
        return [_forbidden(spot.name)]
    if spot.doubted:
        return [_doubted(spot.name)]
    finding = s10_spot(spot.place, day, today, terms)
    return unless(
        finding,
        "请将点位改到允许的部位；有疑义的由公安机关核对",
        "move the camera to where one may be; a doubt is for the police to settle",
        about=spot.name,
    )


def unless(
    finding: Finding, remedy_zh: str, remedy_en: str, fine: Iterable[Status] = FINE, *, about: str = ""
) -> list[Unmet]:
    """What the finding says is wrong, as an unmet condition; nothing when it is fine."""
    if finding.status in fine:
        return []
    zh, en = (f"{about}：{finding.zh}", f"{about}: {finding.en}") if about else (finding.zh, finding.en)
    return [Unmet(finding.clauses[0], zh, en, remedy_zh, remedy_en)]


def _forbidden(name: str) -> Unmet:
    return Unmet(
        "S10",
        f"{name}：已认定禁止安装",
        f"{name}: nothing may be installed there",
        "请拆除，或者改到允许的部位后重新核对",
        "take it away, or move it and have the spot judged anew",
    )


def _doubted(name: str) -> Unmet:
    return Unmet(
        "S10",
        f"{name}：位置有疑义，正在核对",
        f"{name}: whether one may be there is being looked at",
        "请等待公安机关或者审批人核对",
        "wait for the police or an approver to settle it",
    )


def mask(name: str) -> Unmet:
    """An operation area in view without proof of a mask."""
    return Unmet(
        "S10(2)",
        f"{name}：画面触及业务操作区域，没有遮挡画面的证明",
        f"{name}: an operation area is in view and no picture shows the mask",
        "请在摄像机内设置遮挡，并在点位页面上传遮挡后的画面",
        "set a mask in the camera and upload the picture on its page",
    )
