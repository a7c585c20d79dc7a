//! Searching places: `GEOSEARCH`, `GEOSEARCHSTORE`, and `GEORADIUS` with its kin, their older spelling.
//!
//! The cells of a grid that is just coarse enough for a search to lie within one cell and its neighbours are looked
//! through one after another ([`areas`]); that order is the reply's unless it is sorted.

use super::{
    Call,
    geo::{
        EARTH_RADIUS, LATITUDES, LONGITUDES, Place, distance, interleave, place, reply_place, unit, within,
    },
    shown,
};
use crate::{
    error::{CommandError, Outcome},
    object::{SortedSet, Typed},
    sorted_set::ScoreBound,
};

/// Halvings of either axis for the finest grid.
const FINEST: u32 = 26;

/// Half of the equator's length on the web's Mercator maps, in metres.
const MERCATOR_MAX: f64 = 20_037_726.37;

/// What is searched, in metres.
#[derive(Clone, Copy)]
enum Shape {
    Circle(f64),
    Box { width: f64, height: f64 },
}

impl Shape {
    /// The distance of a place from the centre if the shape holds it.
    fn measure(self, centre: Place, there: Place) -> Option<f64> {
        match self {
            Self::Circle(radius) => Some(distance(centre, there)).filter(|&distance| distance <= radius),
            Self::Box { width, height } => {
                let beside = Place { longitude: centre.longitude, ..there };
                let below = Place { latitude: centre.latitude, ..there };
                let inside = distance(there, below) <= height / 2.0 && distance(there, beside) <= width / 2.0;
                inside.then(|| distance(centre, there))
            }
        }
    }

    /// Half of its extent along the parallels and along the meridians.
    fn halves(self) -> (f64, f64) {
        match self {
            Self::Circle(radius) => (radius, radius),
            Self::Box { width, height } => (width / 2.0, height / 2.0),
        }
    }

    /// The radius of a circle that holds it.
    fn radius(self) -> f64 {
        match self {
            Self::Circle(radius) => radius,
            Self::Box { width, height } => ((width / 2.0).powi(2) + (height / 2.0).powi(2)).sqrt(),
        }
    }
}

/// Which command is called.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Search,
    SearchStore,
    Radius { member: bool, may_store: bool },
}

/// What a command asks for.
struct Search<'a> {
    /// None if the key is not there, so that a member's place is not known.
    centre: Option<Place>,
    has_centre: bool,
    shape: Option<Shape>,
    conversion: f64,
    count: Option<usize>,
    any: bool,
    descending: Option<bool>,
    with: [bool; 3],
    target: Option<&'a [u8]>,
    stores_distance: bool,
}

/// A place that was found.
struct Found {
    member: Box<[u8]>,
    score: f64,
    distance: f64,
}

/// Argument `index` and the next as a place.
fn coordinates(call: &Call<'_>, index: usize) -> Result<Place, CommandError> {
    within(Place { longitude: call.double(index)?, latitude: call.double(index + 1)? })
}

/// Argument `index` as a length that is a number.
fn length(call: &Call<'_>, index: usize, otherwise: &'static str) -> Result<f64, CommandError> {
    call.score(call.arg(index)).ok_or(CommandError::Fixed(otherwise))
}

/// Where the member is that argument `index` names; `None` without the key.
fn member_place(call: &Call<'_>, key: &[u8], index: usize) -> Result<Option<Place>, CommandError> {
    let Some(set) = call.keyspace.peek::<SortedSet>(key) else { return Ok(None) };
    let name = call.arg(index);
    if let Some(score) = set.score(name) {
        return Ok(Some(place(score)));
    }
    let name = shown(name, name.len());
    let mut text = b"ERR ".to_vec();
    for (part, word) in call.keyspace.dialect().keyspace.no_such_place.split("{}").enumerate() {
        text.extend_from_slice(if part > 0 { name } else { b"" });
        text.extend_from_slice(word.as_bytes());
    }
    Err(CommandError::Other(text.into()))
}

/// Reads the radius at `index` and the unit after it.
fn circle(call: &Call<'_>, index: usize) -> Result<(Shape, f64), CommandError> {
    let radius = length(call, index, "ERR need numeric radius")?;
    if radius < 0.0 {
        return Err(CommandError::Fixed("ERR radius cannot be negative"));
    }
    let conversion = unit(call.arg(index + 1))?;
    Ok((Shape::Circle(radius * conversion), conversion))
}

/// Reads the width and height at `index` and the unit after them.
fn rectangle(call: &Call<'_>, index: usize) -> Result<(Shape, f64), CommandError> {
    let width = length(call, index, "ERR need numeric width")?;
    let height = length(call, index + 1, "ERR need numeric height")?;
    if width < 0.0 || height < 0.0 {
        return Err(CommandError::Fixed("ERR height or width cannot be negative"));
    }
    let conversion = unit(call.arg(index + 2))?;
    Ok((Shape::Box { width: width * conversion, height: height * conversion }, conversion))
}

/// Reads the arguments.
fn read<'a>(call: &Call<'a>, form: Form, key: &[u8]) -> Result<Search<'a>, CommandError> {
    let mut search = Search {
        centre: None,
        has_centre: false,
        shape: None,
        conversion: 1.0,
        count: None,
        any: false,
        descending: None,
        with: [false; 3],
        target: None,
        stores_distance: false,
    };
    let mut index = match form {
        Form::Search => 2,
        Form::SearchStore => 3,
        Form::Radius { member, .. } => {
            let at = if member { 3 } else { 4 };
            search.centre = if member { member_place(call, key, 2)? } else { Some(coordinates(call, 2)?) };
            search.has_centre = true;
            // Around a member of a key that is not there nothing is looked at further.
            let (shape, conversion) = match search.centre {
                Some(_) => circle(call, at)?,
                None => (Shape::Circle(0.0), 1.0),
            };
            (search.shape, search.conversion) = (Some(shape), conversion);
            at + 2
        }
    };
    if form == Form::SearchStore {
        search.target = Some(call.arg(1));
    }
    let searches = matches!(form, Form::Search | Form::SearchStore);
    let stores = matches!(form, Form::Radius { may_store: true, .. });
    while index < call.len() {
        let following = call.len() - index - 1;
        match call.arg(index).to_ascii_lowercase().as_slice() {
            b"withcoord" => search.with[2] = true,
            b"withdist" => search.with[0] = true,
            b"withhash" => search.with[1] = true,
            b"any" => search.any = true,
            b"asc" => search.descending = Some(false),
            b"desc" => search.descending = Some(true),
            b"count" if following >= 1 => {
                let count = call.integer(index + 1)?;
                let count = usize::try_from(count).ok().filter(|&count| count > 0);
                search.count = Some(count.ok_or(CommandError::Fixed("ERR COUNT must be > 0"))?);
                index += 1;
            }
            b"store" if stores && following >= 1 => {
                search.target = Some(call.arg(index + 1));
                search.stores_distance = false;
                index += 1;
            }
            b"storedist" if stores && following >= 1 => {
                search.target = Some(call.arg(index + 1));
                search.stores_distance = true;
                index += 1;
            }
            b"storedist" if form == Form::SearchStore => search.stores_distance = true,
            b"frommember" if searches && following >= 1 && !search.has_centre => {
                search.centre = member_place(call, key, index + 1)?;
                search.has_centre = true;
                index += 1;
            }
            b"fromlonlat" if searches && following >= 2 && !search.has_centre => {
                search.centre = Some(coordinates(call, index + 1)?);
                search.has_centre = true;
                index += 2;
            }
            b"byradius" if searches && following >= 2 && search.shape.is_none() => {
                let (shape, conversion) = circle(call, index + 1)?;
                (search.shape, search.conversion) = (Some(shape), conversion);
                index += 2;
            }
            b"bybox" if searches && following >= 3 && search.shape.is_none() => {
                let (shape, conversion) = rectangle(call, index + 1)?;
                (search.shape, search.conversion) = (Some(shape), conversion);
                index += 3;
            }
            _ => return Err(CommandError::Syntax),
        }
        index += 1;
    }
    Ok(search)
}

/// What is wrong with the options together, if anything.
fn check(call: &Call<'_>, form: Form, search: &Search<'_>) -> Outcome {
    let name = String::from_utf8_lossy(call.args.name());
    let text = if search.target.is_some() && search.with.contains(&true) {
        let what = if form == Form::SearchStore { "GEOSEARCHSTORE" } else { "STORE option in GEORADIUS" };
        format!("ERR {what} is not compatible with WITHDIST, WITHHASH and WITHCOORD options")
    } else if !search.has_centre {
        format!("ERR exactly one of FROMMEMBER or FROMLONLAT can be specified for {name}")
    } else if search.shape.is_none() {
        format!("ERR exactly one of BYRADIUS and BYBOX can be specified for {name}")
    } else if search.any && search.count.is_none() {
        "ERR the ANY argument requires COUNT argument".to_owned()
    } else {
        return Ok(());
    };
    Err(CommandError::Other(text.into_bytes().into()))
}

/// The cell of a grid that a value is in.
fn cell(value: f64, range: (f64, f64), steps: u32) -> u64 {
    // Not negative and at most 2^26.
    ((value - range.0) / (range.1 - range.0) * f64::from(1u32 << steps)) as u64
}

/// Where a cell begins and ends.
fn edges(cell: u64, range: (f64, f64), steps: u32) -> (f64, f64) {
    // Cells are below 2^26.
    let edge = |cell: u64| range.0 + cell as f64 / f64::from(1u32 << steps) * (range.1 - range.0);
    (edge(cell), edge(cell + 1))
}

/// How often to halve the axes so that a cell is at least as large as the radius.
fn steps(radius: f64, latitude: f64) -> u32 {
    if radius == 0.0 {
        return FINEST;
    }
    let (mut radius, mut steps) = (radius, 1i32);
    while radius < MERCATOR_MAX {
        radius *= 2.0;
        steps += 1;
    }
    steps -= 2;
    // Cells are narrower towards the poles.
    if latitude.abs() > 66.0 {
        steps -= 1;
    }
    if latitude.abs() > 80.0 {
        steps -= 1;
    }
    u32::try_from(steps.max(1)).map_or(1, |steps| steps.min(FINEST))
}

/// The cells to look through, as ranges of scores: the centre's, then its neighbours north, south, east, west and at the
/// corners, as far as the shape can reach them.
fn areas(centre: Place, shape: Shape) -> Vec<(f64, f64)> {
    let (half_width, half_height) = shape.halves();
    let degrees = |metres: f64| (metres / EARTH_RADIUS).to_degrees();
    let beside = degrees(half_width / centre.latitude.to_radians().cos());
    let beyond = degrees(half_height);
    let home =
        |steps: u32| (cell(centre.longitude, LONGITUDES, steps), cell(centre.latitude, LATITUDES, steps));
    // One step more or less east or north, around the world. As in Redis an axis that is not moved along stays as it is, even
    // where the upper end of the world makes a cell past the last one.
    let shift = |cell: u64, by: i64, steps: u32| match by {
        0 => cell,
        by => cell.wrapping_add_signed(by) & ((1u64 << steps) - 1),
    };
    let mut depth = steps(shape.radius(), centre.latitude);
    let (x, y) = home(depth);
    let north = edges(shift(y, 1, depth), LATITUDES, depth).1;
    let south = edges(shift(y, -1, depth), LATITUDES, depth).0;
    let east = edges(shift(x, 1, depth), LONGITUDES, depth).1;
    let west = edges(shift(x, -1, depth), LONGITUDES, depth).0;
    let reach = shape.radius();
    let nearer_than_reach = |there: Place| distance(centre, there) < reach;
    let too_fine = [north, south]
        .map(|latitude| nearer_than_reach(Place { latitude, ..centre }))
        .into_iter()
        .chain([east, west].map(|longitude| nearer_than_reach(Place { longitude, ..centre })))
        .any(|nearer| nearer);
    if depth > 1 && too_fine {
        depth -= 1;
    }
    let (x, y) = home(depth);
    let (west, east) = edges(x, LONGITUDES, depth);
    let (south, north) = edges(y, LATITUDES, depth);
    let prunes = depth >= 2;
    let skips = |dx: i64, dy: i64| {
        prunes
            && (dy < 0 && south < centre.latitude - beyond
                || dy > 0 && north > centre.latitude + beyond
                || dx < 0 && west < centre.longitude - beside
                || dx > 0 && east > centre.longitude + beside)
    };
    let order = [(0, 0), (0, 1), (0, -1), (1, 0), (-1, 0), (1, 1), (-1, 1), (1, -1), (-1, -1)];
    let shift_bits = 2 * (FINEST - depth);
    let mut areas = Vec::new();
    for (dx, dy) in order {
        if skips(dx, dy) {
            continue;
        }
        let bits = interleave(shift(x, dx, depth), shift(y, dy, depth));
        // Below 2^53, so exact.
        let area = ((bits << shift_bits) as f64, ((bits + 1) << shift_bits) as f64);
        // Where the grid is coarse a neighbour on one side is the one on the other.
        if areas.last() != Some(&area) {
            areas.push(area);
        }
    }
    areas
}

/// Looks through the areas.
fn find(call: &Call<'_>, key: &[u8], search: &Search<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    let (Some(set), Some(centre), Some(shape)) =
        (call.keyspace.peek::<SortedSet>(key), search.centre, search.shape)
    else {
        return found;
    };
    let enough = if search.any { search.count.unwrap_or(usize::MAX) } else { usize::MAX };
    for (low, high) in areas(centre, shape) {
        let (start, end) = set.ranks_by_score(
            ScoreBound { score: low, exclusive: false },
            ScoreBound { score: high, exclusive: true },
        );
        for (member, score) in set.range(start, end.max(start)) {
            if found.len() >= enough {
                return found;
            }
            if let Some(distance) = shape.measure(centre, place(score)) {
                found.push(Found { member: member.into(), score, distance });
            }
        }
    }
    found
}

/// The command in any of its forms.
fn run(call: &mut Call<'_>, form: Form) -> Outcome {
    let key = call.arg(if form == Form::SearchStore { 2 } else { 1 });
    let exists = call.keyspace.read::<SortedSet>(key)?.is_some();
    let search = read(call, form, key)?;
    check(call, form, &search)?;
    let mut found = if exists { find(call, key, &search) } else { Vec::new() };
    let unsorted = search.count.is_none() || search.any;
    match search.descending {
        None if unsorted => {}
        Some(true) => found.sort_by(|one, other| other.distance.total_cmp(&one.distance)),
        None | Some(false) => found.sort_by(|one, other| one.distance.total_cmp(&other.distance)),
    }
    found.truncate(search.count.unwrap_or(usize::MAX));
    match search.target {
        Some(target) => store(call, target, &found, &search),
        None => answer(call, &found, &search),
    }
    Ok(())
}

/// Makes the places a sorted set; answers how many.
fn store(call: &mut Call<'_>, target: &[u8], found: &[Found], search: &Search<'_>) {
    if found.is_empty() {
        call.keyspace.remove(target);
    } else {
        let mut set = SortedSet::new(call.keyspace.hasher.clone());
        for place in found {
            let score = if search.stores_distance { place.distance / search.conversion } else { place.score };
            set.insert(&place.member, score);
        }
        call.keyspace.put(target, set.into_value(), None);
    }
    call.reply_len(found.len());
}

/// Answers the members, each with what was asked for.
fn answer(call: &mut Call<'_>, found: &[Found], search: &Search<'_>) {
    let [distance, hash, coordinates] = search.with;
    let extras = search.with.into_iter().filter(|&with| with).count();
    call.reply.begin_array(found.len());
    for one in found {
        if extras > 0 {
            call.reply.begin_array(extras + 1);
        }
        call.reply.bulk(&one.member);
        if distance {
            call.reply.bulk(format!("{:.4}", one.distance / search.conversion).as_bytes());
        }
        if hash {
            // Scores that GEOADD wrote are integers below 2^52; others saturate.
            call.reply.integer(one.score as i64);
        }
        if coordinates {
            reply_place(call, place(one.score));
        }
        if extras > 0 {
            call.reply.end();
        }
    }
    call.reply.end();
}

/// `GEOSEARCH key FROMMEMBER m | FROMLONLAT x y BYRADIUS r unit | BYBOX w h unit [ASC|DESC] [COUNT n [ANY]] [WITH...]`.
pub(super) fn geosearch(call: &mut Call<'_>) -> Outcome {
    run(call, Form::Search)
}

/// `GEOSEARCHSTORE target key ... [STOREDIST]`: as `GEOSEARCH`; how many places were stored.
pub(super) fn geosearchstore(call: &mut Call<'_>) -> Outcome {
    run(call, Form::SearchStore)
}

/// `GEORADIUS key x y radius unit [WITH...] [COUNT n [ANY]] [ASC|DESC] [STORE key] [STOREDIST key]`.
pub(super) fn georadius(call: &mut Call<'_>) -> Outcome {
    run(call, Form::Radius { member: false, may_store: true })
}

/// `GEORADIUS_RO`: `GEORADIUS` that stores nothing.
pub(super) fn georadius_ro(call: &mut Call<'_>) -> Outcome {
    run(call, Form::Radius { member: false, may_store: false })
}

/// `GEORADIUSBYMEMBER key member radius unit ...`: `GEORADIUS` around a member.
pub(super) fn georadiusbymember(call: &mut Call<'_>) -> Outcome {
    run(call, Form::Radius { member: true, may_store: true })
}

/// `GEORADIUSBYMEMBER_RO`: `GEORADIUSBYMEMBER` that stores nothing.
pub(super) fn georadiusbymember_ro(call: &mut Call<'_>) -> Outcome {
    run(call, Form::Radius { member: true, may_store: false })
}
