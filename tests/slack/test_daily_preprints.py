"""An owner lets the league take in new preprints through its settings."""

from bot.entries import daily_preprints
from storage.leagues import league_rows
from tests.slack.conftest import ATTENTION, Group, Person, shown


async def test_the_settings_say_which_categories_come_in_and_how_many_a_day(
    group: Group, alice: Person
) -> None:
    await alice.posts(ATTENTION)
    assert "takes in no daily preprints" in await alice.asks("/rank missed")
    await alice.runs("/rank settings")
    assert "New preprints, every day" in shown(alice.modal)
    refused = await alice.submits(arxiv="cs.XX")
    assert "arXiv has no category cs.XX" in str(refused)
    await alice.submits(
        arxiv="cs.CL cs.LG", most="7", keywords="MoE, mixture of experts", authors="Ada Lovelace"
    )
    async with group.app.database.reading(group.slack.world.team) as session:
        league = await league_rows.of_home(session, group.channel)
        assert league is not None
        wish = await daily_preprints.choice_of(session, league)
    assert wish == daily_preprints.PreprintChoice(
        ("cs.CL", "cs.LG"), 7, keywords=("MoE", "mixture of experts"), authors=("Ada Lovelace",)
    )
    assert "No new preprint was left out" in await alice.asks("/rank missed")
    await alice.runs("/rank settings")
    assert "cs.CL cs.LG" in shown(alice.modal)
