"""``ui`` in templates: every macro of ``templates/components``, one per file, without an import line."""

from __future__ import annotations

from typing import Any

from jinja2 import Environment, TemplateNotFound


class Components:
    """``ui.lamp(…)`` is the macro ``lamp`` of ``components/lamp.html``."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        try:
            module = self._environment.get_template(f"components/{name}.html").module
        except TemplateNotFound as missing:
            raise AttributeError(f"there is no component {name!r}: see web/templates/components") from missing
        return getattr(module, name)
