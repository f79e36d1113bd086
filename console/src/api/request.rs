//! One request over `fetch`.

use crate::browser::window;
use js_sys::{Array, ArrayBuffer, Reflect, Uint8Array};
use wasm_bindgen::JsCast as _;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, Headers, ReadableStreamDefaultReader, RequestInit, Response};

/// An answer.
pub struct Answer {
    /// Its HTTP status.
    pub status: u16,
    /// Its body.
    pub bytes: Vec<u8>,
}

/// A file that the server sends.
pub struct File {
    /// What the server calls it.
    pub name: String,
    /// How large it is, in bytes.
    pub size: u64,
    /// What is in it.
    pub blob: Blob,
}

/// Asks for a file, and says how much of it has come; the answer itself where it is none. Nothing where no answer came, or not all of it.
pub async fn fetch_file(
    path: &str,
    token: Option<&str>,
    so_far: impl Fn(u64),
) -> Option<Result<File, Answer>> {
    let response = fetch("GET", path, None, token).await?;
    if response.status() != 200 {
        return Some(Err(read(response).await?));
    }
    let disposition = response.headers().get("content-disposition").ok()??;
    let name = disposition.split('"').nth(1)?.to_owned();
    let reader = response.body()?.get_reader();
    let reader: ReadableStreamDefaultReader = reader.unchecked_into();
    let (pieces, mut size) = (Array::new(), 0);
    loop {
        let piece = JsFuture::from(reader.read()).await.ok()?;
        if Reflect::get(&piece, &"done".into()).ok()?.is_truthy() {
            break;
        }
        let bytes: Uint8Array = Reflect::get(&piece, &"value".into()).ok()?.unchecked_into();
        size += u64::from(bytes.length());
        pieces.push(&bytes);
        so_far(size);
    }
    let blob = Blob::new_with_u8_array_sequence(&pieces).ok()?;
    Some(Ok(File { name, size, blob }))
}

/// Sends a request; nothing where no answer came.
pub async fn send(
    method: &str,
    path: &str,
    body: Option<&str>,
    token: Option<&str>,
) -> Option<Answer> {
    read(fetch(method, path, body, token).await?).await
}

async fn fetch(
    method: &str,
    path: &str,
    body: Option<&str>,
    token: Option<&str>,
) -> Option<Response> {
    let init = RequestInit::new();
    init.set_method(method);
    let headers = Headers::new().ok()?;
    if let Some(token) = token {
        // A token that no header can have is none that the server has given.
        headers
            .set("authorization", &format!("Bearer {token}"))
            .ok()?;
    }
    if let Some(body) = body {
        init.set_body(&body.into());
    }
    init.set_headers(&headers);
    let answer = window()?.fetch_with_str_and_init(path, &init);
    Some(JsFuture::from(answer).await.ok()?.unchecked_into())
}

async fn read(response: Response) -> Option<Answer> {
    let buffer = JsFuture::from(response.array_buffer().ok()?).await.ok()?;
    let buffer: ArrayBuffer = buffer.unchecked_into();
    Some(Answer {
        status: response.status(),
        bytes: Uint8Array::new(&buffer).to_vec(),
    })
}
