"""The one configuration: a TOML file, then environment variables.

Settings are read from ``careers-qa.toml`` in the working folder (or the file
that ``CAREERS_QA_CONFIG`` names), then from variables such as
``CAREERS_QA_PORT``, which win.
"""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from qa.errors import ConfigError

CONFIG_FILE = "careers-qa.toml"
_PREFIX = "CAREERS_QA_"


class Settings(BaseSettings):
    """All settings, frozen. Lengths are in the units that each line names."""

    model_config = SettingsConfigDict(frozen=True, env_prefix=_PREFIX, extra="forbid")

    corpus: Path = Field(default=Path("corpus"), description="Folder of the guides.")
    index: Path = Field(default=Path("index"), description="Folder where the index lies.")
    model: str = Field(default="all-MiniLM-L6-v2", description="A sentence-transformers model: its name or folder.")

    precision: Literal["auto", "f32", "bf16", "int8"] = Field(
        default="auto", description="Numbers that the model computes in; auto is bf16 where the processor has it."
    )

    passage_words: int = Field(default=60, ge=10, le=400, description="Wanted length of a passage, in words.")
    dense_weight: float = Field(default=0.6, ge=0, le=1, description="Weight of meaning against words (BM25), 0 to 1.")
    heading_weight: float = Field(
        default=0.25, ge=0, le=1, description="Weight of the words of title and headings, 0 to 1."
    )
    min_confidence: float = Field(
        default=0.5, ge=0, le=1, description="Confidence below which a question isn't covered."
    )

    max_citations: int = Field(default=3, ge=1, le=10, description="Citations of an answer, at most.")
    max_related: int = Field(default=4, ge=0, le=10, description="Related sections named with an answer, at most.")
    max_question: int = Field(default=1000, ge=10, description="Length of a question, in characters, at most.")
    max_history: int = Field(default=20, ge=0, description="Earlier questions taken into account, at most.")

    review_days: int = Field(
        default=365, ge=1, description="Age of a guide's review, in days, from which its figures carry a note."
    )
    feedback: Path | None = Field(
        default=Path("feedback.sqlite3"), description="File that keeps visitors' votes, or off."
    )

    host: str = Field(default="127.0.0.1", description="Address that the server listens on.")
    port: int = Field(default=7860, ge=1, le=65535, description="Port that the server listens on.")
    title: str = Field(default="Career guide assistant", description="Heading of the chat page.")

    @field_validator("feedback", mode="before")
    @classmethod
    def _off(cls, value: object) -> object:
        return None if value in ("", "off", False) else value

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        toml = TomlConfigSettingsSource(settings_cls, config_file())
        return init_settings, env_settings, toml


def config_file() -> Path:
    return Path(os.environ.get(f"{_PREFIX}CONFIG", CONFIG_FILE))


def load_settings(**given: object) -> Settings:
    """The settings of file and environment, with those ``given`` on top.

    A value of None counts as not given. Raises ConfigError, which names the
    setting, when a value can't be used or the file can't be read.
    """
    file = config_file()
    if f"{_PREFIX}CONFIG" in os.environ and not file.is_file():
        raise ConfigError(f"The configuration file {file} doesn't exist: mend {_PREFIX}CONFIG or unset it.")
    try:
        return Settings(**{k: v for k, v in given.items() if v is not None})  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        raise ConfigError(
            f"The setting {name} can't be used ({first['msg']}): mend it in {file} or in {_PREFIX}{name.upper()}."
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise ConfigError(f"The configuration file {file} can't be read ({error}): mend it.") from error
