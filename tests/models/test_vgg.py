import pytest

from classification_lab.models.vgg import VggParameters, build_vgg


def parameters(**changes: object) -> VggParameters:
    plain = {"stackwise_num_filters": (8, 16), "stackwise_num_repeats": (2, 2), "dense_width": 32}
    return VggParameters(**{**plain, **changes})


def layer_names(**changes: object) -> list[str]:
    network = build_vgg(parameters(**changes), (28, 28), 10, "float32", seed=1)
    return [layer.name for layer in network.layers]


def test_the_plain_network_is_convolutions_pooling_and_dropout() -> None:
    names = layer_names(block_dropout=0.25, dense_dropout=0.5)
    assert [name for name in names if "block1" in name] == [
        "block1_conv1",
        "block1_conv2",
        "block1_pool",
        "block1_dropout",
    ]
    assert names[-4:] == ["flatten", "dense", "dense_dropout", "logits"]


def test_batch_norm_stands_between_pooling_and_activation() -> None:
    names = [name for name in layer_names(batch_norm=True) if "block2" in name]
    assert names == ["block2_conv1", "block2_conv2", "block2_pool", "block2_norm", "block2_relu"]


def test_parameter_count_is_that_of_the_formula() -> None:
    network = build_vgg(parameters(), (28, 28), 10, "float32", seed=1)
    convolutions = 9 * (1 * 8 + 8 * 8 + 8 * 16 + 16 * 16) + 8 + 8 + 16 + 16
    dense = 7 * 7 * 16 * 32 + 32 + 32 * 10 + 10
    assert network.count_params() == convolutions + dense


def test_colour_images_have_their_own_shape() -> None:
    assert build_vgg(parameters(), (32, 24, 3), 4, "float32", seed=1).output_shape == (None, 4)


def test_images_too_small_for_the_blocks_are_refused() -> None:
    with pytest.raises(ValueError, match="3 blocks halve the image 3 times: 6×6"):
        build_vgg(
            parameters(stackwise_num_filters=(2, 2, 2), stackwise_num_repeats=(1, 1, 1)), (6, 6), 2, "float32", seed=1
        )
