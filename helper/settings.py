"""Everything that can be set from outside, checked once at the start."""

import ipaddress
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from helper.words import Trouble, Words

Port = Annotated[int, Field(ge=0, le=65535)]

LOOPBACK_ONLY = Words(
    "APIのホスト「{host}」は使えません。TLSに対応するまで、このパソコン自身（127.0.0.1）だけで待ち受けます。",
    'The API host "{host}" is refused: until TLS exists it must be this computer itself (127.0.0.1).',
)
PLAIN_HTTP = Words(
    "ITTSU_LINE_API_BASE「{url}」は使えません。httpsのURLを指定してください（httpはこのパソコン自身のみ）。",
    'ITTSU_LINE_API_BASE "{url}" is refused: it must be an https URL (plain http only on this computer).',
)
NOT_AN_ORIGIN = Words(
    "中継のアドレス「{url}」は使えません。https://relay.example.jp の形で指定してください"
    "（httpはこのパソコン自身のみ）。",
    'The relay\'s address "{url}" is refused: write https://relay.example.jp (plain http only on this computer).',
)
NOT_PUBLIC = Words(
    "ITTSU_PUBLIC_URL「{url}」は使えません。https://salon.example.jp の形で指定してください。",
    'ITTSU_PUBLIC_URL "{url}" is refused: write https://salon.example.jp.',
)
HALF_A_CERTIFICATE = Words(
    "ITTSU_RELAY_CERT と ITTSU_RELAY_KEY は、両方を指定してください。",
    "Give both ITTSU_RELAY_CERT and ITTSU_RELAY_KEY.",
)
RELAY_IN_THE_CLEAR = Words(
    "中継を {host} で待ち受けるには、証明書（ITTSU_RELAY_CERT、ITTSU_RELAY_KEY）が必要です。"
    "前に置いたプロキシがTLSを担当する場合は ITTSU_RELAY_BEHIND_PROXY=on を指定してください。",
    "To listen on {host} the relay needs a certificate (ITTSU_RELAY_CERT, ITTSU_RELAY_KEY),"
    " or ITTSU_RELAY_BEHIND_PROXY=on where a proxy before it does TLS.",
)
NO_POSTGRES_YET = Words(
    "PostgreSQLにはまだ対応していません。ITTSU_DATABASE_URLを外すと、SQLiteを使います。",
    "PostgreSQL is not built yet. Without ITTSU_DATABASE_URL the database is SQLite.",
)
UNKNOWN_DATABASE = Words(
    "ITTSU_DATABASE_URL「{url}」は使えません。sqlite:///ファイルのパス の形で指定してください。",
    'ITTSU_DATABASE_URL "{url}" is not understood: write sqlite:///path/of/the/file.',
)
LEAST_RETENTION_DAYS = 30
"""A request's Idempotency-Key lives as long, and is answered with the message it has made."""
KEPT_TOO_SHORT = Words(
    "ITTSU_RETENTION_DAYS「{days}」は使えません。30以上の日数を指定してください。"
    "一人のお客様の情報をすぐに消すには「ittsu friend forget」を使います。",
    'ITTSU_RETENTION_DAYS "{days}" is refused: it must be 30 days or more.'
    " To erase one customer at once, use `ittsu friend forget`.",
)
NOT_UNDERSTOOD = Words(
    "設定 {name} の値が正しくありません: {reason}", "The value of {name} is not valid: {reason}"
)


def is_loopback(host: str) -> bool:
    """Whether a host name or address can only mean this computer."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def url_of(host: str, port: int) -> str:
    """`http://host:port` as a browser on this computer dials it."""
    dialled = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - not bound, dialled
    return f"http://[{dialled}]:{port}" if ":" in dialled else f"http://{dialled}:{port}"


def relay_origin(url: str) -> str:
    """`https://host[:port]` without a slash; http only for this computer. Raises ValueError with `words`."""
    text = url.strip().rstrip("/")
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise Unusable(NOT_AN_ORIGIN.filled(url=url)) from None
    plain = parts.scheme == "http" and parts.hostname is not None and is_loopback(parts.hostname)
    if not parts.hostname or not (parts.scheme == "https" or plain) or "@" in parts.netloc:
        raise Unusable(NOT_AN_ORIGIN.filled(url=parts.hostname or url))
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    if parts.path or parts.query or parts.fragment or not text.isascii():
        raise Unusable(NOT_AN_ORIGIN.filled(url=url))
    return f"{parts.scheme}://{host}" + ("" if port is None else f":{port}")


def address_of(origin: str) -> str:
    """`host:port` of an origin, the port always named: what a proof is given for."""
    parts = urlsplit(origin)
    assert parts.hostname is not None
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{host}:{parts.port or (443 if parts.scheme == 'https' else 80)}"


def _default_home() -> Path:
    from platformdirs import user_data_path

    return user_data_path("ittsu", appauthor=False)


class Unusable(ValueError):
    """Carries both languages through pydantic's error."""

    def __init__(self, words: Words) -> None:
        super().__init__(str(words))
        self.words = words


class Settings(BaseSettings):
    """The settings of one helper. Environment variables are `ITTSU_` + the field's name in capitals."""

    model_config = SettingsConfigDict(env_prefix="ITTSU_", extra="ignore", frozen=True, env_ignore_empty=True)

    home: Path = Field(default_factory=_default_home)
    """The data folder."""
    database_url: str | None = None
    api_host: str = "127.0.0.1"
    api_port: Port = 8171
    api_names: Annotated[tuple[str, ...], NoDecode] = ()
    """Further names a client may dial, separated by commas: `name` or `name:port`."""
    webhook_host: str = "127.0.0.1"
    webhook_port: Port = 8172
    public_url: str | None = None
    """Where the whole internet reaches the webhook listener, under a name that lasts: LINE fetches icons there."""
    sandbox_port: Port = 8173
    relay_host: str = "127.0.0.1"
    relay_port: Port = 8174
    relay_url: str | None = None
    """The relay's public address, as LINE and the helper dial it."""
    relay_cert: Path | None = None
    relay_key: Path | None = None
    """The relay's own certificate chain and key (PEM); without them a proxy before it does TLS."""
    relay_behind_proxy: Literal["on", "off"] = "off"
    line_api_base: str = "https://api.line.me"
    hold_seconds: Annotated[float, Field(ge=0, le=60)] = 5
    reply_safe_seconds: Annotated[float, Field(ge=0, le=60)] = 50
    daily_backup: Literal["on", "off"] = "on"
    retention_days: int = 400
    """How long raw events and message texts are kept; at least `LEAST_RETENTION_DAYS`."""
    sandbox: Literal["never", "auto", "always"] = "auto"
    keyring: Literal["auto", "file"] = "auto"
    log: Literal["text", "json"] = "text"
    log_file: Path | None = None
    """Where the log goes instead of stderr."""

    @field_validator("api_host")
    @classmethod
    def _api_on_loopback(cls, host: str) -> str:
        if not is_loopback(host):
            raise Unusable(LOOPBACK_ONLY.filled(host=host))
        return host.strip("[]")

    @field_validator("api_names", mode="before")
    @classmethod
    def _split_names(cls, names: Any) -> Any:
        if isinstance(names, str):
            return tuple(name.strip().lower() for name in names.split(",") if name.strip())
        return names

    @field_validator("public_url")
    @classmethod
    def _public_origin(cls, url: str | None) -> str | None:
        if url is None:
            return None
        try:
            origin = relay_origin(url)
        except Unusable:
            origin = ""
        if not origin.startswith("https://"):
            raise Unusable(NOT_PUBLIC.filled(url=url))
        return origin

    @field_validator("relay_url")
    @classmethod
    def _only_an_origin(cls, url: str | None) -> str | None:
        return None if url is None else relay_origin(url)

    @model_validator(mode="after")
    def _relay_in_the_clear(self) -> Self:
        if (self.relay_cert is None) != (self.relay_key is None):
            raise Unusable(HALF_A_CERTIFICATE)
        exposed = not is_loopback(self.relay_host) and self.relay_cert is None
        if exposed and self.relay_behind_proxy == "off":
            raise Unusable(RELAY_IN_THE_CLEAR.filled(host=self.relay_host))
        return self

    @field_validator("line_api_base")
    @classmethod
    def _https_or_loopback(cls, url: str) -> str:
        parts = urlsplit(url)
        plain = parts.scheme == "http" and parts.hostname is not None and is_loopback(parts.hostname)
        if not parts.hostname or not (parts.scheme == "https" or plain):
            raise Unusable(PLAIN_HTTP.filled(url=url))
        return url.rstrip("/")

    @field_validator("retention_days")
    @classmethod
    def _long_enough(cls, days: int) -> int:
        if days < LEAST_RETENTION_DAYS:
            raise Unusable(KEPT_TOO_SHORT.filled(days=days))
        return days

    @field_validator("database_url")
    @classmethod
    def _known_engine(cls, url: str | None) -> str | None:
        if url is None or url.startswith("sqlite:///"):
            return url
        if url.startswith(("postgresql://", "postgres://")):
            raise Unusable(NO_POSTGRES_YET)
        raise Unusable(UNKNOWN_DATABASE.filled(url=urlsplit(url).scheme + "://…"))

    @model_validator(mode="after")
    def _places_are_absolute(self) -> Self:
        object.__setattr__(self, "home", self.home.expanduser().absolute())
        if self.log_file is not None:
            object.__setattr__(self, "log_file", self.log_file.expanduser().absolute())
        return self

    @property
    def database_path(self) -> Path:
        """The SQLite file."""
        if self.database_url is None:
            return self.home / "ittsu.sqlite"
        return Path(self.database_url.removeprefix("sqlite:///")).expanduser().absolute()

    @property
    def relay_database_path(self) -> Path:
        """The relay's SQLite file."""
        return self.home / "relay.sqlite"

    @property
    def hold_ms(self) -> int:
        """How long a click can be undone, in milliseconds."""
        return round(self.hold_seconds * 1000)

    @property
    def reply_safe_ms(self) -> int:
        """How old a reply token may be, in milliseconds."""
        return round(self.reply_safe_seconds * 1000)


def load_settings(flags: Mapping[str, Any] | None = None) -> Settings:
    """Settings from the environment; a flag that was given wins over the variable of its name.

    Raises Trouble, in both languages, for a value that cannot be used.
    """
    given = {name: value for name, value in (flags or {}).items() if value is not None}
    try:
        return Settings(**given)
    except ValidationError as error:
        raise Trouble(_explain(error), exit_code=2) from None


def _explain(error: ValidationError) -> Words:
    first = error.errors(include_url=False)[0]
    cause = first.get("ctx", {}).get("error")
    if isinstance(cause, Unusable):
        return cause.words
    name = "ITTSU_" + str(first["loc"][0]).upper() if first["loc"] else "ITTSU_*"
    return NOT_UNDERSTOOD.filled(name=name, reason=first["msg"])
