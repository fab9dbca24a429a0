"""Stage: training."""

from classification_lab.pipelines.training.pipeline import create_pipeline

__all__ = ["create_pipeline"]
