"""All providers of models, one module each; adding a module adds a provider."""

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from bot.judges.llm.provider import Provider


@cache
def providers() -> Mapping[str, Provider]:
    """Return all providers by their name in settings."""
    modules = [import_module(f"{__name__}.{module_info.name}") for module_info in iter_modules(__path__)]
    declarations: list[Provider] = [module.PROVIDER for module in modules]
    return {provider.name: provider for provider in sorted(declarations, key=lambda one: one.name)}


def judge_forms() -> str:
    """Return the sentence on how judges are named in settings."""
    names = ", ".join(providers())
    return (
        "offline, rubric, recorded:FILE.csv, or provider:model[:effort][@base_url] "
        f"with one of the providers {names}"
    )
