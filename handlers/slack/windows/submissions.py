"""Results of a submitted modal: field errors, another view, or its end."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

import structlog
from slack_bolt.async_app import AsyncAck

from handlers.blocks import phrases
from handlers.blocks.builders import Block, Message, escape, modal, section
from handlers.slack.calls import Call
from handlers.slack.windows.view_state import ViewState

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class FieldErrors:
    """Result of a submission: keep the window open and show a sentence at each named field."""

    errors: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class UpdateView:
    """Result of a submission: show another view in the window."""

    view: Block


@dataclass(frozen=True, slots=True)
class PushView:
    """Result of a submission: open another window on top."""

    view: Block


@dataclass(frozen=True, slots=True)
class ClearViews:
    """Result of a submission: close all windows."""


SubmissionResult = FieldErrors | UpdateView | PushView | ClearViews | None
"""Result of a submission; None closes the modal."""


@dataclass(frozen=True, slots=True)
class Failed:
    """Result of a submission whose listener raised an error; `sentence` is for the person."""

    sentence: str
    refusal: Message | None = None
    """The refusal with a button for each of those who may, if there are any."""


async def answer_late(call: Call, task: asyncio.Task[SubmissionResult | Failed]) -> None:
    """Tell a person what went wrong with a submission after its modal was closed."""
    result = await task
    match result:
        case FieldErrors(errors):
            await call.answer("\n".join(map(escape, errors.values())))
        case Failed(sentence, refusal):
            await call.answer(refusal or escape(sentence))
        case UpdateView() | PushView():
            log.warning("view_too_late", workspace=call.workspace, user=call.user, view=call.view.callback_id)
            await call.answer(phrases.TOO_LATE)
        case ClearViews() | None:
            pass


async def ack_submission(ack: AsyncAck, view: ViewState, result: SubmissionResult | Failed) -> None:
    """Acknowledge a submission with its result; a failure is shown at the first field, or in place of the view.

    A refusal with people to ask is a window on top, which leaves what was entered as it is.
    """
    match result:
        case None:
            await ack()
        case FieldErrors(errors):
            await ack(response_action="errors", errors=dict(errors))
        case Failed(refusal=Message(blocks=blocks)):
            await ack(response_action="push", view=modal(phrases.DIDNT_WORK, blocks))
        case Failed(sentence) if view.first_field is not None:
            await ack(response_action="errors", errors={view.first_field: sentence})
        case Failed(sentence):
            window = modal(phrases.DIDNT_WORK, [section(escape(sentence))])
            await ack(response_action="update", view=window)
        case UpdateView(window):
            await ack(response_action="update", view=window)
        case PushView(window):
            await ack(response_action="push", view=window)
        case ClearViews():
            await ack(response_action="clear")
