"""Prints the canonical id of each link on the command line: `python -m bot.papers.links URL ...`."""

import sys

from bot.papers.links import parse

for argument in sys.argv[1:]:
    paper = parse(argument)
    sys.stdout.write((paper.canonical if paper else "not a paper") + "\n")
