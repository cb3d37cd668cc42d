"""Claims about the learned prior: it finds the scale that made the outcomes; the hyperprior rules while they are few."""

import csv
from pathlib import Path

import numpy as np
import pytest
from scipy.special import expit

from bot.ranking import Outcomes, Prior, fit, learn_prior, propose

NONE = Outcomes([], [], [])
REPLAY = Path(__file__).parents[2].parent / "shared" / "data" / "replay"


def league(
    n: int, matches: int, spread: float, seed: int, rubric: float = 0.0
) -> tuple[np.ndarray, np.ndarray, Outcomes]:
    """Strengths of this spread around a rubric slope, the rubric, and outcomes between random pairs."""
    random = np.random.default_rng(seed)
    rating = 6 + random.normal(0, 1, n)
    strength = rubric * (rating - rating.mean()) + random.normal(0, spread, n)
    first = random.integers(0, n, matches)
    second = (first + random.integers(1, n, matches)) % n
    won = random.random(matches) < expit(strength[first] - strength[second])
    return strength, rating, Outcomes(first, second, won.astype(float))


def test_without_outcomes_it_is_the_hyperprior_s() -> None:
    prior = learn_prior(3, NONE, [5.0, np.nan, 7.0])
    assert prior.sd == pytest.approx(3.0)
    assert prior.slope == pytest.approx(2.0)
    np.testing.assert_allclose(prior.mean, [-2.0, 0.0, 2.0])
    assert learn_prior(0, NONE).mean.shape == (0,)
    np.testing.assert_allclose(learn_prior(4, NONE).mean, np.zeros(4))


@pytest.mark.parametrize("spread", [0.6, 1.35, 4.5])
def test_the_spread_that_made_the_outcomes_is_learned(spread: float) -> None:
    ratios = [learn_prior(150, league(150, 900, spread, seed)[2]).sd / spread for seed in range(4)]
    assert np.exp(np.mean(np.log(ratios))) == pytest.approx(1, abs=0.15)


@pytest.mark.parametrize("slope", [3.0, 0.0, -2.0])
def test_what_a_rubric_point_is_worth_is_learned_whatever_its_sign(slope: float) -> None:
    _, rating, outcomes = league(120, 900, 1.5, 5, slope)
    prior = learn_prior(120, outcomes, rating)
    assert prior.slope == pytest.approx(slope, abs=0.45)
    assert prior.sd == pytest.approx(1.5, rel=0.25)
    np.testing.assert_allclose(prior.mean, prior.slope * (rating - rating.mean()), atol=1e-9)


def test_few_outcomes_move_it_little_and_many_decide() -> None:
    few, many = (learn_prior(40, league(40, matches, 0.5, 1)[2]).sd for matches in (4, 2_000))
    assert few == pytest.approx(3.0, rel=0.35)
    assert many == pytest.approx(0.5, rel=0.4)


def test_where_it_starts_changes_nothing_but_its_pace() -> None:
    _, rating, outcomes = league(60, 300, 2.0, 2, 1.0)
    cold = learn_prior(60, outcomes, rating)
    smaller = learn_prior(50, NONE, rating[:50])
    for start in (cold, smaller):
        warm = learn_prior(60, outcomes, rating, start=start)
        assert warm.sd == pytest.approx(cold.sd, rel=0.03)
        assert warm.slope == pytest.approx(cold.slope, abs=0.03)


def test_entries_without_a_rating_stand_about_a_level_of_their_own() -> None:
    strength, rating, outcomes = league(120, 1_200, 1.0, 3, 1.0)
    shifted = strength + np.where(np.arange(120) < 40, -3.0, 0.0)
    random = np.random.default_rng(4)
    won = random.random(1_200) < expit(shifted[outcomes.first] - shifted[outcomes.second])
    rating[:40] = np.nan
    prior = learn_prior(120, Outcomes(outcomes.first, outcomes.second, won.astype(float)), rating)
    assert len(np.unique(np.round(prior.mean[:40], 9))) == 1
    assert prior.mean[40:].mean() - prior.mean[0] == pytest.approx(3.0, abs=0.7)


def test_a_verdict_that_was_overruled_tells_nothing_of_the_scale() -> None:
    _, _, outcomes = league(30, 200, 2.0, 6)
    overruled = Outcomes(
        np.r_[outcomes.first, 0],
        np.r_[outcomes.second, 1],
        np.r_[outcomes.score, 1.0],
        counts=np.arange(201) < 200,
    )
    assert learn_prior(30, overruled).sd == learn_prior(30, outcomes).sd


@pytest.mark.parametrize(
    ("n", "rubric", "message"),
    [
        (-1, None, "negative"),
        (2, [1.0], "one rating per entry"),
        (2, [[1.0], [2.0]], "one rating per entry"),
        (2, [1.0, np.inf], "infinite"),
        (2, ["good", "bad"], "numbers"),
    ],
)
def test_what_cannot_be_a_league_or_a_rubric_is_refused(
    n: int, rubric: list[float] | None, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        learn_prior(n, NONE, rubric)
    with pytest.raises(ValueError, match="outside"):
        learn_prior(2, Outcomes([0], [2], [1]))
    with pytest.raises(ValueError, match="n must be a whole number"):
        learn_prior(2.5, NONE)  # type: ignore[arg-type]  # what is refused


def played_by_closeness(n: int, spread: float, seed: int) -> np.ndarray:
    """How many standard errors each strength lies from its estimate, after 12 matches an entry in rounds of n / 2."""
    random = np.random.default_rng(seed)
    strength, outcomes, prior = random.normal(0, spread, n), NONE, learn_prior(n, NONE)
    while len(outcomes) < 6 * n:
        pairs = propose(n, outcomes, n // 2, prior_mean=prior.mean, prior_sd=prior.sd, seed=len(outcomes))
        won = random.random(len(pairs)) < expit(strength[pairs[:, 0]] - strength[pairs[:, 1]])
        outcomes = Outcomes(
            np.r_[outcomes.first, pairs[:, 0]],
            np.r_[outcomes.second, pairs[:, 1]],
            np.r_[outcomes.score, won],
        )
        prior = learn_prior(n, outcomes, start=prior)
    ratings = fit(n, outcomes, prior.mean, prior.sd)
    return np.asarray((ratings.theta - ratings.theta.mean() - strength + strength.mean()) / ratings.stderr)


@pytest.mark.parametrize("spread", [0.6, 4.5])
def test_intervals_are_neither_too_narrow_nor_too_wide_whatever_the_spread(spread: float) -> None:
    """Sixteen leagues notice intervals a quarter too narrow or a third too wide, and don't depend on chance.

    The intervals that should hold half say more of that than those of 95 in 100, outside of which little is left.
    """
    off = np.abs([played_by_closeness(40, spread, 70 + seed) for seed in range(16)])
    assert np.mean(off < 1.96) > 0.91
    assert 0.45 < np.mean(off < 0.6745) < 0.62


def test_recorded_verdicts_it_has_not_seen_happen_as_often_as_it_says() -> None:
    if not REPLAY.exists():
        pytest.skip("the recorded verdicts aren't here")
    with next(REPLAY.glob("*_papers.csv")).open() as file:
        papers = list(csv.DictReader(file))
    with next(REPLAY.glob("*_matches.csv")).open() as file:
        matches = list(csv.DictReader(file))
    index = {paper["id"]: i for i, paper in enumerate(papers)}
    first, second = (np.array([index[match[side]] for match in matches]) for side in ("first", "second"))
    score = np.array([float(match["winner"] == match["first"]) for match in matches])
    rubric = [float(paper["rating"]) if paper["rating"] else np.nan for paper in papers]
    order = np.random.default_rng(8).permutation(len(matches))
    seen, unseen = order[: 6 * len(papers)], order[int(0.7 * len(matches)) :]
    outcomes = Outcomes(first[seen], second[seen], score[seen])
    prior = learn_prior(len(papers), outcomes, rubric)
    ratings = fit(len(papers), outcomes, prior.mean, prior.sd)
    said, happened = ratings.win_probability(first[unseen], second[unseen]), score[unseen]
    happened, said = np.where(said > 0.5, happened, 1 - happened), np.maximum(said, 1 - said)
    bins = np.minimum((20 * (said - 0.5)).astype(int), 9)
    error = sum(abs(said[bins == b].sum() - happened[bins == b].sum()) for b in range(10)) / len(said)
    assert error < 0.04
    fixed = fit(len(papers), outcomes).win_probability(first[unseen], second[unseen])
    fixed = np.where(score[unseen] == 1, fixed, 1 - fixed)
    assert -np.log(np.where(happened == 1, said, 1 - said)).mean() < -np.log(fixed).mean() - 0.03


def test_a_scale_learned_once_serves_new_entries_and_new_ratings() -> None:
    rubric = np.array([3.0, 5.0, np.nan, 8.0])
    prior = learn_prior(4, Outcomes([0, 1, 2], [3, 3, 0], [0, 0, 1]), rubric)
    np.testing.assert_allclose(prior.again(4, rubric).mean, prior.mean)
    more = prior.again(5, np.append(rubric, 9.0))
    assert (more.sd, more.slope, len(more.mean)) == (prior.sd, prior.slope, 5)
    assert more.mean[4] - more.mean[3] == pytest.approx(prior.slope)
    with pytest.raises(ValueError, match="one rating per entry"):
        prior.again(5, rubric)


def test_a_learned_scale_is_in_doubt_and_intervals_say_so_while_a_given_one_is_known() -> None:
    _, rating, outcomes = league(40, 200, 2.0, 3, 2.0)
    prior = learn_prior(40, outcomes, rating)
    learned, given = fit(40, outcomes, prior.mean, prior.sd), fit(40, outcomes, *plain(prior))
    np.testing.assert_array_equal(learned.theta, given.theta)
    wider = learned.stderr**2 - given.stderr**2
    assert np.all(wider >= 0)
    far = np.abs(learned.theta) > np.median(np.abs(learned.theta))
    assert wider[far].mean() > 3 * wider[~far].mean() > 0


def plain(prior: Prior) -> tuple[np.ndarray, float]:
    """The same prior as somebody would give who knows it."""
    return np.array(prior.mean), float(prior.sd)


def test_the_doubt_is_kept_where_only_one_of_mean_and_sd_is_given_as_it_was_learned() -> None:
    _, rating, outcomes = league(40, 200, 2.0, 3, 2.0)
    prior = learn_prior(40, outcomes, rating)
    mean, sd = plain(prior)
    learned = fit(40, outcomes, prior.mean, prior.sd)
    for some_mean, some_sd in (
        (prior.mean, sd),
        (prior.mean, np.full(40, prior.sd)),
        (mean, prior.sd),
        (prior.again(40, rating).mean, sd),
    ):
        np.testing.assert_array_equal(fit(40, outcomes, some_mean, some_sd).stderr, learned.stderr)
    assert fit(40, outcomes, prior.mean + 0.0, sd).stderr.mean() < learned.stderr.mean()
    assert type(prior.mean.sum()) is np.float64


def test_intervals_hold_in_small_leagues_whose_scale_was_learned() -> None:
    learned, given = list[float](), list[float]()
    for seed in range(12):
        strength, _, outcomes = league(40, 240, 4.5, seed)
        prior = learn_prior(40, outcomes)
        for (mean, sd), shares in (((prior.mean, prior.sd), learned), (plain(prior), given)):
            ratings = fit(40, outcomes, mean, sd)
            shares.append(float(np.mean(np.abs(ratings.theta - strength) < 1.96 * ratings.stderr)))
    assert 0.91 < np.mean(learned) < 0.98
    assert np.mean(given) < np.mean(learned)
