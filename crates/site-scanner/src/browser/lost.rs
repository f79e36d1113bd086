//! Why a page is given up. [`super::tab::Tab`] decides it, in one place, and goes on with a new tab.

use std::error::Error;
use std::fmt;

/// Why a page is given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lost {
    /// The process that rendered it ended.
    Crashed,
    /// It did not answer a command in time.
    Silent,
    /// It replaced itself more often than a page does.
    Reloading,
    /// It opened more windows than a page does.
    OpeningWindows,
    /// Its HTML is larger than a page is.
    TooLarge,
    /// It did not make room for the next page.
    Staying,
}

impl fmt::Display for Lost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Crashed => "the page crashed: the browser's process that showed it ended",
            Self::Silent => {
                "the page stopped responding: a script runs without end, or the server does not answer"
            }
            Self::Reloading => "the page reloads itself, or leads on to others, without end",
            Self::OpeningWindows => "the page opens windows without end",
            Self::TooLarge => "the page is too large: its HTML has more than 50 MB",
            Self::Staying => {
                "the page does not let its visitor leave: a script that runs when it is left does not end"
            }
        })
    }
}

impl Error for Lost {}
