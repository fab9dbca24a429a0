"""VGG-like convolutional networks (Simonyan & Zisserman 2015, arXiv 1409.1556) for small images."""

from typing import Any

from pydantic import Field, model_validator

from classification_lab.parameters import Parameters

FIRST_LAYER = "block1_conv1"
LAST_LAYER = "logits"


class VggParameters(Parameters):
    """Blocks of 3×3 convolutions, each ended by 2×2 max-pooling and dropout, then a dense head."""

    stackwise_num_filters: tuple[int, ...] = Field(min_length=1, description="filters of each block's convolutions")
    stackwise_num_repeats: tuple[int, ...] = Field(min_length=1, description="convolutions in each block")
    block_dropout: tuple[float, ...] | float = Field(0.0, description="after each block: one rate, or one per block")
    dense_width: int = Field(gt=0)
    dense_dropout: float = Field(0.0, ge=0, lt=1)
    batch_norm: bool = Field(
        False,
        description="after each block's pooling, before its last activation: cheaper than after every convolution",
    )

    @model_validator(mode="after")
    def _describe_every_block(self) -> "VggParameters":
        blocks = len(self.stackwise_num_filters)
        if len(self.stackwise_num_repeats) != blocks:
            raise ValueError(
                f"stackwise_num_filters names {blocks} blocks, stackwise_num_repeats {len(self.stackwise_num_repeats)}"
            )
        if min(*self.stackwise_num_filters, *self.stackwise_num_repeats) < 1:
            raise ValueError("stackwise_num_filters and stackwise_num_repeats must be at least 1")
        if isinstance(self.block_dropout, tuple) and len(self.block_dropout) != blocks:
            raise ValueError(f"block_dropout names {len(self.block_dropout)} rates for {blocks} blocks")
        if not all(0 <= rate < 1 for rate in self.dropout_by_block):
            raise ValueError("block_dropout must lie in [0, 1)")
        return self

    @property
    def dropout_by_block(self) -> tuple[float, ...]:
        """One dropout rate for each block."""
        if isinstance(self.block_dropout, tuple):
            return self.block_dropout
        return (self.block_dropout,) * len(self.stackwise_num_filters)


def build_vgg(
    parameters: VggParameters, image_shape: tuple[int, ...], n_classes: int, precision: str, seed: int
) -> Any:
    """Build the network from raw pixels to logits; normalisation is its first layer.

    Args:
        parameters: Shape of the network.
        image_shape: (H, W) for grey or (H, W, C) for colour images.
        n_classes: Width of the output.
        precision: Keras dtype policy of every layer but the last, which is float32.
        seed: Seed of initialisation and dropout.

    Returns:
        ``keras.Model``: uint8 (N, *image_shape) → float32 logits (N, n_classes).

    Raises:
        ValueError: If an image is too small for so many poolings.
    """
    import keras
    from keras import layers

    blocks = len(parameters.stackwise_num_filters)
    if min(image_shape[:2]) < 2**blocks:
        raise ValueError(
            f"{blocks} blocks halve the image {blocks} times: {image_shape[0]}×{image_shape[1]} pixels are too few. "
            "Use fewer entries in stackwise_num_filters."
        )
    seeds = iter(range(seed, seed + 10_000))

    def convolution(filters: int, name: str, **options: Any) -> Any:
        initializer = keras.initializers.HeNormal(next(seeds))
        return layers.Conv2D(
            filters, 3, padding="same", kernel_initializer=initializer, name=name, dtype=precision, **options
        )

    pixels = layers.Input(image_shape, dtype="uint8", name="pixels")
    x = layers.Reshape((*image_shape, 1), dtype="uint8")(pixels) if len(image_shape) == 2 else pixels
    x = layers.Rescaling(1 / 255, dtype=precision, name="normalisation")(x)
    stacks = zip(
        parameters.stackwise_num_filters,
        parameters.stackwise_num_repeats,
        parameters.dropout_by_block,
        strict=True,
    )
    for block, (filters, repeats, dropout) in enumerate(stacks, start=1):
        name = f"block{block}"
        for repeat in range(1, repeats):
            x = convolution(filters, f"{name}_conv{repeat}", activation="relu")(x)
        if parameters.batch_norm:
            x = convolution(filters, f"{name}_conv{repeats}", use_bias=False)(x)
            x = layers.MaxPooling2D(name=f"{name}_pool", dtype=precision)(x)
            x = layers.BatchNormalization(momentum=0.9, name=f"{name}_norm", dtype=precision)(x)
            x = layers.ReLU(name=f"{name}_relu", dtype=precision)(x)
        else:
            x = convolution(filters, f"{name}_conv{repeats}", activation="relu")(x)
            x = layers.MaxPooling2D(name=f"{name}_pool", dtype=precision)(x)
        if dropout:
            x = layers.Dropout(dropout, seed=next(seeds), name=f"{name}_dropout", dtype=precision)(x)
    x = layers.Flatten(name="flatten", dtype=precision)(x)
    x = layers.Dense(
        parameters.dense_width,
        activation="relu",
        kernel_initializer=keras.initializers.HeNormal(next(seeds)),
        name="dense",
        dtype=precision,
    )(x)
    if parameters.dense_dropout:
        x = layers.Dropout(parameters.dense_dropout, seed=next(seeds), name="dense_dropout", dtype=precision)(x)
    initializer = keras.initializers.GlorotUniform(next(seeds))
    logits = layers.Dense(n_classes, kernel_initializer=initializer, name=LAST_LAYER, dtype="float32")(x)
    return keras.Model(pixels, logits, name="vgg")
