"""What asks the network says so within a write transaction, and nowhere else."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.database import network_guard
from storage.database.engine import Database
from storage.database.network_guard import check_no_transaction


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    made = Database(f"sqlite:///{tmp_path / 'guard.db'}")
    yield made
    await made.close()


async def test_a_call_within_a_write_transaction_is_reported(
    database: Database, no_network_inside_a_transaction: list[str]
) -> None:
    async with database.transaction("T1"):
        with pytest.raises(AssertionError):
            check_no_transaction("users.info")
    assert no_network_inside_a_transaction == ["users.info"]
    no_network_inside_a_transaction.clear()


async def test_before_after_beside_and_while_reading_nothing_is_reported(database: Database) -> None:
    async def beside() -> None:
        await asyncio.sleep(0)
        check_no_transaction("users.info")

    asking = asyncio.create_task(beside())
    check_no_transaction("users.info")
    async with database.reading("T1"):
        check_no_transaction("users.info")
    async with database.transaction("T1"):
        await asking
    check_no_transaction("users.info")


async def test_a_transaction_that_failed_is_over(database: Database) -> None:
    with pytest.raises(ZeroDivisionError):
        async with database.transaction("T1"):
            _ = 1 / 0
    check_no_transaction("users.info")


def test_in_production_it_is_logged_and_the_call_goes_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.undo()
    with network_guard.writing():
        check_no_transaction("users.info")
    assert "network_in_transaction" in capsys.readouterr().out
