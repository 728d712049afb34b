"""The blueprint with every page on it."""

from web.administration import keys as keys
from web.administration import tables as tables
from web.administration import views as views
from web.administration.blueprint import bp as bp
