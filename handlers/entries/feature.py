"""Registers the entries feature: adding, removing, merging and updating papers."""

from handlers.entries import merging, removals, versions
from handlers.entries.incoming import channel_history, daily_preprints, held_links, intake, taste
from handlers.slack.feature import Feature

ENTRIES = Feature(
    listeners=(
        intake.register,
        taste.register,
        removals.register,
        held_links.register,
        merging.register,
        versions.register,
    ),
    commands=(*intake.COMMANDS, *removals.COMMANDS, *merging.COMMANDS, *daily_preprints.COMMANDS),
    messages={
        **removals.MESSAGES,
        **held_links.MESSAGES,
        **merging.MESSAGES,
        **versions.MESSAGES,
        **daily_preprints.MESSAGES,
        **channel_history.MESSAGES,
    },
)
