"""Tells owners once which Slack permissions an upgrade needs and the workspace hasn't granted."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from storage.database.engine import Database
from storage.leagues import league_rows
from storage.work import outbox
from storage.workspaces import workspace_rows

KIND = "reinstall"


async def tell_owners(database: Database, workspace: str, missing: Sequence[str], now: datetime) -> int:
    """Send owners of all leagues a direct message naming the missing scopes; return how many (0 if sent before)."""
    scopes = " ".join(sorted(missing))
    async with database.transaction(None) as session:
        if not await workspace_rows.note_missing_scopes(session, workspace, scopes) or not scopes:
            return 0
    key = f"{KIND}:{hashlib.sha256(scopes.encode()).hexdigest()[:12]}"
    async with database.transaction(workspace) as session:
        owners = {
            user
            for league in await league_rows.all_of(session)
            for user in await league_rows.owners(session, league.id)
        }
        for user in sorted(owners):
            await outbox.want(
                session, channel=user, key=key, kind=KIND, now=now, options={"missing": scopes.split()}
            )
    return len(owners)
