//! The chart: for each operation, how much of C's instructions and time it takes.

use svg::Document;
use svg::node::element::{Circle, Group, Line, Rectangle, Text};

use crate::results::{Measured, Results};

const LABELS: f64 = 345.0;
const WIDTH: f64 = 1010.0;
const ROW: f64 = 22.0;
const TOP: f64 = 74.0;
/// Where a ratio of 1 is.
const ONE: f64 = LABELS + 320.0;
/// What lies further right is drawn here, time with its number.
const MOST: f64 = 1.8;

const BETTER: &str = "#2b7a4b";
const WORSE: &str = "#b5542b";
const TIME: &str = "#20304a";

pub(crate) fn draw(results: &Results) -> String {
    let height = TOP + ROW * results.rows.len() as f64 + 12.0;
    let rows = results.rows.iter().enumerate();
    let rows = rows.fold(Group::new(), |group, (index, row)| {
        group.add(draw_row(row, TOP + ROW * index as f64))
    });
    let document = Document::new()
        .set("viewBox", (0.0, 0.0, WIDTH, height))
        .set("width", WIDTH)
        .set("height", height)
        .set("font-family", "sans-serif")
        .set("font-size", 13)
        .add(Rectangle::new().set("width", "100%").set("height", "100%").set("fill", "#ffffff"))
        .add(text("talloc in Rust against libtalloc in C", 16.0, 24.0).set("font-size", 17))
        .add(text(
            "Bar and number: instructions; dot: wall time. C is 1; shorter is better.",
            16.0,
            46.0,
        ))
        .add(text("Red: above the goal of 1.03.", 16.0, TOP - 8.0).set("fill", WORSE))
        .add(grid(height))
        .add(rows);
    format!("{document}\n")
}

fn x(ratio: f64) -> f64 {
    LABELS + (ONE - LABELS) * ratio.min(MOST)
}

fn text(content: &str, x: f64, y: f64) -> Text {
    Text::new(content).set("x", x).set("y", y).set("fill", "#1b1b1b")
}

fn grid(height: f64) -> Group {
    (0..=7).map(|step| f64::from(step) * 0.25).fold(Group::new(), |group, ratio| {
        let stroke = if ratio == 1.0 { "#1b1b1b" } else { "#d9d9d9" };
        let line = Line::new().set("x1", x(ratio)).set("x2", x(ratio));
        let line = line.set("y1", TOP - 4.0).set("y2", height - 8.0).set("stroke", stroke);
        let label = text(&format!("{ratio}"), x(ratio), TOP - 8.0).set("text-anchor", "middle");
        group.add(line).add(label.set("font-size", 11))
    })
}

fn draw_row(row: &Measured, top: f64) -> Group {
    let base = top + 15.0;
    let mut group = Group::new().add(text(row.name, LABELS - 8.0, base).set("text-anchor", "end"));
    if let Some(ratio) = row.counts.ratio() {
        let color = if ratio <= 1.03 { BETTER } else { WORSE };
        let bar = Rectangle::new().set("x", LABELS).set("width", x(ratio) - LABELS);
        let bar = bar.set("y", top + 5.0).set("height", ROW - 9.0).set("fill", color);
        let label = text(&format!("{ratio:.2}"), WIDTH - 12.0, base);
        group = group.add(bar).add(label.set("text-anchor", "end"));
    }
    if let Some(ratio) = row.time_ratio() {
        let dot = Circle::new().set("cx", x(ratio)).set("cy", top + ROW / 2.0 + 0.5);
        group = group.add(dot.set("r", 4).set("fill", TIME).set("stroke", "#ffffff"));
        if ratio > MOST {
            let label = text(&format!("{ratio:.2}"), x(ratio) + 8.0, base);
            group = group.add(label.set("font-size", 11).set("fill", TIME));
        }
    }
    group
}
