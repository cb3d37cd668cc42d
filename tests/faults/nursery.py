"""A process that has the program's modules loaded and forks a `paperbout` command for each line it reads.

Starting Python and its imports takes seconds and a kill a moment: forty restarts would be forty starts. The children
run `handlers.cli.main` with a real command line, environment and process of their own.

A line is JSON: {"role", "environment", "log"}. The answer is the child's process id.
"""

import importlib
import json
import os
import signal
import sys


def child(role: str, environment: dict[str, str], log: str) -> None:
    """Become the command; never returns to the caller's loop."""
    out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for source, target in ((nothing, 0), (out, 1), (out, 2)):
        os.dup2(source, target)
    os.environ.update(environment)
    sys.argv = ["paperbout", role]
    code = 1
    try:
        from bot.work import host_turns
        from handlers.cli.main import main
        from handlers.slack.posting import poster

        if (
            "NURSERY_RETRY_S" in os.environ
        ):  # time is controlled: the waits between tries are not what is tested
            poster.RETRY_S = tuple(map(int, os.environ["NURSERY_RETRY_S"].split(",")))
        if "NURSERY_HOLD_S" in os.environ:  # how long a dead process's turn at a source keeps others waiting
            host_turns.HOLD_S = float(os.environ["NURSERY_HOLD_S"])  # type: ignore[misc]  # a copy for this process
        main()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def serve() -> None:
    """Fork until the input ends."""
    for module in (
        "handlers.app",
        "handlers.cli.doctor",
        "bot.judges.llm.providers.openai",
    ):
        importlib.import_module(module)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the killed leave nothing behind
    print("ready", flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        pid = os.fork()
        if pid == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            child(asked["role"], asked["environment"], asked["log"])
        print(pid, flush=True)


if __name__ == "__main__":
    serve()
