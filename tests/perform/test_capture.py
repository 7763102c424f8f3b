from __future__ import annotations

import sys

import pytest

from cuvee.perform import capture as capture_module
from cuvee.perform.capture import Capture
from cuvee.perform.redaction import Redactor


@pytest.fixture
def heard():
    return []


@pytest.fixture
def capture(heard):
    return Capture(lambda path, stream, text: heard.append((path, stream, text)))


def test_both_streams_are_kept_in_order_and_passed_on(capture, heard, capsys):
    with capture.streams():
        capture.begin("train", Redactor())
        print("one")
        print("two", file=sys.stderr)
        print("three")
        chunks = capture.end()
    assert [(chunk.stream, chunk.text) for chunk in chunks] == [
        ("stdout", "one\n"),
        ("stderr", "two\n"),
        ("stdout", "three\n"),
    ]
    assert [chunk.at for chunk in chunks] == sorted(chunk.at for chunk in chunks)
    assert capsys.readouterr() == ("one\nthree\n", "two\n")
    assert ("train", "stderr", "two") in heard


def test_between_calls_nothing_is_kept(capture, heard, capsys):
    with capture.streams():
        print("before")
        capture.begin("train", Redactor())
        assert capture.end() == ()
        print("after")
    assert heard == []
    assert capsys.readouterr().out == "before\nafter\n"


def test_the_streams_are_given_back(capture):
    before = sys.stdout, sys.stderr
    with capture.streams():
        assert sys.stdout is not before[0]
        assert sys.stdout.encoding == before[0].encoding
    assert (sys.stdout, sys.stderr) == before


def test_a_stream_that_the_user_put_in_place_is_left_there(capture, monkeypatch):
    import io

    theirs = io.StringIO()
    before = sys.stdout
    with capture.streams():
        monkeypatch.setattr(sys, "stdout", theirs)
    assert sys.stdout is theirs
    monkeypatch.setattr(sys, "stdout", before)


def test_closing_a_stream_closes_nothing(capture, capsys):
    with capture.streams():
        capture.begin("train", Redactor())
        sys.stdout.close()
        print("still here")
        assert capture.end()[0].text == "still here\n"
    assert capsys.readouterr().out == "still here\n"


def test_what_is_kept_is_bounded(capture, monkeypatch, capsys):
    monkeypatch.setattr(capture_module, "MOST_CHARACTERS", 10)
    with capture.streams():
        capture.begin("train", Redactor())
        sys.stdout.write("0123456789abc")
        sys.stdout.write("more")
        chunks = capture.end()
    assert "".join(chunk.text for chunk in chunks) == "0123456789\n… the rest was not kept\n"
    assert capsys.readouterr().out == "0123456789abcmore"
