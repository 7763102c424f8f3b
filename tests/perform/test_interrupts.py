from __future__ import annotations

import os
import signal
import threading
import warnings

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
        ours = interrupts.our_code()
        ours.__enter__()
        press()
        assert (interrupts.requested, interrupts.raised) == (True, False)
        with pytest.raises(KeyboardInterrupt):
            ours.__exit__(None)
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


def test_one_that_c_code_has_set_stays(monkeypatch):
    # It could not be given back.
    monkeypatch.setattr(signal, "getsignal", lambda number: None)
    taken = []
    monkeypatch.setattr(signal, "signal", lambda *given: taken.append(given))
    with Interrupts().listening():
        pass
    assert taken == []


def test_a_copy_of_the_process_ends_by_a_signal_as_if_nobody_listened():
    with Interrupts().listening() as _, Interrupts().listening(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # from 3.12 on Python warns where there are threads
        copy = os.fork()
        if not copy:
            try:
                press(signal.SIGTERM)
            finally:
                os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(copy, 0)[1]) == -signal.SIGTERM


def test_in_another_thread_nothing_is_taken_over():
    seen = []

    def work():
        with Interrupts().listening():
            seen.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [signal.getsignal(signal.SIGINT)]
