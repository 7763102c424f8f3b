"""Every way in which Python caches go wrong, and the tests that show that this one does not go that way.

A name without a file is a case in `test_how_caches_go_wrong.py`; any other is `file::test`.
"""

from __future__ import annotations

INVALIDATES: dict[str, tuple[str, ...]] = {
    "a helper's body, at any depth and in any project file": (
        "a helper's body, three modules away",
        "a helper's body, in the same file",
    ),
    "a module constant": ("a module constant",),
    "a closure's captured value": ("a closure's captured value",),
    "a default argument": ("a default argument",),
    "a decorator's body, with or without wraps": (
        "a decorator's body, without wraps",
        "a decorator's body, with wraps",
    ),
    "a base class's method": ("a base class's method",),
    "a mixin": ("a mixin",),
    "a class attribute": ("a class attribute",),
    "the class of an argument, though the instance's __dict__ is equal": (
        "the class of an argument, though its __dict__ is equal",
        "an argument's class, edited",
    ),
    "functools.partial arguments": ("a partial's arguments",),
    "a bound method's self": ("a bound method's self",),
    "a monkeypatched attribute": ("a monkeypatched attribute",),
    "a re-exported name": ("a re-exported name",),
    "an environment variable that it reads": ("an environment variable",),
    "a configuration read at import": ("a configuration read at import",),
    "two files of equal content under two names": ("two files of equal content under two names",),
    "two lambdas on one line": ("two lambdas on one line",),
    "a nonlocal that shadows a global": ("a nonlocal that shadows a global",),
    'f(1) for f("1")': ('f(1) for f("1")',),
    "True for 1": ("True for 1", "1.0 for 1"),
    "[1] for (1,)": ("[1] for (1,)",),
    '("ab", "c") for ("a", "bc")': ('("ab", "c") for ("a", "bc")',),
    "dtype": ("dtype", "dtypes of a frame"),
    "shape": ("shape",),
    "byte order": ("byte order",),
    "column names": ("column names",),
    "index": ("index", "name of an index"),
    "categories": ("categories", "whether categories are ordered"),
    "time zone": ("time zone",),
    "-0.0 for 0.0": ("-0.0 for 0.0",),
    "a package upgrade": (
        "a package upgrade",
        "an upgrade of a package that another imports while the task runs",
    ),
    "a file's content behind an unchanged path": ("a file's content behind an unchanged path",),
    "an observed file, changed, removed or newly there": (
        "an observed file, changed",
        "an observed file, removed",
        "an observed file, newly there",
    ),
    "a file that it wrote and that is gone": (
        "test_how_caches_go_wrong.py::test_what_it_wrote_is_written_again_where_it_is_gone_or_another",
        "operations/test_run.py::test_a_written_file_that_is_gone_is_written_again",
    ),
    "A → B → A is reused": ("test_how_caches_go_wrong.py::test_it_runs_again_and_back_again_it_is_reused",),
}

KEEPS: dict[str, tuple[str, ...]] = {
    "comments": ("comments",),
    "blank lines": ("blank lines",),
    "formatting": ("formatting",),
    "docstrings, unless the code reads __doc__": ("a docstring", "a docstring, where it is read"),
    "annotations, unless something reads them": ("annotations", "an annotation, where it is read"),
    "a moved function's line numbers": (
        "moved lines",
        "a moved function",
        "a line number, where it is read",
    ),
    "the order of a set": ("the order of a set",),
    "the hash seed, another process": ("nothing: another process, with another hash seed",),
    "an unrelated edit in the same file": ("an unrelated edit in the same file", "an unrelated file"),
}

REFUSES: dict[str, tuple[str, ...]] = {
    "code by exec": ("code by exec",),
    "an argument with no content": ("an argument with no content", "a client that code captured"),
    "a missing, truncated or altered artifact": (
        "operations/test_run.py::test_a_blob_that_is_gone_is_made_again",
        "operations/test_run.py::test_a_damaged_blob_is_never_served_but_made_again",
        "operations/test_inspect.py::test_an_altered_entry_says_so_where_its_call_runs_again",
        "stores/test_blob_hunt.py::test_a_damaged_store_gives_the_right_values_or_none",
    ),
    "a task that failed": (
        "operations/test_run.py::test_a_failure_is_never_reused",
        "operations/test_run.py::test_the_next_run_picks_up_where_a_failed_one_stopped",
    ),
    "a task that was killed": (
        "test_how_caches_go_wrong.py::test_a_task_whose_process_was_killed_leaves_nothing_to_reuse",
    ),
    "a task that ran out of disk": (
        "test_how_caches_go_wrong.py::test_a_result_that_found_no_room_is_not_reused",
    ),
}
