"""An object in two elements of a result: what becomes of it, and that it is said."""

from __future__ import annotations

from typing import Any

from cuvee.model.event import Warned

SOURCE = """
from dataclasses import dataclass

class Model:
    def __init__(self):
        self.weights = [0.5, 1.5]

class Optimizer:
    def __init__(self, model):
        self.parameters = model.weights

@dataclass
class Trained:
    model: Model
    optimizer: Optimizer

def trained():
    model = Model()
    return model, Optimizer(model)

@task
def pair() -> tuple[Model, Optimizer]:
    return trained()

@task
def apart() -> tuple[Model, Optimizer]:
    return Model(), Optimizer(Model())

@task
def named() -> Trained:
    return Trained(*trained())

@task
def whole() -> tuple:
    return trained()

@task
def is_shared(model: Model, optimizer: Optimizer, again: int) -> bool:
    return optimizer.parameters is model.weights

@task
def is_shared_inside(both: tuple, again: int) -> bool:
    model, optimizer = both
    return optimizer.parameters is model.weights

@pipeline
def of_pair(again: int = 0):
    model, optimizer = pair()
    return is_shared(model, optimizer, again)

@pipeline
def of_apart(again: int = 0):
    model, optimizer = apart()
    return is_shared(model, optimizer, again)

@pipeline
def of_named(again: int = 0):
    trained = named()
    return is_shared(trained.model, trained.optimizer, again)

@pipeline
def of_whole(again: int = 0):
    return is_shared_inside(whole(), again)
"""


def warnings(project: Any) -> list[str]:
    return [event.text for event in project.events if isinstance(event, Warned)]


def test_declared_elements_are_apart_for_everybody_and_it_is_said_once(project):
    project.write(SOURCE)
    for name, first, second in (("of_pair", "0", "1"), ("of_named", "model", "optimizer")):
        assert project.run(name).result is False
        task = name.removeprefix("of_")
        assert warnings(project) == [
            f"`{task}` returns a list that is in both its elements {first} and {second}: whoever takes both "
            f"gets two of it, for each element is kept by itself; let `{task}` return `-> tuple`, and what "
            "it returns stays in one piece"
        ]
        again = project.run(name, again=1)
        assert (again[task].decision, again.result, warnings(project)) == ("reused", False, [])


def test_it_is_on_record_with_the_call(project):
    project.write(SOURCE)
    run = project.run("of_pair")
    [call] = [call for call in project.session.queries.calls(run.number) if call.path == "pair"]
    assert call.shared == ("0", "1", "list")
    assert len(call.warnings) == 1


def test_elements_that_share_nothing_are_not_warned_of(project):
    project.write(SOURCE)
    assert project.run("of_apart").result is False
    assert warnings(project) == []


def test_a_result_whose_elements_are_not_declared_stays_in_one_piece(project):
    project.write(SOURCE)
    assert project.run("of_whole").result is True
    again = project.run("of_whole", again=1)
    assert (again["whole"].decision, again.result) == ("reused", True)
    assert warnings(project) == []
