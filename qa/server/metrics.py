"""What Prometheus reads at /metrics: counts and times, never a text or an address."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from qa.server.desk import Desk

# Seconds; answering takes milliseconds, a queue that builds up shows above.
_BUCKETS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class Metrics:
    """The application's own registry, so that two applications don't mix."""

    def __init__(self, desk: Desk) -> None:
        self.registry = own = CollectorRegistry()
        labels = ["method", "route", "status"]
        self.requests = Counter("careers_qa_requests", "Requests by route and status.", labels, registry=own)
        self.seconds = Histogram(
            "careers_qa_request_seconds", "Time to answer a request.", ["route"], buckets=_BUCKETS, registry=own
        )
        self.answers = Counter(
            "careers_qa_answers", "Questions by face and outcome.", ["face", "outcome"], registry=own
        )
        taken = Gauge("careers_qa_questions_in_hand", "Questions running or waiting.", registry=own)
        taken.set_function(lambda: desk.taken)
        places = Gauge("careers_qa_questions_places", "Questions that may run or wait.", registry=own)
        places.set(desk.places)

    def text(self) -> bytes:
        """All metrics in Prometheus's text format."""
        return generate_latest(self.registry)
