//! Searching places: `GEOSEARCH`, `GEOSEARCHSTORE`, and `GEORADIUS` with its kin, their older spelling.
//!
//! The cells of a grid that is just coarse enough for a search to lie within one cell and its neighbours are looked
//! through one after another ([`areas`]); that order is the reply's unless it is sorted.

use super::{
    Call,
    geo::{Place, as_signed, place, reply_place, unit, within},
    geo_shape::{Shape, areas, middle_of},
    interest::Interest,
    partial_sort::sort_part,
    shown,
};
use crate::{
    error::{CommandError, Outcome},
    object::{SortedSet, Typed},
    sorted_set::ScoreBound,
};

/// Which command is called.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Search,
    SearchStore,
    Radius { member: bool, may_store: bool },
}

/// Where a search begins: the option that says so. An option may come again, but not with another one.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Origin {
    Member,
    Coordinates,
    Polygon,
}

/// What a command asks for.
struct Search<'a> {
    /// None if the key is not there, so that a member's place is not known.
    centre: Option<Place>,
    origin: Option<Origin>,
    shape: Option<Shape>,
    conversion: f64,
    count: Option<usize>,
    any: bool,
    descending: Option<bool>,
    with: [bool; 3],
    target: Option<&'a [u8]>,
    stores_distance: bool,
}

impl Search<'_> {
    /// Whether the search may begin there, after the options that have been read.
    fn may_begin_at(&self, origin: Origin) -> bool {
        self.origin.is_none_or(|known| known == origin)
    }
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

/// Reads the number of corners at `index` and the corners after it.
fn polygon(call: &Call<'_>, index: usize) -> Result<Vec<Place>, CommandError> {
    let number = call.integer(index).ok().and_then(|number| i32::try_from(number).ok());
    let number = number.ok_or(CommandError::Fixed("ERR invalid number of vertices"))?;
    let number =
        usize::try_from(number).ok().filter(|&number| number >= 3 && number <= (call.len() - index - 1) / 2);
    let number =
        number.ok_or(CommandError::Fixed("ERR GEOSEARCH BYPOLYGON must have at least 3 vertices"))?;
    (0..number).map(|corner| coordinates(call, index + 1 + 2 * corner)).collect()
}

/// Reads the arguments.
fn read<'a>(call: &Call<'a>, form: Form, key: &[u8]) -> Result<Search<'a>, CommandError> {
    let mut search = Search {
        centre: None,
        origin: None,
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
            search.origin = Some(if member { Origin::Member } else { Origin::Coordinates });
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
            b"frommember" if searches && following >= 1 && search.may_begin_at(Origin::Member) => {
                search.centre = member_place(call, key, index + 1)?;
                search.origin = Some(Origin::Member);
                index += 1;
            }
            b"fromlonlat" if searches && following >= 2 && search.may_begin_at(Origin::Coordinates) => {
                search.centre = Some(coordinates(call, index + 1)?);
                search.origin = Some(Origin::Coordinates);
                index += 2;
            }
            b"byradius"
                if searches && following >= 2 && matches!(search.shape, None | Some(Shape::Circle(_))) =>
            {
                let (shape, conversion) = circle(call, index + 1)?;
                (search.shape, search.conversion) = (Some(shape), conversion);
                index += 2;
            }
            b"bybox"
                if searches && following >= 3 && matches!(search.shape, None | Some(Shape::Box { .. })) =>
            {
                let (shape, conversion) = rectangle(call, index + 1)?;
                (search.shape, search.conversion) = (Some(shape), conversion);
                index += 3;
            }
            b"bypolygon"
                if searches
                    && call.keyspace.dialect().keyspace.searches_polygons
                    && following >= 2
                    && search.may_begin_at(Origin::Polygon)
                    && matches!(search.shape, None | Some(Shape::Polygon(_))) =>
            {
                let corners = polygon(call, index + 1)?;
                index += 2 * corners.len() + 1;
                search.centre = Some(middle_of(&corners));
                search.origin = Some(Origin::Polygon);
                search.shape = Some(Shape::Polygon(corners));
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
    } else if search.origin.is_none() {
        format!("ERR exactly one of FROMMEMBER or FROMLONLAT can be specified for {name}")
    } else if search.shape.is_none() {
        let polygons = call.keyspace.dialect().keyspace.searches_polygons;
        let shapes = if polygons { "BYRADIUS, BYBOX and BYPOLYGON" } else { "BYRADIUS and BYBOX" };
        format!("ERR exactly one of {shapes} can be specified for {name}")
    } else if search.any && search.count.is_none() {
        "ERR the ANY argument requires COUNT argument".to_owned()
    } else {
        return Ok(());
    };
    Err(CommandError::Other(text.into_bytes().into()))
}

/// Looks through the areas.
fn find(call: &Call<'_>, key: &[u8], search: &Search<'_>) -> Result<Vec<Found>, CommandError> {
    let mut found = Vec::new();
    let (Some(set), Some(centre), Some(shape)) =
        (call.keyspace.peek::<SortedSet>(key), search.centre, &search.shape)
    else {
        return Ok(found);
    };
    let enough = if search.any { search.count.unwrap_or(usize::MAX) } else { usize::MAX };
    let mut interest = Interest::default();
    for (low, high) in areas(centre, shape) {
        let (start, end) = set.ranks_by_score(
            ScoreBound { score: low, exclusive: false },
            ScoreBound { score: high, exclusive: true },
        );
        for (member, score) in set.range(start, end.max(start)) {
            if found.len() >= enough {
                return Ok(found);
            }
            if let Some(distance) = shape.measure(centre, place(score)) {
                found.push(Found { member: member.into(), score, distance });
            }
            if !interest.lasts_for(shape.steps(), call.reply) {
                return Err(CommandError::Unwanted);
            }
        }
    }
    Ok(found)
}

/// Sorts the places, or as many of them as are asked for.
fn sort(found: &mut [Found], search: &Search<'_>) {
    let enough = search.count.filter(|_| !search.any);
    let descending = match search.descending {
        None if enough.is_none() => return,
        descending => descending.unwrap_or(false),
    };
    let mut compare = |one: &Found, other: &Found| {
        let order = one.distance.total_cmp(&other.distance);
        if descending { order.reverse() } else { order }
    };
    match enough.filter(|&enough| enough < found.len()) {
        Some(enough) => sort_part(found, &(0..enough), &mut compare),
        None => found.sort_by(compare),
    }
}

/// The command in any of its forms.
fn run(call: &mut Call<'_>, form: Form) -> Outcome {
    let key = call.arg(if form == Form::SearchStore { 2 } else { 1 });
    let exists = call.keyspace.read::<SortedSet>(key)?.is_some();
    let search = read(call, form, key)?;
    check(call, form, &search)?;
    let mut found = if exists { find(call, key, &search)? } else { Vec::new() };
    sort(&mut found, &search);
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
        let mut set = SortedSet::new(&call.keyspace.layout);
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
            call.reply.integer(as_signed(one.score));
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

/// `GEOSEARCH key FROMMEMBER m | FROMLONLAT x y BYRADIUS r unit | BYBOX w h unit | BYPOLYGON n x y ... [ASC|DESC] [COUNT n [ANY]] [WITH...]`.
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
