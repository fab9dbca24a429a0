import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from classification_lab.labelled import LabelledImages
from classification_lab.pipelines.evaluation import figures, nodes
from classification_lab.pipelines.evaluation.calibration import measure_reliability
from classification_lab.pipelines.evaluation.outcomes import Outcome
from classification_lab.pipelines.evaluation.scores import confusion_of


def assert_nothing_is_cut_off(figure):
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    drawn = figure.get_tightbbox(canvas.get_renderer())
    width, height = figure.get_size_inches()
    assert drawn.x0 >= 0
    assert drawn.y0 >= 0
    assert drawn.x1 <= width
    assert drawn.y1 <= height
    assert width * figure.dpi <= 1800


def words(figure) -> str:
    from matplotlib.text import Text

    return "\n".join(text.get_text() for text in figure.findobj(Text))


@pytest.fixture(params=[10, 46])
def many(request, outcome, images):
    names = ("Ankle boot", "price $5 to $6", "a_name with <marks> & a great many words in it")
    class_names = tuple(f"{names[i % 3]} {i}" for i in range(request.param))
    given = outcome(request.param, 1200, skill=2.5)
    return given, images(given, class_names)


def test_plots_of_the_test_set(many):
    given, data = many
    for figure in (
        figures.draw_confusion_matrix(confusion_of(given), data.class_names),
        figures.draw_roc_curves(given, data.class_names),
        figures.draw_confident_mistakes(given, data),
        figures.draw_reliability(measure_reliability(given)),
    ):
        assert_nothing_is_cut_off(figure)


def test_class_scores(many):
    given, data = many
    per_class = nodes._per_class("test", data.class_names, confusion_of(given), np.zeros(len(data.class_names)))
    figure = figures.draw_class_scores(per_class)
    assert_nothing_is_cut_off(figure)
    assert all(f"{value:.3f}" in words(figure) for value in per_class["f1"])


def test_confusion_matrix_writes_counts_and_rates():
    figure = figures.draw_confusion_matrix(np.array([[30, 10], [5, 15]]), ("cat", "dog"))
    assert_nothing_is_cut_off(figure)
    assert {"30", "75.0%", "10", "25.0%", "5", "15", "cat", "dog"} <= set(words(figure).split("\n"))


def test_confusion_matrix_survives_a_class_without_examples():
    assert_nothing_is_cut_off(figures.draw_confusion_matrix(np.array([[3, 0], [0, 0]]), ("cat", "dog")))


def history(n: int, validated: bool) -> pd.DataFrame:
    epochs = np.arange(1, n + 1)
    frame = pd.DataFrame({"epoch": epochs, "loss": 1 / epochs, "accuracy": 1 - 0.5 / epochs})
    if validated:
        frame["validation_loss"], frame["validation_accuracy"] = 1.2 / epochs, 0.95 - 0.5 / epochs
    return frame


@pytest.mark.parametrize("n", [1, 12])
def test_learning_curves_draw_validation_where_there_is_some(n):
    with_validation, without = (figures.draw_learning_curves(history(n, held_out)) for held_out in (True, False))
    assert [len(axes.lines) for axes in with_validation.axes] == [2, 2]
    assert [len(axes.lines) for axes in without.axes] == [1, 1]
    assert "Nothing was held out" in words(without)
    assert_nothing_is_cut_off(with_validation)
    assert_nothing_is_cut_off(without)


def test_no_epochs_no_curve():
    figure = figures.draw_learning_curves(pd.DataFrame())
    assert "not trained in epochs" in words(figure)
    assert_nothing_is_cut_off(figure)


def test_mistakes_stand_in_order_of_confidence_with_their_own_image():
    probabilities = np.array([[0.9, 0.1], [0.2, 0.8], [0.4, 0.6], [0.3, 0.7]], dtype=np.float32)
    rows = np.array([3, 2, 1, 0])
    given = Outcome(rows, np.array([0, 0, 0, 1]), np.array([0, 1, 1, 1]), probabilities)
    pixels = np.arange(4, dtype=np.uint8)[:, None, None] * np.ones((1, 2, 2), np.uint8)
    figure = figures.draw_confident_mistakes(given, LabelledImages(pixels, given.labels, ("cat", "dog")))
    shown = [axes.images[0].get_array()[0, 0] for axes in figure.axes if axes.images]
    assert shown == [2, 1]
    assert "dog\n80.0%" in words(figure)


def test_no_mistake_and_colour_images():
    right = Outcome(np.arange(2), np.array([0, 1]), np.array([0, 1]), np.eye(2, dtype=np.float32))
    data = LabelledImages(np.zeros((2, 4, 4, 3), np.uint8), right.labels, ("cat", "dog"))
    assert "None of the 2 test examples is wrong" in words(figures.draw_confident_mistakes(right, data))
    wrong = Outcome(np.arange(2), np.array([1, 0]), right.predicted, right.probabilities)
    assert_nothing_is_cut_off(figures.draw_confident_mistakes(wrong, data))


def test_roc_of_one_class_says_why_it_is_empty():
    one = Outcome(np.arange(2), np.array([0, 0]), np.array([0, 1]), np.eye(2, dtype=np.float32))
    assert "All test examples are of one class" in words(figures.draw_roc_curves(one, ("cat", "dog")))
