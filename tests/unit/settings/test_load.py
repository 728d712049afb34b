"""Settings: every fault at once, later wins, secrets made once."""

import stat
from datetime import timedelta
from pathlib import Path

import pytest

from hotline import settings
from hotline.settings import SettingsFaulty, load


def test_the_defaults_are_complete(tmp_path: Path) -> None:
    loaded = load({}, data_dir=tmp_path)
    assert loaded.server.port == 12345
    assert loaded.routing.auto_threshold == 0.9
    assert loaded.security.locked_for == timedelta(minutes=15)
    assert not loaded.demo


def test_a_demo_lays_its_file_over_the_defaults(tmp_path: Path) -> None:
    assert load({}, data_dir=tmp_path).security.session == timedelta(minutes=30)
    assert load({}, data_dir=tmp_path, demo=True).security.session == timedelta(hours=8)


@pytest.mark.parametrize(
    ("name", "text", "section", "key", "value"),
    [
        ("HOTLINE__SERVER__PORT", "8080", "server", "port", 8080),
        ("HOTLINE__ROUTING__AUTO_THRESHOLD", "0.8", "routing", "auto_threshold", 0.8),
        ("HOTLINE__SECURITY__SECURE_COOKIES", "true", "security", "secure_cookies", True),
        ("HOTLINE__SECURITY__SESSION", "2h", "security", "session", timedelta(hours=2)),
        ("HOTLINE__CLASSIFIER__MODEL", "/srv/model", "classifier", "model", Path("/srv/model")),
        ("REDIS_URL", "redis://r/1", "storage", "redis_url", "redis://r/1"),
        ("DATABASE_URL", "postgres://d/x", "storage", "database_url", "postgresql+psycopg://d/x"),
    ],
)
def test_the_environment_has_the_last_word(
    tmp_path: Path, name: str, text: str, section: str, key: str, value: object
) -> None:
    loaded = load({name: text}, data_dir=tmp_path)
    assert getattr(getattr(loaded, section), key) == value


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    wrong = {
        "HOTLINE__SERVER__PORT": "ten",
        "HOTLINE__SERVER__PROT": "80",
        "HOTLINE__ROUTING__AUTO_THRESHOLD": "1.5",
        "HOTLINE__SECURITY__SESSION": "eight hours",
    }
    with pytest.raises(SettingsFaulty) as caught:
        load(wrong, data_dir=tmp_path)
    assert len(caught.value.faults) == 4
    assert all(any(name in fault for fault in caught.value.faults) for name in wrong)


def test_a_missing_key_and_a_wrong_type_in_the_file_stop_the_start(tmp_path: Path) -> None:
    config = tmp_path / "config"
    config.mkdir()
    text = (settings.CONFIG / "default.toml").read_text()
    (config / "default.toml").write_text(text.replace("attempts = 5\n", "").replace("web = 1", "web = true"))
    with pytest.raises(SettingsFaulty) as caught:
        load({}, data_dir=tmp_path, config=config)
    assert sorted(caught.value.faults) == ["[security] attempts:缺少这一项", "default.toml [server] web:应为整数"]


def test_another_kind_of_database_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsFaulty, match="postgresql://"):
        load({"DATABASE_URL": "mysql://d/x"}, data_dir=tmp_path)


def test_secrets_are_made_once_and_only_for_us(tmp_path: Path) -> None:
    first, second = load({}, data_dir=tmp_path).secrets, load({}, data_dir=tmp_path).secrets
    assert (first.key, first.gateways) == (second.key, second.gateways)
    assert set(first.gateways) == {"sms/generic", "cti/generic"}
    made = [path for path in tmp_path.iterdir() if path.is_file()]
    assert {path.name for path in made} == {"secret.key", "gateways.toml"}
    assert {stat.S_IMODE(path.stat().st_mode) for path in made} == {0o600}


def test_secrets_do_not_show_when_settings_are_printed(tmp_path: Path) -> None:
    loaded = load({"DATABASE_URL": "postgresql://u:hush@d/x"}, data_dir=tmp_path)
    shown = repr(loaded)
    assert "hush" not in shown
    assert loaded.secrets.gateways["sms/generic"] not in shown + repr(loaded.secrets)


def test_a_cut_off_key_is_a_fault_and_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "secret.key").write_text("abcd")
    with pytest.raises(SettingsFaulty, match="不完整"):
        load({}, data_dir=tmp_path)
    assert (tmp_path / "secret.key").read_text() == "abcd"


def test_a_gateway_without_a_secret_is_a_fault(tmp_path: Path) -> None:
    load({}, data_dir=tmp_path)
    with pytest.raises(SettingsFaulty, match="sms/other"):
        load({"HOTLINE__GATEWAYS__SMS": "generic,other"}, data_dir=tmp_path)
