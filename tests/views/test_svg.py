"""SVG: a screen as a picture that looks the same in every viewer."""

import xml.etree.ElementTree as ET

from kvshell.views.svg import ACROSS, EDGE, StyledRun, draw_svg, runs

NS = "{http://www.w3.org/2000/svg}"


def words(svg: str) -> list[ET.Element]:
    return [text for text in ET.fromstring(svg).iter(f"{NS}text") if text.get("class") != "head"]


def test_a_line_is_split_where_its_style_changes() -> None:
    assert list(runs("a \x1b[1;36m:ok\x1b[0m b\x1b[91m!\x1b[m?")) == [
        StyledRun(0, "a ", ""),
        StyledRun(2, ":ok", "bold cyan"),
        StyledRun(5, " b", ""),
        StyledRun(7, "!", "bright-red"),
        StyledRun(8, "?", ""),
    ]


def test_every_word_is_positioned_in_its_column() -> None:
    drawn = words(draw_svg("日本  x", width=10, title="t"))

    places = [(word.text, round((float(word.get("x", "")) - EDGE) / ACROSS)) for word in drawn]

    assert places == [("日本", 0), ("x", 6)]


def test_the_svg_is_valid_xml_for_any_text() -> None:
    svg = draw_svg("<b>&amp; \x1b[2m\"'\x1b[0m", width=20, title="a < b & c")

    assert [word.text for word in words(svg)] == ["<b>&amp;", "\"'"]


def test_the_svg_loads_nothing_from_the_network() -> None:
    svg = draw_svg("x", width=10, title="t")

    assert "url(" not in svg
    assert svg.count("http") == 1  # the name of the format
