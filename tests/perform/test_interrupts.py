from __future__ import annotations

import os
import signal
import threading

import pytest

from cuvee.perform.interrupts import Interrupts


def press(number=signal.SIGINT):
    os.kill(os.getpid(), number)


def test_between_calls_it_is_remembered_and_nothing_is_raised():
    interrupts = Interrupts()
    with interrupts.listening():
        press()
        assert interrupts.requested


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_in_the_users_code_it_is_raised_at_once(number):
    interrupts = Interrupts()
    with interrupts.listening(), pytest.raises(KeyboardInterrupt), interrupts.user_code():
        press(number)
    assert interrupts.requested


def test_where_the_users_code_calls_ours_it_waits_until_that_goes_on():
    interrupts = Interrupts()
    with interrupts.listening(), interrupts.user_code():
        with pytest.raises(KeyboardInterrupt), interrupts.our_code():
            press()
            assert interrupts.requested
            assert not interrupts.raised
        assert interrupts.raised


def test_what_came_before_the_users_code_is_raised_as_that_begins():
    interrupts = Interrupts()
    with interrupts.listening():
        press()
        with pytest.raises(KeyboardInterrupt), interrupts.user_code():
            pytest.fail("it has begun")
        assert not interrupts.in_user_code


def test_while_the_users_code_tidies_up_it_is_not_raised_again():
    interrupts = Interrupts()
    with interrupts.listening(), interrupts.user_code():
        with pytest.raises(KeyboardInterrupt):
            press()
        with interrupts.our_code():
            pass
        with interrupts.user_code():
            pass


def test_the_second_is_raised_anywhere():
    interrupts = Interrupts()
    with interrupts.listening():
        press()
        with pytest.raises(KeyboardInterrupt):
            press()


def test_the_handlers_are_given_back():
    before = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)
    with Interrupts().listening():
        assert signal.getsignal(signal.SIGINT) not in before
    assert (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)) == before


def test_in_another_thread_nothing_is_taken_over():
    seen = []

    def work():
        with Interrupts().listening():
            seen.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [signal.getsignal(signal.SIGINT)]
