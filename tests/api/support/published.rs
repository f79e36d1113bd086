//! Servers that begin with a published site. Each configuration is published once; every test gets a copy
//! of the data that this left.

use super::log::Log;
use super::server::{Api, scratch_folder};
use super::site::{SITE, config};
use super::time::wait_for;
use super::visitor::report;
use serde_json::Value;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, Mutex, OnceLock};

impl Api {
    /// A server with one site, and the hash of its notice.
    pub fn with_site() -> (Self, String) {
        Self::publishing(&config())
    }

    /// A server whose one site has this configuration, and the hash of its notice.
    pub fn publishing(config: &Value) -> (Self, String) {
        static DATA: LazyLock<Mutex<HashMap<String, Arc<OnceLock<Data>>>>> =
            LazyLock::new(Mutex::default);
        let data = Arc::clone(DATA.lock().unwrap().entry(config.to_string()).or_default());
        let data = data.get_or_init(|| Data::of_publication(config));
        let state = scratch_folder();
        for (path, bytes) in &data.files {
            let path = state.join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, bytes).unwrap();
        }
        (Self::start(state), data.notice.clone())
    }

    /// A server with one site and one visitor, who has accepted everything: the report, and its
    /// receipt.
    pub fn with_choice() -> (Self, Value, Value) {
        let (api, notice) = Self::with_site();
        let report = report(&notice, 1, "accept_all");
        let answer = api.report(&report);
        assert_eq!(answer.status, 201, "{}", answer.text);
        (api, report, answer.json())
    }
}

/// What a server has on disk after its one site was published.
struct Data {
    /// The files, by path below the folder of the data.
    files: Vec<(PathBuf, Vec<u8>)>,
    notice: String,
}

impl Data {
    /// Publishes the configuration on a server of its own, which is killed once its alarm has run: no test
    /// begins in the midst of it.
    fn of_publication(config: &Value) -> Self {
        let mut api = Api::empty();
        let answer = api.publish(SITE, config);
        assert_eq!(answer.status, 201, "{}", answer.text);
        wait_for("the publication is in the anchor", || {
            Log::anchor(&api).checkpoint().size >= 1
        });
        api.server.kill().unwrap();
        let mut files = Vec::new();
        read(&api.state, Path::new(""), &mut files);
        Self {
            files,
            notice: answer.json()["notice"].as_str().unwrap().to_owned(),
        }
    }
}

/// Reads every file below a folder, with its path from `root`.
fn read(root: &Path, below: &Path, files: &mut Vec<(PathBuf, Vec<u8>)>) {
    for entry in std::fs::read_dir(root.join(below)).unwrap() {
        let entry = entry.unwrap();
        let path = below.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            read(root, &path, files);
        } else {
            files.push((path.clone(), std::fs::read(root.join(&path)).unwrap()));
        }
    }
}
