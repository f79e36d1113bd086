//! Streams a body chunk by chunk: only the chunk that is being rewritten is in memory.

use edge_gate::Rewriter;
use futures_util::stream::{self, Stream};
use js_sys::{Reflect, Uint8Array};
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    ReadableStream, ReadableStreamByobReader, ReadableStreamGetReaderOptions,
    ReadableStreamReaderMode,
};
use worker::Error;

/// How much is read at once, in bytes. Left to itself the runtime reads 4 kB, and each read costs a crossing
/// between JavaScript and WebAssembly.
const CHUNK: u32 = 64 * 1024;

/// Reads a body.
pub struct Source {
    reader: ReadableStreamByobReader,
}

impl Source {
    /// From its beginning.
    pub fn new(body: &ReadableStream) -> Self {
        let options = ReadableStreamGetReaderOptions::new();
        options.set_mode(ReadableStreamReaderMode::Byob);
        let reader = body.get_reader_with_options(&options).unchecked_into();
        Self { reader }
    }

    /// What comes next; nothing at the end.
    pub async fn next(&self) -> Result<Option<Vec<u8>>, Error> {
        let buffer = Uint8Array::new_with_length(CHUNK);
        let read = JsFuture::from(self.reader.read_with_array_buffer_view(&buffer)).await?;
        if Reflect::get(&read, &JsValue::from_str("done"))?.is_truthy() {
            return Ok(None);
        }
        let value: Uint8Array = Reflect::get(&read, &JsValue::from_str("value"))?.unchecked_into();
        Ok(Some(value.to_vec()))
    }

    /// Reads at least so many bytes, or all that there are.
    pub async fn start(&self, bytes: usize) -> Result<Vec<u8>, Error> {
        let mut start = Vec::new();
        while start.len() < bytes {
            match self.next().await? {
                Some(chunk) => start.extend(chunk),
                None => break,
            }
        }
        Ok(start)
    }
}

/// Rewrites a body: first what has been read of it, then what is still to come.
pub fn rewritten(
    read: Vec<u8>,
    source: Source,
    rewriter: Rewriter,
) -> impl Stream<Item = Result<Vec<u8>, Error>> {
    let waiting = (!read.is_empty()).then_some(read);
    let state = Some((waiting, source, rewriter));
    stream::try_unfold(state, |state| async {
        let Some((mut waiting, source, mut rewriter)) = state else {
            return Ok(None);
        };
        let mut out = Vec::new();
        loop {
            let chunk = match waiting.take() {
                Some(chunk) => Some(chunk),
                None => source.next().await?,
            };
            let Some(chunk) = chunk else {
                rewriter.end(&mut out);
                return Ok(Some((out, None)));
            };
            rewriter.write(&chunk, &mut out);
            if !out.is_empty() {
                return Ok(Some((out, Some((None, source, rewriter)))));
            }
        }
    })
}

/// Passes a body on unchanged: first what has been read of it, then what is still to come.
pub fn unchanged(read: Vec<u8>, source: Source) -> impl Stream<Item = Result<Vec<u8>, Error>> {
    let waiting = (!read.is_empty()).then_some(read);
    stream::try_unfold((waiting, source), |(mut waiting, source)| async move {
        let chunk = match waiting.take() {
            Some(chunk) => Some(chunk),
            None => source.next().await?,
        };
        Ok(chunk.map(|chunk| (chunk, (None, source))))
    })
}
