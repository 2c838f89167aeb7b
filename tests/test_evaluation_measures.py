"""Measures against values worked out by hand, and the traps of evaluation tools."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.evaluation.measures import MEASURES, area_under_curve, figures, measure, scores_of, share


def test_values_by_hand() -> None:
    qrels = {"q": {"a": 1, "b": 1, "c": 1}}
    values = measure(qrels, {"q": ["x", "a", "y", "z", "b", "w", "c"]})
    dcg = 1 / math.log2(3) + 1 / math.log2(6) + 1 / math.log2(8)
    ideal = 1 + 1 / math.log2(3) + 1 / math.log2(4)
    assert values["Success@1"]["q"] == 0
    assert values["Success@5"]["q"] == 1
    assert values["Recall@5"]["q"] == pytest.approx(2 / 3)
    assert values["RR@10"]["q"] == pytest.approx(1 / 2)
    assert values["nDCG@10"]["q"] == pytest.approx(dcg / ideal)


def test_a_question_without_results_counts_as_0() -> None:
    qrels = {"found": {"a": 1}, "empty": {"a": 1}, "absent": {"a": 1}}
    values = measure(qrels, {"found": ["a"], "empty": []})
    for name in MEASURES:
        assert values[name] == {"found": 1.0, "empty": 0.0, "absent": 0.0}
    assert measure(qrels, {})["nDCG@10"] == {"found": 0.0, "empty": 0.0, "absent": 0.0}


def test_ties_cannot_be_broken_by_id() -> None:
    names = [f"{n:04}" for n in range(200)]
    for order in (names, names[::-1]):
        scores = list(scores_of(order).values())
        assert all(np.float32(a) > np.float32(b) for a, b in pairwise(scores))
        assert measure({"q": {order[0]: 1}}, {"q": order})["Success@1"]["q"] == 1
        assert measure({"q": {order[1]: 1}}, {"q": order})["Success@1"]["q"] == 0


def test_the_ideal_comes_from_the_qrels() -> None:
    """Finding one of two relevant sections at rank 1 isn't perfect."""
    value = measure({"q": {"a": 1, "b": 1}}, {"q": ["a"]})["nDCG@10"]["q"]
    assert value == pytest.approx(1 / (1 + 1 / math.log2(3)))


def test_grades_are_gains() -> None:
    value = measure({"q": {"a": 1, "b": 3}}, {"q": ["a", "b"]})["nDCG@10"]["q"]
    assert value == pytest.approx((1 + 3 / math.log2(3)) / (3 + 1 / math.log2(3)))


def test_empty_qrels_do_not_spoil_later_questions() -> None:
    alone = measure({"z": {"a": 1, "b": 1}}, {"z": ["x", "a"]})
    beside = measure(
        {"a": {}, "m": {}, "z": {"a": 1, "b": 1}, "zz": {}}, {"a": ["a"], "m": ["b"], "z": ["x", "a"], "zz": ["a"]}
    )
    assert beside == alone


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from("abcdefghijklmno"), unique=True), st.sets(st.sampled_from("abcdefghijklmno"), min_size=1)
)
def test_against_plain_definitions(ranking: list[str], relevant: set[str]) -> None:
    values = {m: v["q"] for m, v in measure({"q": dict.fromkeys(relevant, 1)}, {"q": ranking}).items()}
    ranks = [n for n, name in enumerate(ranking, 1) if name in relevant]
    ideal = sum(1 / math.log2(n + 1) for n in range(1, min(len(relevant), 10) + 1))
    assert values["Success@1"] == float(1 in ranks)
    assert values["Success@5"] == float(any(r <= 5 for r in ranks))
    assert values["Recall@5"] == pytest.approx(sum(r <= 5 for r in ranks) / len(relevant))
    assert values["RR@10"] == pytest.approx(next((1 / r for r in ranks if r <= 10), 0.0))
    assert values["nDCG@10"] == pytest.approx(sum(1 / math.log2(r + 1) for r in ranks if r <= 10) / ideal)


class TestIntervals:
    def test_they_are_the_same_each_time_and_hold_the_mean(self) -> None:
        samples = np.random.default_rng(1).random((2, 80))
        first, second = figures(samples), figures(samples)
        assert first == second
        for row, figure in enumerate(first):
            error = 1.96 * samples[row].std() / math.sqrt(80)
            assert figure.value == pytest.approx(samples[row].mean())
            assert figure.low == pytest.approx(samples[row].mean() - error, abs=0.02)
            assert figure.high == pytest.approx(samples[row].mean() + error, abs=0.02)

    def test_few_or_equal_values(self) -> None:
        assert figures(np.zeros((1, 0)))[0].to_dict() == {"value": None, "low": None, "high": None, "count": 0}
        assert figures(np.ones((1, 1)))[0].to_dict() == {"value": 1.0, "low": None, "high": None, "count": 1}
        assert share([True] * 5).to_dict() == {"value": 1.0, "low": 1.0, "high": 1.0, "count": 5}


def test_area_under_curve() -> None:
    assert area_under_curve([0.9, 0.8], [0.1, 0.2]) == 1
    assert area_under_curve([0.1], [0.9]) == 0
    assert area_under_curve([0.5, 0.9], [0.5, 0.7]) == pytest.approx((0.5 + 0 + 1 + 1) / 4)
    assert area_under_curve([], [0.5]) is None
