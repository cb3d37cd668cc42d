"""Whose assessment of each paper a judge is shown: another family's first, the same author for both, in turn."""

from collections.abc import Mapping, Sequence


def choose_assessors(
    family: str, first: Sequence[str], second: Sequence[str], families: Mapping[str, str], turn: int
) -> tuple[str | None, str | None]:
    """The assessor whose review of the first and of the second paper a judge of this family sees, or None.

    `first` and `second` name those who have reviewed each paper, `families` the maker of each one's model. An
    author of another family who reviewed both comes before two different ones, and these before the judge's own
    family; `turn` rotates among equals.
    """
    common = [name for name in first if name in second]
    foreign = [name for name in common if families[name] != family]
    if foreign:
        return (_pick(foreign, turn),) * 2
    apart = [[name for name in names if families[name] != family] for names in (first, second)]
    if all(apart):
        return _pick(apart[0], turn), _pick(apart[1], turn)
    if common:
        return (_pick(common, turn),) * 2
    one, other = (
        _pick(strangers or names, turn) for strangers, names in zip(apart, (first, second), strict=True)
    )
    return one, other


def _pick(names: Sequence[str], turn: int) -> str | None:
    return names[turn % len(names)] if names else None
