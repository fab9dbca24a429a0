"""One page about a model: what it learnt from, how good it is, what it is not good for."""

import base64
from collections.abc import Mapping
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import Field

from classification_lab.parameters import FinalFit, Parameters
from classification_lab.pipelines.evaluation import card_tables
from classification_lab.pipelines.evaluation.limits import name_confusions, state_limits
from classification_lab.pipelines.evaluation.outcomes import Outcome
from classification_lab.pipelines.evaluation.scores import confusion_of

if TYPE_CHECKING:
    import jinja2
    import pandas as pd

PLOTS = {
    "confusion_matrix": "Confusion matrix",
    "class_scores": "Precision, recall and F1 of each class",
    "learning_curves": "Accuracy and loss against the epoch",
    "roc_curves": "ROC curves, each class against the rest",
    "reliability": "Accuracy against confidence",
    "confident_mistakes": "The most confident mistakes",
}

_SCORES = {
    "Accuracy": "accuracy",
    "Macro-F1": "f1_macro",
    "Macro precision": "precision_macro",
    "Macro recall": "recall_macro",
    "Macro specificity": "specificity_macro",
    "Weighted F1": "f1_weighted",
    "Macro ROC AUC": "roc_auc_macro",
    "Log loss": "log_loss",
    "Calibration error (ECE)": "ece",
}


class CardParameters(Parameters):
    """What only a person can say about a model.

    Attributes:
        title: Data and kind of model, in a few words.
        summary: What the model does and what it was made for; Markdown.
        registered_name: In the model registry.
    """

    title: str = Field(min_length=1)
    summary: str = Field(min_length=1)
    registered_name: str = Field(min_length=1)


def render_markdown(
    card: CardParameters,
    metrics: Mapping[str, float],
    per_class: "pd.DataFrame",
    outcome: Outcome,
    sizes: Mapping[str, int],
    class_names: tuple[str, ...],
    data_report: Mapping[str, Any],
    estimator: Any,
    best_hyperparameters: Mapping[str, Any],
    final_fit: FinalFit,
) -> str:
    """Write the card in Markdown; plots are linked by file name.

    Args:
        card: What a person says.
        metrics: Flat, ``test_accuracy``, ….
        per_class: A row per split and class.
        outcome: Test rows.
        sizes: Number of examples by split.
        class_names: In the order of the class indices.
        data_report: What ingestion found; any keys.
        estimator: Configured parameters, a mapping or a Pydantic model.
        best_hyperparameters: What the search chose: ``values`` by dotted name, and how it came to them.
        final_fit: What the final model was fitted on.
    """
    confusion = confusion_of(outcome)
    return (
        _environment()
        .get_template("model_card.md.j2")
        .render(
            card=card,
            metrics=metrics,
            sizes=sizes,
            final_fit=final_fit,
            class_names=class_names,
            class_counts=card_tables.class_counts(data_report),
            data_facts=card_tables.data_facts(data_report),
            parameters=card_tables.parameter_rows(estimator, best_hyperparameters.get("values", {})),
            search=card_tables.describe_search(best_hyperparameters),
            scored=card_tables.column_titles(metrics, final_fit),
            score_names=_SCORES.items(),
            with_interval=partial(card_tables.with_interval, metrics),
            classes=per_class.loc[per_class["split"] == "test"].to_dict("records"),
            confusions=name_confusions(confusion, class_names),
            limits=state_limits(metrics, outcome, class_names, data_report),
            plots=PLOTS,
            number=card_tables.number,
            points=card_tables.points,
        )
    )


def render_html(title: str, markdown: str, plots: Mapping[str, bytes]) -> str:
    """Turn a card into one self-contained HTML file.

    Args:
        title: Of the window.
        markdown: What `render_markdown` gave.
        plots: PNG files by name; the links ``name.png`` of the card are replaced by them.
    """
    from markdown_it import MarkdownIt
    from markupsafe import Markup

    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = parser.parse(markdown)
    for token in (child for block in tokens for child in block.children or [] if child.type == "image"):
        name = str(token.attrs["src"]).removesuffix(".png")
        if name in plots:
            token.attrs["src"] = f"data:image/png;base64,{base64.b64encode(plots[name]).decode('ascii')}"
    body = parser.renderer.render(tokens, parser.options, {})
    template = _environment().get_template("model_card.html.j2")
    return template.render(title=title, body=Markup(body))  # noqa: S704 - the parser escapes raw HTML


@cache
def _environment() -> "jinja2.Environment":
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        autoescape=jinja2.select_autoescape(["html.j2"]),
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
    )
    environment.filters |= {"plain": card_tables.plain, "code": card_tables.code}
    return environment
