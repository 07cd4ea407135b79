"""What is read aloud before somebody looks (S29, N21): short sentences that can be said to who does not read."""

from __future__ import annotations

from django.utils.translation import gettext as _

from custodes.access.models import IndividualRequest, MissingCase, OwnImageRequest


def words_of(row: MissingCase) -> tuple[str, ...]:
    """Sentence by sentence, in the language of the page."""
    return (
        _("您查看录像，只为寻找%(name)s。") % {"name": row.lost_name or _("走失人员")},
        _("只能看，不能拍照、录像、抄录他人信息，不能把看到的告诉无关的人。"),
        _("画面里印有您的姓名和时间，全程由民警陪同，每次查看都有记录。"),
        _("看到要找的人，请马上告诉民警，由警察先去找，您不要自己前往。"),
        _("您可以随时停下。您听明白了吗，同意这样做吗？"),
    )


def words_for_individual(row: IndividualRequest) -> tuple[str, ...]:
    """The same at a managing unit."""
    return (
        _("您查阅录像，只为：%(purpose)s。") % {"purpose": row.purpose.rstrip("。")},
        _("只能看，不能拍照、录像、抄录他人信息，不得非法对外提供或者公开。"),
        _("画面里印有您的姓名和时间，全程有工作人员在场，每次查阅都有记录。"),
        _("您可以随时停下。您听明白了吗，同意这样做吗？"),
    )


def words_for_own_image(row: OwnImageRequest) -> tuple[str, ...]:
    """The same before somebody looks at their own image."""
    return (
        _("您查阅的是有%(name)s影像的录像。") % {"name": row.subject or row.name},
        _("画面中有其他人的，不拍照、不录像、不抄录，不得非法对外提供或者公开。"),
        _("画面里印有您的姓名和时间，全程有工作人员在场，每次查阅都有记录。"),
        _("您可以随时停下。您听明白了吗，同意这样做吗？"),
    )
