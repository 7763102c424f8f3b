from __future__ import annotations

from cuvee import Secret
from cuvee.model.order import Failure
from cuvee.perform.redaction import Redactor


def test_every_secret_is_hidden_wherever_it_stands():
    redactor = Redactor([Secret("hunter2"), Secret("hunter2-long"), Secret("a\nb")])
    assert redactor.text("x hunter2-long y hunter2 z") == "x *** y *** z"
    assert redactor.text("a\nb") == "***"
    assert redactor.text(repr("a\nb")) == "'***'"


def test_an_empty_or_missing_secret_hides_nothing(monkeypatch):
    monkeypatch.delenv("CUVEE_NO_SUCH", raising=False)
    assert Redactor([Secret(""), Secret.from_env("CUVEE_NO_SUCH")]).text("text") == "text"


def test_a_secret_from_the_environment_is_hidden(monkeypatch):
    monkeypatch.setenv("CUVEE_TOKEN", "s3cret")
    assert Redactor([Secret.from_env("CUVEE_TOKEN")]).text("is s3cret") == "is ***"


def test_a_failure_shows_none_of_them():
    failure = Failure("ValueError", "bad s3cret", "Traceback: s3cret\n", "f.py", 3)
    assert Redactor([Secret("s3cret")]).failure(failure) == Failure(
        "ValueError", "bad ***", "Traceback: ***\n", "f.py", 3
    )
