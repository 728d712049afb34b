"""What a deployment can set: typed, frozen, read once, and wrong all at once.

Read in this order, later wins: ``config/default.toml``, in a demo ``config/demo.toml``, then the environment
(``HOTLINE__SECTION__KEY``; ``DATABASE_URL`` and ``REDIS_URL`` under their usual names). What differs from city to city
is not here but in ``config/profiles``; what must stay secret lies in files of mode 0600 in the data folder.
"""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from hotline.settings import reading
from hotline.settings.reading import SettingsFaulty as SettingsFaulty
from hotline.settings.secrets import Secrets

ROOT = Path(__file__).resolve().parents[2]
"""Where ``config/``, ``migrations/`` and ``web/`` lie: the repository, or the folder the wheel was installed into."""

CONFIG = ROOT / "config"


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """Where people reach the pages, and how many processes do the work."""

    host: str
    """Address the web server listens on; `0.0.0.0` for every network of the machine."""
    port: int = field(metadata={"between": (1, 65535)})
    """Port the web server listens on."""
    web: int = field(metadata={"between": (1, 64)})
    """Web processes."""
    workers: int = field(metadata={"between": (1, 64)})
    """Processes that take jobs from the queues."""
    public_url: str
    """Address under which citizens reach the pages, as it stands in SMS; empty: `http://HOST:PORT`."""
    trusted_proxies: int = field(metadata={"between": (0, 5)})
    """How many reverse proxies stand before the web server and may be believed about the caller's address."""


@dataclass(frozen=True, slots=True)
class StorageSettings:
    """Where the data are kept."""

    database_url: str = field(repr=False)
    """PostgreSQL 14 or newer; empty: the embedded one in the data folder. Environment: `DATABASE_URL`."""
    redis_url: str = field(repr=False)
    """Redis 6 or newer; empty: the embedded one. Environment: `REDIS_URL`."""
    pool: int = field(metadata={"between": (1, 200)})
    """Connections to the database that one process keeps at most."""


@dataclass(frozen=True, slots=True)
class SecuritySettings:
    """Signing in and staying signed in."""

    session: timedelta
    """How long a session lives without being used."""
    session_at_most: timedelta
    """How long a session lives altogether; afterwards everybody signs in again."""
    attempts: int = field(metadata={"between": (1, 100)})
    """Wrong passwords in a row after which an account is locked."""
    locked_for: timedelta
    """How long such an account stays locked."""
    two_factor: bool
    """Ask for the one-time code of every account that has a second factor; off, a code is checked only when given."""
    secure_cookies: bool
    """Send cookies over HTTPS only; switch on as soon as the pages are served by HTTPS."""
    secret_key_file: str
    """File with the key for sessions and sealed columns; empty: `secret.key` in the data folder."""


@dataclass(frozen=True, slots=True)
class CitySettings:
    """Which city this is."""

    profile: str
    """Folder below `config/profiles` with what differs from city to city."""


@dataclass(frozen=True, slots=True)
class SlaSettings:
    """Time limits."""

    profile: str
    """File below `config/sla` with the limits of sign-in, contact and handling."""


@dataclass(frozen=True, slots=True)
class RoutingSettings:
    """From text to unit."""

    auto_threshold: float = field(metadata={"between": (0, 1)})
    """Confidence from which a ticket goes straight to its unit; below it a dispatcher chooses among proposals."""


@dataclass(frozen=True, slots=True)
class ClassifierSettings:
    """The model that names categories."""

    model: Path
    """Folder of the trained model; a relative path starts at the installation."""


@dataclass(frozen=True, slots=True)
class SmsSettings:
    """Short messages."""

    signature: str
    """What stands in 【】 before every message; must be the one registered with the carrier."""
    channel: str
    """Gateway that sends: `null` keeps the messages in the system and sends none."""
    help_every: timedelta
    """A phone whose messages can't be understood gets the help line at most once in this time."""


@dataclass(frozen=True, slots=True)
class GatewaySettings:
    """Gateways that may post to us. Each has a secret of its own in `gateways.toml` in the data folder."""

    sms: tuple[str, ...]
    """Dialects accepted at `/gateway/sms/…`."""
    cti: tuple[str, ...]
    """Dialects accepted at `/gateway/cti/…`."""
    secrets_file: str
    """File with the secrets; empty: `gateways.toml` in the data folder."""


@dataclass(frozen=True, slots=True)
class Settings:
    """All of it, and the folder and secrets that go with it."""

    demo: bool
    data: Path
    """The data folder."""
    secrets: Secrets = field(repr=False)
    server: ServerSettings
    storage: StorageSettings
    security: SecuritySettings
    city: CitySettings
    sla: SlaSettings
    routing: RoutingSettings
    classifier: ClassifierSettings
    sms: SmsSettings
    gateways: GatewaySettings


SECTIONS: Mapping[str, type[Any]] = {
    "server": ServerSettings,
    "storage": StorageSettings,
    "security": SecuritySettings,
    "city": CitySettings,
    "sla": SlaSettings,
    "routing": RoutingSettings,
    "classifier": ClassifierSettings,
    "sms": SmsSettings,
    "gateways": GatewaySettings,
}

COMMON_NAMES = {"DATABASE_URL": ("storage", "database_url"), "REDIS_URL": ("storage", "redis_url")}


def load(
    environ: Mapping[str, str] = os.environ,
    *,
    data_dir: Path | None = None,
    demo: bool | None = None,
    config: Path = CONFIG,
) -> Settings:
    """The settings of this deployment; ``SettingsFaulty`` names every fault when there is one.

    ``data_dir`` and ``demo`` default to ``HOTLINE_DATA`` and ``HOTLINE_DEMO``, by which ``hotline up`` hands them on to
    the processes it starts, and then to ``var`` in the present folder and no.
    """
    seen = look(environ, data_dir=data_dir, demo=demo, config=config)
    secrets = Secrets.kept_in(
        seen.data,
        key_file=seen.security.secret_key_file,
        gateways_file=seen.gateways.secrets_file,
        gateways=[f"{kind}/{name}" for kind in ("sms", "cti") for name in getattr(seen.gateways, kind)],
    )
    return replace(seen, secrets=secrets)


def look(
    environ: Mapping[str, str], *, data_dir: Path | None = None, demo: bool | None = None, config: Path = CONFIG
) -> Settings:
    """The settings without the secrets, for who only looks: reads the configuration and writes nothing."""
    data = Path(data_dir or environ.get("HOTLINE_DATA") or "var").resolve()
    is_demo = environ.get("HOTLINE_DEMO") == "1" if demo is None else demo
    tables = [_table(config / "default.toml"), *([_table(config / "demo.toml")] if is_demo else [])]
    sections = reading.read(SECTIONS, tables, reading.from_environment(environ, COMMON_NAMES))
    storage = sections["storage"]
    sections["storage"] = replace(storage, database_url=sqlalchemy_url(storage.database_url))
    sections["classifier"] = ClassifierSettings(model=ROOT / sections["classifier"].model)
    return Settings(demo=is_demo, data=data, secrets=Secrets(b"", {}), **sections)


def sqlalchemy_url(url: str) -> str:
    """``postgres://…`` and ``postgresql://…`` as people write them, with the driver that we use."""
    for scheme in ("postgresql://", "postgres://"):
        if url.startswith(scheme):
            return "postgresql+psycopg://" + url.removeprefix(scheme)
    if url and not url.startswith("postgresql+psycopg://"):
        raise SettingsFaulty(["DATABASE_URL 应以 postgresql:// 开头"])
    return url


def _table(path: Path) -> tuple[str, dict[str, Any]]:
    try:
        return path.name, tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise SettingsFaulty([f"缺少配置文件 {path}"]) from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsFaulty([f"{path.name} 不是正确的 TOML:{error}"]) from None
