"""What the bot sends is what Slack's newest published types say; npm fetches them, so CI alone is sure to run this."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from handlers.cli.slack_proof.samples import Sample, corpus
from handlers.demo import day
from handlers.slack.workspaces.manifest import manifest
from tests import published_types, shapes
from tests.operating.sent_samples import samples
from tests.published_types import Literal, NotToBeHadError

pytestmark = pytest.mark.slow

SECTION: dict[str, Any] = {"type": "section", "text": {"type": "mrkdwn", "text": "Attention"}}
MODAL: dict[str, Any] = {
    "type": "modal",
    "title": {"type": "plain_text", "text": "Settings"},
    "blocks": [SECTION],
}


@pytest.fixture(scope="module")
def types(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("types")
    try:
        published_types.fetch(folder)
    except NotToBeHadError as error:
        pytest.skip(f"Slack's published types can't be fetched here: {error}")
    return folder


async def everything_sent() -> list[Literal]:
    """Blocks, views and arguments of the demo's day, and every message and window there is: each at every level."""
    async with day.open_demo() as demo:
        await day.play(demo, lambda _words, _share: None)
        calls = [(call.method, call.arguments) for call in demo.slack.calls if call.answer.get("ok")]
        private = [("response_url", message) for message in demo.slack.world.ephemeral]
    literals = [published_types.of_call(method, arguments) for method, arguments in calls]
    for sample in [*samples([*calls, *private]), *corpus()]:
        literals += of_sample(sample)
    return literals


def of_sample(sample: Sample) -> Iterator[Literal]:
    """A sample's blocks, or view."""
    if sample.what == "view":
        return published_types.of_view(sample.content)
    return published_types.of_message(sample.content["blocks"], f"{sample.kind}, level {sample.level},")


def of_other_tests(config: pytest.Config) -> Iterator[Literal]:
    """Blocks and views that other tests of this checkout made the bot send."""
    for what, content in shapes.read(config):
        if what == "view":
            yield from published_types.of_view(content)
        else:
            yield from published_types.of_message([content], "a test's message")


async def test_every_block_view_argument_and_manifest_is_of_its_published_type(
    types: Path, pytestconfig: pytest.Config
) -> None:
    literals = [*await everything_sent(), *of_other_tests(pytestconfig)]
    literals += [
        published_types.of_manifest(manifest()),
        published_types.of_manifest(
            manifest(url="https://bot.example/e", redirect_url="https://bot.example/r")
        ),
    ]
    every = {each.kind + json.dumps(each.value, sort_keys=True): each for each in literals}
    assert len(every) > 200
    assert published_types.faults(types, every.values()) == []


@pytest.mark.parametrize(
    "wrong",
    [
        *published_types.of_message([{**SECTION, "colour": "red"}], "an unknown key"),
        *published_types.of_message([{"type": "hologram"}], "an unknown block"),
        *published_types.of_message(
            [{"type": "section", "text": {"type": "html", "text": "x"}}], "another text"
        ),
        *published_types.of_message([{"type": "header"}], "no text"),
        *list(published_types.of_view({**MODAL, "submit": "Save"}))[1:],
        published_types.of_call("chat.postMessage", {"text": "no channel"}),
        published_types.of_call("users.info", {"user": "U1", "email": "a@b.org"}),
        published_types.of_manifest({**manifest(), "display_information": {"title": "Paperbout"}}),
    ],
    ids=lambda each: each.what.partition(" [")[0],
)
def test_what_is_of_another_type_is_told_with_its_place(types: Path, wrong: Literal) -> None:
    told = published_types.faults(types, [wrong])
    assert told
    assert all(line.startswith(wrong.what) for line in told)
