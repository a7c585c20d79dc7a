//! References that the host holds: the only ones that outlive a transaction.
//!
//! A [`Pinned`] keeps its value alive until it is given to [`Transaction::unpin`]. It knows which heap it belongs to, so a
//! foreign one is an error value, as is one whose scope was rolled back.
//!
//! **Invariant:** a pin made in a scope that is rolled back is gone; a pin released in it is back.

use ferrous_arena::{PinError, Pinned};

use crate::transaction::Transaction;
use crate::value::Value;

#[derive(Clone, Copy, Debug)]
pub(crate) struct Pin {
    pub(crate) value: Value,
    /// The scope in which it was made; 0 if none.
    pub(crate) scope: u8,
    /// The scope in which an older pin was released; 0 if none. It ends with that scope.
    pub(crate) released: u8,
}

impl Transaction<'_> {
    /// Keeps a value alive, and within the host's reach, until it is unpinned.
    pub fn pin(&mut self, value: Value) -> Pinned {
        self.heap.scopes.pins_changed |= self.heap.birth.scope != 0;
        self.heap.pins.pin(Pin { value, scope: self.heap.birth.scope, released: 0 })
    }

    /// The value of a pin.
    pub fn resolve(&self, pinned: &Pinned) -> Result<Value, PinError> {
        match self.heap.pins.get(pinned)? {
            Pin { released: 0, value, .. } => Ok(*value),
            _ => Err(PinError::Released),
        }
    }

    /// Releases a pin.
    pub fn unpin(&mut self, pinned: Pinned) -> Result<(), PinError> {
        let scope = self.heap.birth.scope;
        let pin = self.heap.pins.get_mut(&pinned)?;
        if pin.released != 0 {
            return Err(PinError::Released);
        }
        if pin.scope == scope {
            self.heap.pins.release(&pinned)?;
        } else {
            pin.released = scope;
            self.heap.scopes.pins_changed = true;
        }
        Ok(())
    }
}
