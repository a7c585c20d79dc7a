//! Pairing: how a reply writes things that come in twos, members with scores and fields with values.
//!
//! RESP2 writes the two one behind the other in the one array, RESP3 an array for each pair.
//!
//! **Invariant:** what [`Pairing::begin`] has announced is what as many calls of [`Pairing::pair`] write.

use ferrous_redis::reply::ReplySink;

use super::Call;

/// See the module's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pairing {
    /// The first of the two alone.
    Alone,
    /// One behind the other.
    Flat,
    /// Each pair an array.
    Nested,
}

impl Pairing {
    /// The usual one: both only if asked for, and nested if the reply is wanted in RESP3.
    pub(super) fn of(call: &Call<'_>, both: bool) -> Self {
        match (both, call.is_resp3()) {
            (false, _) => Self::Alone,
            (true, false) => Self::Flat,
            (true, true) => Self::Nested,
        }
    }

    /// Begins the array of `count` pairs.
    pub(super) fn begin(self, reply: &mut dyn ReplySink, count: usize) {
        reply.begin_array(if self == Self::Flat { count * 2 } else { count });
    }

    /// Writes a pair.
    pub(super) fn pair(
        self,
        reply: &mut dyn ReplySink,
        first: &[u8],
        second: impl FnOnce(&mut dyn ReplySink),
    ) {
        if self == Self::Nested {
            reply.begin_array(2);
        }
        reply.bulk(first);
        if self != Self::Alone {
            second(reply);
        }
        if self == Self::Nested {
            reply.end();
        }
    }

    /// Writes a member and its score.
    pub(super) fn member(self, reply: &mut dyn ReplySink, member: &[u8], score: f64) {
        self.pair(reply, member, |reply| reply.double(score));
    }
}
