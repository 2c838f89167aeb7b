from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from pydantic import ValidationError

from qa.cli import main
from qa.config import Settings, load_settings, reference, unknown_variables
from qa.errors import ConfigError


def test_environment_wins_over_file_and_arguments_over_both(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("careers-qa.toml").write_text('port = 1111\ntitle = "Ours"\nhost = "0.0.0.0"\n')
    monkeypatch.setenv("CAREERS_QA_PORT", "2222")
    settings = load_settings(host="::1", index=None)
    assert (settings.port, settings.title, settings.host, settings.index) == (2222, "Ours", "::1", Path("index"))


def test_settings_are_frozen() -> None:
    with pytest.raises(ValidationError):
        load_settings().port = 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("port = 0", r"^The setting port can't be used \(it is less than 1\): mend it in careers-qa\.toml\.$"),
        ('port = "x"', r"port can't be used \(it isn't a whole number\): mend it in careers-qa\.toml\.$"),
        ("title = 1", r"title can't be used \(it isn't text\)"),
        ('store = "x"', r"store can't be used \(it isn't one of 'faiss' or 'milvus'\)"),
        ("prot = 1", r"^There is no setting prot: mend its name in careers-qa\.toml or take it out\.$"),
        ("port =", "careers-qa.toml"),
        ("\xff", "toml"),
    ],
)
def test_a_bad_file_is_one_sentence(text: str, message: str) -> None:
    Path("careers-qa.toml").write_bytes(text.encode("latin-1"))
    with pytest.raises(ConfigError, match=message):
        load_settings()


def test_an_error_names_where_the_value_came_from(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(
        ConfigError, match=r"The setting port can't be used \(it is more than 65535\): give another value\.$"
    ):
        load_settings(port=99999)
    monkeypatch.setenv("CAREERS_QA_ROOT_PATH", "x/")
    said = r"root_path can't be used \(it is a path such as .*\): mend the variable CAREERS_QA_ROOT_PATH\.$"
    with pytest.raises(ConfigError, match=said):
        load_settings()


def test_unknown_variables_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    assert unknown_variables() == []
    monkeypatch.setenv("CAREERS_QA_PROT", "1")
    monkeypatch.setenv("CAREERS_QA_TITLE", "Ours")
    assert unknown_variables() == ["CAREERS_QA_PROT"]
    result = CliRunner().invoke(main, ["documents"])
    assert result.stderr.startswith("The variable CAREERS_QA_PROT names no setting")


def test_a_named_file_must_be_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAREERS_QA_CONFIG", "none.toml")
    with pytest.raises(ConfigError, match=r"none\.toml"):
        load_settings()


def test_the_reference_lists_every_setting_as_it_is() -> None:
    page = (Path(__file__).parent.parent / "docs" / "configuration.md").read_text(encoding="utf-8")
    assert reference() in page
    assert all(field.description for field in Settings.model_fields.values())
