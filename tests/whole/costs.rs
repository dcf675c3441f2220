//! The costs in `docs/which-type.md` are those of `docs/performance.md`. Each stands before the
//! name of its row, `1.05 [object of 64 bytes]`; in the column of the standard library, `0.47 [std,
//! …]`.
//!
//! When they were measured anew: `TALLOC_TESTS_WRITE=1 cargo test -p talloc-tests --test costs`

use std::fs;

use talloc_tests::source::{path, read};

const PAGE: &str = "docs/which-type.md";

/// A line of a table, as cells, and what the columns are called.
struct Row<'a> {
    cells: Vec<&'a str>,
    columns: Vec<&'a str>,
}

/// The lines of the tables of results: those between `<!-- … -->` and `<!-- end of … -->`. The
/// table of arenas has rows of the first one, by other numbers.
fn rows(page: &str) -> Vec<Row<'_>> {
    let (mut is_result, mut columns, mut rows) = (false, Vec::new(), Vec::new());
    for line in page.lines() {
        if line.starts_with("<!-- ") {
            is_result = !line.starts_with("<!-- end of ") && line != "<!-- arenas -->";
            columns.clear();
        } else if is_result && line.starts_with("| ") {
            let cells: Vec<_> = line.split('|').skip(1).map(str::trim).collect();
            if columns.is_empty() {
                columns = cells;
            } else {
                rows.push(Row { cells, columns: columns.clone() });
            }
        }
    }
    rows
}

/// The cost in a row: the one that is called so, or the only one that begins so.
fn cost<'a>(rows: &[Row<'a>], name: &str) -> Result<&'a str, String> {
    let (name, column) = match (name.strip_prefix("std, "), name.strip_prefix("time, ")) {
        (Some(name), _) => (name, "std"),
        (_, Some(name)) => (name, "ours, time"),
        _ => (name, "ours"),
    };
    let mut found: Vec<_> = rows.iter().filter(|row| row.cells[0] == name).collect();
    if found.is_empty() {
        found = rows.iter().filter(|row| row.cells[0].starts_with(name)).collect();
    }
    match found[..] {
        [row] => {
            let place = row.columns.iter().position(|found| *found == column);
            place
                .and_then(|place| row.cells.get(place).copied())
                .ok_or_else(|| format!("{name}: no {column}"))
        }
        _ => Err(format!("{} rows are called {name:?}", found.len())),
    }
}

/// The text with each cost as measured, how many there are, and what is wrong with them.
fn checked(text: &str, rows: &[Row<'_>]) -> (String, usize, Vec<String>) {
    let (mut result, mut count, mut wrong) = (String::new(), 0, Vec::new());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(" [") {
        let number = before.rsplit(|c: char| !c.is_ascii_digit() && c != '.').next().unwrap_or("");
        let (name, behind) = after.split_once(']').unwrap_or((after, ""));
        // Otherwise it is a link.
        if !number.is_empty() {
            count += 1;
            let right = cost(rows, name).unwrap_or_else(|error| {
                wrong.push(error);
                number
            });
            if right != number {
                wrong.push(format!("{name}: {right}, not {number}"));
            }
            result += &before[..before.len() - number.len()];
            result += &format!("{right} [{name}]");
        } else {
            result += &format!("{before} [{name}]");
        }
        rest = behind;
    }
    (result + rest, count, wrong)
}

#[test]
fn the_costs_are_those_measured() {
    let (measured, page) = (read(&path("docs/performance.md")), read(&path(PAGE)));
    let (right, count, wrong) = checked(&page, &rows(&measured));
    if std::env::var_os("TALLOC_TESTS_WRITE").is_some_and(|value| value == "1") {
        fs::write(path(PAGE), right).expect("the page is written");
        return;
    }
    assert!(wrong.is_empty(), "{PAGE}: {wrong:#?}");
    assert_eq!(right, page);
    assert!(count >= 20, "{count} costs");
}

/// In words, since the README has no tables of costs.
#[test]
fn what_the_readme_says_of_arenas_is_measured() {
    let readme = read(&path("README.md"));
    assert!(readme.contains("about two fifths of the time of `malloc` and `free`"));
    let measured = read(&path("docs/performance.md"));
    for row in ["time, scratch arena with ten objects", "time, arena made, ten objects, freed"] {
        let time = cost(&rows(&measured), row).expect("a row").parse::<f64>().expect("a number");
        assert!((0.35..0.45).contains(&time), "{row}: {time}");
    }
}

#[test]
fn a_wrong_cost_is_found() {
    let rows = rows(
        "<!-- x -->\n| | C | ours | std |\n| a | 9 | 1.00 | 0.50 |\n| ab (c) | 9 | 2.00 | - |\n<!-- end of x -->\n| b | 9 | 7.00 |\n",
    );
    let text = "see [a](b), 1.00 [a], 0.50 [std, a], 3.00 [ab]; 1.00 [b]";
    let (right, count, wrong) = checked(text, &rows);
    assert_eq!(right, text.replace("3.00", "2.00"));
    assert_eq!(
        (count, &wrong[..]),
        (4, &["ab: 2.00, not 3.00", "0 rows are called \"b\""].map(str::to_owned)[..])
    );
}
