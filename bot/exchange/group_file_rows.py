"""Row types of what a reading group did with papers, in a league's export."""

from typing import Annotated

from pydantic import AfterValidator, StringConstraints

from bot.exchange.file_values import Moment, Name, Row, Text, Words
from bot.voting.reading_group.discussions import LONGEST
from bot.voting.reading_group.tags import tag_of
from storage.errors import BadRequestError


def _tag(text: str) -> str:
    try:
        return tag_of(text)
    except BadRequestError as error:
        raise ValueError(error.sentence) from error


class DiscussionRow(Row):
    """One paper that the group discussed, with the thread's URL, in a league's export."""

    paper: Name
    by: Name
    presenter: Name | None
    url: Text | None
    at: Moment


class NoteRow(Row):
    """One person's line on a paper in a league's export."""

    paper: Name
    user: Name
    text: Annotated[Words, StringConstraints(min_length=1, max_length=LONGEST)]
    at: Moment


class TagRow(Row):
    """One tag on a paper in a league's export."""

    paper: Name
    tag: Annotated[Name, AfterValidator(_tag)]
    by: Name
    at: Moment


class ListedRow(Row):
    """One paper on the reading list that the channel shares, in a league's export."""

    paper: Name
    by: Name
    at: Moment
