"""What is performed in tests of the pool: a worker imports this module by its name."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from pathlib import Path


def die(how):
    print("before")
    if how == "exit":
        os._exit(3)
    if how == "segfault":
        ctypes.string_at(0)
    os.kill(os.getpid(), signal.SIGKILL)


def print_raw(size):
    line = b"x" * 999 + b"\n"
    for _ in range(size // len(line)):
        os.write(1, line)


def print_in_c():
    ctypes.CDLL(None).printf(b"from C\n")


class Awkward(Exception):
    """Cannot be pickled, and has no text."""

    def __init__(self, handle):
        self.handle = handle
        super().__init__("awkward")

    def __reduce__(self):
        raise TypeError("never")


def raise_awkward():
    raise Awkward(lambda: None)


def raise_deep(depth):
    if depth:
        raise_deep(depth - 1)
    raise ValueError("y" * 1_000_000)


def ignore_term_and_fork(note):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    Path(note).write_text(str(child.pid))
    child.wait()


def stay(note):
    Path(note).touch()
    signal.pause()


def tidy_up():
    try:
        signal.raise_signal(signal.SIGTERM)
    finally:
        print("closing")
        print("closed")


def go_on_all_the_same(seconds):
    done = 0
    try:
        while done < seconds * 1000:
            time.sleep(0.001)
            done += 1
    except KeyboardInterrupt:
        print("stopping early")
    return done


def end_with_another_error(seconds):
    try:
        time.sleep(seconds)
    except KeyboardInterrupt:
        raise ValueError("interrupted") from None


def be_told_to_end():
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(600)


async def tidy_up_async():
    import asyncio

    try:
        signal.raise_signal(signal.SIGTERM)
        await asyncio.sleep(600)
    finally:
        await asyncio.sleep(0)
        print("closing")
        print("closed")


def hog(size):
    data = bytearray(size)
    data[::4096] = b"x" * len(data[::4096])
    signal.pause()


def hold_in_a_child(size):
    code = f"held = b'x' * {size}; print(); import time; time.sleep(600)"
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as child:
        child.stdout.readline()
        time.sleep(0.2)  # four times as long as between two looks
        child.kill()


def stop_here():
    breakpoint()


def print_in_copies(count, lines):
    copies = []
    print("begun", end=" ")
    for number in range(count):
        copies.append(os.fork())
        if not copies[-1]:
            for _ in range(lines):
                print("copy", number, "x" * 3000, end="\n")
            sys.stdout.flush()
            os._exit(0)
    for copy in copies:
        os.waitpid(copy, 0)
    print("done")


def break_the_worker():
    from cuvee.worker import serving

    serving._flush_c_streams = lambda: 1 / 0


def close_streams():
    os.close(1)
    os.close(2)
    return 7


def close_all_and_stay():
    os.closerange(0, 1 << 12)
    signal.pause()


def read_input():
    return input()


def make_scaled(factor):
    def scaled(x):
        return x * factor

    return scaled
