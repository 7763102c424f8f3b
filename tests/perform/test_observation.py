from __future__ import annotations

import contextlib
import glob
import importlib.resources
import importlib.util
import multiprocessing
import os
import pickle
import pkgutil
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
from concurrent import futures
from pathlib import Path

import pytest

from cuvee.fingerprint.listing import FOLDER
from cuvee.model.digest import digest_bytes, digest_parts
from cuvee.perform.notes import Findings
from cuvee.perform.observation import Observer
from cuvee.perform.watching import ear, events


@pytest.fixture
def root(tmp_path):
    (tmp_path / "project").mkdir()
    return tmp_path / "project"


def observe(root, act):
    observer = Observer(root, root / ".cuvee")
    with observer.ready(), observer.watching():
        act()
    found = observer.findings()
    return {(item.kind, item.path): item.digest for item in found.observed}, found.doubts


def test_a_file_that_is_read_counts_by_content(root):
    (root / "a.txt").write_text("one")
    found, doubts = observe(root, lambda: (root / "a.txt").read_text())
    assert found == {("read", "a.txt"): digest_bytes(b"one")}
    assert doubts == ()


def test_a_file_that_is_not_there_counts_as_missing(root):
    def act():
        with pytest.raises(FileNotFoundError):
            (root / "a.txt").read_text()

    assert observe(root, act) == ({("read", "a.txt"): None}, ())


def test_a_file_outside_the_project_has_its_whole_path(root, tmp_path):
    (tmp_path / "b.txt").write_text("two")
    found, _ = observe(root, lambda: (tmp_path / "b.txt").read_text())
    assert found == {("read", str(tmp_path / "b.txt")): digest_bytes(b"two")}


def test_bytes_paths_and_low_level_opens_are_seen(root):
    (root / "a.txt").write_text("one")

    def act():
        os.close(os.open(os.fsencode(root / "a.txt"), os.O_RDONLY))

    assert observe(root, act)[0] == {("read", "a.txt"): digest_bytes(b"one")}


@pytest.mark.parametrize("there", [True, False])
def test_a_file_that_is_written_counts_as_it_is_then(root, there):
    if there:
        (root / "out.txt").write_text("old")
    found, doubts = observe(root, lambda: (root / "out.txt").write_text("new"))
    assert found == {("wrote", "out.txt"): digest_bytes(b"new")}
    assert doubts == ()


def test_what_a_call_made_and_read_back_is_its_own(root):
    def act():
        (root / "out.txt").write_text("new")
        (root / "out.txt").read_text()

    assert observe(root, act) == ({("wrote", "out.txt"): digest_bytes(b"new")}, ())


@pytest.mark.parametrize("mode", ["a", "r+"])
def test_a_file_that_is_added_to_forbids_reuse(root, mode):
    (root / "log.txt").write_text("old")

    def act():
        with (root / "log.txt").open(mode) as file:
            file.write("more")

    assert observe(root, act)[1] == ("it read log.txt and then wrote to it, or took it away",)


def test_a_file_that_is_read_and_rewritten_forbids_reuse(root):
    (root / "state.txt").write_text("1")
    _, doubts = observe(root, lambda: (root / "state.txt").write_text((root / "state.txt").read_text() + "1"))
    assert doubts == ("it read state.txt and then wrote to it, or took it away",)


def test_a_file_that_somebody_else_changes_meanwhile_forbids_reuse(root):
    (root / "a.txt").write_text("one")

    def act():
        (root / "a.txt").read_text()
        subprocess.run(["mv", root / "b.txt", root / "a.txt"], check=True)

    (root / "b.txt").write_text("other")
    assert observe(root, act)[1] == ("a.txt changed while it was being read",)


def test_scratch_files_do_not_count(root):
    def act():
        folder = tempfile.mkdtemp()
        Path(folder, "x").write_text("1")
        shutil.rmtree(folder)
        with tempfile.NamedTemporaryFile("w", delete=False) as file:
            file.write("2")

    assert observe(root, act) == ({}, ())


def test_a_file_that_was_made_and_taken_away_does_not_count(root):
    def act():
        (root / "tmp.txt").write_text("1")
        (root / "tmp.txt").unlink()

    assert observe(root, act) == ({}, ())


def test_python_packages_and_the_system_do_not_count(root):
    def act():
        for file in (os.__file__, "/proc/self/stat", pytest.__file__):
            Path(file).read_text()

    assert observe(root, act) == ({}, ())


def test_the_store_does_not_count(root):
    (root / ".cuvee").mkdir()
    (root / ".cuvee" / "x").write_text("1")
    assert observe(root, lambda: (root / ".cuvee" / "x").read_text()) == ({}, ())


def test_a_compiled_module_counts_by_its_source(root):
    (root / "mod.py").write_text("X = 1")
    (root / "__pycache__").mkdir()
    (root / "__pycache__" / "mod.cpython-311.pyc").write_bytes(b"")
    found, _ = observe(root, lambda: (root / "__pycache__" / "mod.cpython-311.pyc").read_bytes())
    assert found == {("read", "mod.py"): digest_bytes(b"X = 1")}


def test_nothing_is_noted_when_nobody_watches(root):
    (root / "a.txt").write_text("one")
    observer = Observer(root, root / ".cuvee")
    with observer.watching():
        pass
    (root / "a.txt").read_text()
    assert observer.findings() == Findings()


def test_a_file_that_is_put_in_its_place_by_renaming_was_written(root):
    def act():
        (root / "tmp.txt").write_text("new")
        (root / "tmp.txt").replace(root / "out.txt")

    assert observe(root, act) == ({("wrote", "out.txt"): digest_bytes(b"new")}, ())


@pytest.mark.parametrize("act", ["unlink", "rename"])
def test_a_file_of_others_that_is_taken_away_forbids_reuse(root, act):
    (root / "a.txt").write_text("one")
    path = root / "a.txt"
    _, doubts = observe(root, path.unlink if act == "unlink" else lambda: path.rename(root / "b.txt"))
    assert doubts == ("it read a.txt and then wrote to it, or took it away",)


# What is listed, and what is looked for.


@pytest.mark.parametrize(
    "act",
    [
        lambda: os.listdir("data"),
        lambda: list(os.scandir("data")),
        lambda: glob.glob("data/*.csv"),
        lambda: list(Path("data").iterdir()),
        lambda: list(Path("data").glob("*.csv")),
        lambda: list(Path("data").rglob("*.csv")),
        lambda: list(os.walk("data")),
        lambda: os.listdir(b"data"),
        lambda: os.listdir(Path("data")),
    ],
)
def test_a_folder_that_is_listed_counts_by_the_names_in_it(root, monkeypatch, act):
    monkeypatch.chdir(root)
    (root / "data").mkdir()
    (root / "data" / "a.csv").write_text("1")
    before = observe(root, act)[0]["listed", "data"]
    (root / "data" / "a.csv").write_text("2")
    assert observe(root, act)[0]["listed", "data"] == before
    (root / "data" / "b.csv").write_text("1")
    assert observe(root, act)[0]["listed", "data"] != before


def test_a_name_that_only_begins_in_an_environment_counts(root, monkeypatch):
    monkeypatch.chdir(root)
    environment = Path("env/site-packages")
    environment.mkdir(parents=True)
    Path("a.txt").write_text("1")
    for name in (f"{environment}/../../a.txt", f"{os.path.dirname(os.__file__)}/{'../' * 20}{root}/a.txt"):
        assert ("read", "a.txt") in observe(root, lambda name=name: Path(name).read_text())[0]
    (environment / "package").mkdir()
    (environment / "package" / "b.txt").write_text("1")
    package = environment / "package"
    assert observe(root, lambda: [(package / "b.txt").read_text(), os.listdir(package)])[0] == {}


def test_the_working_folder_is_listed_without_a_name(root, monkeypatch):
    monkeypatch.chdir(root)
    assert set(observe(root, os.listdir)[0]) == {("listed", ".")}


def test_what_a_call_made_in_a_folder_that_it_lists_is_its_own(root, monkeypatch):
    monkeypatch.chdir(root)

    def act():
        os.makedirs("out/deep", exist_ok=True)
        Path("out/x").write_text("1")
        Path("y").write_text("1")
        os.listdir("out")
        os.listdir(".")

    first = observe(root, act)[0]
    assert set(first) == {
        ("made", "out"), ("made", "out/deep"), ("wrote", "out/x"), ("wrote", "y"), ("listed", "."),
    }  # fmt: skip
    assert observe(root, lambda: os.listdir("."))[0]["listed", "."] != first["listed", "."]


def test_bytecode_and_the_store_are_no_items_of_a_folder(root, monkeypatch):
    monkeypatch.chdir(root)
    before = observe(root, lambda: os.listdir("."))[0]
    (root / "__pycache__").mkdir()
    (root / ".cuvee").mkdir()
    assert observe(root, lambda: os.listdir("."))[0] == before


@pytest.mark.parametrize(
    ("kind", "act"),
    [
        ("found", lambda: os.path.exists("a")),
        ("found", lambda: os.path.isfile("a")),
        ("found", lambda: os.path.isdir("a")),
        ("found", lambda: Path("a").exists()),
        ("found", lambda: Path("a").is_file()),
        ("found", lambda: os.access("a", os.R_OK)),
        ("size", lambda: os.path.getsize("a")),
        ("stat", lambda: os.path.getmtime("a")),
        ("stat", lambda: os.stat("a")),
        ("stat", lambda: Path("a").stat()),
        ("stat", lambda: os.lstat("a")),
        ("stat", lambda: os.stat("a", dir_fd=os.open(".", os.O_RDONLY))),
    ],
)
def test_a_file_that_is_looked_for_counts_as_far_as_was_asked(root, monkeypatch, kind, act):
    monkeypatch.chdir(root)
    path = root / "a"

    def ask():
        with contextlib.suppress(FileNotFoundError):
            act()

    def state():
        return observe(root, ask)[0]

    path.write_text("one")
    os.utime(path, (1, 1))
    first = state()
    assert list(first) == [(kind, "a")]
    os.utime(path, (2, 2))
    assert (state() == first) is (kind != "stat")
    path.write_text("other")
    os.utime(path, (1, 1))
    assert (state() == first) is (kind == "found")
    path.unlink()
    assert state() != first


def test_what_an_entry_of_a_folder_tells_of_a_file_counts(root, monkeypatch):
    monkeypatch.chdir(root)
    (root / "a").write_text("one")
    (root / "b").write_text("one")

    def act():
        with os.scandir(".") as entries:
            for entry in entries:
                assert isinstance(entry, os.DirEntry)
                assert os.fspath(entry) == entry.path
                if entry.is_file() and entry.name == "a":
                    entry.stat()

    assert set(observe(root, act)[0]) == {("listed", "."), ("stat", "a")}


@pytest.mark.parametrize(
    "act",
    [lambda: os.readlink("to"), lambda: Path("to").readlink(), lambda: Path("to").resolve()],
)
def test_where_a_link_leads_counts(root, monkeypatch, act):
    monkeypatch.chdir(root)
    (root / "a").write_text("one")
    (root / "b").write_text("one")
    (root / "to").symlink_to("a")
    first = observe(root, act)[0]
    assert "link" in {kind for kind, path in first if path == "to"}
    (root / "to").unlink()
    (root / "to").symlink_to("b")
    assert observe(root, act)[0] != first


def test_a_file_that_is_named_relative_to_a_descriptor_counts_where_it_is(root, monkeypatch):
    monkeypatch.chdir(root)
    (root / "sub").mkdir()
    (root / "sub" / "a").write_text("one")

    def act():
        folder = os.open("sub", os.O_RDONLY)
        os.close(os.open("a", os.O_RDONLY, dir_fd=folder))
        os.close(folder)

    assert observe(root, act) == ({("read", "sub/a"): digest_bytes(b"one")}, ())


@pytest.mark.parametrize("way", ["pkgutil", "resources", "loader", "by hand"])
def test_what_a_loader_reads_for_others_than_an_import_counts(root, monkeypatch, way):
    (root / "pack").mkdir()
    (root / "pack" / "__init__.py").write_text("")
    (root / "pack" / "a.py").write_text("A = 1")
    monkeypatch.syspath_prepend(str(root))
    import pack

    def by_hand():
        spec = importlib.util.spec_from_file_location("a", root / "pack" / "a.py")
        spec.loader.exec_module(importlib.util.module_from_spec(spec))

    acts = {
        "pkgutil": lambda: pkgutil.get_data("pack", "a.py"),
        "resources": lambda: importlib.resources.files("pack").joinpath("a.py").read_text(),
        "loader": lambda: pack.__loader__.get_data(str(root / "pack" / "a.py")),
        "by hand": by_hand,
    }
    try:
        assert ("read", "pack/a.py") in observe(root, acts[way])[0]
    finally:
        sys.modules.pop("pack", None)


def test_what_is_looked_for_and_then_made_is_ones_own(root, monkeypatch):
    monkeypatch.chdir(root)

    def act():
        if not os.path.exists("out"):
            os.mkdir("out")
        if not Path("out/x").exists():
            Path("out/x").write_text("1")

    assert set(observe(root, act)[0]) == {("made", "out"), ("wrote", "out/x")}


def test_the_time_of_a_file_that_is_then_written_forbids_reuse(root, monkeypatch):
    monkeypatch.chdir(root)
    (root / "out").write_text("1")

    def act():
        os.path.getmtime("out")
        Path("out").write_text("2")

    assert observe(root, act)[1] == ("it asked how out is, and then wrote to it",)


def test_the_working_folder_is_what_it_was_when_a_call_is_over(root, monkeypatch):
    monkeypatch.chdir(root)
    (root / "sub" / "deep").mkdir(parents=True)
    (root / "sub" / "deep" / "a").write_text("one")
    observer = Observer(root, root / ".cuvee")
    with observer.ready(), observer.watching():
        os.chdir("sub")
        os.chdir("deep")
        Path("a").read_text()
    assert [each.path for each in observer.findings().observed] == ["sub/deep/a"]
    observer.go_back()
    assert Path.cwd() == root


# Environment variables.


@pytest.mark.parametrize(
    "act",
    [
        lambda: os.environ["MODE"],
        lambda: os.environ.get("MODE"),
        lambda: os.getenv("MODE"),
        lambda: os.getenvb(b"MODE"),
        lambda: "MODE" in os.environ,
        lambda: os.environ.setdefault("MODE", "x"),
    ],
)
def test_a_variable_that_is_read_counts_by_a_digest_of_its_value(root, monkeypatch, act):
    monkeypatch.setenv("MODE", "fast")
    found, _ = observe(root, act)
    assert found == {("environment", "MODE"): digest_parts("environment", [b"fast"])}
    monkeypatch.setenv("MODE", "slow")
    assert observe(root, act)[0] != found


def test_a_variable_that_is_not_set_counts_as_such(root, monkeypatch):
    monkeypatch.delenv("MODE", raising=False)
    assert observe(root, lambda: os.environ.get("MODE")) == ({("environment", "MODE"): None}, ())


@pytest.mark.parametrize(
    "act",
    [
        lambda: dict(os.environ),
        lambda: {**os.environ},
        lambda: os.environ.copy(),
        lambda: list(os.environ),
        lambda: [key for key, _ in os.environ.items()],
    ],
)
def test_all_variables_count_where_all_are_read(root, monkeypatch, act):
    found, _ = observe(root, act)
    assert list(found) == [("environment", "*")]
    monkeypatch.setenv("COLUMNS", "7")
    assert observe(root, act)[0] == found
    monkeypatch.setenv("MODE", "slow")
    assert observe(root, act)[0] != found


def test_a_variable_that_a_call_sets_is_its_own(root, monkeypatch):
    monkeypatch.delenv("MODE", raising=False)

    def act():
        os.environ["MODE"] = "mine"
        assert os.environ["MODE"] == "mine"
        del os.environ["MODE"]

    assert observe(root, act) == ({}, ())


def test_variables_that_say_where_a_program_runs_count_only_when_the_project_asks(root, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", None)
    assert observe(root, lambda: (shutil.get_terminal_size(), tempfile.gettempdir(), shutil.which("sh")))[
        0
    ] == {
        key: digest
        for key, digest in observe(root, lambda: shutil.which("sh"))[0].items()
        if key[0] != "environment"
    }
    assert list(observe(root, lambda: os.environ.get("COLUMNS"))[0]) == [("environment", "COLUMNS")]


# What lies outside.


def outside(root, act):
    observer = Observer(root, root / ".cuvee")
    with observer.ready(), observer.watching():
        act()
    return [text.partition(" (")[0] for text in observer.findings().outside]


def spawn():
    os.waitpid(os.posix_spawn("/bin/true", ["true"], {}), 0)


@pytest.mark.parametrize(
    "act",
    [
        lambda: subprocess.run(["true"], check=True),
        lambda: os.system("true"),
        lambda: os.popen("true").close(),
        spawn,
    ],
)
def test_a_sub_process_is_named(root, act):
    [text] = outside(root, act)
    assert text.startswith("it started a sub-process: ")
    assert "true" in text or "sh" in text


def test_the_place_of_a_sub_process_is_the_line_of_the_project(root):
    def act():
        subprocess.run(["true"], check=True)

    observer = Observer(root, root / ".cuvee")
    with observer.ready(), observer.watching():
        act()
    line = act.__code__.co_firstlineno + 1
    assert observer.findings().outside == (f"it started a sub-process: true ({__file__}:{line})",)


def test_the_network_is_named(root):
    def act():
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", 1), timeout=0.1)

    assert outside(root, act) == ["it used the network: 127.0.0.1:1"]


def test_pythons_own_workers_are_no_sub_processes(root):
    def act():
        with futures.ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("fork")) as pool:
            assert pool.submit(abs, -1).result() == 1

    assert outside(root, act) == []


# Who asks.


def test_other_threads_of_a_call_are_observed(root, monkeypatch):
    monkeypatch.delenv("MODE", raising=False)
    (root / "a.txt").write_text("one")

    def work():
        (root / "a.txt").read_text()
        os.environ.get("MODE")
        os.path.exists(root / "b.txt")

    def act():
        with futures.ThreadPoolExecutor(1) as pool:
            pool.submit(work).result()

    assert set(observe(root, act)[0]) == {("read", "a.txt"), ("environment", "MODE"), ("found", "b.txt")}


def test_what_an_installed_module_asks_while_it_is_imported_is_the_environments_business(root, monkeypatch):
    monkeypatch.syspath_prepend(root / "site-packages")
    (root / "site-packages").mkdir()
    module = root / "site-packages" / "some_library.py"
    module.write_text("import os\nA = os.environ.get('SOME_LIBRARY')\nB = os.path.exists('/nowhere')\n"
                      "def ask():\n    return os.environ.get('SOME_LIBRARY')\n")  # fmt: skip

    def act():
        import some_library

        return some_library

    try:
        assert observe(root, act) == ({}, ())
        assert list(observe(root, act().ask)[0]) == [("environment", "SOME_LIBRARY")]
    finally:
        sys.modules.pop("some_library", None)


def test_stand_ins_are_taken_away_again(root):
    before = os.stat, type(os.environ).__getitem__
    assert observe(root, lambda: None) == ({}, ())
    assert (os.stat, type(os.environ).__getitem__) == before


def test_a_stand_in_is_what_it_stands_for(root):
    def act():
        assert os.stat in os.supports_fd
        assert pickle.loads(pickle.dumps(os.stat)) in (os.stat,)
        assert os.stat.__name__ == "stat"

    observe(root, act)


# More ways to write.


def test_a_copy_is_read_and_written(root):
    (root / "a.txt").write_text("one")
    found, doubts = observe(root, lambda: shutil.copy(root / "a.txt", root / "b.txt"))
    assert found == {("read", "a.txt"): digest_bytes(b"one"), ("wrote", "b.txt"): digest_bytes(b"one")}
    assert doubts == ()


@pytest.mark.parametrize("act", [os.link, os.symlink])
def test_a_link_was_written(root, act):
    (root / "a.txt").write_text("one")
    assert observe(root, lambda: act(root / "a.txt", root / "b.txt"))[0]["wrote", "b.txt"] == digest_bytes(
        b"one"
    )


def test_a_file_that_is_cut_short_forbids_reuse(root):
    (root / "a.txt").write_text("one")
    _, doubts = observe(root, lambda: os.truncate(root / "a.txt", 1))
    assert doubts == ("it read a.txt and then wrote to it, or took it away",)


def test_a_folder_that_is_put_in_its_place_by_renaming_was_written(root):
    def act():
        (root / "tmp").mkdir()
        (root / "tmp" / "x").write_text("1")
        (root / "tmp").rename(root / "out")

    assert observe(root, act) == ({("made", "out"): FOLDER, ("wrote", "out/x"): digest_bytes(b"1")}, ())


def test_a_folder_of_others_that_is_taken_away_forbids_reuse(root):
    (root / "old").mkdir()
    assert "it took the folder" in observe(root, (root / "old").rmdir)[1][0]


def test_taking_away_what_one_made_leaves_nothing(root, monkeypatch):
    monkeypatch.chdir(root)
    (root / "x").write_text("beside")

    def act():
        os.makedirs("tmp/deep")
        Path("tmp/deep/x").write_text("1")
        shutil.rmtree("tmp")

    assert observe(root, act) == ({}, ())


def test_a_thread_that_draws_the_terminal_draws_it_beside_the_call(root, monkeypatch):
    monkeypatch.syspath_prepend(root / "site-packages")
    (root / "site-packages" / "rich").mkdir(parents=True)
    drawer = root / "site-packages" / "rich" / "drawer_of_test.py"
    drawer.write_text("import os\ndef draw():\n    os.environ.get('WIDTH')\n    os.path.exists('/nowhere')\n")
    code = compile(drawer.read_text(), str(drawer), "exec")
    space = {"__name__": "rich.drawer_of_test"}
    exec(code, space)

    def act(target):
        thread = threading.Thread(target=target)
        thread.start()
        thread.join()

    assert observe(root, lambda: act(space["draw"])) == ({}, ())
    assert set(observe(root, lambda: act(lambda: space["draw"]()))[0]) == {
        ("environment", "WIDTH"), ("found", "/nowhere"),
    }  # fmt: skip


class Leaving(list):
    """The listeners, for a thread that has seen one just before another thread took it away."""

    def __len__(self) -> int:
        return 1


ASKED = [("open", (__file__, "r", 0)), ("import", ("json", None)), ("os.remove", ("a", -1))]


@pytest.mark.parametrize("event", ASKED)
def test_who_asks_while_the_last_listener_leaves_is_not_heard(monkeypatch, event):
    leaving = Leaving()
    monkeypatch.setattr(ear, "listeners", leaving)
    monkeypatch.setattr(events, "listeners", leaving)
    events._hook(*event)
    with ear.hearing(sys._getframe()) as heard:
        assert heard is None
