"""The blueprint of both administrators' pages."""

from flask import Blueprint

bp = Blueprint("administration", __name__, template_folder="templates", url_prefix="/accounts")
