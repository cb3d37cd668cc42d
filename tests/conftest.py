from collections.abc import Iterator

import pytest

from tests import postgres
from tests.postgres import Postgres


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Postgres]:
    """One PostgreSQL for all tests that ask for it."""
    with postgres.serving() as server:
        yield server


@pytest.fixture
def postgres_url(postgres_server: Postgres) -> Iterator[str]:
    """A fresh, empty database on it."""
    url = postgres_server.create()
    yield url
    postgres_server.drop(url)
