//! What a script may not do, in the words of one target.

/// Refusals by permissions. `{user}` is the user's name, `{}` the command's.
#[derive(Debug)]
pub struct PermissionTexts {
    /// The command.
    pub command: &'static str,
    /// One of its keys.
    pub key: &'static str,
    /// Its channel.
    pub channel: &'static str,
}

/// Refusals in a cluster. `{}` is the command's name.
#[derive(Debug)]
pub struct ClusterTexts {
    /// The keys are another node's.
    pub elsewhere: &'static str,
    /// The keys of one command are in several slots.
    pub several: &'static str,
    /// Nobody serves the slot.
    pub unserved: &'static str,
    /// The slot is being moved.
    pub moving: &'static str,
    /// The cluster is down.
    pub down: &'static str,
    /// The cluster is down, but for reads.
    pub down_for_writes: &'static str,
}
