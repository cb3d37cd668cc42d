"""Rows suspected of crashing their process: what becomes of them once they were worked on alone."""

from sqlalchemy import update

from storage.database.engine import Transaction
from storage.database.statements import changed
from storage.work import leases


async def fail(session: Transaction, kind: leases.Work, row_id: int, reason: str) -> bool:
    """Fail a row whose work crashed its process even when it ran alone; return False if the row is done."""
    table, waiting_status, held_status = leases.ROWS[kind]
    ours = update(table).where(
        table.id == row_id,
        table.status.in_((waiting_status, held_status)),
        table.lapses >= leases.MOST_LAPSES,
    )
    values = {"status": "failed", "failure": reason, "leased_until": None, "not_before": None}
    return await changed(session, ours.values(**values)) == 1


async def trust_again(session: Transaction, kind: leases.Work, row_id: int) -> None:
    """Reset a row's count of expired leases, because its work succeeded."""
    table = leases.ROWS[kind][0]
    await changed(session, update(table).where(table.id == row_id).values(lapses=0))
