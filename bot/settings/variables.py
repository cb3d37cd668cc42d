"""All settings in one typed class, read from the environment and a `.env` file."""

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import NoDecode, SettingsConfigDict

from bot.settings import checks
from bot.settings.provider_keys import KEY_FIELDS, ProviderKeys
from storage.errors import SettingsError

DEFAULT_DATABASE = "sqlite:///paperbout.db"


class Settings(ProviderKeys):
    """Settings of an installation; the descriptions of its fields make the table in docs/settings.md."""

    model_config = SettingsConfigDict(
        env_file=".env", env_file_encoding="utf-8", extra="ignore", populate_by_name=True, frozen=True
    )

    slack_bot_token: SecretStr | None = Field(
        None, alias="SLACK_BOT_TOKEN", description="Bot token (`xoxb-…`) of a single workspace"
    )
    slack_app_token: SecretStr | None = Field(
        None, alias="SLACK_APP_TOKEN", description="App-level token (`xapp-…`); set it to use Socket Mode"
    )
    slack_signing_secret: SecretStr | None = Field(
        None, alias="SLACK_SIGNING_SECRET", description="Signing secret; needed without Socket Mode"
    )
    slack_client_id: str | None = Field(
        None,
        alias="SLACK_CLIENT_ID",
        description="Client id of the app, to be installed in many workspaces instead of the one of SLACK_BOT_TOKEN",
    )
    slack_client_secret: SecretStr | None = Field(
        None, alias="SLACK_CLIENT_SECRET", description="Its client secret"
    )
    secret_key: SecretStr | None = Field(
        None,
        alias="PAPERBOUT_SECRET_KEY",
        description="Keys that seal kept tokens, separated by commas: the first seals, all open (`paperbout key new`)",
    )
    public_url: str | None = Field(
        None,
        alias="PAPERBOUT_PUBLIC_URL",
        description="Address browsers reach this server at, without a path: people install at its `/slack/install`",
    )
    slack_api_url: str = Field(
        "https://slack.com/api/",
        alias="SLACK_API_URL",
        description="Base of Slack's Web API, or of a stand-in",
    )
    database_url: str = Field(
        DEFAULT_DATABASE, alias="DATABASE_URL", description="`sqlite:///FILE` or `postgresql://…`"
    )
    port: int = Field(
        3000, alias="PORT", ge=0, le=65535, description="Port of `/slack/events` and `/healthz`"
    )
    metrics_port: int | None = Field(
        None,
        alias="PAPERBOUT_METRICS_PORT",
        ge=0,
        le=65535,
        description="Port of `/metrics` and `/healthz` in every process; without it `/metrics` is on PORT, "
        "for this computer only",
    )
    metrics_for_everybody: bool = Field(
        False,
        alias="PAPERBOUT_METRICS_FOR_EVERYBODY",
        description="Whether `/metrics` on PORT answers other computers too",
    )
    host: str = Field("0.0.0.0", alias="PAPERBOUT_HOST", description="Address to listen on")  # noqa: S104 - a web process in a container listens on all
    judges: Annotated[tuple[str, ...], NoDecode] = Field(
        ("offline",),
        alias="PAPERBOUT_JUDGES",
        description="Judges, separated by commas: `provider:model[:effort][@base_url]`, "
        "`rubric`, `recorded:FILE.csv`, `offline`",
    )
    assessors: Annotated[tuple[str, ...], NoDecode] = Field(
        ("offline",), alias="PAPERBOUT_ASSESSORS", description="Assessors, named like judges"
    )
    model_keys: SecretStr | None = Field(
        None,
        alias="PAPERBOUT_MODEL_KEYS",
        description="Keys of models at other addresses, separated by commas: `HOST[:PORT]=KEY`; each goes there only",
    )
    rubric: Path | None = Field(None, alias="PAPERBOUT_RUBRIC", description="File that replaces the rubric")
    arxiv_url: str = Field(
        "https://export.arxiv.org/api/query",
        alias="PAPERBOUT_ARXIV_URL",
        description="arXiv's Atom API, or a mirror",
    )
    zotero_url: str = Field(
        "https://api.zotero.org",
        alias="PAPERBOUT_ZOTERO_URL",
        description="Zotero's Web API, for links to public groups, or a mirror",
    )
    openalex_key: SecretStr | None = Field(
        None,
        alias="PAPERBOUT_OPENALEX_KEY",
        description="OpenAlex API key, for abstracts that a DOI's registrar lacks; works without, more slowly",
    )
    semantic_scholar_key: SecretStr | None = Field(
        None, alias="PAPERBOUT_SEMANTIC_SCHOLAR_KEY", description="Semantic Scholar API key, for the same"
    )
    openreview_user: str | None = Field(
        None,
        alias="PAPERBOUT_OPENREVIEW_USER",
        description="OpenReview user name, used where OpenReview lets guests read nothing",
    )
    openreview_password: SecretStr | None = Field(
        None, alias="PAPERBOUT_OPENREVIEW_PASSWORD", description="That user's password"
    )
    allowed_hosts: Annotated[frozenset[str], NoDecode] = Field(
        frozenset(),
        alias="PAPERBOUT_ALLOWED_HOSTS",
        description="Hosts that may be fetched though they aren't public, separated by commas",
    )
    contact: str | None = Field(
        None, alias="PAPERBOUT_CONTACT", description="E-mail or address put into the User-Agent of fetches"
    )
    time_zone: str = Field(
        "UTC",
        alias="PAPERBOUT_TIME_ZONE",
        description="Time zone of new leagues where the owner's isn't known",
    )
    rank_command: str = Field("/rank", alias="PAPERBOUT_RANK_COMMAND", description="Name of the main command")
    h2h_command: str = Field(
        "/h2h", alias="PAPERBOUT_H2H_COMMAND", description="Name of the head-to-head command"
    )
    monthly_cap_usd: Decimal = Field(
        Decimal(10), alias="PAPERBOUT_MONTHLY_CAP_USD", ge=0, description="Monthly cap of new leagues, USD"
    )
    match_price_usd: Decimal | None = Field(
        None,
        alias="PAPERBOUT_PRICE_PER_MTOK_USD",
        ge=0,
        description="Price per million tokens for models whose price is unknown",
    )
    cascade: bool = Field(
        False,
        alias="PAPERBOUT_CASCADE",
        description="Whether judges take turns by difficulty: `rubric` what assessments decide clearly, the last judge "
        "named contested and top places, those before it the rest",
    )
    concurrency: int = Field(
        8, alias="PAPERBOUT_CONCURRENCY", ge=1, le=256, description="Model calls at once, per process"
    )
    call_deadline_s: float = Field(
        120, alias="PAPERBOUT_CALL_DEADLINE_S", gt=0, description="Hard limit of one model call, seconds"
    )
    lease_s: float = Field(
        300,
        alias="PAPERBOUT_LEASE_S",
        gt=0,
        description="How long a row stays taken by a process that went silent, seconds",
    )
    post_interval_s: float = Field(
        1.1,
        alias="PAPERBOUT_POST_INTERVAL_S",
        ge=0,
        description="Least time between two new messages in a channel, seconds; Slack refuses more than one a second",
    )
    log_format: str = Field(
        "json", alias="PAPERBOUT_LOG_FORMAT", pattern="^(json|console)$", description="`json` or `console`"
    )
    log_level: str = Field(
        "INFO",
        alias="PAPERBOUT_LOG_LEVEL",
        pattern="^(DEBUG|INFO|WARNING|ERROR)$",
        description="Least level logged",
    )

    _judges = field_validator("judges", "assessors", mode="before")(checks.judge_names)
    _some_judge = field_validator("judges", "assessors")(checks.not_empty)
    _hosts = field_validator("allowed_hosts", mode="before")(checks.host_names)
    _zone = field_validator("time_zone")(checks.known_zone)
    _commands = field_validator("rank_command", "h2h_command")(checks.command)
    _secret = field_validator("secret_key")(checks.sealing_keys)
    _host_keys = field_validator("model_keys")(checks.keys_by_host)
    _public_address = field_validator("public_url")(checks.address_without_slash)
    _slack_address = field_validator("slack_api_url")(checks.address_with_slash)
    _database = field_validator("database_url")(checks.known_database)

    @model_validator(mode="after")
    def _both_or_neither(self) -> "Settings":
        if (self.openreview_user is None) != (self.openreview_password is None):
            raise ValueError(
                "set both PAPERBOUT_OPENREVIEW_USER and PAPERBOUT_OPENREVIEW_PASSWORD, or neither"
            )
        return self

    @model_validator(mode="after")
    def _distinct_commands(self) -> "Settings":
        if self.rank_command == self.h2h_command:
            raise ValueError("PAPERBOUT_RANK_COMMAND and PAPERBOUT_H2H_COMMAND are the same")
        return self

    @property
    def judging_lease_s(self) -> float:
        """Seconds for which a row is leased for one answer of a judge, with all its calls and waits."""
        return max(self.lease_s, 3 * self.call_deadline_s)

    @property
    def keys_by_host(self) -> Mapping[str, str]:
        """Keys of judges at servers other than their providers', by `HOST[:PORT]` in lower case."""
        text = "" if self.model_keys is None else self.model_keys.get_secret_value()
        pairs = (part.partition("=") for part in filter(str.strip, text.split(",")))
        return {host.strip().lower(): key.strip() for host, _, key in pairs}

    @property
    def keys(self) -> Mapping[str, str]:
        """All keys of models: providers' by the variable's name, others by host."""
        keys = {variable: getattr(self, field) for field, (variable, _name) in KEY_FIELDS.items()}
        of_providers = {variable: key.get_secret_value() for variable, key in keys.items() if key is not None}
        return {**self.keys_by_host, **of_providers}

    @property
    def fetchable_hosts(self) -> frozenset[str]:
        """Hosts named in the settings, which may be fetched though not public; includes a mirror of arXiv."""
        return self.allowed_hosts | {urlsplit(self.arxiv_url).netloc.lower()}

    @property
    def arxiv_site(self) -> str:
        """Site for arXiv's HTML and PDF, or the mirror's."""
        parts = urlsplit(self.arxiv_url)
        is_arxiv = parts.hostname == "arxiv.org" or (parts.hostname or "").endswith(".arxiv.org")
        return "https://arxiv.org" if is_arxiv else f"{parts.scheme}://{parts.netloc}"

    @property
    def arxiv_feeds(self) -> str:
        """Base URL of arXiv's RSS feeds, or of the mirror's."""
        is_arxiv = self.arxiv_site == "https://arxiv.org"
        return "https://rss.arxiv.org/rss" if is_arxiv else f"{self.arxiv_site}/rss"

    @property
    def on_sqlite(self) -> bool:
        """Whether the database is an SQLite file (one process) rather than a server."""
        return self.database_url.startswith("sqlite")

    @property
    def many_workspaces(self) -> bool:
        """Whether workspaces install the bot by OAuth, instead of one workspace by its token."""
        return self.slack_client_id is not None

    @property
    def secret_keys(self) -> tuple[str, ...]:
        """Keys that decrypt stored tokens; the first one encrypts."""
        text = "" if self.secret_key is None else self.secret_key.get_secret_value()
        return tuple(part.strip() for part in text.split(",") if part.strip())

    def _install_problems(self) -> list[str]:
        if not self.many_workspaces:
            if self.slack_bot_token is None:
                return [
                    "SLACK_BOT_TOKEN is not set: copy the Bot User OAuth Token from your app's OAuth page"
                ]
            return []
        problems = []
        if self.slack_bot_token is not None:
            problems.append(
                "SLACK_BOT_TOKEN is for one workspace and SLACK_CLIENT_ID for many: set one of them only"
            )
        if self.slack_client_secret is None:
            problems.append("SLACK_CLIENT_SECRET is not set: copy it from your app's Basic Information page")
        if not self.secret_keys:
            problems.append(
                "PAPERBOUT_SECRET_KEY is not set: tokens are kept sealed; `paperbout key new` prints a key"
            )
        if self.public_url is None:
            problems.append(
                "PAPERBOUT_PUBLIC_URL is not set: Slack sends people back to it after they agreed"
            )
        return problems

    def require_slack(self) -> None:
        """Raise `SettingsError` naming all Slack settings that are missing for `run` and `web`."""
        missing = self._install_problems()
        if self.slack_app_token is None and self.slack_signing_secret is None:
            missing.append(
                "neither SLACK_APP_TOKEN (Socket Mode) nor SLACK_SIGNING_SECRET (HTTP) is set: one of them is needed"
            )
        if missing:
            raise SettingsError("Paperbout can't start:\n" + "\n".join(f"- {line}" for line in missing))
