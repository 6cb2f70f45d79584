"""The page of the benchmarks: order one on the left, look at its figures on the right."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from fhgui.gui.panels.lazy_panel import LazyPanel
from fhgui.gui.viewers.picture_view import Sample
from fhgui.session.benchmarks import Benchmarks

if TYPE_CHECKING:
    from fhgui.gui.panels.benchmark_page import BenchmarkPage


def benchmark_panel(
    benchmarks: Benchmarks, show_sample: Callable[[Sample | None], None]
) -> LazyPanel[BenchmarkPage]:
    """Return the panel; its page is imported when it is first looked at.

    Parameters
    ----------
    show_sample : told the pixel under the cursor, or None.
    """

    def make() -> BenchmarkPage:
        from fhgui.gui.panels.benchmark_page import BenchmarkPage

        page = BenchmarkPage(benchmarks)
        page.hovered.connect(show_sample)
        return page

    return LazyPanel("benchmarkPanel", "Benchmark methods", make)
