"""Targets: what a text names, imported under the name that it has everywhere."""

from __future__ import annotations

import sys

import pytest

from cuvee.errors import DefinitionError, TargetError
from cuvee.project.target import load_target

pytestmark = pytest.mark.usefixtures("clean_imports")

HEAD = "from cuvee.authoring.task import task\nfrom cuvee.authoring.pipeline import pipeline\n"
TASK = "@task\ndef train(): return 1\n"
ONE = f"{HEAD}{TASK}@pipeline\ndef predict(): return train()\n"
TWO = f"{ONE}@pipeline\ndef compare(): return train()\n"


def mistake(text, cwd):
    with pytest.raises(TargetError) as caught:
        load_target(text, cwd)
    return str(caught.value)


class TestForms:
    def test_a_file_with_one_pipeline(self, write, tmp_path):
        file = write("predicting.py", ONE)
        target = load_target("predicting.py", tmp_path)
        assert (target.text, target.name, target.module) == ("predicting.py", "predict", "predicting")
        assert (target.file, target.root) == (file.resolve(), tmp_path.resolve())
        assert target.object.name == "predicting:predict"
        assert target.object is sys.modules["predicting"].predict

    def test_a_name_in_a_file(self, write, tmp_path):
        write("predicting.py", TWO)
        assert load_target("predicting.py:compare", tmp_path).object.name == "predicting:compare"
        assert load_target("predicting.py:train", tmp_path).object.name == "predicting:train"

    def test_a_module(self, write, tmp_path):
        write("pkg_a/__init__.py")
        write("pkg_a/mod.py", ONE)
        assert load_target("pkg_a.mod", tmp_path).object.name == "pkg_a.mod:predict"
        assert load_target("pkg_a.mod:train", tmp_path).object.name == "pkg_a.mod:train"

    def test_a_top_level_module(self, write, tmp_path):
        write("predicting.py", ONE)
        assert load_target("predicting:train", tmp_path).file == tmp_path.resolve() / "predicting.py"

    def test_a_package_folder_without_init(self, write, tmp_path):
        write("loose_folder/mod.py", ONE)
        assert load_target("loose_folder.mod", tmp_path).module == "loose_folder.mod"

    def test_a_file_has_the_name_of_its_package(self, write, tmp_path):
        write("pkg_a/__init__.py")
        write("pkg_a/sub/__init__.py")
        write("pkg_a/sub/mod.py", ONE)
        target = load_target("pkg_a/sub/mod.py", tmp_path)
        assert target.object is load_target("pkg_a.sub.mod", tmp_path).object
        assert target.module == "pkg_a.sub.mod"

    def test_a_package_is_an_init_file(self, write, tmp_path):
        write("pkg_a/__init__.py", ONE)
        assert load_target("pkg_a/__init__.py", tmp_path).module == "pkg_a"
        assert load_target("pkg_a", tmp_path).module == "pkg_a"

    def test_a_stem_that_is_no_identifier(self, write, tmp_path):
        write("01-predict.py", ONE)
        assert load_target("01-predict.py:train", tmp_path).object.name == "01-predict:train"

    def test_a_folder_with_a_colon(self, write, tmp_path):
        write("a:b/predicting.py", ONE)
        assert load_target("a:b/predicting.py", tmp_path).name == "predict"
        assert load_target("a:b/predicting.py:train", tmp_path).name == "train"


class TestFromElsewhere:
    def test_relative_to_the_current_folder(self, write, tmp_path):
        write("pyproject.toml")
        write("deep/predicting.py", ONE)
        write("other/readme")
        target = load_target("../deep/predicting.py", tmp_path / "other")
        assert (target.module, target.root) == ("predicting", tmp_path.resolve())

    def test_absolute(self, write, tmp_path):
        file = write("deep/predicting.py", ONE)
        assert load_target(str(file), tmp_path / "nowhere").root == tmp_path.resolve() / "deep"

    def test_what_lies_beside_a_script_can_be_imported(self, write, tmp_path):
        write("deep/beside_it.py", "LIMIT = 3\n")
        write("deep/predicting.py", f"from beside_it import LIMIT\n{ONE}")
        load_target("deep/predicting.py", tmp_path)
        assert sys.modules["beside_it"].LIMIT == 3

    def test_what_is_imported_late_is_found_too(self, write, tmp_path):
        write("deep/late_one.py", "VALUE = 5\n")
        write(
            "deep/predicting.py",
            f"{HEAD}@pipeline\ndef predict():\n    import late_one\n    return late_one.VALUE\n",
        )
        assert load_target("deep/predicting.py", tmp_path).object() == 5

    @pytest.mark.parametrize("text", ["src/pkg_b/mod.py", "pkg_b.mod"])
    @pytest.mark.parametrize("cwd", [".", "docs"])
    def test_src_layout(self, write, tmp_path, text, cwd):
        write("pyproject.toml")
        write("docs/readme")
        write("src/pkg_b/__init__.py")
        write("src/pkg_b/other.py", "LIMIT = 3\n")
        write("src/pkg_b/mod.py", f"from .other import LIMIT\nimport pkg_b.other\n{ONE}")
        text = f"../{text}" if "/" in text and cwd != "." else text
        target = load_target(text, tmp_path / cwd)
        assert (target.object.name, target.root) == ("pkg_b.mod:predict", tmp_path.resolve())

    def test_the_current_folder_comes_before_the_root(self, write, tmp_path):
        write("pyproject.toml")
        write("predicting.py", ONE)
        write("sub/predicting.py", ONE)
        assert load_target("predicting", tmp_path / "sub").file.parent.name == "sub"

    def test_without_a_project_file_a_package_belongs_to_the_folder_above(self, write, tmp_path):
        write("pkg_a/__init__.py")
        write("pkg_a/mod.py", ONE)
        assert load_target("pkg_a/mod.py", tmp_path).root == tmp_path.resolve()

    def test_an_installed_module_belongs_to_the_project_at_hand(self, write, tmp_path, monkeypatch):
        write("pyproject.toml")
        write("lib/site-packages/installed_one.py", ONE)
        monkeypatch.syspath_prepend(str(tmp_path / "lib" / "site-packages"))
        assert load_target("installed_one", tmp_path).root == tmp_path.resolve()


class TestChoice:
    def test_beside_a_value_that_refuses_every_question(self, write, tmp_path):
        odd = "class Odd:\n    @property\n    def __class__(self):\n        raise RuntimeError\nODD = Odd()\n"
        write("shy.py", odd + "from cuvee import pipeline\n@pipeline\ndef main():\n    pass\n")
        assert load_target("shy.py", tmp_path).object.name == "shy:main"

    def test_several_pipelines(self, write, tmp_path):
        write("predicting.py", TWO)
        assert mistake("predicting.py", tmp_path) == (
            "predicting.py has 2 pipelines: say which\n"
            "  cuvee run predicting.py:predict\n"
            "  cuvee run predicting.py:compare"
        )

    def test_an_imported_pipeline_does_not_count(self, write, tmp_path):
        write("library_one.py", ONE)
        write(
            "predicting.py",
            f"{HEAD}from library_one import predict\n@pipeline\ndef mine(): return predict()\n",
        )
        assert load_target("predicting.py", tmp_path).name == "mine"
        assert load_target("predicting.py:predict", tmp_path).object.name == "library_one:predict"

    def test_a_pipeline_under_two_names_is_one(self, write, tmp_path):
        write("predicting.py", f"{ONE}again = predict\n")
        assert load_target("predicting.py", tmp_path).name == "predict"

    def test_tasks_only(self, write, tmp_path):
        write("predicting.py", HEAD + TASK)
        assert mistake("predicting.py", tmp_path) == (
            "predicting.py defines no pipeline of its own: say what to run\n  cuvee run predicting.py:train"
        )

    def test_nothing_at_all(self, write, tmp_path):
        write("predicting.py", "x = 1\n")
        assert "has no task and no pipeline: decorate a function with @pipeline" in mistake(
            "predicting.py", tmp_path
        )

    def test_a_name_that_is_misspelt(self, write, tmp_path):
        write("predicting.py", ONE)
        message = mistake("predicting.py:predct", tmp_path)
        assert message.startswith("predicting.py has no 'predct': did you mean 'predict'?\n")
        assert message.endswith("  cuvee run predicting.py:predict\n  cuvee run predicting.py:train")

    def test_a_name_of_something_else(self, write, tmp_path):
        write("predicting.py", f"{ONE}def helper(): ...\n")
        assert "predicting.py:helper is a function, not a task" in mistake("predicting.py:helper", tmp_path)


class TestNotThere:
    def test_a_file(self, write, tmp_path):
        write("predicting.py", ONE)
        assert mistake("predictin.py", tmp_path) == (
            f"there is no file predictin.py in {tmp_path}: did you mean 'predicting.py'?"
        )
        assert (
            mistake("deep/zzz.py:x", tmp_path)
            == f"there is no file deep/zzz.py in {tmp_path}: check the path"
        )

    def test_a_module(self, tmp_path):
        message = mistake("not_there.at_all", tmp_path)
        assert message.startswith("there is no module 'not_there': it is neither installed nor in ")

    def test_a_module_in_a_package(self, write, tmp_path):
        write("pkg_a/__init__.py")
        assert "there is no module 'pkg_a.mod'" in mistake("pkg_a.mod:x", tmp_path)

    @pytest.mark.parametrize("text", ["", ":", ".", "deep/wine", "wine:a.b", "wine.py:", "a b", "./"])
    def test_no_target(self, tmp_path, text):
        assert "a target is `file.py`, `file.py:name` or `package.module:name`" in mistake(text, tmp_path)

    def test_a_notebook(self, tmp_path):
        for text in ("deep/notes.ipynb", "notes.ipynb", "notes.ipynb:train"):
            assert "is a notebook, which runs its pipelines itself" in mistake(text, tmp_path)


class TestBroken:
    def test_the_users_own_traceback(self, write, tmp_path):
        write("helper_one.py", "def compute():\n    return 1 / 0\n")
        file = write("predicting.py", "import helper_one\nhelper_one.compute()\n")
        message = mistake("predicting.py", tmp_path)
        assert message.startswith("predicting.py cannot be imported:\n\nTraceback (most recent call last):\n")
        assert message.endswith("ZeroDivisionError: division by zero\n")
        assert f'File "{file.resolve()}", line 2, in <module>' in message
        assert "helper_one.py" in message
        assert "importlib" not in message
        assert "cuvee/project" not in message

    def test_in_a_module_that_it_imports(self, write, tmp_path):
        write("helper_one.py", "1 / 0\n")
        write("predicting.py", "import helper_one\n")
        message = mistake("predicting.py", tmp_path)
        assert "frozen" not in message
        assert message.count("  File ") == 2

    def test_syntax(self, write, tmp_path):
        file = write("predicting.py", "x = 1\ndef broken(:\n")
        message = mistake("predicting.py", tmp_path)
        assert f'File "{file.resolve()}", line 2\n    def broken(:' in message
        assert message.endswith("SyntaxError: invalid syntax\n")
        assert "importlib" not in message

    def test_something_that_is_not_installed(self, write, tmp_path):
        write("predicting.py", "import not_there_at_all.deep\n")
        message = mistake("predicting.py", tmp_path)
        assert "ModuleNotFoundError: No module named 'not_there_at_all'" in message
        assert message.endswith(
            f"\n'not_there_at_all' is not installed for {sys.executable}, nor is it in {tmp_path.resolve()}: "
            "install it, or mend the import\n"
        )

    def test_exit(self, write, tmp_path):
        write("predicting.py", "import sys\nsys.exit(3)\n")
        assert "predicting.py called exit(3) while it was imported" in mistake("predicting.py", tmp_path)

    def test_our_own_errors_pass_through(self, write, tmp_path):
        write("predicting.py", f"{HEAD}@task\nclass Train: ...\n")
        with pytest.raises(DefinitionError):
            load_target("predicting.py", tmp_path)

    def test_afterwards_nothing_is_left_and_a_mended_file_loads(self, write, tmp_path):
        write("predicting.py", "1 / 0\n")
        before = list(sys.path)
        mistake("predicting.py", tmp_path)
        assert sys.path == before
        assert "predicting" not in sys.modules
        write("predicting.py", ONE)
        assert load_target("predicting.py", tmp_path).name == "predict"


class TestClashes:
    @pytest.mark.parametrize("stem", ["random", "json", "antigravity"])
    def test_with_the_standard_library(self, write, tmp_path, stem):
        file = write(f"{stem}.py", ONE)
        message = mistake(f"{stem}.py", tmp_path)
        assert message.startswith(
            f"{file.resolve()} would be imported as {stem!r}, and that is a module of Python's"
        )
        assert message.endswith("Rename the file")

    def test_test_py_is_what_people_call_it(self, write, tmp_path):
        write("test.py", ONE)  # Python's own `test` is for testing Python, and nobody misses it
        assert load_target("test.py", tmp_path).module == "test"

    def test_a_package_called_like_one(self, write, tmp_path):
        write("code/__init__.py")
        write("code/mod.py", ONE)
        assert mistake("code/mod.py", tmp_path).endswith("Rename the package folder")
        assert mistake("code.mod", tmp_path).endswith("Rename the package folder")

    def test_with_what_is_loaded(self, write, tmp_path):
        write("msgspec.py", ONE)
        message = mistake("msgspec.py", tmp_path)
        assert "and that is loaded already from " in message
        assert sys.modules["msgspec"].__file__ in message

    def test_with_what_is_installed_and_not_loaded(self, write, tmp_path, monkeypatch):
        installed = write("lib/site-packages/rarely_used.py")
        monkeypatch.syspath_prepend(str(installed.parent))
        write("rarely_used.py", ONE)
        assert f"and that is installed ({installed})" in mistake("rarely_used.py", tmp_path)

    def test_a_package_that_is_installed_too_is_taken_from_here(self, write, tmp_path, monkeypatch):
        write("lib/site-packages/pkg_c/__init__.py")
        monkeypatch.syspath_prepend(str(tmp_path / "lib" / "site-packages"))
        write("src/pkg_c/__init__.py")
        write("src/pkg_c/mod.py", ONE)
        assert (
            load_target("src/pkg_c/mod.py", tmp_path).file == tmp_path.resolve() / "src" / "pkg_c" / "mod.py"
        )

    def test_two_scripts_of_one_name(self, write, tmp_path):
        write("one/predicting.py", ONE)
        write("two/predicting.py", ONE)
        load_target("one/predicting.py", tmp_path)
        assert "loaded already from" in mistake("two/predicting.py", tmp_path)
        assert load_target("one/predicting.py", tmp_path).file.parent.name == "one"

    def test_our_own_name(self, write, tmp_path):
        write("cuvee.py", ONE)
        assert "would be imported as 'cuvee'" in mistake("cuvee.py", tmp_path)

    def test_a_dot_in_the_name(self, write, tmp_path):
        write("predict.v2.py", ONE)
        assert mistake("predict.v2.py", tmp_path).endswith("for the dot in its name: call it predict_v2.py")
