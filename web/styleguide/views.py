"""``/styleguide``: every component in its states, with invented content; only in development."""

from __future__ import annotations

from datetime import datetime, timedelta
from types import SimpleNamespace

from flask import Blueprint, Response
from wtforms import BooleanField, RadioField, SelectField, StringField, TextAreaField

from hotline.domain.calendar import ZONE
from web import replies
from web.forms import Form
from web.guard import public

bp = Blueprint("styleguide", __name__, template_folder="templates", url_prefix="/styleguide")

NOW = datetime(2026, 3, 11, 14, 32, tzinfo=ZONE)


class Sample(Form):
    """One field of each kind."""

    phone = StringField("联系电话")
    name = StringField("诉求人")
    kind = SelectField("诉求类型", choices={"HELP": "求助", "COMPLAINT": "投诉", "CONSULT": "咨询"})
    urgency = RadioField("紧急程度", choices={"0": "一般", "1": "紧急", "2": "特急"}, default="0")
    content = TextAreaField("诉求内容")
    confidential = BooleanField("为诉求人保密")


def _journal() -> list[SimpleNamespace]:
    steps = [
        (NOW - timedelta(days=2, hours=3), "登记", "话务员 林晓", "市民反映路口的路灯连续三晚不亮。", ""),
        (NOW - timedelta(days=2, hours=2), "派单", "派单员 郑敏", "已派给云山区城市管理局，预计 3月18日前答复。", ""),
        (NOW - timedelta(hours=5), "签收", "云山区城市管理局", "", ""),
        (NOW - timedelta(minutes=12), "首次联系", "承办人 何工", "已与诉求人通话，约定今晚到现场查看。", "now"),
        (None, "提交结果", "3月18日 17:30 前", "", "next"),
    ]
    return [SimpleNamespace(at=at, title=t, who=w, words=s, kind=k) for at, t, w, s, k in steps]


def _tickets() -> list[SimpleNamespace]:
    rows = [
        ("今天到期", "red", "已超期 2 小时", "FZ260309000128", "小区门口积水多日未清理", "云山区", "市容环卫", "投诉"),
        ("今天到期", "amber", "剩 3 小时", "FZ260310000417", "路口的路灯连续三晚不亮", "云山区", "公用设施", "求助"),
        ("本周", "green", "剩 2 个工作日", "FZ260311000029", "咨询老年人公交卡怎样办理", "江南区", "交通出行", "咨询"),
        (
            "本周",
            "none",
            "已挂起",
            "FZ260306000871",
            "人行道地砖松动，下雨天容易绊倒行人，希望尽快修补",
            "海湾区",
            "道路",
            "求助",
        ),
    ]
    names = ("group", "light", "left", "no", "title", "region", "category", "type")
    return [SimpleNamespace(**dict(zip(names, row, strict=True))) for row in rows]


def _form() -> Sample:
    form = Sample(formdata=None, data={"phone": "1380000", "content": "路口的路灯连续三晚不亮。", "urgency": "1"})
    form.phone.errors = ["手机号应为 11 位"]
    return form


@bp.get("/")
@public
def index() -> Response:
    """All components on one page."""
    return replies.page(
        "styleguide/index.html", form=_form(), now=NOW, journal=_journal(), tickets=_tickets(), timedelta=timedelta
    )


@bp.get("/panes")
@public
def panes() -> Response:
    """A desk: queues, list, detail."""
    return replies.page(
        "styleguide/panes.html",
        form=_form(),
        now=NOW,
        journal=_journal(),
        tickets=_tickets(),
        with_detail=True,
        back="/styleguide/panes",
    )


@bp.get("/public")
@public
def citizen() -> Response:
    """A citizen's question and tracking page."""
    return replies.page("styleguide/public.html", form=_form(), now=NOW, journal=_journal())


@bp.get("/board")
@public
def board() -> Response:
    """The leader's board with invented numbers."""
    return replies.page("styleguide/board.html", as_of=NOW, tickets=_tickets())
