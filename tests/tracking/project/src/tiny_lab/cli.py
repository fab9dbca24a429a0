from classification_lab.cli import cli  # noqa: F401
