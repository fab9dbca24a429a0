"""Fitted model, test data → predictions, scores, plots and a model card; search → plots of the search."""

from kedro.pipeline import Pipeline, node

from classification_lab.pipelines.evaluation import nodes
from classification_lab.pipelines.evaluation.model_card import PLOTS


def create_pipeline() -> Pipeline:
    """Score an experiment's model on train, validation and test, and write a report.

    The catalog has to give the plots back as the bytes of a PNG file: the model card embeds them.
    """
    return Pipeline(
        [
            node(nodes.predict, ["model", "train", "test", "splits"], "predictions", name="predict"),
            node(
                nodes.score,
                ["predictions", "test", "params:final_fit", "params:seed"],
                ["metrics", "per_class"],
                name="score",
            ),
            node(nodes.plot_learning_curves, "history", "learning_curves", name="plot_learning_curves"),
            node(
                nodes.plot_confusion_matrix,
                ["predictions", "test"],
                "confusion_matrix",
                name="plot_confusion_matrix",
            ),
            node(nodes.plot_roc_curves, ["predictions", "test"], "roc_curves", name="plot_roc_curves"),
            node(nodes.plot_class_scores, "per_class", "class_scores", name="plot_class_scores"),
            node(nodes.plot_reliability, "predictions", "reliability", name="plot_reliability"),
            node(
                nodes.plot_confident_mistakes,
                ["predictions", "test"],
                "confident_mistakes",
                name="plot_confident_mistakes",
            ),
            node(
                nodes.write_model_card,
                [
                    "metrics",
                    "per_class",
                    "predictions",
                    "test",
                    "data_report",
                    "params:estimator",
                    "best_hyperparameters",
                    "params:model_card",
                    "params:final_fit",
                    *PLOTS,
                ],
                ["model_card", "model_card_html"],
                name="write_model_card",
            ),
        ]
    )


def create_search_report() -> Pipeline:
    """Draw an experiment's hyper-parameter search; only for experiments that search."""
    return Pipeline(
        [
            node(nodes.plot_search_history, "study", "search_history", name="plot_search_history"),
            node(nodes.plot_search_importances, "study", "search_importances", name="plot_search_importances"),
            node(nodes.plot_search_coordinates, "study", "search_coordinates", name="plot_search_coordinates"),
        ]
    )
