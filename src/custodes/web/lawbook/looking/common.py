"""Questions that several grounds ask alike."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from custodes.web.lawbook.looking.questions import Question, last_hours

SCOPE = (
    Question("cameras", _("点位数"), kind=int, initial=1),
    Question("begin", _("录像起"), kind=datetime | None, initial=last_hours(3)),
    Question("end", _("录像止"), kind=datetime | None, initial=last_hours(2)),
)
PURPOSE = Question("purpose", _("已写明事由"))
CONTENT = Question("content", _("已写明要看的内容"))
COPY = Question("copy", _("要求复制"))
N9 = Question(
    "n9",
    _("点位都属于条例第九条的场所"),
    _("道路等公共场所和条例第七条第二款所列场所以外的其他公共场所。有一个点位不是的，不勾选。"),
)
