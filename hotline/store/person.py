"""People who sign in, and their sessions."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from hotline.store.base import Base, Id


class Person(Base):
    """A member of staff with an account."""

    __tablename__ = "person"

    id: Mapped[Id]
    username: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(40))
    password_hash: Mapped[str] = mapped_column(String(200))
    """argon2id, with its parameters."""
    totp_secret: Mapped[bytes] = mapped_column(LargeBinary, default=b"")
    """Sealed; empty where the person has no second factor."""
    roles: Mapped[list[str]]
    unit: Mapped[str] = mapped_column(String(20), default="")
    active: Mapped[bool] = mapped_column(default=True)
    failures: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]
    created_at: Mapped[datetime]
    must_change: Mapped[bool] = mapped_column(default=False)
    """The password was set by somebody else: nothing opens until the person has chosen an own one."""
    must_enrol: Mapped[bool] = mapped_column(default=False)
    """The second factor is still to be set up: nothing else opens before."""
    totp_pending: Mapped[bytes] = mapped_column(LargeBinary, default=b"")
    """Sealed: a second factor shown to the person but not yet confirmed by a code."""
    totp_last: Mapped[int | None] = mapped_column(BigInteger)
    """Time step of the code used last: no code opens twice."""


class SignIn(Base):
    """One session of one person: a browser's cookie or an API token, kept only as a hash."""

    __tablename__ = "sign_in"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    program: Mapped[bool] = mapped_column(default=False)
    """It is a program's token, not a browser's cookie."""
    address: Mapped[str] = mapped_column(String(45), default="")
    agent: Mapped[str] = mapped_column(String(120), default="")
    """What the browser calls itself."""


class Client(Base):
    """A program with its own key: another line, a department's system, a gateway."""

    __tablename__ = "client"

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(40), unique=True)
    kind: Mapped[str] = mapped_column(String(10))
    """``api``, ``sms`` or ``cti``."""
    channel: Mapped[str] = mapped_column(String(20))
    """The channel its appeals are counted under."""
    key_hash: Mapped[bytes] = mapped_column(LargeBinary)
    active: Mapped[bool] = mapped_column(default=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary, default=b"")
    """A gateway's secret itself, sealed: signatures of bodies are checked with it."""
