"""Tells when a person stops being a full member; Slack tells of every status that one of 20,000 people sets."""

from handlers.slack.calls import Call

MOST_REMEMBERED = 50_000
_NO_MEMBER_ANY_MORE = ("deleted", "is_restricted", "is_ultra_restricted", "is_stranger")
"""Fields of Slack's user record that say a person isn't a full member."""


def loses_rights(call: Call) -> bool:
    """Return whether a changed user is a guest or gone, and this wasn't handled before."""
    lost = _lost_by(call)
    return bool(lost) and call.services.outsiders.get(_key(call)) != lost


def note_handled(call: Call) -> None:
    """Remember what a person is, so that their next status changes nothing; full members are forgotten."""
    outsiders, lost = call.services.outsiders, _lost_by(call)
    if len(outsiders) >= MOST_REMEMBERED:
        outsiders.clear()
    if lost:
        outsiders[_key(call)] = lost
    else:
        outsiders.pop(_key(call), None)


def is_full_member(call: Call) -> bool:
    """Return whether a changed user is a full member now."""
    return not _lost_by(call)


def _key(call: Call) -> tuple[str, str]:
    user = call.event.get("user")
    return call.workspace, str(user.get("id") if isinstance(user, dict) else user)


def _lost_by(call: Call) -> frozenset[str]:
    user = call.event.get("user")
    return frozenset(flag for flag in _NO_MEMBER_ANY_MORE if isinstance(user, dict) and user.get(flag))
