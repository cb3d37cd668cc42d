"""Slack's own published types as a witness: what the bot sends, held by the TypeScript compiler against them.

`npm` fetches the newest `@slack/types` and `@slack/web-api`; every block, view, method argument and manifest becomes a
literal of its type, so that an unknown key, a missing one or a value of another kind is an error with its place.
"""

import json
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

Json = dict[str, Any]

PACKAGES: Final = ("@slack/types@latest", "@slack/web-api@latest", "typescript@latest")
NOT_PUBLISHED: Final = frozenset({"data_visualization"})
"""Blocks with a reference page that the published types lack still."""
SCOPES_NOT_PUBLISHED: Final = frozenset({"assistant:write"})
"""Scopes with a reference page that the published types lack still."""
ELSEWHERE: Final = frozenset({"token", "team_id"})
"""Arguments that the Python SDK adds to any call, also where a method's page doesn't name them."""
PLACEHOLDERS: Final[Json] = {
    "attachments": [],
    "blocks": [],
    "view": {"type": "modal", "title": {"type": "plain_text", "text": "-"}, "blocks": []},
}
"""In the place of arguments that are checked by themselves."""
NUMBERS: Final = frozenset({"limit", "length"})
FLAGS: Final = frozenset({"include_all_metadata", "inclusive", "unfurl_links", "unfurl_media"})
_CONFIGURATION: Final = {
    "compilerOptions": {
        "strict": True,
        "noEmit": True,
        "skipLibCheck": True,
        "module": "nodenext",
        "moduleResolution": "nodenext",
        "types": ["node"],
    },
    "files": ["samples.ts"],
}
_HEAD: Final = """\
import type { HomeView, KnownBlock, ModalView } from "@slack/types";
import type { WebClient } from "@slack/web-api";
type Manifest = Parameters<WebClient["apps"]["manifest"]["validate"]>[0]["manifest"];
"""


@dataclass(frozen=True, slots=True)
class Literal:
    """A value, the TypeScript type it must have, and what it is to whoever reads a fault."""

    what: str
    kind: str
    value: Any


class NotToBeHadError(Exception):
    """npm, or what it fetches, isn't to be had here; says which."""


def fetch(folder: Path) -> None:
    """Install the newest types into a folder; raises `NotToBeHadError`."""
    if shutil.which("npm") is None:
        raise NotToBeHadError("npm isn't installed")
    command = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", str(folder)]
    try:
        subprocess.run([*command, *PACKAGES], check=True, capture_output=True, timeout=120)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        raise NotToBeHadError(f"npm can't fetch the types: {error}") from error


def of_message(blocks: Iterable[Json], what: str) -> Iterator[Literal]:
    """A message's blocks, each by itself, so that a fault names its block."""
    for block in blocks:
        if block.get("type") not in NOT_PUBLISHED:
            yield Literal(f"{what} {block.get('type')}", "KnownBlock", block)


def of_view(view: Json) -> Iterator[Literal]:
    """A modal or App Home: its blocks, and itself without them."""
    what = f"view {view.get('callback_id') or view.get('type')}"
    yield from of_message(view.get("blocks") or (), what)
    frame = {key: value for key, value in view.items() if key != "blocks"} | {"blocks": []}
    yield Literal(what, "HomeView" if view.get("type") == "home" else "ModalView", frame)


def of_call(method: str, arguments: Json) -> Literal:
    """A method's arguments, as the client sent them, without what is checked by itself."""
    path = "".join(f'["{part}"]' for part in method.split("."))
    values = {
        name: PLACEHOLDERS.get(name, _typed(name, value))
        for name, value in arguments.items()
        if name not in ELSEWHERE
    }
    return Literal(f"{method} {sorted(values)}", f"NonNullable<Parameters<WebClient{path}>[0]>", values)


def _typed(name: str, value: Any) -> Any:
    """A form's text as what it stands for."""
    if not isinstance(value, str):
        return value
    if name in NUMBERS and value.isdecimal():
        return int(value)
    if name in FLAGS:
        return value in {"1", "true", "True"}
    return json.loads(value) if value[:1] in {"[", "{"} else value


def of_manifest(manifest: Json) -> Literal:
    """An app manifest."""
    scopes = {
        kind: [scope for scope in names if scope not in SCOPES_NOT_PUBLISHED]
        for kind, names in manifest["oauth_config"]["scopes"].items()
    }
    return Literal(
        "manifest", "Manifest", manifest | {"oauth_config": manifest["oauth_config"] | {"scopes": scopes}}
    )


def faults(folder: Path, literals: Iterable[Literal]) -> list[str]:
    """What the compiler says of these values in the folder that holds the types: a line each, none is good."""
    every = list(literals)
    lines = [
        f"export const v{number}: {each.kind} = {json.dumps(each.value, ensure_ascii=True)};"
        for number, each in enumerate(every)
    ]
    (folder / "samples.ts").write_text(_HEAD + "\n".join(lines) + "\n")
    (folder / "tsconfig.json").write_text(json.dumps(_CONFIGURATION))
    compiler = folder / "node_modules" / ".bin" / "tsc"
    ran = subprocess.run(
        [str(compiler), "-p", str(folder), "--pretty", "false"],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    first = _HEAD.count("\n") + 1
    told: list[str] = []
    for line in ran.stdout.splitlines():
        place = re.match(r".*samples\.ts\((\d+),\d+\): (.*)", line)
        if place is None:
            told += [line] if line.startswith("error") else []
        elif int(place[1]) < first:
            told.append(line)
        else:
            told.append(f"{every[int(place[1]) - first].what}: {place[2]}")
    return told or ([] if ran.returncode == 0 else [ran.stdout + ran.stderr])
