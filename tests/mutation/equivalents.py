"""Mutants that needn't be noticed, each with the reason: they change nothing, or a pace or a tolerance only."""

from typing import Final

_PACE: Final = "a pace that nobody is promised"
_BOUND: Final = "a tolerance: a bound on steps that converge before"
_TIE: Final = "a tolerance: a sum of floats is never exactly there"
_SIGN: Final = "the sign behind the letters means nothing in a phrase, wide or not"
EQUIVALENT: Final[dict[tuple[str, str, str], str]] = {
    (
        "bot/ranking/rank_intervals.py",
        "below = np.minimum(place",
        "GRID - 2 → GRID + 2",
    ): "the grid reaches beyond the last entry",
    (
        "bot/ranking/rank_intervals.py",
        "if grid[0] >= grid[-1]",
        "grid[0] >= grid[-1] → grid[0] > grid[-1]",
    ): _TIE,
    ("bot/ranking/rank_intervals.py", "return float(np.clip(best[0]", "1 → 2"): "above 1 by rounding only",
    ("bot/ranking/win_chances.py", "for share, steep in zip(", "True → False"): "both are three",
    (
        "bot/ranking/uncertainty.py",
        "float(np.max(np.abs(new_high - to_high)",
        "0.0 → 1.0",
    ): "more rounds, after the messages have settled",
    (
        "bot/ranking/learned_prior.py",
        "wins, losses = np.flatnonzero(",
        "1 → 2",
    ): "what isn't a loss has no power as one",
    (
        "bot/ranking/pairing.py",
        "reach = max(0, min(reach",
        "count - 1 → count + 1",
    ): "pairs beyond the last entry are dropped",
    (
        "bot/ranking/learned_prior.py",
        "push = summed(self.pair, self.power",
        "self.power * self.sign → self.power / self.sign",
    ): "a sign is its own inverse",
    (
        "bot/ranking/rank_intervals.py",
        "below = np.minimum(place",
        "2 → 3",
    ): "the grid reaches beyond the last entry",
    ("bot/ranking/rank_intervals.py", "if grid[0] >= grid[-1]", "0 → 1"): "the grid rises, or is one point",
    ("bot/ranking/uncertainty.py", "MOST_PROPAGATIONS =", "100 → 101"): _BOUND,
    ("bot/ranking/bradley_terry.py", "MOST_STEPS =", "60 → 61"): _BOUND,
    ("bot/ranking/hessian.py", "MOST_ITERATIONS =", "500 → 501"): _BOUND,
    ("bot/ranking/learned_prior.py", "MOST_STEPS, MOST_SWEEPS =", "20 → 21"): _BOUND,
    ("bot/ranking/learned_prior.py", "MOST_STEPS, MOST_SWEEPS =", "30 → 31"): _BOUND,
    ("bot/ranking/judge_sharpness.py", "_STEPS =", "20 → 21"): _BOUND,
    (
        "bot/ranking/pairing.py",
        'if goal != "ranking" and count > LONGEST_LIST',
        "count > LONGEST_LIST → count >= LONGEST_LIST",
    ): "all pairs of so many are there already",
    (
        "bot/ranking/pairing.py",
        "below = np.minimum(place",
        "GRID - 2 → GRID + 2",
    ): "the grid reaches beyond the last entry",
    (
        "bot/ranking/pairing.py",
        "low_first = np.where(",
        "outcomes.first[again] < outcomes.second[again] → outcomes.first[again] <= outcomes.second[again]",
    ): "no entry plays itself",
    (
        "bot/ranking/bradley_terry.py",
        "points = weight * np.where(",
        "outcomes.first < outcomes.second → outcomes.first <= outcomes.second",
    ): "no entry plays itself",
    ("bot/ranking/bradley_terry.py", "low = keys // max(n, 1)", "1 → 2"): "a league of one has no pair",
    (
        "bot/ranking/matching.py",
        "if total >= count",
        "total >= count → total > count",
    ): "what is too many is cut off",
    (
        "bot/ranking/matching.py",
        "total += len(",
        "total += len(matches[-1]) → pass",
    ): "what is too many is cut off",
    ("bot/ranking/matching.py", "for start in range(", "1 → 2"): "a league of one has no pair",
    (
        "bot/ranking/judge_sharpness.py",
        "if float(np.abs(step).max()) <",
        "float(np.abs(step).max()) < 0.03 * SMALL_NEWTON → float(np.abs(step).max()) <= 0.03 * SMALL_NEWTON",
    ): _TIE,
    (
        "bot/ranking/learned_prior.py",
        "if abs(there - log_sd) < SMALL_STEP",
        "abs(there - log_sd) < SMALL_STEP → abs(there - log_sd) <= SMALL_STEP",
    ): _TIE,
    (
        "bot/ranking/learned_prior.py",
        "if abs(pull - before) < TURN",
        "abs(pull - before) < TURN * self.information → abs(pull - before) <= TURN * self.information",
    ): _TIE,
    ("bot/ranking/learned_prior.py", "low, high = (log_sd, high) if pull > 0", "pull > 0 → pull >= 0"): _TIE,
    (
        "bot/ranking/learned_prior.py",
        "if self.information > PLENTY",
        "self.information > PLENTY → self.information >= PLENTY",
    ): _TIE,
    (
        "bot/ranking/bradley_terry.py",
        "if steepest < tolerance",
        "steepest < tolerance → steepest <= tolerance",
    ): _TIE,
    ("bot/ranking/bradley_terry.py", "if float(gradient @ step)", "size < 1e-06 → size <= 1e-06"): _TIE,
    (
        "bot/ranking/uncertainty.py",
        "if change < 1e-4",
        "change < 0.0001 * hessian.precision → change <= 0.0001 * hessian.precision",
    ): _TIE,
    (
        "bot/ranking/rank_intervals.py",
        "lower = np.diff(",
        "np.diff(theta[order], prepend=np.inf) < -EQUAL → np.diff(theta[order], prepend=np.inf) <= -EQUAL",
    ): _TIE,
    (
        "bot/ranking/pairing.py",
        "low, high = (boundary, high) if above",
        "above > goal[1] → above >= goal[1]",
    ): _TIE,
    (
        "bot/ranking/pairing.py",
        "tie = league.noise",
        "league.noise.random(len(pairs)) < 0.5 → league.noise.random(len(pairs)) <= 0.5",
    ): _TIE,
    (
        "bot/ranking/pairing.py",
        "reach = min(2 * reach, count - 1)",
        "count - 1 → count + 1",
    ): "`_within` reaches no further than the last",
    (
        "bot/ranking/pairing.py",
        "balance_of_pair = np.where(",
        "pairs[:, 0] < pairs[:, 1] → pairs[:, 0] <= pairs[:, 1]",
    ): "no entry plays itself",
    (
        "bot/ranking/pairing.py",
        'if goal != "ranking" and len(order) > LEAST',
        "len(order) > LEAST → len(order) >= LEAST",
    ): "so many are kept whatever they are worth",
    ("bot/ranking/pairing.py", "place = np.full(n, -1", "1 → 2"): "any negative place is none",
    (
        "bot/ranking/judge_sharpness.py",
        "judges = np.unique(outcomes.judge[outcomes.grade",
        "outcomes.grade > 0 → outcomes.grade >= 0",
    ): "judges with too few grades are left out next",
    (
        "bot/ranking/judge_sharpness.py",
        "shares /= max(",
        "1 → 2",
    ): "a judge has sixty games, or there is none",
    (
        "bot/ranking/judge_sharpness.py",
        "at, information = np.zeros(1 + stages)",
        "2 → 3",
    ): "computed anew in each step",
    ("bot/ranking/judge_sharpness.py", "for voice, begin in zip(", "True → False"): "both have a row a judge",
    ("storage/work/queue.py", "RETRY_S =", "0.2 → 1.2"): _PACE,
    ("storage/work/delivery.py", "case({user: place", "1 → 2"): "only the order of places counts",
    ("storage/work/leases.py", "FAR =", "9000 → 9001"): "either is never",
    (
        "storage/work/delivery.py",
        "return await session.scalar(select(OutboxMessage.id)",
        "1 → 2",
    ): "the first is taken",
    ("storage/work/queue.py", "RETRY_S =", "1.0 → 2.0"): _PACE,
    ("storage/work/queue.py", "RETRY_S =", "2.0 → 3.0"): _PACE,
    ("storage/work/queue.py", "RETRY_S =", "5.0 → 6.0"): _PACE,
    ("storage/work/queue.py", "LISTEN_S =", "5.0 → 6.0"): _PACE,
    ("storage/work/queue.py", "NOTICE_S =", "1.0 → 2.0"): _PACE,
    ("storage/work/queue.py", "SILENT_S =", "10.0 → 11.0"): _PACE,
    ("storage/work/queue.py", "OTHERS_AT_ONCE =", "100 → 101"): _PACE,
    ("storage/work/queue.py", "batch_size=", "2 → 3"): _PACE,
    ("storage/work/queue.py", "log_aggregation_interval=", "0 → 1"): _PACE,
    ("storage/work/sweeping.py", ".limit(1)", "1 → 2"): "the first is taken",
    (
        "storage/spending.py",
        "session: Transaction, league: int, tournament: int | None, now",
        "False → True",
    ): ("SQLite locks no rows"),
    ("bot/schedules/phrases.py", "for code in (*range(0xFF10", "65307 → 65308"): _SIGN,
    ("bot/schedules/phrases.py", "for code in (*range(0xFF10", "65339 → 65340"): _SIGN,
    ("bot/schedules/phrases.py", "for code in (*range(0xFF10", "65371 → 65372"): _SIGN,
    ("bot/schedules/cron.py", "_LONGEST_GAP =", "25 → 26"): "what is looked at too early is left out",
    ("bot/schedules/cron.py", "wall = (after", "0 → 1"): "the gap before it is longer",
    ("bot/schedules/cron.py", "first = trigger", "1 → 2"): "every day of a schedule has as many",
    ("bot/schedules/zones.py", "return tuple(datetime(2026", "7 → 8"): "no zone changes in July",
    (
        "bot/schedules/zones.py",
        "return tuple(datetime(2026",
        "1 → 2",
    ): "no zone changes in January or on its first days",
    (
        "bot/schedules/zones.py",
        "return tuple(datetime(2026",
        "2026 → 2027",
    ): "the zone database knows of no change between the two",
    (
        "bot/schedules/zones.py",
        "minutes = {None: minutes",
        "15 → 16",
    ): "no place is a quarter of an hour away",
    (
        "bot/schedules/cron.py",
        "horizon = now + timedelta(days=366 * 9)",
        "366 → 367",
    ): "years beyond the next leap day",
    (
        "bot/schedules/cron.py",
        "horizon = now + timedelta(days=366 * 9)",
        "9 → 10",
    ): "years beyond the next leap day",
    (
        "bot/schedules/clock.py",
        "return next(iter(next_times(cron, time_zone, now, 1)), later)",
        "1 → 2",
    ): "one is taken",
    (
        "bot/schedules/zones.py",
        "near = difflib.get_close_matches(",
        "1 → 2",
    ): "of the near names the first is taken",
    ("bot/schedules/clock.py", "_AT_ONCE =", "500 → 501"): _PACE,
    (
        "bot/schedules/clock.py",
        "self._scheduler.shutdown(",
        "False → True",
    ): "what runs jobs in an event loop can't wait for them",
    ("bot/schedules/cron.py", "@lru_cache(", "1000 → 1001"): _PACE,
    ("bot/schedules/cron.py", "values = dict(zip(", "True → False"): "both are five",
    ("bot/schedules/cron.py", "return 0", "0 → 1"): "what could be read fires sometime",
    ("bot/schedules/phrases.py", "strict=True,", "True → False"): "both are twelve",
    (
        "bot/schedules/phrases.py",
        "self._afternoon = range(first, 12)",
        "12 → 13",
    ): "twelve of the afternoon is twelve",
    (
        "bot/schedules/phrases.py",
        "for day in sorted(set(rest)",
        "7 → 8",
    ): "Sunday comes last as well",
    (
        "bot/schedules/phrases.py",
        "if spans and (DAYS.index(day)",
        "7 → 8",
    ): "a span that ends with Sunday is listed day by day",
    (
        "bot/schedules/phrases.py",
        "if len(spans) == 1 and len(ordered) > 2",
        "DAYS.index(ordered[0]) < DAYS.index(ordered[-1]) → DAYS.index(ordered[0]) <= DAYS.index(ordered[-1])",
    ): "the first of three days isn't the last",
    (
        "bot/schedules/phrases.py",
        "if len(spans) == 1 and len(ordered) > 2",
        "0 → 1",
    ): "the second of three days precedes the last just as the first does",
    ("bot/schedules/phrases.py", '(re.compile(r"\\bevenings?', "24 → 25"): "no usual time is at 24",
    ("bot/schedules/phrases.py", '(re.compile(r"\\bnights?', "24 → 25"): "no usual time is at 24",
    (
        "bot/schedules/phrases.py",
        "for day, name in zip(DAYS, FULL_DAYS, strict=True)",
        "True → False",
    ): "both are seven",
}
"""(module, beginning of the line, change) that no test can notice, or that only changes a pace → why."""
