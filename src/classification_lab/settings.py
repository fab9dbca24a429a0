"""Kedro's project settings."""

from classification_lab.hooks import HOOKS  # noqa: F401 (Kedro reads it here)

CONFIG_LOADER_ARGS = {
    "base_env": "base",
    "default_run_env": "local",
    # Environments add to base key by key instead of replacing whole top-level entries.
    "merge_strategy": {"parameters": "soft", "catalog": "soft", "globals": "soft", "mlflow": "soft"},
    "config_patterns": {"mlflow": ["mlflow*"]},
}
