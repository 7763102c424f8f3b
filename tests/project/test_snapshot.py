"""What of a project is kept with a run, what is not, and that what did not change is not read again."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from cuvee.codecs.listing import FILE
from cuvee.model.snapshot import Snapshot
from cuvee.perform.unpack import unpack
from cuvee.project import snapshot
from cuvee.project.confidential import why_confidential
from cuvee.project.ignored import is_ignored, read_rules
from cuvee.project.snapshot import Survey, start_snapshot, take_snapshot
from cuvee.stores.filesystem import FilesystemStore


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "pyproject.toml").touch()
    return folder


def take(root: Path) -> Snapshot:
    home = root / "store"
    home.mkdir(exist_ok=True)
    return take_snapshot(Survey(root, home), FilesystemStore(home))


def files(root: Path, taken: Snapshot, scratch: Path) -> dict[str, bytes]:
    source = unpack(taken.files, FilesystemStore(root / "store"), scratch)
    folder = Path(source.path)
    return {str(each.relative_to(folder)): each.read_bytes() for each in folder.rglob("*") if each.is_file()}


def write(root: Path, contents: dict[str, str]) -> None:
    for name, text in contents.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def settle(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As if all had been written long ago."""
    later = time.time_ns() + 60_000_000_000
    monkeypatch.setattr(snapshot.time, "time_ns", lambda: later)


def test_source_comes_back_as_it_was(root, tmp_path):
    write(root, {"flow.py": "a = 1\n", "pkg/deep/mod.py": "b = 2\n", "notes.md": "hello"})
    (root / "tool.sh").write_text("#!/bin/sh\n")
    (root / "tool.sh").chmod(0o755)
    taken = take(root)
    write(root, {"flow.py": "changed\n"})
    kept = files(root, taken, tmp_path / "scratch")
    assert kept == {
        "pyproject.toml": b"",
        "flow.py": b"a = 1\n",
        "pkg/deep/mod.py": b"b = 2\n",
        "notes.md": b"hello",
        "tool.sh": b"#!/bin/sh\n",
    }
    assert taken.left_out == ()
    assert os.access(next((tmp_path / "scratch").rglob("tool.sh")), os.X_OK)


def test_what_is_no_source_is_left_out(root, tmp_path):
    write(root, {"venv/pyvenv.cfg": "", "venv/lib.py": "", "__pycache__/x.pyc": "", "node_modules/a.js": ""})
    (root / ".env").write_text("A=1")
    (root / ".git").mkdir()
    (root / ".git" / "config").write_text("")
    (root / "link.py").symlink_to("/etc/passwd")
    write(root, {"build/made.py": "", "kept.py": "", "a.log": "", "b.log": ""})
    (root / ".gitignore").write_text("build/\n*.log\n!b.log\n")
    assert set(files(root, take(root), tmp_path / "s")) == {
        "pyproject.toml",
        "kept.py",
        "b.log",
        ".gitignore",
    }


def test_large_files_and_secrets_are_left_out_and_named(root, tmp_path):
    key = "# one\nk = 'AKIA" + "A" * 16 + "'"
    write(root, {"big.csv": "x" * (1 << 20) + "y", "server.pem": "", "config.py": key})
    (root / "uv.lock").write_text("x" * (2 << 20))
    taken = take(root)
    assert dict(taken.left_out) == {
        "big.csv": "it is larger than 1 MB",
        "server.pem": "its name says that it holds secrets",
        "config.py": "it seems to hold a key of AWS (line 2)",
    }
    assert set(files(root, taken, tmp_path / "s")) == {"pyproject.toml", "uv.lock"}
    blobs = [path.read_bytes() for path in (root / "store" / "blobs").rglob("*") if path.is_file()]
    assert not any(b"AKIA" in blob for blob in blobs)


def test_only_python_files_where_nobody_said_what_the_project_is(root, tmp_path):
    (root / "pyproject.toml").unlink()
    write(root, {"flow.py": "", "letter.txt": "dear …"})
    assert set(files(root, take(root), tmp_path / "s")) == {"flow.py"}


def test_what_was_not_touched_is_not_read_again(root, monkeypatch):
    write(root, {"a.py": "a = 1", "b.py": "b = 1", "key.pem": ""})
    settle(root, monkeypatch)
    first = take(root)
    read: list[str] = []
    whole = Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", lambda path: read.append(path.name) or whole(path))
    assert take(root) == first
    assert read == ["source.known"]
    write(root, {"b.py": "b = 2"})
    assert take(root) != first
    assert read == ["source.known", "source.known", "b.py"]


def test_what_was_half_written_when_a_run_was_killed_lies_where_it_is_collected(root, monkeypatch):
    class Killed(BaseException):
        pass

    def kill(path, data):
        path.open("wb").close()
        raise Killed

    write(root, {"a.py": "a = 1"})
    settle(root, monkeypatch)
    monkeypatch.setattr(Path, "write_bytes", kill)
    with pytest.raises(Killed):
        take(root)
    (left,) = (root / "store").rglob("source.known*")
    assert left.parent == root / "store" / "unfinished"


def test_what_was_just_written_is_read_again(root, monkeypatch):
    write(root, {"a.py": "a = 1"})
    first = take(root)
    stat = (root / "a.py").stat()
    write(root, {"a.py": "a = 2"})
    os.utime(root / "a.py", ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert take(root).files.digest != first.files.digest


def test_a_blob_that_is_gone_is_put_again(root, tmp_path, monkeypatch):
    write(root, {"a.py": "a = 1"})
    settle(root, monkeypatch)
    take(root)
    for blob in (root / "store" / "blobs").glob("??/*"):
        blob.unlink()
    assert files(root, take(root), tmp_path / "s")["a.py"] == b"a = 1"


@pytest.mark.parametrize("most", [0, 200])
def test_faults_are_told_to_whoever_collects_also_from_a_thread(root, monkeypatch, most):
    monkeypatch.setattr(snapshot, "_MOST_AT_ONCE", most)
    home = root / "store"
    home.mkdir()
    taking = start_snapshot(root, home, FilesystemStore(home))
    assert taking.collect().count == 1
    assert (taking.ident is not None) is (most == 0)
    assert taking.done
    monkeypatch.setattr(snapshot, "take_snapshot", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        start_snapshot(root, home, FilesystemStore(home)).collect()


def test_the_same_source_is_the_same_artifact(root):
    write(root, {"a.py": "a = 1"})
    first = take(root)
    write(root, {"a.py": "a = 2"})
    between = take(root)
    write(root, {"a.py": "a = 1"})
    assert take(root) == first != between
    assert all(part.size == 5 or part.size == 0 for part in first.files.parts)
    assert FILE == "file"


@pytest.mark.parametrize(
    ("rule", "path", "ignored"),
    [
        ("*.log", "deep/a.log", True),
        ("*.log", "a.logs", False),
        ("/a.py", "a.py", True),
        ("/a.py", "pkg/a.py", False),
        ("pkg/a.py", "pkg/a.py", True),
        ("pkg/a.py", "deep/pkg/a.py", False),
        ("a/**/b.py", "a/b.py", True),
        ("a/**/b.py", "a/x/y/b.py", True),
        ("**/b.py", "x/b.py", True),
        ("data/**", "data/x/y", True),
        ("a?.py", "ab.py", True),
        ("a?.py", "a/b.py", False),
        ("a[0-9].py", "a5.py", True),
        ("a[!0-9].py", "a5.py", False),
        ("build/", "build", False),
        (r"\!x.py", "!x.py", True),
        ("# a.py", "a.py", False),
        ("a.py   ", "a.py", True),
    ],
)
def test_rules_of_gitignore(rule, path, ignored):
    assert is_ignored(path, False, [read_rules(rule)]) is ignored


def test_the_last_and_the_nearest_rule_decides():
    outer, inner = read_rules("*.py\n!keep.py"), read_rules("!odd.py\nkeep.py", "pkg/")
    assert is_ignored("odd.py", False, [outer])
    assert not is_ignored("keep.py", False, [outer])
    assert not is_ignored("pkg/odd.py", False, [outer, inner])
    assert is_ignored("pkg/keep.py", False, [outer, inner])
    assert is_ignored("build", True, [read_rules("build/")])


@pytest.mark.parametrize(
    "text",
    [
        "-----BEGIN RSA PRIVATE KEY-----",
        "t = 'ghp_" + "a1B2" * 9 + "'",
        "url = 'postgres://me:hunter22@db.example.com/x'",
        'api_key = "q7Zr93Kd0PxLm2Vt"',
        "AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYzEXAMPLEKEY",
        "hf_" + "aB3d" * 9,
    ],
)
def test_what_seems_to_be_a_secret(text):
    assert why_confidential("conf.py", text.encode())


KNOWN = {
    "a private key": ["-----BEGIN PRIVATE KEY", "-----BEGIN OPENSSH PRIVATE KEY"],
    "a key of AWS": ["AKIA" + "A1B2" * 4, "ASIA" + "A1B2" * 4],
    "a token of GitHub": [f"gh{kind}_" + "a1B2" * 9 for kind in "pousr"] + ["github_pat_" + "a1B2" * 10],
    "a token of GitLab": ["glpat-" + "a1B2" * 5],
    "a token of Slack": [f"xox{kind}-" + "a1B2" * 3 for kind in "abeprs"],
    "a key of Google": ["AIza" + "a1B2c" * 7],
    "a token of Hugging Face": ["hf_" + "a1B2c" * 6],
    "a token of PyPI": ["pypi-" + "a1B2c" * 10],
    "a token of npm": ["npm_" + "a1B2" * 9],
    "a key of Stripe": ["rk_live_" + "a1B2" * 5, "sk_live_" + "a1B2" * 5],
    "a key of an AI service": ["sk-" + "a1B2" * 8],
    "a token (JWT)": ["eyJ" + "a1B2c" * 2 + ".eyJ" + "a1B2c" * 2 + "." + "a1B2c" * 2],
    "a password in an address": ["redis://me:hunter22@db"],
}


@pytest.mark.parametrize(("what", "text"), [(what, text) for what, texts in KNOWN.items() for text in texts])
def test_each_form_of_a_secret_is_known(what, text):
    assert f"it seems to hold {what} (line 2)" == why_confidential("notes.txt", f"x\n{text} y".encode())


def test_of_several_secrets_the_first_is_told():
    (token,), (key, _) = KNOWN["a token of npm"], KNOWN["a key of AWS"]
    assert "npm (line 1)" in why_confidential("notes.txt", f"{token}\n{key}\n".encode())
    assert "AWS (line 1)" in why_confidential("notes.txt", f"{key}\n{token}\n".encode())


WORDS = [
    "Password",
    "PASSWD",
    "pwd",
    "Secret",
    "TOKEN",
    "apikey",
    "Api_Key",
    "accesskey",
    "ACCESS_KEY",
    "authkey",
    "auth_key",
    "credential",
]


@pytest.mark.parametrize("word", WORDS)
def test_each_word_for_a_secret_is_known_however_it_is_written(word):
    assert "a secret (line 1)" in why_confidential("notes.txt", f"{word} = 'q7Zr93Kd0PxLm2Vt'".encode())


@pytest.mark.parametrize(
    "text",
    [
        "password = os.environ['DATABASE_PASSWORD']",
        "token = tokenizer.next_token(text)",
        "api_key: str = Secret('API_KEY')",
        "secret_name = 'aaaaaaaaaaaa1111'",
        "url = f'postgres://{user}:{password}@{host}/x'",
        "n_tokens = 100000000000000",
    ],
)
def test_what_is_none(text):
    assert not why_confidential("conf.py", text.encode())
