"""Claims about judges: corrections, grades and votes move what they should and nothing else."""

import numpy as np
import pytest
from scipy.special import expit

from bot.ranking import Outcomes, agreement, fit


def played(n: int, matches: int, seed: int) -> tuple[np.random.Generator, np.ndarray, np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    quality = random.normal(0, 2.0, n)
    first = random.integers(0, n, matches)
    return random, quality, first, (first + random.integers(1, n, matches)) % n


def test_a_judge_who_is_corrected_does_not_look_better_for_it() -> None:
    random, quality, first, second = played(40, 800, 1)
    judge = np.arange(800) % 2
    sharpness = np.array([1.5, 0.15])[judge]
    score = (random.random(800) < expit(sharpness * (quality[first] - quality[second]))).astype(float)
    before = fit(40, Outcomes(first, second, score, judge), prior_sd=2.0)
    wrong = np.flatnonzero((judge == 1) & (score != (quality[first] > quality[second])))[:120]
    right = (quality[first[wrong]] > quality[second[wrong]]).astype(float)
    corrected = Outcomes(
        np.r_[first, first[wrong]],
        np.r_[second, second[wrong]],
        np.r_[score, right],
        np.r_[judge, np.full(120, 2)],
        np.r_[np.ones(800), np.full(120, 2.0)],
        counts=np.r_[~np.isin(np.arange(800), wrong), np.ones(120, dtype=bool)],
    )
    after = fit(40, corrected, prior_sd=2.0)
    good, bad = (after.judges[place].discrimination for place in (0, 1))
    assert bad < 0.5 < good / 2
    assert after.judges[0].matches == after.judges[1].matches == 400
    assert np.corrcoef(after.theta, quality)[0, 1] >= np.corrcoef(before.theta, quality)[0, 1]


def test_a_verdict_that_was_overruled_moves_no_strength() -> None:
    kept = fit(3, Outcomes([0, 1], [1, 2], [1, 1]))
    beside = fit(3, Outcomes([0, 1, 2], [1, 2, 0], [1, 1, 1], counts=[True, True, False]))
    np.testing.assert_allclose(kept.theta, beside.theta, atol=1e-9)


@pytest.mark.parametrize("kind", ["honest", "noise"])
def test_grades_help_where_they_are_honest_and_do_nothing_where_they_are_noise(kind: str) -> None:
    with_grades: list[float] = []
    without: list[float] = []
    for seed in range(6):
        random, quality, first, second = played(50, 250, 10 + seed)
        latent = quality[first] - quality[second] + random.logistic(size=250)
        grade = np.where(np.abs(latent) > 2, 2, 1) if kind == "honest" else random.integers(1, 3, 250)
        score = (latent > 0).astype(float)
        for found, grades in ((with_grades, grade), (without, None)):
            theta = fit(50, Outcomes(first, second, score, grade=grades), prior_sd=2.0).theta
            found.append(float(np.corrcoef(theta, quality)[0, 1]))
    gained = np.mean(with_grades) - np.mean(without)
    assert gained > 0.01 if kind == "honest" else abs(gained) < 0.005


def test_votes_of_people_move_what_models_disagree_with_them_about() -> None:
    random, model, first, second = played(60, 600, 3)
    people = 0.25 * model + random.normal(0, 1.0, 60)
    score = (random.random(600) < expit(model[first] - model[second])).astype(float)
    one = np.arange(60)
    other = (one + random.integers(1, 60, 60)) % 60
    vote = (random.random(60) < expit(people[one] - people[other])).astype(float)
    judge = np.r_[np.zeros(600, dtype=int), np.ones(60, dtype=int)]
    both = Outcomes(np.r_[first, one], np.r_[second, other], np.r_[score, vote], judge, people=[1])
    alone, moved = fit(60, Outcomes(first, second, score), prior_sd=2.0), fit(60, both, prior_sd=2.0)
    assert alone.people is None
    assert moved.people is not None
    assert moved.people.votes == 60
    assert np.corrcoef(moved.theta, people)[0, 1] > np.corrcoef(alone.theta, people)[0, 1] + 0.03
    np.testing.assert_allclose(moved.stderr, alone.stderr)


def test_people_alone_are_judges_like_any_other() -> None:
    votes = Outcomes([0, 1], [1, 2], [1, 1], people=[0])
    np.testing.assert_allclose(fit(3, votes).theta, fit(3, Outcomes([0, 1], [1, 2], [1, 1])).theta)


def test_agreement_s_interval_holds_and_predictions_narrow_it() -> None:
    random, held, widths = np.random.default_rng(5), 0, []
    for _ in range(300):
        chance = random.beta(0.6, 0.3, 430)
        agrees = (random.random(430) < chance).astype(float)
        powered = agreement(agrees[:30], chance[:30], chance[30:])
        plain = agreement(agrees[:30], np.full(30, 0.5), np.full(400, 0.5))
        assert powered is not None
        assert plain is not None
        held += powered.low <= 0.6 / 0.9 <= powered.high
        widths.append((powered.high - powered.low) / (plain.high - plain.low))
    assert held / 300 >= 0.92
    assert np.mean(widths) < 0.9


def test_agreement_needs_two_votes_and_shares() -> None:
    assert agreement([1.0], [0.5], []) is None
    few = agreement([1.0, 1.0], [0.5, 0.5], [])
    assert few is not None
    assert few.share == 1.0
    assert few.low == 0.0
    for observed, predicted in (([1.0, 2.0], [0.5, 0.5]), ([1.0], [0.5, 0.5]), ([1.0, np.nan], [0.5, 0.5])):
        with pytest.raises(ValueError, match="must"):
            agreement(observed, predicted, [])


def test_where_a_fit_begins_changes_what_it_costs_and_not_what_it_finds() -> None:
    random, quality, first, second = played(60, 900, 21)
    judge = np.arange(900) % 3
    logit = (
        np.array([1.4, 1.0, 0.5])[judge] * (quality[first] - quality[second])
        + np.array([0.6, 0, -0.3])[judge]
    )
    outcomes = Outcomes(first, second, (random.random(900) < expit(logit)).astype(float), judge)
    cold = fit(60, outcomes, prior_sd=2.0)
    warm = fit(60, outcomes, prior_sd=2.0, start=cold.theta, judges=cold.judges)
    np.testing.assert_allclose(warm.theta, cold.theta, atol=0.01)
    for one, other in zip(warm.judges, cold.judges, strict=True):
        assert one.discrimination == pytest.approx(other.discrimination, abs=0.01)
        assert one.bias == pytest.approx(other.bias, abs=0.01)


def test_agreement_stays_a_share_where_predictions_elsewhere_say_more() -> None:
    much = agreement([1, 1, 1, 0.5], [0.6, 0.5, 0.55, 0.1], [0.99] * 50)
    little = agreement([0, 0, 0, 0.5], [0.4, 0.5, 0.45, 0.9], [0.01] * 50)
    assert much is not None
    assert (much.share, much.high) == (1, 1)
    assert little is not None
    assert (little.share, little.low) == (0, 0)
