"""Slack's limits as others know them: what the bot sends, held against two libraries that know nothing of the stand-in.

`slack_sdk.models` is Slack's own (3.47 lacks `data_table` and `data_visualization`); `slackblocks` is somebody else's and
has every block we send. What neither checks stands in `_together`, each with the page of docs.slack.dev that says it.
"""

import json
import logging
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, Final

import slackblocks
from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models import blocks as sdk
from slack_sdk.models.views import View

Json = dict[str, Any]

NOT_IN_SLACK_SDK: Final = frozenset({"data_table", "data_visualization"})
MESSAGE_BLOCKS: Final = 50
"""docs.slack.dev/reference/block-kit/blocks: 50 in a message; slack_sdk checks views only."""


def message_faults(blocks: list[Json]) -> list[str]:
    """What is wrong with the blocks of a message, in the libraries' words; none is good."""
    return list(_message_faults(json.dumps(blocks)))


def view_faults(view: Json) -> list[str]:
    """What is wrong with a modal or App Home."""
    return list(_view_faults(json.dumps(view)))


@lru_cache(2_000)  # updates and many tests send the same
def _message_faults(message: str) -> tuple[str, ...]:
    blocks = json.loads(message)
    return (
        *_sdk_blocks(blocks),
        *_others(lambda: _other_message(blocks)),
        *_together(blocks, MESSAGE_BLOCKS),
    )


@lru_cache(2_000)
def _view_faults(text: str) -> tuple[str, ...]:
    view = json.loads(text)
    blocks: list[Json] = view.get("blocks") or []
    known = {**view, "blocks": [block for block in blocks if block["type"] not in NOT_IN_SLACK_SDK]}
    faults = _faults("slack_sdk", View(**known).to_dict, SlackObjectFormationError) if known["blocks"] else []
    return (*faults, *_sdk_blocks(blocks), *_others(lambda: _other_view(view)), *_together(blocks, 100))


# slack_sdk


def _sdk_blocks(blocks: list[Json]) -> list[str]:
    faults: list[str] = []
    for block in blocks:
        if block.get("type") in NOT_IN_SLACK_SDK:
            continue
        with _said() as said:
            parsed = sdk.Block.parse(block)
            if parsed is None:
                faults.append(f"slack_sdk: unknown block {block.get('type')}")
                continue
            faults += _faults("slack_sdk", parsed.to_dict, SlackObjectFormationError)
        faults += [f"slack_sdk: {sentence}" for sentence in said]
    return faults


@contextmanager
def _said() -> Iterator[list[str]]:
    """What slack_sdk logs instead of raising: keys and elements it doesn't know."""
    said: list[str] = []

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            said.append(record.getMessage())

    listener, logger = Listener(logging.WARNING), logging.getLogger("slack_sdk.models")
    logger.addHandler(listener)
    try:
        yield said
    finally:
        logger.removeHandler(listener)


# slackblocks


def _other_message(blocks: list[Json]) -> slackblocks.Message:
    return slackblocks.Message(channel="C1", text="-", blocks=[_built(block) for block in blocks])


def _other_view(view: Json) -> slackblocks.View:
    parts = {key: value for key, value in view.items() if key not in {"type", "blocks"}}
    blocks = [_built(block) for block in view.get("blocks") or []]
    if view["type"] == "home":
        return slackblocks.HomeTabView(blocks=blocks, **parts)
    named = {key: _built(value) if isinstance(value, dict) else value for key, value in parts.items()}
    return slackblocks.ModalView(blocks=blocks, **named)


_BY_TYPE: Final[dict[str, Callable[..., object]]] = {
    "actions": slackblocks.ActionsBlock,
    "area": slackblocks.AreaChart,
    "bar": slackblocks.BarChart,
    "button": slackblocks.Button,
    "channels_select": slackblocks.ChannelSelectMenu,
    "checkboxes": slackblocks.CheckboxGroup,
    "context": slackblocks.ContextBlock,
    "context_actions": slackblocks.ContextActionsBlock,
    "conversations_select": slackblocks.ConversationSelectMenu,
    "data_table": slackblocks.DataTableBlock,
    "data_visualization": slackblocks.DataVisualizationBlock,
    "datepicker": slackblocks.DatePicker,
    "datetimepicker": slackblocks.DateTimePicker,
    "divider": slackblocks.DividerBlock,
    "email_text_input": slackblocks.EmailInput,
    "external_select": slackblocks.ExternalSelectMenu,
    "feedback_buttons": slackblocks.FeedbackButtons,
    "file_input": slackblocks.FileInput,
    "header": slackblocks.HeaderBlock,
    "icon_button": slackblocks.IconButton,
    "input": slackblocks.InputBlock,
    "line": slackblocks.LineChart,
    "link": slackblocks.RichTextLink,
    "markdown": slackblocks.MarkdownBlock,
    "multi_channels_select": slackblocks.ChannelMultiSelectMenu,
    "multi_conversations_select": slackblocks.ConversationMultiSelectMenu,
    "multi_external_select": slackblocks.ExternalMultiSelectMenu,
    "multi_static_select": slackblocks.StaticMultiSelectMenu,
    "multi_users_select": slackblocks.UserMultiSelectMenu,
    "number_input": slackblocks.NumberInput,
    "overflow": slackblocks.OverflowMenu,
    "pie": slackblocks.PieChart,
    "plain_text_input": slackblocks.PlainTextInput,
    "radio_buttons": slackblocks.RadioButtonGroup,
    "raw_text": slackblocks.RawText,
    "rich_text": slackblocks.RichTextBlock,
    "rich_text_input": slackblocks.RichTextInput,
    "rich_text_list": slackblocks.RichTextList,
    "rich_text_preformatted": slackblocks.RichTextCodeBlock,
    "rich_text_quote": slackblocks.RichTextQuote,
    "rich_text_section": slackblocks.RichTextSection,
    "section": slackblocks.SectionBlock,
    "static_select": slackblocks.StaticSelectMenu,
    "text": slackblocks.RichText,
    "timepicker": slackblocks.TimePicker,
    "url_text_input": slackblocks.URLInput,
    "user": slackblocks.RichTextUser,
    "users_select": slackblocks.UserSelectMenu,
}
_BY_KEY: Final[dict[str, Callable[..., object]]] = {
    "axis_config": slackblocks.AxisConfig,
    "column_settings": slackblocks.ColumnSettings,
    "confirm": slackblocks.ConfirmationDialogue,
    "data": slackblocks.DataPoint,
    "dispatch_action_config": slackblocks.DispatchActionConfiguration,
    "filter": slackblocks.ConversationFilter,
    "initial_option": slackblocks.Option,
    "initial_options": slackblocks.Option,
    "option_groups": slackblocks.OptionGroup,
    "negative_button": slackblocks.FeedbackButton,
    "options": slackblocks.Option,
    "positive_button": slackblocks.FeedbackButton,
    "segments": slackblocks.ChartSegment,
    "series": slackblocks.DataSeries,
    "slack_file": slackblocks.SlackFile,
}
_NEWER: Final = {"header": {"level"}, "section": {"expand"}}
"""Keys that Slack's reference pages have and slackblocks 3.0 lacks."""


def _built(value: Any, key: str = "") -> Any:
    """JSON as slackblocks' objects, which check themselves when they are made; `key` is where the value stood."""
    if isinstance(value, list):
        return [_built(each, key) for each in value]
    if not isinstance(value, dict):
        return value
    kind = value.get("type", "")
    if kind in _SPECIAL:
        return _SPECIAL[kind](value, key)
    make = _BY_TYPE.get(kind) if kind else _BY_KEY.get(key)
    if make is None:
        raise slackblocks.TypeMismatchError(f"unknown: {kind or key}")
    left_out = {"type", "style", *_NEWER.get(kind, ())}
    parts = {name: _built(part, name) for name, part in value.items() if name not in left_out}
    style = value.get("style", {})
    return make(**parts, **(style if isinstance(style, dict) else {"style": style}))


def _text(value: Json, _key: str) -> object:
    return slackblocks.Text.from_dict(value)


def _image(value: Json, key: str) -> object:
    parts = {name: _built(part, name) for name, part in value.items() if name != "type"}
    return (slackblocks.Image if key in {"elements", "accessory"} else slackblocks.ImageBlock)(**parts)


def _number(value: Json, _key: str) -> object:
    """Slack's page: the text is optional, and the number itself is shown without it."""
    return slackblocks.RawNumber(value["value"], value.get("text", str(value["value"])))


def _table(value: Json, _key: str) -> object:
    """Slack's page: a cell is raw_text or a rich_text block; slackblocks takes that block's only part instead."""
    rows = [
        [cell["elements"][0] if cell["type"] == "rich_text" else cell for cell in row]
        for row in value["rows"]
    ]
    return slackblocks.TableBlock(
        rows=_built(rows), column_settings=_built(value.get("column_settings"), "column_settings")
    )


def _date(value: Json, _key: str) -> object:
    """An element of rich text that slackblocks lacks; its fallback is what it stands for."""
    return slackblocks.RichText(value["fallback"])


_SPECIAL: Final[dict[str, Callable[[Json, str], object]]] = {
    "date": _date,
    "image": _image,
    "mrkdwn": _text,
    "plain_text": _text,
    "raw_number": _number,
    "table": _table,
}


# both


def _others(check: Callable[[], object]) -> list[str]:
    return _faults("slackblocks", check, slackblocks.InvalidUsageError, TypeError)


def _faults(library: str, check: Callable[[], object], *errors: type[Exception]) -> list[str]:
    try:
        check()
    except errors as error:
        return [f"{library}: {error}"]
    return []


def _together(blocks: list[Json], most: int) -> list[str]:
    """What holds between blocks: their number, and ids that must differ (reference/block-kit/blocks, …/actions-block)."""
    faults = [f"{len(blocks)} blocks where Slack takes {most}"] if len(blocks) > most else []
    ids = Counter(block["block_id"] for block in blocks if block.get("block_id"))
    faults += [f"duplicate block_id: {name}" for name, times in ids.items() if times > 1]
    for block in blocks:
        acts = Counter(
            part.get("action_id") for part in block.get("elements", []) if block.get("type") == "actions"
        )
        faults += [f"duplicate action_id: {name}" for name, times in acts.items() if times > 1 and name]
    return faults
