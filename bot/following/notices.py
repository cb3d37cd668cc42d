"""Follows papers and mutes leagues, and sends followers direct messages about changes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.leagues.visibility import present_entry
from bot.people import Viewer
from storage.database.engine import Transaction
from storage.following import followers
from storage.standings.past_standings import PastRating
from storage.standings.rating_rows import EntryRating
from storage.tables import Entry, League, Paper
from storage.work import outbox

KIND = "notice"


@dataclass(frozen=True, slots=True)
class Following:
    """Whether a person follows an entry now, and its paper's names, for the answer to their click."""

    entry: int
    title: str
    follows: bool
    venue: str | None = None
    authors: tuple[str, ...] = ()


async def _entry(session: Transaction, entry_id: int, viewer: Viewer) -> tuple[Entry, Paper]:
    entry, paper, _league = await present_entry(session, entry_id, viewer)
    return entry, paper


async def follow(session: Transaction, entry_id: int, viewer: Viewer, *, now: datetime) -> Following:
    """Make a person follow an entry; also unmutes the entry's league for them."""
    entry, paper = await _entry(session, entry_id, viewer)
    await followers.follow(session, entry.id, viewer.user, now)
    await followers.unmute(session, entry.league_id, viewer.user)
    return Following(
        entry.id,
        paper.title or paper.canonical,
        follows=True,
        venue=paper.venue,
        authors=tuple(paper.authors or ()),
    )


async def unfollow(session: Transaction, entry_id: int, viewer: Viewer) -> Following:
    """Make a person stop following an entry."""
    entry, paper = await _entry(session, entry_id, viewer)
    await followers.unfollow(session, entry.id, viewer.user)
    return Following(entry.id, paper.title or paper.canonical, follows=False)


async def toggle_mute(session: Transaction, league: League, user: str, now: datetime) -> bool:
    """Mute a league for a person, or unmute it if it was muted; return whether it is muted now."""
    if await followers.unmute(session, league.id, user):
        return False
    return await followers.mute(session, league.id, user, now)


async def set_mute(session: Transaction, league: League, user: str, now: datetime, *, muted: bool) -> None:
    """Mute or unmute a league for a person, whichever it was before."""
    if muted:
        await followers.mute(session, league.id, user, now)
    else:
        await followers.unmute(session, league.id, user)


def beyond_noise(before: PastRating, after: EntryRating) -> bool:
    """Return whether a paper's rank changed and its score moved by more than both 95 % intervals."""
    change = abs(after.score - before.score)
    return after.rank != before.rank and change > max(before.interval, after.interval)


async def tell_moves(
    session: Transaction,
    standings_id: int,
    before: Mapping[int, PastRating],
    after: Mapping[int, EntryRating],
    *,
    now: datetime,
) -> int:
    """Notify followers of papers whose rank changed beyond its error bars in a refit; return how many people."""
    entries = [
        entry for entry, figures in after.items() if entry in before and beyond_noise(before[entry], figures)
    ]
    return await _tell(
        session,
        {
            entry: {
                "what": "moved",
                "was": before[entry].rank,
                "rank": after[entry].rank,
                "of": len(after),
                "standings": standings_id,
            }
            for entry in entries
        },
        f"moved:{standings_id}",
        now=now,
    )


async def tell_match(
    session: Transaction,
    match_id: int,
    entry_ids: tuple[int, int],
    what: str,
    about_id: int,
    *,
    now: datetime,
    but: str | None = None,
) -> int:
    """Notify followers of either paper that a verdict was "challenged", "overturned", "upheld" or "reverted".

    `about_id` is the poll or override (a second call sends nothing again); `but` is the person who acted, who gets no
    message.
    """
    notices: dict[int, dict[str, object]] = {
        entry: {"what": what, "match": match_id, "other": other}
        for entry, other in (entry_ids, entry_ids[::-1])
    }
    return await _tell(session, notices, f"{what}:{about_id}", now=now, but=but)


async def tell_version(session: Transaction, entry_ids: Sequence[int], version: int, *, now: datetime) -> int:
    """Notify followers of a paper's new version, once per version."""
    notices: dict[int, dict[str, object]] = {
        entry: {"what": "version", "version": version} for entry in entry_ids
    }
    return await _tell(session, notices, f"version:{version}", now=now)


async def _tell(
    session: Transaction,
    notices: Mapping[int, dict[str, object]],
    cause: str,
    *,
    now: datetime,
    but: str | None = None,
) -> int:
    """Queue a notice to each follower; when posted, it is dropped for people who can no longer see the league."""
    if not notices:
        return 0
    recipients: set[str] = set()
    for entry, user in await followers.followers(session, list(notices)):
        key = f"notice:{entry}:{cause}"
        about_match = "match" in notices[entry]
        if user == but or (about_match and user in recipients):
            continue
        recipients.add(user)
        await outbox.want(
            session, channel=user, key=key, kind=KIND, about_id=entry, options=dict(notices[entry]), now=now
        )
    return len(recipients)
