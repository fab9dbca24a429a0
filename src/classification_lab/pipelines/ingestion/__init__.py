"""Ingestion: published files become validated, labelled examples."""

from classification_lab.pipelines.ingestion.pipeline import create_pipeline

__all__ = ["create_pipeline"]
