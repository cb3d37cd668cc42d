"""Entries: papers come in, are removed, merged and read anew."""

from handlers.entries import daily_preprints, held_links, intake, merging, removals, versions
from handlers.slack.feature import Feature

ENTRIES = Feature(
    listeners=(intake.register, removals.register, held_links.register, merging.register, versions.register),
    commands=(*intake.COMMANDS, *removals.COMMANDS, *merging.COMMANDS),
    messages={
        **removals.MESSAGES,
        **held_links.MESSAGES,
        **merging.MESSAGES,
        **versions.MESSAGES,
        **daily_preprints.MESSAGES,
    },
)
