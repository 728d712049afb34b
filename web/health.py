"""Two questions of an operator: does this process live, and can it serve?"""

from __future__ import annotations

import sqlalchemy as sa
from flask import Blueprint, Response
from sqlalchemy.exc import SQLAlchemyError

from web.guard import office, public

bp = Blueprint("health", __name__)


@bp.get("/healthz")
@public
def alive() -> Response:
    """This process answers; nothing else is asked."""
    return Response("ok\n", mimetype="text/plain")


@bp.get("/readyz")
@public
def ready() -> Response:
    """The database answers too; without Redis the pages still work, only not by themselves."""
    try:
        with office().engine.connect() as connection:
            connection.execute(sa.select(1))
    except SQLAlchemyError:
        return Response("database\n", 503, mimetype="text/plain")
    return Response("ok\n", mimetype="text/plain")
