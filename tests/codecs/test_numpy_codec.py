from __future__ import annotations

from collections import deque
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from cuvee.testing.codecs import digest_of, round_trip, stored

dtypes = st.one_of(
    hnp.scalar_dtypes(),
    hnp.byte_string_dtypes(),
    hnp.unicode_string_dtypes(),
    hnp.array_dtypes(hnp.scalar_dtypes(), allow_subarrays=True),
    hnp.nested_dtypes(),
).filter(lambda dtype: dtype.itemsize > 0 and not dtype.hasobject)
arrays = dtypes.flatmap(lambda dtype: hnp.arrays(dtype, hnp.array_shapes(min_dims=0, max_dims=3, min_side=0)))

STRUCT = np.dtype(
    [("id", "u1"), ("at", "M8[us]"), ("xy", ">f4", (2,)), ("in", [("a", "i8"), ("b", "S3")])], align=True
)


def field_bytes(array: np.ndarray[Any, Any]) -> list[bytes]:
    """The bits of every value, without what lies between the fields of a record."""
    if array.dtype.names is None:
        long = array.dtype.char in "gG"  # whose 16 bytes are not all of the value
        return [repr(array.tolist()).encode() if long else array.tobytes()]
    return [part for name in array.dtype.names for part in field_bytes(array[name])]


def assert_same(back: Any, array: np.ndarray[Any, Any]) -> None:
    assert type(back) is np.ndarray
    assert back.dtype == array.dtype
    assert back.dtype.isalignedstruct == array.dtype.isalignedstruct
    assert back.shape == array.shape
    assert field_bytes(back) == field_bytes(array)
    assert back.flags.writeable


@settings(max_examples=100)
@given(arrays)
def test_an_array_comes_back_to_the_bit(array: np.ndarray[Any, Any]) -> None:
    artifact, _ = stored(array)
    assert (artifact.codec, artifact.type) == ("numpy", "numpy.ndarray")
    assert_same(round_trip(array), array)


@settings(max_examples=60)
@given(arrays, st.data())
def test_any_view_comes_back_to_the_bit(array: np.ndarray[Any, Any], data: st.DataObject) -> None:
    if array.ndim:
        array = array.transpose(data.draw(st.permutations(range(array.ndim))))
        array = array[data.draw(hnp.basic_indices(array.shape, allow_ellipsis=False))]
    if isinstance(array, np.ndarray):
        assert_same(round_trip(array), array)


@pytest.mark.parametrize(
    "array",
    [
        np.zeros((0, 3)),
        np.array(3.0),
        np.array([b"ab", b"a\x00"], "S2"),
        np.array(["é", ""], "U3"),
        np.arange(6, dtype=">i2").reshape(2, 3),
        np.array(["2024-01-02", "NaT"], "M8[ns]"),
        np.array([1, 2], "m8[3h]"),
        np.zeros(3, STRUCT),
        np.zeros((2, 0), STRUCT),
        np.array([0.0, -0.0, np.nan, -np.nan, np.inf]),
        np.arange(4, dtype=np.longdouble),
        *(np.array([1 / 3, -0.1], np.dtype(char).newbyteorder(order)) for char in "gG" for order in "<>"),
        np.array([(1, 1 / 3)], [("a", "u1"), ("b", np.dtype("g").newbyteorder(">"))]),
        np.frombuffer(b"abcdef", "V3"),
        np.array([True, False]),
        np.zeros(2, "S0"),
    ],
    ids=lambda array: f"{array.dtype.str}{array.shape}",
)
def test_each_kind_comes_back(array: np.ndarray[Any, Any]) -> None:
    assert stored(array)[0].codec == "numpy"
    assert_same(round_trip(array), array)


def test_the_layout_in_memory_is_kept_and_its_gaps_closed() -> None:
    cube = np.arange(24.0).reshape(2, 3, 4)
    assert round_trip(cube).flags.c_contiguous
    assert round_trip(np.asfortranarray(cube)).flags.f_contiguous
    turned = cube.transpose(1, 0, 2)
    assert round_trip(turned).strides == turned.strides
    thin = np.asfortranarray(cube)[:, ::2]
    back = round_trip(thin)
    assert back.flags.f_contiguous
    assert stored(thin)[0].parts[0].size == thin.nbytes


def test_the_sum_is_the_same_to_the_bit_each_time_it_is_loaded() -> None:
    array = np.random.default_rng(0).random((501, 301)).T
    again = round_trip(round_trip(array))
    assert round_trip(array).sum().hex() == again.sum().hex() == array.sum().hex()
    assert (round_trip(array) @ np.ones(501)).tobytes() == (again @ np.ones(501)).tobytes()


def test_equal_arrays_have_one_digest_however_they_came_about() -> None:
    array = np.arange(12.0).reshape(3, 4)
    wide = np.zeros((3, 8))
    wide[:, ::2] = array
    assert digest_of(array) == digest_of(array.copy()) == digest_of(wide[:, ::2])
    assert digest_of(round_trip(array)) == digest_of(array)


def test_what_lies_between_fields_does_not_count() -> None:
    raw = np.frombuffer(bytes(range(2 * STRUCT.itemsize)), STRUCT)
    clean = np.zeros(2, STRUCT)
    for name in ("id", "at", "xy"):
        clean[name] = raw[name]
    for name in ("a", "b"):
        clean["in"][name] = raw["in"][name]
    assert raw.tobytes() != clean.tobytes()
    assert digest_of(raw) == digest_of(clean)


DIFFERENT = [
    np.array([0, 1], "i8"),
    np.array([0, 1], ">i8"),
    np.array([0, 1], "u8"),
    np.array([0, 1], "i4"),
    np.array([0, 1], "M8[ns]"),
    np.array([0, 1], "M8[us]"),
    np.array([0, 1], "m8[ns]"),
    np.array([[0, 1]], "i8"),
    np.array([[0], [1]], "i8"),
    np.array([0, 1], "f8"),
    np.array([-0.0, 1]),
    np.array([False, True]),
    np.array([(0,), (1,)], [("a", "i8")]),
    np.array([(0,), (1,)], [("b", "i8")]),
    np.array([b"a", b"b"]),
    np.array([b"a", b"b"], "S2"),
    np.array(["a", "b"]),
    np.array([], "i8"),
    np.array([], "f8"),
    np.zeros((0, 2)),
    np.zeros((2, 0)),
    np.array(0),
    np.array([0]),
    np.arange(6).reshape(2, 3),
    np.asfortranarray(np.arange(6).reshape(2, 3)),
    np.int64(0),
    np.int32(0),
    np.float64(0),
    np.float64(-0.0),
    np.bool_(False),
    0,
    0.0,
]


def test_dtype_shape_order_and_layout_each_count() -> None:
    digests = [digest_of(value) for value in DIFFERENT]
    assert len(set(digests)) == len(DIFFERENT)


@pytest.mark.parametrize(
    "scalar",
    [
        *(
            np.float64(-0.0),
            np.float32(1.5),
            np.int8(-3),
            np.uint64(2**64 - 1),
            np.bool_(True),
            np.longdouble(1),
        ),
        *(np.complex64(1j), np.datetime64("2024-01-02"), np.datetime64("NaT", "s"), np.timedelta64(3, "h")),
        *(
            np.str_("é"),
            np.bytes_(b"ab"),
            np.str_(""),
            np.str_("a\x00"),
            np.bytes_(b"a\x00"),
            np.void(b"abc"),
            np.zeros(1, STRUCT)[0],
        ),
    ],
    ids=lambda scalar: f"{type(scalar).__name__} {scalar}",
)
def test_a_scalar_comes_back_with_its_type(scalar: np.generic) -> None:
    back = round_trip(scalar)
    assert type(back) is type(scalar)
    assert back.dtype == scalar.dtype
    assert repr(back) == repr(scalar)
    assert field_bytes(np.array(back)) == field_bytes(np.array(scalar))


def test_scalars_among_plain_values_are_kept_without_pickle() -> None:
    metrics = {"rmse": np.float64(0.5), "best": {"r2": np.float32(0.25), "n": 3}}
    artifact, _ = stored(metrics)
    assert artifact.codec == "composite"
    back = round_trip(metrics)
    assert back == metrics
    assert [type(back["rmse"]), type(back["best"]["r2"])] == [np.float64, np.float32]
    once = np.float64(1)
    assert stored({"a": once, "b": once})[0].codec == "composite"


class Special(np.ndarray[Any, Any]):
    pass


@pytest.mark.parametrize(
    "value",
    [
        np.array(["a", None, "b"], object),
        np.array([["a", "b"], ["c", "\ud800"]], object),
        np.array([1, "a", None, (1, 2)], object),
        np.fromiter([[1, 2], [3, 4]], object),
        np.array([], object),
        np.array("a", object),
    ],
    ids=["text", "two axes", "mixed", "lists", "empty", "no axes"],
)
def test_plain_objects_are_kept_without_pickle(value: Any) -> None:
    artifact, _ = stored(value)
    assert artifact.codec == "objects"
    back = round_trip(value)
    assert (back.dtype, back.shape, back.tolist()) == (value.dtype, value.shape, value.tolist())
    assert digest_of(back) == artifact.digest


@pytest.mark.parametrize(
    "value",
    [
        np.array([1, np.float64(2)], object),
        np.array([["a"], ["b"]], object).T[:, ::-1],
        np.ma.masked_array([1, 2], [True, False]),
        np.zeros(2).view(Special),
        np.rec.array([(1, 2.0)], dtype=[("a", "i4"), ("b", "f8")]),
        np.zeros(1, [("a", "i4"), ("o", object)]),
        np.array(["a", "bc"], np.dtypes.StringDType()),
    ],
    ids=["object", "gaps", "masked", "subclass", "records", "object field", "strings"],
)
def test_what_is_more_than_a_buffer_goes_to_pickle(value: Any) -> None:
    artifact, _ = stored(value)
    assert artifact.codec == "pickle"
    back = round_trip(value)
    assert type(back) is type(value)
    assert back.dtype == value.dtype
    assert back.tolist() == value.tolist()


def test_a_large_array_is_read_by_mapping_and_is_private() -> None:
    array = np.arange(100_000.0)
    one, other = round_trip(array), round_trip(array)
    one += 1
    assert (other == array).all()


@pytest.mark.parametrize("dtype", ["g", "G", {"names": ["a"], "formats": ["f8"], "itemsize": 16}])
def test_inside_of_a_pickle_gaps_leave_no_trace_and_the_order_in_memory_is_kept(dtype: Any) -> None:
    def within(order: Any, gaps: int) -> deque[Any]:
        size = np.dtype(dtype).itemsize
        array = np.ndarray((2, 3), dtype, bytearray([gaps]) * (6 * size), order=order)
        array[...] = 1 if isinstance(dtype, str) else (1.0,)
        return deque([array])

    digests = {digest_of(within(order, gaps)) for order in "CF" for gaps in (0, 255)}
    assert len(digests) == 2
    for order in ("C", "F"):
        assert round_trip(within(order, 7))[0].flags[f"{order}_CONTIGUOUS"]
