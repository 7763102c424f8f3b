from __future__ import annotations

from cuvee.api.run import Run
from cuvee.operations.loaded import LoadedValues
from cuvee.operations.run import run

TEXT = """
    class Model:
        def __init__(self, names):
            self.names = {name: len(name) for name in names}

    @task
    def train(n: int) -> Model:
        return Model({f"feature{i}" for i in range(n)})

    @task
    def score(model: Model) -> int:
        return len(model.names)

    @pipeline
    def main(n: int = 20):
        return score(train(n))

    @pipeline
    def changes(model: Model):
        model.names.clear()
        return score(model)
"""


def run_loaded(project, name, reference):
    loaded = LoadedValues(project.session)
    arguments = {"model": loaded.load(reference)}
    return Run(project.session, run(project.session, getattr(project.module, name), arguments, loaded=loaded))


def test_a_task_on_a_recorded_result_is_the_call_that_took_it(project):
    project.write(TEXT)
    project.run()
    again = run_loaded(project, "score", "@last:train")
    assert again["score"].decision == "reused"
    assert again._record.start.parameters[0].text == "@1:train"
    assert [c.text for c in again["score"].components if c.name == "model"] == ["@1:train"]


def test_a_body_that_changes_a_recorded_result_passes_on_what_it_made_of_it(project):
    project.write(TEXT)
    project.run()
    changed = run_loaded(project, "changes", "@1:train")
    assert changed.result == 0
