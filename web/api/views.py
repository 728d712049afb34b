"""The API's blueprint with every view in it: a new file of views is named here."""

from web.api import appeals as appeals
from web.api import board as board
from web.api import files as files
from web.api import knowledge as knowledge
from web.api import openapi as openapi
from web.api import privacy as privacy
from web.api import tickets as tickets
from web.api import tokens as tokens
from web.api.declaration import bp as bp
