"""The plots of a report, one kind in a file; each function takes numbers and gives a Matplotlib figure."""

from classification_lab.pipelines.evaluation.figures.class_scores import draw_class_scores
from classification_lab.pipelines.evaluation.figures.confident_mistakes import draw_confident_mistakes
from classification_lab.pipelines.evaluation.figures.confusion_matrix import draw_confusion_matrix
from classification_lab.pipelines.evaluation.figures.learning_curves import draw_learning_curves
from classification_lab.pipelines.evaluation.figures.reliability import draw_reliability
from classification_lab.pipelines.evaluation.figures.roc_curves import draw_roc_curves
from classification_lab.pipelines.evaluation.figures.search_coordinates import draw_search_coordinates
from classification_lab.pipelines.evaluation.figures.search_history import draw_search_history
from classification_lab.pipelines.evaluation.figures.search_importances import draw_search_importances

__all__ = [
    "draw_class_scores",
    "draw_confident_mistakes",
    "draw_confusion_matrix",
    "draw_learning_curves",
    "draw_reliability",
    "draw_roc_curves",
    "draw_search_coordinates",
    "draw_search_history",
    "draw_search_importances",
]
