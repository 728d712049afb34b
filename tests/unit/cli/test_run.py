"""The command line: exit codes, and one sentence for what goes wrong."""

from types import SimpleNamespace

import pytest

from hotline import cli
from hotline.domain.errors import Invalid, NotFound


def verb_that(does: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """Puts a verb ``try`` into the table."""
    monkeypatch.setitem(cli.VERBS, "try", "试一试")
    module = SimpleNamespace(arguments=lambda parser: parser.add_argument("--times", type=cli.whole), run=does)
    monkeypatch.setitem(__import__("sys").modules, "hotline.cli.try_", module)


def test_without_a_verb_it_lists_them_and_calls_it_wrong_use(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run([]) == 2
    assert all(verb in capsys.readouterr().err for verb in ["up"])


def test_help_is_no_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["--help"]) == 0
    assert "hotline <命令>" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["fly"], "没有 fly 这个命令"),
        (["up", "--port", "ten"], "应为整数"),
        (["up", "--wings"], "无法识别 --wings"),
        (["backup"], "缺少 DIR"),
    ],
)
def test_wrong_use_is_2_and_said_in_chinese(argv: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(argv) == 2
    assert said in capsys.readouterr().err


def test_a_refusal_is_its_sentence_and_1(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def refuse(_args: object) -> int:
        raise NotFound("没有这个单位")

    verb_that(refuse, monkeypatch)
    assert cli.run(["try"]) == 1
    assert capsys.readouterr().err == "没有这个单位\n"


def test_each_wrong_field_is_said(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def refuse(_args: object) -> int:
        raise Invalid({"手机号": "应为 11 位"})

    verb_that(refuse, monkeypatch)
    assert cli.run(["try"]) == 1
    assert "手机号:应为 11 位" in capsys.readouterr().err


def test_an_unexpected_error_quotes_nothing_unless_asked(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def break_down(_args: object) -> int:
        raise RuntimeError("13800000000")

    verb_that(break_down, monkeypatch)
    assert cli.run(["try"]) == 1
    assert "13800000000" not in capsys.readouterr().err
    assert cli.run(["try", "--debug"]) == 1
    assert "Traceback" in capsys.readouterr().err
