//! Stream: a buffered file as C's stdio keeps one, for reading and writing at one position.
//!
//! What was read ahead and what is not yet written are two buffers, at most one of which holds anything. Turning from
//! reading to writing steps back to where the reader stands; turning the other way writes first.
//!
//! **Invariant:** a stream that is dropped has written what it was given, and has waited for its process.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::process::Child;

use rustix::io::Errno;

use crate::output::{Buffering, Output};

/// Bytes read ahead, and collected before they are written.
pub(super) const CAPACITY: usize = 4096;

/// Where the bytes go to and come from.
#[derive(Debug)]
enum Channel {
    File(File),
    /// The output that `print` uses too.
    Output(Output),
    /// Closed.
    Gone,
}

/// See the module's text.
#[derive(Debug)]
pub(super) struct Stream {
    channel: Channel,
    readable: bool,
    writable: bool,
    /// What was read ahead; [`Stream::position`] says how far it is used.
    input: Vec<u8>,
    position: usize,
    /// What is to be written.
    pending: Vec<u8>,
    buffering: Buffering,
    /// The process at the other end of the pipe.
    child: Option<Child>,
    /// An output to flush before this is read.
    prompt: Option<Output>,
}

impl Stream {
    /// A stream over an open file.
    pub(super) fn new(file: File, readable: bool, writable: bool) -> Self {
        Self::over(Channel::File(file), readable, writable)
    }

    /// A stream into an output, which keeps its own buffer.
    pub(super) fn to_output(output: Output) -> Self {
        Self::over(Channel::Output(output), false, true)
    }

    fn over(channel: Channel, readable: bool, writable: bool) -> Self {
        Self {
            channel,
            readable,
            writable,
            input: Vec::new(),
            position: 0,
            pending: Vec::new(),
            buffering: Buffering::Full,
            child: None,
            prompt: None,
        }
    }

    /// The same with a process to wait for at the end.
    pub(super) fn with_child(mut self, child: Child) -> Self {
        self.child = Some(child);
        self
    }

    /// The same with an output to flush before reading.
    pub(super) fn with_prompt(mut self, output: Output) -> Self {
        self.prompt = Some(output);
        self
    }

    /// The same without a buffer for writing.
    pub(super) fn unbuffered(mut self) -> Self {
        self.buffering = Buffering::None;
        self
    }

    /// What was read ahead and not used.
    pub(super) fn ahead(&self) -> &[u8] {
        self.input.get(self.position..).unwrap_or_default()
    }

    /// Uses bytes of what was read ahead.
    pub(super) fn consume(&mut self, count: usize) {
        self.position = (self.position + count).min(self.input.len());
    }

    /// Makes sure that something is read ahead; false at the end of the file.
    ///
    /// # Errors
    /// Those of reading.
    pub(super) fn fill(&mut self) -> io::Result<bool> {
        if !self.ahead().is_empty() {
            return Ok(true);
        }
        let mut input = std::mem::take(&mut self.input);
        self.position = 0;
        input.resize(CAPACITY, 0);
        let result = self.receive(&mut input);
        input.truncate(*result.as_ref().unwrap_or(&0));
        self.input = input;
        result.map(|count| count > 0)
    }

    /// Reads without a buffer.
    fn receive(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.flush()?;
        if let Some(output) = &self.prompt {
            output.flush_lines();
        }
        match &mut self.channel {
            Channel::File(file) if self.readable => loop {
                match file.read(into) {
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    result => return result,
                }
            },
            _ => Err(Errno::BADF.into()),
        }
    }

    /// Reads up to as many bytes as there is room for; 0 at the end of the file.
    ///
    /// # Errors
    /// Those of reading.
    pub(super) fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.ahead().is_empty() && into.len() >= CAPACITY {
            return self.receive(into);
        }
        if !self.fill()? {
            return Ok(0);
        }
        let count = self.ahead().len().min(into.len());
        for (slot, byte) in into.iter_mut().zip(self.ahead()) {
            *slot = *byte;
        }
        self.consume(count);
        Ok(count)
    }

    /// The next byte, which stays where it is.
    ///
    /// # Errors
    /// Those of reading.
    pub(super) fn peek(&mut self) -> io::Result<Option<u8>> {
        Ok(if self.fill()? { self.ahead().first().copied() } else { None })
    }

    /// Writes bytes.
    ///
    /// # Errors
    /// Those of writing, which may come later if the bytes are kept for now.
    pub(super) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        if !self.writable {
            return Err(Errno::BADF.into());
        }
        if let Channel::Output(output) = &self.channel {
            return output.write(bytes);
        }
        self.unread()?;
        if self.pending.len() + bytes.len() >= CAPACITY {
            self.flush()?;
        }
        if bytes.len() >= CAPACITY || self.buffering == Buffering::None {
            return self.send(bytes);
        }
        self.pending.extend_from_slice(bytes);
        if self.buffering == Buffering::Line
            && let Some(end) = memchr::memrchr(b'\n', &self.pending)
        {
            let rest = self.pending.split_off(end + 1);
            self.flush()?;
            self.pending = rest;
        }
        Ok(())
    }

    fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        match &mut self.channel {
            Channel::File(file) => file.write_all(bytes),
            Channel::Output(output) => output.write(bytes),
            Channel::Gone => Err(Errno::BADF.into()),
        }
    }

    /// Writes what was kept back.
    ///
    /// # Errors
    /// Those of writing; what could not be written is lost.
    pub(super) fn flush(&mut self) -> io::Result<()> {
        if let Channel::Output(output) = &self.channel {
            return output.flush();
        }
        if self.pending.is_empty() {
            return Ok(());
        }
        let mut pending = std::mem::take(&mut self.pending);
        let result = self.send(&pending);
        pending.clear();
        self.pending = pending;
        result
    }

    /// Steps back over what was read ahead.
    fn unread(&mut self) -> io::Result<()> {
        // At most a buffer's length.
        let unused = self.ahead().len() as i64;
        self.input.clear();
        self.position = 0;
        match &mut self.channel {
            Channel::File(file) if unused > 0 => file.seek(SeekFrom::Current(-unused)).map(|_| ()),
            _ => Ok(()),
        }
    }

    /// Moves to a position, and returns it.
    ///
    /// # Errors
    /// Those of seeking: no file, or a position before its start.
    pub(super) fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.flush()?;
        // At most a buffer's length.
        let unused = self.ahead().len() as i64;
        let Channel::File(file) = &mut self.channel else { return Err(Errno::SPIPE.into()) };
        let to = match to {
            SeekFrom::Current(offset) => SeekFrom::Current(offset.saturating_sub(unused)),
            to => to,
        };
        let position = file.seek(to)?;
        self.input.clear();
        self.position = 0;
        Ok(position)
    }

    /// Says when text is passed on from now on.
    ///
    /// # Errors
    /// Those of writing what was kept until now.
    pub(super) fn set_buffering(&mut self, buffering: Buffering) -> io::Result<()> {
        if let Channel::Output(output) = &self.channel {
            return output.set_buffering(buffering);
        }
        self.buffering = buffering;
        if buffering == Buffering::None { self.flush() } else { Ok(()) }
    }

    /// Ends the stream: what closing a file says.
    ///
    /// # Errors
    /// Those of writing what was kept back.
    pub(super) fn close(mut self) -> io::Result<()> {
        if self.child.is_some() {
            // What closing a pipe could not write nobody hears of (`pclose`).
            return Ok(());
        }
        self.flush()
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        // There is nobody left to tell.
        let _ = self.flush();
        if let Some(mut child) = self.child.take() {
            // The process sees the end of its input, or that nobody reads its output.
            self.channel = Channel::Gone;
            let _ = child.wait();
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[derive(Debug, Clone)]
    enum Step {
        Read(usize),
        Write(Vec<u8>),
        Seek(i64),
        Flush,
        Buffering(Buffering),
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            (0..6000usize).prop_map(Step::Read),
            (0..5000usize, any::<u8>()).prop_map(|(length, byte)| Step::Write(vec![byte; length])),
            (0..9000i64).prop_map(Step::Seek),
            Just(Step::Flush),
            prop_oneof![Just(Buffering::None), Just(Buffering::Line), Just(Buffering::Full)]
                .prop_map(Step::Buffering),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        /// The model is a vector and a position.
        #[test]
        fn is_a_vector_with_a_position(steps in prop::collection::vec(step(), 0..40)) {
            let (file, name) = crate::temporary::create().unwrap();
            std::fs::remove_file(name).unwrap();
            let mut stream = Stream::new(file, true, true);
            let (mut model, mut at) = (Vec::new(), 0usize);
            for step in steps {
                match step {
                    Step::Read(count) => {
                        let mut got = vec![0; count];
                        let mut have = 0;
                        while have < count {
                            let read = stream.read(&mut got[have..]).unwrap();
                            if read == 0 { break }
                            have += read;
                        }
                        let want: Vec<u8> = model.iter().skip(at).take(count).copied().collect();
                        prop_assert_eq!(&got[..have], &want[..]);
                        at += have;
                    }
                    Step::Write(bytes) => {
                        stream.write(&bytes).unwrap();
                        if !bytes.is_empty() {
                            if model.len() < at + bytes.len() { model.resize(at + bytes.len(), 0) }
                            model[at..at + bytes.len()].copy_from_slice(&bytes);
                            at += bytes.len();
                        }
                    }
                    Step::Seek(to) => {
                        let got = stream.seek(SeekFrom::Start(to as u64)).unwrap();
                        prop_assert_eq!(got, to as u64);
                        at = to as usize;
                    }
                    Step::Flush => stream.flush().unwrap(),
                    Step::Buffering(buffering) => stream.set_buffering(buffering).unwrap(),
                }
                prop_assert_eq!(stream.seek(SeekFrom::Current(0)).unwrap(), at as u64);
            }
        }
    }
}
