"""Danger: functions from elsewhere that reach code which no name in the source leads to."""

from __future__ import annotations

from cuvee.fingerprint.node import Widened

# `module`: all globals of the module that calls it. `project`: any code of the project, by name
# or by a stored value. `refused`: code that is made up as it runs, or the caller's own frames; and the
# words of the command, which no key has.
_DANGERS: dict[str, Widened] = {
    "builtins:exec": "refused",
    "builtins:eval": "project",
    "builtins:compile": "project",
    "builtins:globals": "module",
    "builtins:__import__": "project",
    "importlib:import_module": "project",
    "importlib:__import__": "project",
    "importlib:reload": "project",
    "importlib.util:spec_from_file_location": "project",
    "importlib.util:module_from_spec": "project",
    "sys:modules": "project",
    "sys:argv": "refused",
    "sys:orig_argv": "refused",
    "sys:_getframe": "project",
    "inspect:currentframe": "project",
    "inspect:stack": "project",
    "inspect:getsource": "project",
    "inspect:getsourcelines": "project",
    "inspect:getsourcefile": "project",
    "linecache:getline": "project",
    "linecache:getlines": "project",
    "pkgutil:resolve_name": "project",
    "pkgutil:walk_packages": "project",
    "pkgutil:iter_modules": "project",
    "pydoc:locate": "project",
    "runpy:run_path": "project",
    "runpy:run_module": "project",
    "gc:get_objects": "project",
    "gc:get_referrers": "project",
    "pickle:load": "project",
    "pickle:loads": "project",
    "pickle:Unpickler": "project",
    "pickle:_load": "project",
    "pickle:_loads": "project",
    "pickle:_Unpickler": "project",
    "_pickle:load": "project",
    "_pickle:loads": "project",
    "_pickle:Unpickler": "project",
    "shelve:open": "project",
    "cloudpickle.cloudpickle:load": "project",
    "cloudpickle.cloudpickle:loads": "project",
    "cloudpickle:load": "project",
    "cloudpickle:loads": "project",
    "dill:load": "project",
    "dill:loads": "project",
    "dill._dill:load": "project",
    "dill._dill:loads": "project",
    "joblib:load": "project",
    "joblib.numpy_pickle:load": "project",
    "torch:load": "project",
    "torch.serialization:load": "project",
    "pandas.io.pickle:read_pickle": "project",
    "pandas:read_pickle": "project",
    "skops.io:load": "project",
    "skops.io:loads": "project",
    "skops.io._persist:load": "project",
    "hydra.utils:instantiate": "project",
    "hydra._internal.instantiate._instantiate2:instantiate": "project",
}


def danger_of(module: str, name: str) -> Widened | None:
    """How far the net has to go for code that uses this; None if no farther than it reaches."""
    return _DANGERS.get(f"{module}:{name}")
