//! The ratios as a bar chart, an SVG written by hand: readable on light and on dark pages, no script, no font of its own.
//!
//! One bar a program, fastest at the top: ferrous relative to lua5.1, whose time is the line at 1. A mark on each row
//! shows where LuaJIT's interpreter stands.

use super::Row;
use super::table::Summary;

/// Height of one row, in pixels.
const ROW: f64 = 18.0;
/// Where the bars begin, and how wide the plot is.
const LEFT: f64 = 190.0;
const PLOT: f64 = 470.0;
/// Where the first row begins.
const TOP: f64 = 74.0;

const STYLE: &str = "
    text { font: 12px system-ui, -apple-system, 'Segoe UI', sans-serif; fill: #24292f }
    .title { font-size: 15px; font-weight: 600 }
    .note { fill: #57606a }
    .grid { stroke: #d0d7de; stroke-width: 1 }
    .one { stroke: #57606a; stroke-width: 1.5; stroke-dasharray: 4 3 }
    .bar { fill: #2f81c7 }
    .slow { fill: #c9622b }
    .mark { fill: #ffffff; fill-opacity: 0.6; stroke: #24292f; stroke-width: 1.5 }
    .value { font-size: 11px; font-variant-numeric: tabular-nums }
    @media (prefers-color-scheme: dark) {
      text { fill: #e6edf3 }
      .note { fill: #9198a1 }
      .grid { stroke: #3d444d }
      .one { stroke: #b1bac4 }
      .mark { fill: #0d1117; stroke: #e6edf3 }
      .bar { fill: #4493f8 }
      .slow { fill: #e3813f }
    }";

/// The whole chart.
pub(crate) fn draw(rows: &[Row]) -> String {
    let mut sorted: Vec<&Row> = rows.iter().collect();
    sorted.sort_by(|a, b| a.to_lua().total_cmp(&b.to_lua()));
    let largest = sorted.iter().flat_map(|row| [row.to_lua(), row.luajit_to_lua()]).fold(1.0, f64::max);
    let end = (largest / 0.25).ceil() * 0.25;
    let scale = PLOT / end;
    let bottom = sorted.iter().fold(TOP, |y, _| y + ROW);
    let (width, height) = (LEFT + PLOT + 50.0, bottom + 34.0);
    let summary = Summary::of(rows);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height:.0}\" width=\"{width:.0}\" \
         height=\"{height:.0}\" role=\"img\" aria-label=\"Time of Lua programs on ferrous relative to Lua 5.1\">\n\
         <style>{STYLE}\n</style>\n"
    );
    svg.push_str(&format!(
        "<text class=\"title\" x=\"16\" y=\"24\">Time relative to Lua 5.1 (shorter is faster)</text>\n\
         <text class=\"note\" x=\"16\" y=\"44\">geometric mean {:.2} over {} programs; bar: ferrous, ring: LuaJIT's \
         interpreter, dashed line: Lua 5.1</text>\n",
        summary.to_lua,
        rows.len()
    ));
    grid(&mut svg, end, scale, bottom);
    let mut y = TOP;
    for row in sorted {
        bar(&mut svg, row, y, scale);
        y += ROW;
    }
    svg.push_str("</svg>\n");
    svg
}

/// Vertical lines at each quarter, numbers at the bottom.
fn grid(svg: &mut String, end: f64, scale: f64, bottom: f64) {
    let mut ratio = 0.0;
    while ratio <= end + 1e-9 {
        let x = LEFT + ratio * scale;
        let class = if ratio == 1.0 { "one" } else { "grid" };
        svg.push_str(&format!(
            "<line class=\"{class}\" x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"{:.1}\" y2=\"{bottom:.1}\"/>\n\
             <text class=\"note\" x=\"{x:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{ratio}</text>\n",
            TOP - 8.0,
            bottom + 18.0
        ));
        ratio += 0.25;
    }
}

/// One program: its name, its bar with the ratio beside it, and the peer's mark.
fn bar(svg: &mut String, row: &Row, y: f64, scale: f64) {
    let class = if row.to_lua() > 1.0 { "slow" } else { "bar" };
    let (width, middle) = (row.to_lua() * scale, y + ROW / 2.0);
    let mark = LEFT + row.luajit_to_lua() * scale;
    svg.push_str(&format!(
        "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>\n\
         <rect class=\"{class}\" x=\"{LEFT:.1}\" y=\"{:.1}\" width=\"{width:.1}\" height=\"{:.1}\" rx=\"2\"/>\n\
         <circle class=\"mark\" cx=\"{mark:.1}\" cy=\"{middle:.1}\" r=\"3.5\"/>\n",
        LEFT - 8.0,
        middle + 4.0,
        escape(&row.program.replace('_', " ")),
        y + 3.0,
        ROW - 6.0,
    ));
    // The number stands clear of the mark.
    let end = LEFT + width;
    let x = if (mark - end).abs() < 40.0 && mark + 8.0 > end { mark + 8.0 } else { end + 6.0 };
    svg.push_str(&format!(
        "<text class=\"value\" x=\"{x:.1}\" y=\"{:.1}\">{:.2}</text>\n",
        middle + 4.0,
        row.to_lua()
    ));
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::super::table::tests::row;
    use super::*;

    #[test]
    fn the_fastest_program_is_at_the_top() {
        let svg =
            draw(&[row("slow_one", [300, 200, 100], [1, 1, 1]), row("quick", [50, 200, 100], [1, 1, 1])]);
        assert!(svg.find("quick").unwrap() < svg.find("slow one").unwrap());
        assert!(svg.contains("class=\"slow\"") && svg.contains(">1.50</text>"), "{svg}");
        assert!(svg.starts_with("<svg") && svg.ends_with("</svg>\n"));
    }

    #[test]
    fn names_are_escaped() {
        assert_eq!(escape("a<b>&c"), "a&lt;b&gt;&amp;c");
    }
}
