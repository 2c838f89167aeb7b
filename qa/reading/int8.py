"""A converted model in int8, by NNCF's post-training quantisation."""

from __future__ import annotations

import contextlib
import io
import logging
import sys
from collections.abc import Sequence
from typing import Any

import numpy as np

# NNCF reports its use through this package; nothing leaves the machine.
sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]

from qa.errors import ModelError  # noqa: E402


def require_nncf() -> None:
    """Raise ModelError, which says what to type, when NNCF isn't installed."""
    try:
        import nncf  # noqa: F401
    except ImportError as error:
        raise ModelError(
            "The precision int8 needs nncf, which isn't installed: run pip install 'careers-qa[int8]', "
            "or set precision to auto."
        ) from error


def quantized(model: Any, samples: Sequence[Sequence[int]]) -> Any:
    """Quantise an OpenVINO model of (ids, mask), calibrated on token ids.

    Weights and activations become int8, layer norms and softmax stay as they
    are (Jacob et al., "Quantization and Training of Neural Networks for
    Efficient Integer-Arithmetic-Only Inference", 2018).
    """
    import nncf

    nncf.set_log_level(logging.ERROR)
    rows = [np.asarray(ids, dtype=np.int64).reshape(1, -1) for ids in samples]
    inputs = [[ids, np.ones_like(ids)] for ids in rows]
    with contextlib.redirect_stdout(io.StringIO()):  # progress bars of its own
        return nncf.quantize(
            model, nncf.Dataset(inputs), model_type=nncf.ModelType.TRANSFORMER, subset_size=len(inputs)
        )
