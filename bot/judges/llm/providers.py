"""Whose models can be judges and assessors, and how a setting names one."""

PROVIDERS = ("openai", "anthropic", "google")
JUDGE_FORMS = (
    "offline, recorded:FILE.csv, or provider:model[@base_url] with the provider openai, anthropic or google"
)
