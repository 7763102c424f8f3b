"""Configuration: which value wins, where it came from, and what a wrong one is told."""

from __future__ import annotations

import pytest

from cuvee.errors import ConfigurationError
from cuvee.project.configuration import load_configuration
from cuvee.project.settings import SETTINGS


def load(root, flags=None, environ=None):
    return load_configuration(root, flags or {}, environ or {})


def origins(configuration):
    return {each.setting.name: each.origin for each in configuration.settings}


class TestPrecedence:
    def test_defaults(self, tmp_path):
        configuration = load(tmp_path)
        assert configuration.home == tmp_path.resolve() / ".cuvee"
        assert configuration.durability == "process"
        assert configuration.keep_inputs == 1_000_000_000
        assert set(origins(configuration).values()) == {"default"}

    def test_each_place_wins_over_the_one_below(self, write, tmp_path):
        write("pyproject.toml", '[tool.cuvee]\nstore = "file"\ndurability = "power"\nkeep_inputs = "2MB"\n')
        configuration = load(
            tmp_path,
            flags={"store": "flag", "durability": None},
            environ={"CUVEE_HOME": "variable", "CUVEE_KEEP_INPUTS": "3kB"},
        )
        assert configuration.home == tmp_path.resolve() / "flag"
        assert configuration.durability == "power"
        assert configuration.keep_inputs == 3000
        assert origins(configuration) == {
            "store": "flag --store",
            "durability": "pyproject.toml [tool.cuvee]",
            "executor": "default",
            "workers": "default",
            "fail_fast": "default",
            "models": "default",
            "keep_inputs": "environment variable CUVEE_KEEP_INPUTS",
        }

    def test_text_is_what_was_written(self, write, tmp_path):
        write("pyproject.toml", "[tool.cuvee]\nkeep_inputs = 500\n")
        assert load(tmp_path).of("keep_inputs").text == "500"
        assert load(tmp_path, environ={"CUVEE_KEEP_INPUTS": "2 MiB"}).of("keep_inputs").text == "2 MiB"

    def test_an_empty_variable_is_not_set(self, tmp_path):
        assert load(tmp_path, environ={"CUVEE_HOME": ""}).of("store").origin == "default"

    def test_a_project_file_without_our_table(self, write, tmp_path):
        write("pyproject.toml", '[project]\nname = "x"\ndependencies = ["cuvee"]\n')
        assert set(origins(load(tmp_path)).values()) == {"default"}

    def test_an_unknown_name_is_a_key_error(self, tmp_path):
        with pytest.raises(KeyError):
            load(tmp_path).of("nothing")


class TestTable:
    @pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
    def test_every_default_is_an_allowed_value(self, setting):
        assert setting.parse(setting.default) is not None

    def test_names_variables_and_flags_are_unique(self):
        for field in ("name", "variable", "flag"):
            values = [getattr(setting, field) for setting in SETTINGS]
            assert len(set(values)) == len(values)


class TestMistakes:
    def wrong(self, write, tmp_path, toml, **places):
        file = write("pyproject.toml", toml)
        with pytest.raises(ConfigurationError) as caught:
            load(tmp_path, **places)
        return str(caught.value), str(file)

    def test_an_unknown_key(self, write, tmp_path):
        message, file = self.wrong(write, tmp_path, '[tool.cuvee]\nstoer = "x"\n')
        assert message == (
            f"{file} [tool.cuvee]: there is no setting 'stoer': did you mean 'store'? "
            "There are: store, durability, executor, workers, fail_fast, models, keep_inputs"
        )

    def test_an_unknown_key_that_is_like_nothing(self, write, tmp_path):
        message, _ = self.wrong(write, tmp_path, "[tool.cuvee]\nzzz = 1\n")
        assert (
            "no setting 'zzz'. There are: "
            "store, durability, executor, workers, fail_fast, models, keep_inputs" in message
        )

    @pytest.mark.parametrize(
        ("line", "allowed"),
        [
            ("durability = 'disk'", "'process' or 'power'"),
            ("durability = 3", "'process' or 'power'"),
            ("durability = ['process']", "'process' or 'power'"),
            ("executor = 'ray'", "'auto', 'in-process' or 'pool'"),
            ("fail_fast = 'perhaps'", "true or false"),
            ("fail_fast = 1", "true or false"),
            ("workers = 0", "a number of processes, 1 or more, or 'auto'"),
            ("workers = true", "a number of processes, 1 or more, or 'auto'"),
            ("workers = 'many'", "a number of processes, 1 or more, or 'auto'"),
            ("keep_inputs = true", "a size: bytes"),
            ("keep_inputs = -1", "a size: bytes"),
            ("keep_inputs = 1.5", "a size: bytes"),
            ("keep_inputs = 'lots'", "a size: bytes"),
            ("store = 1", "a folder"),
            ("store = ' '", "a folder"),
        ],
    )
    def test_a_value_that_it_cannot_have(self, write, tmp_path, line, allowed):
        message, file = self.wrong(write, tmp_path, f"[tool.cuvee]\n{line}\n")
        assert message.startswith(f"{file} [tool.cuvee]: {line.split(' = ')[0]} = ")
        assert f"it takes {allowed}" in message

    def test_in_a_variable(self, tmp_path):
        with pytest.raises(
            ConfigurationError, match="environment variable CUVEE_DURABILITY = 'disk': it takes"
        ):
            load(tmp_path, environ={"CUVEE_DURABILITY": "disk"})

    def test_in_a_flag(self, tmp_path):
        with pytest.raises(ConfigurationError, match="--keep-inputs much: it takes a size"):
            load(tmp_path, flags={"keep_inputs": "much"})

    def test_what_is_overruled_is_not_read(self, write, tmp_path):
        write("pyproject.toml", "[tool.cuvee]\ndurability = 'disk'\n")
        assert load(tmp_path, environ={"CUVEE_DURABILITY": "power"}).durability == "power"

    def test_no_table(self, write, tmp_path):
        message, file = self.wrong(write, tmp_path, "[tool]\ncuvee = 5\n")
        assert message.startswith(f"{file}: tool.cuvee = 5 is not a table")

    def test_no_toml(self, write, tmp_path):
        message, file = self.wrong(write, tmp_path, "[tool.cuvee\n")
        assert message.startswith(f"{file} is not valid TOML: ")

    def test_another_encoding(self, tmp_path):
        (tmp_path / "pyproject.toml").write_bytes("# cuvée\n[tool.cuvee]\n".encode("latin-1"))
        with pytest.raises(ConfigurationError, match="is not valid TOML: 'utf-8' codec"):
            load(tmp_path)

    def test_a_store_that_holds_the_project(self, write, tmp_path):
        write("pyproject.toml", "[tool.cuvee]\nstore = '.'\n")
        with pytest.raises(ConfigurationError, match="holds the project's own source"):
            _ = load(tmp_path).home
