"""Slack's limits, all in one table: what is longer, more or deeper is refused.

Lengths count Unicode characters, as Python's `len` does. Sources: docs.slack.dev, the reference pages of
Block Kit and of each method.
"""

from typing import Final

LIMITS: Final[dict[str, int]] = {
    # surfaces
    "message.blocks": 50,
    "view.blocks": 100,
    "message.characters": 13_000,
    "message.text": 40_000,
    "update.text": 4_000,
    "message.attachments": 100,
    "message.metadata": 8_000,
    "ids": 255,
    # layout blocks
    "section.text": 3_000,
    "section.fields": 10,
    "section.field": 2_000,
    "header.text": 150,
    "context.elements": 10,
    "context.text": 3_000,
    "actions.elements": 25,
    "image.url": 3_000,
    "image.alt": 2_000,
    "image.title": 2_000,
    "input.label": 2_000,
    "input.hint": 2_000,
    "markdown.text": 12_000,
    "table.blocks": 1,
    "table.rows": 100,
    "table.columns": 20,
    "table.settings": 20,
    "table.characters": 10_000,
    "data_table.rows": 101,
    "data_table.columns": 20,
    "data_table.page": 100,
    "data_table.characters": 10_000,
    "chart.blocks": 2,
    "chart.title": 50,
    "chart.series": 6,
    "chart.segments": 6,
    "chart.label": 20,
    "chart.axis": 50,
    "chart.points": 20,
    # elements
    "button.text": 75,
    "button.url": 3_000,
    "button.value": 2_000,
    "accessibility.label": 75,
    "placeholder": 150,
    "options": 100,
    "option_groups": 100,
    "option.text": 75,
    "option.value": 150,
    "option.description": 75,
    "choices": 10,
    "overflow.options": 5,
    "plain_text_input.length": 3_000,
    "confirm.title": 100,
    "confirm.text": 300,
    "confirm.button": 30,
    "file.alt": 1_000,
    # views
    "view.title": 24,
    "view.submit": 24,
    "view.close": 24,
    "view.private_metadata": 3_000,
    "view.stack": 3,
    # response urls and triggers
    "response_url.uses": 5,
    "response_url.seconds": 30 * 60,
    "trigger.seconds": 3,
    "ack.seconds": 3,
}
