from __future__ import annotations


def test_a_notebook_shows_calls_reasons_and_metrics_and_no_markup_of_the_users(project):
    project.write("""
        @task
        def load(text: str) -> int:
            log_metric("<size>", len(text))
            return len(text)

        @task
        def bad(x: int) -> int:
            raise ValueError("<b>no</b>")

        @pipeline
        def main(text: str = "a"):
            n = load(text)
            return bad(n)
    """)
    html = project.run()._repr_html_()
    assert "<td>load</td><td>executed</td>" in html
    assert "<td>failed</td>" in html
    assert "&lt;b&gt;no&lt;/b&gt;" in html
    assert "&lt;size&gt; = 1" in html
    assert "<td>load</td><td>reused</td>" in project.run()._repr_html_()


def test_a_long_run_is_cut(project):
    project.write("""
        @task
        def number(x: int) -> int:
            return x

        @pipeline
        def main():
            return number.map(list(range(60)))
    """)
    html = project.run()._repr_html_()
    assert "… 10 more calls" in html
    assert html.count("<tr>") == 52
