//! Places: `GEOADD`, `GEOPOS`, `GEODIST`, `GEOHASH`. A set of places is a sorted set whose scores are geohashes.
//!
//! A geohash halves longitude and latitude in turn, 26 times each, and writes down which half a place is in. It is read
//! back as the middle of the cell.

use std::f64::consts::PI;

use ferrous_redis::{
    compat::NumberForm,
    host::{ArgsBuffer, CommandArgs},
    number_text,
};

use super::{Call, sorted_set};
use crate::{
    error::{CommandError, Outcome},
    extended::Extended,
    number::parse_double,
    object::SortedSet,
};

/// Halvings of either axis.
const STEPS: u32 = 26;
/// Bits of a cell's number that are interleaved: the upper ends of the axes are one past the last cell.
const WIDTH: u32 = 32;
/// The longitudes of the grid, in degrees.
pub(super) const LONGITUDES: (f64, f64) = (-180.0, 180.0);
/// The latitudes of the grid: those of the web's Mercator maps.
pub(super) const LATITUDES: (f64, f64) = (-85.051_128_78, 85.051_128_78);
/// In metres.
pub(super) const EARTH_RADIUS: f64 = 6_372_797.560_856;
const TWO_TO_63: f64 = 9_223_372_036_854_775_808.0;
const DIGITS: &[u8; 32] = b"0123456789bcdefghjkmnpqrstuvwxyz";

/// Longitude and latitude, in degrees.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub(super) longitude: f64,
    pub(super) latitude: f64,
}

/// The number of the cell that `value` is in, of 2^26 cells over a range.
fn cell(value: f64, range: (f64, f64)) -> u64 {
    // Not negative and at most 2^26.
    ((value - range.0) / (range.1 - range.0) * f64::from(1 << STEPS)) as u64
}

/// The middle of a cell.
fn middle(cell: u64, range: (f64, f64)) -> f64 {
    let scale = range.1 - range.0;
    // Cells are below 2^26.
    let edge = |cell: u64| range.0 + (cell as f64 / f64::from(1 << STEPS)) * scale;
    f64::midpoint(edge(cell), edge(cell + 1)).clamp(range.0, range.1)
}

/// The geohash of a place.
fn hash(place: Place, latitudes: (f64, f64)) -> u64 {
    interleave(cell(place.longitude, LONGITUDES), cell(place.latitude, latitudes))
}

/// The bits of two cells' numbers in turn, the latitude's below the longitude's.
pub(super) fn interleave(longitude: u64, latitude: u64) -> u64 {
    (0..WIDTH).fold(0, |bits, step| {
        bits | (latitude >> step & 1) << (2 * step) | (longitude >> step & 1) << (2 * step + 1)
    })
}

/// A score as a signed integer, as the servers' processors convert it: all that is out of range becomes the lowest one.
pub(super) fn as_signed(score: f64) -> i64 {
    if score < TWO_TO_63 { score as i64 } else { i64::MIN }
}

/// A score as the bits of a geohash. Those that `GEOADD` wrote are integers below 2^52; others are converted as the servers'
/// compilers have it: the lower half of the range as a signed integer, the upper half from its own beginning.
fn as_bits(score: f64) -> u64 {
    if score < TWO_TO_63 {
        as_signed(score).cast_unsigned()
    } else {
        as_signed(score - TWO_TO_63).cast_unsigned() ^ 1 << 63
    }
}

/// The place that a score stands for.
pub(super) fn place(score: f64) -> Place {
    let bits = as_bits(score);
    let every_other =
        |shift: u32| (0..WIDTH).fold(0, |cell, step| cell | (bits >> (2 * step + shift) & 1) << step);
    Place { longitude: middle(every_other(1), LONGITUDES), latitude: middle(every_other(0), LATITUDES) }
}

/// The distance over the ground, in metres.
pub(super) fn distance(from: Place, to: Place) -> f64 {
    let radians = |degrees: f64| degrees * (PI / 180.0);
    let (latitude, other_latitude) = (radians(from.latitude), radians(to.latitude));
    let across = ((radians(to.longitude) - radians(from.longitude)) / 2.0).sin();
    if across == 0.0 {
        return EARTH_RADIUS * (other_latitude - latitude).abs();
    }
    let along = ((other_latitude - latitude) / 2.0).sin();
    let haversine = along * along + latitude.cos() * other_latitude.cos() * across * across;
    2.0 * EARTH_RADIUS * haversine.sqrt().asin()
}

/// The place, if the grid has it.
pub(super) fn within(place: Place) -> Result<Place, CommandError> {
    let lies_in = |value: f64, range: (f64, f64)| value >= range.0 && value <= range.1;
    if lies_in(place.longitude, LONGITUDES) && lies_in(place.latitude, LATITUDES) {
        return Ok(place);
    }
    let Place { longitude, latitude } = place;
    let text = format!("ERR invalid longitude,latitude pair {longitude:.6},{latitude:.6}");
    Err(CommandError::Other(text.into_bytes().into()))
}

/// How many metres a unit has.
pub(super) fn unit(name: &[u8]) -> Result<f64, CommandError> {
    match name.to_ascii_lowercase().as_slice() {
        b"m" => Ok(1.0),
        b"km" => Ok(1000.0),
        b"ft" => Ok(0.3048),
        b"mi" => Ok(1609.34),
        _ => Err(CommandError::Fixed("ERR unsupported unit provided. please use M, KM, FT, MI")),
    }
}

/// Answers longitude and latitude.
pub(super) fn reply_place(call: &mut Call<'_>, place: Place) {
    call.reply.begin_array(2);
    for degrees in [place.longitude, place.latitude] {
        // Also of a RESP3 double.
        let mut text = Vec::new();
        if call.keyspace.dialect().keyspace.shortest_places {
            number_text::write(degrees, NumberForm::Shortest, &mut text);
        } else {
            text = Extended::from_double(degrees).to_text();
        }
        if call.is_resp3() {
            call.reply.spelled_double(parse_double(&text).unwrap_or(degrees), &text);
        } else {
            call.reply.bulk(&text);
        }
    }
    call.reply.end();
}

/// Where a member is.
fn member(call: &Call<'_>, member: &[u8]) -> Option<Place> {
    call.keyspace.peek::<SortedSet>(call.arg(1))?.score(member).map(place)
}

/// `GEOADD key [NX|XX] [CH] longitude latitude member ...`: as `ZADD`.
pub(super) fn geoadd(call: &mut Call<'_>) -> Outcome {
    let mut first = 2;
    let mut options = sorted_set::AddOptions::default();
    while first < call.len() {
        match call.arg(first).to_ascii_lowercase().as_slice() {
            b"nx" => options.only_new = true,
            b"xx" => options.only_old = true,
            b"ch" => options.count_changed = true,
            _ => break,
        }
        first += 1;
    }
    let rest = call.len() - first;
    if rest == 0 || !rest.is_multiple_of(3) || (options.only_new && options.only_old) {
        return Err(CommandError::Syntax);
    }
    let mut scores = Vec::with_capacity(rest / 3);
    for index in (first..call.len()).step_by(3) {
        let place = Place { longitude: call.double(index)?, latitude: call.double(index + 1)? };
        // Below 2^52, so exact.
        scores.push((hash(within(place)?, LATITUDES) as f64, index + 2));
    }
    sorted_set::add_pairs(call, &scores, options)
}

/// The `ZADD` that a `GEOADD` which succeeded is replicated as.
pub(super) fn as_zadd(args: CommandArgs<'_>) -> Option<ArgsBuffer> {
    let is_option = |word: &&[u8]| [b"nx", b"xx", b"ch"].iter().any(|name| word.eq_ignore_ascii_case(*name));
    let options: Vec<&[u8]> = args.iter().skip(2).take_while(is_option).collect();
    let first = options.len() + 2;
    let mut words = vec![b"ZADD".to_vec(), args.get(1)?.to_vec()];
    words.extend(options.iter().map(|option| option.to_vec()));
    for index in (first..args.len()).step_by(3) {
        let place = Place {
            longitude: parse_double(args.get(index)?)?,
            latitude: parse_double(args.get(index + 1)?)?,
        };
        words.extend([hash(place, LATITUDES).to_string().into_bytes(), args.get(index + 2)?.to_vec()]);
    }
    Some(words.iter().collect())
}

/// `GEOPOS key member ...`: for each longitude and latitude, or the null array.
pub(super) fn geopos(call: &mut Call<'_>) -> Outcome {
    call.keyspace.read::<SortedSet>(call.arg(1))?;
    let members = call.args_from(2);
    call.reply.begin_array(members.len());
    for name in members {
        let Some(place) = member(call, name) else {
            call.reply.null_array();
            continue;
        };
        reply_place(call, place);
    }
    call.reply.end();
    Ok(())
}

/// `GEODIST key member member [m|km|ft|mi]`: the distance with four decimals, or null.
pub(super) fn geodist(call: &mut Call<'_>) -> Outcome {
    if call.len() > 5 {
        return Err(CommandError::Syntax);
    }
    let unit = if call.len() == 5 { unit(call.arg(4))? } else { 1.0 };
    call.keyspace.read::<SortedSet>(call.arg(1))?;
    match (member(call, call.arg(2)), member(call, call.arg(3))) {
        (Some(from), Some(to)) => {
            let text = format!("{:.4}", distance(from, to) / unit);
            call.reply.bulk(text.as_bytes());
        }
        _ => call.reply.null(),
    }
    Ok(())
}

/// `GEOHASH key member ...`: for each its geohash in the public form, or null.
pub(super) fn geohash(call: &mut Call<'_>) -> Outcome {
    call.keyspace.read::<SortedSet>(call.arg(1))?;
    let members = call.args_from(2);
    call.reply.begin_array(members.len());
    for name in members {
        let Some(place) = member(call, name) else {
            call.reply.null();
            continue;
        };
        // The public form of a geohash covers all latitudes. Its 52 bits make ten digits; an eleventh is always 0.
        let bits = hash(place, (-90.0, 90.0));
        let mut text = [b'0'; 11];
        for (digit, shift) in text.iter_mut().zip((0..10).map(|index| 47 - 5 * index)) {
            // Five bits are an index below 32.
            *digit = DIGITS[(bits >> shift & 31) as usize];
        }
        call.reply.bulk(&text);
    }
    call.reply.end();
    Ok(())
}
