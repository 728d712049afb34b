"""The door for staff: sign in, sign out, and on to the first desk."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, request, url_for

from hotline.domain.errors import Refused
from web import replies
from web.guard import SEAT, actor, door, needs, public, visitor
from web.nav import desks_of
from web.people.forms import SignIn
from web.refusals import problem_of

bp = Blueprint("people", __name__, template_folder="templates")


@bp.get("/login")
@public
def sign_in() -> Response:
    """The sign-in page; who is signed in already goes on."""
    onward = replies.local_path(request.args.get("next", ""), url_for("people.desk"))
    if visitor() is not None:
        return replies.to_path(onward)
    return replies.page("people/sign_in.html", form=SignIn(data={"next": onward}))


@bp.post("/login")
@public
def enter() -> Response:
    """Let the person in, or say on the same page why not."""
    form = SignIn()
    if not form.validate():
        return replies.page("people/sign_in.html", form=form, status=422)
    try:
        secret = door().enter(
            form.username.data,
            form.password.data,
            form.otp.data or "",
            source=request.remote_addr or "",
            agent=request.user_agent.string,
        )
    except Refused as refusal:
        # The form is drawn again with the sentence in it: a refusal page would lose the name that was typed.
        problem = problem_of(refusal)
        return replies.page("people/sign_in.html", form=form, refusal=problem, status=problem.status)
    response = replies.to_path(replies.local_path(form.next.data or "", url_for("people.desk")))
    response.set_cookie(
        SEAT,
        secret,
        httponly=True,
        samesite="Lax",
        secure=request.is_secure or current_app.config["SESSION_COOKIE_SECURE"],
    )
    return response


@bp.post("/logout")
@public
def leave() -> Response:
    """Forget the person; harmless for who has left already."""
    door().leave(request.cookies.get(SEAT, ""))
    response = replies.to("people.sign_in", told="您已退出登录")
    response.delete_cookie(SEAT)
    return response


@bp.get("/desk")
@needs()
def desk() -> Response:
    """On to the person's desk, or to the list of them; a page that says so when the roles open none."""
    mine = desks_of(actor(), set(current_app.view_functions))
    if not mine:
        return replies.page("people/no_desk.html")
    work = [desk for desk in mine if not desk.beside] or mine
    return replies.to(work[0].endpoint if len(work) == 1 else "home.index")
