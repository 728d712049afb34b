"""The embedded servers as the tests themselves use them."""

import redis
import sqlalchemy as sa


def test_the_database_answers_in_utc_and_speaks_chinese(server_url: str) -> None:
    engine = sa.create_engine(server_url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        assert connection.scalar(sa.text("SHOW timezone")) == "UTC"
        assert connection.scalar(sa.text("SELECT left('楼道灯不亮', 3)")) == "楼道灯"


def test_redis_answers(redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as client:
        assert client.ping()
