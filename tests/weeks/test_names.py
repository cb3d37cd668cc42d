"""Commands called otherwise: nothing that anybody reads in a whole journey names them as they usually are."""

import json
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from handlers.features import COMMANDS
from handlers.slack.workspaces.manifest import manifest
from tests.slack.conftest import ATTENTION, BERT, FOUR, Group, Person, a_group, shown
from tests.weeks.priced import NAME, PricedJudge

RANK, VERSUS = "/papers", "/versus"
USUAL = re.compile(r"(?<![\w/.])/(?:rank|h2h)\b")


@pytest.fixture
async def renamed(tmp_path: Path) -> AsyncIterator[Group]:
    judge = PricedJudge()
    async with a_group(
        tmp_path,
        judges=(NAME,),
        assessors=(NAME,),
        models={NAME: judge},
        rank_command=RANK,
        h2h_command=VERSUS,
    ) as made:
        yield made


def _everything(group: Group, replies: list[str]) -> list[str]:
    """All that was said to Slack or shown to anybody."""
    world = group.slack.world
    shown_to_all = [json.dumps(call.arguments, default=str) for call in group.slack.calls]
    shown_to_one = [shown(each) for each in (*world.ephemeral, *world.homes.values())]
    return [*shown_to_all, *shown_to_one, *replies]


async def _sets_up_and_plays(group: Group, replies: list[str]) -> None:
    alice, bob = group.people["alice"], group.people["bob"]
    general = group.slack.add_channel("general", members=[alice.id], with_bot=False)
    await group.slack.join(group.slack.bot_user, general, alice.id)
    await bob.posts(f"{ATTENTION} {BERT}")
    [greeting] = group.messages("league.create")
    await alice.clicks(greeting, "league.create")
    replies.append(shown(alice.modal))
    await alice.submits(cap="0.02")
    await alice.runs(f"{RANK} tournament start 2 matches")
    await group.until(lambda: "monthly cap" in "".join(map(shown, group.messages(kind="tournament"))))
    await bob.clicks(group.messages("card.assessment")[0], "menu", selected="Save for reading")
    await alice.runs(f"{RANK} digest now")
    await bob.clicks(group.messages(kind="digest")[0], "menu", selected="Mute: no more DMs to me")
    await bob.runs(f"{VERSUS} attention | bert")


async def _asks_for_everything(person: Person, channel: str) -> list[str]:
    """Every command, bare and with words that fit none."""
    asked = []
    for verb in sorted(name for command in COMMANDS for name in command.names):
        for words in ("", "no such words") if verb not in {"export", "import"} else ("",):
            reply = await person.runs(f"{RANK} {verb} {words}", channel)
            asked.append(json.dumps([reply.ack.body, reply.messages], default=str))
            if person.group.slack.views(person.id):
                await person.group.slack.close(person.id, clear=True)
    return asked


@pytest.mark.slow
async def test_renamed_commands_are_called_by_their_names_wherever_they_are_named(renamed: Group) -> None:
    alice, bob = renamed.people["alice"], renamed.people["bob"]
    replies: list[str] = []
    await _sets_up_and_plays(renamed, replies)
    replies += await _asks_for_everything(alice, renamed.channel)
    replies += await _asks_for_everything(bob, renamed.slack.dm(bob.id))
    replies += [shown(await alice.opens_home()), await bob.asks(f"{RANK} help tournament")]
    replies += [await bob.asks(f"{RANK} how do I stop it?"), await bob.asks(f"{RANK} {FOUR[2]}")]
    await renamed.slack.change_user(bob.id, deleted=True)
    await renamed.calm()
    said = _everything(renamed, replies)
    assert sum(RANK in text for text in said) >= 20
    assert [USUAL.findall(text) and text[:600] for text in said if USUAL.search(text)] == []


def test_the_manifest_names_the_commands_as_the_settings_do() -> None:
    made = json.dumps(manifest(RANK, VERSUS))
    assert f'"command": "{RANK}"' in made
    assert f'"command": "{VERSUS}"' in made
    assert not USUAL.search(made)
