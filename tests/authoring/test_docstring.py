from __future__ import annotations

import pytest

from cuvee.authoring.docstring import parameters_of, summary_of

GOOGLE = """Fit a forest
    on the wines.

    More about it: not a parameter.

    Args:
        wines (pd.DataFrame): the wines,
            one a row.
        max_depth: how deep a tree grows.

            A second paragraph.
        *sizes (tuple[int, str]): sizes.
        **options: what else.

    Returns:
        model: the forest.

    Keyword Args:
        seed: of chance.
    """

NUMPY = """Fit a forest.

    Parameters
    ----------
    wines : pd.DataFrame
        The wines,
        one a row.
    x1, x2 : int, optional
        Coordinates.
    *sizes
        Sizes.
    bare

    Returns
    -------
    model : Forest
        The forest.
    """

REST = """
    Fit a forest.
    :param wines: the wines,
        one a row.
    :type wines: pd.DataFrame
    :param int max_depth: how deep
      a tree grows.
    :returns: the forest.

    :keyword seed: of chance.
    """


def test_google_style() -> None:
    assert parameters_of(GOOGLE) == {
        "wines": "the wines, one a row.",
        "max_depth": "how deep a tree grows. A second paragraph.",
        "sizes": "sizes.",
        "options": "what else.",
        "seed": "of chance.",
    }


def test_numpy_style() -> None:
    assert parameters_of(NUMPY) == {
        "wines": "The wines, one a row.",
        "x1": "Coordinates.",
        "x2": "Coordinates.",
        "sizes": "Sizes.",
        "bare": "",
    }


def test_rest_style() -> None:
    assert parameters_of(REST) == {
        "wines": "the wines, one a row.",
        "max_depth": "how deep a tree grows.",
        "seed": "of chance.",
    }


@pytest.mark.parametrize(
    ("docstring", "summary"),
    [
        (None, ""),
        ("", ""),
        ("One line.", "One line."),
        (GOOGLE, "Fit a forest on the wines."),
        (NUMPY, "Fit a forest."),
        (REST, "Fit a forest."),
        ("Args:\n    x: y", ""),
    ],
)
def test_the_summary_is_the_first_paragraph(docstring: str | None, summary: str) -> None:
    assert summary_of(docstring) == summary


@pytest.mark.parametrize("docstring", [None, "Just words: and a colon.", "Example:\n    x: not a parameter"])
def test_what_describes_no_parameters(docstring: str | None) -> None:
    assert parameters_of(docstring) == {}
