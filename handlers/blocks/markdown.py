"""Converts a model's Markdown to Slack's mrkdwn; links become text that can't be clicked."""

import re

from handlers.blocks.text import escape

_HEADING = re.compile(r"^[ \t]{0,3}#{1,6}[ \t]+([^\n]{1,300}?)[ \t]*#*$", re.MULTILINE)
_BOLD = re.compile(r"(\*\*|__)(?=\S)([^\n]{1,400}?)(?<=\S)\1")
_ITEM = re.compile(r"^([ \t]{0,8})(?:[-*+]|•)[ \t]+(?=\S)", re.MULTILINE)
_LINK = re.compile(r"!?\[([^\[\]\n]{0,300})\]\(([^()\s]{1,500})(?:[ \t]+\"[^\"\n]{0,200}\")?\)")
_ADDRESS = re.compile(r"(?<![\w`/])(?:https?://|www\.)[^\s<>`|]{1,500}", re.IGNORECASE)
_RULE = re.compile(r"^[ \t]{0,3}(?:-{3,}|\*{3,}|_{3,})[ \t]*$\n?", re.MULTILINE)


def from_markdown(text: str) -> str:
    """Convert Markdown to mrkdwn: bold, headings, lists and code; URLs become code, which Slack doesn't link."""
    text = _LINK.sub(lambda match: match[1] or match[2], _RULE.sub("", text))
    text = escape(text)
    text = _ADDRESS.sub(lambda match: f"`{match.group().rstrip('.,;:)')}`{_end(match.group())}", text)
    text = _HEADING.sub(lambda match: f"*{match[1].strip('*_ ')}*", text)
    text = _BOLD.sub(lambda match: f"*{match[2].strip('*')}*", text)
    return _ITEM.sub(lambda match: f"{match[1]}• ", text)


def _end(address: str) -> str:
    return address[len(address.rstrip(".,;:)")) :]
