from __future__ import annotations

import gc

import pytest

from cuvee.ports.loading import loading, loading_ours


@pytest.fixture(autouse=True)
def collector_as_it_was():
    before = gc.get_threshold()
    yield
    gc.enable()
    gc.set_threshold(*before)
    if gc.get_freeze_count():
        gc.unfreeze()


def test_garbage_is_looked_for_seldom_and_then_as_often_as_before():
    gc.set_threshold(700, 10, 10)
    with loading():
        assert gc.get_threshold() == (10_000, 50, 10)
        with loading():
            assert gc.get_threshold() == (10_000, 50, 10)
        assert gc.get_threshold() == (10_000, 50, 10)
    assert gc.get_threshold() == (700, 10, 10)


def test_of_modules_of_our_own_it_is_looked_for_hardly_ever():
    gc.set_threshold(700, 10, 10)
    with loading_ours():
        assert gc.get_threshold() == (100_000, 50, 10)
        with loading():
            assert gc.get_threshold() == (100_000, 50, 10)
    assert gc.get_threshold() == (700, 10, 10)


def test_it_is_as_before_after_an_error_too():
    gc.set_threshold(700, 10, 10)
    with pytest.raises(ImportError), loading():
        raise ImportError
    assert gc.get_threshold() == (700, 10, 10)


def test_what_was_made_is_old_and_still_collected():
    with loading():
        ring = [[] for _ in range(10)]
        ring[0].append(ring)
    assert any(each is ring for each in gc.get_objects(2))
    assert gc.get_freeze_count() == 0
    del ring
    assert gc.collect()


def test_what_somebody_has_set_of_the_collector_stays():
    gc.set_threshold(0)
    with loading():
        assert gc.get_threshold()[0] == 0
    assert gc.get_threshold()[0] == 0
    gc.set_threshold(700, 10, 10)
    with loading():
        gc.set_threshold(7_000, 10, 10)
    assert gc.get_threshold() == (7_000, 10, 10)
    gc.disable()
    with loading():
        pass
    assert not gc.isenabled()
    gc.enable()
    gc.freeze()
    with loading():
        pass
    assert gc.get_freeze_count()
