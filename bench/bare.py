"""What the intake is compared to: Flask that inserts one row into one table, and nothing else. Served by gunicorn."""

import os

import sqlalchemy as sa
from flask import Flask, request

app = Flask(__name__)
engine = sa.create_engine(os.environ["BARE_DATABASE_URL"], pool_size=10, max_overflow=10)
INSERT = sa.text("INSERT INTO bare (content, phone) VALUES (:content, :phone) RETURNING id")

with engine.begin() as start:
    start.execute(sa.text("CREATE TABLE IF NOT EXISTS bare (id bigserial PRIMARY KEY, content text, phone text)"))


@app.get("/healthz")
def alive() -> str:
    return "ok"


@app.post("/")
def take() -> tuple[dict[str, int], int]:
    given = request.get_json()
    with engine.begin() as connection:
        return {"id": connection.execute(INSERT, given).scalar_one()}, 201
