//! The fonts that certificates are printed in. A character that none of them has is an error that names it: nobody's name is printed as a box.

use std::{path::Path, sync::Arc};

use krilla::text::{Font, GlyphId, KrillaGlyph};
use skrifa::{
    FontRef, MetadataProvider,
    instance::{LocationRef, Size},
};

use crate::{
    error::{Code, Error, Result},
    say,
};

/// Fonts in the order in which they are asked for a character.
#[derive(Clone)]
pub struct Fonts(Arc<Vec<Face>>);

struct Face {
    data: Arc<Vec<u8>>,
    font: Font,
    per_em: f32,
}

impl std::fmt::Debug for Fonts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Fonts({})", self.0.len())
    }
}

/// Characters of one font that stand side by side.
pub(super) struct Run {
    pub(super) font: Font,
    pub(super) text: String,
    pub(super) glyphs: Vec<KrillaGlyph>,
    /// In parts of the size of the letters.
    pub(super) width: f32,
}

impl Fonts {
    /// Reads the fonts; says which one cannot be used. They stay in memory.
    pub fn read(paths: &[impl AsRef<Path>]) -> Result<Self> {
        paths.iter().map(|path| Face::read(path.as_ref())).collect::<Result<_>>().map(|faces| Self(Arc::new(faces)))
    }

    /// A line of text, cut where the font changes.
    pub(super) fn runs(&self, text: &str) -> Result<Vec<Run>> {
        let mut runs: Vec<(usize, Run)> = Vec::new();
        for c in text.chars() {
            let (place, glyph, advance) = self.glyph(c)?;
            if runs.last().is_none_or(|(last, _)| *last != place) {
                let font = self.0[place].font.clone();
                runs.push((place, Run { font, text: String::new(), glyphs: Vec::new(), width: 0.0 }));
            }
            if let Some((_, run)) = runs.last_mut() {
                let start = run.text.len();
                run.text.push(c);
                run.glyphs.push(KrillaGlyph::new(glyph, advance, 0.0, 0.0, 0.0, start..run.text.len(), None));
                run.width += advance;
            }
        }
        Ok(runs.into_iter().map(|(_, run)| run).collect())
    }

    /// How wide a character is, in parts of the size of the letters.
    pub(super) fn advance(&self, c: char) -> Result<f32> {
        self.glyph(c).map(|(_, _, advance)| advance)
    }

    fn glyph(&self, c: char) -> Result<(usize, GlyphId, f32)> {
        for (place, face) in self.0.iter().enumerate() {
            let font = FontRef::new(&face.data).map_err(Error::internal)?;
            // The glyph 0 is the box that stands for what is missing.
            if let Some(glyph) = font.charmap().map(c).filter(|glyph| glyph.to_u32() != 0) {
                let width = font.glyph_metrics(Size::unscaled(), LocationRef::default()).advance_width(glyph);
                return Ok((place, GlyphId::new(glyph.to_u32()), width.unwrap_or(face.per_em) / face.per_em));
            }
        }
        let point = format!("U+{:04X}", u32::from(c));
        Err(Error::new(
            Code::Unavailable,
            say!(
                "No font of this server has the character {c} ({point}), so the certificate cannot be printed. Whoever runs the server adds a font that has it to TONGXIN_CERTIFICATE_FONT.",
                "本服务的字体缺少字符“{c}”（{point}），无法打印该证明。请由运维人员在 TONGXIN_CERTIFICATE_FONT 中加入包含该字的字体。"
            ),
        ))
    }
}

impl Face {
    fn read(path: &Path) -> Result<Self> {
        let refused = |why: &str| {
            let path = path.display();
            Error::bad_input(say!(
                "TONGXIN_CERTIFICATE_FONT {path}: {why}.",
                "TONGXIN_CERTIFICATE_FONT {path}：{why}。"
            ))
        };
        let data = Arc::new(std::fs::read(path).map_err(|error| refused(&error.to_string()))?);
        let font = Font::new(data.clone().into(), 0).ok_or_else(|| refused("not a TrueType or OpenType font"))?;
        FontRef::new(&data).map_err(|error| refused(&error.to_string()))?;
        let per_em = font.units_per_em();
        Ok(Self { data, font, per_em })
    }
}
