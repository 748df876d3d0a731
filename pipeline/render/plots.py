"""Plots as SVG, by pygal: the same numbers give the same bytes, and nothing in them runs or loads. Pure."""

import sys
from collections.abc import Mapping, Sequence

import pygal
from lxml import etree
from pygal.style import Style

# pygal's import hook, for plug-ins that we don't have, is of an old kind that Python warns of at every import
sys.meta_path[:] = [finder for finder in sys.meta_path if not isinstance(finder, pygal.PluginImportFixer)]

FONT = 'system-ui, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif'
INKS = {"light": ("#fdfdfc", "#191c1f", "#565c63"), "dark": ("#14171a", "#dfe1e2", "#a1a8ae")}
"""Paper, ink and soft ink of the two themes, as in style.css."""
COLOURS = {"light": ("#14506b", "#b5541c", "#6b7280"), "dark": ("#8ec8df", "#f0a878", "#a1a8ae")}
WIDTH, HEIGHT = 560, 280


def render_plot(days: Sequence[str], series: Mapping[str, Sequence[float | None]], theme: str) -> bytes:
    """Lines over days, drawn for a theme: `light` or `dark`."""
    paper, ink, soft = INKS[theme]
    style = Style(
        background=paper,
        plot_background=paper,
        foreground=soft,
        foreground_strong=ink,
        foreground_subtle=soft,
        colors=COLOURS[theme],
        font_family=FONT,
        label_font_size=14,
        major_label_font_size=14,
        legend_font_size=15,
        guide_stroke_color=soft,
        guide_stroke_dasharray="1,6",
        major_guide_stroke_color=soft,
        major_guide_stroke_dasharray="1,3",
    )
    chart = pygal.Line(
        style=style,
        width=WIDTH,
        height=HEIGHT,
        js=(),
        no_prefix=True,
        show_x_guides=False,
        dots_size=3,
        stroke_style={"width": 2},
        margin_right=45,
        legend_at_bottom=True,
        legend_at_bottom_columns=len(series),
        include_x_axis=True,
        x_labels_major_count=6,
        show_minor_x_labels=len(days) <= 8,
        truncate_label=-1,
        truncate_legend=-1,
    )
    chart.x_labels = list(days)
    chart.y_labels = whole_ticks([value for values in series.values() for value in values if value is not None])
    for name, values in series.items():
        chart.add(name, list(values))
    return _settle(chart.render_tree())


def whole_ticks(values: Sequence[float]) -> list[int] | None:
    """Ticks for counts: whole numbers from 0, five or so; None for figures that are no counts."""
    if not values or any(value != int(value) for value in values):
        return None
    top = max(1, int(max(values)))
    step = max(1, -(-top // 5))
    return list(range(0, top + step, step))


def _settle(tree: etree._Element) -> bytes:
    """Without the day of the making, scripts, and what only they would read."""
    for one in list(tree.iter(etree.Comment, "{*}script", "{*}desc")):
        one.getparent().remove(one)
    tree.attrib.pop("id", None)
    return bytes(etree.tostring(tree, encoding="utf-8", xml_declaration=True))
