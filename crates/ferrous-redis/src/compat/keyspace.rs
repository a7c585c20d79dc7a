//! What commands on keys say and do differently from target to target.
//!
//! Redis 7.0, Redis 8.0 and Valkey 9.1 are as the live servers answer; Redis 7.2 as its release notes tell.
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
    /// `GEOSEARCH` and `GEOSEARCHSTORE` take `BYPOLYGON`.
    pub searches_polygons: bool,
    /// Strings are embedded up to this many bytes together with the key; without it, up to 44 bytes of their own.
    pub embedded_with_key: Option<usize>,
    /// What a script stores stays text, even if it reads as an integer.
    pub scripts_store_text: bool,
    /// Short lists and small sets have the encoding `listpack`.
    pub compact_lists_and_sets: bool,
    /// `XSETID` refuses ids below that of a deleted entry.
    pub set_id_above_deleted: bool,
    /// Cursors are not empty or negative; otherwise they are what C's `strtoul` reads.
    pub strict_cursors: bool,
    /// Timeouts that are too long are called so, and not negative.
    pub names_long_timeout: bool,
    /// `ZRANK` and `ZREVRANK` take `WITHSCORE`.
    pub takes_more_arguments: bool,
    /// The arities of subcommands that are others than those of Redis 7.0.
    pub subcommand_arities: &'static [(&'static str, i16)],
    /// `CONFIG SET` takes more bytes than 64 bits can tell for as many as they can.
    pub takes_any_memory: bool,
    /// `READONLY` and `READWRITE` are fine outside of a cluster.
    pub access_without_cluster: bool,
    /// `LSET` sees the lower 32 bits of its index.
    pub cuts_list_index: bool,
    /// `LREM` and `LPOS` refuse the lowest count and rank.
    pub refuses_lowest_count: bool,
    /// Scores may be hexadecimal.
    pub scores_as_strtod: bool,
    /// The end of a range of scores and a number that `SORT` sorts by may be so, too, and blanks may come before them.
    pub ends_as_strtod: bool,
    /// `SORT` takes numbers that are too large or too small for a double, and no text at all for 0.
    pub sorts_any_size: bool,
    /// A negative offset of a range of a large sorted set counts from the end.
    pub counts_offset_from_end: bool,
    /// A set, sorted set or hash that is given more elements at once than its small encoding takes leaves it beforehand, even if
    /// they repeat.
    pub leaves_compact_ahead: bool,
    /// So does a sorted set that is given a member that is too long, even if it is not added.
    pub foresees_long_members: bool,
    /// `SCAN` refuses types that do not exist.
    pub names_unknown_type: bool,
    /// `SET` with a time that is over stores nothing.
    pub drops_expired: bool,
    /// `XREAD` reads a stream's last entry for `+`.
    pub reads_last_entry: bool,
    /// `XREAD` with fewer ids than keys.
    pub unbalanced_streams: &'static str,
    /// `XADD` of `time-*` where the last entry has that time and the last number.
    pub no_next_number: &'static str,
    /// Longitudes and latitudes have as many digits as tell them apart; otherwise 17 decimals.
    pub shortest_places: bool,
    /// The commands that not every target has, in lower case; a subcommand comes after `|`. With `delifeq` comes `SET` with `IFEQ`.
    pub later_commands: &'static [&'static str],
    /// Which of `novalues` and `noscores` cursors take.
    pub bare_scan_options: &'static [&'static str],
    /// The encoding of a small hash whose fields go by themselves.
    pub small_expiring_hash: &'static str,
    /// The latest time at which a field may go, in milliseconds since 1970.
    pub latest_field_expiry: i64,
    /// The commands on fields that go by themselves read their arguments in one order, after they have looked at the key.
    pub reads_fields_in_order: bool,
    /// Whose words `COMMAND` uses about commands.
    pub command_teller: CommandTeller,
    /// What `INFO` calls the hashes that have fields which go by themselves.
    pub volatile_hashes: Option<&'static str>,
    /// What is wrong with a list of fields.
    pub field_texts: FieldTexts,
}

/// A server whose description of its commands is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CommandTeller {
    /// Redis 7.0.15.
    Redis70,
    /// Redis 8.0.2.
    Redis80,
    /// Valkey 9.1.2.
    Valkey91,
}

/// What `HEXPIRE` and its like say about the fields that they are to name after `FIELDS`, code included.
#[derive(Debug)]
pub struct FieldTexts {
    /// `FIELDS` does not come after the key.
    pub missing: &'static str,
    /// `FIELDS` does not come after the options.
    pub missing_after_options: &'static str,
    /// Their number is no integer, if that is not said as of one that is not positive.
    pub count_not_integer: Option<&'static str>,
    /// Their number does not fit.
    pub count: FieldCountTexts,
    /// The same in a command that reads times only.
    pub count_to_read: FieldCountTexts,
    /// The same in `HPERSIST`, `HGETDEL`, `HGETEX` and `HSETEX`.
    pub count_to_change: FieldCountTexts,
}

/// What is said of a number of fields that does not fit, code included.
#[derive(Clone, Copy, Debug)]
pub struct FieldCountTexts {
    /// It is not positive.
    pub not_positive: &'static str,
    /// There are more or fewer fields.
    pub mismatch: &'static str,
}

const FIELD_COUNT: &str = "ERR Parameter `numFields` should be greater than 0";
const FIELD_COUNTS: FieldCountTexts = FieldCountTexts {
    not_positive: FIELD_COUNT,
    mismatch: "ERR The `numfields` parameter must match the number of arguments",
};
const POSITIVE_COUNT: FieldCountTexts =
    FieldCountTexts { not_positive: "ERR Number of fields must be a positive integer", ..FIELD_COUNTS };
const FIELD_COUNT_VALKEY: &str =
    "ERR numfields should be greater than 0 and match the provided number of fields";
const NO_FIELDS: &str = "ERR Mandatory argument FIELDS is missing or not at the right position";
const SYNTAX: &str = "ERR syntax error";

const COMMAND_ARITIES_72: &[(&str, i16)] = &[("command|getkeys", -3), ("command|getkeysandflags", -3)];

pub(super) const REDIS_70: KeyspaceDialect = KeyspaceDialect {
    getex_reads_expiry_first: false,
    bit_range_first: false,
    bit_count_without_end: false,
    no_such_place: "could not decode requested zset member",
    searches_polygons: false,
    embedded_with_key: None,
    scripts_store_text: false,
    compact_lists_and_sets: false,
    set_id_above_deleted: false,
    strict_cursors: false,
    names_long_timeout: false,
    takes_more_arguments: false,
    subcommand_arities: &[],
    takes_any_memory: true,
    access_without_cluster: false,
    cuts_list_index: false,
    refuses_lowest_count: false,
    scores_as_strtod: true,
    ends_as_strtod: true,
    sorts_any_size: false,
    counts_offset_from_end: false,
    leaves_compact_ahead: false,
    foresees_long_members: false,
    names_unknown_type: false,
    drops_expired: false,
    reads_last_entry: false,
    unbalanced_streams: "Unbalanced XREAD list of streams: for each stream key an ID or '$' must be specified.",
    no_next_number: "ERR Elements are too large to be stored",
    shortest_places: false,
    later_commands: &[],
    bare_scan_options: &[],
    small_expiring_hash: "listpackex",
    latest_field_expiry: 0x3fff_ffff_ffff,
    reads_fields_in_order: true,
    command_teller: CommandTeller::Redis70,
    volatile_hashes: None,
    field_texts: FieldTexts {
        missing: NO_FIELDS,
        missing_after_options: NO_FIELDS,
        count_not_integer: None,
        count: FIELD_COUNTS,
        count_to_read: POSITIVE_COUNT,
        count_to_change: POSITIVE_COUNT,
    },
};

pub(super) const REDIS_72: KeyspaceDialect = KeyspaceDialect {
    bit_range_first: true,
    compact_lists_and_sets: true,
    leaves_compact_ahead: true,
    set_id_above_deleted: true,
    names_long_timeout: true,
    takes_more_arguments: true,
    subcommand_arities: COMMAND_ARITIES_72,
    cuts_list_index: true,
    no_next_number: "ERR The ID specified in XADD is equal or smaller than the target stream top item",
    later_commands: &["client|no-touch", "client|setinfo", "cluster|myshardid", "waitaof"],
    unbalanced_streams: "Unbalanced 'xread' list of streams: for each stream key an ID or '$' must be specified.",
    ..REDIS_70
};

pub(super) const REDIS_80: KeyspaceDialect = KeyspaceDialect {
    later_commands: &[
        "client|no-touch",
        "client|setinfo",
        "cluster|myshardid",
        "hexpire",
        "hexpireat",
        "hexpiretime",
        "hgetdel",
        "hgetex",
        "hpersist",
        "hpexpire",
        "hpexpireat",
        "hpexpiretime",
        "hpttl",
        "hsetex",
        "httl",
        "waitaof",
    ],
    bare_scan_options: &["novalues"],
    command_teller: CommandTeller::Redis80,
    volatile_hashes: Some("subexpiry"),
    strict_cursors: true,
    refuses_lowest_count: true,
    ends_as_strtod: false,
    sorts_any_size: true,
    shortest_places: true,
    subcommand_arities: COMMAND_ARITIES_72,
    counts_offset_from_end: true,
    reads_last_entry: true,
    unbalanced_streams: "Unbalanced 'xread' list of streams: for each stream key an ID, '+', or '$' must be \
                         specified.",
    ..REDIS_72
};

pub(super) const VALKEY_91: KeyspaceDialect = KeyspaceDialect {
    later_commands: &[
        "client|capa",
        "client|import-source",
        "client|no-touch",
        "client|setinfo",
        "cluster|cancelslotmigrations",
        "cluster|flushslot",
        "cluster|getslotmigrations",
        "cluster|migrateslots",
        "cluster|myshardid",
        "cluster|slot-stats",
        "cluster|syncslots",
        "clusterscan",
        "commandlog",
        "delifeq",
        "hexpire",
        "hexpireat",
        "hexpiretime",
        "hgetdel",
        "hgetex",
        "hpersist",
        "hpexpire",
        "hpexpireat",
        "hpexpiretime",
        "hpttl",
        "hsetex",
        "httl",
        "msetex",
        "waitaof",
    ],
    bare_scan_options: &["novalues", "noscores"],
    small_expiring_hash: "hashtable",
    latest_field_expiry: i64::MAX,
    reads_fields_in_order: false,
    command_teller: CommandTeller::Valkey91,
    volatile_hashes: Some("keys_with_volatile_items"),
    field_texts: FieldTexts {
        missing: SYNTAX,
        missing_after_options: FIELD_COUNT_VALKEY,
        count_not_integer: Some("ERR value is not an integer or out of range"),
        count: FieldCountTexts { not_positive: FIELD_COUNT_VALKEY, mismatch: FIELD_COUNT_VALKEY },
        count_to_read: FieldCountTexts { not_positive: SYNTAX, mismatch: SYNTAX },
        count_to_change: FieldCountTexts { not_positive: FIELD_COUNT_VALKEY, mismatch: FIELD_COUNT_VALKEY },
    },
    getex_reads_expiry_first: true,
    bit_count_without_end: true,
    no_such_place: "member {} does not exist",
    searches_polygons: true,
    embedded_with_key: Some(114),
    foresees_long_members: true,
    scripts_store_text: true,
    strict_cursors: true,
    refuses_lowest_count: true,
    scores_as_strtod: false,
    ends_as_strtod: false,
    counts_offset_from_end: true,
    names_unknown_type: true,
    drops_expired: true,
    reads_last_entry: true,
    access_without_cluster: true,
    subcommand_arities: &[
        ("cluster|replicate", -3),
        ("command|getkeys", -3),
        ("command|getkeysandflags", -3),
        ("script|debug", -3),
    ],
    takes_any_memory: false,
    ..REDIS_72
};
