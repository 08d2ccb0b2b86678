//! What a file is, by what is in it, and the picture without what the camera wrote beside it. Nothing is decoded: sizes are read from headers, and parts are
//! kept by what they are, so that whatever is not known to be part of a picture goes (places, times, thumbnails, comments, and what was appended).

use bytes::Bytes;
use entity::attachment::AttachmentKind;
use img_parts::{
    ImageEXIF,
    jpeg::{Jpeg, JpegSegment, markers},
    png::Png,
};

use crate::{error::Message, say};

/// The longest side of a picture, in pixels.
const MOST_SIDE: u32 = 16_384;
/// The most pixels of a picture. What unpacks to more is made to harm whoever looks at it.
const MOST_PIXELS: u64 = 64_000_000;

/// Readers look for the end of a document within so many bytes.
pub const DOCUMENT_END: usize = 1024;

/// A file that may be kept, as it is kept.
#[derive(Debug)]
pub struct Checked {
    pub kind: AttachmentKind,
    pub bytes: Bytes,
    /// Width and height in pixels, as it is shown; none of a document.
    pub size: Option<(u32, u32)>,
}

/// What a file is by its first bytes; none of what is not kept, whatever it is called.
pub fn kind_of(first: &[u8]) -> Option<AttachmentKind> {
    match infer::get(first)?.mime_type() {
        "image/jpeg" => Some(AttachmentKind::Jpeg),
        "image/png" => Some(AttachmentKind::Png),
        "application/pdf" => Some(AttachmentKind::Pdf),
        _ => None,
    }
}

pub fn not_kept() -> Message {
    say!(
        "Photos in JPEG or PNG and documents in PDF are kept; this is none of them, whatever its name.",
        "仅接受 JPEG、PNG 照片和 PDF 文件；该文件的内容不属于这些类型。"
    )
}

/// Checks a whole file and takes out of a picture what is not the picture.
pub fn check(bytes: Bytes) -> Result<Checked, Message> {
    let kind = kind_of(&bytes).ok_or_else(not_kept)?;
    match kind {
        AttachmentKind::Jpeg => jpeg(bytes),
        AttachmentKind::Png => png(bytes),
        AttachmentKind::Pdf => {
            ended(&bytes[bytes.len().saturating_sub(DOCUMENT_END)..])?;
            Ok(Checked { kind, bytes, size: None })
        }
    }
}

/// Do the last bytes of a document say that they are?
pub fn ended(last: &[u8]) -> Result<(), Message> {
    if last.windows(5).any(|five| five == b"%%EOF") { Ok(()) } else { Err(broken()) }
}

fn broken() -> Message {
    say!("The file is damaged or cut off.", "文件已损坏或不完整。")
}

fn bounded((width, height): (u32, u32)) -> Result<(), Message> {
    if width == 0 || height == 0 {
        return Err(broken());
    }
    if width > MOST_SIDE || height > MOST_SIDE || u64::from(width) * u64::from(height) > MOST_PIXELS {
        return Err(say!(
            "The picture has {width} × {height} pixels; at most {MOST_SIDE} on a side and {MOST_PIXELS} in all are kept.",
            "图片为 {width} × {height} 像素；单边最多 {MOST_SIDE}，总数最多 {MOST_PIXELS}。"
        ));
    }
    Ok(())
}

fn jpeg(bytes: Bytes) -> Result<Checked, Message> {
    let mut jpeg = Jpeg::from_bytes(bytes.clone()).map_err(|_| broken())?;
    let size = jpeg.dimensions().map(|(width, height)| (width.into(), height.into())).ok_or_else(broken)?;
    bounded(size)?;
    let turned = jpeg.exif().map_or(1, |exif| orientation(&exif));
    let mut scanned = false;
    let kept: Vec<JpegSegment> = jpeg
        .segments_mut()
        .drain(..)
        .filter(|segment| is_of_jpeg(segment.marker(), segment.contents()))
        .map(|segment| {
            if segment.marker() != markers::SOS {
                return Ok(segment);
            }
            scanned = true;
            // The library takes all that follows for one.
            let rest = segment.len_with_entropy() - segment.len();
            let scans = scans(&bytes[bytes.len() - rest..]).ok_or_else(broken)?;
            Ok(JpegSegment::new_with_entropy(markers::SOS, segment.contents().clone(), scans))
        })
        .collect::<Result<_, Message>>()?;
    if !scanned {
        return Err(broken());
    }
    *jpeg.segments_mut() = kept;
    if turned != 1 {
        jpeg.set_exif(Some(only_turned(turned)));
    }
    let bytes = jpeg.encoder().bytes();
    Ok(Checked { kind: AttachmentKind::Jpeg, bytes, size: Some(shown(size, turned)) })
}

/// Is a segment part of the picture, or does it say how its colours are meant?
fn is_of_jpeg(marker: u8, contents: &[u8]) -> bool {
    match marker {
        markers::APP0 => contents.starts_with(b"JFIF\0"),
        markers::APP2 => contents.starts_with(b"ICC_PROFILE\0"),
        markers::APP14 => contents.starts_with(b"Adobe"),
        markers::APP1..=markers::APP15 | markers::COM => false,
        _ => true,
    }
}

/// The scans up to the end of the picture, that included: without what stands between them and is no part of it, and without what was appended.
fn scans(entropy: &[u8]) -> Option<Bytes> {
    let (mut kept, mut at) = (Vec::with_capacity(entropy.len()), 0);
    loop {
        let next = entropy[at..].iter().position(|byte| *byte == markers::P)? + at;
        kept.extend_from_slice(&entropy[at..next]);
        let marker = *entropy.get(next + 1)?;
        match marker {
            // Filling.
            markers::P => at = next + 1,
            markers::Z | markers::RST0..=markers::RST7 => {
                kept.extend_from_slice(&entropy[next..next + 2]);
                at = next + 2;
            }
            markers::EOI => {
                kept.extend_from_slice(&[markers::P, markers::EOI]);
                return Some(kept.into());
            }
            _ => {
                let length = usize::from(u16::from_be_bytes([*entropy.get(next + 2)?, *entropy.get(next + 3)?]));
                let segment = entropy.get(next..next + 2 + length).filter(|_| length >= 2)?;
                if is_of_jpeg(marker, &segment[4..]) {
                    kept.extend_from_slice(segment);
                }
                at = next + 2 + length;
            }
        }
    }
}

/// Which way up a picture is, 1 to 8; as it is where nothing says so.
fn orientation(exif: &[u8]) -> u16 {
    let read = exif::Reader::new().read_raw(exif.to_vec()).ok();
    let field = read.as_ref().and_then(|exif| exif.get_field(exif::Tag::Orientation, exif::In::PRIMARY));
    let value = field.and_then(|field| field.value.get_uint(0)).and_then(|value| u16::try_from(value).ok());
    value.filter(|value| (1..=8).contains(value)).unwrap_or(1)
}

/// The least that says so.
fn only_turned(orientation: u16) -> Bytes {
    // Little-endian, the first directory at 8: one entry, the tag 0x0112, one short; no other directory.
    let mut exif = b"II\x2a\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".to_vec();
    exif.extend(orientation.to_le_bytes());
    exif.extend([0; 6]);
    exif.into()
}

/// From 5 on a picture lies on its side.
fn shown((width, height): (u32, u32), orientation: u16) -> (u32, u32) {
    if orientation >= 5 { (height, width) } else { (width, height) }
}

fn png(bytes: Bytes) -> Result<Checked, Message> {
    const KEPT: [[u8; 4]; 14] = [
        *b"IHDR", *b"PLTE", *b"IDAT", *b"IEND", *b"tRNS", *b"gAMA", *b"cHRM", *b"sRGB", *b"iCCP", *b"sBIT", *b"bKGD",
        *b"pHYs", *b"cICP", *b"hIST",
    ];
    let mut png = Png::from_bytes(bytes).map_err(|_| broken())?;
    let size = png.dimensions().ok_or_else(broken)?;
    bounded(size)?;
    let has = |kind: &[u8; 4]| png.chunks().iter().any(|chunk| chunk.kind() == *kind);
    if png.chunks().first().is_none_or(|chunk| chunk.kind() != *b"IHDR") || !has(b"IDAT") || !has(b"IEND") {
        return Err(broken());
    }
    let turned = png.exif().map_or(1, |exif| orientation(&exif));
    png.chunks_mut().retain(|chunk| KEPT.contains(&chunk.kind()));
    if turned != 1 {
        png.set_exif(Some(only_turned(turned)));
    }
    let bytes = png.encoder().bytes();
    Ok(Checked { kind: AttachmentKind::Png, bytes, size: Some(shown(size, turned)) })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An EXIF block with an orientation and a note behind it.
    fn told(orientation: u16) -> Vec<u8> {
        let mut exif = only_turned(orientation).to_vec();
        exif.extend(b"GPS 36.0N 120.2E");
        exif
    }

    fn segment(marker: u8, contents: &[u8]) -> Vec<u8> {
        let length = (contents.len() as u16 + 2).to_be_bytes();
        [&[0xff, marker], &length[..], contents].concat()
    }

    fn photo(orientation: u16, (width, height): (u16, u16)) -> Vec<u8> {
        let (w, h) = (width.to_be_bytes(), height.to_be_bytes());
        [
            &b"\xff\xd8"[..],
            &segment(0xe0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0"),
            &segment(0xe1, &[b"Exif\0\0", &told(orientation)[..]].concat()),
            &segment(0xe1, b"http://ns.adobe.com/xap/1.0/\0<x:place>home</x:place>"),
            &segment(0xe2, b"ICC_PROFILE\0\x01\x01profile"),
            &segment(0xed, b"Photoshop 3.0\0caption"),
            &segment(0xfe, b"comment"),
            &segment(0xc0, &[8, h[0], h[1], w[0], w[1], 1, 1, 0x11, 0]),
            &segment(0xda, b"\x01\x01\0\0\x3f\0"),
            b"\x12\xff\0\x34\xff\xd0\x56",
            &segment(0xfe, b"between scans"),
            &segment(0xda, b"\x01\x01\0\0\x3f\0"),
            b"\x78\xff\xd9",
            b"<script>appended()</script>",
        ]
        .concat()
    }

    #[test]
    fn a_photo_keeps_the_picture_and_which_way_up_it_is_and_nothing_else() {
        for (orientation, size) in [(1, (40, 30)), (3, (40, 30)), (6, (30, 40)), (8, (30, 40))] {
            let checked = check(photo(orientation, (40, 30)).into()).unwrap();
            assert_eq!((checked.kind, checked.size), (AttachmentKind::Jpeg, Some(size)));
            let text = String::from_utf8_lossy(&checked.bytes);
            for gone in ["GPS", "xap", "Photoshop", "comment", "between", "script"] {
                assert!(!text.contains(gone), "{gone} is still there");
            }
            assert!(text.contains("JFIF") && text.contains("ICC_PROFILE"));
            let again = Jpeg::from_bytes(checked.bytes.clone()).unwrap();
            assert_eq!(again.exif().map_or(1, |exif| super::orientation(&exif)), orientation);
            assert!(checked.bytes.ends_with(b"\x78\xff\xd9"));
            // What is kept is kept as it is.
            assert_eq!(check(checked.bytes.clone()).unwrap().bytes, checked.bytes);
        }
    }

    fn chunk(kind: &[u8; 4], contents: &[u8]) -> Vec<u8> {
        img_parts::png::PngChunk::new(*kind, Bytes::copy_from_slice(contents)).encoder().bytes().to_vec()
    }

    fn drawing((width, height): (u32, u32), parts: &[Vec<u8>]) -> Vec<u8> {
        let header = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[8, 0, 0, 0, 0]].concat();
        let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
        png.extend(chunk(b"IHDR", &header));
        png.extend(parts.concat());
        png
    }

    #[test]
    fn a_png_keeps_its_picture_alone() {
        let parts = [
            chunk(b"tEXt", b"Author\0somebody"),
            chunk(b"eXIf", &told(6)),
            chunk(b"IDAT", b"pixels"),
            chunk(b"prVt", b"private"),
            chunk(b"IEND", b""),
            b"PK\x03\x04 a zip behind it".to_vec(),
        ];
        let checked = check(drawing((7, 9), &parts).into()).unwrap();
        assert_eq!((checked.kind, checked.size), (AttachmentKind::Png, Some((9, 7))));
        let text = String::from_utf8_lossy(&checked.bytes);
        assert!(text.contains("pixels") && ["Author", "GPS", "private", "zip"].iter().all(|gone| !text.contains(gone)));
    }

    #[test]
    fn what_unpacks_to_too_much_is_refused_by_its_header() {
        let end = [chunk(b"IDAT", b"small"), chunk(b"IEND", b"")];
        for size in [(20_000, 10), (10, 20_000), (16_000, 16_000), (u32::MAX, u32::MAX)] {
            let refused = check(drawing(size, &end).into()).unwrap_err();
            assert!(refused.en.contains("pixels"), "{size:?}: {}", refused.en);
        }
        assert!(check(photo(1, (65_535, 65_535)).into()).unwrap_err().en.contains("pixels"));
        assert!(check(drawing((8_000, 8_000), &end).into()).is_ok());
    }

    #[test]
    fn what_is_none_of_the_kinds_or_damaged_is_refused() {
        let (zero, whole) = (drawing((0, 9), &[chunk(b"IDAT", b"x"), chunk(b"IEND", b"")]), photo(1, (4, 4)));
        for bytes in [
            &b"<script>alert(1)</script>"[..],
            b"<svg xmlns='http://www.w3.org/2000/svg'/>",
            b"GIF89a",
            b"MZ\x90",
            b"",
            b"\xff\xd8\xff",
            b"\x89PNG\r\n\x1a\nnothing more",
            b"%PDF-1.7 that never ends",
            &zero,
            &whole[..whole.len() - 40],
            &drawing((4, 4), &[chunk(b"IEND", b"")]),
        ] {
            assert!(check(Bytes::copy_from_slice(bytes)).is_err(), "{:?}", String::from_utf8_lossy(bytes));
        }
        assert_eq!(check(Bytes::from_static(b"%PDF-1.7\n1 0 obj\n%%EOF\n")).unwrap().kind, AttachmentKind::Pdf);
    }
}
