//! The Gregorian calendar: seconds since 1970 to dates and back, and C's `strftime` in the "C" locale, of which PUC Lua
//! 5.1 uses the conversions of one letter.
//!
//! **Invariant:** all fields are in C's ranges, except that months count from 1 and years from 0.

use super::zone::{Offset, Zone};

const WEEKDAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// A moment as a clock and a calendar show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Date {
    pub(super) year: i64,
    pub(super) month: i64,
    pub(super) day: i64,
    pub(super) hour: i64,
    pub(super) minute: i64,
    pub(super) second: i64,
    /// 0 is Sunday.
    pub(super) weekday: i64,
    /// 0 is the first of January.
    pub(super) day_of_year: i64,
    /// How the clock is set.
    pub(super) offset: Offset,
}

/// Days from 1970-01-01 to a date; months and days may lie outside their ranges.
pub(super) fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    // Years begin in March, so that the leap day is the last one.
    let month = month - 1;
    let year = year + month.div_euclid(12);
    let month = month.rem_euclid(12);
    let (year, month) = if month < 2 { (year - 1, month + 10) } else { (year, month - 2) };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * month + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

impl Date {
    /// The date of a moment; `None` for years that C's `int`, which counts them from 1900, cannot hold.
    pub(super) fn from_unix(seconds: i64, offset: Offset) -> Option<Self> {
        let seconds = seconds.checked_add(offset.seconds)?;
        let (days, time) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
        let shifted = days + 719_468;
        let (era, day_of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
        let year_of_era =
            (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted_month = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
        let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
        let year = era * 400 + year_of_era + i64::from(month <= 2);
        i32::try_from(year - 1900).ok()?;
        Some(Self {
            year,
            month,
            day,
            hour: time / 3_600,
            minute: time / 60 % 60,
            second: time % 60,
            weekday: (days + 4).rem_euclid(7),
            day_of_year: days - days_from_civil(year, 1, 1),
            offset,
        })
    }

    /// The year as C computes it in an `int`, whose largest ones turn negative.
    pub(super) fn shown_year(&self) -> i64 {
        i64::from(self.year as i32)
    }

    /// Year and number of the week that ISO 8601 counts the date to: weeks begin on Mondays, the first has a Thursday.
    fn iso_week(&self) -> (i64, i64) {
        let days = days_from_civil(self.year, 1, 1) + self.day_of_year;
        let thursday = days - (self.weekday + 6) % 7 + 3;
        let mut year = self.year;
        if thursday < days_from_civil(year, 1, 1) {
            year -= 1;
        } else if thursday >= days_from_civil(year + 1, 1, 1) {
            year += 1;
        }
        (year, (thursday - days_from_civil(year, 1, 1)) / 7 + 1)
    }

    /// Appends the date as a format asks, up to byte `most` of the format, and returns how far that was: one byte more if a
    /// conversion lies across. Unknown conversions stand as they are; `zone` is where the clock is set.
    pub(super) fn write(&self, format: &[u8], zone: &Zone, most: usize, out: &mut Vec<u8>) -> usize {
        let mut rest = format;
        while let Some((&byte, tail)) = rest.split_first().filter(|_| format.len() - rest.len() < most) {
            match (byte, tail.split_first()) {
                (b'%', Some((&letter, tail))) => {
                    match composed(letter) {
                        Some(format) => self.write_composed(format, zone, out),
                        None => self.convert(letter, zone, out),
                    }
                    rest = tail;
                }
                _ => {
                    out.push(byte);
                    rest = tail;
                }
            }
        }
        format.len() - rest.len()
    }

    fn convert(&self, letter: u8, zone: &Zone, out: &mut Vec<u8>) {
        let name = |names: &[&str], index: i64| {
            usize::try_from(index).ok().and_then(|index| names.get(index)).copied().unwrap_or("?").to_owned()
        };
        let short = |name: String| name.get(..3).unwrap_or_default().to_owned();
        let noon = if self.hour % 12 == 0 { 12 } else { self.hour % 12 };
        let text = match letter {
            b'a' => short(name(&WEEKDAYS, self.weekday)),
            b'A' => name(&WEEKDAYS, self.weekday),
            b'b' | b'h' => short(name(&MONTHS, self.month - 1)),
            b'B' => name(&MONTHS, self.month - 1),
            b'C' => format!("{:02}", self.year.div_euclid(100)),
            b'd' => format!("{:02}", self.day),
            b'e' => format!("{:2}", self.day),
            b'g' => format!("{:02}", self.iso_week().0.rem_euclid(100)),
            b'G' => self.iso_week().0.to_string(),
            b'k' => format!("{:2}", self.hour),
            b'l' => format!("{noon:2}"),
            b'P' => (if self.hour < 12 { "am" } else { "pm" }).to_owned(),
            b's' => self.unix(zone).to_string(),
            b'V' => format!("{:02}", self.iso_week().1),
            b'H' => format!("{:02}", self.hour),
            b'I' => format!("{noon:02}"),
            b'j' => format!("{:03}", self.day_of_year + 1),
            b'm' => format!("{:02}", self.month),
            b'M' => format!("{:02}", self.minute),
            b'n' => "\n".to_owned(),
            b'p' => (if self.hour < 12 { "AM" } else { "PM" }).to_owned(),
            b'S' => format!("{:02}", self.second),
            b't' => "\t".to_owned(),
            b'u' => (if self.weekday == 0 { 7 } else { self.weekday }).to_string(),
            b'U' => format!("{:02}", (self.day_of_year + 7 - self.weekday) / 7),
            b'w' => self.weekday.to_string(),
            b'W' => format!("{:02}", (self.day_of_year + 7 - (self.weekday + 6) % 7) / 7),
            b'y' => format!("{:02}", self.year.rem_euclid(100)),
            b'Y' => self.shown_year().to_string(),
            b'z' => {
                let minutes = self.offset.seconds.abs() / 60;
                let sign = if self.offset.seconds < 0 { '-' } else { '+' };
                format!("{sign}{:02}{:02}", minutes / 60, minutes % 60)
            }
            b'Z' => self.offset.name.clone(),
            // A width for a conversion that is missing.
            b'1'..=b'9' => format!("{:>1$}", format!("%{}", char::from(letter)), usize::from(letter - b'0')),
            b'%' => "%".to_owned(),
            other => return out.extend_from_slice(&[b'%', other]),
        };
        out.extend_from_slice(text.as_bytes());
    }

    /// Seconds since 1970, for a date that the local clock shows (`mktime`); a date in UTC is taken for one.
    fn unix(&self, zone: &Zone) -> i64 {
        let naive = days_from_civil(self.year, self.month, self.day) * 86_400
            + self.hour * 3_600
            + self.minute * 60
            + self.second;
        zone.to_unix(naive, Some(self.offset.daylight))
    }

    /// Appends a format whose conversions are all simple, and all end a piece.
    fn write_composed(&self, format: &[u8], zone: &Zone, out: &mut Vec<u8>) {
        for piece in format.split_inclusive(u8::is_ascii_alphabetic) {
            if let Some((&letter, literal)) = piece.split_last() {
                out.extend_from_slice(literal.strip_suffix(b"%").unwrap_or(literal));
                self.convert(letter, zone, out);
            }
        }
    }
}

/// The conversions that stand for several simple ones.
fn composed(letter: u8) -> Option<&'static [u8]> {
    match letter {
        b'c' => Some(b"%a %b %e %H:%M:%S %Y"),
        b'D' | b'x' => Some(b"%m/%d/%y"),
        b'F' => Some(b"%Y-%m-%d"),
        b'r' => Some(b"%I:%M:%S %p"),
        b'R' => Some(b"%H:%M"),
        b'T' | b'X' => Some(b"%H:%M:%S"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weeks_of_iso_8601() {
        assert_eq!(text("%G-%V %g", 1_230_768_000), "2009-01 09");
        assert_eq!(text("%G-%V", 1_104_537_600), "2004-53");
    }

    fn text(format: &str, time: i64) -> String {
        let mut out = Vec::new();
        let date = Date::from_unix(time, Offset::utc()).unwrap();
        assert_eq!(date.write(format.as_bytes(), &Zone::local(), format.len(), &mut out), format.len());
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn formats() {
        assert_eq!(
            text("%c %x %X %p %j %y %U %w", 0),
            "Thu Jan  1 00:00:00 1970 01/01/70 00:00:00 AM 001 70 00 4"
        );
        assert_eq!(text("%Y-%m-%d %H:%M:%S%%", 1_577_836_799), "2019-12-31 23:59:59%");
        assert_eq!(text("%A %B %I", 951_782_400), "Tuesday February 12");
        assert_eq!(text("%d%", 951_782_400), "29%");
    }

    #[test]
    fn pieces_end_behind_conversions() {
        let mut out = Vec::new();
        let date = Date::from_unix(0, Offset::utc()).unwrap();
        assert_eq!(date.write(b"ab%Y%d", &Zone::local(), 3, &mut out), 4);
        assert_eq!(out, b"ab1970");
    }

    #[test]
    fn days_go_there_and_back() {
        for time in (-10_000_000_000..10_000_000_000i64).step_by(86_400 * 13 + 1) {
            let date = Date::from_unix(time, Offset::utc()).unwrap();
            let days = days_from_civil(date.year, date.month, date.day);
            assert_eq!(days * 86_400 + date.hour * 3_600 + date.minute * 60 + date.second, time);
        }
        assert_eq!(days_from_civil(2020, 13, 1), days_from_civil(2021, 1, 1));
    }
}
