"""Keys that encrypt stored tokens: which are still needed, and encrypting all tokens with the first."""

from collections import Counter

from bot.exchange.verdict_import import check_is_here
from bot.settings import Settings
from storage.database.engine import Database
from storage.errors import SettingsError
from storage.workspaces import installations
from storage.workspaces.token_sealing import Keyring


async def reseal(settings: Settings) -> int:
    """Encrypt all stored tokens again with the first key; return how many.

    Raises `SettingsError` if one can't be read.
    """
    if not settings.secret_keys:
        raise SettingsError("PAPERBOUT_SECRET_KEY is not set: there is no key to seal with.")
    check_is_here(settings)
    database = Database(settings.database_url)
    try:
        async with database.transaction(None) as session:
            return await installations.reseal(session, Keyring(settings.secret_keys))
    finally:
        await database.close()


async def count_by_key(settings: Settings, database: Database) -> Counter[int | None]:
    """Return how many stored tokens each key can decrypt, by key position (0 is first; None: no key can)."""
    async with database.reading(None) as session:
        return await installations.by_key(session, Keyring(settings.secret_keys))


def keys_in_words(tokens_by_key: Counter[int | None], keys: int) -> tuple[bool, str]:
    """Return (whether all is well, a sentence about which keys are needed and which can go)."""
    if tokens_by_key[None]:
        return False, (
            f"{tokens_by_key[None]} kept tokens can't be opened with any key: add the key they were sealed with to "
            "PAPERBOUT_SECRET_KEY, or have those workspaces install again"
        )
    old = {place: tokens_by_key[place] for place in range(1, keys)}
    tokens_of_old_keys = {place: number for place, number in old.items() if number}
    free = [str(place + 1) for place, number in old.items() if not number]
    sentences = [f"{tokens_by_key[0]} kept tokens are sealed with the first key"]
    sentences += [f"key {place + 1} is needed for {number}" for place, number in tokens_of_old_keys.items()]
    if tokens_of_old_keys:
        sentences.append("`paperbout key renew` seals them with the first")
    if free:
        sentences.append(f"key {', '.join(free)} can go")
    return True, "; ".join(sentences)
