"""Links as Slack writes them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.demo.slack.state.links import escape, links_in, slack_links


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("see https://arxiv.org/abs/1706.03762.", "see <https://arxiv.org/abs/1706.03762>."),
        ("(https://x.org/a_(b))", "(<https://x.org/a_(b)>)"),
        ("https://x.org/?a=1&b=2", "<https://x.org/?a=1&amp;b=2>"),
        ("<https://x.org|here> and <@U1> <!channel> a<b", "<https://x.org|here> and <@U1> <!channel> a&lt;b"),
        ("no links & none", "no links &amp; none"),
    ],
)
def test_what_is_typed_becomes_what_slack_stores(typed: str, stored: str) -> None:
    assert slack_links(escape(typed)) == stored


def test_links_are_found_once_each_and_unescaped() -> None:
    assert links_in("<https://x.org/?a=1&amp;b=2> <https://x.org/?a=1&amp;b=2|x> <@U1>") == [
        "https://x.org/?a=1&b=2"
    ]


@given(st.text())
def test_wrapping_twice_changes_nothing(text: str) -> None:
    once = slack_links(text)
    assert slack_links(once) == once
