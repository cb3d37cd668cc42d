"""Settings for the keys of model providers, one for each variable that a provider declares."""

from typing import TYPE_CHECKING, Any

from pydantic import Field, SecretStr, create_model
from pydantic_settings import BaseSettings

from bot.judges.llm.providers import providers

KEY_FIELDS = {
    variable.lower(): (variable, provider.name)
    for provider in providers().values()
    for variable in provider.keys
}
"""By field of the settings: the variable and the provider whose key it holds."""

if TYPE_CHECKING:
    ProviderKeys = BaseSettings
else:
    _FIELDS: dict[str, Any] = {
        field: (
            SecretStr | None,
            Field(
                None, alias=variable, description=f"Key of {name}, sent to that provider's own servers only"
            ),
        )
        for field, (variable, name) in KEY_FIELDS.items()
    }
    ProviderKeys = create_model("ProviderKeys", __base__=BaseSettings, **_FIELDS)
