"""HTML pages of the installation."""

from collections.abc import Collection, Mapping
from html import escape

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>body{{font:16px/1.5 sans-serif;max-width:42rem;margin:3rem auto;padding:0 1rem;color:#1d1c1d}}
a.go{{display:inline-block;padding:.6rem 1rem;border-radius:.4rem;background:#2b3a55;color:#fff;text-decoration:none}}
a.go.less{{background:#fff;color:#2b3a55;border:1px solid #2b3a55}}td{{vertical-align:top;padding:.1rem .6rem .1rem 0}}
</style></head><body><h1>{title}</h1>{body}</body></html>"""

_FAILURES = {
    "access_denied": "Nothing was installed: the request was declined at Slack.",
    "invalid_browser": "You began this installation in another browser, or cookies are off. Please start again here.",
    "invalid_state": "That took longer than ten minutes, or the page was loaded twice. Please start again.",
    "missing_code": "Slack sent no code along. Please start again.",
    "invalid_code": "Slack refused its own code. Please start again; if it happens again, check the client secret.",
    "unreachable": "Slack couldn't be asked for the token. The log says why. Please start again in a minute.",
    "storage_error": "The installation couldn't be saved. The log says why.",
}


def start_page(address: str, scopes: Mapping[str, str], optional: Collection[str]) -> str:
    """Return the page that starts an installation, listing each scope with its reason."""
    rows = "".join(
        f"<tr><td><code>{scope}</code></td><td>{why}</td><td>{'optional' if scope in optional else ''}</td></tr>"
        for scope, why in scopes.items()
    )
    return _PAGE.format(
        title="Paperbout",
        body=f'<p>Ranks research papers with your team.</p><p><a class="go" href="{escape(address)}">Add to Slack</a></p>'
        "<p>Slack lets you decline what is optional. Without reading channels, papers come by mention, command, "
        "message shortcut or direct message only.</p>"
        f"<h2>What it asks for</h2><table>{rows}</table>",
    )


def installed_page(team: str | None, where: str, command: str) -> str:
    """Return the page after a successful installation; `where` opens the app in Slack."""
    body = (
        f"<p>Paperbout is installed in {escape(team or 'your workspace')}.</p>"
        f'<p><a class="go" href="slack://app?{where}">Open Slack</a></p>'
        f"<p>Invite it to a channel, paste a link to a paper, and ask <code>{escape(command)}</code>.</p>"
    )
    return _PAGE.format(title="Installed", body=body)


def not_installed(reason: str, again: str) -> str:
    """Return the page that explains a failed installation.

    `reason` is Bolt's or Slack's code, `again` the URL to start over.
    """
    reason_text = _FAILURES.get(reason, f"Slack says: {escape(reason)}.")
    return _PAGE.format(
        title="Not installed", body=f'<p>{reason_text}</p><p><a class="go" href="{again}">Start again</a></p>'
    )
