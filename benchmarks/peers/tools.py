"""The tools: what to install of each, how it is started, and what it can do of the work."""

from __future__ import annotations

from typing import NamedTuple

_DATA = ("numpy==2.4.6", "pandas==3.0.3", "scikit-learn==1.9.1")


class Tool(NamedTuple):
    """`requirements` are installed beside the data libraries; none for cuvee, which is measured as it is.

    `help` are the words of its command that only shows help; `remembers` says whether a second process
    finds the results of the first; `calls` are two numbers of calls, of which the difference is measured.
    """

    name: str
    module: str
    requirements: tuple[str, ...]
    help: tuple[str, ...] = ()
    remembers: bool = True
    calls: tuple[int, int] = (100, 1_100)

    @property
    def pins(self) -> tuple[str, ...]:
        """All that its environment is made of."""
        return (*_DATA, *self.requirements)


CUVEE = Tool("cuvee", "cuvee", (), help=("cuvee", "--help"), calls=(1_000, 11_000))

_TOOLS = (
    Tool("joblib", "joblib", ("joblib==1.6.0",)),
    Tool("hamilton", "hamilton", ("apache-hamilton==1.90.0", "diskcache==5.6.3")),
    Tool("doit", "doit", ("doit==0.37.0",), ("doit", "help")),
    Tool("luigi", "luigi", ("luigi==3.8.1",), ("luigi", "--help")),
    Tool("redun", "redun", ("redun==0.44.1",), ("redun", "--help"), calls=(50, 250)),
)
_ASKED_FOR = (
    Tool("prefect", "prefect", ("prefect==3.9.1",), ("prefect", "--help"), calls=(50, 150)),
    Tool("dagster", "dagster", ("dagster==1.13.29",), ("dagster", "--help"), False, (20, 120)),
    Tool("dask", "dask", ("dask==2026.8.0", "distributed==2026.8.0"), ("dask", "--help"), False),
    Tool("ray", "ray", ("ray==2.60.0",), ("ray", "--help"), False),
)

PEERS = {tool.name: tool for tool in (*_TOOLS, *_ASKED_FOR)}
DEFAULT = tuple(tool.name for tool in _TOOLS)
"""Those that are measured unless others are named."""
