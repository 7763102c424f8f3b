from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cuvee.cli.table import Cell, plain, shortened, shortened_at_start, table_lines, width_of, wrapped


def cells(*texts: str) -> list[Cell]:
    return [Cell(text) for text in texts]


def test_columns_stand_side_by_side() -> None:
    rows = [cells("call", "time", "why"), cells("train", "0.41 s", "its code changed"), cells("x", "2 s", "")]
    assert table_lines(rows, width=60, paint=plain) == [
        "  call   time    why",
        "  train  0.41 s  its code changed",
        "  x      2 s",
    ]


def test_a_column_can_be_flushed_right() -> None:
    rows = [cells("a", "1 B", "x"), cells("b", "12 kB", "y")]
    assert table_lines(rows, width=60, paint=plain, right=(1,)) == ["  a    1 B  x", "  b  12 kB  y"]


def test_columns_are_at_least_as_wide_as_asked_where_there_is_room() -> None:
    row = [cells("load_orders", "reused", "1 s", "why not")]
    assert table_lines(row, width=60, paint=plain, least=(14, 9, 6, 9)) == [
        "  load_orders     reused     1 s     why not"
    ]
    narrow = table_lines(row, width=40, paint=plain, least=(18, 9, 12, 25))
    assert narrow[0].split() == ["load_orders", "reused", "1", "s"]


def test_the_last_column_wraps_and_is_cut_where_lines_run_out() -> None:
    rows = [cells("train", "one two three four five six seven eight nine ten eleven")]
    assert table_lines(rows, width=34, paint=plain, most_lines=2) == [
        "  train  one two three four five",
        "         six seven eight nine …",
    ]
    assert table_lines(rows, width=34, paint=plain, most_lines=0) == [
        "  train  one two three four five",
        "         six seven eight nine ten",
        "         eleven",
    ]


def test_a_path_too_long_keeps_its_end() -> None:
    rows = [cells("features/of/many/kinds/clean[3]", "executed", "because of this and of that")]
    assert table_lines(rows, width=60, paint=plain) == [
        "  …f/many/kinds/clean[3]  executed  because of this and of",
        "                                    that",
    ]


def test_paint_does_not_disturb_the_columns() -> None:
    def loud(text: str, style: str) -> str:
        return f"\x1b[1m{text}\x1b[0m"

    rows = [[Cell("a", "bold"), Cell("x", "bold")], cells("long", "y")]
    assert table_lines(rows, width=40, paint=loud) == ["  \x1b[1ma\x1b[0m     \x1b[1mx\x1b[0m", "  long  y"]


def test_wide_characters_take_two_columns() -> None:
    assert width_of("訓練") == 4
    assert width_of("e\u0301") == 1
    rows = [cells("訓練", "x"), cells("abc", "y")]
    assert table_lines(rows, width=40, paint=plain) == ["  訓練  x", "  abc   y"]


def test_texts_are_shortened_at_either_end() -> None:
    assert shortened("predict_wine_quality", 10) == "predict_w…"
    assert shortened_at_start("predict_wine_quality", 10) == "…e_quality"
    assert shortened("short", 10) == shortened_at_start("short", 10) == "short"


def test_line_breaks_of_a_text_are_kept() -> None:
    assert wrapped("one\ntwo", 20) == ["one", "two"]


def test_no_rows_are_no_lines() -> None:
    assert table_lines([], width=60, paint=plain) == []


words = st.text("abcdefghij ", max_size=60)


@given(
    st.lists(
        st.tuples(
            st.text("abc/", min_size=1, max_size=40),
            st.text("abc ", max_size=30),
            st.text("abc", max_size=14),
            words,
        ),
        min_size=1,
        max_size=5,
    ),
    st.integers(40, 120),
)
def test_no_line_is_wider_than_asked(rows: list[tuple[str, str, str, str]], width: int) -> None:
    for line in table_lines([cells(*row) for row in rows], width=width, paint=plain):
        assert width_of(line) <= width


def test_what_would_have_too_little_room_stands_below_its_row() -> None:
    rows = [
        cells("call", "decision", "time", "why"),
        cells("features/clean", "1 executed, 3 reused", "0.41 s", "the code of the helper scale() changed"),
    ]
    assert table_lines(rows, width=44, paint=plain) == [
        "  call            decision            time",
        "    why",
        "  features/clean  1 executed, 3 reu…  0.41 s",
        "    the code of the helper scale() changed",
    ]


@given(words)
def test_wrapping_loses_nothing_but_spaces(text: str) -> None:
    assert "".join(wrapped(text, 15)).replace(" ", "") == text.replace(" ", "")
