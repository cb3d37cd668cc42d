"""Chooses whose assessments a judge sees: by models of other makers if possible, and of one author for both papers."""

from collections.abc import Mapping, Sequence


def choose_assessors(
    family: str, first: Sequence[str], second: Sequence[str], families: Mapping[str, str], turn: int
) -> tuple[str | None, str | None]:
    """Return the assessors whose reviews of the first and second paper a judge sees, each possibly None.

    `family` is the maker of the judge's model, `families` that of each assessor's; `first` and `second` name each paper's
    assessors. One assessor of another family for both papers is preferred, then two of other families, then the judge's
    own; `turn` rotates among equals.
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
