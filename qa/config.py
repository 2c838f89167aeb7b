"""The one configuration: a TOML file, then environment variables.

Settings are read from ``careers-qa.toml`` in the working folder (or the file
that ``CAREERS_QA_CONFIG`` names), then from variables such as
``CAREERS_QA_PORT``, which win.
"""

from __future__ import annotations

import os
import re
import tomllib
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from qa.errors import ConfigError
from qa.invalid import reason

CONFIG_FILE = "careers-qa.toml"
_PREFIX = "CAREERS_QA_"

# A list in the file; in a variable, names separated by commas or spaces.
Names = Annotated[tuple[str, ...], NoDecode]

_ORIGIN = re.compile(r"https?://([a-z0-9.-]+|\[[0-9a-f:]+\])(:\d{1,5})?")
_ROOT_PATH = re.compile(r"(/[A-Za-z0-9._~-]+)*")


class Settings(BaseSettings):
    """All settings, frozen. Lengths are in the units that each line names."""

    model_config = SettingsConfigDict(frozen=True, env_prefix=_PREFIX, extra="forbid")

    corpus: Path = Field(default=Path("corpus"), description="Folder of the guides.")
    index: Path = Field(default=Path("index"), description="Folder where the index lies.")
    model: str = Field(default="all-MiniLM-L6-v2", description="A sentence-transformers model: its name or folder.")

    precision: Literal["auto", "f32", "bf16", "int8"] = Field(
        default="auto", description="Numbers that the model computes in; auto is bf16 where the processor has it."
    )

    file_seconds: float = Field(
        default=60, ge=0, description="Time that reading one file may take, in seconds; 0 reads without a bound."
    )
    keep_old: float = Field(
        default=300, ge=0, description="Time that a replaced index is kept for those who still read it, in seconds."
    )
    store: Literal["faiss", "milvus"] = Field(
        default="faiss", description="Where passages lie: in files of the index folder, or in Milvus."
    )
    milvus_uri: str = Field(
        default="http://127.0.0.1:19530", description="Address of the Milvus server, for the store milvus."
    )
    milvus_token: SecretStr = Field(
        default=SecretStr(""), description="What Milvus lets in: an API key, or user:password."
    )
    milvus_collection: str = Field(
        default="careers_qa",
        pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,99}$",
        description="Name of the alias in Milvus that leads to the index in use.",
    )
    milvus_index: Literal["auto", "FLAT", "IVF_FLAT", "IVF_SQ8", "HNSW", "DISKANN"] = Field(
        default="auto",
        description="Kind of the vectors' index in Milvus; auto is FLAT, from 30,000 passages on IVF_SQ8.",
    )
    milvus_replicas: int = Field(
        default=1, ge=1, description="Copies of an index that Milvus's query nodes hold in memory."
    )
    milvus_timeout: float = Field(
        default=10, gt=0, description="Time that a call to Milvus may take with its retries, in seconds."
    )

    passage_words: int = Field(default=60, ge=10, le=400, description="Wanted length of a passage, in words.")
    dense_weight: float = Field(default=0.6, ge=0, le=1, description="Weight of meaning against words (BM25), 0 to 1.")
    heading_weight: float = Field(
        default=0.25, ge=0, le=1, description="Weight of the words of title and headings, 0 to 1."
    )
    late_weight: float = Field(
        default=0.3,
        ge=0,
        le=1,
        description="Weight of how near a question's words come to a section's, 0 to 1.",
    )
    reranker: str = Field(
        default="", description="A CrossEncoder that orders the best sections anew: its name or folder. Needs torch."
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

    root_path: str = Field(default="", description="Path prefix that a proxy puts before all addresses: /assistant.")
    allowed_origins: Names = Field(
        default=(), description="Origins of the portals that may embed the assistant: https://careers.example."
    )
    trusted_proxies: Names = Field(
        default=(), description="Addresses or networks of proxies whose X-Forwarded headers are believed."
    )
    rate_limit: str = Field(default="120/minute", description='Requests of one client, at most; "" for no limit.')
    workers: int = Field(default=2, ge=1, le=64, description="Questions answered at the same time.")
    max_waiting: int = Field(default=16, ge=0, description="Questions waiting for a worker, at most.")
    max_body: int = Field(default=262_144, ge=1024, description="Size of a request's body, in bytes, at most.")
    body_timeout: float = Field(
        default=10, gt=0, description="Time that a request's head, and its body, may take, in seconds."
    )
    max_connections: int = Field(default=1000, ge=10, description="Connections, at most; a chat page holds two.")
    reload_seconds: float = Field(
        default=5, ge=0, description="Time between looks for a new index, in seconds; 0 looks at SIGHUP alone."
    )
    reload_token: SecretStr = Field(
        default=SecretStr(""), description="Secret that POST /api/v1/reload asks for; without one it isn't there."
    )
    log_questions: bool = Field(default=False, description="Whether the log holds the text of questions.")

    @field_validator("allowed_origins", "trusted_proxies", mode="before")
    @classmethod
    def _names(cls, value: object) -> object:
        return tuple(value.replace(",", " ").split()) if isinstance(value, str) else value

    @field_validator("allowed_origins")
    @classmethod
    def _exact(cls, origins: tuple[str, ...]) -> tuple[str, ...]:
        for origin in origins:
            if not _ORIGIN.fullmatch(origin):
                raise ValueError(f"{origin} isn't an origin, such as https://careers.example, without a path or *")
        return origins

    @field_validator("reload_token")
    @classmethod
    def _long(cls, token: SecretStr) -> SecretStr:
        if token and not 16 <= len(token.get_secret_value()) <= 200:
            raise ValueError("it is 16 to 200 characters long")
        return token

    @field_validator("root_path")
    @classmethod
    def _prefix(cls, path: str) -> str:
        if not _ROOT_PATH.fullmatch(path):
            raise ValueError("it is a path such as /assistant, without a slash at its end")
        return path

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
    """The file that settings are read from, whether it is there or not."""
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
        name = str(first["loc"][0])
        variable = _PREFIX + name.upper()
        mend = f"mend it in {file}"
        if given.get(name) is not None:
            mend = "give another value"
        elif variable in os.environ:
            mend = f"mend the variable {variable}"
        if first["type"] == "extra_forbidden":
            raise ConfigError(f"There is no setting {name}: mend its name in {file} or take it out.") from error
        raise ConfigError(f"The setting {name} can't be used ({reason(first)}): {mend}.") from error
    except RecursionError as error:
        raise ConfigError(
            f"The configuration file {file} is nested too deep: give each setting a plain value."
        ) from error
    except (tomllib.TOMLDecodeError, ValueError, OSError) as error:
        raise ConfigError(f"The configuration file {file} can't be read ({error}): mend it.") from error


def unknown_variables() -> list[str]:
    """Variables that begin as those of settings do, but name none."""
    known = {_PREFIX + name.upper() for name in (*Settings.model_fields, "config", "data")}
    return sorted(name for name in os.environ if name.startswith(_PREFIX) and name not in known)


def reference() -> str:
    """The settings as a Markdown table, as docs/configuration.md has it."""
    rows = ["| setting | default | what it is |", "| --- | --- | --- |"]
    for name, field in Settings.model_fields.items():
        default = field.get_default(call_default_factory=True)
        shown = ", ".join(default) if isinstance(default, tuple) else str(default)
        rows.append(f"| `{name}` | {f'`{shown}`' if shown else ''} | {field.description} |")
    return "\n".join(rows)
