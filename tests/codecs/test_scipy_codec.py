from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from cuvee.testing.codecs import digest_of, round_trip, stored


@pytest.mark.parametrize("form", ["csr", "csc", "coo", "bsr", "dia", "lil"])
@pytest.mark.parametrize("make", [sparse.random, sparse.random_array], ids=["matrix", "array"])
def test_a_sparse_matrix_comes_back_in_its_form(make, form) -> None:
    shape = (20, 10) if make is sparse.random else ((20, 10),)
    value = make(*shape, density=0.2, format=form)
    artifact, _ = stored(value)
    assert artifact.codec == "scipy"
    assert artifact.type == f"scipy.sparse.{type(value).__name__}"
    back = round_trip(value)
    assert type(back) is type(value)
    assert (back.dtype, back.shape, back.nnz) == (value.dtype, value.shape, value.nnz)
    assert back.toarray().tobytes() == value.toarray().tobytes()
    assert vars(back).keys() == vars(value).keys()
    assert digest_of(back) == artifact.digest


def test_order_and_what_is_said_of_it_are_kept() -> None:
    value = sparse.csr_array((np.array([1.0, 2.0, 3.0]), np.array([2, 0, 0]), np.array([0, 3])), shape=(1, 3))
    assert not value.has_sorted_indices
    back = round_trip(value)
    assert back.indices.tolist() == [2, 0, 0]
    assert not back.has_sorted_indices
    assert not back.has_canonical_format
    back.data[0] = 9.0
    assert value.data[0] == 1.0


def test_its_arrays_are_parts_that_are_mapped() -> None:
    value = sparse.random(10_000, 1_000, 0.01, format="csr", dtype="f8")
    sizes = sorted(part.size for part in stored(value)[0].parts)
    assert sizes[-1] == value.nnz * 8
    assert len(sizes) == 3


def test_a_matrix_of_objects_goes_to_pickle() -> None:
    value = sparse.dok_array((3, 3))
    value[1, 2] = 4.0
    assert stored(value)[0].codec == "pickle"
    assert round_trip(value)[1, 2] == 4.0


class Ours(sparse.csr_matrix):
    pass


def test_a_subclass_goes_to_pickle() -> None:
    assert stored(Ours((2, 2)))[0].codec == "pickle"
