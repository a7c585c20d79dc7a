//! Local time: the time zone that the variable `TZ` names, or the system's.
//!
//! **Invariant:** a zone that cannot be read is UTC, as in C.

use tz::TimeZone;

/// The seconds of a day.
const DAY: i64 = 86_400;
/// The seconds of an hour.
const HOUR: i64 = 3_600;
/// How many days around a moment a clock setting of the wanted kind is looked for: over a year.
const SEARCHED_DAYS: i64 = 400;

/// How a clock is set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Offset {
    /// Seconds ahead of UTC.
    pub(super) seconds: i64,
    /// Whether it is daylight saving time.
    pub(super) daylight: bool,
    /// What the setting is called, as in `CEST`.
    pub(super) name: String,
}

impl Offset {
    /// The setting of `gmtime`.
    pub(super) fn utc() -> Self {
        Self { seconds: 0, daylight: false, name: "GMT".to_owned() }
    }
}

/// See the module's text.
#[derive(Debug, Clone)]
pub(crate) struct Zone(Option<TimeZone>);

impl Zone {
    /// The zone of the process.
    pub(super) fn local() -> Self {
        Self(match std::env::var("TZ") {
            Ok(name) => TimeZone::from_posix_tz(&name).ok(),
            Err(_) => TimeZone::local().ok(),
        })
    }

    /// How clocks are set at a moment.
    pub(super) fn offset(&self, unix: i64) -> Offset {
        let found = self.0.as_ref().and_then(|zone| zone.find_local_time_type(unix).ok());
        match found {
            Some(kind) => Offset {
                seconds: kind.ut_offset().into(),
                daylight: kind.is_dst(),
                name: kind.time_zone_designation().to_owned(),
            },
            None => Offset { name: "UTC".to_owned(), ..Offset::utc() },
        }
    }

    fn seconds(&self, unix: i64) -> i64 {
        self.offset(unix).seconds
    }

    /// The moment at which a clock shows a time, given as the moment at which a clock in UTC does; `daylight` says which
    /// clock is meant, if that is known (`tm_isdst`).
    pub(super) fn to_unix(&self, shown: i64, daylight: Option<bool>) -> i64 {
        if let Some(daylight) = daylight {
            return shown - self.nearest(shown, daylight);
        }
        // Of a time that clocks show twice, the one that glibc comes upon first.
        let around = [self.seconds(shown), self.seconds(shown - DAY), self.seconds(shown + DAY)];
        let fits = around.into_iter().find(|seconds| self.seconds(shown - seconds) == *seconds);
        // A time that clocks skip counts by the winter's clock.
        shown - fits.or(around.into_iter().min()).unwrap_or_default()
    }

    /// The nearest setting of the clock that is daylight saving time or is not; glibc takes an hour for the difference
    /// where there is only the other kind.
    fn nearest(&self, shown: i64, daylight: bool) -> i64 {
        let now = self.seconds(shown);
        let around = (0..SEARCHED_DAYS).flat_map(|days| [shown - now - days * DAY, shown - now + days * DAY]);
        let found = around.map(|at| self.offset(at)).find(|offset| offset.daylight == daylight);
        found.map_or(now + if daylight { HOUR } else { -HOUR }, |offset| offset.seconds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn berlin() -> Zone {
        Zone(TimeZone::from_posix_tz("CET-1CEST,M3.5.0,M10.5.0/3").ok())
    }

    #[test]
    fn clocks_that_change() {
        let zone = berlin();
        assert_eq!(zone.to_unix(1_625_140_800, None), 1_625_133_600);
        assert_eq!(zone.to_unix(1_625_140_800, Some(false)), 1_625_137_200);
        assert_eq!(zone.to_unix(1_609_502_400, Some(true)), 1_609_495_200);
        // 2021-03-28 02:30, which there was not, and 2021-10-31 02:30, which there was twice.
        assert_eq!(zone.to_unix(1_616_898_600, None), 1_616_895_000);
        assert_eq!(zone.to_unix(1_635_647_400, None), 1_635_643_800);
        assert_eq!(zone.to_unix(1_635_647_400, Some(true)), 1_635_640_200);
        assert_eq!(zone.offset(1_625_133_600).name, "CEST");
    }
}
