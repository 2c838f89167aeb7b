"""The example portal's script."""

from __future__ import annotations

import re
import runpy
import socket
from contextlib import suppress

import pytest

from tests.conftest import ROOT


def test_a_port_that_is_taken_is_one_sentence() -> None:
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with suppress(OSError):  # somebody else has it: as well
            taken.bind(("127.0.0.1", 7860))
            taken.listen()
        with pytest.raises(SystemExit) as ended:
            runpy.run_path(str(ROOT / "examples" / "portal" / "serve.py"), run_name="__main__")
    assert re.fullmatch(
        r"Error: The example can't listen on port 7860 \([\w ]+\): stop [^\n]+\.", str(ended.value.code)
    )
