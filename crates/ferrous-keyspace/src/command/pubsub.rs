//! Channels, which nobody listens to.

use super::{Call, subcommand_syntax};
use crate::error::Outcome;

/// `PUBLISH channel message`.
pub(super) fn publish(call: &mut Call<'_>) -> Outcome {
    call.reply.integer(0);
    Ok(())
}

/// `SPUBLISH channel message`.
pub(super) fn spublish(call: &mut Call<'_>) -> Outcome {
    publish(call)
}

/// `PUBSUB CHANNELS|SHARDCHANNELS [pattern]`, `PUBSUB NUMSUB|SHARDNUMSUB [channel ...]` and `PUBSUB NUMPAT`.
pub(super) fn pubsub(call: &mut Call<'_>) -> Outcome {
    match call.arg(1).to_ascii_lowercase().as_slice() {
        b"channels" | b"shardchannels" if call.len() > 3 => return Err(subcommand_syntax(call.args)),
        b"channels" | b"shardchannels" => call.reply_empty(),
        b"numpat" => call.reply.integer(0),
        _ => {
            call.reply.begin_array((call.len() - 2) * 2);
            for channel in call.args_from(2) {
                call.reply.bulk(channel);
                call.reply.integer(0);
            }
            call.reply.end();
        }
    }
    Ok(())
}
