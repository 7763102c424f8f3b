"""Arguments whose class says what identifies its instances, by a method or by registration."""

from __future__ import annotations

import pytest

from cuvee import UsageError, register_fingerprint
from cuvee.codecs import declared

TEXT = """
    import threading
    from cuvee import register_fingerprint

    class Client:
        def __init__(self, url, version=1):
            self.url, self.version, self.lock = url, version, threading.Lock()
            self.calls = object()

    register_fingerprint(Client, lambda client: (client.url, client.version))

    class Table:
        def __init__(self, name, cached):
            self.name, self.cached = name, cached

        def __cuvee_fingerprint__(self):
            return self.name

    @task
    def ask(client: Client, what: str = "a") -> str:
        return client.url + what

    @task
    def first(tables: list) -> str:
        return tables[0].name

    @pipeline
    def main(url: str = "x", version: int = 1):
        return ask(Client(url, version))

    @pipeline
    def rows(title: str = "t", cached: int = 1):
        return first([Table(title, cached)])
"""


@pytest.fixture(autouse=True)
def nothing_registered(monkeypatch):
    monkeypatch.setattr(declared, "_registered", {})


def test_what_cannot_be_stored_is_reused_by_what_was_registered_for_its_class(project):
    project.write(TEXT)
    first, again = project.run(), project.run()
    assert (first["ask"].decision, again["ask"].decision) == ("executed", "reused")
    assert again.result == "xa"


def test_another_identity_runs_and_says_which_argument(project):
    project.write(TEXT)
    project.run()
    run = project.run(version=2)
    assert run["ask"].decision == "executed"
    assert run["ask"].reason.startswith("client")


def test_the_function_that_was_registered_is_part_of_it(project):
    project.write(TEXT)
    project.run()
    project.write(TEXT.replace("(client.url, client.version)", "(client.url, client.version, 0)"))
    assert project.run()["ask"].decision == "executed"


def test_a_method_tells_instances_apart_inside_of_a_list_too(project):
    project.write(TEXT)
    project.run("rows")
    assert project.run("rows", cached=2)["first"].decision == "reused"
    assert project.run("rows", title="u")["first"].decision == "executed"
    assert project.run("rows", title="u").result == "u"


def test_what_says_nothing_is_not_reused(project):
    project.write(TEXT.replace("register_fingerprint(Client,", "(lambda *_: None)(Client,"))
    project.run()
    assert project.run()["ask"].decision == "executed"


def test_a_function_that_raises_is_told_and_the_call_runs(project):
    project.write(TEXT.replace("(client.url, client.version)", "client.nothing"))
    project.run()
    run = project.run()
    assert run["ask"].decision == "executed"
    assert "AttributeError" in run["ask"].reason
    assert "nothing" in run["ask"].reason


def test_the_nearest_word_holds():
    class Base:
        pass

    class Below(Base):
        pass

    class Says(Base):
        def __cuvee_fingerprint__(self):
            return 1

    function = register_fingerprint(Base, lambda value: 0)
    assert declared.declared_by(Below) is function
    assert declared.declared_by(Says) is Says.__cuvee_fingerprint__
    assert declared.declared_by(int) is None


@pytest.mark.parametrize(
    ("cls", "function", "told"),
    [(int, len, "content"), ("Client", len, "takes a class"), (KeyError, "url", "takes a function")],
)
def test_what_cannot_be_registered_is_told(cls, function, told):
    with pytest.raises(UsageError, match=told):
        register_fingerprint(cls, function)
