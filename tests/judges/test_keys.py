"""Whose key goes where: a provider's to its own servers, a named one to its host, and none anywhere else."""

import json
from pathlib import Path

import pytest

from bot.judges.errors import JudgePausedError
from bot.judges.factory import open_judge
from bot.judges.llm.judge_specs import key_for, parse_model
from bot.judges.llm.providers import providers
from bot.settings import Settings, read_settings, variables
from handlers.cli import doctor
from storage.errors import JudgeError, SettingsError
from tests.judges.test_providers import ANTHROPIC, GOOGLE, OPENAI, ask, wire

SECRETS = {
    "OPENAI_API_KEY": "sk-openai",
    "OPENAI_ADMIN_KEY": "sk-openai-admin",
    "OPENAI_ORG_ID": "org-of-ours",
    "OPENAI_PROJECT_ID": "project-of-ours",
    "ANTHROPIC_API_KEY": "sk-anthropic",
    "ANTHROPIC_AUTH_TOKEN": "token-anthropic",
    "GEMINI_API_KEY": "sk-gemini",
    "GOOGLE_API_KEY": "sk-google",
}
PLACES = [("openai:llama3.3", OPENAI), ("anthropic:claude-x", ANTHROPIC), ("google:gemma", GOOGLE)]


@pytest.fixture
def configured(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every key that a client library could find by itself."""
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)


@pytest.mark.parametrize(("judge", "answer"), PLACES)
@pytest.mark.usefixtures("configured")
async def test_no_key_of_one_host_reaches_another(judge: str, answer: dict[str, object]) -> None:
    async with wire(answer) as one, wire(answer) as other:
        named = f"{one.place}=key-of-one,elsewhere.example.org=key-of-elsewhere"
        settings = read_settings(_env_file=None, model_keys=named)
        assert SECRETS["OPENAI_API_KEY"] in settings.keys.values()
        for seen in (one, other):
            await ask(open_judge(f"{judge}@{seen.url}", keys=settings.keys))
    assert "key-of-one" in one.raw
    assert "key-of-one" not in other.raw
    for seen in (one, other):
        assert [value for value in (*SECRETS.values(), "key-of-elsewhere") if value in seen.raw] == []


async def test_a_server_that_sends_us_on_is_not_followed_with_the_key() -> None:
    async with wire(OPENAI) as target:
        sent_on = f"Location: {target.url}/v1/chat/completions\r\n"
        async with wire({"error": {"message": "moved"}}, 307, sent_on) as first:
            judge = open_judge(f"openai:m@{first.url}/v1", keys={first.place: "key-of-first"}, deadline_s=1)
            with pytest.raises(JudgeError):
                await ask(judge)
    assert first.calls > 0
    assert target.calls == 0


@pytest.mark.parametrize(
    ("spec", "key"),
    [
        ("openai:gpt-5.2", "sk-openai"),
        ("openai:gpt-5.2@https://api.openai.com/v1", "sk-openai"),
        ("openai:gpt-5.2@https://eu.api.openai.com:443/v1", "sk-openai"),
        ("anthropic:claude-x@https://api.anthropic.com", "sk-anthropic"),
        ("google:gemma", "sk-gemini"),
        ("openai:gpt-5.2@http://api.openai.com/v1", None),
        ("openai:gpt-5.2@https://api.openai.com.example.org/v1", None),
        ("openai:gpt-5.2@https://fakeapi.openai.com/v1", None),
        ("openai:gpt-5.2@https://api.anthropic.com/v1", None),
        ("openai:m@https://LLM.example.org:443/v1", "named"),
        ("openai:m@https://llm.example.org:8443/v1", "other port"),
        ("openai:m@http://[::1]:11434/v1", "of six"),
        ("openai:m@http://llm.example.org:11434/v1", None),
    ],
)
def test_a_providers_key_is_for_its_own_servers_and_a_named_one_for_its_host(
    spec: str, key: str | None
) -> None:
    named = "llm.example.org=named, LLM.example.org:8443=other port, [::1]:11434=of six"
    settings = read_settings(_env_file=None, model_keys=named)
    assert key_for(parse_model(spec), {**SECRETS, **settings.keys_by_host}) == key


async def test_a_server_that_wants_a_key_and_was_sent_none_says_which_setting() -> None:
    async with wire({"error": {"message": "no key"}}, 401) as seen:
        with pytest.raises(JudgePausedError, match=r"sent none \(HTTP 401\).*PAPERBOUT_MODEL_KEYS"):
            await ask(open_judge(f"openai:m@{seen.url}/v1", keys=SECRETS))
        with pytest.raises(JudgePausedError, match=r"its key was refused \(HTTP 401\)"):
            await ask(open_judge(f"openai:m@{seen.url}/v1", keys={seen.place: "wrong"}))


@pytest.mark.parametrize(
    "wrong", ["sk-verysecret", "https://x.org/v1=sk-verysecret", "x.org=", "a.org=k,=sk-v"]
)
def test_a_misspelt_entry_stops_the_start_and_shows_no_key(wrong: str) -> None:
    with pytest.raises(
        SettingsError, match=r"PAPERBOUT_MODEL_KEYS: entry \d isn't HOST\[:PORT\]=KEY"
    ) as caught:
        read_settings(_env_file=None, model_keys=wrong)
    assert "sk-v" not in str(caught.value)


@pytest.mark.parametrize(
    "address", ["http://localhost:99999/v1", "http://localhost:port/v1", "http://:80/v1"]
)
def test_an_address_with_an_impossible_port_is_a_wrong_setting(address: str) -> None:
    with pytest.raises(SettingsError, match="isn't an address"):
        parse_model(f"openai:m@{address}")


async def test_the_doctor_says_who_is_sent_no_key_and_which_key_is_for_nobody() -> None:
    settings = read_settings(
        _env_file=None,
        judges="openai:m@http://localhost:11434/v1,openai:n@https://llm.example.org/v1,offline",
        model_keys="llm.example.org=k,llm.example.com=k",
    )
    found = {one.check: (one.ok, one.detail) for one in await doctor.judges(settings)}
    assert "localhost:11434 is sent no key" in json.dumps(found["judge openai:m@http://localhost:11434/v1"])
    assert found["judge openai:n@https://llm.example.org/v1"] == (True, "can be used")
    assert found["key for llm.example.com"][0] is False
    assert "key for llm.example.org" not in found


def test_the_variables_of_keys_stand_with_their_providers_and_nowhere_in_the_settings() -> None:
    declared = [variable for provider in providers().values() for variable in provider.keys]
    fields = {field.alias: field for field in Settings.model_fields.values()}
    assert declared
    for variable in declared:
        assert "own servers only" in str(fields[variable].description)
        assert read_settings(_env_file=None, **{variable: "k"}).keys == {variable: "k"}
    written = "".join(path.read_text() for path in Path(variables.__file__).parent.glob("*.py"))
    assert [variable for variable in declared if variable in written] == []
