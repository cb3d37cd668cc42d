"""Metrics for Prometheus: counters of this process, and gauges read from the database on request."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

ACK_BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0)
"""Histogram buckets in seconds; Slack waits three."""


class Metrics:
    """Metrics of one process, in their own registry. Labels are kinds and names, never people or texts."""

    def __init__(self) -> None:
        self.registry = registry = CollectorRegistry()
        self._judge_calls = Counter(
            "paperbout_judge_calls", "Calls of models by outcome: ok, or the kind of failure",
            ("judge", "kind", "outcome"), registry=registry,
        )  # fmt: skip
        self._cost = Counter(
            "paperbout_cost_usd", "Money spent on calls of models, USD", ("judge",), registry=registry
        )
        self._jobs = Counter(
            "paperbout_jobs", "Jobs done and broken off", ("kind", "result"), registry=registry
        )
        self._acks = Histogram(
            "paperbout_ack_seconds", "From a request of Slack's to its ack", ("kind",),
            buckets=ACK_BUCKETS, registry=registry,
        )  # fmt: skip
        self._slack_errors = Counter(
            "paperbout_slack_errors",
            "Web API calls that Slack refused",
            ("method", "error"),
            registry=registry,
        )
        self._rows = Gauge(
            "paperbout_queue_rows",
            "Rows that have work now, over all processes",
            ("kind",),
            registry=registry,
        )
        self._age = Gauge(
            "paperbout_queue_age_seconds",
            "How long the oldest of them has been there",
            ("kind",),
            registry=registry,
        )
        self._outbox = Gauge("paperbout_outbox_rows", "Messages that wait to be written", registry=registry)
        self._lag = Gauge(
            "paperbout_outbox_lag_seconds", "How long the oldest message has waited for its first post",
            registry=registry,
        )  # fmt: skip
        self._failed = Gauge(
            "paperbout_failed_rows",
            "Rows that failed for good, over all processes",
            ("kind",),
            registry=registry,
        )
        self._overdue = Gauge(
            "paperbout_overdue_seconds",
            "How long ago the moment of the oldest row was at which somebody should have taken it",
            ("kind",),
            registry=registry,
        )
        self._loop_lag = Gauge(
            "paperbout_event_loop_lag_seconds",
            "By how much the event loop was late, at most since this was last read",
            registry=registry,
        )
        self._latest = 0.0
        self._database = Gauge(
            "paperbout_database_up", "Whether the database answered just now", registry=registry
        )

    def called(self, judge: str, kind: str, outcome: str, cost: Decimal) -> None:
        """Count a call of a model, and its cost in USD."""
        self._judge_calls.labels(judge, kind, outcome).inc()
        self._cost.labels(judge).inc(float(cost))

    def job(self, kind: str, result: str) -> None:
        """Count a job that ended: "done" or "failed"."""
        self._jobs.labels(kind, result).inc()

    def acked(self, kind: str, seconds: float) -> None:
        """Record the time in which a request from Slack was answered."""
        self._acks.labels(kind).observe(seconds)

    def slack_refused(self, method: str, error: str) -> None:
        """Count a call that Slack refused."""
        self._slack_errors.labels(method, error).inc()

    def read(self, backlog: Iterable[tuple[str, int, float]], outbox: int, lag: float) -> None:
        """Set the gauges of the backlog (kind, rows, age of the oldest in seconds), of messages, and of their delay."""
        self._database.set(1)
        self._rows.clear()
        self._age.clear()
        for kind, rows, age in backlog:
            self._rows.labels(kind).set(rows)
            self._age.labels(kind).set(age)
        self._outbox.set(outbox)
        self._lag.set(lag)

    def read_troubles(self, failed: Mapping[str, int], overdue: Mapping[str, float]) -> None:
        """Set the gauges of rows that failed for good, and of the oldest overdue row in seconds, by kind."""
        self._failed.clear()
        for kind, rows in failed.items():
            self._failed.labels(kind).set(rows)
        for kind, seconds in overdue.items():
            self._overdue.labels(kind).set(seconds)

    def loop_late(self, seconds: float) -> None:
        """Record by how many seconds the event loop was late."""
        self._latest = max(self._latest, seconds)

    def unread(self) -> None:
        """Record that the database didn't answer."""
        self._database.set(0)

    def text(self) -> bytes:
        """Return all metrics in Prometheus's text format."""
        self._loop_lag.set(self._latest)
        self._latest = 0.0
        return generate_latest(self.registry)
