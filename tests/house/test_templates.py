"""Promises about what stands in templates, scripts and styles."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

WEB = Path(__file__).parents[2] / "web"
TEMPLATES = sorted(WEB.rglob("*.html"))
SHEETS = sorted((WEB / "static" / "css").glob("*.css"))
SCRIPTS = sorted((WEB / "static" / "js").rglob("*.mjs"))

CHINESE = re.compile(r"[\u3400-\u9fff]")
WORDS = re.compile(r"\b_\(\s*(\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*')")
COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
NARROW = re.compile(r"[\u4e00-\u9fff][,;!?](?=[\u4e00-\u9fff\w\"'<]|$)|[\u4e00-\u9fff]:(?=[\u4e00-\u9fff])")


def names(paths: list[Path]) -> list[object]:
    return [pytest.param(path, id=str(path.relative_to(WEB))) for path in paths]


def lines_with(pattern: re.Pattern[str], text: str) -> list[str]:
    return [f"{n}: {line.strip()[:90]}" for n, line in enumerate(text.splitlines(), 1) if pattern.search(line)]


def blanked(pattern: re.Pattern[str], text: str) -> str:
    """The text without the matches, its line numbers kept."""
    return pattern.sub(lambda found: "\n" * found.group().count("\n"), text)


@pytest.mark.parametrize("path", names(TEMPLATES))
def test_every_chinese_word_of_a_template_goes_through_the_catalogue(path: Path) -> None:
    bare = blanked(WORDS, blanked(COMMENT, path.read_text()))
    assert not lines_with(CHINESE, bare), 'write {{ _("…") }} around it'


@pytest.mark.parametrize("path", names(TEMPLATES))
def test_a_percent_sign_in_a_sentence_is_doubled(path: Path) -> None:
    sentences = [found.group(1) for found in WORDS.finditer(path.read_text())]
    single = [s for s in sentences if re.search(r"%(?!\(\w+\)s|%)", s.replace("%%", ""))]
    assert not single, "Jinja formats every sentence: a literal % is written %%"


@pytest.mark.parametrize("path", names([*TEMPLATES, WEB / "static" / "js" / "words.mjs"]))
def test_chinese_sentences_use_chinese_punctuation(path: Path) -> None:
    assert not lines_with(NARROW, blanked(COMMENT, path.read_text())), "use ，：；！？ after Chinese words"


@pytest.mark.parametrize("path", names(TEMPLATES))
def test_no_script_and_no_style_is_written_into_a_page(path: Path) -> None:
    text = blanked(COMMENT, path.read_text())
    inline = re.compile(r"\son[a-z]+\s*=|\shx-on|javascript:|\sstyle\s*=|<style|<script(?![^>]*\ssrc=)", re.IGNORECASE)
    assert not lines_with(inline, text), "the content policy forbids it: use data-module and a class"


@pytest.mark.parametrize("path", names(TEMPLATES + SHEETS + SCRIPTS))
def test_no_page_asks_another_host_for_anything(path: Path) -> None:
    text = path.read_text().replace("http://www.w3.org/2000/svg", "")
    assert not lines_with(re.compile(r"https?://|[\"'(]//[a-z]"), text), "the system lives without internet"


@pytest.mark.parametrize("path", names([sheet for sheet in SHEETS if sheet.name != "tokens.css"] + SCRIPTS + TEMPLATES))
def test_colours_are_named_by_their_role_outside_the_tokens(path: Path) -> None:
    colour = re.compile(r"(?<![&\w])#[0-9a-fA-F]{3,8}\b(?![-\w])|\b(?:rgb|rgba|hsl|oklch)\(")
    assert not lines_with(colour, blanked(COMMENT, path.read_text())), "take a role from tokens.css"


def used_roles() -> Iterator[tuple[str, str]]:
    for sheet in SHEETS:
        for role in re.findall(r"var\((--[\w-]+)", sheet.read_text()):
            yield sheet.name, role


def test_every_role_that_a_sheet_uses_is_defined() -> None:
    defined = {role for sheet in SHEETS for role in re.findall(r"(--[\w-]+)\s*:", sheet.read_text())}
    assert not {(name, role) for name, role in used_roles() if role not in defined}


def test_the_dark_roles_are_the_same_for_who_chose_and_for_who_left_it_to_the_system() -> None:
    tokens = (WEB / "static" / "css" / "tokens.css").read_text()
    system = re.search(r"@media screen and \(prefers-color-scheme: dark\) \{\s*:root[^{]*\{(.*?)\}", tokens, re.DOTALL)
    chosen = re.search(r':root\[data-theme="dark"\] \{(.*?)\}', tokens, re.DOTALL)
    assert system
    assert chosen
    assert system.group(1).split() == chosen.group(1).split()


def test_every_module_that_a_template_names_exists() -> None:
    named = {
        module
        for path in TEMPLATES
        for given in re.findall(r'data-module="([^"{]+)"', path.read_text())
        for module in given.split()
    }
    assert not named - {script.stem for script in SCRIPTS}


def test_every_component_file_holds_the_macro_of_its_name_and_says_how_it_is_called() -> None:
    for path in sorted((WEB / "templates" / "components").glob("*.html")):
        text = path.read_text()
        assert re.search(rf"macro {path.stem}\(", text), f"{path.name}: no macro {path.stem}"
        assert text.startswith("{#-"), f"{path.name}: begin with a comment that says how it is called"
