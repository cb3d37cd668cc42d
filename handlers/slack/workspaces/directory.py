"""People and channels as Slack knows them, cached for a few minutes."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.people import AN_APP, BY_ITSELF, FORMER_MEMBER, INVITE_ME, Channel, Person, is_app, is_forgotten
from handlers.slack.workspaces.block_support import error_code
from handlers.slack.workspaces.user_listing import UserListing, next_cursor
from storage.database.bounded_cache import BoundedCache
from storage.errors import NotFoundError

log = structlog.get_logger(__name__)

KEPT = timedelta(minutes=5)
PAGE = 999
"""Members per page; Slack's limit is below 1,000, so a channel of 20,000 members takes 21 calls."""
FEW = 20
"""How many unknown people are looked up singly before a small workspace is listed as a whole."""
ORGANISATION = "E"
"""First letter of an organisation's id; a workspace's id begins with T."""
FEW_PAGES = 3
"""Pages of people beyond which a workspace counts as large, and people are looked up singly."""
SHORTLY = timedelta(minutes=1)
CACHED_BYTES = 64 * 1024 * 1024
"""Most bytes of all cached answers from Slack."""
MANY = 80
"""How many people of a large workspace are looked up one by one in a minute; after that, all are listed instead."""
MOST_KEPT = 200_000

Known = TypeVar("Known")

_LACKING = frozenset({"unknown_method", "method_not_supported", "missing_scope"})

_NO_APP = frozenset({"bot_not_found", "bots_not_found", "missing_argument", "team_not_found"})
"""Slack's error codes for an app of another workspace, and where an organisation's token would name one."""
_GONE = frozenset({"user_not_found", "users_not_found", "user_not_visible"})
_UNSEEN = frozenset(
    {"channel_not_found", "not_in_channel", "missing_scope", "method_not_supported_for_channel_type"}
)


DirectoryCache = BoundedCache[tuple[str, str, str], tuple[datetime, Any]]
"""Cache of Slack's answers by (workspace, kind, id), shared by all workspaces of a process."""


class _Kept(Generic[Known]):
    """One kind of a workspace's cached answers, each valid for `KEPT`."""

    def __init__(self, now: Callable[[], datetime], cache: DirectoryCache, workspace: str, kind: str) -> None:
        self._now = now
        self._cache = cache
        self._place = (workspace, kind)
        self._ids: set[str] = set()

    async def get(self, key: str, ask: Callable[[], Awaitable[Known]]) -> Known:
        answer = self.find(key)
        if answer is None:
            answer = await ask()
            self.put(key, answer)
        return answer

    def put(self, key: str, answer: Known) -> None:
        if len(self._ids) >= MOST_KEPT:
            self.clear()
        self._ids.add(key)
        self._cache.put((*self._place, key), (self._now(), answer))

    def find(self, key: str) -> Known | None:
        entry = self._cache.get((*self._place, key))
        if entry is None or self._now() - entry[0] >= KEPT:
            self.forget(key)
            return None
        answer: Known = entry[1]
        return answer

    def known(self) -> list[Known]:
        """Return all cached answers that are still valid."""
        return [answer for key in list(self._ids) if (answer := self.find(key)) is not None]

    def forget(self, key: str) -> None:
        self._ids.discard(key)
        self._cache.drop((*self._place, key))

    def clear(self) -> None:
        for key in list(self._ids):
            self.forget(key)


class Directory:
    """`bot.people.People` of one workspace; methods that a server lacks get a sensible default and a log line."""

    def __init__(
        self,
        client: AsyncWebClient,
        workspace: str,
        now: Callable[[], datetime],
        cache: DirectoryCache | None = None,
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._client = client
        self._workspace = workspace
        self._now = now
        self._is_large = False
        """Whether the workspace has more people than a few pages, so that they are looked up singly."""
        self._asked: deque[datetime] = deque(maxlen=MANY)
        self._listing = UserListing(client, workspace, now, sleep)
        cache = BoundedCache(CACHED_BYTES) if cache is None else cache
        self._persons: _Kept[Person] = _Kept(now, cache, workspace, "person")
        self._channels: _Kept[Channel] = _Kept(now, cache, workspace, "channel")
        self._members: _Kept[frozenset[str]] = _Kept(now, cache, workspace, "members")
        self._admins: _Kept[frozenset[str]] = _Kept(now, cache, workspace, "admins")

    def clear(self) -> None:
        """Forget all cached answers about the workspace, so that Slack is asked again."""
        for answers in (self._persons, self._channels, self._members, self._admins):
            answers.clear()

    async def person(self, user: str) -> Person:
        """Return a person; if Slack doesn't know them, a deleted `Person` named "former member"."""
        if user in BY_ITSELF:
            return Person(user, BY_ITSELF[user], is_bot=True)
        if is_forgotten(user):
            return Person(user, FORMER_MEMBER, is_deleted=True)
        ask = self._ask_app if is_app(user) else self._ask_person
        return await self._persons.get(user, lambda: ask(user))

    async def channel(self, channel: str) -> Channel:
        """Return a channel. Raises `NotFoundError` ("invite me first") if the bot can't see it."""
        return await self._channels.get(channel, lambda: self._ask_channel(channel))

    async def members(self, channel: str) -> frozenset[str]:
        """Return the user ids of everybody in a channel, including bots and guests."""
        return await self._members.get(channel, lambda: self._ask_members(channel))

    async def is_member(self, channel: str, user: str) -> bool:
        """Return whether a user is in a channel; a negative answer is never taken from the cache."""
        if user in await self.members(channel):
            return True
        self._members.forget(channel)
        return user in await self.members(channel)

    async def is_admin(self, user: str) -> bool:
        """Return whether a person is an admin or owner of the workspace, looking up only that person."""
        return (await self.person(user)).is_admin

    async def admins(self) -> frozenset[str]:
        """Return the user ids of the workspace's admins and owners; lists everybody in the workspace."""
        return await self._admins.get("", self._ask_admins)

    def known_admins(self) -> frozenset[str]:
        """Return the admins and owners that are cached, without asking Slack."""
        admins = self._admins.find("")
        return admins or frozenset(person.user for person in self._persons.known() if person.is_admin)

    def channel_changed(self, channel: str) -> None:
        """Forget a channel's cached name, state and members, because somebody joined or left, or it changed."""
        self._channels.forget(channel)
        self._members.forget(channel)

    def person_changed(self, user: str, *, is_admin: bool | None = None) -> None:
        """Forget a person's cached name and admin status; `is_admin` is the new status, None if unknown."""
        self._persons.forget(user)
        admins = self._admins.find("")
        if admins is not None and is_admin is not None:
            self._admins.put("", admins | {user} if is_admin else admins - {user})
        elif is_admin is None:
            self._admins.clear()

    async def _ask_person(self, user: str) -> Person:
        now = self._now()
        recent = sum(now - at < SHORTLY for at in self._asked)
        if recent >= (MANY if self._is_large else FEW):
            async with self._listing.turn:
                person = self._persons.find(user)
                if person is None:
                    self._asked.clear()
                    await self._everyone(most_pages=1_000 if self._is_large else FEW_PAGES)
                    person = self._persons.find(user)
            if person is not None:
                return person
        self._asked.append(now)
        try:
            answer = await self._client.users_info(user=user)
        except SlackApiError as error:
            code = error_code(error)
            if code in _GONE:
                return Person(user, FORMER_MEMBER, is_deleted=True)
            log.warning("person_unknown", workspace=self._workspace, user=user, error=code)
            if _is_lacking(code):
                return Person(user, user)
            raise
        return _person(answer.get("user") or {}, user, self._workspace)

    async def _ask_app(self, bot: str) -> Person:
        """Return the app that posts under a bot's id; "an app" where Slack doesn't say, as for other workspaces' apps."""
        try:
            answer = await self._client.bots_info(bot=bot)
        except SlackApiError as error:
            code = error_code(error)
            if code not in _NO_APP and not _is_lacking(code):
                raise
            return Person(bot, AN_APP, is_bot=True)
        return Person(bot, str((answer.get("bot") or {}).get("name") or AN_APP), is_bot=True)

    async def _ask_channel(self, channel: str) -> Channel:
        try:
            answer = await self._client.conversations_info(channel=channel)
        except SlackApiError as error:
            code = error_code(error)
            if code == "missing_scope" and channel.startswith("D"):
                return Channel(channel, channel, is_private=True, is_dm=True)  # im:read was declined
            if code in _UNSEEN:
                raise NotFoundError(INVITE_ME) from error
            log.warning("channel_unknown", workspace=self._workspace, channel=channel, error=code)
            if _is_lacking(code):
                return Channel(
                    channel, channel, is_private=channel.startswith("G"), is_dm=channel.startswith("D")
                )
            raise
        channel_info: dict[str, Any] = answer.get("channel") or {}
        is_dm = bool(channel_info.get("is_im") or channel_info.get("is_mpim"))
        return Channel(
            channel=channel,
            name=str(channel_info.get("name") or channel),
            is_private=bool(channel_info.get("is_private") or channel_info.get("is_group") or is_dm),
            is_dm=is_dm,
            has_bot=is_dm or bool(channel_info.get("is_member", True)),
        )

    async def _ask_members(self, channel: str) -> frozenset[str]:
        members: set[str] = set()
        cursor = ""
        while True:
            try:
                answer = await self._client.conversations_members(
                    channel=channel, limit=PAGE, cursor=cursor or None
                )
            except SlackApiError as error:
                code = error_code(error)
                if code in _UNSEEN:
                    raise NotFoundError(INVITE_ME) from error
                log.warning("members_unknown", workspace=self._workspace, channel=channel, error=code)
                if not _is_lacking(code):
                    raise
                async with self._listing.turn:
                    return frozenset(person.user for person in await self._everyone())
            members.update(map(str, answer.get("members") or ()))
            cursor = next_cursor(answer.get("response_metadata"), cursor)
            if not cursor:
                return frozenset(members)

    async def _ask_admins(self) -> frozenset[str]:
        async with self._listing.turn:
            known = self._admins.find("")  # another listing came first
            if known is None:
                known = frozenset(person.user for person in await self._everyone() if person.is_admin)
                self._admins.put("", known)
            return known

    async def _everyone(self, most_pages: int = 1_000) -> list[Person]:
        """List the people of the workspace, at most so many pages per team. The caller must hold the lock for listing."""
        people: list[Person] = []
        for team in await self._teams():
            pages = 0
            try:
                async for accounts, has_more in self._listing.pages(team):
                    pages += 1
                    for account in accounts:
                        person = _person(account, str(account.get("id", "")), self._workspace)
                        people.append(person)
                        self._persons.put(person.user, person)
                    if has_more and pages >= FEW_PAGES:
                        self._is_large = True
                    if pages == most_pages:
                        break
            except SlackApiError as error:
                code = error_code(error)
                log.warning("people_unknown", workspace=self._workspace, error=code)
                if not _is_lacking(code):
                    raise
                return people
        return people

    async def _teams(self) -> list[str | None]:
        """Return the teams whose people to list: an organisation's workspaces, or one None for a single workspace."""
        if not self._workspace.startswith(ORGANISATION):
            return [None]
        teams: list[str | None] = []
        cursor = ""
        while True:
            answer = await self._client.auth_teams_list(limit=PAGE, cursor=cursor or None)
            teams += [str(team["id"]) for team in answer.get("teams") or ()]
            cursor = next_cursor(answer.get("response_metadata"), cursor)
            if not cursor:
                return teams


def is_admin_now(account: Mapping[str, Any]) -> bool:
    """Return whether an account, as Slack describes it, is an admin's or owner's."""
    return not account.get("deleted") and bool(account.get("is_admin") or account.get("is_owner"))


def _person(account: dict[str, Any], user: str, workspace: str) -> Person:
    profile = account.get("profile") or {}
    is_deleted = bool(account.get("deleted"))
    name = (
        profile.get("display_name")
        or profile.get("real_name")
        or account.get("real_name")
        or account.get("name")
    )
    team = account.get("team_id") or profile.get("team")
    grid = account.get("enterprise_user") or {}
    teams = {team, grid.get("enterprise_id"), *(grid.get("teams") or ())}
    return Person(
        user=user,
        name=FORMER_MEMBER if is_deleted else str(name or user),
        is_bot=bool(account.get("is_bot")) or user == "USLACKBOT",
        is_guest=bool(account.get("is_restricted") or account.get("is_ultra_restricted")),
        is_admin=is_admin_now(account),
        is_deleted=is_deleted,
        is_stranger=bool(account.get("is_stranger")) or (bool(team) and workspace not in teams),
        time_zone=str(account.get("tz") or "UTC"),
    )


def _is_lacking(code: str) -> bool:
    return code in _LACKING or code.startswith(("not_allowed", "http_4", "http_501"))
