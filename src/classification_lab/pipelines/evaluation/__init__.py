"""Stage: evaluation."""

from classification_lab.pipelines.evaluation.pipeline import create_pipeline, create_search_report

__all__ = ["create_pipeline", "create_search_report"]
