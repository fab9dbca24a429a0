"""Stage: preparation."""

from classification_lab.pipelines.preparation.pipeline import create_pipeline

__all__ = ["create_pipeline"]
