import base64
import re

import pytest

from classification_lab.pipelines.evaluation.limits import name_confusions, state_limits
from classification_lab.pipelines.evaluation.model_card import PLOTS, CardParameters
from classification_lab.pipelines.evaluation.nodes import score, write_model_card
from classification_lab.pipelines.evaluation.outcomes import outcome_of
from classification_lab.pipelines.evaluation.scores import confusion_of

NAMES = ("T-shirt/top", "Trouser", "a|b *bold* <b>", "__init__", "Bag")
REPORT = {
    "digest": "d1" * 32,
    "image_shape": [28, 28],
    "class_names": list(NAMES),
    "train": {"images": 1000, "digest": "ab" * 32, "class_counts": dict.fromkeys(NAMES, 1234), "duplicate_images": 7},
    "test": {"images": 600, "digest": "cd" * 32, "class_counts": dict.fromkeys(NAMES, 120), "duplicate_images": 0},
    "in_train_and_test": {"images": 3, "with_another_label": 1},
}
BEST = {"study": "study-1", "trial": 4, "values": {"optimizer.learning_rate": 0.0123}, "feasible": True}
ESTIMATOR = {"optimizer": {"name": "muon", "learning_rate": 0.01}, "flip_averaging": True}
CARD = CardParameters(title="Clothes & more, <network>", summary="Tells clothes apart.", registered_name="clothes")


@pytest.fixture
def write(predictions, images, outcome):
    data = images(outcome(5, 600, seed=2), NAMES)

    def write(final_fit="train", report=REPORT, best=BEST, estimator=ESTIMATOR):
        metrics, per_class = score(predictions, data, final_fit, seed=1)
        pictures = [f"picture {name}".encode() for name in PLOTS]
        card = write_model_card(
            metrics, per_class, predictions, data, report, estimator, best, CARD, final_fit, *pictures
        )
        return metrics, *card

    return write


def test_scores_stand_in_both_forms_with_their_intervals(write):
    metrics, markdown, html = write()
    for split in ("train", "validation", "test"):
        for name in ("accuracy", "f1_macro"):
            low, high = metrics[f"{split}_{name}_low"], metrics[f"{split}_{name}_high"]
            cell = f"{metrics[f'{split}_{name}']:.4f} ({low:.4f} to {high:.4f})"
            assert cell in markdown
            assert cell in html
    for name in ("log_loss", "ece", "roc_auc_macro", "specificity_macro"):
        assert f"{metrics[f'test_{name}']:.4f}" in markdown
    assert f"{100 * metrics['overfit_gap']:+.1f} points" in markdown


def test_data_parameters_and_search_stand_in_the_card(write):
    _, markdown, _ = write()
    assert f"`{'ab' * 32}`" in markdown
    assert "| train: duplicate images | 7 |" in markdown
    assert "| Trouser | 1,234 | 120 |" in markdown
    assert "| `optimizer.learning_rate` | `0.0123` | search |" in markdown
    assert "| `optimizer.name` | `muon` | configuration |" in markdown
    assert "study study-1, trial 4, feasible yes" in markdown
    assert "models:/clothes@challenger" in markdown


def test_validation_scores_are_called_what_they_are(write):
    _, apart, _ = write("train")
    _, together, _ = write("train_and_validation")
    assert "fitted on the training examples alone" in apart
    assert "(learnt from)" not in apart
    assert "fitted on the training and the validation examples together" in together
    assert "| validation (learnt from) |" in together


def test_plots_are_linked_by_name_and_embedded(write):
    _, markdown, html = write()
    for name in PLOTS:
        assert f"]({name}.png)" in markdown
        assert base64.b64encode(f"picture {name}".encode()).decode() in html
    assert html.count("<img ") == len(PLOTS)
    assert not re.search(r"""(src|href)=["'](?!data:)""", html)


def test_names_are_text_not_markup(write):
    _, markdown, html = write()
    assert "<b>" not in html
    assert "<title>Clothes &amp; more, &lt;network&gt;</title>" in html
    assert "<td>a|b *bold* &lt;b&gt;</td>" in html
    assert "<td>__init__</td>" in html
    rows = [line for line in markdown.splitlines() if line.startswith("| a\\|b")]
    assert [len(re.findall(r"(?<!\\)\|", row)) - 1 for row in rows] == [3, 7]


def test_an_unknown_report_and_no_search_still_make_a_card(write):
    _, markdown, html = write(report={"texts": 10, "vocabulary": {"words": 500}}, best={}, estimator=CARD)
    assert "| vocabulary: words | 500 |" in markdown
    assert "The search" not in markdown
    assert "`registered_name`" in markdown
    assert "<h2>Limits of use</h2>" in html


def test_limits_follow_from_the_numbers(predictions):
    given = outcome_of(predictions, "test")
    metrics = {"test_f1_macro": 0.99, "test_accuracy": 0.5, "test_ece": 0.3, "overfit_gap": 0.12}
    text = "\n".join(state_limits(metrics, given, NAMES, REPORT))
    assert "one of 5 classes" in text
    assert "Weak classes: " in text
    assert "calibrate them" in text
    assert "points more confident than right" in text
    assert "3 of the 600 test examples (0.50%)" in text
    assert "12.0 points better" in text
    calm = "\n".join(state_limits({"test_f1_macro": 0.1, "test_accuracy": 0.5, "test_ece": 0.01}, given, NAMES, {}))
    assert "taken at their word" in calm
    assert "Weak" not in calm
    assert "over-fits" not in calm
    assert "training set" not in calm


def test_confusions_are_the_most_frequent_mistakes(predictions):
    confusion = confusion_of(outcome_of(predictions, "test"))
    found = name_confusions(confusion, NAMES, most=3)
    mistakes = confusion.copy()
    mistakes[range(5), range(5)] = 0
    assert [pair.times for pair in found] == sorted(mistakes.ravel().tolist(), reverse=True)[:3]
    first = found[0]
    assert confusion[NAMES.index(first.true), NAMES.index(first.predicted)] == first.times
    assert name_confusions(confusion * 0, NAMES) == []
