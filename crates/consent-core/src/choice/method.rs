//! How and where a visitor answered.

use serde::{Deserialize, Serialize};

/// How the visitor answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// "Accept all".
    AcceptAll,
    /// "Refuse all".
    RejectAll,
    /// Purpose by purpose, then "Save".
    Save,
    /// "Withdraw".
    Withdraw,
    /// Global Privacy Control.
    Gpc,
    /// The page's own script, through `window.Temoin`.
    Api,
    /// Taken over from another tool; never fresh proof.
    Imported,
}

impl Method {
    /// Every method.
    pub const ALL: [Self; 7] = [
        Self::AcceptAll,
        Self::RejectAll,
        Self::Save,
        Self::Withdraw,
        Self::Gpc,
        Self::Api,
        Self::Imported,
    ];

    /// The name used in JSON, in queries and, for those that have a button, in `data-action`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AcceptAll => "accept_all",
            Self::RejectAll => "reject_all",
            Self::Save => "save",
            Self::Withdraw => "withdraw",
            Self::Gpc => "gpc",
            Self::Api => "api",
            Self::Imported => "imported",
        }
    }
}

/// Where the visitor answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Layer {
    /// The banner.
    Banner,
    /// The preference dialog.
    Dialog,
    /// What stands in for a blocked frame.
    Placeholder,
    /// Nothing was shown: a script or a signal answered.
    None,
}

impl Layer {
    /// Every layer.
    pub const ALL: [Self; 4] = [Self::Banner, Self::Dialog, Self::Placeholder, Self::None];

    /// The name used in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Banner => "banner",
            Self::Dialog => "dialog",
            Self::Placeholder => "placeholder",
            Self::None => "none",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_method_has_one_name() {
        for method in Method::ALL {
            assert_eq!(
                serde_json::to_value(method).unwrap().as_str(),
                Some(method.as_str())
            );
        }
    }
}
