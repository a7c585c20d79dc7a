//! The shapes that are searched for places, and which cells of the grid they can reach.

use std::f64::consts::PI;

use super::geo::{EARTH_RADIUS, LATITUDES, LONGITUDES, Place, distance, interleave};

/// Halvings of either axis for the finest grid.
const FINEST: u32 = 26;

/// Half of the equator's length on the web's Mercator maps, in metres.
const MERCATOR_MAX: f64 = 20_037_726.37;

/// What is searched, in metres or, with corners, in degrees.
pub(super) enum Shape {
    Circle(f64),
    Box { width: f64, height: f64 },
    Polygon(Vec<Place>),
}

impl Shape {
    /// The distance of a place from the centre if the shape holds it.
    pub(super) fn measure(&self, centre: Place, there: Place) -> Option<f64> {
        match self {
            Self::Circle(radius) => Some(distance(centre, there)).filter(|distance| distance <= radius),
            Self::Box { width, height } => {
                let beside = Place { longitude: centre.longitude, ..there };
                let below = Place { latitude: centre.latitude, ..there };
                let inside = distance(there, below) <= height / 2.0 && distance(there, beside) <= width / 2.0;
                inside.then(|| distance(centre, there))
            }
            Self::Polygon(corners) => encloses(corners, there).then(|| distance(centre, there)),
        }
    }

    /// How many steps it takes to measure one place.
    pub(super) fn steps(&self) -> usize {
        match self {
            Self::Circle(_) | Self::Box { .. } => 1,
            Self::Polygon(corners) => corners.len(),
        }
    }

    /// The radius of a circle that holds it.
    fn radius(&self, centre: Place, bounds: &Bounds) -> f64 {
        match *self {
            Self::Circle(radius) => radius,
            Self::Box { width, height } => ((width / 2.0).powi(2) + (height / 2.0).powi(2)).sqrt(),
            Self::Polygon(_) => {
                let corners = [bounds.west, bounds.east].into_iter().flat_map(|longitude| {
                    [bounds.south, bounds.north].map(|latitude| Place { longitude, latitude })
                });
                corners.map(|corner| distance(centre, corner)).fold(0.0, f64::max)
            }
        }
    }
}

/// The middle of corners: where the sum of their vectors from the middle of the earth points.
pub(super) fn middle_of(corners: &[Place]) -> Place {
    let radians = |degrees: f64| degrees * (PI / 180.0);
    let degrees = |radians: f64| radians / (PI / 180.0);
    let (mut x, mut y, mut z) = (0.0, 0.0, 0.0);
    for corner in corners {
        let (longitude, latitude) = (radians(corner.longitude), radians(corner.latitude));
        x += latitude.cos() * longitude.cos();
        y += latitude.cos() * longitude.sin();
        z += latitude.sin();
    }
    let hypotenuse = (x * x + y * y).sqrt();
    Place { longitude: degrees(y.atan2(x)), latitude: degrees(z.atan2(hypotenuse)) }
}

/// Whether a way from the place straight east crosses an odd number of sides.
fn encloses(corners: &[Place], there: Place) -> bool {
    let mut inside = false;
    let Some(mut last) = corners.last() else { return false };
    for corner in corners {
        let spans = (corner.latitude > there.latitude) != (last.latitude > there.latitude);
        if spans {
            let slope = (last.longitude - corner.longitude) * (there.latitude - corner.latitude)
                / (last.latitude - corner.latitude);
            inside ^= there.longitude < slope + corner.longitude;
        }
        last = corner;
    }
    inside
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

/// The sides of a box around a shape, in degrees.
struct Bounds {
    west: f64,
    south: f64,
    east: f64,
    north: f64,
}

impl Bounds {
    /// The outermost coordinates of corners.
    fn of(corners: &[Place]) -> Self {
        let longitudes = corners.iter().map(|corner| corner.longitude);
        let latitudes = corners.iter().map(|corner| corner.latitude);
        Self {
            west: longitudes.clone().fold(f64::INFINITY, f64::min),
            south: latitudes.clone().fold(f64::INFINITY, f64::min),
            east: longitudes.fold(f64::NEG_INFINITY, f64::max),
            north: latitudes.fold(f64::NEG_INFINITY, f64::max),
        }
    }

    fn around(centre: Place, shape: &Shape) -> Self {
        let Place { longitude, latitude } = centre;
        let (half_width, half_height) = match shape {
            Shape::Circle(radius) => (*radius, *radius),
            Shape::Box { width, height } => (width / 2.0, height / 2.0),
            Shape::Polygon(corners) => return Self::of(corners),
        };
        let degrees = |metres: f64| (metres / EARTH_RADIUS) / (PI / 180.0);
        let beyond = degrees(half_height);
        // The shape reaches furthest to the sides where it is nearest to a pole.
        let widest = if latitude < 0.0 { latitude - beyond } else { latitude + beyond };
        let beside = degrees(half_width / (widest * (PI / 180.0)).cos());
        Self {
            west: longitude - beside,
            south: latitude - beyond,
            east: longitude + beside,
            north: latitude + beyond,
        }
    }
}

/// The cells to look through, as ranges of scores: the centre's, then its neighbours north, south, east, west and at the
/// corners, as far as the shape can reach them.
pub(super) fn areas(centre: Place, shape: &Shape) -> Vec<(f64, f64)> {
    let bounds = Bounds::around(centre, shape);
    let home =
        |steps: u32| (cell(centre.longitude, LONGITUDES, steps), cell(centre.latitude, LATITUDES, steps));
    // One step more or less east or north, around the world. As in Redis an axis that is not moved along stays as it is, even
    // where the upper end of the world makes a cell past the last one.
    let shift = |cell: u64, by: i64, steps: u32| match by {
        0 => cell,
        by => cell.wrapping_add_signed(by) & ((1u64 << steps) - 1),
    };
    let mut depth = steps(shape.radius(centre, &bounds), centre.latitude);
    let (x, y) = home(depth);
    // At the ends of the world the next cell lies on the other side, and is nearer than the bounds.
    let too_fine = edges(shift(y, 1, depth), LATITUDES, depth).1 < bounds.north
        || edges(shift(y, -1, depth), LATITUDES, depth).0 > bounds.south
        || edges(shift(x, 1, depth), LONGITUDES, depth).1 < bounds.east
        || edges(shift(x, -1, depth), LONGITUDES, depth).0 > bounds.west;
    if depth > 1 && too_fine {
        depth -= 1;
    }
    let (x, y) = home(depth);
    let (west, east) = edges(x, LONGITUDES, depth);
    let (south, north) = edges(y, LATITUDES, depth);
    let prunes = depth >= 2;
    let skips = |dx: i64, dy: i64| {
        prunes
            && (dy < 0 && south < bounds.south
                || dy > 0 && north > bounds.north
                || dx < 0 && west < bounds.west
                || dx > 0 && east > bounds.east)
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
