import numpy as np
import pytest

from classification_lab.models.augmentation import AugmentationParameters, augment


@pytest.fixture
def batch() -> np.ndarray:
    return np.random.default_rng(0).integers(1, 256, (40, 28, 28), dtype=np.uint8)


ROWS = np.arange(40)


def test_nothing_changes_without_transformations(batch: np.ndarray) -> None:
    assert augment(batch, ROWS, 0, 1, AugmentationParameters()) is batch


@pytest.mark.parametrize(
    "strength",
    [{"translation": 3}, {"flip": "random"}, {"flip": "alternating"}, {"cutout": 8}, {"rotation": 10}, {"zoom": 0.1}],
    ids=lambda strength: next(iter(strength)),
)
@pytest.mark.parametrize("shape", [(40, 28, 28), (40, 32, 24, 3)], ids=["grey", "colour"])
def test_keeps_shape_and_input_and_repeats_with_the_seed(strength: dict, shape: tuple[int, ...]) -> None:
    images = np.random.default_rng(0).integers(1, 256, shape, dtype=np.uint8)
    before = images.copy()
    parameters = AugmentationParameters(**strength)
    first = augment(images, ROWS, epoch=3, seed=1, parameters=parameters)
    assert first.shape == shape
    assert first.dtype == np.uint8
    np.testing.assert_array_equal(images, before)
    assert (first != images).any()
    np.testing.assert_array_equal(first, augment(images, ROWS, epoch=3, seed=1, parameters=parameters))
    assert (first != augment(images, ROWS, epoch=4, seed=1, parameters=parameters)).any()


def test_translation_moves_whole_images_by_at_most_its_strength(batch: np.ndarray) -> None:
    moved = augment(batch, ROWS, 0, 1, AugmentationParameters(translation=2))
    padded = np.pad(batch, [(0, 0), (2, 2), (2, 2)])
    shifts = set()
    for index in range(len(batch)):
        found = [
            (down, right)
            for down in range(5)
            for right in range(5)
            if (padded[index, down : down + 28, right : right + 28] == moved[index]).all()
        ]
        assert len(found) == 1
        shifts.update(found)
    assert len(shifts) > 10


def test_alternating_flip_shows_each_image_and_its_mirror_image_in_turn(batch: np.ndarray) -> None:
    parameters = AugmentationParameters(flip="alternating")
    even, odd = (augment(batch, ROWS, epoch, 1, parameters) for epoch in (0, 1))
    np.testing.assert_array_equal(even, odd[:, :, ::-1])
    mirrored = (even != batch).any(axis=(1, 2)).mean()
    assert 0.25 < mirrored < 0.75


def test_cutout_blanks_one_square(batch: np.ndarray) -> None:
    cut = augment(batch, ROWS, 0, 1, AugmentationParameters(cutout=8))
    np.testing.assert_array_equal((cut == 0).sum(axis=(1, 2)), np.full(40, 64))


def test_rotation_and_zoom_keep_the_centre() -> None:
    square = np.zeros((40, 29, 29), np.uint8)
    square[:, 11:18, 11:18] = 200
    turned = augment(square, ROWS, 0, 1, AugmentationParameters(rotation=30, zoom=0.2))
    assert (turned[:, 14, 14] == 200).all()
    assert (turned[:, 0, 0] == 0).all()


@pytest.mark.parametrize("wrong", [{"translation": -1}, {"zoom": 1.5}, {"flip": "vertical"}, {"colour": 1}])
def test_impossible_strengths_are_refused(wrong: dict) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        AugmentationParameters(**wrong)
