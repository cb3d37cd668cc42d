"""What an emoji on a paper says of it: liked, not liked, or nothing."""

import re
from collections.abc import Iterable

_AGAINST = frozenset(
    {
        *("-1", "thumbsdown", "x", "no_entry", "no_entry_sign", "no_good", "negative_squared_cross_mark"),
        *(
            "put_litter_in_its_place",
            "wastebasket",
            "poop",
            "hankey",
            "shit",
            "face_vomiting",
            "nauseated_face",
        ),
        *(
            "sleeping",
            "zzz",
            "yawning_face",
            "unamused",
            "expressionless",
            "neutral_face",
            "face_with_rolling_eyes",
        ),
        *("rolling_eyes", "confused", "disappointed", "slightly_frowning_face", "white_frowning_face"),
        *(
            "angry",
            "rage",
            "broken_heart",
            "trash",
            "boring",
            "meh",
            "nope",
            "clown_face",
            "skull",
            "cold_sweat",
        ),
    }
)
_NOTHING = frozenset(
    {
        *("question", "grey_question", "thinking_face", "thread", "speech_balloon", "white_check_mark"),
        *("heavy_check_mark", "ballot_box_with_check", "hourglass", "hourglass_flowing_sand", "lock", "link"),
        *("arrow_up", "arrow_down", "repeat", "recycle", "information_source", "warning", "exclamation"),
    }
)
_SKIN = re.compile(r"::skin-tone-\d$")


def liking(names: Iterable[str]) -> int:
    """Return what one person's emoji on a paper (names without colons) say together: 1 liked, -1 not, 0 nothing.

    Most emoji on a paper are praise or "I'll read it", so an unknown one counts as such. One against outweighs them.
    """
    plain = {_SKIN.sub("", name.casefold()) for name in names} - _NOTHING
    if not plain:
        return 0
    return -1 if plain & _AGAINST else 1
