//! The certificate as a PDF, A4, with its fonts in it.

use chrono::Datelike;
use krilla::{
    Document,
    geom::{PathBuilder, Point, Rect},
    metadata::{DateTime, Metadata},
    page::PageSettings,
    paint::{Fill, Stroke},
    surface::Surface,
};

use super::{
    fonts::Fonts,
    printed::{Printed, Words, address, square},
};
use crate::error::{Error, Language, Result};

/// A4, in points.
const WIDTH: f32 = 595.28;
const HEIGHT: f32 = 841.89;
const MARGIN: f32 = 64.0;
const BODY: f32 = 12.0;
const LEADING: f32 = 1.75;
/// Where the foot of the last page begins: who signed, and the square code.
const FOOT: f32 = HEIGHT - 230.0;
const SQUARE: f32 = 96.0;
/// Where the second and the third column of the table begin.
const COLUMNS: [f32; 3] = [MARGIN, WIDTH - 220.0, WIDTH - 150.0];

/// One or more pages; an error names a character that no font has.
pub(crate) fn written(fonts: &Fonts, of: &Printed, language: Language, public_url: Option<&str>) -> Result<Vec<u8>> {
    let words = Words(language);
    let code = of.code.as_deref().unwrap_or_default();
    let mut pages = vec![Vec::new()];
    lay_out(fonts, &words, of, &mut pages)?;
    foot(fonts, &words, (of, code), public_url, &mut pages)?;
    let mut document = Document::new();
    document.set_metadata(metadata(&words, of));
    let size = || PageSettings::from_wh(WIDTH, HEIGHT).ok_or_else(|| Error::internal("A4 has a size"));
    for marks in pages {
        let mut page = document.start_page_with(size()?);
        let mut surface = page.surface();
        for mark in marks {
            mark.draw(&mut surface)?;
        }
        surface.finish();
        page.finish();
    }
    document.finish().map_err(|error| Error::internal(error.to_string()))
}

fn metadata(words: &Words, of: &Printed) -> Metadata {
    let language = if words.0 == Language::Chinese { "zh-CN" } else { "en" };
    let day = of.issued_on;
    let number = |part: u32| u8::try_from(part).unwrap_or(1);
    let on =
        DateTime::new(u16::try_from(day.year()).unwrap_or_default()).month(number(day.month())).day(number(day.day()));
    Metadata::new()
        .title(format!("{} {}", words.title(), of.number))
        .authors(vec![of.issuing_body.clone()])
        .language(language.to_owned())
        .creation_date(on)
}

/// Something on a page.
enum Mark {
    Text { at: (f32, f32), size: f32, runs: Vec<super::fonts::Run> },
    Rule { y: f32, from: f32, until: f32 },
    Square { at: (f32, f32), side: f32, dark: Vec<Vec<bool>> },
}

impl Mark {
    fn draw(self, surface: &mut Surface<'_>) -> Result<()> {
        // Black.
        surface.set_stroke(None);
        surface.set_fill(Some(Fill::default()));
        match self {
            Mark::Text { at: (mut x, y), size, runs } => {
                for run in runs {
                    surface.draw_glyphs(Point::from_xy(x, y), &run.glyphs, run.font, &run.text, size, false);
                    x += run.width * size;
                }
            }
            Mark::Rule { y, from, until } => {
                let mut line = PathBuilder::new();
                line.move_to(from, y);
                line.line_to(until, y);
                surface.set_fill(None);
                surface.set_stroke(Some(Stroke { width: 0.5, ..Stroke::default() }));
                if let Some(line) = line.finish() {
                    surface.draw_path(&line);
                }
            }
            Mark::Square { at: (x, y), side, dark } => {
                let part = side / dark.len().max(1) as f32;
                let mut path = PathBuilder::new();
                for (row, line) in dark.iter().enumerate() {
                    for (column, _) in line.iter().enumerate().filter(|(_, dark)| **dark) {
                        let (left, top) = (x + column as f32 * part, y + row as f32 * part);
                        let module = Rect::from_xywh(left, top, part, part);
                        path.push_rect(module.ok_or_else(|| Error::internal("a module has a size"))?);
                    }
                }
                if let Some(path) = path.finish() {
                    surface.draw_path(&path);
                }
            }
        }
        Ok(())
    }
}

type Pages = Vec<Vec<Mark>>;

fn put(pages: &mut Pages, mark: Mark) {
    if let Some(page) = pages.last_mut() {
        page.push(mark);
    }
}

fn text(fonts: &Fonts, pages: &mut Pages, at: (f32, f32), size: f32, line: &str) -> Result<()> {
    let runs = fonts.runs(line)?;
    put(pages, Mark::Text { at, size, runs });
    Ok(())
}

fn centred(fonts: &Fonts, pages: &mut Pages, y: f32, size: f32, line: &str) -> Result<()> {
    let runs = fonts.runs(line)?;
    let width: f32 = runs.iter().map(|run| run.width * size).sum();
    put(pages, Mark::Text { at: ((WIDTH - width) / 2.0, y), size, runs });
    Ok(())
}

/// Title, sentence and table, on as many pages as they take; the foot fits below on the last.
fn lay_out(fonts: &Fonts, words: &Words, of: &Printed, pages: &mut Pages) -> Result<()> {
    centred(fonts, pages, 110.0, 26.0, &words.title())?;
    centred(fonts, pages, 136.0, 10.0, &words.number(of))?;
    let mut y = 180.0;
    for line in wrapped(fonts, &words.statement(of), BODY, WIDTH - 2.0 * MARGIN)? {
        text(fonts, pages, (MARGIN, y), BODY, &line)?;
        y += BODY * LEADING;
    }
    if let Some(warning) = words.warning(of) {
        for line in wrapped(fonts, &warning, 10.0, WIDTH - 2.0 * MARGIN)? {
            text(fonts, pages, (MARGIN, y), 10.0, &line)?;
            y += 10.0 * LEADING;
        }
    }
    y += 12.0;
    y = head(fonts, words, pages, y)?;
    for content in &of.content {
        let [what, times, hours] = words.line(content);
        let lines = wrapped(fonts, &what, BODY, COLUMNS[1] - COLUMNS[0] - 12.0)?;
        if y + lines.len() as f32 * BODY * LEADING > FOOT {
            pages.push(Vec::new());
            y = head(fonts, words, pages, 90.0)?;
        }
        text(fonts, pages, (COLUMNS[1], y), BODY, &times)?;
        text(fonts, pages, (COLUMNS[2], y), BODY, &hours)?;
        for line in lines {
            text(fonts, pages, (COLUMNS[0], y), BODY, &line)?;
            y += BODY * LEADING;
        }
    }
    put(pages, Mark::Rule { y: y - BODY, from: MARGIN, until: WIDTH - MARGIN });
    Ok(())
}

/// The head of the table; where its first line goes.
fn head(fonts: &Fonts, words: &Words, pages: &mut Pages, y: f32) -> Result<f32> {
    put(pages, Mark::Rule { y: y - BODY - 4.0, from: MARGIN, until: WIDTH - MARGIN });
    for (x, name) in COLUMNS.into_iter().zip(words.heads()) {
        text(fonts, pages, (x, y + 2.0), BODY, &name)?;
    }
    put(pages, Mark::Rule { y: y + 10.0, from: MARGIN, until: WIDTH - MARGIN });
    Ok(y + 10.0 + BODY * LEADING)
}

fn foot(
    fonts: &Fonts,
    words: &Words,
    (of, code): (&Printed, &str),
    public_url: Option<&str>,
    pages: &mut Pages,
) -> Result<()> {
    let mut y = FOOT + 40.0;
    for (what, who) in words.signed(of) {
        let separator = if words.0 == Language::Chinese { "：" } else { ": " };
        for line in wrapped(fonts, &format!("{what}{separator}{who}"), BODY, WIDTH - 2.0 * MARGIN - SQUARE - 24.0)? {
            text(fonts, pages, (MARGIN, y), BODY, &line)?;
            y += BODY * LEADING;
        }
    }
    let leads_to = address(public_url, code);
    let corner = (WIDTH - MARGIN - SQUARE, FOOT + 16.0);
    put(pages, Mark::Square { at: corner, side: SQUARE, dark: square(&leads_to) });
    text(fonts, pages, (corner.0, corner.1 + SQUARE + 14.0), 9.0, &words.verify())?;
    let mut y = HEIGHT - 76.0;
    text(fonts, pages, (MARGIN, y), 9.0, &words.code(code))?;
    if public_url.is_some() {
        y += 14.0;
        for line in wrapped(fonts, &leads_to, 9.0, WIDTH - 2.0 * MARGIN)? {
            text(fonts, pages, (MARGIN, y), 9.0, &line)?;
            y += 12.0;
        }
    }
    Ok(())
}

/// Lines that are no wider than this: broken at the last space where that leaves much of the line, otherwise, as Chinese is, anywhere but before a mark
/// that closes.
fn wrapped(fonts: &Fonts, of: &str, size: f32, width: f32) -> Result<Vec<String>> {
    const NEVER_FIRST: &str = "，。；：、！？）》”";
    let (mut lines, mut line, mut wide) = (Vec::new(), String::new(), 0.0);
    for c in of.chars() {
        let advance = fonts.advance(c)? * size;
        if wide + advance > width && !line.is_empty() && !NEVER_FIRST.contains(c) {
            // A number stays with what it counts.
            let spaces = line.rmatch_indices(' ').map(|(at, _)| at).filter(|at| *at > line.len() / 2);
            let mut spaces = spaces.filter(|at| !line[..*at].ends_with(|before: char| before.is_ascii_digit()));
            let at_space = spaces.next().filter(|_| !c.is_whitespace());
            let rest = at_space.map(|at| line.split_off(at).trim_start().to_owned()).unwrap_or_default();
            lines.push(std::mem::replace(&mut line, rest).trim_end().to_owned());
            wide = line.chars().map(|c| fonts.advance(c).map(|advance| advance * size)).sum::<Result<f32>>()?;
            if c == ' ' && line.is_empty() {
                continue;
            }
        }
        line.push(c);
        wide += advance;
    }
    lines.push(line);
    Ok(lines)
}
