"""Encrypt secrets with the first key of PAPERBOUT_SECRET_KEY, and decrypt them with any of its keys."""

from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from storage.errors import SettingsError


def new_key() -> str:
    """Generate a new key for PAPERBOUT_SECRET_KEY."""
    return Fernet.generate_key().decode()


class Keyring:
    """The encryption keys of PAPERBOUT_SECRET_KEY, newest first."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._each = [Fernet(key) for key in keys]
        self._all = MultiFernet(self._each)

    def seal(self, text: str) -> str:
        """Encrypt a text with the first key."""
        return self._all.encrypt(text.encode()).decode()

    def unseal(self, token: str) -> str:
        """Decrypt a token with whichever key fits. Raises `SettingsError` if none does."""
        try:
            return self._all.decrypt(token).decode()
        except InvalidToken as error:
            raise SettingsError(
                "A kept token can't be opened: the key it was sealed with is missing from PAPERBOUT_SECRET_KEY. "
                "Add that key at the end of the list, or have the workspace install the bot again."
            ) from error

    def place_of(self, token: str) -> int | None:
        """Return the position of the key that decrypts a token (0 is first), or None."""
        for place, key in enumerate(self._each):
            try:
                key.decrypt(token)
            except InvalidToken:
                continue
            return place
        return None
