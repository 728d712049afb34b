"""Every blueprint of the application. A new desk adds a line here, and one to ``web/nav.py``."""

from __future__ import annotations

from flask import Blueprint

from web.account.views import bp as account
from web.administration.pages import bp as administration
from web.analysis.views import bp as analysis
from web.api.views import bp as api
from web.auditing.views import bp as auditing
from web.board.views import bp as board
from web.callback.views import bp as callback
from web.cards.views import bp as cards
from web.configuration.pages import bp as configuration
from web.coordination.views import bp as coordination
from web.department.views import bp as department
from web.dispatch.views import bp as dispatch
from web.files.views import bp as files
from web.foresight.views import bp as foresight
from web.gateway.views import bp as gateway
from web.health import bp as health
from web.home.views import bp as home
from web.inbox.views import bp as inbox
from web.incidents.views import bp as incidents
from web.knowledge.writing import bp as knowledge
from web.messages.views import bp as messages
from web.metrics import bp as metrics
from web.nuisance.views import bp as nuisance
from web.operator.views import bp as operator
from web.people.views import bp as people
from web.privacy.views import bp as privacy
from web.public.views import bp as public
from web.quality.scoring import bp as scoring
from web.quality.views import bp as quality
from web.report.views import bp as report
from web.review.views import bp as review
from web.scores.views import bp as scores
from web.search.views import bp as search
from web.supervision.orders import bp as orders
from web.supervision.views import bp as supervision
from web.surge.views import bp as surge
from web.tickets.views import bp as tickets
from web.timing.views import bp as timing
from web.track.views import bp as track

BLUEPRINTS: tuple[Blueprint, ...] = (
    health,
    metrics,
    public,
    report,
    track,
    people,
    home,
    operator,
    messages,
    inbox,
    board,
    tickets,
    files,
    dispatch,
    department,
    review,
    callback,
    privacy,
    account,
    administration,
    auditing,
    supervision,
    orders,
    cards,
    foresight,
    search,
    surge,
    quality,
    scoring,
    analysis,
    scores,
    incidents,
    nuisance,
    knowledge,
    coordination,
    timing,
    configuration,
)
"""Pages for people: every POST carries the form's token."""

PROGRAM_BLUEPRINTS: tuple[Blueprint, ...] = (api, gateway)
"""Where programs ask with keys of their own (API, gateways, Open311): no form token is expected there."""
