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

const NON_LOCAL: &str = "Script attempted to access a non local key in a cluster node";
const NON_LOCAL_VALKEY: &str = "Attempted to access a non local key in a cluster node";

pub(super) const PERMISSIONS_70: PermissionTexts = PermissionTexts {
    command: "The user executing the script can't run this command or subcommand",
    key: "The user executing the script can't access at least one of the keys mentioned in the command arguments",
    channel: "The user executing the script can't publish to the channel mentioned in the command",
};

pub(super) const CLUSTER_70: ClusterTexts = ClusterTexts {
    elsewhere: NON_LOCAL,
    several: NON_LOCAL,
    unserved: NON_LOCAL,
    moving: NON_LOCAL,
    down: "Script attempted to execute a command while the cluster is down",
    down_for_writes: "Script attempted to execute a write command while the cluster is down and readonly",
};

pub(super) const PERMISSIONS_72: PermissionTexts = PermissionTexts {
    command: "ACL failure in script: User {user} has no permissions to run the '{}' command",
    key: "ACL failure in script: No permissions to access a key",
    channel: "ACL failure in script: No permissions to access a channel",
};

pub(super) const CLUSTER_72: ClusterTexts = ClusterTexts {
    several: "Command '{}' in script attempted to access keys that don't hash to the same slot",
    unserved: "Script attempted to access a slot not served",
    moving: "Unable to execute command '{}' in script because undeclared keys were accessed during rehashing of the \
             slot",
    ..CLUSTER_70
};

pub(super) const CLUSTER_VALKEY_91: ClusterTexts = ClusterTexts {
    elsewhere: NON_LOCAL_VALKEY,
    several: NON_LOCAL_VALKEY,
    unserved: NON_LOCAL_VALKEY,
    moving: NON_LOCAL_VALKEY,
    down: "Can not execute a command '{}' while the cluster is down",
    down_for_writes: "Can not execute a command '{}' while the cluster is down",
};
