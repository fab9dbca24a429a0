"""Classifiers of every family, behind one contract: ``fit``, ``predict_proba``, ``classes_``, ``save``, ``load``."""

from classification_lab.models.estimator import EstimatorParameters, build_estimator, load_estimator

__all__ = ["EstimatorParameters", "build_estimator", "load_estimator"]
