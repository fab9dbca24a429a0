"""Stage: tuning."""

from classification_lab.pipelines.tuning.pipeline import create_pipeline

__all__ = ["create_pipeline"]
