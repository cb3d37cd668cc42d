"""The time that statements compare with: given with each run, so that they are built once."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import BindParameter, bindparam

from storage.tables.base import UtcDateTime

LONGEST_LEASE = timedelta(days=1)
LONGEST_WAIT = timedelta(days=40)
"""Longest plausible wait of a row: until next month's budget, or the monthly check of a paper."""


@dataclass(frozen=True, slots=True)
class Moment:
    """Stands for the time of a statement that is built once and run often: `at` gives the parameters of a run."""

    later: timedelta = timedelta()

    def __add__(self, more: timedelta) -> "Moment":
        return Moment(self.later + more)

    def __clause_element__(self) -> BindParameter[datetime]:
        """Return the parameter, as SQLAlchemy asks for it."""
        return bindparam(f"now_{self.later.days}", type_=UtcDateTime())

    @staticmethod
    def at(now: datetime) -> dict[str, datetime]:
        """Return the values of all moments that statements here compare with."""
        return {f"now_{later.days}": now + later for later in (timedelta(), LONGEST_LEASE, LONGEST_WAIT)}
