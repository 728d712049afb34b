"""What must not stand in a configuration file: made at random once, kept in files that only we can read."""

import os
import secrets
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from hotline.settings.reading import SettingsFaulty

KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class Secrets:
    """The deployment's key, and one secret per gateway."""

    key: bytes = field(repr=False)
    """Sessions are signed and columns sealed by keys derived from this one; without it sealed data are lost."""
    gateways: Mapping[str, str] = field(repr=False)
    """By kind and name, such as ``sms/generic``."""

    @classmethod
    def kept_in(cls, data: Path, *, key_file: str, gateways_file: str, gateways: Iterable[str]) -> "Secrets":
        """The secrets of this deployment; a missing file is made, unless the settings name it: then it must exist."""
        key = _read_or_make(data, "secret.key", key_file, secrets.token_hex(KEY_BYTES))
        try:
            key_bytes = bytes.fromhex(key.strip())
        except ValueError:
            key_bytes = b""
        if len(key_bytes) < KEY_BYTES:
            place = key_file or data / "secret.key"
            raise SettingsFaulty([f"密钥文件 {place} 不完整：应为 {KEY_BYTES * 2} 位十六进制数，请从备份恢复"])
        wanted = list(gateways)
        fresh = "".join(f'"{name}" = "{secrets.token_urlsafe(24)}"\n' for name in wanted)
        text = _read_or_make(data, "gateways.toml", gateways_file, fresh)
        try:
            found = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise SettingsFaulty([f"网关密钥文件不是正确的 TOML:{error}"]) from None
        missing = [name for name in wanted if not isinstance(found.get(name), str) or not found[name]]
        if missing:
            place = gateways_file or data / "gateways.toml"
            raise SettingsFaulty([f'{place} 缺少网关 {name} 的密钥，请补上一行:"{name}" = "…"' for name in missing])
        return cls(key_bytes, {name: found[name] for name in wanted})


def _read_or_make(data: Path, name: str, named: str, fresh: str) -> str:
    """The file's text. Of several processes that make it at the same time one wins, and all read the winner's."""
    path = Path(named) if named else data / name
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        if named:
            raise SettingsFaulty([f"没有找到密钥文件 {path}"]) from None
    except (OSError, UnicodeDecodeError):
        raise SettingsFaulty([f"密钥文件 {path} 无法读取，请检查它的权限"]) from None
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = path.with_name(f".{name}.{os.getpid()}.{secrets.token_hex(4)}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(fresh)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise SettingsFaulty([f"数据目录 {data} 不能写入：{error.strerror}，请检查权限和剩余空间"]) from None
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return path.read_text(encoding="utf-8")
