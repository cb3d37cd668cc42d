"""Messages about who owns a league: naming an owner, and a league that lost its last one."""

from collections.abc import Sequence

from handlers.blocks import builders, ids
from handlers.blocks.builders import Message


def owners(name: str, users: Sequence[str]) -> str:
    """Who owns a league."""
    if not users:
        return f"{builders.escape(name)} has no owner of its own: the workspace's admins own it."
    return f"{builders.escape(name)} is owned by {', '.join(f'<@{user}>' for user in users)} and workspace admins."


def owner_named(league: int, name: str, channel: str, by: str, command: str) -> Message:
    """What somebody reads who was made an owner."""
    text = (
        f"<@{by}> made you an owner of *{builders.escape(name)}* in <#{channel}>: you may change its settings and cap, "
        f"remove papers, revert decisions of the team and name owners. `{command} owner drop @you` there ends it."
    )
    settings = builders.button("Settings", *ids.LEAGUE_SETTINGS.carry(ids.OfLeague(league)))
    return builders.message(text, [builders.section(text), builders.actions(settings)])


def succession(name: str, channel: str, command: str) -> Message:
    """What admins read when a league lost its last owner."""
    return builders.message(
        f"*{builders.escape(name)}* in <#{channel}> lost its last owner, so it now belongs to the workspace's admins. "
        f"`{command} owner @name` in its channel names another."
    )


def hidden_succession() -> Message:
    """The same for an admin who isn't in the league's private channel: neither its name nor its place."""
    return builders.message(
        "A league of a private channel lost its last owner, so it now belongs to the workspace's admins. Only members "
        "of its channel can see it: whoever of them needs an owner will invite an admin there."
    )


def orphaned(league: int, name: str, owners: Sequence[str]) -> Message:
    """The way on for a private channel whose league lost its last owner and which no admin is in."""
    sentence = (
        f"*{builders.escape(name)}* lost its last owner, and no admin of the workspace is in this channel."
    )
    if owners:
        return builders.message(
            f"{sentence} Now it is owned by {', '.join(f'<@{owner}>' for owner in owners)}."
        )
    text = f"{sentence} Any full member here may take it over: whoever owns it sets its cap, schedule and purpose."
    take = builders.button("Take it over", *ids.TAKE_OVER.carry(ids.OfLeague(league)), style="primary")
    return builders.message(text, [builders.section(text), builders.actions(take)])
