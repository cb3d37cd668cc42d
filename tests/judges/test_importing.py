"""What importing the judging room costs: no client library before a judge is named."""

import subprocess
import sys

import pytest

from bot.judges.factory import open_judge
from storage.errors import SettingsError

HEAVY = ("pydantic_ai", "openai", "anthropic", "google", "genai_prices", "httpx2", "pydantic", "numpy")


def test_the_judging_room_imports_no_client_library_before_a_judge_is_named() -> None:
    script = (
        "import sys, bot.judges, bot.judges.factory, bot.judges.offline_judge\n"
        "import bot.matches.assignment, bot.judges.prompts\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_an_openai_judge_imports_neither_of_the_extras() -> None:
    script = (
        "import sys\nfrom bot.judges.factory import open_judge\n"
        "open_judge('openai:m@http://127.0.0.1:9/v1', keys={})\n"
        "print([name for name in ('anthropic', 'google.genai') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("module", "spec", "extra"),
    [
        ("anthropic", "anthropic:claude-opus-4-6", "anthropic"),
        ("google.genai", "google:gemini-3.1-pro-preview", "google"),
    ],
)
def test_a_missing_package_says_what_to_install(
    module: str, spec: str, extra: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in sys.modules if name.startswith(f"pydantic_ai.models.{extra}")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(SettingsError, match=rf"pip install 'paperbout\[{extra}\]'"):
        open_judge(spec, keys={"ANTHROPIC_API_KEY": "k", "GEMINI_API_KEY": "k"})
