"""OAuth states that need no storage until they come back: each is encrypted and contains its expiry."""

import hashlib
import secrets
from datetime import timedelta

from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore

from bot.work.timing import Time
from storage.database.engine import Database
from storage.errors import SettingsError
from storage.workspaces import installations
from storage.workspaces.token_sealing import Keyring

CLOCKS_DIFFER = timedelta(minutes=5)
"""How far the clocks of two processes may differ."""


class SealedStates(AsyncOAuthStateStore):
    """Makes and checks the `state` texts of Slack's OAuth, which prove that we began an installation.

    Each contains its expiry, is readable with our keys only, and is accepted once.
    """

    def __init__(self, keyring: Keyring, database: Database, time: Time, seconds: int) -> None:
        self._keyring = keyring
        self._database = database
        self._time = time
        self._lifetime = timedelta(seconds=seconds)

    async def async_issue(self, *_args: object, **_kwargs: object) -> str:
        """Return a new state without storing anything."""
        expires = self._time.now() + self._lifetime
        return self._keyring.seal(f"{secrets.token_urlsafe(16)} {int(expires.timestamp())}")

    async def async_consume(self, state: str) -> bool:
        """Return whether we issued a state, it hasn't expired, and it wasn't used before."""
        try:
            expires = int(self._keyring.unseal(state).split()[1])
        except (SettingsError, ValueError, IndexError):
            return False
        now = self._time.now()
        latest = (now + self._lifetime + CLOCKS_DIFFER).timestamp()
        if not now.timestamp() < expires <= latest:  # later ones were made by a clock that was wrong
            return False
        digest = hashlib.sha256(state.encode()).hexdigest()
        async with self._database.transaction(None) as session:
            return await installations.take_state(session, digest, now, now + self._lifetime)
