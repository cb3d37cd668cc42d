"""Reads the settings, and lists them for the docs."""

from pydantic import ValidationError
from pydantic.fields import FieldInfo

from bot.settings.variables import Settings
from storage.errors import SettingsError


def read_settings(**overrides: object) -> Settings:
    """Read all settings. Raises one `SettingsError` that names all problems."""
    try:
        return Settings(**overrides)  # type: ignore[arg-type]  # pydantic checks each value
    except ValidationError as error:
        lines = []
        for problem in error.errors():
            name = str(problem["loc"][0]) if problem["loc"] else "settings"
            field = Settings.model_fields.get(name)
            variable = field.alias if field is not None and field.alias else name
            message = problem["msg"].removeprefix("Value error, ")
            got = f" (got {str(problem.get('input'))[:60]!r})" if field and not _is_secret(field) else ""
            lines.append(f"- {variable}: {message}{got}" if problem["loc"] else f"- {message}")
        raise SettingsError("These settings can't be used:\n" + "\n".join(lines)) from error


def _is_secret(field: FieldInfo) -> bool:
    return "SecretStr" in str(field.annotation)


def settings_table() -> str:
    """Return the table of settings in Markdown, for docs/settings.md."""
    rows = ["| variable | default | meaning |", "| --- | --- | --- |"]
    for field in Settings.model_fields.values():
        default = field.default
        if isinstance(default, (tuple, frozenset)):
            value = ",".join(sorted(default))
        else:
            value = "" if default is None else str(default)
        rows.append(f"| `{field.alias}` | {f'`{value}`' if value else ''} | {field.description} |")
    return "\n".join(rows)
