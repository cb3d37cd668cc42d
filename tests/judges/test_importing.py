"""What importing the judging room costs: no HTTP client before a judge is named."""

import subprocess
import sys

HEAVY = ("aiohttp", "genai_prices", "tiktoken", "pydantic", "numpy")


def test_the_judging_room_imports_no_http_client_before_a_judge_is_named() -> None:
    script = (
        "import sys, bot.judges, bot.judges.factory, bot.judges.offline_judge\n"
        "import bot.matches.assignment, bot.judges.prompts\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
