"""Every verb of the command line works as a module, and docs/operating.md lists them all."""

import argparse
import importlib
import re

import pytest

from hotline import cli
from hotline.settings import ROOT

PAGE = ROOT / "docs" / "operating.md"


@pytest.mark.parametrize("verb", cli.VERBS)
def test_a_verb_has_arguments_and_can_be_run(verb: str) -> None:
    module = importlib.import_module(cli.module_of(verb))
    module.arguments(argparse.ArgumentParser())
    assert callable(module.run)


def test_the_list_of_commands_equals_the_code() -> None:
    expected = "".join(f"- `hotline {verb}`: {what}\n" for verb, what in cli.VERBS.items())
    found = re.search(r"<!-- commands.*?-->\n(.*?)<!-- /commands -->", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert found
    assert found[1] == expected, f"docs/operating.md should list:\n{expected}"
