from pathlib import Path

import numpy as np
import pytest
from sklearn.base import clone

from classification_lab.checkpoint import Checkpoint
from classification_lab.labelled import LabelledImages
from classification_lab.models import EstimatorParameters, build_estimator, load_estimator
from classification_lab.models.image_classifier import ImageClassifier


@pytest.fixture(scope="module")
def images(train_images: LabelledImages) -> LabelledImages:
    return train_images


def build(parameters: EstimatorParameters, images: LabelledImages, **values: object) -> ImageClassifier:
    named = {name.replace("__", "."): value for name, value in values.items()}
    return build_estimator(parameters.with_values(named), images.class_names, seed=1)


def test_learns_and_gives_probabilities(estimator_parameters: EstimatorParameters, images: LabelledImages) -> None:
    classifier = build(estimator_parameters, images, training__epochs=12)
    classifier.fit(images.images, images.labels)
    probabilities = classifier.predict_proba(images.images)
    assert probabilities.shape == (len(images), 10)
    assert probabilities.dtype == np.float32
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, atol=1e-5)
    assert classifier.score(images.images, images.labels) > 0.6


def test_repeats_bit_by_bit_with_the_seed(estimator_parameters: EstimatorParameters, images: LabelledImages) -> None:
    first, second = (build(estimator_parameters, images).fit(images.images, images.labels) for _ in range(2))
    np.testing.assert_array_equal(first.predict_proba(images.images), second.predict_proba(images.images))
    assert [line["loss"] for line in first.history_] == [line["loss"] for line in second.history_]


def test_flip_averaging_makes_an_image_and_its_mirror_image_alike(
    estimator_parameters: EstimatorParameters, images: LabelledImages
) -> None:
    classifier = build(estimator_parameters, images).fit(images.images, images.labels)
    straight, mirrored = images.images[:20], images.images[:20, :, ::-1]
    np.testing.assert_allclose(classifier.predict_proba(straight), classifier.predict_proba(mirrored), atol=1e-5)


def test_few_and_many_images_get_the_same_predictions(
    estimator_parameters: EstimatorParameters, images: LabelledImages
) -> None:
    classifier = build(estimator_parameters, images).fit(images.images, images.labels)
    many = classifier.predict_proba(images.images)
    np.testing.assert_allclose(classifier.predict_proba(images.images[:7]), many[:7], atol=1e-5)


def test_saved_and_loaded_it_predicts_the_same(
    estimator_parameters: EstimatorParameters, images: LabelledImages, tmp_path: Path
) -> None:
    classifier = build(estimator_parameters, images).fit(images.images, images.labels)
    classifier.save(tmp_path / "model")
    loaded = load_estimator(tmp_path / "model")
    np.testing.assert_array_equal(loaded.predict_proba(images.images), classifier.predict_proba(images.images))
    assert loaded.get_params() == classifier.get_params()


def test_clones_like_any_scikit_learn_estimator(
    estimator_parameters: EstimatorParameters, images: LabelledImages
) -> None:
    classifier = build(estimator_parameters, images)
    copy = clone(classifier)
    assert copy is not classifier
    assert copy.get_params() == classifier.get_params()


@pytest.mark.parametrize(("optimizer", "interrupted_after"), [("muon", 1), ("adamw", 2), ("sgd", 3)])
def test_an_interrupted_training_continues_to_the_same_result(
    estimator_parameters: EstimatorParameters,
    images: LabelledImages,
    tmp_path: Path,
    optimizer: str,
    interrupted_after: int,
) -> None:
    held_out = images.images[:50], images.labels[:50]
    classifier = build(estimator_parameters, images, optimizer__name=optimizer, training__early_stopping_patience=2)
    undisturbed = clone(classifier).fit(images.images[50:], images.labels[50:], validation_data=held_out)

    class Killed(BaseException):
        pass

    def kill(line: dict[str, float]) -> None:
        if line["epoch"] == interrupted_after:
            raise Killed

    checkpoint = Checkpoint(tmp_path / "state.npz")
    with pytest.raises(Killed):
        clone(classifier).fit(images.images[50:], images.labels[50:], held_out, checkpoint, kill)
    epochs: list[float] = []
    continued = clone(classifier).fit(
        images.images[50:], images.labels[50:], held_out, checkpoint, lambda line: epochs.append(line["epoch"])
    )
    assert epochs[0] == interrupted_after + 1
    np.testing.assert_array_equal(continued.predict_proba(images.images), undisturbed.predict_proba(images.images))
    assert [line["loss"] for line in continued.history_] == [line["loss"] for line in undisturbed.history_]
    assert not (tmp_path / "state.npz").exists()


def test_the_checkpoint_of_another_training_is_not_continued(
    estimator_parameters: EstimatorParameters, images: LabelledImages, tmp_path: Path
) -> None:
    checkpoint = Checkpoint(tmp_path / "state.npz")

    def kill(_: dict[str, float]) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build(estimator_parameters, images).fit(images.images, images.labels, None, checkpoint, kill)
    other = build(estimator_parameters, images, optimizer__learning_rate=0.03)
    other.fit(images.images, images.labels, checkpoint=checkpoint)
    assert [line["epoch"] for line in other.history_] == [1, 2, 3, 4]


def test_early_stopping_brings_the_best_weights_back(
    estimator_parameters: EstimatorParameters, images: LabelledImages
) -> None:
    held_out = images.images[:100], images.labels[:100]
    classifier = build(
        estimator_parameters,
        images,
        training__epochs=30,
        training__early_stopping_patience=2,
        optimizer__schedule="constant",
        optimizer__learning_rate=0.1,
        flip_averaging=False,
    )
    classifier.fit(images.images[100:], images.labels[100:], validation_data=held_out)
    losses = [line["validation_loss"] for line in classifier.history_]
    assert len(losses) < 30
    assert losses.index(min(losses)) == len(losses) - 3
    chosen = classifier.predict_proba(held_out[0])[np.arange(100), held_out[1]]
    assert -np.log(chosen.astype(float)).mean() == pytest.approx(min(losses), abs=1e-3)


@pytest.mark.parametrize("precision", ["mixed_bfloat16", "mixed_float16"])
def test_lower_precisions_train(
    estimator_parameters: EstimatorParameters, images: LabelledImages, precision: str
) -> None:
    classifier = build(estimator_parameters, images, training__precision=precision, training__epochs=2)
    classifier.fit(images.images, images.labels)
    assert np.isfinite(classifier.history_[-1]["loss"])
    assert classifier.predict_proba(images.images[:3]).dtype == np.float32


def test_wrong_examples_are_refused_before_training(
    estimator_parameters: EstimatorParameters, images: LabelledImages
) -> None:
    classifier = build(estimator_parameters, images)
    with pytest.raises(ValueError, match="uint8"):
        classifier.fit(images.images / 255, images.labels)
    with pytest.raises(ValueError, match="as many labels"):
        classifier.fit(images.images, images.labels[:-1])
    with pytest.raises(ValueError, match=r"0…9, found 0…10"):
        classifier.fit(images.images[:11], np.arange(11))
    patient = build(estimator_parameters, images, training__early_stopping_patience=2)
    with pytest.raises(ValueError, match="final_fit"):
        patient.fit(images.images, images.labels)
