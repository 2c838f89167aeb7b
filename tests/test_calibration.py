"""Fitting the confidence, and keeping it in an index."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from qa import builder
from qa.answering.abstention import DEFAULT, FEATURES, NONE, Calibration, Evidence
from qa.assistant import Assistant
from qa.builder import build
from qa.cli import main
from qa.config import Settings
from qa.errors import IndexFolderError, QuestionSetError
from qa.evaluation.calibration import fit, threshold
from qa.stores import folder
from tests.fakes import open_fake, prepare_fake

LITTLE = replace(NONE, share=1.0)


def of(meaning: float, stranger: float = 0.0) -> Evidence:
    return replace(LITTLE, meaning=meaning, stranger=stranger)


def test_what_other_guides_come_far_nearer_to_isnt_stated() -> None:
    found = Evidence(**dict.fromkeys(FEATURES, 0.9) | {"foreign": 0.0, "stranger": 0.0})
    assert DEFAULT.confidence(replace(found, share=0.6)) > 0.9
    assert DEFAULT.confidence(replace(found, share=0.45)) == 0.25
    assert DEFAULT.confidence(replace(NONE, share=0.45)) < 0.25


def test_a_fit_tells_covered_from_others() -> None:
    found = [of(0.5 + n / 100) for n in range(20)] + [of(0.1 + n / 100) for n in range(20)]
    covered = [True] * 20 + [False] * 20
    calibration = fit(found, covered, "a set", prior=None)
    sure = [calibration.confidence(e) for e in found]
    assert min(sure[:20]) > 0.5 > max(sure[20:])
    assert (calibration.covered, calibration.not_covered, calibration.fitted_on) == (20, 20, "a set")


def test_evidence_against_never_counts_for() -> None:
    rng = np.random.default_rng(0)
    found = [of(0.5 + rng.normal() / 20, stranger=1.0) for _ in range(30)]
    found += [of(0.2 + rng.normal() / 20) for _ in range(30)]
    calibration = fit(found, [True] * 30 + [False] * 30, "misleading", prior=None)
    assert dict(zip(FEATURES, calibration.weights, strict=True))["stranger"] == 0


@pytest.mark.parametrize(
    ("covered", "others", "place"), [([3.0, 4.0], [1.0, 2.0], 2.515), ([0.0, 1.0], [5.0, 6.0], 0.08)]
)
def test_the_place_to_answer_from(covered: list[float], others: list[float], place: float) -> None:
    assert threshold(np.array(covered), np.array(others)) == pytest.approx(place)


@pytest.mark.parametrize(("quote", "least", "doubted"), [(0.5, 0.5, True), (0.0, 0.5, False), (0.9, 0.5, False)])
def test_a_quote_is_weighed_only_where_it_could_tell(quote: float, least: float, doubted: bool) -> None:
    weights = tuple(10.0 * (name == "quote") for name in FEATURES)
    calibration = replace(DEFAULT, weights=weights, bias=-5.0)
    assert calibration.doubts(replace(LITTLE, quote=quote), least) is doubted


def test_a_stricter_bound_doubts_what_is_near_to_it() -> None:
    weights = tuple(10.0 * (name == "quote") for name in FEATURES)
    calibration = replace(DEFAULT, weights=weights, bias=-5.0)
    assert calibration.doubts(replace(LITTLE, quote=0.9), 0.99)


def test_too_few_questions_are_named() -> None:
    with pytest.raises(QuestionSetError, match="at least 10 of each"):
        fit([of(0.5)] * 20, [True] * 20, "q.jsonl")


def test_a_calibration_is_read_as_it_was_written(tmp_path: Path) -> None:
    DEFAULT.write(tmp_path)
    assert Calibration.read(tmp_path) == DEFAULT


@pytest.mark.parametrize("text", ["", "{}", '{"features": [], "weights": []}', "[]"])
def test_a_broken_calibration_is_one_error(tmp_path: Path, text: str) -> None:
    (tmp_path / "calibration.json").write_text(text)
    with pytest.raises(IndexFolderError, match="calibration"):
        Calibration.read(tmp_path)


def test_a_rebuild_takes_the_default_of_its_version(settings: Settings) -> None:
    build(settings, progress=False, prepare=prepare_fake)
    replace(DEFAULT, bias=1.0).write(folder.current(settings.index)[0])
    build(settings, progress=False, prepare=prepare_fake)
    assert Calibration.read(folder.current(settings.index)[0]) == DEFAULT


def test_a_rebuild_keeps_it(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(builder, "open_encoder", open_fake)
    build(settings, progress=False, prepare=prepare_fake)
    own = replace(DEFAULT, bias=-1.0, fitted_on="ours")
    builder.recalibrate(settings, own)
    assert folder.verify(settings.index) == []
    build(settings, progress=False, prepare=prepare_fake)
    assert Calibration.read(folder.current(settings.index)[0]) == own
    Assistant.open(settings=settings, open_encoder=open_fake).ask("nurse pay")


@pytest.mark.model
def test_the_command(bundled: Settings, tmp_path: Path) -> None:
    rows = [{"id": f"c{n}", "question": f"What does a {t} earn?", "relevant": ["actuary"]}
            for n, t in enumerate("actuary programmer statistician".split() * 4)]  # fmt: skip
    rows += [{"id": f"n{n}", "question": f"How tall is mount number {n}?", "relevant": []} for n in range(12)]
    (tmp_path / "q.jsonl").write_text("\n".join(map(json.dumps, rows)))
    build(Settings(corpus=bundled.corpus, index=tmp_path / "own"), progress=False)
    done = CliRunner().invoke(
        main, ["calibrate", "--questions", str(tmp_path / "q.jsonl"), "--index", str(tmp_path / "own")]
    )
    assert done.exit_code == 0, done.output
    assert "12 covered and 12 other questions" in done.output
    assert Calibration.read(folder.current(tmp_path / "own")[0]).fitted_on.endswith("q.jsonl")
