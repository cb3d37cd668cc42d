"""Messages about a league's owners: naming one, and losing the last one."""

from collections.abc import Sequence

from handlers.blocks import builders, ids
from handlers.blocks.builders import Message


def owners(name: str, users: Sequence[str]) -> str:
    """Return the sentence that names a league's owners."""
    if not users:
        return f"{builders.escape(name)} has no owner of its own: the workspace's admins own it."
    return f"{builders.escape(name)} is owned by {', '.join(f'<@{user}>' for user in users)} and workspace admins."


def owner_named(league: int, name: str, channel: str, by: str, command: str) -> Message:
    """Return the message to a person who was made an owner of a league."""
    text = (
        f"<@{by}> made you an owner of *{builders.escape(name)}* in <#{channel}>: you may change its settings and cap, "
        f"remove papers, revert decisions of the team and name owners. `{command} owner drop @you` there ends it."
    )
    settings = builders.button("Settings", *ids.LEAGUE_SETTINGS.carry(ids.OfLeague(league)))
    return builders.message(text, [builders.section(text), builders.actions(settings)])


def ask_confirmation(owner: str, *, is_asked: bool) -> str:
    """Return the confirmation, for the person who asked, that an owner was asked."""
    if not is_asked:
        return f"<@{owner}> can't do that any more. Ask again to see who can."
    return f"<@{owner}> is asked by direct message."


def owner_asked(league: int, name: str, by: str, wish: str, channel: str) -> Message:
    """Return the direct message to an owner about a member's request that only an owner can fulfil."""
    text = f"<@{by}> asks you to {builders.escape(wish)} ({builders.escape(name)}), from <#{channel}>."
    settings = builders.button("Settings", *ids.LEAGUE_SETTINGS.carry(ids.OfLeague(league)))
    return builders.message(text, [builders.section(text, settings)])


def succession(name: str, channel: str, command: str) -> Message:
    """Return the message to admins that a league lost its last owner."""
    return builders.message(
        f"*{builders.escape(name)}* in <#{channel}> lost its last owner, so it now belongs to the workspace's admins. "
        f"`{command} owner @name` in its channel names another."
    )


def hidden_succession() -> Message:
    """Return the message to an admin outside a private league's channel that it has no owner, without naming it."""
    return builders.message(
        "A league of a private channel lost its last owner, so it now belongs to the workspace's admins. Only members "
        "of its channel can see it: to get an owner, one of them can invite an admin there."
    )


def orphaned(league: int, name: str, owners: Sequence[str]) -> Message:
    """Return the message to a private channel whose league has no owner and no admin, with a button to take over."""
    sentence = (
        f"*{builders.escape(name)}* lost its last owner, and no admin of the workspace is in this channel."
    )
    if owners:
        return builders.message(
            f"{sentence} Now it is owned by {', '.join(f'<@{owner}>' for owner in owners)}."
        )
    text = f"{sentence} Any full member here may take it over: its owner sets cap, schedule and purpose."
    take = builders.button("Take it over", *ids.TAKE_OVER.carry(ids.OfLeague(league)), style="primary")
    return builders.message(text, [builders.section(text), builders.actions(take)])
