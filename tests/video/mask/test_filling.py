"""Filling: nothing of what lies under a mask is left in any plane, and nothing else is touched."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from custodes.video.mask.filling import BLACK, FillStyle, ShapeFilling, TooWeak, coverage, fill, masked_share
from custodes.video.mask.picture import PicturePlanes
from custodes.video.mask.shapes import MaskBox, Polygon, Shape, bounds

WIDTH, HEIGHT = 64, 48
COORDINATES = st.floats(-30, 90)


def noise(seed: int = 0) -> PicturePlanes:
    rng = np.random.default_rng(seed)
    return PicturePlanes(
        rng.integers(30, 236, (HEIGHT, WIDTH), np.uint8),
        rng.integers(30, 100, (HEIGHT // 2, WIDTH // 2), np.uint8),
        rng.integers(150, 220, (HEIGHT // 2, WIDTH // 2), np.uint8),
    )


@st.composite
def shapes(draw: st.DrawFn) -> Shape:
    if draw(st.booleans()):
        left, top = draw(COORDINATES), draw(COORDINATES)
        return MaskBox(left, top, left + draw(st.floats(0.1, 60)), top + draw(st.floats(0.1, 60)))
    return Polygon(tuple(draw(st.lists(st.tuples(COORDINATES, COORDINATES), min_size=3, max_size=7))))


@given(st.lists(shapes(), max_size=4))
def test_what_a_mask_touches_is_black_in_all_planes_and_the_rest_is_as_it_was(drawn: list[Shape]) -> None:
    planes = noise()
    out, mask = fill(planes, drawn, ShapeFilling()), coverage(drawn, WIDTH, HEIGHT) > 0
    for plane, before, black, step in (
        (out.y, planes.y, BLACK[0], 1),
        (out.u, planes.u, BLACK[1], 2),
        (out.v, planes.v, BLACK[2], 2),
    ):
        here = mask[::step, ::step]
        assert (plane[here] == black).all()
        assert (plane[~here] == before[~here]).all()


@given(shapes(), st.floats(0, 1), st.floats(0, 1), st.sampled_from(list(FillStyle)))
def test_what_lies_in_a_shape_is_covered(shape: Shape, across: float, down: float, way: FillStyle) -> None:
    if isinstance(shape, MaskBox):
        x, y = shape.left + across * (shape.right - shape.left), shape.top + down * (shape.bottom - shape.top)
    else:  # a point of a triangle of its corners lies in its hull; of a plain triangle it lies inside
        (a, b), (c, d), (e, f) = shape.corners[:3]
        if len(shape.corners) > 3:
            return
        share = across * (1 - down)
        x, y = a * (1 - across) + c * share + e * across * down, b * (1 - across) + d * share + f * across * down
    around = bounds(shape)
    if x >= around.right or y >= around.bottom:
        return  # the far border is where the next pixel begins
    if 0 <= x < WIDTH and 0 <= y < HEIGHT:
        assert coverage([shape], WIDTH, HEIGHT)[int(y), int(x)]
        assert fill(noise(), [shape], ShapeFilling(way)).y.shape == (HEIGHT, WIDTH)


def test_a_polygon_that_crosses_itself_leaves_no_hole() -> None:
    star = Polygon(((32, 2), (44, 44), (6, 16), (58, 16), (20, 44)))
    assert coverage([star], WIDTH, HEIGHT)[26, 32] == 255


def test_a_picture_without_masks_is_not_copied() -> None:
    planes = noise()
    assert fill(planes, [], ShapeFilling()) is planes


def test_the_source_s_picture_is_not_written_to() -> None:
    planes = noise()
    before = planes.y.copy()
    fill(planes, [MaskBox(0, 0, 40, 40)], ShapeFilling())
    assert (planes.y == before).all()


@pytest.mark.parametrize("way", [FillStyle.MOSAIC, FillStyle.BLUR])
def test_mosaic_and_blur_keep_sixteen_values_at_most(way: FillStyle) -> None:
    """Two pictures that have the same 4 by 4 means look the same: nothing finer is left."""
    one, two = noise(1), noise(1)
    two.y[0:8, 0:8] = two.y[0:8, 0:8][::-1, ::-1]
    box = [MaskBox(0, 0, 32, 32)]
    assert (fill(one, box, ShapeFilling(way)).y[:32, :32] == fill(two, box, ShapeFilling(way)).y[:32, :32]).all()


def test_a_mosaic_in_steps_has_sixteen_blocks() -> None:
    out = fill(noise(), [MaskBox(0, 0, 32, 32)], ShapeFilling(FillStyle.MOSAIC))
    assert (out.y[:8, :8] == out.y[0, 0]).all()
    assert len(np.unique(out.y[:32, :32])) <= 16


@pytest.mark.parametrize("cells", [0, 5, 16, -1])
def test_a_finer_one_is_refused(cells: int) -> None:
    with pytest.raises(TooWeak):
        ShapeFilling(FillStyle.BLUR, cells)


def test_the_share_is_of_the_union() -> None:
    assert masked_share([MaskBox(0, 0, 32, 48), MaskBox(0, 0, 32, 48)], WIDTH, HEIGHT) == 0.5
    assert masked_share([], WIDTH, HEIGHT) == 0
