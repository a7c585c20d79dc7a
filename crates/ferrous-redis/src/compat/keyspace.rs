//! What commands on keys say and do differently from target to target.
//!
//! Redis 7.0 and Valkey 9.1 are as the live servers answer; Redis 7.2 and 8.0 as their release notes tell.
//!
//! **Invariant:** `ferrous-keyspace` asks these fields, never which target it is.

/// One target's texts and switches for the commands on keys.
#[derive(Debug)]
pub struct KeyspaceDialect {
    /// `GETEX` finds fault with the expiry before it looks at the key.
    pub getex_reads_expiry_first: bool,
    /// `BITCOUNT` and `BITPOS` find fault with their range before they look at the key.
    pub bit_range_first: bool,
    /// `BITCOUNT key start` counts to the end.
    pub bit_count_without_end: bool,
    /// A search around a member that does not exist; `{}` is the member.
    pub no_such_place: &'static str,
    /// Strings are embedded up to this many bytes together with the key; without it, up to 44 bytes of their own.
    pub embedded_with_key: Option<usize>,
    /// Short lists and small sets have the encoding `listpack`.
    pub compact_lists_and_sets: bool,
    /// `XSETID` refuses ids below that of a deleted entry.
    pub set_id_above_deleted: bool,
    /// Cursors are not empty or negative; otherwise they are what C's `strtoul` reads.
    pub strict_cursors: bool,
    /// Timeouts that are too long are called so, and not negative.
    pub names_long_timeout: bool,
    /// `ZRANK` and `ZREVRANK` take `WITHSCORE`, `SCRIPT DEBUG` more than one mode.
    pub takes_more_arguments: bool,
    /// `COMMAND GETKEYS` takes a command without arguments.
    pub lone_command_has_keys: bool,
    /// `LSET` sees the lower 32 bits of its index.
    pub cuts_list_index: bool,
    /// `LREM` and `LPOS` refuse the lowest count and rank.
    pub refuses_lowest_count: bool,
    /// Scores may be hexadecimal, and blanks may come before the end of a range of them.
    pub scores_as_strtod: bool,
    /// `SCAN` refuses types that do not exist.
    pub names_unknown_type: bool,
    /// `SET` with a time that is over stores nothing.
    pub drops_expired: bool,
    /// `XREAD` reads a stream's last entry for `+`.
    pub reads_last_entry: bool,
    /// `XREAD` with fewer ids than keys.
    pub unbalanced_streams: &'static str,
}

pub(super) const REDIS_70: KeyspaceDialect = KeyspaceDialect {
    getex_reads_expiry_first: false,
    bit_range_first: false,
    bit_count_without_end: false,
    no_such_place: "could not decode requested zset member",
    embedded_with_key: None,
    compact_lists_and_sets: false,
    set_id_above_deleted: false,
    strict_cursors: false,
    names_long_timeout: false,
    takes_more_arguments: false,
    lone_command_has_keys: false,
    cuts_list_index: false,
    refuses_lowest_count: false,
    scores_as_strtod: true,
    names_unknown_type: false,
    drops_expired: false,
    reads_last_entry: false,
    unbalanced_streams: "Unbalanced XREAD list of streams: for each stream key an ID or '$' must be specified.",
};

pub(super) const REDIS_72: KeyspaceDialect = KeyspaceDialect {
    bit_range_first: true,
    compact_lists_and_sets: true,
    set_id_above_deleted: true,
    names_long_timeout: true,
    takes_more_arguments: true,
    lone_command_has_keys: true,
    cuts_list_index: true,
    unbalanced_streams: "Unbalanced 'xread' list of streams: for each stream key an ID or '$' must be specified.",
    ..REDIS_70
};

pub(super) const REDIS_80: KeyspaceDialect = KeyspaceDialect {
    reads_last_entry: true,
    unbalanced_streams: "Unbalanced 'xread' list of streams: for each stream key an ID, '+', or '$' must be \
                         specified.",
    ..REDIS_72
};

pub(super) const VALKEY_91: KeyspaceDialect = KeyspaceDialect {
    getex_reads_expiry_first: true,
    bit_count_without_end: true,
    no_such_place: "member {} does not exist",
    embedded_with_key: Some(114),
    strict_cursors: true,
    refuses_lowest_count: true,
    scores_as_strtod: false,
    names_unknown_type: true,
    drops_expired: true,
    reads_last_entry: true,
    ..REDIS_72
};
