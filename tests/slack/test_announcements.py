"""An owner lets the league take in new preprints through its settings."""

from bot import announcements
from storage import leagues
from tests.slack.conftest import ATTENTION, Group, Person, shown


async def test_the_settings_say_which_categories_come_in_and_how_many_a_day(
    group: Group, alice: Person
) -> None:
    await alice.posts(ATTENTION)
    await alice.runs("/rank settings")
    assert "New preprints from arXiv" in shown(alice.modal)
    refused = await alice.submits(arxiv="cs.XX")
    assert "arXiv has no category cs.XX" in str(refused)
    await alice.submits(arxiv="cs.CL cs.LG", most="7")
    async with group.app.database.reading(group.slack.world.team) as session:
        league = await leagues.of_home(session, group.channel)
        assert league is not None
        wish = await announcements.wish_of(session, league)
    assert wish == announcements.Wish(("cs.CL", "cs.LG"), 7, cross=False)
    await alice.runs("/rank settings")
    assert "cs.CL cs.LG" in shown(alice.modal)
